//! A place in a schema with everything that holds there.
//!
//! What a schema says of one value is often written in several places: beside a `$ref` and at its
//! target, in the parts of an `allOf`, around an `anyOf`. A [`Node`] is all of them at once, so that
//! whoever asks for a keyword need not know where it stands.

use serde_json::{Map, Value};

/// How many schemas may speak of one value. Real ones have two or three; a circle of references
/// has no end.
const MOST_PARTS: usize = 32;

/// What no field can judge by itself: see `condition`.
const CONDITIONS: [&str; 11] = [
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "format",
    "if",
    "maxProperties",
    "minProperties",
    "not",
    "oneOf",
    "patternProperties",
    "propertyNames",
];

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
    /// Whether more schemas speak of the value than are read.
    pub(super) is_cut: bool,
    /// Whether the schema is `false`, which nothing fits.
    pub(super) is_never: bool,
    /// Whether more is asked of the value than fields judge.
    has_conditions: bool,
}

impl<'d> Node<'d> {
    /// Follows local references and `allOf`s from a schema.
    pub(super) fn new(document: &'d Value, schema: &'d Value) -> Self {
        let mut node = Self::default();
        node.add(document, schema);
        node
    }

    fn add(&mut self, document: &'d Value, schema: &'d Value) {
        self.is_never |= *schema == Value::Bool(false);
        let Some(object) = schema.as_object() else { return };
        if self.parts.len() >= MOST_PARTS {
            self.is_cut = true;
            return;
        }
        self.parts.push(object);
        self.has_conditions |= CONDITIONS.iter().any(|word| object.contains_key(*word));
        if let Some(target) = object.get("$ref").and_then(Value::as_str) {
            let known = self.references.contains(&target);
            self.references.push(target);
            match target.strip_prefix('#').and_then(|pointer| document.pointer(pointer)) {
                Some(target) if !known => self.add(document, target),
                Some(_) => {}
                None => self.dangles = true,
            }
        }
        let all = object.get("allOf").and_then(Value::as_array);
        for part in all.into_iter().flatten().take(MOST_PARTS) {
            self.add(document, part);
        }
        self.is_cut |= all.is_some_and(|all| all.len() > MOST_PARTS);
    }

