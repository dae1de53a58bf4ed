//! Kinds of value in words, as far as a schema can be put into a few.

use std::slice;

use serde_json::Value;

use super::keywords::{Schema, kinds, list, target, texts};

/// How many literals or names are listed.
const MOST_LISTED: usize = 4;

/// `1 item`, `2 items`.
pub(super) fn many(number: usize, name: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    [&number.to_string(), " ", name, s].concat()
}

/// The kind, with its article.
pub(super) fn kind_in_words(kind: &str) -> &str {
    match kind {
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

/// Literals as JSON, if they are few and short.
pub(super) fn in_words(literals: &[Value]) -> Option<String> {
    let is_short = |value: &&Value| !matches!(value, Value::Array(_) | Value::Object(_));
    let listed: Vec<String> = literals
        .iter()
        .take_while(is_short)
        .take(MOST_LISTED + 1)
        .map(ToString::to_string)
        .collect();
    let is_all = listed.len() == literals.len() && listed.len() <= MOST_LISTED;
    Some(listed.join(" or ")).filter(|words| is_all && words.len() < 100)
}

/// What a value that fits a schema is, where that is said in a word: by its title, its literals, the
/// keys it has to have, or its type. Part of what is asked would be a wrong word.
pub(super) fn name_of(document: &Value, schema: &Value) -> Option<String> {
    let schema = schema.as_object()?;
    own_name(schema).or_else(|| own_name(target(document, schema)?.as_object()?))
}

fn own_name(schema: &Schema) -> Option<String> {
    if let Some(title) = schema.get("title").and_then(Value::as_str) {
        return Some(["“", title, "”"].concat());
    }
    let says_only = |words: &[&str]| {
        schema.keys().all(|word| word == "description" || words.contains(&word.as_str()))
    };
    let names = texts(schema.get("required"));
    let kinds = kinds(schema);
    let only = schema.get("const").map(slice::from_ref);
    if only.is_some() && says_only(&["const", "type"]) {
        in_words(only?)
    } else if schema.contains_key("enum") && says_only(&["enum", "type"]) {
        in_words(list(schema, "enum"))
    } else if says_only(&["required", "type"]) && (1..=MOST_LISTED).contains(&names.len()) {
        Some(["an object with “", &names.join("” and “"), "”"].concat())
    } else if says_only(&["type"]) && !kinds.is_empty() {
        Some(kinds.into_iter().map(kind_in_words).collect::<Vec<_>>().join(" or "))
    } else {
        None
    }
}
