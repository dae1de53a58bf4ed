//! What Pydantic v2 says of one mistake: its type, its sentence and the limits it names. Translates a
//! validator's error; where in the input it is, and whose error it is, is for [`mod@super::validate`].

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::{Value, json};

/// A mistake in Pydantic's words.
pub(crate) struct Mistake {
    pub(crate) kind: &'static str,
    pub(crate) msg: String,
    /// What the sentence is about, by name.
    pub(crate) ctx: Vec<(&'static str, Value)>,
}

impl Mistake {
    /// Translates an error that is neither about a union nor about a missing field.
    pub(crate) fn of(error: &ValidationError<'_>) -> Self {
        let input = error.instance().as_ref();
        let limit = |kind, words: &str, key, limit: &Value| Self {
            kind,
            msg: format!("Input should be {words} {limit}"),
            ctx: vec![(key, limit.clone())],
        };
        match error.kind() {
            Kind::Minimum { limit: least } => {
                limit("greater_than_equal", "greater than or equal to", "ge", least)
            }
            Kind::Maximum { limit: most } => {
                limit("less_than_equal", "less than or equal to", "le", most)
            }
            Kind::ExclusiveMinimum { limit: below } => {
                limit("greater_than", "greater than", "gt", below)
            }
            Kind::ExclusiveMaximum { limit: above } => limit("less_than", "less than", "lt", above),
            Kind::MultipleOf { multiple_of } => {
                limit("multiple_of", "a multiple of", "multiple_of", &plain(json!(multiple_of)))
            }
            Kind::MinLength { limit: least } => Self {
                kind: "string_too_short",
                msg: format!("String should have at least {}", counted(*least, "character")),
                ctx: vec![("min_length", (*least).into())],
            },
            Kind::MaxLength { limit: most } => Self {
                kind: "string_too_long",
                msg: format!("String should have at most {}", counted(*most, "character")),
                ctx: vec![("max_length", (*most).into())],
            },
            Kind::MinItems { limit: least } => {
                list("too_short", "at least", "min_length", *least, input)
            }
            Kind::MaxItems { limit: most } => {
                list("too_long", "at most", "max_length", *most, input)
            }
            Kind::Pattern { pattern } => Self {
                kind: "string_pattern_mismatch",
                msg: format!("String should match pattern '{pattern}'"),
                ctx: vec![("pattern", pattern.as_str().into())],
            },
            Kind::Enum { options } => literal(choices(options)),
            Kind::Constant { expected_value } => literal(quoted(expected_value)),
            Kind::Type { kind } => {
                let (kind, msg) = wrong_type(kind, input);
                Self { kind, msg: msg.to_owned(), ctx: Vec::new() }
            }
            _ => Self {
                kind: "value_error",
                msg: format!("Value error, {}", error.masked()),
                ctx: Vec::new(),
            },
        }
    }
}

/// One choice as Python writes it.
pub(crate) fn quoted(option: &Value) -> String {
    option.as_str().map_or_else(|| option.to_string(), |text| format!("'{text}'"))
}

fn literal(expected: String) -> Mistake {
    Mistake {
        kind: "literal_error",
        msg: format!("Input should be {expected}"),
        ctx: vec![("expected", expected.into())],
    }
}

fn list(kind: &'static str, words: &str, key: &'static str, limit: u64, input: &Value) -> Mistake {
    let actual = input.as_array().map_or(0, Vec::len);
    Mistake {
        kind,
        msg: format!(
            "List should have {words} {} after validation, not {actual}",
            counted(limit, "item")
        ),
        ctx: vec![
            ("field_type", "List".into()),
            (key, limit.into()),
            ("actual_length", actual.into()),
        ],
    }
}

fn counted(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// The same number without a fraction that says nothing.
fn plain(number: Value) -> Value {
    match number.as_f64() {
        Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => (float as i64).into(),
        _ => number,
    }
}

fn wrong_type(expected: &TypeKind, input: &Value) -> (&'static str, &'static str) {
    let expected = match expected {
        TypeKind::Single(kind) => Some(*kind),
        TypeKind::Multiple(kinds) => kinds.iter().next(),
    };
    match (expected, input) {
        (Some(JsonType::String), _) => ("string_type", "Input should be a valid string"),
        (Some(JsonType::Integer), Value::String(_)) => {
            ("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        }
        (Some(JsonType::Integer), Value::Number(_)) => (
            "int_from_float",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        (Some(JsonType::Integer), _) => ("int_type", "Input should be a valid integer"),
        (Some(JsonType::Number), Value::String(_)) => {
            ("float_parsing", "Input should be a valid number, unable to parse string as a number")
        }
        (Some(JsonType::Number), _) => ("float_type", "Input should be a valid number"),
        (Some(JsonType::Boolean), Value::String(_) | Value::Number(_)) => {
            ("bool_parsing", "Input should be a valid boolean, unable to interpret input")
        }
        (Some(JsonType::Boolean), _) => ("bool_type", "Input should be a valid boolean"),
        (Some(JsonType::Array), _) => ("list_type", "Input should be a valid list"),
        (Some(JsonType::Object), _) => (
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
        ),
        (Some(JsonType::Null), _) | (None, _) => ("none_required", "Input should be None"),
    }
}

/// `'jpeg' or 'png'`, `'none', 'regular' or 'high'`
fn choices(options: &Value) -> String {
    let options: Vec<String> =
        options.as_array().map(|options| options.iter().map(quoted).collect()).unwrap_or_default();
    match options.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
