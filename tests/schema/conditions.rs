//! What is asked of a whole input, against a validator that knows nothing of this program; which
//! documents ask for any of it; and those that ask for too much.

use std::cell::Cell;
use std::time::{Duration, Instant};

use flux_studio::schema::{BUNDLED, Broken, first_broken, read};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use regex::Regex;
use serde_json::{Value, json};

use crate::document;

fn matches(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))
}

/// What is wrong with an input, if nobody has judged any of it.
fn broken(schema: &Value, others: Value, input: &Value) -> Option<Broken> {
    let mut schema = schema.clone();
    // Asks for nothing, and makes the reader keep the document.
    schema["minProperties"] = json!(0);
    let (model, _) = read(&document(schema, others)).unwrap();
    first_broken(&model.conditions.unwrap(), input, matches, &|_| false)
}

/// Texts that all readers of a format agree on.
const TEXTS: [&str; 12] = [
    "",
    "a",
    "ab",
    "abc🦊",
    "7",
    "2024-02-29",
    "2023-02-29",
    "2024-05-31T12:00:00Z",
    "2024-05-31 12:00",
    "123e4567-e89b-42d3-a456-426614174000",
    "https://a.example/b",
    "a@example.com",
];
const NAMES: [&str; 4] = ["a", "b", "ab", "c"];
const PATTERNS: [&str; 4] = ["a", "^a$", "b", "^[a-c]+$"];

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3..8).prop_map(Value::from),
        select(vec![json!(0.5), json!(1.5), json!(2.0)]),
        select(&TEXTS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            any_object(inner),
        ]
    })
}

fn any_object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let entries = proptest::collection::vec((select(&NAMES[..]), inner), 0..4);
    entries.prop_map(|all| all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Of a few keywords; `reference` is one of them.
fn any_schema(reference: Value) -> impl Strategy<Value = Value> {
    let kind = select(vec!["null", "boolean", "integer", "number", "string", "array", "object"]);
    let word = |word: &'static str, value: BoxedStrategy<Value>| {
        value.prop_map(move |value| json!({ word: value })).boxed()
    };
    let number = || (0..4).prop_map(Value::from).boxed();
    let names = || subsequence(&NAMES[..], 1..3).prop_map(Value::from).boxed();
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        Just(json!({})),
        Just(reference),
        word("type", kind.clone().prop_map(Value::from).boxed()),
        word(
            "type",
            subsequence(vec!["null", "integer", "string", "array", "object"], 1..3)
                .prop_map(Value::from)
                .boxed()
        ),
        word("const", any_value().boxed()),
        word("enum", proptest::collection::vec(any_value(), 1..4).prop_map(Value::from).boxed()),
        select(vec![
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum"
        ])
        .prop_flat_map(move |name| word(name, number())),
        word("multipleOf", select(vec![json!(2), json!(3), json!(0.5)]).boxed()),
        word("uniqueItems", any::<bool>().prop_map(Value::from).boxed()),
        word("pattern", select(&PATTERNS[..]).prop_map(Value::from).boxed()),
        word(
            "format",
            select(vec!["uri", "uuid", "date", "date-time", "email", "binary"])
                .prop_map(Value::from)
                .boxed()
        ),
        word("required", names()),
        word(
            "dependentRequired",
            (select(&NAMES[..]), names()).prop_map(|(name, names)| json!({ name: names })).boxed()
        ),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let one = inner.clone();
        let single = ["not", "items", "contains", "propertyNames", "additionalProperties"];
        let list = ["allOf", "anyOf", "oneOf", "prefixItems"];
        let map = ["properties", "dependentSchemas"];
        let several = proptest::collection::vec(inner.clone(), 1..4);
        let named = proptest::collection::vec((select(&NAMES[..]), inner.clone()), 1..3);
        let patterns = proptest::collection::vec((select(&PATTERNS[..]), inner.clone()), 1..3);
        let object = |all: Vec<(&str, Value)>| -> Value {
            all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
        };
        prop_oneof![
            (select(single.to_vec()), one.clone()).prop_map(|(word, inner)| json!({ word: inner })),
            (select(list.to_vec()), several).prop_map(|(word, inner)| json!({ word: inner })),
            (select(map.to_vec()), named).prop_map(move |(word, all)| json!({ word: object(all) })),
            patterns.prop_map(move |all| json!({ "patternProperties": object(all) })),
            (one.clone(), one.clone(), one.clone())
                .prop_map(|(a, b, c)| json!({ "if": a, "then": b, "else": c })),
            (one.clone(), 0..3, 0..3).prop_map(|(kind, least, most)| {
                json!({ "contains": kind, "minContains": least, "maxContains": most })
            }),
            // Several keywords at one place.
            (one.clone(), one).prop_map(|(a, b)| match (a, b) {
                (Value::Object(mut a), Value::Object(b)) => {
                    a.extend(b);
                    Value::Object(a)
                }
                (a, _) => a,
            }),
        ]
    })
}

