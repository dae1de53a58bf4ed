//! Whole numbers as people type them. They never pass through a float: a seed has more digits than
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
}
