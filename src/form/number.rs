//! Numbers as people type them. Integers never pass through a float: a seed has more digits than
//! one can hold.

/// Reads a whole number. Surrounding space and thin spaces between groups of digits are allowed,
/// so that a number can be pasted as it was shown; `28.0` counts as 28.
pub fn parse_integer(text: &str) -> Option<i128> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = match digits.split_once('.') {
        Some((whole, fraction)) if fraction.chars().all(|c| c == '0') => whole,
        Some(_) => return None,
        None => &digits,
    };
    whole.strip_prefix('+').unwrap_or(whole).parse().ok()
}

/// Reads a number with a fraction; a comma counts as a point.
pub fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',' | 'e' | 'E'));
    let one_comma = text.matches(',').count() <= 1 && !(text.contains(',') && text.contains('.'));
    if !plain || !one_comma {
        return None;
    }
    // The parser that is in the program anyway, which wants digits on both sides of the point.
    let text = text.replace(',', ".");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let lead = if digits.starts_with('.') { "0" } else { "" };
    let digits = digits.trim_start_matches('0');
    let lead = if digits.is_empty() || digits.starts_with(['.', 'e', 'E']) { "0" } else { lead };
    let tail = if digits.ends_with('.') { "0" } else { "" };
    serde_json::from_str(&format!("{sign}{lead}{digits}{tail}")).ok()
}

/// A number as it is typed: `3.5`, and `28` without a fraction.
pub fn number_text(number: f64) -> String {
    let text = serde_json::Value::from(number).to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_keep_every_digit() {
        for (text, expected) in [
            ("28", Some(28)),
            (" -7 ", Some(-7)),
            ("4 815 162", Some(4_815_162)),
            ("4\u{202f}815\u{202f}162", Some(4_815_162)),
            ("28.0", Some(28)),
            ("+5", Some(5)),
            ("18446744073709551615", Some(u64::MAX.into())),
            ("9007199254740993", Some(9_007_199_254_740_993)),
            ("28.5", None),
            ("1e3", None),
            ("", None),
            ("--1", None),
            ("abc", None),
        ] {
            assert_eq!(parse_integer(text), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_shown_as_typed() {
        for (number, text) in [(28.0, "28"), (3.5, "3.5"), (-0.01, "-0.01"), (0.1, "0.1")] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn numbers_take_a_point_or_a_comma() {
        for (text, expected) in [
            ("3.5", Some(3.5)),
            ("3,5", Some(3.5)),
            (" -1e-3 ", Some(-0.001)),
            ("+.5", Some(0.5)),
            ("007", Some(7.0)),
            ("0", Some(0.0)),
            ("00.50", Some(0.5)),
            ("5.", Some(5.0)),
            ("-", None),
            (".", None),
            ("e5", None),
            ("1.000,5", None),
            ("1,0,0", None),
            ("inf", None),
            ("NaN", None),
            ("", None),
            ("1e999", None),
        ] {
            assert_eq!(parse_number(text), expected, "{text:?}");
        }
    }
}
