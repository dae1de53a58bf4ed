//! The demo's own judgement of an input, told the way the real service tells it: a `detail` list in the
//! shape of FastAPI and Pydantic v2. It reads the shipped schema with a validator of its own, so that a
//! mistake in the page's form code shows here instead of being repeated.
//!
//! One difference is deliberate: Pydantic would read the text "28" as a number. Here it is an error,
//! since a form that sends text where the schema says integer is what a demo should bring to light.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::LocationSegment;
use serde_json::{Map, Value};

use super::catalog::Endpoint;
use super::mistake::{Mistake, quoted};

/// Above this an input is not repeated in an error.
const LONGEST_ECHO: usize = 200;

/// Everything wrong with an input, in the order of the fields; empty when it is accepted.
pub(crate) fn check(endpoint: &Endpoint, input: &Value) -> Vec<Value> {
    let errors = endpoint.validator.iter_errors(input);
    let mut details: Vec<Value> = errors.flat_map(|error| report(endpoint, &error, &[])).collect();
    // To Pydantic a choice has no type of its own: what is not one of the choices is that and nothing else.
    let literals: Vec<Value> = details.iter().filter(|d| is_literal(d)).map(loc).collect();
    details.retain(|detail| is_literal(detail) || !literals.contains(&loc(detail)));
    details.sort_by_cached_key(|detail| place(endpoint, detail));
    details
}

/// One entry of a `detail` list. `input` is left out when it is long or holds a file.
pub(crate) fn detail(
    loc: &[Value],
    kind: &str,
    msg: &str,
    ctx: &[(&str, Value)],
    input: Option<&Value>,
) -> Value {
    let mut entry = Map::new();
    entry.insert("type".to_owned(), kind.into());
    entry.insert("loc".to_owned(), loc.into());
    entry.insert("msg".to_owned(), msg.into());
    if !ctx.is_empty() {
        let ctx: Map<_, _> =
            ctx.iter().map(|(name, limit)| ((*name).to_owned(), limit.clone())).collect();
        entry.insert("ctx".to_owned(), ctx.into());
    }
    if let Some(input) = input.filter(|input| is_short(input)) {
        entry.insert("input".to_owned(), input.clone());
    }
    Value::Object(entry)
}

fn is_literal(detail: &Value) -> bool {
    detail.get("type").is_some_and(|kind| kind == "literal_error")
}

fn loc(detail: &Value) -> Value {
    detail.get("loc").cloned().unwrap_or_default()
}

/// Where the model's own code would come across a mistake: field by field in the order of the document,
/// and the same inside every part.
fn place(endpoint: &Endpoint, detail: &Value) -> Vec<usize> {
    let loc = detail.get("loc").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut schema = endpoint.resolve(&endpoint.schema);
    let mut place = Vec::new();
    for segment in loc.iter().skip(1) {
        let union = schema.get("anyOf").and_then(Value::as_array).map(Vec::as_slice);
        let members = union.unwrap_or(std::slice::from_ref(schema));
        let mut members = members.iter().map(|member| endpoint.resolve(member)).enumerate();
        let (at, next) = match (segment.as_str(), segment.as_u64()) {
            (None, index) => {
                let items = members.find_map(|(_, member)| member.get("items"));
                (usize::try_from(index.unwrap_or_default()).unwrap_or(usize::MAX), items)
            }
            // A name is that of a field, or that of a member of the union.
            (Some(name), _) => members
                .find_map(|(at, member)| {
                    match member.get("properties").and_then(|all| all.get(name)) {
                        Some(field) => Some((position(member, name), Some(field))),
                        None => {
                            (member_name(endpoint, member) == name).then_some((at, Some(member)))
                        }
                    }
                })
                .unwrap_or((usize::MAX, None)),
        };
        place.push(at);
        match next {
            Some(next) => schema = endpoint.resolve(next),
            None => break,
        }
    }
    place
}

/// Where a field stands in the order a person sees.
fn position(schema: &Value, name: &str) -> usize {
    let order = schema.get("x-fal-order-properties").and_then(Value::as_array);
    order.and_then(|order| order.iter().position(|entry| entry == name)).unwrap_or(usize::MAX)
}

fn is_short(input: &Value) -> bool {
    let text = input.to_string();
    text.len() <= LONGEST_ECHO && !text.contains("data:")
}

/// The members of unions an error is inside of, from the outermost: how deep the union is, and the name.
type Branches = [(usize, String)];

fn report(endpoint: &Endpoint, error: &ValidationError<'_>, branches: &Branches) -> Vec<Value> {
    let input = Some(error.instance().as_ref());
    let mut loc = location(error, branches);
    vec![match error.kind() {
        ValidationErrorKind::AnyOf { context } => {
            return union(endpoint, error, context, branches);
        }
        ValidationErrorKind::Required { property } => {
            loc.push(property.clone());
            detail(&loc, "missing", "Field required", &[], input)
        }
        _ => {
            let Mistake { kind, msg, ctx } = Mistake::of(error);
            detail(&loc, kind, &msg, &ctx, input)
        }
    }]
}

