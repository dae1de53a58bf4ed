//! Documents made to be too much: each is refused in a sentence or becomes a form of bounded size,
//! soon and on a small stack.

use std::fmt::Write;
use std::time::{Duration, Instant};

use flux_studio::form::{Draft, Form};
use flux_studio::schema::{LARGEST, Model, NotAModel, Property, Shape, read, spans};
use serde_json::{Map, Value, json};

/// Half of what a page in wasm has. An unoptimised build takes more of it, not less.
const STACK: usize = 512 * 1024;
/// Optimised, and five times that.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });

/// Reads a document, makes its form and fills it, all on a small stack.
fn outcome(name: &str, text: String) -> Result<Model, NotAModel> {
    let started = Instant::now();
    let work = move || {
        let (model, notices) = read(&text)?;
        let form = Form::new(&model, |_, _| true);
        let reading = form.read(&Draft::new());
        let payload: Map<String, Value> = form
            .fields
            .iter()
            .filter_map(|field| {
                let value =
                    field.property.default.clone().or(field.property.examples.first().cloned());
                Some((field.name().to_owned(), value?))
            })
            .collect();
        let draft = form.draft_of(&payload);
        let again = form.read(&draft);
        form.fields.iter().for_each(|field| drop(spans(&field.property.description)));
        assert!(reading.problems.len() <= size(&model) && notices.len() <= size(&model));
        drop((again, form.changes(&draft), form.adopt(&draft)));
        Ok(model)
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work).unwrap();
    let outcome = thread.join().unwrap_or_else(|_| panic!("{name} made the reader panic"));
    let took = started.elapsed();
    assert!(took < SOON, "{name} took {took:?}");
    if let Ok(model) = &outcome {
        assert!(size(model) <= 6_000, "{name} has {} fields", size(model));
    }
    if std::env::var_os("FLUX_STUDIO_TIMES").is_some() {
        let fields = outcome.as_ref().map(size);
        eprintln!("{name}: {took:?}, {fields:?}");
    }
    outcome
}

/// How many fields a model has, at any depth.
fn size(model: &Model) -> usize {
    fn inner(property: &Property) -> usize {
        1 + match &property.shape {
            Shape::Object(all, _)
            | Shape::Tuple(all)
            | Shape::Union(all)
            | Shape::Preset { custom: all, .. } => all.iter().map(|one| inner(one)).sum(),
            Shape::List(item, _) | Shape::Map(item) => inner(item),
            _ => 0,
        }
    }
    model.inputs.iter().map(|property| inner(property)).sum()
}

/// A document around the text of an input's properties and of other schemas.
fn around(properties: &str, others: &str) -> String {
    let content =
        r##""content":{"application/json":{"schema":{"$ref":"#/components/schemas/Input"}}}"##;
    format!(
        r##"{{"components":{{"schemas":{{"Input":{{"type":"object","properties":{{{properties}}}}}{others}}}}},"paths":{{"/me/odd":{{"post":{{"requestBody":{{{content}}}}}}}}}}}"##
    )
}

fn is_refused(name: &str, text: String) {
    assert_eq!(outcome(name, text), Err(NotAModel::TooManyFields), "{name}");
}

