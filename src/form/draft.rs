//! What was typed, before anybody has looked whether it makes sense.

/// Texts as typed, by the dotted path of the field. A path that is absent is unset: the server
/// decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft(Vec<(String, String)>);

impl Draft {
    /// Nothing typed.
    pub fn new() -> Self {
        Self::default()
    }

    /// What was typed into a field.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == path).map(|(_, text)| text)
    }

    /// Sets a field, in place of what was typed into it before.
    pub fn insert(&mut self, path: &str, text: String) {
        match self.0.iter_mut().find(|(known, _)| known == path) {
            Some((_, old)) => *old = text,
            None => self.0.push((path.to_owned(), text)),
        }
    }

    /// Every field that is set, in the order of setting.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets every field that is set in another draft.
    pub fn extend(&mut self, other: Self) {
        for (path, text) in other.0 {
            self.insert(&path, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts() {
        let mut draft = Draft::new();
        draft.insert("a", "1".to_owned());
        draft.insert("b", "2".to_owned());
        draft.insert("a", "3".to_owned());
        assert_eq!(draft.iter().collect::<Vec<_>>(), [("a", "3"), ("b", "2")]);
        assert_eq!((draft.get("a"), draft.get("c")), (Some("3"), None));
    }
}