/// Pydantic names the member of a union in `loc`, unless the only other member is null.
fn union(
    endpoint: &Endpoint,
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
    outer: &Branches,
) -> Vec<Value> {
    let depth = error.instance_path().into_iter().count();
    let schemas = members(endpoint, error);
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    let members: Vec<_> =
        schemas.iter().zip(context).filter(|(schema, _)| !is_null(schema)).collect();
    let alone = members.len() == 1;
    members
        .into_iter()
        .flat_map(|(schema, errors)| {
            let mut branches = outer.to_vec();
            // A union inside a union is one to Pydantic: only its own members have names.
            if !alone && schema.get("anyOf").is_none() {
                branches.push((depth, member_name(endpoint, schema)));
            }
            errors.iter().flat_map(|error| report(endpoint, error, &branches)).collect::<Vec<_>>()
        })
        .collect()
}

/// The members of the union that `error` is about, with references followed.
fn members(endpoint: &Endpoint, error: &ValidationError<'_>) -> Vec<Value> {
    let mut at = &endpoint.schema;
    for segment in error.evaluation_path() {
        let next = match segment {
            LocationSegment::Property(name) if name == "$ref" => Some(endpoint.resolve(at)),
            LocationSegment::Property(name) => at.get(name.as_ref()),
            LocationSegment::Index(index) => at.get(index),
        };
        match next {
            Some(next) => at = next,
            None => return Vec::new(),
        }
    }
    let members = at.as_array().map(Vec::as_slice).unwrap_or_default();
    members.iter().map(|member| endpoint.resolve(member).clone()).collect()
}

/// How Pydantic calls a member: a model by its class, an enum by its choices, a scalar by its Python type.
fn member_name(endpoint: &Endpoint, schema: &Value) -> String {
    let only = schema.get("const").map(std::slice::from_ref);
    if let Some(options) = only.or(schema.get("enum").and_then(Value::as_array).map(Vec::as_slice))
    {
        let options: Vec<String> = options.iter().map(quoted).collect();
        return format!("literal[{}]", options.join(","));
    }
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    let scalar = |name: &str, limits: &[&str]| {
        let constrained = limits.iter().any(|limit| schema.get(limit).is_some());
        format!("{}{name}", if constrained { "constrained-" } else { "" })
    };
    let range = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
    match text("type") {
        Some("object") => text("title").unwrap_or("dict[str,any]").to_owned(),
        Some("array") => {
            let items = schema.get("items").map(|items| endpoint.resolve(items));
            let items = items.map_or_else(|| "any".to_owned(), |one| member_name(endpoint, one));
            format!("list[{items}]")
        }
        Some("integer") => scalar("int", &range),
        Some("number") => scalar("float", &range),
        Some("string") => scalar("str", &["minLength", "maxLength", "pattern"]),
        Some("boolean") => "bool".to_owned(),
        _ => "any".to_owned(),
    }
}