    /// What is said under a keyword, by the nearest that says anything.
    pub(super) fn get(&self, keyword: &str) -> Option<&'d Value> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    /// The same, also by what stands around.
    pub(super) fn limit(&self, keyword: &str) -> Option<&'d Value> {
        self.limits(keyword).next()
    }

    /// All that is said under a keyword, nearest first: every limit has to be kept.
    pub(super) fn limits(&self, keyword: &str) -> impl Iterator<Item = &'d Value> {
        self.parts.iter().chain(&self.around).filter_map(|part| part.get(keyword))
    }

    /// Whether more is asked of the value than a field judges: a field has one pattern and one grain.
    pub(super) fn is_conditional(&self) -> bool {
        let is_twice = |keyword: &&str| self.limits(keyword).nth(1).is_some();
        self.has_conditions || ["pattern", "multipleOf"].iter().any(is_twice)
    }

    pub(super) fn text(&self, keyword: &str) -> Option<&'d str> {
        self.get(keyword).and_then(Value::as_str)
    }

    pub(super) fn flag(&self, keyword: &str) -> bool {
        self.get(keyword) == Some(&Value::Bool(true))
    }

    /// The entries under a keyword of every part that has it: `properties` of an `allOf`.
    pub(super) fn entries(&self, keyword: &'static str) -> Vec<(&'d String, &'d Value)> {
        let mut all: Vec<(&String, &Value)> = Vec::new();
        for object in self.limits(keyword).filter_map(Value::as_object) {
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

    /// How many entries there are at most.
    pub(super) fn count(&self, keyword: &str) -> usize {
        self.limits(keyword).map(size).sum()
    }

    /// How many entries there are, without what stands around.
    pub(super) fn own_count(&self, keyword: &str) -> usize {
        self.parts.iter().filter_map(|part| part.get(keyword)).map(size).sum()
    }

    /// The texts in the lists under a keyword, of every part that has it.
    pub(super) fn strings(&self, keyword: &str) -> Vec<&'d str> {
        let lists = self.limits(keyword).filter_map(Value::as_array);
        lists.flatten().filter_map(Value::as_str).collect()
    }

    /// The type, said or to be guessed from the keywords there are.
    pub(super) fn kind(&self) -> Option<&'d str> {
        let guess = || {
            let says = |words: &[&str]| words.iter().any(|word| self.limit(word).is_some());
            let guesses = [
                ("object", &["properties", "additionalProperties"][..]),
                ("array", &["items", "prefixItems"]),
                ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]),
                ("string", &["minLength", "maxLength", "pattern"]),
            ];
            guesses.into_iter().find(|(_, words)| says(words)).map(|(kind, _)| kind)
        };
        let said = || self.limits("type").find_map(Value::as_str);
        self.kind.or_else(said).or_else(guess)
    }

    /// The literals, if only those are allowed: those that every part allows.
    pub(super) fn literals(&self) -> Option<Vec<&'d Value>> {
        if let Some(only) = self.get("const") {
            return Some(vec![only]);
        }
        let mut lists = self
            .parts
            .iter()
            .filter_map(|part| part.get("enum")?.as_array())
            .filter(|l| !l.is_empty());
        let first = lists.next()?;
        let others: Vec<_> = lists.collect();
        let everywhere = |value: &&Value| others.iter().all(|list| list.contains(value));
        Some(first.iter().filter(everywhere).collect())
    }

    /// Whether several kinds of value are allowed.
    pub(super) fn has_branches(&self) -> bool {
        let is_list = |keyword: &str| self.get(keyword).is_some_and(Value::is_array);
        let kinds = self.kind.is_none() && self.literals().is_none() && is_list("type");
        ["anyOf", "oneOf"].into_iter().any(is_list) || kinds
    }

    /// How many unions there are: of several, one would have to be chosen in each.
    pub(super) fn unions(&self) -> usize {
        let unions = |part: &&Map<String, Value>| {
            ["anyOf", "oneOf"]
                .iter()
                .filter(|word| part.get(**word).is_some_and(Value::is_array))
                .count()
        };
        self.parts.iter().map(unions).sum()
    }

    /// The kinds of value allowed: the branches of a union, or of a list of types. A branch that
    /// leads back to the union adds nothing to it.
    pub(super) fn branches(&self, document: &'d Value) -> Vec<Self> {
        let union = ["anyOf", "oneOf"].iter().find_map(|keyword| self.get(keyword)?.as_array());
        let branch = |schema| {
            let mut node = Self::new(document, schema);
            if node.references.iter().any(|target| self.references.contains(target)) {
                return None;
            }
            node.around = [&self.parts[..], &self.around].concat();
            node.references.extend(&self.references);
            Some(node)
        };
        let of_kind = |kind: &'d Value| Some(Self { kind: Some(kind.as_str()?), ..self.clone() });
        match union {
            Some(union) => union.iter().filter_map(branch).collect(),
            None => {
                let kinds = self.get("type").and_then(Value::as_array);
                kinds.into_iter().flatten().filter_map(of_kind).collect()
            }
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len(),
        Value::Array(list) => list.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_nearest_word_counts_and_all_limits_do() {
        let document = json!({ "a": {
            "title": "far", "type": "integer", "minimum": 1, "required": ["x"],
            "allOf": [{ "minimum": 2, "description": "part" }],
        } });
        let schema = json!({ "$ref": "#/a", "title": "near", "required": ["y"] });
        let node = Node::new(&document, &schema);
        assert_eq!((node.text("title"), node.text("description")), (Some("near"), Some("part")));
        assert_eq!(node.kind(), Some("integer"));
        assert_eq!(node.limits("minimum").collect::<Vec<_>>(), [&json!(1), &json!(2)]);
        assert_eq!(node.strings("required"), ["y", "x"]);
        assert_eq!((node.references.as_slice(), node.dangles), (&["#/a"][..], false));
        assert!(Node::new(&document, &json!({ "allOf": [{ "$ref": "#/b" }] })).dangles);
        assert!(Node::new(&document, &json!({ "$ref": "https://a.example/" })).dangles);
    }

    #[test]
    fn the_properties_of_all_parts_are_one_list() {
        let schema = json!({
            "properties": { "a": 1, "b": 2 },
            "allOf": [{ "properties": { "b": 3, "c": 4 } }, { "properties": 7 }],
        });
        let node = Node::new(&Value::Null, &schema);
        let entries: Vec<_> =
            node.entries("properties").into_iter().map(|(n, v)| (n.as_str(), v)).collect();
        assert_eq!(entries, [("a", &json!(1)), ("b", &json!(2)), ("c", &json!(4))]);
        assert_eq!(node.count("properties"), 4);
    }

    #[test]
    fn a_type_is_guessed_from_the_words_that_only_it_has() {
        for (schema, kind) in [
            (json!({ "properties": {} }), Some("object")),
            (json!({ "additionalProperties": false }), Some("object")),
            (json!({ "prefixItems": [] }), Some("array")),
            (json!({ "exclusiveMaximum": 1 }), Some("number")),
            (json!({ "pattern": "x" }), Some("string")),
            (json!({ "type": "boolean", "pattern": "x" }), Some("boolean")),
            (json!({ "title": "x" }), None),
            (json!(true), None),
        ] {
            assert_eq!(Node::new(&Value::Null, &schema).kind(), kind, "{schema}");
        }
    }

    #[test]
    fn branches_know_what_stands_around_them() {
        let document = json!({ "self": { "anyOf": [{ "$ref": "#/self" }, { "type": "string" }] } });
        let schema = json!({ "anyOf": [{ "$ref": "#/self" }, false, { "type": "integer", "minimum": 2 }], "minimum": 1 });
        let node = Node::new(&document, &schema);
        assert!(node.has_branches() && node.unions() == 1);
        let [itself, never, number] = &node.branches(&document)[..] else { panic!("three") };
        assert!(never.is_never && !itself.is_never);
        assert_eq!(number.limits("minimum").collect::<Vec<_>>(), [&json!(2), &json!(1)]);
        assert_eq!(number.get("minimum"), Some(&json!(2)));
        // The way back to itself is no branch.
        let [text] = &itself.branches(&document)[..] else { panic!("one") };
        assert_eq!(text.kind(), Some("string"));

        let schema = json!({ "type": ["integer", "null", 7] });
        let node = Node::new(&document, &schema);
        let kinds: Vec<_> = node.branches(&document).iter().map(Node::kind).collect();
        assert_eq!(kinds, [Some("integer"), Some("null")]);
        assert!(!node.branches(&document).iter().any(Node::has_branches));
    }

    #[test]
    fn literals_are_those_that_every_part_allows() {
        for (schema, literals) in [
            (json!({ "enum": [1, 2], "allOf": [{ "enum": [2, 3] }] }), Some(vec![json!(2)])),
            (json!({ "enum": [1], "const": 7 }), Some(vec![json!(7)])),
            (json!({ "enum": [] }), None),
            (json!({ "enum": 7 }), None),
        ] {
            let node = Node::new(&Value::Null, &schema);
            let found = node.literals().map(|all| all.into_iter().cloned().collect::<Vec<_>>());
            assert_eq!(found, literals, "{schema}");
        }
    }
}
