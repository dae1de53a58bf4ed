//! One place in a schema to one [`Property`].

use std::sync::Arc;

use serde_json::Value;

use super::file::FileRules;
use super::node::Node;
use super::text::{description_of, title_of};
use super::{ExtraKeys, ItemRules, Medium, Notice, Property, Range, Shape, TextRules};

/// How deep values may nest before the rest is edited as JSON.
const DEEPEST: usize = 12;
/// How often a schema may contain itself before the rest is edited as JSON.
const MOST_OFTEN: usize = 3;
/// How many fields a form may have. The largest real one has 54, and each may be a tree.
const MOST_FIELDS: usize = 20_000;

const TOO_DEEP: &str = "This nests deeper than a form can show, so it is edited as JSON.";
const CIRCLE: &str = "This contains itself again and again, so from here on it is edited as JSON.";
const CONTRADICTION: &str =
    "The document does not say what may stand here, so it is edited as JSON.";
const DANGLING: &str =
    "The document refers to a description it does not hold, so this is edited as names and values.";

/// Walks the schemas of one document and collects what it could not take.
pub(super) struct Reader<'d> {
    document: &'d Value,
    notices: Vec<Notice>,
    fields: usize,
    /// The references that lead to where the walk is.
    way: Vec<&'d str>,
    depth: usize,
}

