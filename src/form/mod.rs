//! From a [`Model`] to a form, and from what was typed to a request.
//!
//! Two types keep the promise that only a valid request can be sent: [`Draft`] is text as typed,
//! [`Request`] can only come out of [`Form::check`]. One [`Field`] decides control, hint,
//! validation and payload alike. This room refuses to know how a control looks.

mod check;
mod draft;
mod field;
mod problem;

pub use check::Request;
pub use draft::Draft;
pub use field::{Control, Field, Slider, text_of};
pub use problem::{Problem, What};

use serde_json::{Map, Value};

use crate::queue::Expected;
use crate::schema::{Model, pixel_size};

/// The literal that stands for "an object of one's own" in a preset field's own entry.
pub const CUSTOM: &str = "custom";

/// A model's inputs as fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The fields in the order in which they are shown.
    pub fields: Vec<Field>,
}

impl Form {
    /// The form of a model.
    pub fn new(model: &Model) -> Self {
        Self { fields: model.inputs.iter().map(|property| Field::new(property, "")).collect() }
    }

    /// Every field, parents before their children.
    pub fn all(&self) -> Vec<&Field> {
        let mut all: Vec<&Field> = Vec::new();
        let mut rest: Vec<&Field> = self.fields.iter().rev().collect();
        while let Some(field) = rest.pop() {
            all.push(field);
            rest.extend(field.children.iter().rev());
        }
        all
    }

    /// The field a server's `loc` speaks of: the longest part of it that leads anywhere. Names of
    /// union branches, which Pydantic puts in between, are passed over.
    pub fn find(&self, loc: &[String]) -> Option<&Field> {
        let mut found: Option<&Field> = None;
        for step in loc {
            let among = found.map_or(&self.fields, |field| &field.children);
            found = among.iter().find(|field| field.name() == step).or(found);
        }
        found
    }

    /// The entries a payload stands for: the inverse of [`Form::check`], as far as this form has
    /// fields for it.
    pub fn draft_of(&self, payload: &Map<String, Value>) -> Draft {
        let mut draft = Draft::new();
        for field in &self.fields {
            if let Some(value) = payload.get(field.name()) {
                field.write(value, &mut draft);
            }
        }
        draft
    }

    /// What the person may expect to see, by the conventions of fal's picture models.
    pub fn expects(&self, draft: &impl Fn(&str) -> Option<String>) -> Expected {
        let entry = |field: &Field| {
            draft(&field.path).filter(|text| !text.is_empty()).or_else(|| field.default_text())
        };
        let by_name = |name: &str| self.fields.iter().find(|field| field.name() == name);
        let count = by_name("num_images").and_then(entry).and_then(|text| text.parse().ok());
        let size = by_name("image_size").and_then(|field| match entry(field)?.as_str() {
            CUSTOM => {
                let side = |name: &str| {
                    let child = field.children.iter().find(|child| child.name() == name)?;
                    entry(child)?.parse().ok().filter(|n: &u32| *n > 0)
                };
                side("width").zip(side("height"))
            }
            preset => pixel_size(preset).map(|size| (size.width, size.height)),
        });
        Expected { size, count: count.unwrap_or(1).clamp(1, 16) }
    }
}
