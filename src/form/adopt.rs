//! What differs: a draft from the model's defaults, and a draft from a model that has changed.

use serde_json::Value;

use super::field::{extra_key, path_of};
use super::write::write_object;
use super::{Draft, Entry, Field, Form, Problem, What};
use crate::number::same;

/// A value that will be sent and is not the model's default.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The label of the field.
    pub title: String,
    /// The default, when there is one.
    pub default: Option<Value>,
}

/// An entry that a changed model no longer takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// What it was, in a sentence without its stop.
    pub what: String,
}

impl Form {
    /// What will be sent and differs from what the server would use by itself.
    pub fn changes(&self, draft: &Draft) -> Vec<Change> {
        let input = self.read(draft).input;
        let changed = |field: &&Field| {
            let value = input.get(field.name());
            value.is_some_and(|value| {
                !field.property.default.as_ref().is_some_and(|default| same(default, value))
            })
        };
        let fields = self.fields.iter().filter(changed);
        fields
            .map(|field| Change {
                title: field.title.clone(),
                default: field.property.default.clone(),
            })
            .collect()
    }

    /// The fields of an object, or of the whole input.
    fn fields_in(&self, key: &str) -> Option<Vec<Field>> {
        if key.is_empty() { Some(self.fields.clone()) } else { Some(self.at(key)?.children()) }
    }

    /// The outermost part of a key that leads nowhere.
    fn lost<'k>(&self, key: &'k str) -> Option<&'k str> {
        let ends = key.match_indices(['.', '|']).map(|(end, _)| end).chain([key.len()]);
        let mut outer = ends.filter_map(|end| key.get(..end)).filter(|outer| !outer.is_empty());
        outer.find(|outer| self.at(outer).is_none())
    }

    /// A draft with the files of the request that was made of it: drafts are kept without them.
    pub fn with_files(&self, draft: &Draft, request: &str) -> Draft {
        let mut whole = draft.clone();
        let Ok(Value::Object(sent)) = serde_json::from_str(request) else { return whole };
        for (key, entry) in self.draft_of(&sent).iter() {
            if draft.entry(key).is_none() && entry.as_str().starts_with("data:") {
                whole.insert(key, entry.clone());
            }
        }
        whole
    }

    /// The part of a draft that this form takes, and what had to go. For drafts made with another
    /// state of the model's document.
    pub fn adopt(&self, old: &Draft) -> (Draft, Vec<Dropped>) {
        let mut dropped: Vec<Dropped> = Vec::new();
        let mut draft = Draft::new();
        for (key, entry) in old.iter() {
            // There may be a field now for a key that had none.
            if let Some(owner) = key.strip_suffix("|+")
                && let Some(fields) = self.fields_in(owner)
                && let Ok(Value::Object(extras)) = serde_json::from_str(entry.as_str())
            {
                write_object(owner, &fields, &extras, &mut draft, self.matches);
                continue;
            }
            // Names of files, of values in maps, and keys without a field belong to another field.
            let owner = key.rsplit_once('|').map_or(key, |(owner, mark)| match mark {
                "n" | "k" | "+" => owner,
                _ => key,
            });
            let Some(lost) = self.lost(owner) else {
                match (entry, self.at(key)) {
                    // What was of another kind may be of this one now.
                    (Entry::Raw(json), Some(field)) => {
                        let value = serde_json::from_str(json).unwrap_or_default();
                        field.write(&value, &mut draft, self.matches);
                    }
                    _ => draft.insert(key, entry.clone()),
                }
                continue;
            };
            // What held it held nothing else: a count of items is no text.
            let holder = lost.rfind(['.', '|']).and_then(|end| lost.get(..end));
            let changed = holder.filter(|holder| self.at(holder).is_some_and(|it| it.is_leaf()));
            let (lost, now) = match changed {
                Some(holder) => (holder, " is now another kind of input"),
                None => (lost, " is no longer an input"),
            };
            draft.remove(lost);
            // What was in it went with it, and is not told one by one.
            let what = [&path_of(lost), now].concat();
            if !dropped.iter().any(|known| known.what == what) {
                dropped.push(Dropped { what });
            }
        }
        for Problem { key, title, what } in self.read(&draft).problems {
            let extras = extra_key(&key);
            let lost = if matches!(what, What::Unknown(_)) { &extras } else { &key };
            // What does not go together was entered together, and is for the person to sort out.
            if matches!(what, What::Condition(_)) {
                continue;
            }
            // What is missing was not there before either.
            if draft.entry(lost).is_some_and(|entry| *entry != Entry::from("")) {
                draft.remove(lost);
                dropped.push(Dropped { what: format!("{title} {what}") });
            }
        }
        (draft, dropped)
    }
}