fn location(error: &ValidationError<'_>, branches: &Branches) -> Vec<Value> {
    let mut loc = vec![Value::from("body")];
    loc.extend(error.instance_path().into_iter().map(|segment| match segment {
        LocationSegment::Property(name) => Value::from(name.as_ref()),
        LocationSegment::Index(index) => Value::from(index),
    }));
    // Each name stands behind the path of its union and the names before it.
    for (before, (depth, name)) in branches.iter().enumerate() {
        loc.insert((depth + 1 + before).min(loc.len()), name.as_str().into());
    }
    loc
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A document with what the shipped ones do not have.
    const ODD: &str = r##"{
      "paths": { "/a/odd": { "post": { "requestBody": { "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/In" } } } } } } },
      "components": { "schemas": {
        "In": {
          "type": "object", "x-fal-order-properties": ["loras", "parts", "words", "ratio", "side", "mark", "tags"],
          "properties": {
            "loras": { "anyOf": [{ "type": "array", "items": { "$ref": "#/components/schemas/Lora" } }, { "type": "null" }] },
            "parts": { "type": "array", "items": { "anyOf": [{ "$ref": "#/components/schemas/Lora" }, { "$ref": "#/components/schemas/Box" }] } },
            "words": { "anyOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "integer", "minimum": 1 }] },
            "ratio": { "type": "string", "enum": ["1:1", "4:3"] },
            "side": { "type": "integer", "multipleOf": 8 },
            "mark": { "type": "string", "minLength": 1, "maxLength": 4, "pattern": "^[a-z]*$" },
            "tags": { "type": "array", "minItems": 1, "maxItems": 2 }
          }
        },
        "Lora": {
          "type": "object", "title": "LoraWeight", "required": ["path"],
          "properties": {
            "path": { "type": "string" },
            "scale": { "type": "number", "minimum": 0 },
            "size": { "anyOf": [{ "$ref": "#/components/schemas/Box" }, { "type": "string", "enum": ["s"] }] }
          }
        },
        "Box": { "type": "object", "title": "Box", "required": ["w"], "properties": { "w": { "type": "integer" } } }
      } }
    }"##;

    #[test]
    fn mistakes_far_inside_have_pydantics_places_and_words() {
        let endpoint = Endpoint::read(ODD).unwrap();
        for (input, expected) in [
            // A list that may be null is no union: the index follows at once.
            (
                json!({ "loras": [{ "path": "a" }, { "path": "b", "scale": -1 }] }),
                vec![(
                    json!(["body", "loras", 1, "scale"]),
                    "greater_than_equal",
                    "Input should be greater than or equal to 0",
                )],
            ),
            (
                json!({ "loras": [{}, 5, { "path": 1 }] }),
                vec![
                    (json!(["body", "loras", 0, "path"]), "missing", "Field required"),
                    (
                        json!(["body", "loras", 1]),
                        "model_attributes_type",
                        "Input should be a valid dictionary or object to extract fields from",
                    ),
                    (
                        json!(["body", "loras", 2, "path"]),
                        "string_type",
                        "Input should be a valid string",
                    ),
                ],
            ),
            (
                json!({ "loras": {} }),
                vec![(json!(["body", "loras"]), "list_type", "Input should be a valid list")],
            ),
            (
                json!({ "loras": [{ "path": "a", "size": { "w": "x" } }] }),
                vec![
                    (
                        json!(["body", "loras", 0, "size", "Box", "w"]),
                        "int_parsing",
                        "Input should be a valid integer, unable to parse string as an integer",
                    ),
                    (
                        json!(["body", "loras", 0, "size", "literal['s']"]),
                        "literal_error",
                        "Input should be 's'",
                    ),
                ],
            ),
            // One union inside another: both names, each at its place.
            (
                json!({ "parts": [{ "w": 1 }, { "path": "a", "size": "m" }] }),
                vec![
                    (
                        json!(["body", "parts", 1, "LoraWeight", "size", "Box"]),
                        "model_attributes_type",
                        "Input should be a valid dictionary or object to extract fields from",
                    ),
                    (
                        json!(["body", "parts", 1, "LoraWeight", "size", "literal['s']"]),
                        "literal_error",
                        "Input should be 's'",
                    ),
                    (json!(["body", "parts", 1, "Box", "w"]), "missing", "Field required"),
                ],
            ),
            (
                json!({ "words": ["a", 2] }),
                vec![
                    (
                        json!(["body", "words", "list[str]", 1]),
                        "string_type",
                        "Input should be a valid string",
                    ),
                    (
                        json!(["body", "words", "constrained-int"]),
                        "int_type",
                        "Input should be a valid integer",
                    ),
                ],
            ),
            (
                json!({ "ratio": 5 }),
                vec![(json!(["body", "ratio"]), "literal_error", "Input should be '1:1' or '4:3'")],
            ),
            (
                json!({ "side": 9 }),
                vec![(json!(["body", "side"]), "multiple_of", "Input should be a multiple of 8")],
            ),
            (
                json!({ "mark": "" }),
                vec![(
                    json!(["body", "mark"]),
                    "string_too_short",
                    "String should have at least 1 character",
                )],
            ),
            (
                json!({ "mark": "abcde" }),
                vec![(
                    json!(["body", "mark"]),
                    "string_too_long",
                    "String should have at most 4 characters",
                )],
            ),
            (
                json!({ "mark": "A" }),
                vec![(
                    json!(["body", "mark"]),
                    "string_pattern_mismatch",
                    "String should match pattern '^[a-z]*$'",
                )],
            ),
            (
                json!({ "tags": [] }),
                vec![(
                    json!(["body", "tags"]),
                    "too_short",
                    "List should have at least 1 item after validation, not 0",
                )],
            ),
            (
                json!({ "tags": [1, 2, 3] }),
                vec![(
                    json!(["body", "tags"]),
                    "too_long",
                    "List should have at most 2 items after validation, not 3",
                )],
            ),
        ] {
            let details = check(&endpoint, &input);
            let told: Vec<_> = details
                .iter()
                .map(|detail| {
                    (
                        detail["loc"].clone(),
                        detail["type"].as_str().unwrap(),
                        detail["msg"].as_str().unwrap(),
                    )
                })
                .collect();
            assert_eq!(told, expected, "{input}");
        }
        let ctx = &check(&endpoint, &json!({ "tags": [1, 2, 3] }))[0]["ctx"];
        assert_eq!(*ctx, json!({ "field_type": "List", "max_length": 2, "actual_length": 3 }));
    }
}
