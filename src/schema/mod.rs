//! From a model's OpenAPI document to a [`Model`]: the inputs a person fills in and the outputs
//! that come back.
//!
//! This room owns everything that is known about the documents fal publishes. It refuses to know
//! how a field is shown, what was typed into it, or how a request travels. Reading is lenient:
//! what cannot be understood becomes a [`Shape::Json`] field and a [`Notice`], never a failure of
//! the whole document. Only a document that would fill a form no browser can hold is refused.

mod bundled;
mod condition;
mod document;
mod file;
mod markdown;
mod node;
mod presets;
mod property;
mod rules;
mod shape;
mod text;

pub use bundled::{BUNDLED, Bundled, FIRST};
pub use condition::{Broken, first_broken};
pub use document::{LARGEST, NotAModel, read};
pub use file::{FileRules, Medium};
pub use markdown::{Span, spans};
pub use presets::{PixelSize, pixel_size, ratio};
pub(crate) use property::nameless;
pub use rules::{ItemRules, Limit, Range, TextRules};
pub use text::text_of;

use std::sync::Arc;

use serde_json::Value;

use crate::queue::EndpointId;

/// A model as the form needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The endpoint that requests are submitted to, such as `fal-ai/flux/dev`.
    pub endpoint: EndpointId,
    /// The name a person knows the model by; the endpoint id when the document gives none.
    pub name: String,
    /// The inputs, in the order in which the model's authors want them shown.
    pub inputs: Vec<Arc<Property>>,
    /// Whether inputs are taken that the document does not name.
    pub extra: ExtraKeys,
    /// The names of the output's properties: an answer that has none of them is no result.
    pub outputs: Vec<String>,
    /// Tells this document from any other state of it.
    pub fingerprint: String,
    /// What its fields cannot judge one by one, if anything.
    pub conditions: Option<Arc<Conditions>>,
}

/// A document that asks more of an input than its fields judge: see [`first_broken`].
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    document: Value,
}

impl Model {
    /// Whether there is an input of this name.
    pub fn has_input(&self, name: &str) -> bool {
        self.inputs.iter().any(|input| input.name == name)
    }
}

/// One input of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The key in the request body.
    pub name: String,
    /// The label: the schema's `title`, or the name in words.
    pub title: String,
    /// Help, dedented, with its Markdown; may be empty. See [`spans`].
    pub description: String,
    /// Whether the request is refused without it.
    pub required: bool,
    /// Whether the schema allows an explicit `null`.
    pub nullable: bool,
    /// What the server uses when the property is left out; `None` as well when that is `null`.
    pub default: Option<Value>,
    /// Values the model's authors suggest.
    pub examples: Vec<Value>,
    /// Whether the model's authors want it in front.
    pub important: bool,
    /// Whether the model's authors want it out of sight.
    pub hidden: bool,
    /// What kind of value it is.
    pub shape: Shape,
    /// Why no better control than JSON fits, if so.
    pub notice: Option<&'static str>,
}

/// The kinds of value a property can take.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Free text.
    Text(TextRules),
    /// A number, whole or not.
    Number(Range),
    /// True or false.
    Boolean,
    /// One of a list of literals.
    Choice(Vec<Value>),
    /// Free text, with literals to choose from.
    Suggested(Vec<Value>, TextRules),
    /// One of a list of literals, or an object of one's own (fal's `image_size`).
    Preset {
        /// The literals.
        choices: Vec<Value>,
        /// The properties of the object.
        custom: Vec<Arc<Property>>,
    },
    /// A file, sent as a URL or a data URI.
    File(FileRules),
    /// A list of values of one kind.
    List(Arc<Property>, ItemRules),
    /// A list of a fixed number of values, each of its own kind.
    Tuple(Vec<Arc<Property>>),
    /// A nested object.
    Object(Vec<Arc<Property>>, ExtraKeys),
    /// Values of one kind under names of one's own.
    Map(Arc<Property>),
    /// A value of one of several kinds.
    Union(Vec<Arc<Property>>),
    /// A value of any kind: text, or JSON where the text is JSON.
    Any,
    /// What no control fits: edited as JSON.
    Json,
}

/// Whether an object takes keys that its schema does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtraKeys {
    /// They are sent, and the model makes of them what it will.
    Allowed,
    /// The schema says `additionalProperties: false`.
    Refused,
}

/// Something in a document that could not be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Dotted path of the property.
    pub path: String,
    /// What was found and what became of it.
    pub message: &'static str,
}
