//! From a draft to a request, or to the list of what stands in its way.

use serde_json::{Map, Number, Value};

use super::{CUSTOM, Field, Form, Problem, What, text_of};
use crate::number::{self, Decimal, parse_integer};
use crate::schema::{Range, Shape, TextRules};

/// An input that the model's schema accepts. There is no other way to make one than
/// [`Form::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Request(Value);

impl Request {
    /// The body to send: the bare input, in the order of the form.
    pub fn to_json(&self) -> String {
        self.0.to_string()
    }

    /// The input as a JSON object.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

impl Form {
    /// Reads every field. Fields left alone are not sent.
    ///
    /// # Errors
    /// With every problem, in the order of the form.
    pub fn check(&self, draft: &impl Fn(&str) -> Option<String>) -> Result<Request, Vec<Problem>> {
        let mut problems = Vec::new();
        let object = object_of(&self.fields, draft, &mut problems);
        if problems.is_empty() { Ok(Request(Value::Object(object))) } else { Err(problems) }
    }
}

impl Field {
    /// What is wrong with this field as it stands, without its children.
    pub fn problem(&self, draft: &impl Fn(&str) -> Option<String>) -> Option<What> {
        if self.is_container(draft) {
            return None;
        }
        self.own(draft).err()
    }

    /// The value this field sends, if any.
    fn value(
        &self,
        draft: &impl Fn(&str) -> Option<String>,
        problems: &mut Vec<Problem>,
    ) -> Option<Value> {
        if self.is_container(draft) {
            let object = object_of(&self.children, draft, problems);
            let chosen = matches!(self.property.shape, Shape::Preset { .. });
            let send = chosen || !object.is_empty() || self.property.required;
            return send.then_some(Value::Object(object));
        }
        self.own(draft).unwrap_or_else(|what| {
            let (path, title) = (self.path.clone(), self.property.title.clone());
            problems.push(Problem { path, title, what });
            None
        })
    }

    fn is_container(&self, draft: &impl Fn(&str) -> Option<String>) -> bool {
        match &self.property.shape {
            Shape::Object(_) => true,
            Shape::Preset { .. } => draft(&self.path).as_deref() == Some(CUSTOM),
            _ => false,
        }
    }

    fn own(&self, draft: &impl Fn(&str) -> Option<String>) -> Result<Option<Value>, What> {
        let property = &self.property;
        let is_text = matches!(property.shape, Shape::Text(_));
        let entry = draft(&self.path);
        // An emptied text is a value, the empty text; an emptied number is no number.
        let entry = entry.filter(|text| (is_text && !property.required) || !text.trim().is_empty());
        let Some(text) = entry else {
            let missing = property.required && property.default.is_none();
            return if missing { Err(What::Missing) } else { Ok(None) };
        };
        let value = match &property.shape {
            Shape::Text(rules) => text_value(text, *rules)?,
            Shape::Integer(range) => integer_value(&text, range)?,
            Shape::Number(range) => number_value(&text, range)?,
            Shape::Boolean => match text.as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => return Err(What::NotAChoice),
            },
            Shape::Choice(choices) | Shape::Preset { choices, .. } => {
                let choice = choices.iter().find(|choice| text_of(choice) == text);
                choice.cloned().ok_or(What::NotAChoice)?
            }
            Shape::File(_) => {
                let text = text.trim();
                let lower: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
                let known = ["https://", "http://", "data:"].iter().any(|s| lower.starts_with(s));
                if !known {
                    return Err(What::NotAFile);
                }
                Value::String(text.to_owned())
            }
            Shape::Json => {
                serde_json::from_str(&text).map_err(|e| What::NotJson(e.line(), e.column()))?
            }
            Shape::Object(_) => return Ok(None),
        };
        Ok(Some(value))
    }
}

fn object_of(
    fields: &[Field],
    draft: &impl Fn(&str) -> Option<String>,
    problems: &mut Vec<Problem>,
) -> Map<String, Value> {
    fields
        .iter()
        .filter_map(|field| Some((field.name().to_owned(), field.value(draft, problems)?)))
        .collect()
}

fn text_value(text: String, rules: TextRules) -> Result<Value, What> {
    let length = text.chars().count();
    match (rules.min_length, rules.max_length) {
        (Some(least), _) if length < least => Err(What::Short(least)),
        (_, Some(most)) if length > most => Err(What::Long(most)),
        _ => Ok(Value::String(text)),
    }
}

fn integer_value(text: &str, range: &Range<i128>) -> Result<Value, What> {
    let number = parse_integer(text).ok_or_else(|| match is_digits(text) {
        true => What::TooLong,
        false => What::NotAnInteger,
    })?;
    within(number, range, integer_text)?;
    // Numbers this far are no longer than 64 bits, and for those dividing is cheap.
    let size = |number: i128| number.unsigned_abs() as u64;
    if let Some(of) = range.multiple_of.filter(|of| size(*of) != 0 && size(number) % size(*of) != 0)
    {
        return Err(What::Multiple(integer_text(of)));
    }
    let exact = u64::try_from(number).map(Number::from);
    let exact = exact.or_else(|_| i64::try_from(number).map(Number::from));
    exact.map(Value::Number).map_err(|_| What::TooLong)
}

/// A limit as text. Limits are far smaller than what they are compared with in full.
fn integer_text(limit: i128) -> String {
    i64::try_from(limit).map_or_else(|_| (limit as u64).to_string(), |limit| limit.to_string())
}

/// Whether a text is nothing but digits, however many.
fn is_digits(text: &str) -> bool {
    let digits = text.trim().trim_start_matches(['+', '-']);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn number_value(text: &str, range: &Range<f64>) -> Result<Value, What> {
    let number = Decimal::parse(text).ok_or(What::NotANumber)?;
    within(number.value, range, number::text_of)?;
    if let Some(of) = range.multiple_of {
        let times = number.value / of;
        // Decimal fractions are not exact in binary: 0.3 is a multiple of 0.1 all the same.
        let nearest = (times + 0.5f64.copysign(times)).trunc();
        if (times - nearest).abs() > 1e-9 * times.abs().max(1.0) {
            return Err(What::Multiple(number::text_of(of)));
        }
    }
    serde_json::from_str(&number.text).map_err(|_| What::NotANumber)
}

fn within<T: PartialOrd + Copy>(
    number: T,
    range: &Range<T>,
    text: fn(T) -> String,
) -> Result<(), What> {
    let low = range.min.filter(|min| number < min.value || (!min.inclusive && number <= min.value));
    let high =
        range.max.filter(|max| number > max.value || (!max.inclusive && number >= max.value));
    let (words, limit) = match (low, high) {
        (Some(min), _) => (if min.inclusive { "at least" } else { "more than" }, min.value),
        (_, Some(max)) => (if max.inclusive { "at most" } else { "less than" }, max.value),
        (None, None) => return Ok(()),
    };
    Err(What::Limit(format!("{words} {}", text(limit))))
}
