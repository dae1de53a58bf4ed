//! Where in a form it shows that an input is not what the document asks of it as a whole.
//!
//! What a document may ask is `schema`'s to know. This file knows what the fields have judged already,
//! more leniently than the letter of the document, and at which field the rest is said.

use std::mem;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::check::THE_INPUT;
use super::{Draft, Field, Form, Problem, What, chosen, inner};
use crate::schema::{Broken, Conditions, Property, Shape, first_broken};

/// The first thing that is wrong with an input whose fields are all right by themselves.
pub(super) fn problem(
    form: &Form,
    conditions: &Conditions,
    input: &mut Map<String, Value>,
    draft: &Draft,
) -> Option<Problem> {
    // It may hold files: it is lent, not copied.
    let whole = Value::Object(mem::take(input));
    let properties = || form.fields.iter().map(|field| &field.property);
    let is_judged = |path: &[String]| is_child_judged(properties(), path);
    let broken = first_broken(conditions, &whole, form.matches, &is_judged);
    if let Value::Object(whole) = whole {
        *input = whole;
    }
    let Broken { path, words } = broken?;
    let (field, rest) = field_at(form, &path, draft);
    let words = match rest {
        [] => words,
        rest => ["is wrong: “", &rest.join("."), "” ", &words].concat(),
    };
    let (key, title) = match field {
        Some(field) => (field.key, field.title),
        None => (String::new(), THE_INPUT.to_owned()),
    };
    Some(Problem { key, title, what: What::Condition(words) })
}

/// The field that a path leads to, or nearest to; and what is left of the path.
fn field_at<'p>(form: &Form, path: &'p [String], draft: &Draft) -> (Option<Field>, &'p [String]) {
    let (mut found, mut rest): (Option<Field>, _) = (None, path);
    while let Some((step, further)) = rest.split_first() {
        let next = match &found {
            None => form.fields.iter().find(|field| field.name() == step).cloned(),
            Some(field) => inner(field, step, draft),
        };
        let Some(next) = next else { break };
        (found, rest) = (Some(next), further);
    }
    while let Some(kind) = found.as_ref().and_then(|field| chosen(field, draft)) {
        found = Some(kind);
    }
    (found, rest)
}

/// Whether a field has judged what is at the end of a path, by its own light.
fn is_judged(shape: &Shape, path: &[String]) -> bool {
    match (shape, path.split_first()) {
        (Shape::Any | Shape::Json, _) => false,
        // What is required by name has no field in a map.
        (Shape::Map(_), Some((_, []))) => false,
        (Shape::Union(kinds), _) => kinds.iter().all(|kind| is_judged(&kind.shape, path)),
        (Shape::List(item, _) | Shape::Map(item), Some((_, rest))) => is_judged(&item.shape, rest),
        (
            Shape::Object(inner, _) | Shape::Preset { custom: inner, .. } | Shape::Tuple(inner),
            Some(_),
        ) => is_child_judged(inner.iter(), path),
        _ => true,
    }
}

fn is_child_judged<'p>(
    mut properties: impl Iterator<Item = &'p Arc<Property>>,
    path: &[String],
) -> bool {
    let Some((name, rest)) = path.split_first() else { return true };
    let child = properties.find(|property| property.name == *name);
    child.is_some_and(|child| is_judged(&child.shape, rest))
}
