//! Numbers as people type them and as documents write them.
//!
//! Whole numbers never pass through a float: a seed has more digits than one can hold. A number that was typed is sent as it was typed: `0.1` stays `0.1`, whatever binary makes of it.
//! The float is for limits and sliders. It is made by hand, because the standard library's exact
//! conversions carry tables that weigh a tenth of the whole program, and limits are short numbers:
//! up to fifteen digits and a power of ten up to 22 the result is the same.

use serde_json::Value;

/// Reads a whole number. Surrounding space and thin spaces between groups of digits are allowed,
/// so that a number can be pasted as it was shown; `28.0` counts as 28. `None` as well for numbers
/// of more than 64 bits.
pub fn parse_integer(text: &str) -> Option<i128> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let whole = match digits.split_once('.') {
        Some((whole, fraction)) if fraction.chars().all(|c| c == '0') => whole,
        Some(_) => return None,
        None => &digits,
    };
    // A sign and up to 64 bits: all that models take, and what the program can read anyway.
    match whole.strip_prefix('-') {
        Some(digits) => unsigned(digits).map(|number| -number),
        None => unsigned(whole.strip_prefix('+').unwrap_or(whole)),
    }
}

fn unsigned(digits: &str) -> Option<i128> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse::<u64>().ok().map(i128::from) } else { None }
}

/// A number with or without a fraction.
#[derive(Debug, Clone, PartialEq)]
pub struct Decimal {
    /// The number as JSON writes it.
    pub text: String,
    /// Nearly the same as a float; never infinite.
    pub value: f64,
}

impl Decimal {
    /// Reads a number as people type it: `3.5`, `3,5`, `.5`, `+28`, `1e-3`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(',', ".");
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None => ("", text.strip_prefix('+').unwrap_or(&text)),
        };
        let (digits, power) = match rest.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, power.parse::<i16>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction)
        {
            return None;
        }
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            whole => whole,
        };
        let mut json = format!("{sign}{whole}");
        if !fraction.is_empty() {
            json.push('.');
            json.push_str(fraction);
        }
        if power != 0 {
            json.push_str(&format!("e{power}"));
        }
        let value = scale(whole, fraction, power.into());
        let value = if sign.is_empty() { value } else { -value };
        value.is_finite().then_some(Self { text: json, value })
    }

    /// Reads a number out of JSON.
    pub fn of(value: &Value) -> Option<Self> {
        Self::parse(&value.as_number()?.to_string())
    }
}

/// The digits as a float, shifted by a power of ten.
fn scale(whole: &str, fraction: &str, power: i32) -> f64 {
    let digits = whole.bytes().chain(fraction.bytes());
    let number = digits.fold(0.0, |sum, digit| sum * 10.0 + f64::from(digit - b'0'));
    let places = power - i32::try_from(fraction.len()).unwrap_or(i32::MAX);
    let tens = |count: i32| (0..count.min(400)).fold(1.0, |ten: f64, _| ten * 10.0);
    if places < 0 { number / tens(-places) } else { number * tens(places) }
}

/// A float of everyday size as text, to six decimals: `3.5`, `28`, `0.01`.
pub fn text_of(number: f64) -> String {
    let millionths = (number.abs() * 1e6 + 0.5) as u64;
    let (whole, fraction) = (millionths / 1_000_000, millionths % 1_000_000);
    let sign = if number < 0.0 && millionths > 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{fraction:06}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, json, value) in [
            ("3.5", "3.5", 3.5),
            ("3,5", "3.5", 3.5),
            (" -1e-3 ", "-1e-3", -0.001),
            ("+.5", "0.5", 0.5),
            ("007", "7", 7.0),
            ("00.50", "0.50", 0.5),
            ("5.", "5", 5.0),
            ("0", "0", 0.0),
            ("0.1", "0.1", 0.1),
            ("9007199254740993", "9007199254740993", 9_007_199_254_740_992.0),
            ("1e22", "1e22", 1e22),
            ("2E3", "2e3", 2000.0),
        ] {
            let expected = Decimal { text: json.to_owned(), value };
            assert_eq!(Decimal::parse(text), Some(expected), "{text:?}");
        }
        let not_numbers =
            ["", "-", ".", "e5", "1.000,5", "1,0,0", "inf", "NaN", "1e999", "1e", "0x1", "1 2"];
        for text in not_numbers {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn floats_are_shown_short() {
        for (number, text) in [
            (28.0, "28"),
            (3.5, "3.5"),
            (-0.01, "-0.01"),
            (0.1, "0.1"),
            (14142.0, "14142"),
            (0.0, "0"),
            (-0.0, "0"),
            (1e-9, "0"),
        ] {
            assert_eq!(text_of(number), text);
        }
    }

    #[test]
    fn the_float_is_the_exact_one_for_numbers_of_everyday_size() {
        for thousandths in -20_000..20_000 {
            let text = format!("{}.{:03}", thousandths / 1000, (thousandths % 1000_i32).abs());
            let read = Decimal::parse(&text).unwrap();
            assert_eq!(read.value, text.parse::<f64>().unwrap(), "{text}");
        }
    }

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
            ("++5", None),
            ("+-5", None),
            ("abc", None),
        ] {
            assert_eq!(parse_integer(text), expected, "{text:?}");
        }
    }
}
