//! Numbers as people type them and as documents write them, exact to the last digit.
//!
//! No number passes through a float on its way from the keyboard to a request: a seed has more
//! digits than a float can hold, and `0.1` is sent as `0.1`, whatever binary makes of it. Limits
//! and multiples are compared digit by digit. Floats are for sliders and for what a browser measures, and made by hand: the
//! standard library's exact conversions carry tables that weigh a tenth of the whole program. With
//! exact numbers goes when two JSON values are the same.

use std::cmp::Ordering;

use serde_json::Value;

/// The largest power of ten that is worked out; JSON's own readers give up near it too.
const LARGEST_POWER: i32 = 308;

/// A number of any size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    /// The number as JSON writes it, with the digits it came with.
    pub text: String,
    negative: bool,
    /// The digits that count, without zeros at either end; none for zero.
    digits: String,
    /// Where the decimal point is, counted from before the first digit.
    point: i32,
}

impl Decimal {
    /// Reads a number as people type it: `3.5`, `3,5`, `.5`, `+28`, `1e-3`, `4 815 162`. Not `1,000`,
    /// which is a thousand to some and one to others.
    pub fn parse(text: &str) -> Option<Self> {
        let has_comma = text.contains(',');
        let text: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| if c == ',' { '.' } else { c })
            .collect();
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(&text)),
        };
        let (digits, power) = match rest.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, i32::from(power.parse::<i16>().ok()?)),
            None => (rest, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if digits.len() < 1 + usize::from(digits.contains('.'))
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        if has_comma && fraction.len() == 3 && !whole.is_empty() {
            return None;
        }
        let mut json = String::from(if negative { "-" } else { "" });
        json.push_str(if whole.is_empty() { "0" } else { whole });
        if !fraction.is_empty() {
            json.push('.');
            json.push_str(fraction);
        }
        if power != 0 {
            json.push('e');
            json.push_str(&power.to_string());
        }
        let all = [whole, fraction].concat();
        let digits = all.trim_start_matches('0');
        let point = length(whole) + power - length(&all) + length(digits);
        let digits = digits.trim_end_matches('0').to_owned();
        let too_large = power != 0 && point > LARGEST_POWER && !digits.is_empty();
        (!too_large).then_some(Self { text: json, negative, digits, point })
    }

    /// Reads a number out of JSON.
    pub fn of(value: &Value) -> Option<Self> {
        Self::parse(&value.as_number()?.to_string())
    }

    /// The number as JSON writes a whole one: `28` for `28.0` and `2.8e1`. `None` when it has a
    /// fraction.
    pub fn whole(&self) -> Option<String> {
        let zeros = self.point - length(&self.digits);
        if self.digits.is_empty() {
            return Some("0".to_owned());
        }
        let zeros = usize::try_from(zeros).ok()?;
        let sign = if self.negative { "-" } else { "" };
        Some([sign, &self.digits, &"0".repeat(zeros)].concat())
    }

    /// Less, equal or greater, exactly.
    pub fn compare(&self, other: &Self) -> Ordering {
        let sign = |n: &Self| match (n.digits.is_empty(), n.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        };
        let by_size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => by_size(),
            _ => by_size().reverse(),
        })
    }

    /// Whether the number is a multiple of another, exactly. Yes as well where working it out would
    /// take more than 64 bits: the model has the last word.
    pub fn is_multiple_of(&self, of: &Self) -> bool {
        let (mine, other) = (self.last_place(), of.last_place());
        let least = mine.min(other);
        let modulus = of.digits.parse::<u64>().ok().zip(ten_to(other - least));
        let modulus = modulus.and_then(|(digits, scale)| digits.checked_mul(scale));
        let Some(modulus) = modulus.filter(|m| (1..1 << 60).contains(m)) else { return true };
        let zeros = usize::try_from(mine - least).unwrap_or_default();
        if zeros > 1000 {
            return true;
        }
        let digits = self.digits.bytes().map(|digit| u64::from(digit - b'0'));
        let rest = digits.chain(std::iter::repeat_n(0, zeros));
        rest.fold(0, |rest, digit| (rest * 10 + digit) % modulus) == 0
    }

    /// Nearly the same as a float, for a slider.
    pub fn nearly(&self) -> f64 {
        let digits = self.digits.bytes().take(17).map(|digit| f64::from(digit - b'0'));
        let taken = length(&self.digits).min(17);
        let number = digits.fold(0.0, |sum, digit| sum * 10.0 + digit);
        let places = self.point - taken;
        let tens = (0..places.unsigned_abs().min(400)).fold(1.0, |ten: f64, _| ten * 10.0);
        let size = if places < 0 { number / tens } else { number * tens };
        if self.negative { -size } else { size }
    }

    /// The power of ten of the last digit.
    fn last_place(&self) -> i32 {
        if self.digits.is_empty() { 0 } else { self.point - length(&self.digits) }
    }
}

