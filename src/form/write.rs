//! From a payload back to a draft: the inverse of [`Form::check`].

use serde_json::{Map, Value};

use super::field::extra_key;
use super::literal::{any, is_among, json_of};
use super::{CUSTOM, Draft, Entry, Field, Form, MOST_ITEMS, Matches, text_of};
use crate::number::Decimal;
use crate::schema::Shape;

impl Form {
    /// The entries a payload stands for. Keys that no field is for are kept beside the fields.
    pub fn draft_of(&self, payload: &Map<String, Value>) -> Draft {
        let mut draft = Draft::new();
        write_object("", &self.fields, payload, &mut draft, self.matches);
        draft
    }

    /// The keys in a draft that no field is for, as dotted paths.
    pub fn unknown(&self, draft: &Draft) -> Vec<String> {
        self.read(draft).unknown
    }
}

impl Field {
    pub(super) fn write(&self, value: &Value, draft: &mut Draft, matches: Matches) {
        let entry = match (&self.property.shape, value) {
            (_, Value::Null) => Entry::Null,
            (Shape::Object(..), Value::Object(object)) => {
                write_object(&self.key, &self.children(), object, draft, matches);
                Entry::from("{}")
            }
            (Shape::Preset { .. }, Value::Object(object)) => {
                write_object(&self.key, &self.children(), object, draft, matches);
                Entry::from(CUSTOM)
            }
            (Shape::Tuple(places), Value::Array(values)) if places.len() == values.len() => {
                for (place, value) in self.children().iter().zip(values) {
                    place.write(value, draft, matches);
                }
                Entry::from("[]")
            }
            (Shape::List(item, _), Value::Array(values)) => match &item.shape {
                Shape::Choice(_) => Entry::Text(value.to_string()),
                _ if values.len() > MOST_ITEMS => Entry::Raw(value.to_string()),
                _ => {
                    self.write_items(&mut values.iter().map(|value| (None, value)), draft, matches)
                }
            },
            (Shape::Map(_), Value::Object(object)) if object.len() <= MOST_ITEMS => {
                let mut named = object.iter().map(|(name, value)| (Some(name), value));
                self.write_items(&mut named, draft, matches)
            }
            (Shape::Union(_), value) => match self.fitting(value, matches) {
                Some((index, entries)) => {
                    draft.extend(entries);
                    Entry::from(index.to_string())
                }
                None => Entry::Raw(value.to_string()),
            },
            (Shape::Text(_) | Shape::Suggested(..), Value::String(text)) => {
                Entry::from(text.as_str())
            }
            (Shape::File(_), Value::String(text)) if !text.is_empty() && text.trim() == text => {
                Entry::from(text.as_str())
            }
            (Shape::Number(range), Value::Number(number)) => {
                let text = number.to_string();
                let sent = Decimal::parse(&text)
                    .map(|number| json_of(&number, range).unwrap_or(number.text));
                if sent.as_ref() == Some(&text) { Entry::Text(text) } else { Entry::Raw(text) }
            }
            (Shape::Boolean, Value::Bool(on)) => Entry::from(on.to_string()),
            (Shape::Choice(choices) | Shape::Preset { choices, .. }, value)
                if is_typed(choices, value) =>
            {
                Entry::from(text_of(value))
            }
            (Shape::Any, value) => {
                let text = text_of(value);
                let is_typed = !text.trim().is_empty() && any(&text) == *value;
                if is_typed { Entry::Text(text) } else { Entry::Raw(value.to_string()) }
            }
            (Shape::Json, value) => Entry::from(value.to_string()),
            (_, value) => Entry::Raw(value.to_string()),
        };
        draft.insert(&self.key, entry);
    }

    fn write_items<'v>(
        &self,
        items: &mut dyn Iterator<Item = (Option<&'v String>, &'v Value)>,
        draft: &mut Draft,
        matches: Matches,
    ) -> Entry {
        let mut count = 0;
        for (index, (name, value)) in items.enumerate() {
            if let Some(item) = self.item(index) {
                item.write(value, draft, matches);
            }
            if let Some(name) = name {
                draft.insert(&self.name_key(index), name.as_str());
            }
            count = index + 1;
        }
        Entry::from(count.to_string())
    }

    /// Which of several kinds of value this is.
    pub(super) fn branch_for(&self, value: &Value, matches: Matches) -> Option<usize> {
        self.fitting(value, matches).map(|(index, _)| index)
    }

    /// The kind of value this is, and its entries there: the first kind that takes it and knows all
    /// its keys, else the first that takes it, else the first that comes near.
    fn fitting(&self, value: &Value, matches: Matches) -> Option<(usize, Draft)> {
        let Shape::Union(branches) = &self.property.shape else { return None };
        let mut best = None;
        let mut best_fit = 0;
        for (index, branch) in (0..branches.len()).filter_map(|i| Some((i, self.branch(i)?))) {
            if !is_near(&branch.property.shape, value) {
                continue;
            }
            let mut draft = Draft::new();
            branch.write(value, &mut draft, matches);
            let form = Form { fields: vec![branch], matches, ..Form::default() };
            let reading = form.read(&draft);
            let fit = match reading.problems.is_empty() && !reading.is_filled_in {
                true => 2 + u8::from(reading.unknown.is_empty()),
                false => 1,
            };
            if fit > best_fit {
                (best, best_fit) = (Some((index, draft)), fit);
            }
            if fit == 3 {
                break;
            }
        }
        best
    }
}

/// Whether a value is of the kind that a shape is for, right or wrong.
fn is_near(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Text(_) | Shape::Suggested(..) | Shape::File(_) => value.is_string(),
        Shape::Number(_) => value.is_number(),
        Shape::Boolean => value.is_boolean(),
        Shape::Choice(choices) => is_among(choices, value),
        Shape::Preset { .. } => value.is_string() || value.is_object(),
        Shape::List(..) | Shape::Tuple(_) => value.is_array(),
        Shape::Object(..) | Shape::Map(_) => value.is_object(),
        Shape::Union(_) | Shape::Any | Shape::Json => true,
    }
}

/// Whether a literal is what its own text stands for: `"1"` and `1` look the same.
fn is_typed(choices: &[Value], value: &Value) -> bool {
    let text = text_of(value);
    let first = choices.iter().find(|choice| text_of(choice) == text);
    first == Some(value) && !text.trim().is_empty()
}

/// The entries of an object's fields, and what has none.
pub(super) fn write_object(
    key: &str,
    fields: &[Field],
    object: &Map<String, Value>,
    draft: &mut Draft,
    matches: Matches,
) {
    let mut extras = Map::new();
    for (name, value) in object {
        match fields.iter().find(|field| field.name() == name) {
            Some(field) => field.write(value, draft, matches),
            None => {
                extras.insert(name.clone(), value.clone());
            }
        }
    }
    if !extras.is_empty() {
        draft.insert(&extra_key(key), Value::Object(extras).to_string());
    }
}
