//! A payload from elsewhere put into the form, and what became of it.

use serde_json::{Map, Value};

use super::{Draft, Entry, Field, Form};

/// What a payload became.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// The entries.
    pub draft: Draft,
    /// The labels of the fields that were filled.
    pub applied: Vec<String>,
    /// The labels of those whose value was of another kind and could be made to fit.
    pub changed: Vec<String>,
    /// The keys that no field is for.
    pub ignored: Vec<String>,
}

impl Form {
    /// Reads a payload as leniently as can be told afterwards: numbers in quotes become numbers,
    /// and keys that no field is for are left out.
    pub fn import(&self, payload: &Map<String, Value>) -> Imported {
        let mut imported = Imported::default();
        let draft = self.draft_of(payload);
        imported.ignored = self.unknown(&draft);
        for (key, entry) in draft.iter().filter(|(key, _)| !key.ends_with("|+")) {
            // In a field with fields in it a text is a count, or the number of a kind.
            let better = self.at(key).filter(Field::is_leaf).and_then(|field| {
                let Entry::Raw(json) = entry else { return None };
                let text = match serde_json::from_str(json).ok()? {
                    Value::String(text) => text,
                    Value::Array(_) | Value::Object(_) => return None,
                    other => other.to_string(),
                };
                let entry = Entry::Text(text);
                let fits = self.problem(&field, Some(&entry)).is_none();
                fits.then(|| (entry, field.title.clone()))
            });
            match better {
                Some((entry, title)) => {
                    imported.draft.insert(key, entry);
                    imported.changed.push(title);
                }
                None => imported.draft.insert(key, entry.clone()),
            }
        }
        let fields = self.fields.iter().filter(|field| payload.contains_key(field.name()));
        imported.applied = fields.map(|field| field.title.clone()).collect();
        imported.applied.retain(|title| !imported.changed.contains(title));
        imported
    }
}