fn length(digits: &str) -> i32 {
    i32::try_from(digits.len()).unwrap_or(i32::MAX)
}

fn ten_to(power: i32) -> Option<u64> {
    10u64.checked_pow(power.try_into().ok()?)
}

/// Equal as JSON Schema has it: numbers by their value.
pub fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let in_other = |(name, value)| other.get(name).is_some_and(|other| same(value, other));
            one.len() == other.len() && one.iter().all(in_other)
        }
        (Value::Number(_), Value::Number(_)) => {
            let numbers = Decimal::of(one).zip(Decimal::of(other));
            let by_value = |(one, other): (Decimal, Decimal)| one.compare(&other).is_eq();
            numbers.map_or(one == other, by_value)
        }
        _ => one == other,
    }
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

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text:?} is a number"))
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (text, json, value) in [
            ("3.5", "3.5", 3.5),
            ("3,5", "3.5", 3.5),
            ("0,125", "0.125", 0.125),
            ("1.000", "1.000", 1.0),
            (" -1e-3 ", "-1e-3", -0.001),
            ("+.5", "0.5", 0.5),
            ("007", "7", 7.0),
            ("00.50", "0.50", 0.5),
            ("5.", "5", 5.0),
            ("0", "0", 0.0),
            ("0.1", "0.1", 0.1),
            ("4 815 162", "4815162", 4_815_162.0),
            ("4\u{202f}815\u{202f}162", "4815162", 4_815_162.0),
            ("9007199254740993", "9007199254740993", 9_007_199_254_740_992.0),
            ("1e22", "1e22", 1e22),
            ("2E3", "2e3", 2000.0),
        ] {
            let read = number(text);
            assert_eq!((read.text.as_str(), read.nearly()), (json, value), "{text:?}");
        }
        let not_numbers = [
            "", "-", ".", "e5", "1.000,5", "1,0,0", "inf", "NaN", "1e999", "1e", "0x1", "--1",
            "+-5", "1,000", "-12,345",
        ];
        for text in not_numbers {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn whole_numbers_keep_every_digit() {
        let many = "1".repeat(400);
        for (text, expected) in [
            ("28", Some("28")),
            (" -7 ", Some("-7")),
            ("28.0", Some("28")),
            ("2.8e1", Some("28")),
            ("1e3", Some("1000")),
            ("-0", Some("0")),
            ("0.000", Some("0")),
            ("18446744073709551616", Some("18446744073709551616")),
            (&many, Some(many.as_str())),
            ("28.5", None),
            ("1e-3", None),
            ("0.5", None),
        ] {
            assert_eq!(number(text).whole().as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn comparing_is_exact() {
        let rising = [
            "-1e300",
            "-18446744073709551616",
            "-18446744073709551615",
            "-2",
            "-1.5",
            "-0.01",
            "0",
            "1e-400",
            "0.009",
            "0.01",
            "0.1",
            "1",
            "1.0000000000000000000001",
            "9.99",
            "10",
            "9007199254740992",
            "9007199254740993",
            "1e300",
        ];
        for (place, low) in rising.iter().enumerate() {
            for (other, high) in rising.iter().enumerate() {
                assert_eq!(number(low).compare(&number(high)), place.cmp(&other), "{low} {high}");
            }
        }
        for (one, other) in [("0", "-0.0"), ("28", "28.00"), ("1e3", "1000"), ("0.5", "5e-1")] {
            assert_eq!(number(one).compare(&number(other)), Ordering::Equal, "{one} {other}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        for (one, of, expected) in [
            ("0.3", "0.1", true),
            ("0.35", "0.1", false),
            ("1024", "8", true),
            ("1025", "8", false),
            ("18446744073709551616", "8", true),
            ("-0.05", "0.05", true),
            ("0", "7", true),
            ("1e3", "32", false),
            ("1e3", "0.25", true),
            ("2", "5e-1", true),
            ("7", "0", true),
        ] {
            assert_eq!(number(one).is_multiple_of(&number(of)), expected, "{one} of {of}");
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
            assert_eq!(number(&text).nearly(), text.parse::<f64>().unwrap(), "{text}");
        }
    }
}
