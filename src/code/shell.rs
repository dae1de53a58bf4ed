//! A shell command taken apart as a POSIX shell and bash would, as far as words go: quotes, escapes,
//! continued lines, here-documents. Nothing is expanded and nothing is run.

use std::str::Chars;

/// What ends a word when it stands outside quotes.
const BETWEEN: [char; 12] = [' ', '\t', '\r', '\n', '<', '>', '|', ';', '&', '(', ')', '`'];

/// One command, without its name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// Its words, without what they were quoted with.
    pub(super) words: Vec<String>,
    /// The text of a here-document or here-string.
    pub(super) stdin: Option<String>,
}

/// What the next word is.
enum Next {
    Argument,
    /// The line that ends a here-document, and whether its lines lose their tabs.
    Delimiter(bool),
    HereString,
}

/// Takes a command apart, up to where the shell would begin another one. `None` when a quote is
/// not closed.
pub(super) fn command(text: &str) -> Option<Command> {
    let mut command = Command::default();
    let mut next = Next::Argument;
    let mut document = None;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '>']);
        if let Some(after) = rest.strip_prefix("\\\n").or_else(|| rest.strip_prefix("\\\r\n")) {
            rest = after;
        } else if let Some(after) = rest.strip_prefix("<<<") {
            (next, rest) = (Next::HereString, after);
        } else if let Some(after) = rest.strip_prefix("<<") {
            let body = after.strip_prefix('-');
            (next, rest) = (Next::Delimiter(body.is_some()), body.unwrap_or(after));
        } else if let Some(after) = rest.strip_prefix('<') {
            rest = after;
        } else if rest.starts_with('#') {
            rest = rest.trim_start_matches(|c| c != '\n');
        } else if rest.is_empty() || rest.starts_with(BETWEEN) {
            break;
        } else {
            let word;
            (word, rest) = read_word(rest)?;
            match next {
                Next::Argument => command.words.push(word),
                Next::Delimiter(tabs) => document = Some((word, tabs)),
                Next::HereString => command.stdin = Some(word),
            }
            next = Next::Argument;
        }
    }
    // A here-document begins on the next line, whatever else stands on this one.
    if let Some((delimiter, tabs)) = document {
        let (_, lines) = rest.split_once('\n').unwrap_or_default();
        let mut body = String::new();
        for line in lines.lines() {
            let line = if tabs { line.trim_start_matches('\t') } else { line };
            if line == delimiter {
                break;
            }
            body.push_str(line);
            body.push('\n');
        }
        command.stdin = Some(body);
    }
    Some(command)
}

/// The word that a text begins with, and what comes after it.
fn read_word(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut chars = text.chars();
    loop {
        let here = chars.as_str();
        match chars.next() {
            Some('\'') => {
                let (inside, after) = chars.as_str().split_once('\'')?;
                word.push_str(inside);
                chars = after.chars();
            }
            Some('"') => read_quoted(&mut chars, &mut word)?,
            Some('$') if chars.as_str().starts_with('\'') => {
                chars.next();
                read_escaped(&mut chars, &mut word)?;
            }
            Some('\\') if chars.as_str().starts_with("\r\n") => {
                chars.nth(1);
            }
            Some('\\') => word.extend(chars.next().filter(|c| *c != '\n')),
            Some(c) if !BETWEEN.contains(&c) => word.push(c),
            _ => return Some((word, here)),
        }
    }
}

/// What stands between `"` and `"`.
fn read_quoted(chars: &mut Chars<'_>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '"' => return Some(()),
            '\\' => match chars.next()? {
                '\n' => {}
                c => {
                    if !matches!(c, '"' | '\\' | '$' | '`') {
                        word.push('\\');
                    }
                    word.push(c);
                }
            },
            c => word.push(c),
        }
    }
}

/// What stands between `$'` and `'`, as browsers write a text that holds an apostrophe or a line
/// break.
fn read_escaped(chars: &mut Chars<'_>, word: &mut String) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let mut c = chars.next()?;
        if c == '\'' {
            break;
        }
        if c == '\\' {
            c = match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => read_unit(chars),
                'U' => to_char(read_hex(chars, 8)),
                'x' => {
                    bytes.extend(u8::try_from(read_hex(chars, 2)));
                    continue;
                }
                c => {
                    if !matches!(c, '\'' | '\\' | '"') {
                        bytes.push(b'\\');
                    }
                    c
                }
            };
        }
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
    // Bash means bytes by \x and Firefox means characters: what is no UTF-8 is the latter.
    for chunk in bytes.utf8_chunks() {
        word.push_str(chunk.valid());
        word.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    Some(())
}

