//! From a [`Model`] to a form, and from what was typed to a request.
//!
//! Two types keep the promise that only a valid request can be sent: [`Draft`] is text as typed,
//! [`Request`] can only come out of [`Form::check`]. One [`Field`] decides control, hint,
//! validation and payload alike. This room refuses to know how a control looks.

mod adopt;
mod check;
mod condition;
mod draft;
mod field;
mod fold;
mod import;
mod kept;
mod literal;
mod problem;
mod text;
mod write;

pub use adopt::{Change, Dropped};
pub use check::{Matches, Reading, Request};
pub use draft::{Draft, Entry, MOST_ITEMS, is_within, item_key};
pub use field::{Control, Field, Need, Slider, chosen_of, literals_of};
pub use fold::Folded;
pub use import::Imported;
pub use problem::{Problem, What};
pub use text::{Meaning, NotAnInput};

pub use crate::schema::text_of;

use std::sync::Arc;

use crate::queue::Expected;
use crate::schema::{Conditions, ExtraKeys, Model, Shape, pixel_size};

/// The literal that stands for "an object of one's own" in a preset field's own entry.
pub const CUSTOM: &str = "custom";

/// A model's inputs as fields.
#[derive(Debug, Clone)]
pub struct Form {
    /// The fields in the order in which they are sent.
    pub fields: Vec<Field>,
    /// Whether keys are taken that no field is for.
    extra: ExtraKeys,
    matches: Matches,
    conditions: Option<Arc<Conditions>>,
}

impl Default for Form {
    fn default() -> Self {
        let fields = Vec::new();
        Self { fields, extra: ExtraKeys::Allowed, matches: |_, _| true, conditions: None }
    }
}

impl Form {
    /// The form of a model. `matches` judges the regular expressions in its schema.
    pub fn new(model: &Model, matches: Matches) -> Self {
        let fields = model.inputs.iter().map(|property| Field::new(property, "")).collect();
        Self { fields, extra: model.extra, matches, conditions: model.conditions.clone() }
    }

    /// The field at a key, when there is one.
    pub fn at(&self, key: &str) -> Option<Field> {
        let mut field = self.fields.iter().find(|field| is_within(key, &field.key))?.clone();
        loop {
            // The key of an item is the plain number: `list.07` is none.
            let rest = key.strip_prefix(&field.key)?;
            if rest.is_empty() {
                return Some(field);
            }
            let number = |rest: &str| rest.split(['.', '|']).next()?.parse().ok();
            field = match (&field.property.shape, rest.strip_prefix('|')) {
                (Shape::Union(_), Some(rest)) => field.branch(number(rest)?)?,
                (Shape::List(..) | Shape::Map(_), None) => field.item(number(rest.get(1..)?)?)?,
                (_, None) => {
                    field.children().into_iter().find(|child| is_within(key, &child.key))?
                }
                _ => return None,
            };
        }
    }

    /// The field a server's `loc` speaks of: the longest part of it that leads anywhere. Names of
    /// union branches and of validators, which Pydantic puts in between, are passed over.
    pub fn find(&self, loc: &[String], draft: &Draft) -> Option<Field> {
        let mut found: Option<Field> = None;
        for step in loc {
            let next = match &found {
                None => self.fields.iter().find(|field| field.name() == step).cloned(),
                Some(field) => inner(field, step, draft),
            };
            found = next.or(found);
        }
        // A union is complained about where its value is.
        while let Some(branch) = found.as_ref().and_then(|field| chosen(field, draft)) {
            found = Some(branch);
        }
        found
    }

    /// What the person may expect to see, by the conventions of fal's picture models.
    pub fn expects(&self, get: &dyn Fn(&str) -> Option<String>) -> Expected {
        let entry = |field: &Field| {
            get(&field.key).filter(|text| !text.is_empty()).or_else(|| field.default_text())
        };
        let by_name = |name: &str| self.fields.iter().find(|field| field.name() == name);
        let number = |name: &str| by_name(name).and_then(entry)?.parse().ok();
        let count: Option<u32> = number("num_images");
        let size = by_name("image_size").and_then(|field| match entry(field)?.as_str() {
            CUSTOM => {
                let side =
                    |name: &str| entry(&field.child(name)?)?.parse().ok().filter(|n: &u32| *n > 0);
                side("width").zip(side("height"))
            }
            preset => pixel_size(preset).map(|size| (size.width, size.height)),
        });
        let steps = number("num_inference_steps");
        Expected { size, count: count.unwrap_or(1).clamp(1, 16), steps }
    }
}

fn chosen(field: &Field, draft: &Draft) -> Option<Field> {
    field.branch(draft.get(&field.key)?.parse().ok()?)
}

/// The field that one step of a `loc` leads to from another.
fn inner(field: &Field, step: &str, draft: &Draft) -> Option<Field> {
    match &field.property.shape {
        // The items of a list of choices have no fields of their own.
        Shape::List(item, _) if matches!(item.shape, Shape::Choice(_)) => None,
        Shape::List(..) => field.item(step.parse().ok()?),
        Shape::Map(_) => {
            let count = draft.count(&field.key)?;
            let index =
                (0..count).find(|index| draft.get(&field.name_key(*index)) == Some(step))?;
            field.item(index)
        }
        Shape::Union(_) => inner(&chosen(field, draft)?, step, draft),
        _ => field.child(step),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FIRST, read};

    #[test]
    fn the_first_form_needs_nothing_of_the_second_half_of_the_program() {
        let form = Form::new(&read(FIRST).unwrap().0, |_, _| true);
        let mut fields = form.fields.clone();
        while let Some(field) = fields.pop() {
            let control = field.control();
            let is_later = matches!(
                control,
                Control::Search
                    | Control::Several
                    | Control::File(_)
                    | Control::Items
                    | Control::Map
                    | Control::Union
            );
            assert!(!is_later, "{}: {control:?}", field.key);
            fields.extend(field.children());
        }
    }
}
