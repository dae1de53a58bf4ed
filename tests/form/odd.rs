//! Hand-written documents: every construct, and what no sane document has.

use serde_json::{Value, json};

/// A document around the schema of an input and those it refers to.
pub(crate) fn document(input: &Value, others: &Value) -> String {
    let mut schemas = json!({ "Output": { "type": "object", "properties": { "images": {} } } });
    schemas["Input"] = input.clone();
    schemas.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    let json = |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    json!({
        "openapi": "3.0.4",
        "info": { "x-fal-metadata": { "endpointId": "me/odd" } },
        "components": { "schemas": schemas },
        "paths": {
            "/me/odd": { "post": { "requestBody": { "content": json("Input") } } },
            "/me/odd/requests/{request_id}": { "get": { "responses": { "200": { "content": json("Output") } } } },
        },
    })
    .to_string()
}

/// One of each construct, in a document that its own schema allows.
pub(crate) fn sound() -> Vec<String> {
    let others: Value = serde_json::from_str(include_str!("sound.json")).unwrap();
    let text = json!({ "type": "string" });
    let closed = json!({ "additionalProperties": false, "properties": { "a": text } });
    vec![document(&others["Input"], &others), document(&closed, &json!({}))]
}

/// What contradicts itself, refers to itself, or is no schema at all.
pub(crate) fn unsound() -> Vec<String> {
    let schemas = [
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/components/schemas/Input" }),
        json!({ "type": "integer", "minimum": 9, "maximum": 1, "default": "x" }),
        json!({ "type": "array", "minItems": 1_000_000_000_000_u64, "items": { "type": "boolean" } }),
        json!({ "type": "array", "minItems": 3, "maxItems": 1, "uniqueItems": true }),
        json!({ "type": "string", "minLength": 9, "maxLength": 2, "pattern": "(" }),
        json!({ "enum": [null, null], "default": 1 }),
        json!({ "enum": [[], {}, "", 1e300, "custom"], "examples": [null] }),
        json!({ "anyOf": [] }),
        json!({ "anyOf": [{ "anyOf": [{ "anyOf": [true, false, null, 7] }] }] }),
        json!({ "type": [], "properties": 7, "required": {}, "items": [] }),
        json!({ "prefixItems": [{ "prefixItems": [{}, {}] }, { "type": "array" }] }),
        json!({ "additionalProperties": { "additionalProperties": { "additionalProperties": true } } }),
        json!({ "anyOf": [{ "type": "array", "items": { "anyOf": [{ "type": "string" }, { "type": "array" }] } }, {}, { "type": "object" }] }),
        json!({ "type": "number", "multipleOf": 0, "exclusiveMinimum": true, "step": -1, "default": 1e308 }),
        json!({ "allOf": [{ "type": "string" }, { "type": "integer" }, { "$ref": "#/nowhere" }] }),
        json!({ "type": "object", "required": ["a", "b"], "properties": { "a": { "$ref": "#/components/schemas/Loop" }, "b": false } }),
    ];
    let properties: serde_json::Map<String, Value> = schemas
        .iter()
        .enumerate()
        .map(|(n, schema)| {
            (
                ["p", "", "p.", "|", "~", " ", "0", "p|0", "x.0"]
                    .get(n)
                    .map_or(format!("p{n}"), |s| s.to_string()),
                schema.clone(),
            )
        })
        .collect();
    let required: Vec<&String> = properties.keys().step_by(2).collect();
    let others = json!({ "Loop": { "type": "object", "required": ["l"], "properties": {
        "l": { "$ref": "#/components/schemas/Loop" },
        "m": { "type": "array", "items": { "anyOf": [{ "$ref": "#/components/schemas/Loop" }, { "type": "integer" }] } },
    } } });
    let all = json!({ "type": "object", "properties": properties, "required": required });
    let mut documents: Vec<String> =
        schemas.iter().map(|schema| document(schema, &others)).collect();
    documents.push(document(&all, &others));
    documents
}
