//! Texts, JSON and lines of a log as a person reads them, and no longer than a page can bear.

/// Text with its end cut off where it is longer than so many bytes; marked, when it was.
pub fn shortened(text: &str, most: usize) -> String {
    let whole = text.len() <= most;
    let mut short = text.get(..text.floor_char_boundary(most)).unwrap_or_default().to_owned();
    if !whole {
        short.push('…');
    }
    short
}

/// What a terminal shows of a line in the end: a bar that draws itself anew is one line with `\r` in
/// it, and colours are no letters.
pub(super) fn drawn(message: &str) -> String {
    let last = message.trim_end().rsplit('\r').find(|piece| !piece.trim().is_empty());
    let mut letters = last.unwrap_or_default().chars();
    let mut shown = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            // `ESC [ 1 ; 32 m`: up to the letter that says what the numbers are for.
            '\u{1b}' => {
                letters.by_ref().skip(1).find(|c| ('@'..='~').contains(c));
            }
            '\n' | '\t' => shown.push(letter),
            letter if letter.is_control() => {}
            letter => shown.push(letter),
        }
    }
    shown
}

/// JSON with a line for each value, indented, and no longer than about so many bytes.
pub fn pretty(json: &str, most: usize) -> String {
    let mut out = String::new();
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    };
    let mut letters = json.chars().peekable();
    while let Some(letter) = letters.next() {
        if out.len() >= most {
            out.push('…');
            break;
        }
        if quoted {
            out.push(letter);
            quoted = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
            continue;
        }
        if matches!(letter, '}' | ']') {
            depth = depth.saturating_sub(1);
            // An empty list or object stays on its line.
            if !out.ends_with(['{', '[']) {
                line(&mut out, depth);
            }
        }
        out.push(letter);
        match letter {
            '"' => quoted = true,
            ':' => out.push(' '),
            ',' => line(&mut out, depth),
            '{' | '[' => {
                depth += 1;
                if !matches!(letters.peek(), Some('}' | ']')) {
                    line(&mut out, depth);
                }
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn lines_are_shown_as_a_terminal_would() {
        for (message, expected) in [
            ("loading weights", "loading weights"),
            ("", ""),
            ("  0%|   | 0/28\r 64%|██▍| 18/28", " 64%|██▍| 18/28"),
            (" 64%|██▍| 18/28\r", " 64%|██▍| 18/28"),
            (" 64%|██▍| 18/28\r\n", " 64%|██▍| 18/28"),
            ("\u{1b}[1;32mINFO\u{1b}[0m ready", "INFO ready"),
            ("cut off \u{1b}[1;3", "cut off "),
            ("Traceback:\n\tboom", "Traceback:\n\tboom"),
            ("bell\u{7} and null\u{0}", "bell and null"),
            ("<img onerror=x>", "<img onerror=x>"),
        ] {
            assert_eq!(drawn(message), expected, "{message:?}");
        }
    }

    #[test]
    fn json_is_written_to_be_read() {
        for (json, expected) in [
            ("{}", "{}"),
            ("[[]]", "[\n  []\n]"),
            (
                r#"{"a":[1,"b]\"{"],"c":{}}"#,
                "{\n  \"a\": [\n    1,\n    \"b]\\\"{\"\n  ],\n  \"c\": {}\n}",
            ),
            (r#"["\\",":,"]"#, "[\n  \"\\\\\",\n  \":,\"\n]"),
            ("7", "7"),
        ] {
            assert_eq!(pretty(json, 1_000), expected);
        }
        let long = Value::from(vec!["ä"; 10_000]).to_string();
        let short = pretty(&long, 100);
        assert!(short.ends_with('…') && short.len() < 120, "{short}");
    }

    #[test]
    fn a_text_is_cut_between_letters() {
        assert_eq!(shortened("short", 5), "short");
        assert_eq!(shortened("shorter", 5), "short…");
        assert_eq!(shortened("äöü", 3), "ä…");
        assert_eq!(shortened("🦊", 2), "…");
    }
}