/// What a value may be, and what is to be said of that.
struct Reading {
    shape: Shape,
    nullable: bool,
    notice: Option<&'static str>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Value) -> Self {
        Self { document, notices: Vec::new(), fields: 0, way: Vec::new(), depth: 0 }
    }

    pub(super) fn into_notices(self) -> Vec<Notice> {
        self.notices
    }

    /// Whether the document has more fields than a form can hold.
    pub(super) fn is_exhausted(&self) -> bool {
        self.fields > MOST_FIELDS
    }

    /// The properties of an object schema, in the order its authors chose.
    pub(super) fn top(&mut self, schema: &'d Value) -> Vec<Arc<Property>> {
        let node = Node::new(self.document, schema);
        self.properties(&node, "")
    }

    fn properties(&mut self, object: &Node<'d>, path: &str) -> Vec<Arc<Property>> {
        let entries = object.entries("properties");
        self.fields += entries.len();
        if self.is_exhausted() {
            return Vec::new();
        }
        let required = object.strings("required");
        let order = object.strings("x-fal-order-properties");
        let place = |name: &str| match order.is_empty() {
            // Those missed by the list come last; without one the required come first.
            false => order.iter().position(|known| *known == name).unwrap_or(order.len()),
            true => usize::from(!required.contains(&name)),
        };
        let mut sorted: Vec<(usize, &String, &Value)> =
            entries.into_iter().map(|(name, schema)| (place(name), name, schema)).collect();
        sorted.sort_by_key(|(place, ..)| *place);
        sorted
            .into_iter()
            .map(|(_, name, schema)| {
                let node = Node::new(self.document, schema);
                let required = required.contains(&name.as_str());
                Arc::new(self.property(name, &node, path, required))
            })
            .collect()
    }

    fn property(&mut self, name: &str, node: &Node<'d>, parent: &str, required: bool) -> Property {
        let path = if parent.is_empty() { name.to_owned() } else { [parent, ".", name].concat() };
        let Reading { shape, nullable, notice } = self.reading(name, node, &path, None);
        let ui =
            |flag: &str| node.get("ui").and_then(|ui| ui.get(flag)) == Some(&Value::Bool(true));
        Property {
            name: name.to_owned(),
            title: node.text("title").map_or_else(|| title_of(name), str::to_owned),
            description: node.text("description").map(description_of).unwrap_or_default(),
            required,
            nullable,
            default: node.get("default").filter(|value| !value.is_null()).cloned(),
            examples: examples(node),
            important: ui("important"),
            hidden: ui("hidden"),
            shape,
            notice,
        }
    }

    /// What a value may be. `list` is the list whose items these are: its marks count for them.
    fn reading(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> Reading {
        let before = self.way.len();
        self.way.extend(&node.references);
        self.depth += 1;
        let most =
            |target: &&str| self.way.iter().filter(|known| *known == target).count() > MOST_OFTEN;
        let blocked = if node.references.iter().any(most) {
            Some(CIRCLE)
        } else if self.depth > DEEPEST {
            Some(TOO_DEEP)
        } else {
            None
        };
        let reading = match blocked {
            Some(notice) => Reading { shape: Shape::Json, nullable: true, notice: Some(notice) },
            None => self.among(name, node, path, list),
        };
        self.depth -= 1;
        self.way.truncate(before);
        if let Some(message) = reading.notice {
            self.notices.push(Notice { path: path.to_owned(), message });
        }
        reading
    }

    /// Puts the branches of a union together: `null` becomes a mark, literals one list.
    fn among(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> Reading {
        let mut branches: Vec<Node<'d>> = Vec::new();
        let mut literals: Vec<Value> = Vec::new();
        let mut nullable = node.flag("nullable");
        let mut rest = vec![node.clone()];
        let mut looked_at = 0;
        while let Some(next) = rest.pop() {
            looked_at += 1;
            if looked_at > 200 {
                break;
            }
            if next.has_branches() {
                rest.extend(next.branches(self.document).into_iter().rev());
                continue;
            }
            if let Some(found) = next.literals() {
                for value in found {
                    match value {
                        Value::Null => nullable = true,
                        value if literals.contains(value) => {}
                        value => literals.push(value.clone()),
                    }
                }
            } else if next.kind() == Some("null") {
                nullable = true;
            } else {
                branches.push(next);
            }
        }
        let (shape, notice) = self.shape(name, literals, &branches, path, list);
        Reading { shape, nullable, notice }
    }

    fn shape(
        &mut self,
        name: &str,
        literals: Vec<Value>,
        branches: &[Node<'d>],
        path: &str,
        list: Option<&Node<'d>>,
    ) -> (Shape, Option<&'static str>) {
        match branches {
            [] if literals.is_empty() => return (Shape::Json, Some(CONTRADICTION)),
            [] => return (Shape::Choice(literals), None),
            [only] if literals.is_empty() => return self.single(name, only, path, list),
            [only] if only.kind() == Some("string") && literals.iter().all(Value::is_string) => {
                return (Shape::Suggested(literals, TextRules::of(name, only)), None);
            }
            [only] if only.kind() == Some("object") && literals.iter().all(Value::is_string) => {
                let custom = self.properties(only, path);
                if !custom.is_empty() {
                    return (Shape::Preset { choices: literals, custom }, None);
                }
            }
            _ => {}
        }
        let mut shapes: Vec<(Option<&str>, Shape)> = Vec::new();
        let mut notice = None;
        for branch in branches {
            let (shape, said) = self.single(name, branch, path, list);
            notice = notice.or(said);
            // `[integer, number]` is a number, and what is said twice counts once.
            let numbers =
                |a: &Shape, b: &Shape| matches!((a, b), (Shape::Number(_), Shape::Number(_)));
            match shapes.iter_mut().find(|(_, known)| *known == shape || numbers(known, &shape)) {
                Some((_, known)) if matches!(&shape, Shape::Number(range) if !range.integer) => {
                    *known = shape
                }
                Some(_) => {}
                None => shapes.push((branch.text("title"), shape)),
            }
        }
        if !literals.is_empty() {
            shapes.insert(0, (None, Shape::Choice(literals)));
        }
        match shapes.len() {
            1 => (shapes.remove(0).1, notice),
            _ => (Shape::Union(titled(shapes)), notice),
        }
    }

    fn single(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> (Shape, Option<&'static str>) {
        let shape = match node.kind() {
            Some("string") => match FileRules::of(name, node, list) {
                Some(rules) => Shape::File(rules),
                None => Shape::Text(TextRules::of(name, node)),
            },
            Some("integer") => Shape::Number(Range::of(node, true)),
            Some("number") => Shape::Number(Range::of(node, false)),
            Some("boolean") => Shape::Boolean,
            Some("array") => self.array(name, node, path),
            Some("object") => self.object(node, path),
            _ if node.dangles => {
                return (Shape::Map(Arc::new(nameless(Shape::Any, true))), Some(DANGLING));
            }
            None => Shape::Any,
            Some(_) => return (Shape::Json, Some(CONTRADICTION)),
        };
        (shape, None)
    }

    fn array(&mut self, name: &str, node: &Node<'d>, path: &str) -> Shape {
        if let Some(places) = node.get("prefixItems").and_then(Value::as_array) {
            self.fields += places.len();
            let place = |(index, schema): (usize, &'d Value)| {
                let node = Node::new(self.document, schema);
                let mut property = self.property(&index.to_string(), &node, path, true);
                if node.text("title").is_none() {
                    property.title = ["Value ", &(index + 1).to_string()].concat();
                }
                Arc::new(property)
            };
            return Shape::Tuple(places.iter().take(64).enumerate().map(place).collect());
        }
        let rules = ItemRules::of(node);
        let Some(items) = node.get("items").filter(|items| items.is_object()) else {
            return Shape::List(Arc::new(nameless(Shape::Any, true)), rules);
        };
        self.fields += 1;
        let item = Node::new(self.document, items);
        Shape::List(Arc::new(self.nested(name, &item, path, Some(node))), rules)
    }

    fn object(&mut self, node: &Node<'d>, path: &str) -> Shape {
        let properties = self.properties(node, path);
        let extra = node.get("additionalProperties");
        if !properties.is_empty() {
            let refused = extra == Some(&Value::Bool(false));
            let extra = if refused { ExtraKeys::Refused } else { ExtraKeys::Allowed };
            return Shape::Object(properties, extra);
        }
        self.fields += 1;
        match extra.filter(|schema| schema.is_object()) {
            Some(schema) => {
                let value = Node::new(self.document, schema);
                Shape::Map(Arc::new(self.nested("", &value, path, None)))
            }
            None => Shape::Map(Arc::new(nameless(Shape::Any, true))),
        }
    }

    /// The items of a list or the values of a map: a property without a name of its own.
    fn nested(
        &mut self,
        name: &str,
        node: &Node<'d>,
        path: &str,
        list: Option<&Node<'d>>,
    ) -> Property {
        let Reading { shape, nullable, notice } = self.reading(name, node, path, list);
        let mut property = nameless(shape, nullable);
        property.notice = notice;
        property.default = node.get("default").filter(|value| !value.is_null()).cloned();
        property.examples = examples(node);
        property
    }
}

/// A property without a name of its own: an item, a value, a branch.
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

fn examples(node: &Node<'_>) -> Vec<Value> {
    let single = node.get("example").into_iter();
    let all = node.get("examples").and_then(Value::as_array).into_iter().flatten();
    all.chain(single).filter(|value| !value.is_null()).cloned().collect()
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