fn reference(name: &str) -> String {
    format!(r##"{{"$ref":"#/components/schemas/{name}"}}"##)
}

/// Many entries, joined by commas.
fn many(count: usize, entry: &dyn Fn(usize) -> String) -> String {
    let mut text = String::new();
    for n in 0..count {
        write!(text, "{}{}", if n == 0 { "" } else { "," }, entry(n)).unwrap();
    }
    text
}

/// `"p0":schema,"p1":schema…`
fn properties(count: usize, schema: &str) -> String {
    many(count, &|n| format!(r#""p{n}":{schema}"#))
}

#[test]
fn twenty_megabytes_are_not_read_at_all() {
    let large = |text: &str| text.repeat((20 << 20) / text.len());
    for text in [
        large("["),
        large("{\"a\":"),
        large(" "),
        large("\""),
        around(&properties(1_000_000, r#"{"type":"string"}"#), ""),
        around(&format!(r#""a":{{"enum":[{}]}}"#, many(2_500_000, &|n| n.to_string())), ""),
        around(&format!(r#""a":{{"description":"{}"}}"#, large("x")), ""),
    ] {
        assert!(text.len() > LARGEST);
        assert_eq!(outcome("20 MB", text), Err(NotAModel::TooLarge));
    }
}

#[test]
fn four_megabytes_of_nesting_are_no_json() {
    for text in ["[", "{\"a\":", "[{\"a\":", "[\"", "\u{0}", "-", "1"] {
        let text = text.repeat((LARGEST - 10) / text.len());
        let refused = outcome("nesting", text).expect_err("no model");
        assert!(matches!(refused, NotAModel::NotJson { .. } | NotAModel::NoSubmit), "{refused}");
    }
}

#[test]
fn many_of_anything_are_refused_or_bounded() {
    is_refused("properties", around(&properties(150_000, r#"{"type":"string"}"#), ""));
    let deep = r#"{"type":"array","items":"#.repeat(60) + "{}" + &"}".repeat(60);
    is_refused("lists", around(&properties(2_000, &deep), ""));
    let one = |schema: String| around(&format!(r#""a":{schema}"#), "");
    for (name, schema) in [
        ("choices", format!(r#"{{"enum":[{}]}}"#, many(500_000, &|n| n.to_string()))),
        ("equal choices", format!(r#"{{"enum":[{}]}}"#, many(900_000, &|_| "1".to_owned()))),
        (
            "constants",
            format!(r#"{{"oneOf":[{}]}}"#, many(180_000, &|n| format!(r#"{{"const":{n}}}"#))),
        ),
        (
            "kinds",
            format!(r#"{{"anyOf":[{}]}}"#, many(150_000, &|n| format!(r#"{{"minimum":{n}}}"#))),
        ),
    ] {
        is_refused(name, one(schema));
    }
    for (name, schema) in [
        (
            "10 000 kinds",
            format!(r#"{{"anyOf":[{}]}}"#, many(10_000, &|n| format!(r#"{{"minimum":{n}}}"#))),
        ),
        ("30 000 choices", format!(r#"{{"enum":[{}]}}"#, many(30_000, &|n| n.to_string()))),
        ("parts", format!(r#"{{"allOf":[{}]}}"#, many(500_000, &|_| "{}".to_owned()))),
        ("places", format!(r#"{{"prefixItems":[{}]}}"#, many(500_000, &|_| "{}".to_owned()))),
    ] {
        let model = outcome(name, one(schema)).unwrap();
        assert_eq!(model.inputs[0].shape, Shape::Json, "{name}");
        assert!(model.inputs[0].notice.is_some());
    }
    let model = outcome(
        "9 000 choices",
        one(format!(r#"{{"enum":[{}]}}"#, many(9_000, &|n| n.to_string()))),
    );
    assert!(matches!(&model.unwrap().inputs[0].shape, Shape::Choice(all) if all.len() == 9_000));
    let names = many(1_000_000, &|_| r#""""#.to_owned());
    let wide = properties(4_000, "{}");
    for keyword in ["required", "x-fal-order-properties"] {
        let text = format!(r#"{{"{keyword}":[{names}],"properties":{{{wide}}}}}"#);
        is_refused(keyword, one(text));
    }
    outcome("4 000 properties", around(&wide, "")).unwrap();
}

#[test]
fn words_without_end_are_soon_read() {
    for unit in
        ["[", "[a](", "[a](https://b ", "h", "https://", "`", "` ", "*", "**", "**a *", "- "]
    {
        let text = unit.repeat((1 << 20) / unit.len());
        let text = around(&format!(r#""a":{{"description":"{text}"}}"#), "");
        let model = outcome(unit, text).unwrap();
        assert!(!model.inputs[0].description.is_empty(), "{unit}");
    }
}

#[test]
fn what_is_said_once_and_used_often_is_not_copied_for_ever() {
    let long = "x".repeat(2 << 20);
    let list = many(200_000, &|n| n.to_string());
    let digits = "7".repeat(2 << 20);
    let names = properties(2_000, "true");
    for (name, shared) in [
        ("description", format!(r#"{{"description":"{long}"}}"#)),
        ("title", format!(r#"{{"title":"{long}"}}"#)),
        ("pattern", format!(r#"{{"type":"string","pattern":"{long}"}}"#)),
        ("default", format!(r#"{{"default":[{list}]}}"#)),
        ("examples", format!(r#"{{"examples":[{list}]}}"#)),
        ("enum", format!(r#"{{"enum":[{list}]}}"#)),
        ("enums", format!(r#"{{"allOf":[{{"enum":[{list}]}},{{"enum":[{list}]}}]}}"#)),
        ("const", format!(r#"{{"const":"{long}"}}"#)),
        ("branch", format!(r#"{{"anyOf":[{{"title":"{long}"}},{{"type":"string"}}]}}"#)),
        ("object", format!(r#"{{"properties":{{{names}}}}}"#)),
        ("digits", format!(r#"{{"default":{digits}}}"#)),
    ] {
        let text = around(&properties(4_000, &reference("S")), &format!(r#","S":{shared}"#));
        assert!(text.len() <= LARGEST, "{name}");
        is_refused(name, text);
    }
    // What is not copied does no harm.
    for (name, shared) in [
        ("parts", format!(r#"{{"allOf":[{}]}}"#, many(200_000, &|_| "{}".to_owned()))),
        ("minimum", format!(r#"{{"type":"number","minimum":{digits},"maximum":1}}"#)),
        ("mark", format!(r#"{{"type":"string","_fal_ui_field":"{long}"}}"#)),
    ] {
        let text = around(&properties(4_000, &reference("S")), &format!(r#","S":{shared}"#));
        outcome(name, text).unwrap();
    }
    let name = "n".repeat(100_000);
    let deep = format!(r#"{{"properties":{{"{name}":"#).repeat(11) + "{}" + &"}}".repeat(11);
    is_refused("names", around(&format!(r#""a":{deep}"#), ""));
}

#[test]
fn references_that_double_at_each_level_end() {
    // Each level has two of the next, in every way that a schema can have another in it.
    for (name, two) in [
        ("properties", r#"{"properties":{"x":NEXT,"y":NEXT}}"#),
        ("anyOf", r#"{"anyOf":[NEXT,NEXT]}"#),
        ("allOf", r#"{"allOf":[NEXT,NEXT]}"#),
        ("prefixItems", r#"{"prefixItems":[NEXT,NEXT]}"#),
        (
            "lists",
            r#"{"anyOf":[{"type":"array","items":NEXT},{"type":"array","minItems":1,"items":NEXT}]}"#,
        ),
        (
            "maps",
            r#"{"anyOf":[{"additionalProperties":NEXT},{"properties":{"x":NEXT}},{"type":"null"}]}"#,
        ),
    ] {
        for itself in [false, true] {
            let schemas = many(64, &|n| {
                let next = reference(&format!("S{}", if itself { 0 } else { n + 1 }));
                format!(r#""S{n}":{}"#, two.replace("NEXT", &next))
            });
            let text = around(&format!(r#""a":{}"#, reference("S0")), &format!(",{schemas}"));
            match outcome(name, text) {
                // Only what stands directly in one another is all in view at once.
                Ok(_) if name != "properties" || itself => {}
                Err(NotAModel::TooManyFields) => {}
                other => panic!("{name}: {:?}", other.map(|model| size(&model))),
            }
        }
    }
}

#[test]
fn circles_of_every_kind_end() {
    for circle in [
        r##"{"$ref":"#/components/schemas/A"}"##,
        r##"{"$ref":"#"}"##,
        r##"{"$ref":"#/components/schemas/A","allOf":[{"$ref":"#"},{"$ref":"#/components/schemas/A"}]}"##,
        r##"{"allOf":[{"anyOf":[{"$ref":"#/components/schemas/A"},{"type":"string"}]}]}"##,
        r##"{"anyOf":[{"oneOf":[{"$ref":"#/components/schemas/A"},{"allOf":[{"$ref":"#/components/schemas/A"}]}]}]}"##,
        r##"{"additionalProperties":{"$ref":"#/components/schemas/A"}}"##,
        r##"{"items":{"items":{"$ref":"#/components/schemas/A"}}}"##,
        r##"{"prefixItems":[{"$ref":"#/components/schemas/A"}]}"##,
        r##"{"properties":{"a":{"$ref":"#/components/schemas/Input"},"b":{"$ref":"#/components/schemas/A"}}}"##,
        r##"{"anyOf":[{"properties":{"a":{"$ref":"#/components/schemas/A"}}},{"items":{"$ref":"#/components/schemas/A"}},{"type":"null"}]}"##,
    ] {
        let others = format!(r#","A":{circle}"#);
        let text = around(&format!(r#""a":{},"b":{circle}"#, reference("A")), &others);
        outcome(circle, text).unwrap();
    }
}

#[test]
fn defaults_that_fit_many_kinds_are_soon_told_apart() {
    // Lists of lists of four kinds, and a default that none of them takes.
    let mut schema = json!({ "type": "integer" });
    let mut default = json!("x");
    for depth in 0..5 {
        let list = |least: usize| json!({ "type": "array", "minItems": least, "items": schema });
        schema = json!({ "anyOf": (0..4).map(list).collect::<Vec<_>>() });
        default = Value::Array(vec![default; 1 + depth % 2]);
    }
    schema["default"] = default;
    outcome("kinds of lists", around(&format!(r#""a":{schema}"#), "")).unwrap();
}
