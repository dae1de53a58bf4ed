//! Every construct that a schema may be made of, each by itself.

use serde_json::{Value, json};

use crate::check;

/// The outline of one property named `a`.
fn a(schema: Value, expected: &str) {
    check(json!({ "properties": { "a": schema } }), others(), expected);
}

fn others() -> Value {
    json!({
        "Point": { "type": "object", "required": ["x"], "properties": {
            "x": { "type": "integer" }, "y": { "type": "integer", "default": 0 },
        } },
        "Tree": { "type": "object", "title": "Tree", "properties": {
            "name": { "type": "string" },
            "children": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
        } },
        "Chain": { "type": "object", "properties": {
            "next": { "anyOf": [{ "$ref": "#/components/schemas/Chain" }, { "type": "null" }] },
        } },
        "Circle": { "allOf": [{ "$ref": "#/components/schemas/Circle" }] },
        "Wheel": { "anyOf": [{ "$ref": "#/components/schemas/Wheel" }, { "type": "integer" }] },
        "Nothing": { "anyOf": [{ "$ref": "#/components/schemas/Nothing" }] },
    })
}

#[test]
fn texts_are_long_by_name_example_or_length() {
    for (name, schema, expected) in [
        ("negative_prompt", json!({}), "long text"),
        ("lyrics", json!({}), "long text"),
        ("prompter", json!({}), "text"),
        ("style", json!({ "maxLength": 201 }), "long text ..201"),
        ("prompt", json!({ "maxLength": 20, "minLength": 2 }), "text 2..20"),
        ("style", json!({ "pattern": "^#[0-9a-f]{6}$" }), "text /^#[0-9a-f]{6}$/"),
        ("style", json!({ "minLength": 1.0, "maxLength": -1 }), "text 1.."),
    ] {
        let mut schema = schema;
        schema["type"] = "string".into();
        schema["title"] = "T".into();
        let expected = format!("{name} “T” {expected}");
        check(json!({ "properties": { name: schema } }), json!({}), &expected);
    }
    let long = "x".repeat(101);
    a(json!({ "type": "string", "examples": [long] }), &format!("a “A” long text ~ [\"{long}\"]"));
    a(json!({ "type": "string", "default": "1\n2" }), "a “A” long text = \"1\\n2\"");
}

