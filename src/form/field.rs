//! One field: which control fits it, what it shows when nothing is set, and how a value of the
//! payload is written back into it.

use serde_json::Value;

use super::{CUSTOM, Draft};
use crate::schema::{Limit, Medium, Property, Range, Shape};

/// Up to this many choices stand side by side; more go into a list.
const RADIOS: usize = 7;

/// An input of the model, placed in a form.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Dotted path: the control's `name` and the key of its entry in a draft.
    pub path: String,
    /// What the schema says.
    pub property: Property,
    /// The fields of a nested object.
    pub children: Vec<Field>,
}

/// The control a field is edited with.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    /// One line of text.
    Line,
    /// Text that grows.
    Text,
    /// A number; with both bounds also a slider.
    Number {
        /// Whether fractions make sense.
        integer: bool,
        /// The slider, when both bounds are known.
        slider: Option<Slider>,
    },
    /// A number that picks one of endless variations.
    Seed,
    /// On or off.
    Switch,
    /// Choices side by side, as literals.
    Radios(Vec<String>),
    /// Choices in a list, as literals.
    List(Vec<String>),
    /// Choices side by side, and an object of one's own.
    Presets(Vec<String>),
    /// A file or its URL.
    File(Medium),
    /// A titled group of fields.
    Group,
    /// JSON as text.
    Json,
}

/// The ends and the grain of a slider.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slider {
    /// The left end.
    pub min: f64,
    /// The right end.
    pub max: f64,
    /// The distance of two stops.
    pub step: f64,
}

impl Field {
    pub(super) fn new(property: &Property, parent: &str) -> Self {
        let path = match parent {
            "" => property.name.clone(),
            parent => format!("{parent}.{}", property.name),
        };
        let inner = match &property.shape {
            Shape::Object(inner) | Shape::Preset { custom: inner, .. } => inner.as_slice(),
            _ => &[],
        };
        let children = inner.iter().map(|child| Self::new(child, &path)).collect();
        Self { path, property: property.clone(), children }
    }

    /// The key in its object.
    pub fn name(&self) -> &str {
        &self.property.name
    }

    /// The label.
    pub fn title(&self) -> &str {
        &self.property.title
    }

    /// The control that fits.
    pub fn control(&self) -> Control {
        match &self.property.shape {
            Shape::Text(rules) if rules.long => Control::Text,
            Shape::Text(_) => Control::Line,
            Shape::Integer(range) => match slider(range, Some(1.0), |n| n as f64) {
                None if self.is_seed() => Control::Seed,
                slider => Control::Number { integer: true, slider },
            },
            Shape::Number(range) => {
                Control::Number { integer: false, slider: slider(range, None, |n| n) }
            }
            Shape::Boolean => Control::Switch,
            Shape::Choice(choices) if choices.len() <= RADIOS => Control::Radios(texts(choices)),
            Shape::Choice(choices) => Control::List(texts(choices)),
            Shape::Preset { choices, .. } => Control::Presets(texts(choices)),
            Shape::File(medium) => Control::File(*medium),
            Shape::Object(_) => Control::Group,
            Shape::Json => Control::Json,
        }
    }

    /// Whether an empty entry is a value of its own.
    pub fn is_text(&self) -> bool {
        matches!(self.property.shape, Shape::Text(_))
    }

    /// The default as it would be typed; for a preset whose default is an object, `custom`.
    pub fn default_text(&self) -> Option<String> {
        let default = self.property.default.as_ref()?;
        match (&self.property.shape, default) {
            (Shape::Preset { .. }, Value::Object(_)) => Some(CUSTOM.to_owned()),
            (_, value) => Some(text_of(value)),
        }
    }

    /// fal's models call the number that makes a run repeatable a seed, and answer with it.
    fn is_seed(&self) -> bool {
        self.name() == "seed" || self.name().ends_with("_seed")
    }

    pub(super) fn write(&self, value: &Value, draft: &mut Draft) {
        match (&self.property.shape, value) {
            (_, Value::Null) => {}
            (Shape::Object(_), Value::Object(object)) => self.write_children(object, draft),
            (Shape::Preset { .. }, Value::Object(object)) => {
                draft.insert(&self.path, CUSTOM.to_owned());
                self.write_children(object, draft);
            }
            _ => {
                draft.insert(&self.path, text_of(value));
            }
        }
    }

    fn write_children(&self, object: &serde_json::Map<String, Value>, draft: &mut Draft) {
        for child in &self.children {
            if let Some(value) = object.get(child.name()) {
                child.write(value, draft);
            }
        }
    }
}

/// A literal as it is typed and as it stands in a control's `value`.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn texts(choices: &[Value]) -> Vec<String> {
    choices.iter().map(text_of).collect()
}

fn slider<T: Copy>(
    range: &Range<T>,
    grain: Option<f64>,
    float: impl Fn(T) -> f64,
) -> Option<Slider> {
    let (low, high) = (range.min?, range.max?);
    let width = float(high.value) - float(low.value);
    // Beyond this a slider's pixel stands for too many numbers to be of use, and a float for
    // more than one.
    if width <= 0.0 || width > 1e6 {
        return None;
    }
    // Without a grain of its own: about a hundred stops, on a round number.
    let about_a_hundredth = || {
        let stops = [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3];
        stops.into_iter().find(|step| width / step <= 320.0).unwrap_or(1e4)
    };
    let step = range.multiple_of.map(&float).or(grain).unwrap_or_else(about_a_hundredth);
    let nudge = |limit: Limit<T>, sign: f64| {
        float(limit.value) + if limit.inclusive { 0.0 } else { sign * step }
    };
    Some(Slider { min: nudge(low, 1.0), max: nudge(high, -1.0), step })
}
