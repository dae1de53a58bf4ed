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
        let mut draft = Self::new();
        let mut files: Vec<&str> = Vec::new();
        for (key, entry) in self.iter() {
            match entry {
                Entry::Text(text) if text.starts_with("data:") => files.push(key),
                // The name of a file is of no use without it.
                _ if key.ends_with("|n") || entry.as_str().len() > LONGEST => {}
                entry => draft.insert(key, entry.clone()),
            }
        }
        // Rows of files would be left empty.
        let rows: Vec<(&str, usize)> = files
            .iter()
            .filter_map(|key| key.rsplit_once('.'))
            .filter_map(|(list, index)| Some((list, index.parse().ok()?)))
            .collect();
        for (place, (list, _)) in rows.iter().enumerate() {
            let is_first = rows.iter().take(place).all(|(known, _)| known != list);
            if let Some(count) = draft.count(list).filter(|_| is_first) {
                let others = (0..count).filter(|at| !rows.contains(&(*list, *at)));
                draft.arrange(list, &others.collect::<Vec<usize>>());
            }
        }
        let mut kept = Map::new();
        for (key, entry) in draft.iter() {
            let value = match entry {
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
        // Of a list of files those stay that are addresses.
        let mut list = Draft::new();
        list.insert("image_urls", "12");
        for index in 0..12 {
            let text = if index == 10 { "https://x/a.png" } else { "data:image/png;base64,AA==" };
            list.insert(&format!("image_urls.{index}"), text);
        }
        let kept = Draft::from_value(&list.to_value());
        let kept: Vec<_> = kept.iter().map(|(key, entry)| (key, entry.as_str())).collect();
        assert_eq!(kept, [("image_urls", "1"), ("image_urls.0", "https://x/a.png")]);
        assert_eq!(Draft::from_value(&Value::Null), Draft::new());
    }
}
