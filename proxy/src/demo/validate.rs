//! The demo's own judgement of an input, told the way the real service tells it: a `detail` list in the
//! shape of FastAPI and Pydantic v2. It reads the shipped schema with a validator of its own, so that a
//! mistake in the page's form code shows here instead of being repeated.
//!
//! One difference is deliberate: Pydantic would read the text "28" as a number. Here it is an error,
//! since a form that sends text where the schema says integer is what a demo should bring to light.

use jsonschema::JsonType;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use serde_json::{Map, Value, json};

use super::catalog::Endpoint;

/// Above this an input is not repeated in an error.
const LONGEST_ECHO: usize = 200;

/// Everything wrong with an input, in the order of the fields; empty when it is accepted.
pub(crate) fn check(endpoint: &Endpoint, input: &Value) -> Vec<Value> {
    let errors = endpoint.validator.iter_errors(input);
    let mut details: Vec<Value> = errors.flat_map(|error| report(endpoint, &error, None)).collect();
    details.sort_by_key(|detail| {
        detail.pointer("/loc/1").and_then(Value::as_str).map_or(0, |name| endpoint.position(name))
    });
    details
}

/// One entry of a `detail` list. `input` is left out when it is long or holds a file.
pub(crate) fn detail(
    loc: &[Value],
    kind: &str,
    msg: &str,
    ctx: Option<(&str, Value)>,
    input: Option<&Value>,
) -> Value {
    let mut entry = Map::new();
    entry.insert("type".to_owned(), kind.into());
    entry.insert("loc".to_owned(), loc.into());
    entry.insert("msg".to_owned(), msg.into());
    if let Some((name, limit)) = ctx {
        entry.insert("ctx".to_owned(), json!({ name: limit }));
    }
    if let Some(input) = input.filter(|input| is_short(input)) {
        entry.insert("input".to_owned(), input.clone());
    }
    Value::Object(entry)
}

fn is_short(input: &Value) -> bool {
    let text = input.to_string();
    text.len() <= LONGEST_ECHO && !text.contains("data:")
}

/// The member of a union an error belongs to: how deep the union is, and the member's name.
type Branch<'a> = Option<(usize, &'a str)>;

fn report(endpoint: &Endpoint, error: &ValidationError<'_>, branch: Branch<'_>) -> Vec<Value> {
    use ValidationErrorKind as Kind;
    let input = Some(error.instance().as_ref());
    let mut loc = location(error, branch);
    let limit = |kind: &str, words: &str, key: &str, limit: &Value| {
        detail(
            &loc,
            kind,
            &format!("Input should be {words} {limit}"),
            Some((key, limit.clone())),
            input,
        )
    };
    vec![match error.kind() {
        Kind::AnyOf { context } => return union(endpoint, error, context),
        Kind::Required { property } => {
            loc.push(property.clone());
            detail(&loc, "missing", "Field required", None, input)
        }
        Kind::Minimum { limit: least } => {
            limit("greater_than_equal", "greater than or equal to", "ge", least)
        }
        Kind::Maximum { limit: most } => {
            limit("less_than_equal", "less than or equal to", "le", most)
        }
        Kind::ExclusiveMinimum { limit: below } => {
            limit("greater_than", "greater than", "gt", below)
        }
        Kind::ExclusiveMaximum { limit: above } => limit("less_than", "less than", "lt", above),
        Kind::Enum { options } => {
            let expected = choices(options);
            detail(
                &loc,
                "literal_error",
                &format!("Input should be {expected}"),
                Some(("expected", expected.into())),
                input,
            )
        }
        Kind::Type { kind } => {
            let (kind, msg) = wrong_type(kind, error.instance());
            detail(&loc, kind, msg, None, input)
        }
        _ => detail(&loc, "value_error", &format!("Value error, {}", error.masked()), None, input),
    }]
}

