//! A model's complaints: the list in `detail`, one of them for each thing that is wrong.

use serde_json::Value;

use super::clean::{quote, quoted};
use super::{Cure, FieldFailure, Side, Verdict, kinds};

/// The most complaints of one reply that are shown.
const MOST: usize = 20;

/// The longest name of a field that is shown.
const NAME: usize = 80;

/// What a model complains of, by field, and the names of the kinds.
pub(super) fn of_details(details: &[Value]) -> (Verdict, Vec<FieldFailure>, Vec<&str>) {
    let (mut fields, mut names) = (Vec::new(), Vec::new());
    let (mut whole, mut single) = (None, None);
    for detail in details.iter().take(MOST) {
        let name = detail.get("type").and_then(Value::as_str).unwrap_or_default();
        let kind = kinds::of_model(name, detail.get("ctx"));
        let loc = place(detail);
        let message = match &kind {
            Some(kind) => kind.what.clone(),
            // Some list plain sentences.
            None => quote(message(detail).unwrap_or("Not accepted")),
        };
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
        let field = FieldFailure { loc, message };
        match kind {
            // What is the case with all of it goes before what is the matter with one value.
            Some(kind) if !kind.is_of_value() => whole = whole.or(Some(kind)),
            kind => single = Some((kind, field.clone())),
        }
        fields.push(field);
    }
    let verdict = match (whole, single) {
        (Some(kind), _) => Verdict::of(Side::Model, kind),
        (None, Some((kind, field))) if fields.len() == 1 => {
            let place = quoted(&field.place(), NAME);
            let what = match (&kind, place.as_str()) {
                (None, _) => ["“", &field.message, "”"].concat(),
                (Some(kind), "") => ["it ", &kind.what].concat(),
                (Some(kind), place) => ["“", place, "” ", &kind.what].concat(),
            };
            let advice = kind.map_or(CORRECT, |kind| kind.advice);
            Verdict::new(
                Side::Model,
                ["The model refused the input: ", &what, "."].concat(),
                Cure::Change(advice),
            )
        }
        _ => Verdict::new(Side::Model, "The model refused the input.", Cure::Change(CORRECT)),
    };
    (verdict, fields, names)
}

const CORRECT: &str = "Correct the fields named here and generate again.";

/// The words of a complaint.
fn message(detail: &Value) -> Option<&str> {
    let text = |key: &str| detail.get(key)?.as_str();
    text("msg").or_else(|| text("message")).or_else(|| detail.as_str())
}

/// The way to the value, without the leading `body`.
fn place(detail: &Value) -> Vec<String> {
    let steps = detail.get("loc").and_then(Value::as_array).into_iter().flatten();
    let steps = steps.map(|step| match step {
        Value::String(name) => quoted(name, NAME),
        other => quoted(&other.to_string(), NAME),
    });
    let mut loc: Vec<String> = steps.take(MOST).collect();
    if loc.first().is_some_and(|first| first == "body") {
        loc.remove(0);
    }
    loc
}
