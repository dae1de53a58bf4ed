//! One place in a schema to one [`Property`].

use std::sync::Arc;

use serde_json::{Map, Value};

use super::node::Node;
use super::text::{description_of, text_of, title_of};
use super::{Notice, Property, Shape};
use crate::number::Decimal;

/// How many fields a form may have. The largest real one has 54, and each may be a tree.
const MOST_FIELDS: usize = 5_000;
/// How much may be copied out of a document, in bytes or so: a small one can say a large thing at
/// a thousand places. The largest real one is a hundredth of it.
const MOST_COPIED: usize = 8 << 20;

/// Walks the schemas of one document and collects what it could not take.
pub(super) struct Reader<'d> {
    pub(super) document: &'d Value,
    pub(super) notices: Vec<Notice>,
    fields: usize,
    copied: usize,
    /// The references that lead to where the walk is.
    pub(super) way: Vec<&'d str>,
    pub(super) depth: usize,
    /// Whether more is asked of the input than its fields judge.
    pub(super) is_conditional: bool,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Value) -> Self {
        let (notices, way) = (Vec::new(), Vec::new());
        Self { document, notices, fields: 0, copied: 0, way, depth: 0, is_conditional: false }
    }

    pub(super) fn into_notices(self) -> Vec<Notice> {
        self.notices
    }

    /// Whether the document has more fields than a form can hold.
    pub(super) fn is_exhausted(&self) -> bool {
        self.fields > MOST_FIELDS || self.copied > MOST_COPIED
    }

    /// Counts fields before they are made.
    pub(super) fn expect_fields(&mut self, count: usize) {
        self.fields = self.fields.saturating_add(count);
    }

    /// Counts what is about to be copied, and whether that is still in bounds.
    pub(super) fn may_copy(&mut self, bytes: usize) -> bool {
        self.copied = self.copied.saturating_add(bytes);
        !self.is_exhausted()
    }

    pub(super) fn copy(&mut self, value: &Value) -> Option<Value> {
        (!self.is_exhausted() && self.may_copy(weight(value))).then(|| value.clone())
    }

    /// The properties of an object schema, in the order its authors chose.
    pub(super) fn properties(&mut self, object: &Node<'d>, path: &str) -> Vec<Arc<Property>> {
        self.expect_fields(object.count("properties"));
        let lists = object.count("required") + object.count("x-fal-order-properties");
        if !self.may_copy(lists.saturating_mul(32)) {
            return Vec::new();
        }
        let required = places(object.strings("required"));
        let order = places(object.strings("x-fal-order-properties"));
        let place = |name: &str| match order.is_empty() {
            // Those missed by the list come last; without one the required come first.
            false => order.get(name).and_then(Value::as_u64).unwrap_or(u64::MAX),
            true => u64::from(!required.contains_key(name)),
        };
        let entries = object.entries("properties").into_iter();
        let mut entries: Vec<Option<(&String, Node<'_>)>> =
            entries.map(|(name, schema)| Some((name, Node::new(self.document, schema)))).collect();
        let place =
            |entry: &Option<(&String, Node<'_>)>| entry.as_ref().map(|(name, _)| place(name));
        let mut sorted: Vec<(Option<u64>, usize)> = entries.iter().map(place).zip(0..).collect();
        sorted.sort_unstable();
        let mut properties = Vec::with_capacity(sorted.len());
        for (_, index) in sorted {
            let entry = entries.get_mut(index).and_then(Option::take);
            if let Some((name, node)) = entry.filter(|(_, node)| !node.is_never) {
                let is_required = required.contains_key(name);
                properties.push(Arc::new(self.property(name, &node, path, is_required)));
            }
        }
        // What is required and not described has no field.
        let has_field = properties.iter().filter(|property| property.required).count();
        self.is_conditional |= has_field < required.len();
        properties
    }

    pub(super) fn property(
        &mut self,
        name: &str,
        node: &Node<'d>,
        parent: &str,
        required: bool,
    ) -> Property {
        let path = if parent.is_empty() { name.to_owned() } else { [parent, ".", name].concat() };
        let mut property = self.value(name, node, &path, None);
        let said = [node.text("title"), node.text("description")];
        let length: usize = said.iter().flatten().map(|text| text.len()).sum();
        if self.may_copy(64 + 2 * name.len() + path.len() + length) {
            let ui =
                |flag: &str| node.get("ui").and_then(|ui| ui.get(flag)) == Some(&Value::Bool(true));
            name.clone_into(&mut property.name);
            property.title = said[0].map_or_else(|| title_of(name), str::to_owned);
            property.description = said[1].map(description_of).unwrap_or_default();
            property.required = required;
            property.important = ui("important");
            property.hidden = ui("hidden");
        }
        property
    }

    /// A value without a name of its own: an item of a list, a value of a map. `list` is the list
    /// whose items these are: its marks count for them.
    pub(super) fn value(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> Property {
        if self.is_exhausted() {
            return nameless(Shape::Json, true);
        }
        let (shape, nullable, notice) = self.reading(name, node, path, list);
        let mut property = nameless(shape, nullable);
        property.notice = notice;
        let default = node.get("default").filter(|value| !value.is_null());
        property.default = default.and_then(|value| self.copy(value));
        let examples = node.get("examples").and_then(Value::as_array).into_iter().flatten();
        let examples = examples.chain(node.get("example")).filter(|value| !value.is_null());
        property.examples = examples.map_while(|value| self.copy(value)).collect();
        for value in property.default.iter_mut().chain(&mut property.examples) {
            coerce(&property.shape, value);
        }
        property
    }
}

/// The place of each name in a list.
fn places(names: Vec<&str>) -> Map<String, Value> {
    let mut places = Map::new();
    for (place, name) in names.into_iter().enumerate() {
        places.entry(name).or_insert(place.into());
    }
    places
}

/// How many bytes a value takes, or so.
pub(super) fn weight(value: &Value) -> usize {
    let inner = match value {
        Value::String(text) => text.len(),
        Value::Number(number) => number.as_str().len(),
        Value::Array(list) => list.iter().map(weight).sum(),
        Value::Object(object) => {
            object.iter().map(|(name, value)| name.len() + weight(value)).sum()
        }
        Value::Null | Value::Bool(_) => 0,
    };
    32 + inner
}

/// Some defaults are of another type than their schema says: `"3.5"` for a number, `2` for a text.
fn coerce(shape: &Shape, value: &mut Value) {
    let coerced = match (shape, &*value) {
        (Shape::Number(_), Value::String(text)) => {
            Decimal::parse(text).and_then(|number| serde_json::from_str(&number.text).ok())
        }
        (Shape::Boolean, Value::String(text)) => {
            text.to_ascii_lowercase().parse().ok().map(Value::Bool)
        }
        (Shape::Text(_) | Shape::Suggested(..), Value::Number(_) | Value::Bool(_)) => {
            Some(Value::String(value.to_string()))
        }
        (Shape::Choice(choices), value) if !choices.contains(value) => {
            let text = text_of(value);
            choices.iter().find(|choice| text_of(choice) == text).cloned()
        }
        _ => None,
    };
    if let Some(coerced) = coerced {
        *value = coerced;
    }
}

/// A property of which only the kind of value is known.
pub(crate) fn nameless(shape: Shape, nullable: bool) -> Property {
    Property {
        name: String::new(),
        title: String::new(),
        description: String::new(),
        required: false,
        nullable,
        default: None,
        examples: Vec::new(),
        important: false,
        hidden: false,
        shape,
        notice: None,
    }
}
