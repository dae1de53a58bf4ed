//! Payloads with files in them, short enough to be read and edited: a file of megabytes would freeze
//! any text box.

use serde_json::Value;

/// Data URIs up to this many bytes are left as they are.
const SHORT: usize = 256;

/// The files that were taken out of a payload, and what stands for them there.
#[derive(Debug, Clone, Default)]
pub struct Folded(Vec<(String, String)>);

/// What becomes of a text, given the files known so far.
type Change = fn(&mut Vec<(String, String)>, &str) -> Option<String>;

impl Folded {
    /// Puts something short in place of every file: `data:image/png;base64,… (file 1, 312 KB)`.
    pub fn fold(&mut self, value: &mut Value) {
        self.each(value, |files, text| {
            if text.len() <= SHORT || !text.starts_with("data:") {
                return None;
            }
            if let Some((short, _)) = files.iter().find(|(_, whole)| whole == text) {
                return Some(short.clone());
            }
            let head: String =
                text.split(',').next().unwrap_or_default().chars().take(80).collect();
            let number = (files.len() + 1).to_string();
            let size = (text.len() / 1000).max(1).to_string();
            let short = [&head, ",… (file ", &number, ", ", &size, " KB)"].concat();
            files.push((short.clone(), text.to_owned()));
            Some(short)
        });
    }

    /// Puts the files back.
    pub fn unfold(&mut self, value: &mut Value) {
        self.each(value, |files, text| {
            files.iter().find(|(short, _)| short == text).map(|(_, whole)| whole.clone())
        });
    }

    /// The text of a payload with files, from one without.
    pub fn unfold_text(&self, text: &str) -> String {
        let whole = |text: String, (short, whole): &(String, String)| text.replace(short, whole);
        self.0.iter().fold(text.to_owned(), whole)
    }

    fn each(&mut self, value: &mut Value, change: Change) {
        match value {
            Value::String(text) => {
                if let Some(changed) = change(&mut self.0, text) {
                    *text = changed;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.each(item, change)),
            Value::Object(entries) => {
                entries.values_mut().for_each(|entry| self.each(entry, change))
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn files_are_folded_and_come_back() {
        let file = |letter: &str| ["data:image/png;base64,", &letter.repeat(3000)].concat();
        let payload = json!({
            "prompt": "data: about foxes",
            "image_url": file("A"),
            "loras": [{"path": file("B")}, {"path": file("A")}, {"path": "data:,short"}],
        });
        let mut folded = Folded::default();
        let mut short = payload.clone();
        folded.fold(&mut short);
        assert_eq!(short["image_url"], "data:image/png;base64,… (file 1, 3 KB)");
        assert_eq!(short["loras"][0]["path"], "data:image/png;base64,… (file 2, 3 KB)");
        assert_eq!(short["loras"][1]["path"], short["image_url"]);
        assert_eq!(short["prompt"], payload["prompt"]);
        assert_eq!(folded.unfold_text(&short.to_string()), payload.to_string());
        folded.unfold(&mut short);
        assert_eq!(short, payload);
    }
}
