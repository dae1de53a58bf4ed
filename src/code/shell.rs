//! A shell command taken apart as a POSIX shell and bash would, as far as words go: quotes, escapes,
//! continued lines, here-documents. Nothing is expanded and nothing is run.

use std::str::Chars;

/// One command, without its name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// Its words, without what they were quoted with.
    pub(super) words: Vec<String>,
    /// The text of a here-document or here-string; empty without one.
    pub(super) stdin: String,
}

/// Takes a command apart, up to where the shell would begin another one. Lines end in `\n` alone.
/// `None` when a quote is not closed.
pub(super) fn command(text: &str) -> Option<Command> {
    let mut command = Command::default();
    let mut delimiter = None;
    let mut redirections = 0;
    let mut chars = text.chars();
    let mut rest = text;
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '>' => {}
            '\\' if chars.as_str().starts_with('\n') => {
                chars.next();
            }
            '<' => redirections += 1,
            // It is about tabs, which mean nothing to JSON.
            '-' if redirections == 2 => {}
            c if c == '#' || is_between(c) => break,
            _ => {
                let mut word = String::new();
                chars = read_word(rest, &mut word)?;
                match redirections {
                    0 => command.words.push(word),
                    2 => delimiter = Some(word),
                    3 => command.stdin = word,
                    _ => {}
                }
                redirections = 0;
            }
        }
        rest = chars.as_str();
    }
    // A here-document begins on the next line, whatever else stands on this one.
    if let Some(delimiter) = delimiter {
        for line in rest.split('\n').skip(1) {
            if line.trim() == delimiter {
                break;
            }
            command.stdin.push_str(line);
            command.stdin.push('\n');
        }
    }
    Some(command)
}

/// Whether a character ends a word when it stands outside quotes.
fn is_between(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '<' | '>' | '|' | ';' | '&' | '(' | ')' | '`')
}

/// Reads the word that a text begins with, and gives what comes after it.
fn read_word<'t>(text: &'t str, word: &mut String) -> Option<Chars<'t>> {
    let mut chars = text.chars();
    // What the text stands between, `$` for `$'`: browsers use it for apostrophes and line breaks.
    let mut quote = ' ';
    loop {
        let here = chars.clone();
        let Some(mut c) = chars.next() else { return (quote == ' ').then_some(here) };
        if quote == ' ' {
            if is_between(c) {
                return Some(here);
            }
            if c == '$' && chars.as_str().starts_with('\'') {
                chars.next();
                quote = c;
                continue;
            }
            if matches!(c, '\'' | '"') {
                quote = c;
                continue;
            }
        } else if c == if quote == '$' { '\'' } else { quote } {
            quote = ' ';
            continue;
        }
        if c == '\\' && quote != '\'' {
            c = chars.next()?;
            match (quote, c) {
                (' ' | '"', '\n') => continue,
                (' ', _) | (_, '"' | '\\') | ('"', '$' | '`') | ('$', '\'') => {}
                ('$', 'n') => c = '\n',
                ('$', 'r') => c = '\r',
                ('$', 't') => c = '\t',
                // Firefox writes an exclamation mark in octal, and means characters by \x.
                ('$', '0') if chars.as_str().starts_with("41") => {
                    chars.nth(1);
                    c = '!';
                }
                ('$', 'x') => {
                    word.push_str("\\u0");
                    c = '0';
                }
                // \u among them: JSON writes it in the same way, and reads it.
                _ => word.push('\\'),
            }
        }
        word.push(c);
    }
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
            ("a \\\n  b\\\nc \\\n d", vec!["a", "bc", "d"]),
            ("\"a\\\nb\" 'a\\\nb'", vec!["ab", "a\\\nb"]),
            (r#"$'it\'s\n\\n\t\r\"\/\z'"#, vec!["it's\n\\n\t\r\"\\/\\z"]),
            (r"$'\u0021\ud83e\udd8a\xe9t\041\04'", vec![r"\u0021\ud83e\udd8a\u00e9t!\04"]),
            ("$x \"$x\" $", vec!["$x", "$x", "$"]),
            ("a # b 'c\nd", vec!["a"]),
            ("a#b", vec!["a#b"]),
            ("a; b", vec!["a"]),
            ("a|b", vec!["a"]),
            ("a && b", vec!["a"]),
            ("a) b", vec!["a"]),
            ("a 2>&1 b", vec!["a", "2"]),
            ("a > b < c d", vec!["a", "b", "d"]),
            (r"$'a$b'$c", vec!["a$b$c"]),
            ("a \\\n\nb", vec!["a"]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn an_open_quote_is_no_command() {
        for text in ["'a", "a \\", "\"a", "\"a\\", "$'a", "$'a\\", "a 'b\nc"] {
            assert_eq!(command(text), None, "{text}");
        }
    }

    #[test]
    fn a_here_document_is_what_the_command_reads() {
        for (text, body) in [
            ("-d @- <<'X'\na\n  b\nX\nc", "a\n  b\n"),
            ("-d @- <<X | jq .\na\nX", "a\n"),
            ("<<\"X\" -d @-\na\nX\nb", "a\n"),
            ("-d @- <<< a", "a"),
            ("-d @- <<- X # b\na\nX", "a\n"),
            ("-d @- <<-X\n\ta\n\tX\nb", "\ta\n"),
            ("-d @- << 'X Y'\na\nX Y", "a\n"),
            ("-d @- <<X\nnever closed", "never closed\n"),
            ("-d @- <<X", ""),
        ] {
            let command = command(text).unwrap();
            assert_eq!(command.words, ["-d", "@-"], "{text}");
            assert_eq!(command.stdin, body, "{text}");
        }
        assert_eq!(command("a <<'X'\n'\nX").unwrap().stdin, "'\n");
    }
}
