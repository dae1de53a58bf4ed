//! One field: where it is, which control fits it, what it shows when nothing is set.

use std::sync::Arc;

use serde_json::Value;

use super::draft::item_key;
use super::{CUSTOM, Entry};
use crate::schema::{FileRules, Medium, Property, Range, Shape, TextRules, text_of};

/// Up to this many choices stand side by side; more go into a list.
const RADIOS: usize = 7;
/// Above this many choices a list is searched by typing.
const SEARCHED: usize = 20;

/// An input of the model, placed in a form. It is made when it is looked at: the items of a list
/// are as many as the person wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Where its entry is in a draft: names and places joined by dots, with `|n` for a branch.
    pub key: String,
    /// The label.
    pub title: String,
    /// Whether the request is refused without it.
    pub need: Need,
    /// What the schema says.
    pub property: Arc<Property>,
}

/// What it means that a field is unset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The server decides.
    Optional,
    /// Something has to be entered, unless the server has something else for it.
    Required,
    /// It stands in a list, and has to have a value because it is there.
    Item,
}

/// The control a field is edited with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Control {
    /// One line of text.
    Line,
    /// Text that grows.
    Text,
    /// A number; with both bounds also a slider.
    Number(Option<Slider>),
    /// A number that picks one of endless variations.
    Seed,
    /// On or off.
    Switch,
    /// Choices side by side.
    Radios,
    /// Choices in a list.
    List,
    /// Choices in a list that is searched by typing.
    Search,
    /// Choices side by side, and an object of one's own.
    Presets,
    /// Several of a list of choices.
    Several,
    /// A file or its URL.
    File(Medium),
    /// A list of fields of one kind.
    Items,
    /// A list of named fields of one kind.
    Map,
    /// A titled group of fields.
    Group,
    /// One of several kinds of field.
    Union,
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
    pub(super) fn new(property: &Arc<Property>, parent: &str) -> Self {
        let mut key = parent.to_owned();
        if !parent.is_empty() {
            key.push('.');
        }
        // What separates the parts of a key cannot stand in one; blanks separate ids in HTML.
        for letter in property.name.chars() {
            match letter {
                '~' => key.push_str("~0"),
                '.' => key.push_str("~1"),
                '|' => key.push_str("~2"),
                ' ' => key.push_str("~3"),
                letter if letter.is_whitespace() => {
                    key.push_str(&["~5", &u32::from(letter).to_string(), "~"].concat());
                }
                letter => key.push(letter),
            }
        }
        if property.name.is_empty() {
            key.push_str("~4");
        }
        let need = if property.required { Need::Required } else { Need::Optional };
        Self { key, title: property.title.clone(), need, property: Arc::clone(property) }
    }

    /// The key in its object.
    pub fn name(&self) -> &str {
        &self.property.name
    }

    /// The dotted path of the value in the request: the control's `name`.
    pub fn path(&self) -> String {
        path_of(&self.key)
    }

    /// The fields of an object, of a tuple, or of a size of one's own.
    pub fn children(&self) -> Vec<Self> {
        let (inner, is_tuple) = match &self.property.shape {
            Shape::Object(inner, _) | Shape::Preset { custom: inner, .. } => (inner, false),
            Shape::Tuple(inner) => (inner, true),
            _ => return Vec::new(),
        };
        let child = |property| {
            let child = Self::new(property, &self.key);
            // A place cannot be left out of a tuple.
            Self { need: if is_tuple { Need::Item } else { child.need }, ..child }
        };
        inner.iter().map(child).collect()
    }

    /// The field of a child of this name.
    pub fn child(&self, name: &str) -> Option<Self> {
        self.children().into_iter().find(|child| child.name() == name)
    }

    /// The item of a list or the value in a map at this place, from 0.
    pub fn item(&self, index: usize) -> Option<Self> {
        let (Shape::List(item, _) | Shape::Map(item)) = &self.property.shape else { return None };
        let title = [&self.title, " ", &index.saturating_add(1).to_string()].concat();
        Some(Self {
            key: item_key(&self.key, index),
            title,
            need: Need::Item,
            property: Arc::clone(item),
        })
    }

    /// What a file may be like, where this takes one.
    pub fn file_rules(&self) -> Option<&FileRules> {
        match &self.property.shape {
            Shape::File(rules) => Some(rules),
            _ => None,
        }
    }

    /// The field of an item, where this is a list of files.
    pub fn file_item(&self) -> Option<Self> {
        self.item(0).filter(|item| matches!(item.property.shape, Shape::File(_)))
    }

    /// The field for one of several kinds of value, from 0.
    pub fn branch(&self, index: usize) -> Option<Self> {
        let Shape::Union(branches) = &self.property.shape else { return None };
        let branch = branches.get(index)?;
        let key = [&self.key, "|", &index.to_string()].concat();
        Some(Self {
            key,
            title: self.title.clone(),
            need: Need::Item,
            property: Arc::clone(branch),
        })
    }

    /// Where the name of a value in a map is.
    pub fn name_key(&self, index: usize) -> String {
        [&item_key(&self.key, index), "|k"].concat()
    }

    /// The field for the name of a value in this map.
    pub fn name_of(&self, value: &Self) -> Self {
        let property = crate::schema::nameless(Shape::Text(TextRules::default()), false);
        Self {
            key: [&value.key, "|k"].concat(),
            title: [&value.title, " name"].concat(),
            need: Need::Item,
            property: Arc::new(property),
        }
    }

    /// Where the keys of an object are that its schema does not name.
    pub fn extra_key(&self) -> String {
        extra_key(&self.key)
    }

    /// Whether there is no field in it, and there can be none.
    pub(super) fn is_leaf(&self) -> bool {
        use Shape::{List, Map, Object, Preset, Tuple, Union};
        let shape = &self.property.shape;
        !matches!(shape, List(..) | Map(_) | Object(..) | Preset { .. } | Tuple(_) | Union(_))
    }

    /// Whether the request is refused without it: the server has nothing in its place.
    pub(super) fn is_needed(&self) -> bool {
        match self.need {
            Need::Optional => false,
            Need::Required => self.property.default.is_none(),
            Need::Item => true,
        }
    }

    /// The control that fits.
    pub fn control(&self) -> Control {
        match &self.property.shape {
            Shape::Text(rules) if rules.long => Control::Text,
            Shape::Text(_) | Shape::Any => Control::Line,
            Shape::Number(range) => match slider(range) {
                None if range.integer && self.is_seed() => Control::Seed,
                slider => Control::Number(slider),
            },
            Shape::Boolean => Control::Switch,
            Shape::Choice(choices) if choices.len() <= RADIOS => Control::Radios,
            Shape::Choice(choices) if choices.len() <= SEARCHED => Control::List,
            Shape::Choice(_) | Shape::Suggested(..) => Control::Search,
            Shape::Preset { .. } => Control::Presets,
            Shape::File(rules) => Control::File(rules.medium),
            Shape::List(item, _) => match &item.shape {
                Shape::Choice(_) => Control::Several,
                _ => Control::Items,
            },
            Shape::Map(_) => Control::Map,
            Shape::Object(..) | Shape::Tuple(_) => Control::Group,
            Shape::Union(_) => Control::Union,
            Shape::Json => Control::Json,
        }
    }

    /// The literals to choose from, as texts.
    pub fn choices(&self) -> Vec<String> {
        let mut shape = &self.property.shape;
        if let Shape::List(item, _) = shape {
            shape = &item.shape;
        }
        match shape {
            Shape::Choice(choices)
            | Shape::Suggested(choices, _)
            | Shape::Preset { choices, .. } => texts(choices),
            _ => Vec::new(),
        }
    }

    /// Whether it stands in front: what a run cannot do without, what its authors find important,
    /// and what people change from run to run.
    pub fn is_primary(&self) -> bool {
        let often = [
            "image_size",
            "aspect_ratio",
            "resolution",
            "duration",
            "num_images",
            "seed",
            "strength",
            "loras",
            "voice",
            "prompt",
            "text",
        ];
        let is_file = |shape: &Shape| matches!(shape, Shape::File(_));
        let takes_files = match &self.property.shape {
            Shape::List(item, _) => is_file(&item.shape),
            shape => is_file(shape),
        };
        self.property.required
            || self.property.important
            || takes_files
            || often.contains(&self.name())
    }

    /// Whether an empty entry is a value of its own.
    pub fn is_text(&self) -> bool {
        matches!(self.property.shape, Shape::Text(_) | Shape::Suggested(..))
    }

    /// The default as it would be typed; for a preset whose default is an object, `custom`.
    pub fn default_text(&self) -> Option<String> {
        let default = self.property.default.as_ref()?;
        match (&self.property.shape, default) {
            (Shape::Preset { .. }, Value::Object(_)) => Some(CUSTOM.to_owned()),
            (_, value) => Some(text_of(value)),
        }
    }

    /// Which of several kinds of value the default is.
    pub fn default_branch(&self) -> Option<usize> {
        self.branch_for(self.property.default.as_ref()?, |_, _| true)
    }

    /// fal's models call the number that makes a run repeatable a seed, and answer with it.
    fn is_seed(&self) -> bool {
        self.name() == "seed" || self.name().ends_with("_seed")
    }
}

