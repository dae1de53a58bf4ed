//! What a document asks of an input beyond its fields: at which field it is said, in which words, and
//! that nothing else is said than what a validator says.

use flux_studio::form::{CUSTOM, Draft, Entry, Form, What};
use serde_json::{Map, Value, json};

use crate::chance::Chance;
use crate::draft_of;
use crate::odd::document;
use crate::payload::disturb;
use crate::subject::Subject;

/// A field for each condition, and conditions on the whole.
pub(crate) fn text() -> String {
    let text = json!({ "type": "string" });
    let point = json!({ "type": "object", "required": ["x"], "properties": {
        "x": { "type": "integer" }, "y": { "type": "integer" },
    }, "dependentRequired": { "y": ["z"] } });
    let input = json!({ "required": ["prompt"], "properties": {
        "prompt": { "type": "string", "allOf": [{ "pattern": "^[a-z]" }, { "pattern": "[a-z]$" }] },
        "style_id": { "anyOf": [{ "type": "string", "format": "uuid" }, { "type": "null" }] },
        "day": { "type": "string", "format": "date" },
        "address": { "type": "string", "format": "uri", "default": "" },
        "image_url": { "type": "string", "format": "uri", "maxLength": 40 },
        "raw": { "type": "string", "format": "binary" },
        "steps": { "type": "integer", "multipleOf": 4, "allOf": [{ "multipleOf": 3 }] },
        "seed": { "type": "integer", "not": { "const": 0 } },
        "headers": { "type": "object", "additionalProperties": text, "minProperties": 2,
            "propertyNames": { "pattern": "^x-" } },
        "levels": { "type": "object", "additionalProperties": false,
            "patternProperties": { "^l[0-9]$": { "type": "integer", "maximum": 9 } } },
        "tags": { "type": "array", "items": text, "contains": { "const": "main" }, "maxContains": 1 },
        "several": { "type": "array", "items": { "enum": ["a", "b", "c", "d"], "not": { "const": "d" } }, "contains": { "enum": ["a", "b"] } },
        "points": { "type": "array", "items": point },
        "named": { "type": "object", "additionalProperties": point },
        "size": { "anyOf": [{ "enum": ["auto"] }, point] },
        "either": { "oneOf": [
            { "type": "array", "items": { "type": "integer" } },
            { "type": "array", "items": { "type": "number" }, "minItems": 2 },
            { "type": "string", "format": "email" },
        ] },
        "mode": { "enum": ["fast", "good"] },
        "rounds": { "type": "integer" },
        "open": { "type": "object", "properties": { "a": { "type": "integer" } }, "additionalProperties": { "type": "string" } },
        "tangle": { "anyOf": [{ "type": "integer" }, { "type": "string", "maxLength": 2 }], "allOf": [{ "anyOf": [{ "minimum": 5 }, {}] }] },
    },
        "if": { "properties": { "mode": { "const": "good" } }, "required": ["mode"] },
        "then": { "required": ["rounds"], "properties": { "steps": { "minimum": 24 } } },
        "not": { "required": ["seed", "style_id"] },
        "dependentSchemas": { "day": { "maxProperties": 3 } },
    });
    document(&input, &json!({}))
}

fn subject() -> Subject {
    Subject::new(&text())
}

