//! A draft as JSON and back, for keeping it. Files are left out: they are too large to be kept with
//! the rest.

use serde_json::{Map, Value};

use super::{Draft, Entry};

/// Texts beyond this many bytes are as good as files.
const LONGEST: usize = 16 * 1024;

impl Draft {
    /// The draft as JSON: text as a string, an explicit null as one, JSON of another kind than its
    /// field's as a list with its text.
    pub fn to_value(&self) -> Value {
        let mut kept = Map::new();
        for (key, entry) in self.iter() {
            let value = match entry {
                // The name of a file is of no use without it.
                Entry::Text(text) if text.starts_with("data:") || key.ends_with("|n") => continue,
                entry if entry.as_str().len() > LONGEST => continue,
                Entry::Null => Value::Null,
                Entry::Text(text) => Value::from(text.as_str()),
                Entry::Raw(json) => Value::from(vec![json.as_str()]),
            };
            kept.insert(key.to_owned(), value);
        }
        Value::Object(kept)
    }

    /// The draft that such JSON stands for; what cannot be read is left out.
    pub fn from_value(kept: &Value) -> Self {
        let mut draft = Self::new();
        for (key, value) in kept.as_object().into_iter().flatten() {
            match value {
                Value::Null => draft.insert(key, Entry::Null),
                Value::String(text) => draft.insert(key, text.as_str()),
                Value::Array(raw) => {
                    let json = raw.first().and_then(Value::as_str).unwrap_or_default();
                    draft.insert(key, Entry::Raw(json.to_owned()));
                }
                _ => {}
            }
        }
        draft
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_without_its_files() {
        let mut draft = Draft::new();
        draft.insert("prompt", "a fox");
        draft.insert("seed", Entry::Null);
        draft.insert("steps", Entry::Raw("[1, {\"a\": 2}]".to_owned()));
        draft.insert("loras", "2");
        let kept = draft.clone();
        draft.insert("image_url", "data:image/png;base64,AA==");
        draft.insert("image_url|n", "fox.png");
        draft.insert("long", "x".repeat(LONGEST + 1));
        assert_eq!(Draft::from_value(&draft.to_value()), kept);
        assert_eq!(Draft::from_value(&Value::Null), Draft::new());
    }
}