/// Pydantic names the member of a union in `loc`, unless the only other member is null.
fn union(
    endpoint: &Endpoint,
    error: &ValidationError<'_>,
    context: &[Vec<ValidationError<'static>>],
) -> Vec<Value> {
    let depth = error.instance_path().into_iter().count();
    let branches = branches(endpoint, error);
    let is_null = |schema: &Value| schema.get("type").is_some_and(|kind| kind == "null");
    let members: Vec<_> =
        branches.iter().zip(context).filter(|(schema, _)| !is_null(schema)).collect();
    let alone = members.len() == 1;
    let name = |schema: &Value| (!alone).then(|| member_name(schema));
    members
        .into_iter()
        .flat_map(|(schema, errors)| {
            let name = name(schema);
            let branch = name.as_deref().map(|name| (depth, name));
            errors.iter().flat_map(|error| report(endpoint, error, branch)).collect::<Vec<_>>()
        })
        .collect()
}

/// The members of the union that `error` is about, with references followed.
fn branches(endpoint: &Endpoint, error: &ValidationError<'_>) -> Vec<Value> {
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
fn member_name(schema: &Value) -> String {
    if let Some(options) = schema.get("enum").and_then(Value::as_array) {
        let options: Vec<String> = options.iter().map(quoted).collect();
        return format!("literal[{}]", options.join(","));
    }
    let text = |name: &str| schema.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("type") {
        "object" => text("title"),
        "integer" => "int",
        "number" => "float",
        "string" => "str",
        "boolean" => "bool",
        other => other,
    }
    .to_owned()
}

fn location(error: &ValidationError<'_>, branch: Branch<'_>) -> Vec<Value> {
    let mut loc = vec![Value::from("body")];
    loc.extend(error.instance_path().into_iter().map(|segment| match segment {
        LocationSegment::Property(name) => Value::from(name.as_ref()),
        LocationSegment::Index(index) => Value::from(index),
    }));
    if let Some((depth, name)) = branch {
        loc.insert((depth + 1).min(loc.len()), name.into());
    }
    loc
}

fn wrong_type(expected: &TypeKind, input: &Value) -> (&'static str, &'static str) {
    let expected = match expected {
        TypeKind::Single(kind) => Some(*kind),
        TypeKind::Multiple(kinds) => kinds.iter().next(),
    };
    match (expected, input) {
        (Some(JsonType::String), _) => ("string_type", "Input should be a valid string"),
        (Some(JsonType::Integer), Value::String(_)) => {
            ("int_parsing", "Input should be a valid integer, unable to parse string as an integer")
        }
        (Some(JsonType::Integer), Value::Number(_)) => (
            "int_from_float",
            "Input should be a valid integer, got a number with a fractional part",
        ),
        (Some(JsonType::Integer), _) => ("int_type", "Input should be a valid integer"),
        (Some(JsonType::Number), Value::String(_)) => {
            ("float_parsing", "Input should be a valid number, unable to parse string as a number")
        }
        (Some(JsonType::Number), _) => ("float_type", "Input should be a valid number"),
        (Some(JsonType::Boolean), Value::String(_) | Value::Number(_)) => {
            ("bool_parsing", "Input should be a valid boolean, unable to interpret input")
        }
        (Some(JsonType::Boolean), _) => ("bool_type", "Input should be a valid boolean"),
        (Some(JsonType::Array), _) => ("list_type", "Input should be a valid list"),
        (Some(JsonType::Object), _) => (
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
        ),
        (Some(JsonType::Null), _) | (None, _) => ("none_required", "Input should be None"),
    }
}

/// `'jpeg' or 'png'`, `'none', 'regular' or 'high'`
fn choices(options: &Value) -> String {
    let options: Vec<String> =
        options.as_array().map(|options| options.iter().map(quoted).collect()).unwrap_or_default();
    match options.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

fn quoted(option: &Value) -> String {
    option.as_str().map_or_else(|| option.to_string(), |text| format!("'{text}'"))
}