/// What a draft sends, or what is said of it, and where.
fn outcome(subject: &Subject, entries: &[(&str, &str)]) -> String {
    let mut draft = draft_of(&[("prompt", "x")]);
    draft.extend(draft_of(entries));
    match subject.form.check(&draft) {
        Ok(request) => request.to_json().replacen(r#""prompt":"x","#, "", 1),
        Err(problems) => problems.iter().map(|p| format!("{}: {p}", p.key)).collect(),
    }
}

#[test]
fn a_condition_is_told_at_the_field_that_breaks_it() {
    let subject = subject();
    let uuid = "123e4567-e89b-42d3-a456-426614174000";
    let long = "data:image/png;base64,".to_owned() + &"A".repeat(100);
    for (entries, expected) in [
        (&[("prompt", "x7")][..], "prompt: Prompt must match [a-z]$."),
        (&[("style_id", uuid)], &format!(r#"{{"style_id":"{uuid}"}}"#)),
        (
            &[("style_id", "42")],
            "style_id: Style Id must be a UUID such as 123e4567-e89b-42d3-a456-426614174000.",
        ),
        (&[("day", "31.5.2024")], "day: Day must be a date such as 2024-05-31."),
        (
            &[("address", "example")],
            "address: Address must be a URL such as https://example.com/a.",
        ),
        // The document's own default is taken at its word.
        (&[("address", "")], r#"{"address":""}"#),
        (
            &[("image_url", "data:image/png;base64,AA==")],
            r#"{"image_url":"data:image/png;base64,AA=="}"#,
        ),
        (
            &[("image_url", &long)],
            "image_url: Image Url needs an https URL: a file in the request is longer than 40 characters.",
        ),
        (&[("raw", "?")], r#"{"raw":"?"}"#),
        (&[("steps", "12")], r#"{"steps":12}"#),
        (&[("steps", "8")], "steps: Steps must be a multiple of 3."),
        (&[("seed", "0")], "seed: Seed cannot be 0."),
        (
            &[("seed", "1"), ("style_id", uuid)],
            ": The input cannot be an object with “seed” and “style_id”.",
        ),
        (
            &[("headers", "1"), ("headers.0|k", "x-a"), ("headers.0", "b")],
            "headers: Headers needs at least 2 values.",
        ),
        (
            &[
                ("headers", "2"),
                ("headers.0|k", "x-a"),
                ("headers.0", "b"),
                ("headers.1|k", "y"),
                ("headers.1", "b"),
            ],
            "headers: Headers has a name that is not allowed: “y” must match ^x-.",
        ),
        (&[("levels", "1"), ("levels.0|k", "l1"), ("levels.0", "7")], r#"{"levels":{"l1":7}}"#),
        (
            &[
                ("levels", "2"),
                ("levels.0|k", "l1"),
                ("levels.0", "7"),
                ("levels.1|k", "l2"),
                ("levels.1", "10"),
            ],
            "levels.1: Levels 2 must be at most 9.",
        ),
        (
            &[("levels", "1"), ("levels.0|k", "l1"), ("levels.0", "x")],
            "levels.0: Levels 1 must be a whole number.",
        ),
        (
            &[("levels", "1"), ("levels.0|k", "m"), ("levels.0", "7")],
            "levels: Levels takes no “m”.",
        ),
        (&[("tags", "1"), ("tags.0", "x")], r#"tags: Tags needs at least 1 item like "main"."#),
        (
            &[("tags", "2"), ("tags.0", "main"), ("tags.1", "main")],
            r#"tags: Tags can have at most 1 item like "main"."#,
        ),
        // The items of a list of choices have no fields of their own.
        (&[("several", r#"["a","d"]"#)], r#"several: Several is wrong: “1” cannot be "d"."#),
        (&[("several", r#"["c"]"#)], r#"several: Several needs at least 1 item like "a" or "b"."#),
        (
            &[("points", "2"), ("points.0.x", "1"), ("points.1.x", "1"), ("points.1.y", "2")],
            "points.1: Points 2 is wrong: “z” is required with “y”.",
        ),
        (
            &[("named", "1"), ("named.0|k", "n.m"), ("named.0.x", "1"), ("named.0.y", "2")],
            "named.0: Named 1 is wrong: “z” is required with “y”.",
        ),
        (
            &[("size", CUSTOM), ("size.x", "1"), ("size.y", "2")],
            "size: Size is wrong: “z” is required with “y”.",
        ),
        (
            &[("either", "2"), ("either|2", "x")],
            "either|2: Either must be an email address such as ada@example.com.",
        ),
        (&[("either", "0"), ("either|0", "1"), ("either|0.0", "1")], r#"{"either":[1]}"#),
        (
            &[("either", "1"), ("either|1", "2"), ("either|1.0", "1"), ("either|1.1", "2")],
            "either|1: Either is of several kinds at once, and may be only one of them.",
        ),
        (
            &[("either", "1"), ("either|1", "2"), ("either|1.0", "1"), ("either|1.1", "2.5")],
            r#"{"either":[1,2.5]}"#,
        ),
        (&[("mode", "fast")], r#"{"mode":"fast"}"#),
        (&[("mode", "good")], "rounds: Rounds is required."),
        (
            &[("mode", "good"), ("rounds", "1"), ("steps", "12")],
            "steps: Steps must be at least 24.",
        ),
        (
            &[("day", "2024-05-31"), ("seed", "1"), ("raw", "")],
            ": The input can have at most 3 values.",
        ),
        (&[("open.a", "1"), ("open|+", r#"{"b":"x"}"#)], r#"{"open":{"a":1,"b":"x"}}"#),
        (&[("open.a", "1"), ("open|+", r#"{"b":[]}"#)], "open: Open is wrong: “b” must be a text."),
        // A field that is wrong by itself is told first, and alone.
        (&[("mode", "good"), ("seed", "x")], "seed: Seed must be a whole number."),
    ] {
        let mut draft = draft_of(&[("prompt", "x")]);
        draft.extend(draft_of(entries));
        assert_eq!(outcome(&subject, entries), expected, "{entries:?}");
        // The key is that of a field, or of the whole.
        for problem in subject.form.read(&draft).problems {
            assert!(problem.key.is_empty() || subject.form.at(&problem.key).is_some());
        }
    }
    // What is edited as JSON has nobody else to judge it.
    let tangle = |json: &str| outcome(&subject, &[("tangle", json)]);
    assert_eq!(tangle("7"), r#"{"tangle":7}"#);
    assert_eq!(tangle("\"abc\""), "tangle: Tangle can have at most 2 characters.");
    assert_eq!(tangle("[]"), "tangle: Tangle is of none of the kinds that it may be of.");
}

#[test]
fn names_that_have_to_match_are_no_unknown_ones() {
    let subject = Subject::new(&document(
        &json!({ "properties": { "prompt": { "type": "string" } }, "additionalProperties": false,
            "patternProperties": { "^x-": { "type": "integer" } } }),
        &json!({}),
    ));
    for (extra, expected) in [
        (r#"{"x-a":1}"#, r#"{"x-a":1}"#),
        (r#"{"x-a":""}"#, ": The input is wrong: “x-a” must be a whole number."),
        (r#"{"y":1}"#, ": The input takes no “y”."),
    ] {
        assert_eq!(outcome(&subject, &[("|+", extra)]), expected);
    }
}

#[test]
fn where_a_form_is_lenient_on_purpose_it_stays_so() {
    let subject = Subject::new(&document(
        &json!({ "required": ["prompt", "scale"], "properties": {
            "prompt": { "type": "string" },
            // Left to the server, whatever the document requires; and of another type.
            "scale": { "type": "number", "default": "3.5" },
            "note": { "type": "string", "nullable": true, "format": "date" },
            // The same under a name of one's own.
            "named": { "type": "object", "additionalProperties": {
                "type": "object", "required": ["scale"],
                "properties": { "scale": { "type": "number", "default": 1 }, "path": { "type": "string" } },
            } },
            // By the letter the second part allows nothing of the first.
            "parts": { "allOf": [
                { "properties": { "a": { "type": "integer" } } },
                { "properties": { "b": { "type": "integer" } }, "additionalProperties": false },
            ] },
        } }),
        &json!({}),
    ));
    assert!(subject.model.conditions.is_some());
    for (entries, expected) in [
        (&[][..], r#"{"prompt":"x"}"#),
        (&[("scale", "3.5")], r#"{"scale":3.5}"#),
        (&[("parts.a", "1"), ("parts.b", "2")], r#"{"parts":{"a":1,"b":2}}"#),
        (&[("note", "now")], "note: Note must be a date such as 2024-05-31."),
        (
            &[("named", "1"), ("named.0|k", "a"), ("named.0.path", "p")],
            r#"{"named":{"a":{"path":"p"}}}"#,
        ),
    ] {
        assert_eq!(outcome(&subject, entries), expected);
    }
    let mut draft = draft_of(&[("prompt", "x")]);
    draft.insert("note", Entry::Null);
    assert!(subject.form.check(&draft).is_ok());
}

#[test]
fn a_condition_does_not_cost_what_was_entered() {
    // The same model in another state: what no longer goes together is kept, and told.
    let subject = subject();
    let draft = draft_of(&[("prompt", "x"), ("day", "now"), ("mode", "good"), ("seed", "0")]);
    let (kept, dropped) = subject.form.adopt(&draft);
    assert_eq!((kept, dropped), (draft.clone(), Vec::new()));
    assert!(subject.form.check(&draft).is_err());
    // A field by itself is judged without the rest.
    let day = subject.form.at("day").unwrap();
    assert_eq!(subject.form.problem(&day, Some(&Entry::from("now"))), None);
}

/// Payloads that keep most conditions, and then some that do not.
fn payload(form: &Form, chance: &mut Chance) -> Map<String, Value> {
    let sound = json!({
        "prompt": "ab", "style_id": "123e4567-e89b-42d3-a456-426614174000", "day": "2024-05-31",
        "address": "https://a.example/", "image_url": "https://a.example/b.png", "raw": "?", "steps": 24,
        "seed": 7, "headers": { "x-a": "1", "x-b": "2" }, "levels": { "l1": 1, "l2": 9 },
        "tags": ["a", "main"], "several": ["a", "c"], "points": [{ "x": 1 }, { "x": 2, "y": 3, "z": 4 }],
        "named": { "n": { "x": 1 } }, "size": { "x": 7 }, "either": [1.5, 2], "mode": "good",
        "rounds": 2, "open": { "a": 1, "b": "x" }, "tangle": 7,
    });
    let all = sound.as_object().unwrap().clone();
    let mut payload: Map<String, Value> =
        all.into_iter().filter(|(name, _)| name == "prompt" || chance.once_in(3)).collect();
    if chance.once_in(2) {
        disturb(&mut payload, form, chance);
    }
    payload
}

#[test]
fn a_validator_says_the_same_of_whole_inputs() {
    let subject = subject();
    let validator = {
        let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
        options.should_validate_formats(true).build(&subject.schema).unwrap()
    };
    let mut tally = [0; 3];
    for seed in 0..4000 {
        let payload = payload(&subject.form, &mut Chance::new(seed));
        let draft: Draft = subject.form.draft_of(&payload);
        let reading = subject.form.read(&draft);
        let input = Value::Object(reading.input);
        // The document has a default that it does not allow.
        if input.get("address") == Some(&json!("")) {
            continue;
        }
        let is_valid = validator.is_valid(&input);
        match &reading.problems[..] {
            [] => {
                tally[0] += 1;
                assert!(
                    is_valid,
                    "{input}: {:?}",
                    validator.iter_errors(&input).map(|e| e.to_string()).collect::<Vec<_>>()
                );
            }
            [problem] if matches!(problem.what, What::Condition(_)) => {
                tally[1] += 1;
                assert!(!is_valid, "{input}: {problem}");
            }
            _ => tally[2] += 1,
        }
    }
    let [good, bad, others] = tally;
    crate::subject::say(&format!(
        "{good} inputs kept every condition, {bad} broke one, there as here; {others} had a field that was wrong"
    ));
    assert!(good > 500 && bad > 500, "{tally:?}");
}
