//! What kind of value may stand at a place in a schema.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::file::FileRules;
use super::node::Node;
use super::property::{Reader, nameless};
use super::{ExtraKeys, ItemRules, Medium, Notice, Property, Range, Shape, TextRules};

/// How deep values may nest before the rest is edited as JSON.
const DEEPEST: usize = 12;
/// How often a schema may contain itself before the rest is edited as JSON.
const MOST_OFTEN: usize = 3;
/// How many literals a list of choices may have. The largest real one has 1,287.
const MOST_CHOICES: usize = 10_000;
/// How many kinds of value a union may have, and values a tuple.
const MOST_KINDS: usize = 64;

const TOO_DEEP: &str = "This nests deeper than a form can show, so it is edited as JSON.";
const CIRCLE: &str = "This contains itself again and again, so from here on it is edited as JSON.";
const TOO_MANY: &str =
    "The document allows more here than a form can show, so it is edited as JSON.";
const TANGLE: &str =
    "The document describes this in too many places at once, so it is edited as JSON.";
const CONTRADICTION: &str =
    "The document does not say what may stand here, so it is edited as JSON.";
const DANGLING: &str =
    "The document refers to a description it does not hold, so this is edited as names and values.";

/// A shape, and what is to be said of it.
type Said = (Shape, Option<&'static str>);

impl<'d> Reader<'d> {
    /// What a value may be, whether `null` too, and what is to be said of that.
    pub(super) fn reading(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> (Shape, bool, Option<&'static str>) {
        self.depth += 1;
        let (shape, nullable, notice) = match self.depth > DEEPEST {
            true => (Shape::Json, true, Some(TOO_DEEP)),
            false => self.among(name, node, path, list),
        };
        self.depth -= 1;
        if let Some(message) = notice
            && self.may_copy(path.len())
        {
            self.notices.push(Notice { path: path.to_owned(), message });
        }
        // JSON is only read by its field.
        self.is_conditional |= shape == Shape::Json;
        // Where anything goes, `null` goes too.
        let is_anything = |shape: &Shape| matches!(shape, Shape::Any | Shape::Json);
        let nullable = match &shape {
            Shape::Union(kinds) => nullable || kinds.iter().any(|kind| is_anything(&kind.shape)),
            shape => nullable || is_anything(shape),
        };
        (shape, nullable, notice)
    }

    /// Puts the branches of a union together: `null` becomes a mark, literals one list.
    fn among(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> (Shape, bool, Option<&'static str>) {
        let mut branches: Vec<Node<'d>> = Vec::new();
        let mut literals = Map::new();
        let mut nullable = false;
        let mut rest = vec![node.clone()];
        while let Some(next) = rest.pop() {
            nullable |= next.flag("nullable");
            self.is_conditional |= next.is_conditional();
            // Several lists of literals are compared each with each.
            let lists = next.limits("enum").count();
            let listed = next.own_count("enum").saturating_mul(32);
            let compared = if lists > 1 { listed.saturating_mul(listed / 32) } else { 0 };
            let parts = next.own_count("anyOf").saturating_add(next.own_count("oneOf"));
            if !self.may_copy(parts.saturating_mul(64).saturating_add(listed + compared)) {
                break;
            }
            if next.is_cut || next.unions() > 1 {
                return (Shape::Json, nullable, Some(TANGLE));
            }
            if let Some(found) = next.literals() {
                for value in found {
                    if value.is_null() {
                        nullable = true;
                    } else if let Some(value) = self.copy(value) {
                        literals.entry(value.to_string()).or_insert(value);
                    }
                }
            } else if next.has_branches() {
                rest.extend(next.branches(self.document).into_iter().rev());
            } else if next.kind() == Some("null") {
                nullable = true;
            } else if !next.is_never {
                branches.push(next);
            }
            if branches.len() > MOST_KINDS || literals.len() > MOST_CHOICES {
                return (Shape::Json, nullable, Some(TOO_MANY));
            }
        }
        let literals = literals.into_iter().map(|(_, value)| value).collect();
        let (shape, notice) = self.shape(name, literals, &branches, path, list);
        (shape, nullable, notice)
    }

    fn shape(
        &mut self,
        name: &str,
        literals: Vec<Value>,
        branches: &[Node<'d>],
        path: &str,
        list: Option<&Node<'d>>,
    ) -> Said {
        match branches {
            [] if literals.is_empty() => return (Shape::Json, Some(CONTRADICTION)),
            [] => return (Shape::Choice(literals), None),
            [only] if literals.is_empty() => return self.single(name, only, path, list),
            [only] if only.kind() == Some("string") && literals.iter().all(Value::is_string) => {
                return (Shape::Suggested(literals, TextRules::of(name, only)), None);
            }
            _ => {}
        }
        let mut shapes: Vec<(Option<&str>, Shape)> = Vec::new();
        let mut notice = None;
        for branch in branches {
            let (shape, said) = self.single(name, branch, path, list);
            notice = notice.or(said);
            // `[integer, number]` is a number, and what is said twice counts once.
            match shapes.iter_mut().find(|(_, known)| is_either(known, &shape)) {
                Some((_, known)) if matches!(&shape, Shape::Number(range) if !range.integer) => {
                    *known = shape
                }
                Some(_) => {}
                None => shapes.push((branch.text("title"), shape)),
            }
        }
        match shapes.pop() {
            Some((_, only)) if shapes.is_empty() && literals.is_empty() => (only, notice),
            // The form's word for an object of one's own is no literal of such a list.
            Some((_, Shape::Object(custom, ExtraKeys::Allowed)))
                if shapes.is_empty()
                    && literals.iter().all(|value| value.is_string() && value != "custom") =>
            {
                (Shape::Preset { choices: literals, custom }, notice)
            }
            last => {
                shapes.extend(last);
                if !literals.is_empty() {
                    shapes.insert(0, (None, Shape::Choice(literals)));
                }
                (Shape::Union(titled(shapes)), notice)
            }
        }
    }

    /// What a value of one kind may be.
    fn single(&mut self, name: &str, node: &Node<'d>, path: &str, list: Option<&Node<'d>>) -> Said {
        let length = |keyword| node.text(keyword).map_or(0, str::len);
        let in_bounds = self.may_copy(64 + length("pattern") + length("title"));
        let before = self.way.len();
        self.way.extend(&node.references);
        let most =
            |target: &&str| self.way.iter().filter(|known| *known == target).count() > MOST_OFTEN;
        let said = if node.references.iter().any(most) {
            (Shape::Json, Some(CIRCLE))
        } else if !in_bounds {
            (Shape::Json, Some(TOO_MANY))
        } else {
            self.of_kind(name, node, path, list)
        };
        self.way.truncate(before);
        said
    }

    fn of_kind(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> Said {
        let shape = match node.kind() {
            Some("string") => match FileRules::of(name, node, list) {
                Some(rules) => {
                    // A field takes any address; how long it may be is for the whole to say.
                    self.is_conditional |=
                        node.limit("maxLength").or_else(|| node.limit("pattern")).is_some();
                    Shape::File(rules)
                }
                None => Shape::Text(TextRules::of(name, node)),
            },
            Some("integer") => Shape::Number(Range::of(node, true)),
            Some("number") => Shape::Number(Range::of(node, false)),
            Some("boolean") => Shape::Boolean,
            Some("array") => return self.array(name, node, path),
            Some("object") => self.object(node, path),
            _ if node.dangles => {
                return (Shape::Map(Arc::new(nameless(Shape::Any, true))), Some(DANGLING));
            }
            None => Shape::Any,
            Some(_) => return (Shape::Json, Some(CONTRADICTION)),
        };
        (shape, None)
    }

    fn array(&mut self, name: &str, node: &Node<'d>, path: &str) -> Said {
        // Older documents have the places of a tuple under `items`.
        let places =
            node.get("prefixItems").or_else(|| node.get("items")).and_then(Value::as_array);
        if let Some(places) = places.filter(|places| !places.is_empty()) {
            if places.len() > MOST_KINDS {
                return (Shape::Json, Some(TOO_MANY));
            }
            self.is_conditional |= node.flag("uniqueItems");
            self.expect_fields(places.len());
            let place = |(index, schema): (usize, &'d Value)| {
                let node = Node::new(self.document, schema);
                let mut property = self.property(&index.to_string(), &node, path, true);
                if node.text("title").is_none() {
                    property.title = ["Value ", &(index + 1).to_string()].concat();
                }
                Arc::new(property)
            };
            return (Shape::Tuple(places.iter().enumerate().map(place).collect()), None);
        }
        let mut rules = ItemRules::of(node);
        self.expect_fields(1);
        let item = match node.get("items") {
            Some(items) if items.is_object() => {
                let item = Node::new(self.document, items);
                self.value(name, &item, path, Some(node))
            }
            items => {
                if items == Some(&Value::Bool(false)) {
                    rules.max = Some(0);
                }
                nameless(Shape::Any, true)
            }
        };
        (Shape::List(Arc::new(item), rules), None)
    }

    fn object(&mut self, node: &Node<'d>, path: &str) -> Shape {
        let properties = self.properties(node, path);
        let extra = node.get("additionalProperties");
        // Which names have to match something, no field can say.
        let extra = extra.filter(|_| node.get("patternProperties").is_none());
        let is_refused = extra == Some(&Value::Bool(false));
        if is_refused || !properties.is_empty() {
            self.is_conditional |= extra.is_some_and(Value::is_object);
            let extra = if is_refused { ExtraKeys::Refused } else { ExtraKeys::Allowed };
            return Shape::Object(properties, extra);
        }
        self.expect_fields(1);
        let value = match extra.filter(|schema| schema.is_object()) {
            Some(schema) => self.value("", &Node::new(self.document, schema), path, None),
            None => nameless(Shape::Any, true),
        };
        Shape::Map(Arc::new(value))
    }
}

/// Whether one of two kinds of value has room for the other.
fn is_either(one: &Shape, other: &Shape) -> bool {
    match (one, other) {
        (Shape::Number(one), Shape::Number(other)) => {
            let kind = Range { integer: one.integer, ..other.clone() };
            kind == *one
        }
        _ => one == other,
    }
}

/// The branches of a union as properties, each with a title that tells it from the others.
fn titled(shapes: Vec<(Option<&str>, Shape)>) -> Vec<Arc<Property>> {
    let mut titles: Vec<String> = Vec::new();
    let branch = |(said, shape): (Option<&str>, Shape)| {
        let word = match &shape {
            Shape::Text(_) | Shape::Suggested(..) => "Text",
            Shape::Number(_) => "Number",
            Shape::Boolean => "Yes or no",
            Shape::Choice(_) => "Choice",
            Shape::File(rules) if rules.medium == Medium::Image => "Image",
            Shape::File(_) => "File",
            Shape::List(..) | Shape::Tuple(_) => "List",
            Shape::Object(..) | Shape::Preset { .. } => "Object",
            Shape::Map(_) => "Names and values",
            Shape::Union(_) | Shape::Any | Shape::Json => "Anything",
        };
        let mut title = said.unwrap_or(word).to_owned();
        let same = titles.iter().filter(|known| **known == title).count();
        titles.push(title.clone());
        if same > 0 {
            title.push_str(&[" ", &(same + 1).to_string()].concat());
        }
        let mut property = nameless(shape, false);
        property.title = title;
        Arc::new(property)
    };
    shapes.into_iter().map(branch).collect()
}