/// The character after `\u`. Browsers write one beyond the first 65,536 as two halves.
fn read_unit(chars: &mut Chars<'_>) -> char {
    let high = read_hex(chars, 4);
    if matches!(high, 0xd800..0xdc00)
        && let Some(after) = chars.as_str().strip_prefix("\\u")
    {
        let mut after = after.chars();
        let low = read_hex(&mut after, 4);
        if matches!(low, 0xdc00..0xe000) {
            *chars = after;
            return to_char(0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff));
        }
    }
    to_char(high)
}

fn to_char(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A number of at most so many digits.
fn read_hex(chars: &mut Chars<'_>, most: usize) -> u32 {
    let mut number = 0;
    for _ in 0..most {
        let digit = chars.clone().next().and_then(|c| c.to_digit(16));
        let Some(digit) = digit else { break };
        number = number << 4 | digit;
        chars.next();
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        command(text).expect("closed quotes").words
    }

    #[test]
    fn words_lose_their_quotes_as_in_a_shell() {
        for (text, expected) in [
            ("", vec![]),
            (" \t ", vec![]),
            ("a  b\tc", vec!["a", "b", "c"]),
            ("'a b'\"c d\"e", vec!["a bc de"]),
            ("'' \"\"", vec!["", ""]),
            (r"a\ b \'c\\", vec!["a b", r"'c\"]),
            (r#"'a\'"b\"c\\\$\`\n""#, vec![r#"a\b"c\$`\n"#]),
            (r"'it'\''s'", vec!["it's"]),
            ("a \\\n  b\\\nc \\\r\n d", vec!["a", "bc", "d"]),
            ("\"a\\\nb\" 'a\\\nb'", vec!["ab", "a\\\nb"]),
            (r#"$'it\'s\n\\n\t\r\"\/\z'"#, vec!["it's\n\\n\t\r\"\\/\\z"]),
            (r"$'\u0021\u00e9\U0001f98a\ud83e\udd8a'", vec!["!é🦊🦊"]),
            (r"$'\xc3\xa9 \xe9 \xe9t'", vec!["é é ét"]),
            (r"$'\ud83e' $'\ud83e\u0041' $'\u'", vec!["\u{fffd}", "\u{fffd}A", "\0"]),
            ("$x \"$x\" $\"y\"", vec!["$x", "$x", "$y"]),
            ("a # b 'c\nd", vec!["a"]),
            ("a#b", vec!["a#b"]),
            ("a; b", vec!["a"]),
            ("a|b", vec!["a"]),
            ("a && b", vec!["a"]),
            ("a) b", vec!["a"]),
            ("a 2>&1 b", vec!["a", "2"]),
            ("a > b < c", vec!["a", "b", "c"]),
            ("a \\", vec!["a", ""]),
            ("a\r\nb", vec!["a"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn an_open_quote_is_no_command() {
        for text in ["'a", "\"a", "\"a\\", "$'a", "$'a\\", "a 'b\nc"] {
            assert_eq!(command(text), None, "{text}");
        }
    }

    #[test]
    fn a_here_document_is_what_the_command_reads() {
        for (text, body) in [
            ("-d @- <<'X'\na\n  b\nX\nc", "a\n  b\n"),
            ("-d @- <<X | jq .\na\nX", "a\n"),
            ("<<\"X\" -d @-\r\na\r\nX\r\nb", "a\n"),
            ("-d @- <<-X\n\ta\n\tX\nb", "a\n"),
            ("-d @- << 'X Y'\na\nX Y", "a\n"),
            ("-d @- <<X\nnever closed", "never closed\n"),
            ("-d @- <<X", ""),
            ("-d @- <<< 'a b'", "a b"),
        ] {
            let command = command(text).unwrap();
            assert_eq!(command.words, ["-d", "@-"], "{text}");
            assert_eq!(command.stdin.as_deref(), Some(body), "{text}");
        }
        assert_eq!(command("a <<'X'\n'\nX").unwrap().stdin.as_deref(), Some("'\n"));
    }
}
