//! Fields in fields: lists, objects, unions, maps and tuples, how their keys lead to them, and what
//! becomes of a draft when the model changes.

use flux_studio::form::{CUSTOM, Control, Draft, Entry, Form, MOST_ITEMS, Need};
use flux_studio::schema::read;
use serde_json::{Value, json};

use crate::odd::document;
use crate::subject::matches;
use crate::{checked, draft_of};

/// The form of these properties, of which none is required.
fn form(properties: &Value) -> Form {
    form_of(&json!({ "properties": properties }))
}

fn form_of(input: &Value) -> Form {
    Form::new(&read(&document(input, &json!({}))).unwrap().0, matches)
}

fn point() -> Value {
    json!({ "type": "object", "required": ["x"], "properties": {
        "x": { "type": "integer", "minimum": 0 }, "label": { "type": "string" },
    } })
}

/// One of each kind of group.
fn groups() -> Form {
    form(&json!({
        "list": { "type": "array", "items": point(), "minItems": 1, "maxItems": 2 },
        "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
        "several": { "type": "array", "items": { "enum": ["a", "b"] } },
        "object": point(),
        "tuple": { "type": "array", "prefixItems": [{ "type": "integer" }, point()] },
        "map": { "type": "object", "additionalProperties": { "type": "integer" } },
        "points": { "type": "object", "additionalProperties": point() },
        "size": { "anyOf": [{ "enum": ["auto"] }, point()], "default": { "x": 7 } },
        "union": { "anyOf": [
            { "type": "integer", "minimum": 5 },
            { "type": "string", "pattern": "^#" },
            { "type": "string", "maxLength": 3 },
            { "type": "array", "items": { "anyOf": [{ "type": "boolean" }, point()] } },
            point(),
        ], "default": "abc" },
    }))
}

/// What a draft sends, or the sentences it is refused with.
fn outcome(form: &Form, entries: &[(&str, &str)]) -> String {
    match checked(form, &draft_of(entries)) {
        Ok(request) => request.to_json(),
        Err(problems) => {
            problems.iter().map(|p| format!("{}: {p}", p.key)).collect::<Vec<_>>().join(" ")
        }
    }
}