#[test]
fn literals_are_one_list() {
    a(json!({ "enum": ["x", "y", "x"] }), r#"a “A” ["x","y"]"#);
    a(json!({ "type": "integer", "enum": [1, 2], "default": "2" }), "a “A” [1,2] = 2");
    a(json!({ "const": "x" }), r#"a “A” ["x"]"#);
    a(json!({ "const": null }), "a? “A” JSON (!)\n! a: contradiction");
    a(
        json!({ "anyOf": [{ "const": 1 }, { "enum": ["x", null] }, { "type": "null" }] }),
        r#"a? “A” [1,"x"]"#,
    );
    let titled = json!({ "oneOf": [{ "const": "x", "title": "X" }, { "const": "y" }] });
    a(titled, r#"a “A” ["x","y"]"#);
    // What stands beside a union holds for every branch of it.
    let beside = json!({ "anyOf": [{ "type": "string" }, { "type": "null" }], "enum": ["x"] });
    a(beside, r#"a “A” ["x"]"#);
    a(json!({ "allOf": [{ "enum": [1, 2, 3] }, { "enum": [3, 2] }] }), "a “A” [2,3]");
    a(json!({ "enum": [] , "type": "string" }), "a “A” text");
}

#[test]
fn literals_stand_beside_other_kinds() {
    let text = json!({ "type": "string", "maxLength": 9 });
    a(json!({ "anyOf": [{ "enum": ["x"] }, text] }), r#"a “A” ["x"] or text ..9"#);
    let point = json!({ "$ref": "#/components/schemas/Point" });
    a(
        json!({ "anyOf": [{ "enum": ["x"] }, point], "default": { "x": 1 } }),
        "a “A” [\"x\"] or = {\"x\":1}
  x* “X” integer
  y “Y” integer = 0",
    );
    // The form's own word for an object is no literal beside one.
    a(
        json!({ "anyOf": [{ "enum": ["custom"] }, point] }),
        "a “A” one of
  | “Choice” [\"custom\"]
  | “Object” object
    x* “X” integer
    y “Y” integer = 0",
    );
    a(
        json!({ "anyOf": [{ "enum": ["auto"] }, { "type": "integer", "minimum": 1 }] }),
        "a “A” one of
  | “Choice” [\"auto\"]
  | “Number” integer ≥1",
    );
}

#[test]
fn bounds_are_read_in_every_notation() {
    for (schema, expected) in [
        (json!({ "minimum": 0, "maximum": 1.50 }), "number ≥0 ≤1.5"),
        (json!({ "exclusiveMinimum": 0, "exclusiveMaximum": 2 }), "number >0 <2"),
        (json!({ "minimum": 0, "exclusiveMinimum": true }), "number >0"),
        (json!({ "minimum": 0, "exclusiveMinimum": false }), "number ≥0"),
        (json!({ "minimum": 5, "exclusiveMinimum": 0 }), "number ≥5"),
        (json!({ "minimum": 5, "exclusiveMinimum": 5 }), "number >5"),
        (json!({ "ge": -4, "le": 4 }), "number ≥-4 ≤4"),
        (json!({ "gt": 0, "lt": 1 }), "number >0 <1"),
        (json!({ "min": 1, "max": 2 }), "number ≥1 ≤2"),
        (json!({ "multipleOf": 0.1, "step": 0.5 }), "number n×0.1 step 0.5"),
        (json!({ "minimum": "0", "maximum": null }), "number"),
        (
            json!({ "allOf": [{ "minimum": 1, "maximum": 9 }, { "minimum": 2, "maximum": 10 }] }),
            "number ≥2 ≤9",
        ),
        (json!({ "maximum": 4294967296u64 }), "number ≤4294967296"),
    ] {
        let mut schema = schema;
        schema["type"] = "number".into();
        a(schema, &format!("a “A” {expected}"));
    }
    // The limits beside a union, and a type to be guessed.
    let union =
        json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }], "minimum": 1, "maximum": 3 });
    a(union, "a? “A” integer ≥1 ≤3");
    a(json!({ "minimum": 1 }), "a “A” number ≥1");
    a(json!({ "type": "integer", "anyOf": [{ "maximum": 3 }] }), "a “A” integer ≤3");
}

#[test]
fn lists_have_items_of_one_kind() {
    let list = |items: Value| json!({ "type": "array", "items": items });
    a(list(json!({ "type": "string" })), "a “A” list\n  each text");
    a(list(json!({ "enum": ["x", "y"] })), "a “A” list\n  each [\"x\",\"y\"]");
    a(list(json!(true)), "a “A” list\n  each? anything");
    a(list(json!(false)), "a “A” list ..0\n  each? anything");
    a(json!({ "type": "array" }), "a “A” list\n  each? anything");
    a(
        json!({
            "type": "array",
            "items": { "type": "integer", "nullable": true, "maximum": 3, "default": 1 },
            "minItems": 1, "maxItems": 4, "uniqueItems": true, "default": [1, 2],
        }),
        "a “A” list 1..4 unique = [1,2]\n  each? integer ≤3 = 1",
    );
    a(
        list(list(json!({ "$ref": "#/components/schemas/Point" }))),
        "a “A” list
  each list
    each object
      x* “X” integer
      y “Y” integer = 0",
    );
    let both = json!({ "anyOf": [list(json!({ "type": "string" })), { "type": "string" }] });
    a(both, "a “A” one of\n  | “List” list\n    each text\n  | “Text” text");
}

#[test]
fn tuples_have_places() {
    let places = json!([{ "type": "integer" }, { "anyOf": [{ "type": "number" }, { "type": "null" }], "title": "End" }]);
    let expected = "a “A” tuple\n  0* “Value 1” integer\n  1*? “End” number";
    a(json!({ "type": "array", "prefixItems": places }), expected);
    a(json!({ "prefixItems": places, "items": false, "minItems": 2 }), expected);
    a(json!({ "type": "array", "items": places }), expected);
    a(json!({ "type": "array", "prefixItems": [] }), "a “A” list\n  each? anything");
    let many = vec![json!({}); 65];
    a(json!({ "prefixItems": many }), "a? “A” JSON (!)\n! a: too many");
}

#[test]
fn objects_maps_and_what_may_be_anything() {
    let closed = json!({ "additionalProperties": false, "properties": { "b": { "properties": {
        "c": { "properties": { "d": { "type": "boolean" } } } } } } });
    a(
        closed,
        "a “A” closed object
  b “B” object
    c “C” object
      d “D” switch",
    );
    a(json!({ "type": "object", "additionalProperties": false }), "a “A” closed object");
    for free in [json!({ "type": "object" }), json!({ "additionalProperties": true })] {
        a(free, "a “A” map\n  each? anything");
    }
    a(
        json!({ "additionalProperties": { "type": "number", "minimum": 0 } }),
        "a “A” map\n  each number ≥0",
    );
    a(json!({}), "a? “A” anything");
    a(json!(true), "a? “A” anything");
    a(json!(7), "a? “A” anything");
    // What nothing fits is no field, and no branch.
    a(json!(false), "");
    a(json!({ "anyOf": [false, { "type": "boolean" }] }), "a “A” switch");
    check(json!({ "additionalProperties": false, "properties": {} }), json!({}), "closed");
}

#[test]
fn unions_have_a_branch_for_each_kind() {
    a(json!({ "type": ["integer", "null"], "minimum": 1 }), "a? “A” integer ≥1");
    a(
        json!({ "type": ["string", "boolean"], "maxLength": 3 }),
        "a “A” one of\n  | “Text” text ..3\n  | “Yes or no” switch",
    );
    // What is said twice counts once, and a whole number is a number.
    a(json!({ "anyOf": [{ "type": "integer" }, { "type": "number" }] }), "a “A” number");
    a(
        json!({ "anyOf": [{ "type": "integer", "maximum": 3 }, { "type": "number", "minimum": 9 }] }),
        "a “A” one of\n  | “Number” integer ≤3\n  | “Number 2” number ≥9",
    );
    a(
        json!({ "oneOf": [
            { "$ref": "#/components/schemas/Point" },
            { "title": "Named", "required": ["name"], "properties": { "name": { "type": "string" } } },
            { "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
            { "type": "null" },
        ] }),
        "a? “A” one of
  | “Object” object
    x* “X” integer
    y “Y” integer = 0
  | “Named” object
    name* “Name” text
  | “Text” text
  | “List” list
    each text",
    );
    // Branches that only ask for more of one object.
    a(
        json!({
            "type": "object",
            "properties": { "b": { "type": "boolean" }, "c": { "type": "boolean" } },
            "anyOf": [{ "required": ["b"] }, { "required": ["c"] }],
        }),
        "a “A” one of
  | “Object” object
    b* “B” switch
    c “C” switch
  | “Object 2” object
    c* “C” switch
    b “B” switch",
    );
}

#[test]
fn the_parts_of_an_all_of_are_put_together() {
    a(
        json!({
            "allOf": [
                { "$ref": "#/components/schemas/Point" },
                { "properties": { "z": { "type": "integer" } }, "required": ["z"] },
                { "required": ["y"] },
            ],
            "description": "Where.",
        }),
        "a “A” object: Where.
  x* “X” integer
  y* “Y” integer = 0
  z* “Z” integer",
    );
    let union = json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] });
    a(json!({ "allOf": [union, union] }), "a? “A” JSON (!)\n! a: tangle");
    a(json!({ "allOf": vec![json!({ "type": "string" }); 40] }), "a? “A” JSON (!)\n! a: tangle");
}

#[test]
fn what_contains_itself_ends() {
    a(
        json!({ "$ref": "#/components/schemas/Chain" }),
        "a “A” object
  next? “Next” object
    next? “Next” object
      next? “Next” JSON (!)
! a.next.next.next: contains itself",
    );
    a(
        json!({ "$ref": "#/components/schemas/Tree" }),
        "a “Tree” object
  name “Name” text
  children “Children” list
    each object
      name “Name” text
      children “Children” list
        each object
          name “Name” text
          children “Children” list
            each? JSON (!)
! a.children.children.children: contains itself",
    );
    // Circles of references that never come to a point.
    a(json!({ "$ref": "#/components/schemas/Circle" }), "a? “A” anything");
    a(json!({ "$ref": "#/components/schemas/Wheel" }), "a “A” integer");
    a(json!({ "$ref": "#/components/schemas/Nothing" }), "a? “A” JSON (!)\n! a: contradiction");
    a(json!({ "$ref": "#" }), "a? “A” anything");
    let mut deep = json!({ "type": "boolean" });
    for _ in 0..20 {
        deep = json!({ "type": "object", "properties": { "b": deep } });
    }
    let mut expected = "a “A” object\n".to_owned();
    for depth in 1..12 {
        expected.push_str(&format!("{}b “B” object\n", "  ".repeat(depth)));
    }
    expected.push_str(&format!(
        "{}b? “B” JSON (!)\n! a{}: too deep",
        "  ".repeat(12),
        ".b".repeat(12)
    ));
    a(deep, &expected);
}

#[test]
fn what_no_control_fits_is_said() {
    let nowhere = "#/components/schemas/Nowhere";
    a(json!({ "type": "file" }), "a? “A” JSON (!)\n! a: contradiction");
    a(json!({ "type": "null" }), "a? “A” JSON (!)\n! a: contradiction");
    a(
        json!({ "type": "array", "items": { "$ref": nowhere } }),
        "a “A” list\n  each map (!)\n    each? anything\n! a: dangling",
    );
    a(
        json!({ "anyOf": [{ "$ref": nowhere }, { "type": "null" }], "default": {} }),
        "a? “A” map = {} (!)\n  each? anything\n! a: dangling",
    );
    // A reference that leads nowhere beside a type is no loss.
    a(json!({ "$ref": nowhere, "type": "boolean" }), "a “A” switch");
    let kinds: Vec<Value> = (0..65).map(|n| json!({ "type": "integer", "minimum": n })).collect();
    a(json!({ "anyOf": kinds }), "a? “A” JSON (!)\n! a: too many");
}

#[test]
fn files_are_told_by_their_mark_or_their_name() {
    let text = || json!({ "type": "string" });
    for (name, medium) in [
        ("image_url", "Image"),
        ("mask_url", "Image"),
        ("first_frame_url", "Image"),
        ("video_url", "Video"),
        ("voice_url", "Audio"),
        ("audio", "Audio"),
        ("file", "Any"),
        ("webhook_url", "Any"),
        ("training_data_url", "Archive"),
        ("images_data_url", "Archive"),
        ("image_data_url", "Image"),
    ] {
        let mut schema = text();
        schema["title"] = "T".into();
        let expected = format!("{name} “T” {medium} file");
        check(json!({ "properties": { name: schema } }), json!({}), &expected);
    }
    check(
        json!({ "properties": {
            "image_urls": { "type": "array", "items": { "type": "string" } },
            "path": { "type": "string" },
            "video_url": { "enum": ["x"] },
            // A mark that nobody knows says nothing.
            "audio_url": { "type": "string", "ui": { "field": "text" } },
        } }),
        json!({}),
        "image_urls “Image Urls” list\n  each Image file
path “Path” text
video_url “Video Url” [\"x\"]
audio_url “Audio Url” Audio file",
    );
    // On the property, on the items, on the branch.
    let marked = json!({ "type": "string", "ui": { "field": "image_mask" } });
    a(marked.clone(), "a “A” Image file");
    a(json!({ "type": "array", "items": marked }), "a “A” list\n  each Image file");
    a(json!({ "anyOf": [marked, { "type": "null" }] }), "a? “A” Image file");
    a(
        json!({ "type": "array", "_fal_ui_field": "video", "items": text() }),
        "a “A” list\n  each Video file",
    );
    a(
        json!({ "_fal_ui_field": "archive", "anyOf": [text(), { "type": "null" }] }),
        "a? “A” Archive file",
    );
    // What takes a short address takes no data.
    a(
        json!({ "type": "string", "_fal_ui_field": "video", "format": "uri", "minLength": 1, "maxLength": 2083 }),
        "a “A” Video file, at most 2083 characters",
    );
    a(
        json!({
            "type": "string", "_fal_ui_field": "image", "max_file_size": 10_485_760, "max_width": 8000,
            "x-fal": { "min_width": 300, "min_aspect_ratio": 0.4, "max_aspect_ratio": 2.5, "timeout": 20 },
        }),
        "a “A” Image file, at most 10 MB, 300 to 8000 pixels wide, 0.4 to 2.5 wide for each high",
    );
    a(
        json!({ "type": "string", "ui": { "field": "audio", "important": true, "hidden": true },
            "x-fal": { "max_duration": 60.5 } }),
        "a!- “A” Audio file, at most 60.5 seconds",
    );
}

#[test]
fn odd_names_and_values_are_kept() {
    check(
        json!({ "required": ["", 7], "properties": {
            "": { "type": "string", "title": "None", "examples": [] },
            "a.b|c ~": { "type": "string", "examples": [null], "default": null },
            "n": { "type": "number", "default": "1.5", "example": "2" },
            "b": { "type": "boolean", "default": "True" },
            "s": { "type": "string", "default": 1.50, "examples": [true, "x"] },
            "l": { "type": "array", "default": "x", "items": { "type": "string" } },
        } }),
        json!({}),
        "* “None” text
a.b|c ~ “A.b|c ~” text
n “N” number = 1.5 ~ [2]
b “B” switch = true
s “S” text = \"1.5\" ~ [\"true\",\"x\"]
l “L” list = \"x\"
  each text",
    );
}