/// Where the keys of an object are that its schema does not name.
pub(super) fn extra_key(key: &str) -> String {
    [key, "|+"].concat()
}

/// The dotted path of what is at a key.
pub(super) fn path_of(key: &str) -> String {
    let mut path = String::new();
    for (place, part) in key.split('|').enumerate() {
        // The number of a branch is no part of the path.
        path.push_str(if place == 0 {
            part
        } else {
            part.find('.').and_then(|at| part.get(at..)).unwrap_or_default()
        });
    }
    path
}

/// The literals that an entry of a list of choices stands for, as texts.
pub fn chosen_of(entry: &Entry) -> Vec<String> {
    let chosen: Vec<Value> = serde_json::from_str(entry.as_str()).unwrap_or_default();
    texts(&chosen)
}

/// The entry of a list of choices in which these literals are chosen.
pub fn literals_of(field: &Field, texts: &[String]) -> String {
    let Shape::List(item, _) = &field.property.shape else { return String::new() };
    let Shape::Choice(choices) = &item.shape else { return String::new() };
    let is_chosen = |choice: &&Value| texts.contains(&text_of(choice));
    choices.iter().filter(is_chosen).cloned().collect::<Value>().to_string()
}

fn texts(choices: &[Value]) -> Vec<String> {
    choices.iter().map(text_of).collect()
}

fn slider(range: &Range) -> Option<Slider> {
    let (low, high) = (range.min.as_ref()?, range.max.as_ref()?);
    let (min, max) = (low.value.nearly(), high.value.nearly());
    let width = max - min;
    // Beyond this a slider's pixel stands for too many numbers to be of use.
    if width <= 0.0 || width > 1e6 {
        return None;
    }
    // Without a grain of its own: about a hundred stops, on a round number.
    let about_a_hundredth = || {
        let stops = [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3];
        stops.into_iter().find(|step| width / step <= 320.0).unwrap_or(1e4)
    };
    let grain = range.multiple_of.as_ref().or(range.step.as_ref()).map(|grain| grain.nearly());
    let step = match grain.filter(|grain| *grain > 0.0) {
        Some(grain) => grain,
        None if range.integer => 1.0,
        None => about_a_hundredth(),
    };
    Some(Slider {
        min: if low.inclusive { min } else { min + step },
        max: if high.inclusive { max } else { max - step },
        step,
    })
}
