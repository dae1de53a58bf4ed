//! From a model's OpenAPI document to a [`Model`]: the inputs a person fills in and the outputs
//! that come back.
//!
//! This room owns everything that is known about the documents fal publishes. It refuses to know
//! how a field is shown, what was typed into it, or how a request travels. Reading is lenient:
//! what cannot be understood becomes a [`Shape::Json`] field and a [`Notice`], never a failure of
//! the whole document.

mod bundled;
mod document;
mod presets;
mod property;
mod text;

pub use bundled::{BUNDLED, Bundled, FIRST};
pub use document::{NotAModel, read};
pub use presets::{PixelSize, pixel_size, ratio};

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
    pub inputs: Vec<Property>,
    /// The names of the output's properties: an answer that has none of them is no result.
    pub outputs: Vec<String>,
}

/// One input of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// The key in the request body.
    pub name: String,
    /// The label: the schema's `title`, or the name in words.
    pub title: String,
    /// One or two sentences of help, dedented; may be empty.
    pub description: String,
    /// Whether the request is refused without it.
    pub required: bool,
    /// Whether the schema allows an explicit `null`.
    pub nullable: bool,
    /// What the server uses when the property is left out.
    pub default: Option<Value>,
    /// Values the model's authors suggest.
    pub examples: Vec<Value>,
    /// What kind of value it is.
    pub shape: Shape,
}

/// The kinds of value a property can take.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Free text.
    Text(TextRules),
    /// A whole number of any size up to 128 bits: seeds exceed what a float can hold.
    Integer(Range<i128>),
    /// A number with a fraction.
    Number(Range<f64>),
    /// True or false.
    Boolean,
    /// One of a list of literals.
    Choice(Vec<Value>),
    /// One of a list of literals, or an object of one's own (fal's `image_size`).
    Preset {
        /// The literals.
        choices: Vec<Value>,
        /// The properties of the object.
        custom: Vec<Property>,
    },
    /// A file, sent as a URL or a data URI.
    File(Medium),
    /// A nested object.
    Object(Vec<Property>),
    /// Anything else: edited as JSON.
    Json,
}

/// Limits on the length of a text, in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TextRules {
    /// Fewest characters.
    pub min_length: Option<usize>,
    /// Most characters.
    pub max_length: Option<usize>,
    /// Whether texts of several lines are expected.
    pub long: bool,
}

/// Limits on a number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range<T> {
    /// The lower limit.
    pub min: Option<Limit<T>>,
    /// The upper limit.
    pub max: Option<Limit<T>>,
    /// The number has to be a multiple of this.
    pub multiple_of: Option<T>,
}

/// One end of a [`Range`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit<T> {
    /// Where the limit is.
    pub value: T,
    /// Whether the limit itself is allowed.
    pub inclusive: bool,
}

/// What a file field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A still picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// An archive of files.
    Archive,
    /// Whatever the model makes of it.
    Any,
}

/// Something in a document that could not be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Dotted path of the property.
    pub path: String,
    /// What was found and what became of it.
    pub message: String,
}