thread_local! {
    static VERDICTS: Cell<[u32; 2]> = const { Cell::new([0, 0]) };
}

#[test]
fn a_validator_says_the_same_of_every_condition() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let reference = json!({ "$ref": "#/components/schemas/Shared" });
    let case = (any_schema(reference), any_schema(json!({})), any_object(any_value()));
    let outcome = runner.run(&case, |(schema, shared, input)| {
        let schema = json!({ "properties": { "a": schema, "b": schema }, "allOf": [schema] });
        let others = json!({ "Shared": shared });
        let mut whole = schema.clone();
        whole["components"] = json!({ "schemas": others });
        let validator = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .build(&whole)
            .unwrap();
        let there: Vec<String> =
            validator.iter_errors(&input).map(|error| error.to_string()).collect();
        let here = broken(&schema, others, &input);
        prop_assert_eq!(
            here.is_none(),
            there.is_empty(),
            "{} {}: {:?}, {:?}",
            whole,
            input,
            here,
            there
        );
        VERDICTS.with(|verdicts| {
            let [good, bad] = verdicts.get();
            let good_now = u32::from(here.is_none());
            verdicts.set([good + good_now, bad + 1 - good_now]);
        });
        if let Some(Broken { path, words }) = here {
            prop_assert!(!words.is_empty());
            // All but the last step, which may be missing, is there.
            let mut value = &input;
            for step in path.split_last().map(|(_, before)| before).unwrap_or_default() {
                let inner = match value {
                    Value::Array(list) => list.get(step.parse::<usize>().unwrap()),
                    value => value.get(step),
                };
                value = inner.ok_or_else(|| TestCaseError::fail(format!("{path:?} in {input}")))?;
            }
        }
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    let [good, bad] = VERDICTS.get();
    eprintln!("conditions: {good} inputs kept them, {bad} broke them, there as here");
    assert!(good > 500 && bad > 500, "{good} {bad}");
}

#[test]
fn odd_keywords_ask_for_nothing() {
    let words = [
        "$ref",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "type",
        "required",
        "properties",
        "patternProperties",
        "propertyNames",
        "dependentRequired",
        "dependentSchemas",
        "items",
        "minProperties",
        "minimum",
        "format",
        "minLength",
        "contains",
        "minContains",
        "uniqueItems",
    ];
    for word in words {
        for odd in [json!(null), json!("?"), json!([]), json!([7]), json!(-1)] {
            let schema = json!({ "properties": { "a": { word: odd } } });
            for value in [json!("x"), json!(1), json!([1]), json!({ "b": 1 })] {
                let outcome = broken(&schema, json!({}), &json!({ "a": value }));
                assert_eq!(outcome, None, "{schema} {value}");
            }
        }
    }
}

#[test]
fn only_documents_that_ask_for_it_are_kept() {
    let is_kept = |input: Value| read(&document(input, json!({}))).unwrap().0.conditions.is_some();
    let of = |schema: Value| is_kept(json!({ "properties": { "a": schema } }));
    for schema in [
        json!({ "type": "string", "minLength": 1, "maxLength": 2, "pattern": "x" }),
        json!({ "type": "number", "minimum": 1, "multipleOf": 2 }),
        json!({ "anyOf": [{ "type": "string", "pattern": "x" }, { "enum": ["format"] }, { "type": "null" }] }),
        json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true, "maxItems": 2 }),
        json!({ "type": "array", "prefixItems": [{ "type": "string" }], "minItems": 1 }),
        json!({ "type": "object", "additionalProperties": { "type": "string", "nullable": true } }),
        json!({ "properties": { "format": { "type": "string" } }, "required": ["format"], "additionalProperties": false }),
        json!({ "$ref": "#/nowhere" }),
    ] {
        assert!(!of(schema.clone()), "{schema}");
    }
    for schema in [
        json!({ "type": "string", "format": "uuid" }),
        json!({ "type": "object", "minProperties": 1 }),
        json!({ "type": "object", "maxProperties": 1 }),
        json!({ "type": "object", "patternProperties": {} }),
        json!({ "type": "object", "propertyNames": {} }),
        json!({ "not": {} }),
        json!({ "if": {}, "then": {} }),
        json!({ "type": "array", "contains": {} }),
        json!({ "dependentRequired": {} }),
        json!({ "dependentSchemas": {} }),
        json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }),
        json!({ "pattern": "x", "allOf": [{ "pattern": "y" }] }),
        json!({ "multipleOf": 2, "anyOf": [{ "type": "integer", "multipleOf": 3 }] }),
        json!({ "type": "array", "items": { "type": "array", "items": { "format": "date" } } }),
        json!({ "type": "array", "prefixItems": [{}], "uniqueItems": true }),
        json!({ "properties": { "x": {} }, "additionalProperties": { "type": "string" } }),
        json!({ "properties": { "x": {} }, "required": ["y"] }),
        // What is edited as JSON is judged as a whole.
        json!({ "anyOf": [{ "type": "integer" }], "allOf": [{ "anyOf": [{ "type": "string" }] }] }),
    ] {
        assert!(of(schema.clone()), "{schema}");
    }
    let file = json!({ "image_url": { "type": "string", "maxLength": 2083 } });
    assert!(is_kept(json!({ "properties": file })));
    assert!(is_kept(json!({ "properties": {}, "anyOf": [{ "required": ["a"] }] })));
    assert!(is_kept(
        json!({ "properties": { "a": {} }, "additionalProperties": { "type": "string" } })
    ));
    for model in BUNDLED {
        let text = std::fs::read_to_string(format!("public/{}", model.path)).unwrap();
        assert_eq!(read(&text).unwrap().0.conditions, None, "{}", model.path);
    }
}