#[test]
fn groups_are_sent_as_their_kind_of_value() {
    for (entries, expected) in [
        (&[("list", "1"), ("list.0.x", "7")][..], r#"{"list":[{"x":7}]}"#),
        (
            &[
                ("list", "2"),
                ("list.0.x", "1"),
                ("list.1.x", "2"),
                ("list.1.label", ""),
                ("list.2.x", "?"),
            ],
            r#"{"list":[{"x":1},{"x":2,"label":""}]}"#,
        ),
        (&[("list", "0")], "list: List needs at least 1 item."),
        (&[("list", "1")], "list.0.x: X is required."),
        (
            &[("list", "3"), ("list.0.x", "1"), ("list.1.x", "2"), ("list.2.x", "3")],
            "list: List can have at most 2 items.",
        ),
        (&[("list", "some")], "list: List must be a list."),
        (&[("list", " ")], "{}"),
        (&[("tags", "2"), ("tags.0", "a"), ("tags.1", "b")], r#"{"tags":["a","b"]}"#),
        (&[("tags", "2"), ("tags.0", "a"), ("tags.1", "a")], "tags: Tags has the same item twice."),
        (&[("tags", "1"), ("tags.0", "")], r#"{"tags":[""]}"#),
        (&[("tags", "1")], "tags.0: Tags 1 is required."),
        (&[("several", "[\"b\",\"a\"]")], r#"{"several":["b","a"]}"#),
        (&[("several", "[]")], r#"{"several":[]}"#),
        (&[("several", "[\"c\"]")], "several: Several must be one of the choices."),
        (&[("several", "a")], "several: Several must be a list."),
        (&[("object", "{}")], "object.x: X is required."),
        (&[("object.x", "1")], r#"{"object":{"x":1}}"#),
        (&[("object.x", "1"), ("object|+", "{\"y\":[1.0]}")], r#"{"object":{"x":1,"y":[1.0]}}"#),
        // What a field is for does not come in beside it.
        (
            &[("object.x", "1"), ("object|+", "{\"x\":\"?\",\"y\":2}")],
            r#"{"object":{"x":1,"y":2}}"#,
        ),
        (&[("object", "7"), ("object.x", "1")], "object: Object must be an object."),
        (&[("tuple", "[]"), ("tuple.0", "1"), ("tuple.1.x", "2")], r#"{"tuple":[1,{"x":2}]}"#),
        (&[("tuple.0", "1")], "tuple.1.x: X is required."),
        (&[("tuple.1.x", "1")], "tuple.0: Value 1 is required."),
        (&[("map", "0")], r#"{"map":{}}"#),
        (
            &[("map", "2"), ("map.0", "1"), ("map.0|k", "a b"), ("map.1", "2"), ("map.1|k", "c.d")],
            r#"{"map":{"a b":1,"c.d":2}}"#,
        ),
        (&[("map", "1"), ("map.0", "1")], "map: Map has a value without a name."),
        (
            &[("map", "2"), ("map.0", "1"), ("map.1", "x")],
            "map: Map has a value without a name. map.1: Map 2 must be a whole number.",
        ),
        (&[("map", "2"), ("map.0", "1"), ("map.1", "1")], "map: Map has a value without a name."),
        (
            &[("map", "2"), ("map.0", "1"), ("map.0|k", "a"), ("map.1", "2"), ("map.1|k", "a")],
            "map: Map has two values named “a”.",
        ),
        (&[("map", "1"), ("map.0|k", "a"), ("map.0", "x")], "map.0: Map 1 must be a whole number."),
        (&[("size", "auto"), ("size.x", "?")], r#"{"size":"auto"}"#),
        (&[("size", CUSTOM), ("size.x", "1")], r#"{"size":{"x":1}}"#),
        (&[("size", CUSTOM)], "size.x: X is required."),
        (&[("union", "0"), ("union|0", "5")], r#"{"union":5}"#),
        (&[("union", "0"), ("union|0", "4")], "union|0: Union must be at least 5."),
        (&[("union", "1"), ("union|1", "x")], "union|1: Union must match ^#."),
        (&[("union", "2"), ("union|2", "x"), ("union|0", "4")], r#"{"union":"x"}"#),
        (&[("union", "4"), ("union|4.x", "1")], r#"{"union":{"x":1}}"#),
        (
            &[
                ("union", "3"),
                ("union|3", "2"),
                ("union|3.0", "0"),
                ("union|3.0|0", "true"),
                ("union|3.1", "1"),
                ("union|3.1|1.x", "9"),
            ],
            r#"{"union":[true,{"x":9}]}"#,
        ),
        (&[("union", "0")], "union|0: Union is required."),
        (&[("union", "5")], "union: Union must be one of the choices."),
    ] {
        assert_eq!(outcome(&groups(), entries), expected, "{entries:?}");
    }
}

#[test]
fn a_file_that_is_too_long_for_its_field_is_refused() {
    let url = json!({ "type": "string", "format": "uri", "minLength": 1, "maxLength": 40 });
    let form = form(&json!({ "image_url": url, "image_urls": { "type": "array", "items": url } }));
    let (short, long) =
        ("https://a.example/fox.png", "data:image/png;base64,AAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(outcome(&form, &[("image_url", short)]), json!({ "image_url": short }).to_string());
    assert_eq!(
        outcome(
            &form,
            &[
                ("image_url", long),
                ("image_urls", "2"),
                ("image_urls.0", short),
                ("image_urls.1", long)
            ]
        ),
        "image_url: Image Url needs an https URL: a file in the request is longer than 40 characters. image_urls.1: Image Urls 2 needs an https URL: a file in the request is longer than 40 characters."
    );
}

#[test]
fn a_group_with_a_text_of_its_own_stands_as_that_text() {
    let form = groups();
    for key in ["list", "several", "object", "tuple", "map"] {
        let draft = draft_of(&[(key, "hello"), ("object.x", "1"), ("tuple.0", "1")]);
        let reading = form.read(&draft);
        assert_eq!(reading.input.get(key), Some(&json!("hello")), "{key}");
        let wrong: Vec<&str> = reading.problems.iter().map(|problem| &problem.key[..]).collect();
        assert!(wrong.contains(&key), "{key}: {wrong:?}");
    }
}

#[test]
fn a_switch_that_is_needed_is_sent_as_it_shows() {
    let text = r##"{"paths": {"/a/b": {"post": {"requestBody": {"content": {"application/json":
        {"schema": {"type": "object", "required": ["on", "kind"], "properties": {
            "on": {"type": "boolean"}, "maybe": {"type": "boolean"},
            "many": {"type": "array", "items": {"type": "boolean", "default": true}},
            "kind": {"anyOf": [
                {"type": "object", "required": ["b"], "properties": {"b": {"type": "boolean"}}},
                {"type": "object", "properties": {"c": {"type": "integer"}}}]}
        }}}}}}}}}"##;
    let form = Form::new(&read(text).unwrap().0, matches);
    let draft = draft_of(&[("many", "2"), ("many.1", "false"), ("kind", "0")]);
    let sent = checked(&form, &draft).unwrap().to_json();
    assert_eq!(sent, r#"{"on":false,"kind":{"b":false},"many":[true,false]}"#);
    // That is no reason to take a value for one of another kind.
    let payload = serde_json::json!({ "on": true, "kind": { "c": 1 } });
    let again = form.draft_of(payload.as_object().unwrap());
    assert_eq!(*checked(&form, &again).unwrap().as_value(), payload);
}

#[test]
fn a_group_by_itself_is_not_judged_by_what_is_in_it() {
    let form = groups();
    for (key, entry, expected) in [
        ("list", "3", Some("can have at most 2 items")),
        ("list", "1", None),
        ("list", "x", Some("must be a list")),
        ("tags", "2", None),
        ("several", "[\"a\",1]", Some("must be one of the choices")),
        ("map", "2", None),
        ("map", "x", Some("must be an object")),
        ("object", "{}", None),
        ("union", "0", None),
        ("union", "9", Some("must be one of the choices")),
        ("size", "square", Some("must be one of the choices")),
        ("size", CUSTOM, None),
        ("tuple", "[]", None),
    ] {
        let what = form.problem(&form.at(key).unwrap(), Some(&Entry::from(entry)));
        assert_eq!(what.map(|what| what.to_string()).as_deref(), expected, "{key} {entry}");
    }
    assert_eq!(form.problem(&form.at("list").unwrap(), None), None);
}

#[test]
fn a_key_leads_to_its_field() {
    let form = groups();
    for (key, title, need) in [
        ("list", "List", Need::Optional),
        ("list.0", "List 1", Need::Item),
        ("list.41.x", "X", Need::Required),
        ("tuple.1.label", "Label", Need::Optional),
        ("tuple.0", "Value 1", Need::Item),
        ("map.3", "Map 4", Need::Item),
        ("points.3.x", "X", Need::Required),
        ("size.x", "X", Need::Required),
        ("union|3.0|1.x", "X", Need::Required),
        ("union|4", "Union", Need::Item),
    ] {
        let field = form.at(key).unwrap_or_else(|| panic!("{key}"));
        assert_eq!((field.key.as_str(), field.title.as_str(), field.need), (key, title, need));
    }
    for key in [
        "",
        "nothing",
        "lis",
        "list.",
        "list.x",
        "list.+1",
        "list.01",
        "list|0",
        "list.0.y",
        "list.0|k",
        "tuple.2",
        "object.0",
        "union.0",
        "union|9",
        "union|",
        "union|3.0|7",
        "size|0",
        "tags.0.x",
        "several.0.x",
        "list.99999999999999999999",
        "union|3.01",
        "union|03.1",
    ] {
        assert_eq!(form.at(key).map(|field| field.key), None, "{key}");
    }
    let lists = json!({ "type": "array", "items": { "type": "array", "items": {} } });
    let lists = self::form(&json!({ "lists": lists }));
    assert_eq!(lists.at("lists.15.5").unwrap().key, "lists.15.5");
    assert_eq!(lists.at("lists.0015").map(|field| field.key), None);
    let last = format!("lists.{}", usize::MAX);
    assert_eq!(lists.at(&last).unwrap().key, last);
    assert_eq!(form.at("union|3.0|1.x").unwrap().path(), "union.0.x");
    assert_eq!(form.at("map.3").unwrap().name_key(0), "map.3.0|k");
    let several = form.at("several").unwrap();
    assert_eq!(
        (several.control(), several.choices()),
        (Control::Several, vec!["a".into(), "b".into()])
    );
    assert_eq!(form.at("tuple").unwrap().control(), Control::Group);
    assert_eq!(form.at("union").unwrap().default_branch(), Some(1));
    assert_eq!(form.at("size").unwrap().default_text().as_deref(), Some(CUSTOM));
}

#[test]
fn a_complaint_of_the_server_leads_to_its_field() {
    let form = groups();
    let draft = draft_of(&[
        ("union", "3"),
        ("union|3", "2"),
        ("union|3.1", "1"),
        ("points", "2"),
        ("points.0|k", "first"),
        ("points.1|k", "second"),
        ("size", CUSTOM),
    ]);
    for (loc, key) in [
        (&["list", "1", "x"][..], Some("list.1.x")),
        (&["body", "list", "0"], Some("list.0")),
        // A list of choices is one field, whatever is wrong in it.
        (&["several", "0"], Some("several")),
        (&["tuple", "1", "x"], Some("tuple.1.x")),
        (&["object", "nothing"], Some("object")),
        (&["size", "Point", "x"], Some("size.x")),
        (&["points", "second", "x"], Some("points.1.x")),
        (&["points", "third"], Some("points")),
        // Pydantic names the branch, and the list has a value in another one.
        (&["union", "list[union[bool,Point]]", "1", "Point", "x"], Some("union|3.1|1.x")),
        (&["union", "int"], Some("union|3")),
        (&["nothing"], None),
        (&[], None),
    ] {
        let loc: Vec<String> = loc.iter().map(|step| (*step).to_owned()).collect();
        let found = form.find(&loc, &draft).map(|field| field.key);
        assert_eq!(found.as_deref(), key, "{loc:?}");
    }
}

#[test]
fn unset_null_and_empty_are_three_things() {
    let form = form_of(&json!({ "required": ["must", "name"], "properties": {
        "must": { "anyOf": [{ "type": "integer" }, { "type": "null" }] },
        "name": { "type": "string" },
        "seed": { "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": 7 },
        "text": { "anyOf": [{ "type": "string" }, { "type": "null" }] },
        "on": { "type": "boolean", "default": true },
        "plain": { "type": "string", "default": "x" },
        "list": { "anyOf": [{ "type": "array", "items": { "anyOf": [{ "type": "integer" }, { "type": "null" }] } }, { "type": "null" }] },
    } }));
    let sends = |entries: &[(&str, Entry)], expected: &str| {
        let mut draft = draft_of(&[("must", "0"), ("name", "n")]);
        for (key, entry) in entries {
            draft.insert(key, entry.clone());
        }
        let said = match form.check(&draft) {
            Ok(request) => request.to_json(),
            Err(problems) => problems.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(said, expected, "{entries:?}");
    };
    sends(&[], r#"{"must":0,"name":"n"}"#);
    sends(&[("must", Entry::Null)], r#"{"must":null,"name":"n"}"#);
    sends(&[("must", "".into())], "Must is required.");
    sends(&[("seed", "0".into())], r#"{"must":0,"name":"n","seed":0}"#);
    sends(&[("seed", Entry::Null)], r#"{"must":0,"name":"n","seed":null}"#);
    sends(&[("seed", "".into())], r#"{"must":0,"name":"n"}"#);
    sends(&[("text", "".into())], r#"{"must":0,"name":"n","text":""}"#);
    sends(&[("text", Entry::Null)], r#"{"must":0,"name":"n","text":null}"#);
    sends(&[("on", "false".into())], r#"{"must":0,"name":"n","on":false}"#);
    sends(&[("on", Entry::Null)], "On cannot be null.");
    sends(&[("plain", "".into())], r#"{"must":0,"name":"n","plain":""}"#);
    sends(&[("name", Entry::Null)], "Name cannot be null.");
    sends(&[("list", "0".into())], r#"{"must":0,"name":"n","list":[]}"#);
    sends(&[("list", Entry::Null)], r#"{"must":0,"name":"n","list":null}"#);
    sends(
        &[("list", "1".into()), ("list.0", Entry::Null)],
        r#"{"must":0,"name":"n","list":[null]}"#,
    );
    // What is sent and what the server would take anyway are told apart.
    let changed = |entries: &[(&str, &str)]| -> Vec<String> {
        form.changes(&draft_of(entries)).into_iter().map(|change| change.title).collect()
    };
    assert_eq!(changed(&[("seed", "7"), ("on", "true"), ("plain", "x")]), [""; 0]);
    assert_eq!(changed(&[("seed", "7.0"), ("plain", ""), ("on", "false")]), ["On", "Plain"]);
    let change = &form.changes(&draft_of(&[("seed", "0")]))[0];
    assert_eq!((change.title.as_str(), &change.default), ("Seed", &Some(json!(7))));
}

/// A payload goes through the form unchanged, with these problems.
fn passes(form: &Form, payload: &str, problems: &[&str]) -> Draft {
    let payload: Value = serde_json::from_str(payload).unwrap();
    let draft = form.draft_of(payload.as_object().unwrap());
    let reading = form.read(&draft);
    let said: Vec<String> = reading.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        (Value::Object(reading.input), said.as_slice()),
        (payload, &problems.iter().map(|p| p.to_string()).collect::<Vec<_>>()[..])
    );
    draft
}

#[test]
fn a_payload_comes_out_as_it_went_in() {
    let form = groups();
    let big = format!(r#"{{"union":{},"tags":["x"]}}"#, "9".repeat(60));
    passes(&form, &big, &[]);
    passes(&form, r#"{"union":10.0}"#, &[]);
    passes(
        &form,
        r#"{"map":{"":-0,"a":1E2,"b":1.50}}"#,
        &["Map has a value without a name.", "Map 3 must be a whole number."],
    );
    passes(
        &form,
        r#"{"list":7,"tags":{"a":1},"object":[],"tuple":[1],"map":null}"#,
        &[
            "List must be a list.",
            "Tags must be a list.",
            "Object must be an object.",
            "Tuple must be a list.",
            "Map cannot be null.",
        ],
    );
    passes(&form, r#"{"size":"custom"}"#, &["Size must be one of the choices."]);
    passes(&form, r#"{"size":{"x":-5,"deep":[[{"a":[1e999]}]]}}"#, &["X must be at least 0."]);
    passes(
        &form,
        r#"{"several":["a",{"b":null}],"tags":["a","a"]}"#,
        &["Tags has the same item twice.", "Several must be one of the choices."],
    );
    let draft =
        passes(&form, r#"{"union":{"x":1,"more":2},"object":{"x":1,"y":{"z":0}},"no":1}"#, &[]);
    assert_eq!(draft.get("union"), Some("4"));
    assert_eq!(form.unknown(&draft), ["object.y", "union.more", "no"]);
    // What is not sent is not told.
    let mut draft = draft;
    draft.insert("union", "2");
    assert_eq!(form.unknown(&draft), ["object.y", "no"]);
    // The branch that takes a value, by its pattern too.
    for (value, branch) in [
        ("7", "0"),
        ("\"#a\"", "1"),
        ("\"ab\"", "2"),
        ("[true]", "3"),
        ("{\"x\":0}", "4"),
        ("4", "0"),
        ("\"long\"", "1"),
    ] {
        let payload = serde_json::from_str(&format!(r#"{{"union":{value}}}"#)).unwrap();
        assert_eq!(form.draft_of(&payload).get("union"), Some(branch), "{value}");
    }
    // More items than anybody edits one by one.
    let many = Value::Array(vec![json!("x"); MOST_ITEMS + 1]);
    let said = format!("Tags can have at most {MOST_ITEMS} items.");
    passes(&form, &json!({ "tags": many }).to_string(), &[&said]);
}

#[test]
fn a_payload_is_made_to_fit_where_its_text_means_the_same() {
    let form = form(&json!({
        "steps": { "type": "integer", "maximum": 50 },
        "on": { "type": "boolean" },
        "word": { "enum": ["1", "2"] },
        "list": { "type": "array", "items": { "type": "string" } },
        "map": { "type": "object", "additionalProperties": { "type": "integer" } },
        "size": { "anyOf": [{ "enum": ["auto"] }, point()] },
        "union": { "anyOf": [{ "type": "integer" }, { "type": "boolean" }] },
        "object": point(),
        "tuple": { "type": "array", "prefixItems": [{ "type": "integer" }] },
    }));
    for (payload, changed, fitting) in [
        (json!({ "steps": "28" }), "Steps", json!({ "steps": 28 })),
        (json!({ "steps": "fifty" }), "", json!({ "steps": "fifty" })),
        (json!({ "steps": "51", "on": "true" }), "On", json!({ "steps": "51", "on": true })),
        (json!({ "word": 2 }), "Word", json!({ "word": "2" })),
        // Not two rows that are empty, nor the second kind without a value.
        (json!({ "list": 2 }), "", json!({ "list": 2 })),
        (json!({ "list": "2", "map": "2" }), "", json!({ "list": "2", "map": "2" })),
        (json!({ "size": "custom" }), "", json!({ "size": "custom" })),
        (json!({ "union": "1" }), "", json!({ "union": "1" })),
        (json!({ "object": "{}", "tuple": "[]" }), "", json!({ "object": "{}", "tuple": "[]" })),
    ] {
        let imported = form.import(payload.as_object().unwrap());
        assert_eq!(imported.changed.join(" "), changed, "{payload}");
        assert_eq!(Value::Object(form.read(&imported.draft).input), fitting, "{payload}");
    }
}

#[test]
fn keys_that_a_schema_forbids_are_refused() {
    let closed =
        json!({ "additionalProperties": false, "properties": { "a": { "type": "string" } } });
    let form = form_of(
        &json!({ "additionalProperties": false, "properties": { "o": closed, "": { "type": "string" } } }),
    );
    passes(&form, r#"{"o":{"a":"x"},"":"y"}"#, &[]);
    let draft =
        passes(&form, r#"{"o":{"b":1},"c":2}"#, &["O takes no “b”.", "The input takes no “c”."]);
    let (kept, dropped) = form.adopt(&draft);
    let dropped: Vec<_> = dropped.iter().map(|d| d.what.as_str()).collect();
    assert_eq!(dropped, ["O takes no “b”", "The input takes no “c”"]);
    assert_eq!(form.check(&kept).unwrap().to_json(), r#"{"o":{}}"#);
}

#[test]
fn no_two_fields_have_one_key() {
    let text = json!({ "type": "string" });
    let names =
        ["", "a", "a.b", "a|b", "a b", "a\tb", "a\u{a0}b", "a~0", "a~", "~4", "|+", "a~59~b"];
    let properties: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.to_string(), text.clone())).collect();
    let form = form(&Value::Object(properties.clone()));
    let payload: serde_json::Map<String, Value> =
        names.iter().map(|name| (name.to_string(), json!(name))).collect();
    let draft = form.draft_of(&payload);
    assert_eq!(draft.iter().count(), names.len());
    assert_eq!(form.read(&draft).input, payload);
    assert!(form.unknown(&draft).is_empty());
    for field in &form.fields {
        assert_eq!(form.at(&field.key).as_ref(), Some(field));
        assert!(!field.key.contains(char::is_whitespace), "{}", field.key);
    }
}

#[test]
fn a_changed_document_takes_what_it_can_and_names_the_rest() {
    let old = draft_of(&[
        ("gone", "1"),
        ("gone.0.x", "1"),
        ("kept", "fox"),
        ("kept|n", "fox.png"),
        ("list", "2"),
        ("list.0", "a"),
        ("list.1", "b"),
        ("map", "1"),
        ("map.0", "7"),
        ("map.0|k", "name"),
        ("object.a", "1"),
        ("object.b", "2"),
        ("size", "square"),
        ("steps", "90"),
        ("union", "3"),
        ("word", "hello"),
        ("|+", "{\"more\":1,\"less\":[2]}"),
    ]);
    let new = form(&json!({
        "kept": { "type": "string" },
        "list": { "type": "string" },
        "map": { "type": "object", "additionalProperties": { "type": "integer" } },
        "object": { "type": "object", "properties": { "b": { "type": "integer" } } },
        "size": { "enum": ["auto"] },
        "steps": { "type": "integer", "maximum": 50 },
        "union": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
        "word": { "type": "object", "properties": { "b": { "type": "integer" } } },
        "more": { "type": "integer" },
    }));
    let (draft, dropped) = new.adopt(&old);
    let dropped: Vec<_> = dropped.iter().map(|d| d.what.as_str()).collect();
    assert_eq!(
        dropped,
        [
            "gone is no longer an input",
            "list is now another kind of input",
            "object.a is no longer an input",
            "Size must be one of the choices",
            "Steps must be at most 50",
            "Union must be one of the choices",
            "Word must be an object",
        ]
    );
    assert_eq!(
        new.check(&draft).unwrap().to_json(),
        r#"{"kept":"fox","map":{"name":7},"object":{"b":2},"more":1,"less":[2]}"#
    );
    assert_eq!(draft.get("kept|n"), Some("fox.png"));
    // What did not fit before may fit now.
    let payload = json!({ "list": 7, "kept": { "x": 1 }, "steps": true });
    let old = new.draft_of(payload.as_object().unwrap());
    let other = form(&json!({
        "list": { "type": "integer" }, "kept": point(), "steps": { "type": "boolean" },
    }));
    let (fitting, dropped) = other.adopt(&old);
    assert_eq!(dropped, []);
    assert_eq!(other.check(&fitting).unwrap().as_value()["kept"], payload["kept"]);
    assert_eq!(other.check(&fitting).unwrap().as_value()["steps"], payload["steps"]);
    // A form takes all of its own drafts, and once is enough.
    assert_eq!(new.adopt(&draft), (draft.clone(), Vec::new()));
}
