//! Documents as they are in the wild: each odd one becomes the model a person would expect, with a
//! notice where something could not be taken.
//!
//! The expectations are outlines of the whole model as text, so that nothing about it goes unseen.
//! `tests/form` reads a whole collection of documents.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

mod conditions;
mod constructs;
mod hostile;
mod outline;

use flux_studio::form::Form;
use flux_studio::schema::read;
use serde_json::{Value, json};

use crate::outline::outline;

/// A document as fal publishes it, around the schema of an input and those it refers to.
pub(crate) fn document(input: Value, others: Value) -> String {
    let mut schemas = json!({
        "QueueStatus": { "type": "object", "properties": { "status": { "type": "string" } } },
        "Output": { "type": "object", "properties": { "images": {}, "seed": {} } },
    });
    schemas["Input"] = input;
    schemas.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    let json = |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    json!({
        "openapi": "3.0.4",
        "info": { "x-fal-metadata": { "endpointId": "me/odd" } },
        "components": { "schemas": schemas },
        "paths": {
            "/me/odd/requests/{request_id}/status": { "get": { "responses": { "200": { "content": json("QueueStatus") } } } },
            "/me/odd": { "post": { "requestBody": { "content": json("Input") } } },
            "/me/odd/requests/{request_id}": { "get": { "responses": { "200": { "content": json("Output") } } } },
        },
    })
    .to_string()
}

pub(crate) fn check(input: Value, others: Value, expected: &str) {
    let (model, notices) = read(&document(input, others)).expect("a model");
    assert_eq!((model.endpoint.as_str(), model.name.as_str()), ("me/odd", "me/odd"));
    assert_eq!(model.outputs, ["images", "seed"]);
    assert_eq!(outline(&model, &notices), expected);
}

#[test]
fn fields_stand_in_the_order_of_the_list() {
    let properties = json!({ "b": { "type": "boolean" }, "a": { "type": "string" }, "prompt": { "type": "string" } });
    check(
        json!({ "required": ["prompt"], "x-fal-order-properties": ["prompt", "a", "b"], "properties": properties }),
        json!({}),
        "prompt* “Prompt” long text
a “A” text
b “B” switch",
    );
    // Without a list the required ones come first, then the order of the document.
    check(
        json!({ "required": ["prompt"], "properties": properties }),
        json!({}),
        "prompt* “Prompt” long text
b “B” switch
a “A” text",
    );
    // Names nobody knows are passed over, forgotten ones are put at the end.
    check(
        json!({ "required": ["gone"], "x-fal-order-properties": ["gone", "a", 7], "properties": properties }),
        json!({}),
        "a “A” text
b “B” switch
prompt “Prompt” long text",
    );
}

#[test]
fn references_are_followed_and_what_stands_beside_them_counts() {
    check(
        json!({ "properties": {
            "size": {
                "allOf": [{ "$ref": "#/components/schemas/Size" }],
                "title": "Canvas",
                "default": "auto",
            },
            "corner": { "$ref": "#/components/schemas/Corner", "description": "Where from." },
            "lost": { "$ref": "#/components/schemas/Nowhere", "title": "Lost" },
            "elsewhere": { "$ref": "https://example.org/schema.json" },
        } }),
        json!({
            "Size": {
                "title": "BaseSize",
                "description": "How large.",
                "anyOf": [
                    { "enum": ["auto", "square"] },
                    { "$ref": "#/components/schemas/Pixels" },
                    { "type": "null" },
                ],
            },
            "Pixels": { "type": "object", "required": ["width"], "properties": {
                "width": { "type": "integer", "exclusiveMinimum": 0, "maximum": 14142, "multipleOf": 8 },
            } },
            "Corner": { "type": "object", "properties": {
                "x": { "type": "number", "minimum": 0.5, "exclusiveMaximum": 1 },
            } },
        }),
        "size? “Canvas” [\"auto\",\"square\"] or = \"auto\": How large.
  width* “Width” integer >0 ≤14142 n×8
corner “Corner” object: Where from.
  x “X” number ≥0.5 <1
lost “Lost” map (!)
  each? anything
elsewhere “Elsewhere” map (!)
  each? anything
! lost: dangling
! elsewhere: dangling",
    );
}

#[test]
fn null_is_a_mark_and_not_a_choice() {
    check(
        json!({ "required": ["a", "b"], "properties": {
            "a": { "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": null, "examples": [null] },
            "b": { "type": "string", "nullable": true, "enum": ["x", "y"] },
            "c": { "oneOf": [{ "type": "null" }, { "type": "boolean" }] },
            "d": { "anyOf": [{ "type": "string" }, { "type": "number" }, { "type": "null" }] },
        } }),
        json!({}),
        "a*? “A” integer
b*? “B” [\"x\",\"y\"]
c? “C” switch
d? “D” one of
  | “Text” text
  | “Number” number",
    );
}

#[test]
fn words_lose_the_indentation_of_the_source_code() {
    check(
        json!({ "properties": { "caption_text": {
            "type": "string",
            "minLength": 1,
            "maxLength": 80,
            "description": "\n            What to write\n            under it.\n\n            Keep it short. Default value: `\"none\"`\n        ",
            "examples": ["One", null, "Two"],
        } } }),
        json!({}),
        "caption_text “Caption Text” text 1..80 ~ [\"One\",\"Two\"]: What to write under it.¶Keep it short.",
    );
}

#[test]
fn a_default_of_the_wrong_type_is_kept_as_it_would_be_typed() {
    let input = json!({ "properties": {
        "scale": { "type": "number", "default": "3.5" },
        "steps": { "type": "integer", "default": "28" },
        "version": { "type": "string", "default": 2 },
        "safe": { "type": "boolean", "default": "true" },
        "size": {
            "anyOf": [{ "$ref": "#/components/schemas/Pixels" }, { "enum": ["auto"] }],
            "default": { "width": 2048 },
        },
    } });
    let pixels = json!({ "Pixels": { "properties": { "width": { "type": "integer" } } } });
    let (model, _) = read(&document(input, pixels)).unwrap();
    let form = Form::new(&model, |_, _| true);
    let shown: Vec<String> = form.fields.iter().filter_map(|field| field.default_text()).collect();
    assert_eq!(shown, ["3.5", "28", "2", "true", "custom"]);
}

#[test]
fn what_describes_no_model_is_refused_in_a_sentence() {
    let no_submit =
        "This document has no path that takes a POST with a JSON body, so it describes no model.";
    let form = r#"{"paths":{"/a/b":{"post":{"requestBody":{"content":{"multipart/form-data":{"schema":{}}}}}}}}"#;
    let short = r#"{"paths":{"/b":{"post":{"requestBody":{"content":{"application/json":{"schema":{}}}}}}}}"#;
    for (text, expected) in [
        ("", "This cannot be read as JSON: it goes wrong at line 1, column 0."),
        ("<!doctype html>", "This cannot be read as JSON: it goes wrong at line 1, column 1."),
        ("null", no_submit),
        (r#"{"paths":[]}"#, no_submit),
        (r#"{"paths":{"/a/b":{"post":{}}}}"#, no_submit),
        (form, no_submit),
        (short, "“/b” is not an endpoint id such as fal-ai/flux/dev."),
    ] {
        assert_eq!(read(text).expect_err(text).to_string(), expected, "{text}");
    }
}
