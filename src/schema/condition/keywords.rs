//! The keywords of one schema. Those that hold something odd ask for nothing.

use serde_json::{Map, Value};

use crate::number::Decimal;
use crate::schema::rules::decimal;

pub(super) type Schema = Map<String, Value>;

pub(super) fn is_true(schema: &Schema, word: &str) -> bool {
    schema.get(word) == Some(&Value::Bool(true))
}

pub(super) fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

/// The schema under a keyword.
pub(super) fn part<'d>(schema: &'d Schema, word: &str) -> Option<&'d Value> {
    schema.get(word).filter(|part| is_schema(part))
}

pub(super) fn list<'d>(schema: &'d Schema, word: &str) -> &'d [Value] {
    schema.get(word).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

pub(super) fn entries<'d>(
    schema: &'d Schema,
    word: &str,
) -> impl Iterator<Item = (&'d String, &'d Value)> {
    schema.get(word).and_then(Value::as_object).into_iter().flatten()
}

/// The types allowed.
pub(super) fn kinds(schema: &Schema) -> Vec<&str> {
    let said = schema.get("type");
    said.and_then(Value::as_str).into_iter().chain(texts(said)).collect()
}

/// The texts in a list.
pub(super) fn texts(list: Option<&Value>) -> Vec<&str> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

pub(super) fn count(schema: &Schema, word: &str) -> Option<usize> {
    schema.get(word).and_then(decimal)?.whole()?.parse().ok()
}

/// What a reference within the document leads to.
pub(super) fn target<'d>(document: &'d Value, schema: &Schema) -> Option<&'d Value> {
    document.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

pub(super) fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        // What is too large or too small to be worked out is left to the model.
        "integer" => {
            value.is_number() && Decimal::of(value).is_none_or(|number| number.whole().is_some())
        }
        _ => true,
    }
}
