//! A place in a schema with everything that holds there.
//!
//! What a schema says of one value is often written in several places: beside a `$ref` and at its
//! target, in the parts of an `allOf`, around an `anyOf`. A [`Node`] is all of them at once, so that
//! whoever asks for a keyword need not know where it stands.

use serde_json::{Map, Value};

/// How many schemas may speak of one value. Real ones have two or three; a circle of references
/// has no end.
const MOST_PARTS: usize = 32;

/// All that a document says of one value.
#[derive(Debug, Clone, Default)]
pub(super) struct Node<'d> {
    /// The schema itself and those it refers to, nearest first.
    parts: Vec<&'d Map<String, Value>>,
    /// What stands around the union that this is a branch of: its limits count here too.
    around: Vec<&'d Map<String, Value>>,
    /// The one type meant, where `type` is a list.
    kind: Option<&'d str>,
    /// The references on the way here; those that lead nowhere too.
    pub(super) references: Vec<&'d str>,
    /// Whether a reference leads nowhere.
    pub(super) dangles: bool,
}

impl<'d> Node<'d> {
    /// Follows local references and `allOf`s from a schema.
    pub(super) fn new(document: &'d Value, schema: &'d Value) -> Self {
        let mut node = Self::default();
        node.add(document, schema);
        node
    }

    fn add(&mut self, document: &'d Value, schema: &'d Value) {
        let Some(object) = schema.as_object() else { return };
        if self.parts.len() >= MOST_PARTS {
            return;
        }
        self.parts.push(object);
        if let Some(target) = object.get("$ref").and_then(Value::as_str) {
            let known = self.references.contains(&target);
            self.references.push(target);
            match target.strip_prefix('#').and_then(|pointer| document.pointer(pointer)) {
                Some(target) if !known => self.add(document, target),
                Some(_) => {}
                None => self.dangles = true,
            }
        }
        for part in object.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.add(document, part);
        }
    }

    /// What is said under a keyword, by the nearest that says anything.
    pub(super) fn get(&self, keyword: &str) -> Option<&'d Value> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// The same, also by what stands around.
    pub(super) fn limit(&self, keyword: &str) -> Option<&'d Value> {
        self.get(keyword).or_else(|| self.around.iter().find_map(|part| part.get(keyword)))
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&'d str> {
        self.get(keyword).and_then(Value::as_str)
    }

    pub(super) fn flag(&self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Value::Bool(true))
    }

    /// The entries under a keyword of every part that has it: `properties` of an `allOf`.
    pub(super) fn entries(&self, keyword: &'static str) -> Vec<(&'d String, &'d Value)> {
        let objects = self.parts.iter().filter_map(|part| part.get(keyword)?.as_object());
        let mut all: Vec<(&String, &Value)> = Vec::new();
        for object in objects {
            // The first list is taken as it is: it may be long, and its names differ anyway.
            let known = all.len();
            for entry in object {
                if !all.iter().take(known).any(|(name, _)| *name == entry.0) {
                    all.push(entry);
                }
            }
        }
        all
    }

    /// The texts in the lists under a keyword, of every part that has it.
    pub(super) fn strings(&self, keyword: &str) -> Vec<&'d str> {
        let lists = self.parts.iter().filter_map(|part| part.get(keyword)?.as_array());
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// The type, said or to be guessed from the keywords there are.
    pub(super) fn kind(&self) -> Option<&'d str> {
        let guess = || {
            let says = |words: &[&str]| words.iter().any(|word| self.get(word).is_some());
            let guesses = [
                ("object", &["properties", "additionalProperties"][..]),
                ("array", &["items", "prefixItems"]),
                ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
                ("string", &["minLength", "maxLength", "pattern"]),
            ];
            guesses.into_iter().find(|(_, words)| says(words)).map(|(kind, _)| kind)
        };
        self.kind.or_else(|| self.text("type")).or_else(guess)
    }

    /// The literals, if only those are allowed.
    pub(super) fn literals(&self) -> Option<Vec<&'d Value>> {
        let list = self.get("enum").and_then(Value::as_array).filter(|list| !list.is_empty());
        match self.get("const") {
            Some(only) => Some(vec![only]),
            None => list.map(|list| list.iter().collect()),
        }
    }

    /// Whether several kinds of value are allowed.
    pub(super) fn has_branches(&self) -> bool {
        let is_list = |keyword: &str| self.get(keyword).is_some_and(Value::is_array);
        let kinds = self.kind.is_none() && self.literals().is_none() && is_list("type");
        ["anyOf", "oneOf"].into_iter().any(is_list) || kinds
    }

    /// The kinds of value allowed: the branches of a union, or of a list of types.
    pub(super) fn branches(&self, document: &'d Value) -> Vec<Self> {
        let union = ["anyOf", "oneOf"].iter().find_map(|keyword| self.get(keyword)?.as_array());
        let branch = |schema| {
            let mut node = Self::new(document, schema);
            node.around = [&self.parts[..], &self.around].concat();
            node.references.extend(&self.references);
            node
        };
        let of_kind = |kind: &'d Value| Some(Self { kind: Some(kind.as_str()?), ..self.clone() });
        match union {
            Some(union) => union.iter().map(branch).collect(),
            None => {
                let kinds = self.get("type").and_then(Value::as_array);
                kinds.into_iter().flatten().filter_map(of_kind).collect()
            }
        }
    }
}