#[test]
fn what_asks_for_too_much_is_soon_left_to_the_model() {
    let here = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let doubled = |word: &str| -> Value {
        let level = |n: usize| {
            let next = here(&format!("S{}", n + 1));
            (format!("S{n}"), json!({ word: [next.clone(), next] }))
        };
        (0..40).map(level).collect()
    };
    let chain = |around: fn(Value) -> Value| -> Value {
        let next = |n: usize| (format!("S{n}"), around(here(&format!("S{}", n + 1))));
        (0..20_000).map(next).collect()
    };
    let mut deep = json!({ "type": "integer" });
    for _ in 0..25 {
        deep = json!({ "not": { "anyOf": [{ "not": deep }, { "const": 1 }] } });
    }
    let many: Vec<Value> =
        (0..100_000).map(|n| json!({ "minProperties": 1, "const": n })).collect();
    let names: Vec<String> = (0..200_000).map(|n| n.to_string()).collect();
    let texts = json!({ "enum": vec!["x".repeat(1 << 20); 2] });
    let digits: Value = serde_json::from_str(&"7".repeat(1 << 20)).unwrap();
    let long = vec![here("S1"); 20_000];
    let itself = json!({ "Self": {
        "properties": { "a": here("Self") }, "not": here("Self"), "allOf": [here("Self")],
        "oneOf": [here("Self"), here("Self")], "anyOf": [here("Self")], "if": here("Self"), "then": here("Self"),
        "contains": here("Self"), "items": here("Self"), "patternProperties": { "": here("Self") },
        "propertyNames": here("Self"), "dependentSchemas": { "a": here("Self") },
    } });
    for (name, others) in [
        ("itself", itself),
        ("allOf doubles", doubled("allOf")),
        ("anyOf doubles", doubled("anyOf")),
        ("oneOf doubles", doubled("oneOf")),
        ("not chains", chain(|next| json!({ "not": next }))),
        ("references chain", chain(|next| next)),
        ("items chain", chain(|next| json!({ "additionalProperties": next }))),
        ("deep", json!({ "S0": deep })),
        ("many kinds", json!({ "S0": { "oneOf": many } })),
        ("many names", json!({ "S0": { "required": names, "dependentRequired": { "a": names } } })),
        ("long literals", json!({ "S0": { "allOf": long, "x": 1 }, "S1": texts })),
        (
            "long numbers",
            json!({ "S0": { "allOf": long }, "S1": { "enum": [digits], "not": { "multipleOf": digits } } }),
        ),
        (
            "many patterns",
            json!({ "S0": { "allOf": long },
            "S1": { "patternProperties": names.iter().map(|n| (n.clone(), json!(false))).collect::<Value>() } }),
        ),
    ] {
        let start = if name == "itself" { "Self" } else { "S0" };
        // Nobody's stack is smaller: see `hostile`.
        let work = move || {
            // A form shows nothing of an `if`, however large.
            let inner = json!({ "if": here(start), "then": false, "else": false });
            let schema = json!({ "properties": { "a": inner, "b": inner } });
            let mut input = json!({ "a": { "a": { "a": {} } }, "b": "x".repeat(1 << 20) });
            input["c"] = vec![json!(1); 1000].into();
            let text = document(schema, others);
            let started = Instant::now();
            let (model, _) = read(&text).unwrap();
            let contains = |pattern: &str, text: &str| text.contains(pattern);
            first_broken(&model.conditions.unwrap(), &input, contains, &|_| false);
            started.elapsed()
        };
        let thread = std::thread::Builder::new().stack_size(512 * 1024).spawn(work).unwrap();
        let took = thread.join().unwrap_or_else(|_| panic!("{name} panics"));
        if std::env::var_os("FLUX_STUDIO_TIMES").is_some() {
            eprintln!("{name}: {took:?}");
        }
        assert!(took < Duration::from_secs(10), "{name} took {took:?}");
    }
}
