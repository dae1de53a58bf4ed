//! What was entered, before anybody has looked whether it makes sense.

/// The most items a list may have as fields.
pub const MOST_ITEMS: usize = 1000;

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// An explicit `null`, where the server would otherwise use its default.
    Null,
    /// Text as typed. A switch holds `true` or `false`, a list the number of its items.
    Text(String),
    /// JSON of another kind than the field takes, kept so that nothing is lost on the way through.
    Raw(String),
}

impl Entry {
    /// The text, or the JSON; nothing for `null`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Null => "",
            Self::Text(text) | Self::Raw(text) => text,
        }
    }
}

impl From<&str> for Entry {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Entry {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Entries by the key of their field. A key that is absent is unset: the server decides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft(
    /// Sorted by key.
    Vec<(String, Entry)>,
);

impl Draft {
    /// Nothing entered.
    pub fn new() -> Self {
        Self::default()
    }

    /// What stands in a field.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let place = self.place(key).ok()?;
        self.0.get(place).map(|(_, entry)| entry)
    }

    /// The same as text.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entry(key).map(Entry::as_str)
    }

    /// Sets a field, in place of what stood there before.
    pub fn insert(&mut self, key: &str, entry: impl Into<Entry>) {
        self.put(key.to_owned(), entry.into());
    }

    fn put(&mut self, key: String, entry: Entry) {
        match self.place(&key) {
            Ok(place) => self.0.splice(place..=place, [(key, entry)]).for_each(drop),
            Err(place) => self.0.insert(place, (key, entry)),
        }
    }

    /// Takes out a field and everything in it.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|(known, _)| !is_within(known, key));
    }

    /// Every field that is set, in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(key, entry)| (key.as_str(), entry))
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a field or anything in it is set.
    pub fn is_touched(&self, key: &str) -> bool {
        // Between a key and what is in it other keys may be sorted: `a`, `a-b`, `a.b`.
        let begins = |mark: &str| {
            let inner = [key, mark].concat();
            let place = self.0.partition_point(|(known, _)| *known < inner);
            self.0.get(place).is_some_and(|(known, _)| known.starts_with(&inner))
        };
        self.entry(key).is_some() || begins(".") || begins("|")
    }

    /// Sets every field that is set in another draft.
    pub fn extend(&mut self, other: Self) {
        for (key, entry) in other.0 {
            self.put(key, entry);
        }
    }

    /// How many items a list has; at most [`MOST_ITEMS`].
    pub fn count(&self, list: &str) -> Option<usize> {
        match self.entry(list)? {
            Entry::Text(count) => count.parse().ok().map(|count: usize| count.min(MOST_ITEMS)),
            _ => None,
        }
    }

    /// Puts the items of a list in another order; those that are not named are taken out.
    pub fn arrange(&mut self, list: &str, order: &[usize]) {
        let old = self.clone();
        for at in 0..old.count(list).unwrap_or_default() {
            self.remove(&item_key(list, at));
        }
        for (new, at) in order.iter().enumerate() {
            let (from, to) = (item_key(list, *at), item_key(list, new));
            for (key, entry) in old.iter().filter(|(key, _)| is_within(key, &from)) {
                let rest = key.get(from.len()..).unwrap_or_default();
                self.put([&to, rest].concat(), entry.clone());
            }
        }
        self.insert(list, order.len().to_string());
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }
}

/// The key of an item of a list.
pub fn item_key(list: &str, index: usize) -> String {
    [list, ".", &index.to_string()].concat()
}

/// Whether a key is another or of something in it.
pub fn is_within(key: &str, outer: &str) -> bool {
    let rest = key.strip_prefix(outer);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '|']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(entries: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::new();
        for (key, text) in entries {
            draft.insert(key, *text);
        }
        draft
    }

    #[test]
    fn the_last_word_counts() {
        let draft = draft(&[("b", "2"), ("a", "1"), ("a", "3")]);
        let entries: Vec<_> = draft.iter().collect();
        assert_eq!(entries, [("a", &Entry::from("3")), ("b", &Entry::from("2"))]);
        assert_eq!((draft.get("a"), draft.get("c")), (Some("3"), None));
    }

    #[test]
    fn a_field_is_touched_when_something_in_it_is() {
        let draft = draft(&[("a-b", ""), ("a.b.c", ""), ("x|1", ""), ("y.0", "")]);
        for (key, expected) in [
            ("a", true),
            ("a-b", true),
            ("a.b", true),
            ("a.b.c", true),
            ("x", true),
            ("y", true),
            ("a.c", false),
            ("b", false),
            ("", false),
        ] {
            assert_eq!(draft.is_touched(key), expected, "{key}");
        }
    }

    #[test]
    fn items_are_taken_out_and_change_places() {
        let start = [
            ("l", "3"),
            ("l.0.a", "x"),
            ("l.1", "y"),
            ("l.1|0", "z"),
            ("l.2.b.c", "w"),
            ("l.10", "?"),
        ];
        for (order, expected) in [
            (&[0, 2][..], &[("l", "2"), ("l.0.a", "x"), ("l.1.b.c", "w"), ("l.10", "?")][..]),
            (
                &[1, 0, 2],
                &[
                    ("l", "3"),
                    ("l.0", "y"),
                    ("l.0|0", "z"),
                    ("l.1.a", "x"),
                    ("l.2.b.c", "w"),
                    ("l.10", "?"),
                ],
            ),
            (&[], &[("l", "0"), ("l.10", "?")]),
        ] {
            let mut arranged = draft(&start);
            arranged.arrange("l", order);
            assert_eq!(arranged, draft(expected), "{order:?}");
        }
    }
}
