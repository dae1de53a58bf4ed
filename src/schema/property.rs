//! One JSON Schema node to one [`Property`].

use serde_json::Value;

use super::text::{description_of, title_of};
use super::{Limit, Medium, Notice, Property, Range, Shape, TextRules};
use crate::number::{Decimal, parse_integer};

/// How deep objects may nest before the rest is edited as JSON. Also what stops a schema that
/// refers to itself.
const DEEPEST: usize = 8;

/// Walks the schemas of one document and collects what it could not take.
pub(super) struct Reader<'d> {
    document: &'d Value,
    notices: Vec<Notice>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(document: &'d Value) -> Self {
        Self { document, notices: Vec::new() }
    }

    pub(super) fn into_notices(self) -> Vec<Notice> {
        self.notices
    }

    /// Follows local references and single-element `allOf`s. A reference that leads nowhere
    /// yields itself, which has no type and so becomes a JSON field.
    pub(super) fn resolve(&self, schema: &'d Value) -> &'d Value {
        let mut at = schema;
        for _ in 0..DEEPEST {
            let next = match (at.get("$ref").and_then(Value::as_str), at.get("allOf")) {
                (Some(target), _) => {
                    target.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer))
                }
                (None, Some(Value::Array(parts))) if parts.len() == 1 => parts.first(),
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The properties of an object schema, in the order its authors chose.
    pub(super) fn properties(&mut self, schema: &'d Value, path: &str) -> Vec<Property> {
        let object = self.resolve(schema);
        let Some(properties) = object.get("properties").and_then(Value::as_object) else {
            return Vec::new();
        };
        let required: Vec<&str> = strings(object.get("required"));
        let mut names = strings(object.get("x-fal-order-properties"));
        names.retain(|name| properties.contains_key(*name));
        if names.is_empty() {
            let (first, rest): (Vec<&str>, Vec<&str>) =
                properties.keys().map(String::as_str).partition(|name| required.contains(name));
            names = first.into_iter().chain(rest).collect();
        } else {
            let missed = properties.keys().map(String::as_str);
            let missed: Vec<&str> = missed.filter(|name| !names.contains(name)).collect();
            names.extend(missed);
        }
        names
            .into_iter()
            .filter_map(|name| Some((name, properties.get(name)?)))
            .map(|(name, schema)| self.property(name, schema, path, required.contains(&name)))
            .collect()
    }

    fn property(
        &mut self,
        name: &str,
        schema: &'d Value,
        parent: &str,
        required: bool,
    ) -> Property {
        let path = if parent.is_empty() { name.to_owned() } else { format!("{parent}.{name}") };
        let target = self.resolve(schema);
        let (branches, nullable) = self.branches(target);
        let shape = self.shape(name, &branches, &path);
        let keyword = |key: &str| schema.get(key).or_else(|| target.get(key));
        let text = |key: &str| keyword(key).and_then(Value::as_str);
        Property {
            name: name.to_owned(),
            title: text("title").map_or_else(|| title_of(name), str::to_owned),
            description: text("description").map(description_of).unwrap_or_default(),
            required,
            nullable,
            default: keyword("default").filter(|value| !value.is_null()).cloned(),
            examples: match keyword("examples") {
                Some(Value::Array(all)) => all.iter().filter(|v| !v.is_null()).cloned().collect(),
                _ => Vec::new(),
            },
            shape,
        }
    }

    /// The alternatives a value may take, without `null`, and whether `null` was one of them.
    fn branches(&self, schema: &'d Value) -> (Vec<&'d Value>, bool) {
        let unions = ["anyOf", "oneOf"].iter().find_map(|key| schema.get(key)?.as_array());
        let Some(all) = unions else {
            let nullable = schema.get("nullable") == Some(&Value::Bool(true));
            return (vec![schema], nullable);
        };
        let all: Vec<_> = all.iter().map(|branch| self.resolve(branch)).collect();
        let count = all.len();
        let branches: Vec<_> = all.into_iter().filter(|b| type_of(b) != Some("null")).collect();
        let nullable = branches.len() < count;
        (branches, nullable)
    }

    fn shape(&mut self, name: &str, branches: &[&'d Value], path: &str) -> Shape {
        let understood = match branches {
            [only] => self.single(name, only, path),
            [a, b] => self.preset(a, b, path).or_else(|| self.preset(b, a, path)),
            _ => None,
        };
        understood.unwrap_or_else(|| {
            self.notices.push(Notice {
                path: path.to_owned(),
                message: "No control fits this schema, so the field is edited as JSON.".to_owned(),
            });
            Shape::Json
        })
    }

    fn single(&mut self, name: &str, schema: &'d Value, path: &str) -> Option<Shape> {
        if let Some(choices) = literals(schema) {
            return Some(Shape::Choice(choices));
        }
        match type_of(schema)? {
            "string" => Some(match medium_of(name) {
                Some(medium) => Shape::File(medium),
                None => Shape::Text(text_rules(name, schema)),
            }),
            "integer" => Some(Shape::Integer(range(schema, as_integer))),
            "number" => Some(Shape::Number(range(schema, |value| {
                Decimal::of(value).map(|number| number.value)
            }))),
            "boolean" => Some(Shape::Boolean),
            "object" if path.split('.').count() < DEEPEST => {
                let properties = self.properties(schema, path);
                (!properties.is_empty()).then_some(Shape::Object(properties))
            }
            _ => None,
        }
    }

    fn preset(&mut self, object: &'d Value, list: &'d Value, path: &str) -> Option<Shape> {
        let choices = literals(list)?;
        let custom = self.properties(object, path);
        (!custom.is_empty()).then_some(Shape::Preset { choices, custom })
    }
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

fn type_of(schema: &Value) -> Option<&str> {
    schema.get("type")?.as_str()
}

fn literals(schema: &Value) -> Option<Vec<Value>> {
    if let Some(only) = schema.get("const") {
        return Some(vec![only.clone()]);
    }
    schema.get("enum")?.as_array().filter(|list| !list.is_empty()).cloned()
}

/// fal rarely marks file inputs, so the name decides, by the rule of fal-js's own schema tooling.
fn medium_of(name: &str) -> Option<Medium> {
    let is_file = name.ends_with("_url") || ["image", "video", "audio", "file"].contains(&name);
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    is_file.then(|| {
        if says(&["image", "mask", "frame", "garment", "human", "face"]) {
            Medium::Image
        } else if says(&["video"]) {
            Medium::Video
        } else if says(&["audio", "voice"]) {
            Medium::Audio
        } else {
            Medium::Any
        }
    })
}

fn text_rules(name: &str, schema: &Value) -> TextRules {
    let length = |key: &str| schema.get(key).and_then(Value::as_u64).map(|n| n as usize);
    let max_length = length("maxLength");
    let says = |word: &str| name.split('_').any(|part| part == word);
    TextRules {
        min_length: length("minLength"),
        max_length,
        long: says("prompt") || says("text") || max_length.is_some_and(|max| max > 200),
    }
}

fn as_integer(value: &Value) -> Option<i128> {
    let text = value.as_number()?.to_string();
    parse_integer(&text)
}

fn range<T>(schema: &Value, read: impl Fn(&Value) -> Option<T>) -> Range<T> {
    let limit = |inclusive: &str, exclusive: &str| {
        let get = |key: &str, inclusive| {
            schema.get(key).and_then(&read).map(|value| Limit { value, inclusive })
        };
        get(exclusive, false).or_else(|| get(inclusive, true))
    };
    Range {
        min: limit("minimum", "exclusiveMinimum"),
        max: limit("maximum", "exclusiveMaximum"),
        multiple_of: schema.get("multipleOf").and_then(&read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shape_of(name: &str, schema: Value) -> (Shape, usize) {
        let document = json!({ "properties": { name: schema } });
        let mut reader = Reader::new(&document);
        let property = reader.properties(&document, "").remove(0);
        (property.shape, reader.into_notices().len())
    }

    #[test]
    fn each_construct_has_its_shape() {
        let free = || Range { min: None, max: None, multiple_of: None };
        let cases = [
            ("a", json!({"type": "boolean"}), Shape::Boolean),
            ("a", json!({"type": "string"}), Shape::Text(TextRules::default())),
            ("a", json!({"const": 3}), Shape::Choice(vec![json!(3)])),
            ("a", json!({"enum": ["x", "y"]}), Shape::Choice(vec![json!("x"), json!("y")])),
            ("mask_url", json!({"type": "string"}), Shape::File(Medium::Image)),
            ("audio_url", json!({"type": "string"}), Shape::File(Medium::Audio)),
            ("video", json!({"type": "string"}), Shape::File(Medium::Video)),
            ("x_url", json!({"enum": ["a"]}), Shape::Choice(vec![json!("a")])),
            ("a", json!({"allOf": [{"type": "integer"}]}), Shape::Integer(free())),
            (
                "a",
                json!({"anyOf": [{"type": "null"}, {"type": "integer"}]}),
                Shape::Integer(free()),
            ),
        ];
        for (name, schema, expected) in cases {
            assert_eq!(shape_of(name, schema.clone()), (expected, 0), "{name}: {schema}");
        }
    }

    #[test]
    fn limits_keep_every_digit() {
        let (shape, _) = shape_of("seed", json!({"type": "integer", "maximum": u64::MAX}));
        let max = Some(Limit { value: i128::from(u64::MAX), inclusive: true });
        assert_eq!(shape, Shape::Integer(Range { min: None, max, multiple_of: None }));
    }

    #[test]
    fn what_has_no_control_is_json_with_a_notice() {
        for schema in [
            json!({}),
            json!({"$ref": "#/components/schemas/Missing"}),
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"type": "object"}),
        ] {
            assert_eq!(shape_of("a", schema.clone()), (Shape::Json, 1), "{schema}");
        }
    }

    #[test]
    fn a_schema_that_contains_itself_ends() {
        let document = json!({
            "properties": { "a": { "$ref": "#" } },
            "type": "object"
        });
        let mut reader = Reader::new(&document);
        assert_eq!(reader.properties(&document, "").len(), 1);
        assert_eq!(reader.into_notices().len(), 1);
    }
}
