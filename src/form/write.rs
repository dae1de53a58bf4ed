//! From a payload back to a draft: the inverse of [`Form::check`].

use serde_json::{Map, Value};

use super::check::any;
use super::field::extra_key;
use super::{CUSTOM, Draft, Entry, Field, Form, text_of};
use crate::schema::Shape;

/// The most items a list may have as fields; more are kept as JSON.
const MOST_ITEMS: usize = 1000;

impl Form {
    /// The entries a payload stands for. Keys that no field is for are kept beside the fields.
    pub fn draft_of(&self, payload: &Map<String, Value>) -> Draft {
        let mut draft = Draft::new();
        write_object("", &self.fields, payload, &mut draft);
        draft
    }

    /// The keys of a payload that no field is for, as dotted paths.
    pub fn unknown(&self, draft: &Draft) -> Vec<String> {
        let extras = draft.iter().filter_map(|(key, entry)| Some((key.strip_suffix("|+")?, entry)));
        let names = |(key, entry): (&str, &Entry)| {
            let extras: Map<String, Value> =
                serde_json::from_str(entry.as_str()).unwrap_or_default();
            let prefix = if key.is_empty() { String::new() } else { [key, "."].concat() };
            extras
                .into_iter()
                .map(move |(name, _)| [&prefix, name.as_str()].concat())
                .collect::<Vec<_>>()
        };
        extras.flat_map(names).collect()
    }
}

impl Field {
    pub(super) fn write(&self, value: &Value, draft: &mut Draft) {
        let entry = match (&self.property.shape, value) {
            (_, Value::Null) => Entry::Null,
            (Shape::Object(..), Value::Object(object)) => {
                write_object(&self.key, &self.children(), object, draft);
                Entry::from("{}")
            }
            (Shape::Preset { .. }, Value::Object(object)) => {
                write_object(&self.key, &self.children(), object, draft);
                Entry::from(CUSTOM)
            }
            (Shape::Tuple(places), Value::Array(values)) if places.len() == values.len() => {
                for (place, value) in self.children().iter().zip(values) {
                    place.write(value, draft);
                }
                Entry::from("[]")
            }
            (Shape::List(item, _), Value::Array(values)) => match &item.shape {
                Shape::Choice(_) => Entry::Text(value.to_string()),
                _ if values.len() > MOST_ITEMS => Entry::Raw(value.to_string()),
                _ => self.write_items(values.iter().map(|value| (None, value)), draft),
            },
            (Shape::Map(_), Value::Object(object)) if object.len() <= MOST_ITEMS => {
                self.write_items(object.iter().map(|(name, value)| (Some(name), value)), draft)
            }
            (Shape::Union(_), value) => {
                match self.branch_for(value).and_then(|i| Some((i, self.branch(i)?))) {
                    Some((index, branch)) => {
                        branch.write(value, draft);
                        Entry::from(index.to_string())
                    }
                    None => Entry::Raw(value.to_string()),
                }
            }
            (Shape::Text(_) | Shape::Suggested(..) | Shape::File(_), Value::String(text)) => {
                Entry::from(text.as_str())
            }
            (Shape::Number(_), Value::Number(number)) => Entry::from(number.to_string()),
            (Shape::Boolean, Value::Bool(on)) => Entry::from(on.to_string()),
            (Shape::Choice(choices) | Shape::Preset { choices, .. }, value)
                if choices.contains(value) =>
            {
                Entry::from(text_of(value))
            }
            (Shape::Any, value) if any(&text_of(value)) == *value => Entry::from(text_of(value)),
            (Shape::Json, value) => Entry::from(value.to_string()),
            (_, value) => Entry::Raw(value.to_string()),
        };
        draft.insert(&self.key, entry);
    }

    fn write_items<'v>(
        &self,
        items: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
        draft: &mut Draft,
    ) -> Entry {
        let mut count = 0;
        for (index, (name, value)) in items.enumerate() {
            if let Some(item) = self.item(index) {
                item.write(value, draft);
            }
            if let Some(name) = name {
                draft.insert(&self.name_key(index), name.as_str());
            }
            count = index + 1;
        }
        Entry::from(count.to_string())
    }

    /// Which of several kinds of value this is: the first that takes it, else the first of its kind.
    pub(super) fn branch_for(&self, value: &Value) -> Option<usize> {
        let Shape::Union(branches) = &self.property.shape else { return None };
        let takes = |index: &usize| {
            let Some(branch) = self.branch(*index) else { return false };
            let mut draft = Draft::new();
            branch.write(value, &mut draft);
            let form = Form { fields: vec![branch], ..Form::default() };
            form.check(&draft).is_ok() && form.unknown(&draft).is_empty()
        };
        let is_kind = |index: &usize| {
            let shape = branches.get(*index).map(|branch| &branch.shape);
            matches!(
                (shape, value),
                (Some(Shape::Text(_) | Shape::File(_)), Value::String(_))
                    | (Some(Shape::Number(_)), Value::Number(_))
                    | (Some(Shape::List(..)), Value::Array(_))
                    | (Some(Shape::Object(..) | Shape::Map(_)), Value::Object(_))
            )
        };
        let all = 0..branches.len();
        all.clone().find(takes).or_else(|| all.clone().find(is_kind))
    }
}

fn write_object(key: &str, fields: &[Field], object: &Map<String, Value>, draft: &mut Draft) {
    let mut extras = Map::new();
    for (name, value) in object {
        match fields.iter().find(|field| field.name() == name) {
            Some(field) => field.write(value, draft),
            None => {
                extras.insert(name.clone(), value.clone());
            }
        }
    }
    if !extras.is_empty() {
        draft.insert(&extra_key(key), Value::Object(extras).to_string());
    }
}
