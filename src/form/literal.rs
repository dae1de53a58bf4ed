//! One entry by itself: the value a text stands for, and what is wrong with it.

use std::cmp::Ordering;

use serde_json::Value;

use super::{MOST_ITEMS, Matches, What, text_of};
use crate::number::{Decimal, same};
use crate::schema::{FileRules, Limit, Range, Shape, TextRules};

/// What is wrong with JSON that stands in the place of an entry: it may be of the right kind and
/// only written in a way that the field would not write it.
pub(super) fn raw(shape: &Shape, value: &Value, matches: Matches) -> Option<What> {
    match (shape, value) {
        (Shape::Any | Shape::Json, _) => None,
        (
            Shape::Choice(choices) | Shape::Preset { choices, .. } | Shape::Suggested(choices, _),
            value,
        ) if is_among(choices, value) => None,
        (Shape::Text(_) | Shape::Suggested(..) | Shape::File(_), Value::String(text)) => {
            literal(shape, text, matches).err()
        }
        (Shape::Number(_), Value::Number(number)) => {
            literal(shape, &number.to_string(), matches).err()
        }
        (Shape::List(..), Value::Array(_)) | (Shape::Map(_), Value::Object(_)) => {
            Some(What::Many(MOST_ITEMS))
        }
        _ => Some(What::Kind(kind_of(shape))),
    }
}

/// The value that a text stands for.
pub(super) fn literal(shape: &Shape, text: &str, matches: Matches) -> Result<Value, What> {
    match shape {
        Shape::Text(rules) => text_value(text, rules, matches),
        Shape::Suggested(choices, rules) => {
            match choices.iter().any(|choice| text_of(choice) == text) {
                true => Ok(Value::String(text.to_owned())),
                false => text_value(text, rules, matches),
            }
        }
        Shape::Number(range) => number(text, range),
        Shape::Boolean => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(What::NotAChoice),
        },
        Shape::Choice(choices) | Shape::Preset { choices, .. } => {
            let choice = choices.iter().find(|choice| text_of(choice) == text);
            choice.cloned().ok_or(What::NotAChoice)
        }
        Shape::File(rules) => file(text, rules),
        Shape::Any => Ok(any(text)),
        _ => serde_json::from_str(text).map_err(|e| What::NotJson(e.line(), e.column())),
    }
}

fn text_value(text: &str, rules: &TextRules, matches: Matches) -> Result<Value, What> {
    let length = text.chars().count();
    let differs = |pattern: &&String| !matches(pattern, text);
    match (rules.min_length, rules.max_length) {
        (Some(least), _) if length < least => Err(What::Short(least)),
        (_, Some(most)) if length > most => Err(What::Long(most)),
        _ => match rules.pattern.as_ref().filter(differs) {
            Some(pattern) => Err(What::Pattern(pattern.clone())),
            None => Ok(Value::String(text.to_owned())),
        },
    }
}

/// Text where it is no JSON: so that names, numbers and lists can all be typed as they are.
pub(super) fn any(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn file(text: &str, rules: &FileRules) -> Result<Value, What> {
    let text = text.trim();
    let start: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    let is_known = ["https://", "http://", "data:"].iter().any(|scheme| start.starts_with(scheme));
    match rules.max_length {
        _ if !is_known => Err(What::NotAFile),
        Some(most) if text.chars().count() > most => match start.starts_with("data:") {
            true => Err(What::NeedsUrl(most)),
            false => Err(What::Long(most)),
        },
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn number(text: &str, range: &Range) -> Result<Value, What> {
    let not_one = if range.integer { What::NotAnInteger } else { What::NotANumber };
    let number = Decimal::parse(text).ok_or_else(|| not_one.clone())?;
    let json = json_of(&number, range).ok_or_else(|| not_one.clone())?;
    let beyond = |limit: &Option<Limit>, side: Ordering, words: [&str; 2]| {
        let limit = limit.as_ref()?;
        let place = number.compare(&limit.value);
        let is_beyond = place == side || (place == Ordering::Equal && !limit.inclusive);
        let words = if limit.inclusive { words[0] } else { words[1] };
        is_beyond.then(|| What::Limit([words, " ", &limit.value.text].concat()))
    };
    let low = beyond(&range.min, Ordering::Less, ["at least", "more than"]);
    let high = || beyond(&range.max, Ordering::Greater, ["at most", "less than"]);
    if let Some(what) = low.or_else(high) {
        return Err(what);
    }
    match range.multiple_of.as_ref().filter(|of| !number.is_multiple_of(of)) {
        Some(of) => Err(What::Multiple(of.text.clone())),
        None => serde_json::from_str(&json).map_err(|_| not_one),
    }
}

/// A number as it is sent.
pub(super) fn json_of(number: &Decimal, range: &Range) -> Option<String> {
    if range.integer { number.whole() } else { Some(number.text.clone()) }
}

pub(super) fn is_among(choices: &[Value], value: &Value) -> bool {
    choices.iter().any(|choice| same(choice, value))
}

/// The kind of value a shape takes, with its article.
pub(super) fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) | Shape::Suggested(..) => "a text",
        Shape::Number(range) if range.integer => "a whole number",
        Shape::Number(_) => "a number",
        Shape::Boolean => "true or false",
        Shape::Choice(_) | Shape::Preset { .. } => "one of the choices",
        Shape::File(_) => "an https URL or a file",
        Shape::List(..) | Shape::Tuple(_) => "a list",
        Shape::Object(..) | Shape::Map(_) => "an object",
        Shape::Union(_) | Shape::Any | Shape::Json => "of another kind",
    }
}
