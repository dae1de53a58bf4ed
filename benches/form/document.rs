//! A document with as many fields as wanted, of every kind that models have. All are marked as
//! important: those behind the fold are not laid out, and would make the form look faster than it is.

use serde_json::{Map, Value, json};

/// The field at a place.
pub fn name(place: usize) -> String {
    // What ends in `_seed` gets the control of a seed.
    let tail = if place % 20 == 8 { "_seed" } else { "" };
    format!("field_{place}{tail}")
}

/// The text field nearest to the middle.
pub fn middle(count: usize) -> String {
    name(count / 2 / 5 * 5)
}

/// The document of a model with this many fields.
pub fn document(count: usize) -> Value {
    let names: Vec<String> = (0..count).map(name).collect();
    let properties: Map<String, Value> = names.iter().cloned().zip((0..count).map(field)).collect();
    let input = json!({
        "type": "object",
        "title": "Input",
        "properties": properties,
        "x-fal-order-properties": names,
        "required": [name(0)],
    });
    let schema = json!({ "$ref": "#/components/schemas/Input" });
    let body = json!({ "content": { "application/json": { "schema": schema } } });
    let post = json!({ "post": { "requestBody": body, "responses": {} } });
    json!({
        "openapi": "3.0.4",
        "info": { "title": "A large form", "version": "1" },
        "components": { "schemas": { "Input": input, "ImageSize": image_size() } },
        "paths": { format!("/bench/form-{count}"): post },
    })
}

fn field(place: usize) -> Value {
    let mut field = kind(place);
    let own = json!({
        "title": format!("Field {place}"),
        "description": format!(
            "What the field at place {place} is for, in a sentence of the usual length. The model \
             goes by it when it makes the picture."
        ),
        "ui": { "important": true },
    });
    let own = own.as_object().expect("an object").clone();
    field.as_object_mut().expect("an object").extend(own);
    field
}

/// Ten kinds in turn; some of them change from one ten to the next.
fn kind(place: usize) -> Value {
    let is_other = place / 10 % 2 == 1;
    match place % 10 {
        0 => json!({ "type": "string", "examples": ["a lighthouse at dusk"] }),
        1 => json!({ "type": "string", "maxLength": 2000 }),
        2 => json!({ "type": "string", "enum": ["none", "regular", "high"], "default": "none" }),
        3 => json!({ "type": "string", "enum": choices(12), "default": "choice_4" }),
        4 => json!({ "type": "boolean", "default": is_other }),
        5 => json!({ "type": "string", "default": "as it is" }),
        6 => json!({ "type": "integer", "minimum": 1, "maximum": 50, "default": 28 }),
        7 if is_other => json!({ "type": "integer" }),
        7 => json!({ "type": "number", "minimum": 1, "maximum": 20, "default": 3.5 }),
        8 if is_other => json!({ "anyOf": [{ "type": "number" }, { "type": "null" }] }),
        8 => json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] }),
        _ if is_other => json!({ "type": "string", "enum": choices(30) }),
        _ => json!({
            "anyOf": [
                { "$ref": "#/components/schemas/ImageSize" },
                { "type": "string", "enum": [
                    "square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3",
                    "landscape_16_9",
                ] },
            ],
            "default": "landscape_4_3",
        }),
    }
}

fn choices(count: usize) -> Vec<String> {
    (0..count).map(|choice| format!("choice_{choice}")).collect()
}

fn image_size() -> Value {
    let side = |title: &str| json!({ "type": "integer", "title": title, "maximum": 14142, "exclusiveMinimum": 0, "default": 512 });
    json!({
        "type": "object",
        "title": "ImageSize",
        "properties": { "width": side("Width"), "height": side("Height") },
    })
}
