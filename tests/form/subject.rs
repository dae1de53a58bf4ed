//! A document as this program reads it, and as a validator reads it that knows nothing of this one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Write};

use flux_studio::form::Form;
use flux_studio::schema::{Model, Notice, read};
use jsonschema::Validator;
use regex::Regex;
use serde_json::{Value, json};

pub(crate) struct Subject {
    pub(crate) model: Model,
    pub(crate) notices: Vec<Notice>,
    pub(crate) form: Form,
    pub(crate) validator: Validator,
    /// What the validator is made of.
    pub(crate) schema: Value,
}

impl Subject {
    pub(crate) fn new(text: &str) -> Self {
        let (model, notices) = read(text).unwrap_or_else(|e| panic!("{e}: {text:.200}"));
        let mut document: Value = serde_json::from_str(text).unwrap();
        let whole = document.clone();
        as_2020_12(&whole, &mut document);
        let submit = &document["paths"][format!("/{}", model.endpoint)]["post"];
        let mut schema = submit["requestBody"]["content"]["application/json"]["schema"].clone();
        schema["components"] = document["components"].clone();
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        let validator =
            options.build(&schema).unwrap_or_else(|e| panic!("{}: {e}", model.endpoint));
        Self { form: Form::new(&model, matches), model, notices, validator, schema }
    }

    pub(crate) fn id(&self) -> &str {
        self.model.endpoint.as_str()
    }

    pub(crate) fn errors(&self, input: &Value) -> Vec<String> {
        let errors = self.validator.iter_errors(input);
        errors.map(|error| format!("{} at {}", error, error.instance_path())).collect()
    }
}

/// fal's documents say OpenAPI 3.0 and mostly write JSON Schema 2020-12: this is the rest. References
/// that lead nowhere allow anything.
fn as_2020_12(document: &Value, schema: &mut Value) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let pointer = target.strip_prefix('#');
        if pointer.and_then(|pointer| document.pointer(pointer)).is_none() {
            *schema = Value::Bool(true);
        }
    }
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        let inner = schema.as_object_mut().unwrap();
        inner.shift_remove("nullable");
        *schema = json!({ "anyOf": [schema.take(), { "type": "null" }] });
    }
    match schema {
        Value::Object(object) => object.values_mut().for_each(|inner| as_2020_12(document, inner)),
        Value::Array(list) => list.iter_mut().for_each(|inner| as_2020_12(document, inner)),
        _ => {}
    }
}

thread_local! {
    static PATTERNS: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// What a browser's `RegExp` does; patterns it could not read would match nothing or anything.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    PATTERNS.with_borrow_mut(|known| {
        let pattern = known.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).ok());
        pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
    })
}

/// The collection that `FLUX_STUDIO_SCHEMAS` names, a document a line.
pub(crate) fn collection(what_for: &str) -> Vec<String> {
    let Some(path) = std::env::var_os("FLUX_STUDIO_SCHEMAS") else {
        say(&format!("skipped: {what_for} (FLUX_STUDIO_SCHEMAS is not set)"));
        return Vec::new();
    };
    let text = std::fs::read_to_string(&path).expect("FLUX_STUDIO_SCHEMAS names a readable file");
    text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
}

/// Past the capture of test output: what was left out, and figures, must be seen.
pub(crate) fn say(text: &str) {
    let mut out = io::stderr();
    writeln!(out, "{text}").unwrap();
}
