//! Texts and JSON of a result as a person reads them, and no longer than a page can bear.

/// Text with its end cut off where it is longer than so many bytes; marked, when it was.
pub fn shortened(text: &str, most: usize) -> String {
    let whole = text.len() <= most;
    let mut short = text.get(..text.floor_char_boundary(most)).unwrap_or_default().to_owned();
    if !whole {
        short.push('…');
    }
    short
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
