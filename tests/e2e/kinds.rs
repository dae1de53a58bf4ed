//! Values of every kind that a schema can ask for, shown by a control that fits and sent exactly: unions,
//! tuples, maps, literals, suggestions, null, and what only JSON can hold.

use serde_json::{Value, json};

use super::documents::{document, form};
use super::stage::with_models;

#[test]
fn scalars_are_sent_digit_for_digit() {
    let properties = json!({
        "text": { "type": "string", "title": "A text", "maxLength": 10 },
        "word": { "type": "string", "pattern": "^[a-z]+$" },
        "long": { "type": "string", "title": "Story", "maxLength": 4000 },
        "whole": { "type": "integer" },
        "real": { "type": "number", "exclusiveMinimum": 0 },
        "grid": { "type": "integer", "multipleOf": 8 },
        "on": { "type": "boolean", "default": true },
        "off": { "type": "boolean" },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.find("textbox", "A text").await;
        for (path, text) in [
            ("text", "ab\"c\\d"),
            ("word", "abc"),
            ("long", "one\ntwo"),
            ("whole", "123456789012345678901234567890"),
            ("real", "0.10"),
            ("grid", "-16"),
        ] {
            page.fill(path, text).await;
        }
        page.find("switch", "On").await.click().await.unwrap();
        page.find("switch", "Off").await.click().await.unwrap();
        assert_eq!(
            stage.sent_text().await,
            r#"{"text":"ab\"c\\d","word":"abc","long":"one\ntwo","whole":123456789012345678901234567890,"real":0.10,"grid":-16,"on":false,"off":true}"#
        );
        for (path, text, problem) in [
            ("text", "elevenchars", "A text can have at most 10 characters."),
            ("word", "ABC", "Word must match ^[a-z]+$."),
            ("whole", "1.5", "Whole must be a whole number."),
            ("real", "0", "Real must be more than 0."),
            ("grid", "12", "Grid must be a multiple of 8."),
        ] {
            page.fill(path, text).await;
            page.press("Generate").await;
            let told = async || (page.problems().await.iter().any(|said| said == problem)).then_some(());
            page.until(problem, told).await;
        }
        page.press("Reset settings").await;
        assert_eq!(stage.sends().await, json!({}));
    });
}

#[test]
fn every_kind_of_a_union_keeps_what_was_entered() {
    let size = json!({ "title": "Size", "anyOf": [
        { "title": "Pixels", "type": "integer", "minimum": 1 },
        { "title": "Word", "type": "string", "maxLength": 5 },
        { "title": "Box", "type": "object", "required": ["w"], "properties": {
            "w": { "type": "integer", "title": "W" }, "h": { "type": "integer", "title": "H" } } },
    ] });
    form(&json!({ "size": size })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        assert_eq!(page.names_of("radio", None).await, ["Pixels", "Word", "Box"]);
        assert_eq!(stage.sends().await, json!({}), "no kind, no value");
        page.pick_radio("Size", "Pixels").await;
        page.write(&page.value_box("size").await, "12").await;
        page.pick_radio("Size", "Word").await;
        page.write(&page.value_box("size").await, "large").await;
        page.pick_radio("Size", "Box").await;
        page.fill("size.w", "3").await;
        assert_eq!(stage.sends().await, json!({ "size": { "w": 3 } }));
        page.pick_radio("Size", "Pixels").await;
        assert_eq!(page.value_box("size").await.value().await.unwrap().as_deref(), Some("12"));
        assert_eq!(stage.sends().await, json!({ "size": 12 }));
        page.pick_radio("Size", "Word").await;
        assert_eq!(stage.sends().await, json!({ "size": "large" }));
        page.write(&page.value_box("size").await, "larger").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Size can have at most 5 characters."]);
        // What is wrong as another kind keeps nobody from sending this one.
        page.pick_radio("Size", "Box").await;
        assert_eq!(stage.sends().await, json!({ "size": { "w": 3 } }));
        page.press("Clear Size").await;
        assert_eq!(page.picked_radio("Size").await, None);
        assert_eq!(stage.sends().await, json!({}));
    });
}

#[test]
fn a_union_of_literals_and_numbers_shows_kind_and_literal_at_once() {
    let mode = json!({ "title": "Mode", "anyOf": [{ "enum": ["auto", "manual"] }, { "type": "integer" }] });
    form(&json!({ "mode": mode })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.pick_radio("Mode", "Choice").await;
        page.pick_radio("Mode", "Manual").await;
        let checked = "return [...document.querySelectorAll('#view-form :checked')].map(nameOf)";
        assert_eq!(page.eval(checked, &[]).await, json!(["Choice", "Manual"]));
        assert_eq!(stage.sends().await, json!({ "mode": "manual" }));
        page.pick_radio("Mode", "Number").await;
        page.write(&page.value_box("mode").await, "4").await;
        assert_eq!(stage.sends().await, json!({ "mode": 4 }));
        page.pick_radio("Mode", "Choice").await;
        assert_eq!(page.eval(checked, &[]).await, json!(["Choice", "Manual"]));
    });
}

#[test]
fn unions_nest_in_lists_of_unions() {
    let level =
        json!({ "title": "Level", "anyOf": [{ "type": "integer" }, { "type": "boolean" }] });
    let part = json!({ "anyOf": [
        { "type": "string" },
        { "title": "Detail", "type": "object", "properties": { "level": level } },
    ] });
    let thing = json!({ "title": "Thing", "anyOf": [
        { "type": "string" }, { "title": "Parts", "type": "array", "items": part },
    ] });
    form(&json!({ "thing": thing })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.pick_radio("Thing", "Parts").await;
        page.press("Add Thing").await;
        page.press("Add Thing").await;
        page.pick_radio("Thing 1", "Text").await;
        page.write(&page.value_box("thing.0").await, "plain").await;
        page.pick_radio("Thing 2", "Detail").await;
        page.pick_radio("Level", "Yes or no").await;
        page.find("switch", "Level").await.click().await.unwrap();
        let sent = json!({ "thing": ["plain", { "level": true }] });
        assert_eq!(stage.sends().await, sent);
        page.press("Move up Thing 2").await;
        assert_eq!(stage.sends().await, json!({ "thing": [{ "level": true }, "plain"] }));
        page.pick_radio("Level", "Number").await;
        page.write(&page.value_box("thing.0.level").await, "-3").await;
        assert_eq!(stage.sends().await, json!({ "thing": [{ "level": -3 }, "plain"] }));
        page.reload().await;
        page.shows_model("A form").await;
        page.reads(&json!({ "thing": [{ "level": -3 }, "plain"] })).await;
    });
}

#[test]
fn literals_come_as_radios_as_a_list_or_searchable() {
    let words = |count: usize| (0..count).map(|n| format!("word {n}")).collect::<Vec<_>>();
    let properties = json!({
        "few": { "enum": ["a", "b"] },
        "fixed": { "const": "v1" },
        "mixed": { "enum": [1, "1.5", true, 2.5] },
        "more": { "enum": words(12) },
        "many": { "enum": words(40) },
        "voice": { "anyOf": [{ "enum": ["Aria", "Sarah"] }, { "type": "string" }] },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.pick_radio("Few", "B").await;
        page.pick_radio("Fixed", "V1").await;
        page.pick_radio("Mixed", "True").await;
        let list = page.find("combobox", "More").await;
        list.send_keys("word 11").await.unwrap();
        let many = page.find("combobox", "Many").await;
        let offered =
            "return document.getElementById(arguments[0].getAttribute('list')).options.length";
        assert_eq!(page.eval(offered, &[many.to_json().unwrap()]).await, 40);
        page.write(&many, "word 39").await;
        let voice = page.find("combobox", "Voice").await;
        page.write(&voice, "Somebody Else").await;
        assert_eq!(
            stage.sends().await,
            json!({ "few": "b", "fixed": "v1", "mixed": true, "more": "word 11", "many": "word 39",
                "voice": "Somebody Else" })
        );
        page.write(&many, "word 40").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Many must be one of the choices."]);
        page.write(&many, "").await;
        page.write(&voice, "Aria").await;
        page.pick_radio("Mixed", "2.5").await;
        page.press("Clear Fixed").await;
        let sent = stage.sent_text().await;
        assert_eq!(sent, r#"{"few":"b","mixed":2.5,"more":"word 11","voice":"Aria"}"#);
    });
}

#[test]
fn a_tuple_is_a_group_of_places_and_a_map_has_names() {
    let point = json!({ "title": "Point", "type": "array", "minItems": 3, "maxItems": 3, "prefixItems": [
        { "type": "number" }, { "type": "integer", "title": "Row" }, { "enum": ["a", "b"] },
    ] });
    let map = |value: Value| json!({ "type": "object", "additionalProperties": value });
    let properties = json!({
        "point": point,
        "headers": map(json!({ "type": "string" })),
        "limits": map(json!({ "type": "integer", "maximum": 9 })),
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let group = page.find("group", "Point").await;
        let first = page.find_in(Some(&group), "spinbutton", Some("Value 1")).await;
        page.write(&first, "0.5").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Row is required.", "Value 3 is required."]);
        page.fill("point.1", "2").await;
        page.pick_radio("Value 3", "B").await;

        for (list, title) in [("headers", "Headers"), ("limits", "Limits")] {
            page.press(&format!("Add {title}")).await;
            page.press(&format!("Add {title}")).await;
            page.find("group", title).await;
            let role = if list == "limits" { "spinbutton" } else { "textbox" };
            for (index, (name, value)) in [("x.y", "1"), ("ünï", "2")].into_iter().enumerate() {
                let number = index + 1;
                let key = page.find("textbox", &format!("{title} {number} name")).await;
                page.write(&key, name).await;
                let value_box = page.find(role, &format!("{title} {number}")).await;
                page.write(&value_box, value).await;
            }
        }
        assert_eq!(
            stage.sends().await,
            json!({ "point": [0.5, 2, "b"], "headers": { "x.y": "1", "ünï": "2" },
                "limits": { "x.y": 1, "ünï": 2 } })
        );
        let key = page.find("textbox", "Headers 2 name").await;
        page.write(&key, "x.y").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Headers has two values named “x.y”."]);
        page.write(&key, "").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Headers has a value without a name."]);
        page.press("Remove Headers 2").await;
        page.press("Move up Limits 2").await;
        page.press("Remove Limits 2").await;
        page.press("Clear Point").await;
        assert_eq!(
            stage.sends().await,
            json!({ "headers": { "x.y": "1" }, "limits": { "ünï": 2 } })
        );
    });
}

#[test]
fn null_is_offered_where_it_says_something() {
    let nullable = |kind: &str| json!([{ "type": kind }, { "type": "null" }]);
    let properties = json!({
        "steps": { "anyOf": nullable("integer"), "default": 20 },
        "style": { "anyOf": nullable("string"), "default": "plain" },
        "loop": { "anyOf": nullable("boolean"), "default": true },
        "seed": { "anyOf": nullable("integer"), "default": null },
        "title": { "type": "string", "default": "x" },
        "tags": { "anyOf": [{ "type": "array", "items": { "type": "string" } }, { "type": "null" }], "default": ["a"] },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let offered = async || {
            let names = page.names_of("button", None).await;
            names.into_iter().filter(|name| name.starts_with("Send null")).collect::<Vec<_>>()
        };
        let all = ["Steps", "Style", "Loop", "Tags"].map(|title| format!("Send null for {title}"));
        let mut known = offered().await;
        known.sort();
        let mut wanted = all.to_vec();
        wanted.sort();
        assert_eq!(known, wanted);
        let pressed = async |name: &str| {
            page.find("button", name).await.attr("aria-pressed").await.unwrap().unwrap()
        };
        for name in &all {
            assert_eq!(pressed(name).await, "false", "{name}");
            page.press(name).await;
            assert_eq!(pressed(name).await, "true", "{name}");
        }
        let nothing = json!({ "steps": null, "style": null, "loop": null, "tags": null });
        assert_eq!(stage.sends().await, nothing);
        page.reload().await;
        page.shows_model("A form").await;
        page.reads(&nothing).await;
        // A second press, a value, or Clear takes it back.
        page.press("Send null for Steps").await;
        page.fill("style", "bold").await;
        page.press("Clear Loop").await;
        page.press("Add Tags").await;
        page.fill("tags.0", "b").await;
        assert_eq!(stage.sends().await, json!({ "style": "bold", "tags": ["b"] }));
        assert_eq!(pressed("Send null for Style").await, "false");
    });
}

#[test]
fn what_has_no_control_of_its_own_is_text_or_json() {
    let circle = json!({ "type": "object", "properties": {
        "child": { "$ref": "#/components/schemas/Node" }, "label": { "type": "string" } } });
    let properties = json!({
        "any": {},
        "impossible": { "type": "strange" },
        "node": { "$ref": "#/components/schemas/Node" },
    });
    let mut page = document("test/odd", "Odd", &properties, &[]);
    page["components"]["schemas"]["Node"] = circle;
    with_models(&[page]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("Odd").await;
        page.fill("any", "not json").await;
        assert_eq!(stage.sends().await, json!({ "any": "not json" }));
        page.fill("any", "[1, {\"a\": 2.50}]").await;
        page.fill("impossible", "{\"x\": 1e+400}").await;
        page.fill("node.child.label", "inner").await;
        let sent = stage.sent_text().await;
        assert_eq!(
            sent,
            r#"{"any":[1,{"a":2.50}],"impossible":{"x":1e+400},"node":{"child":{"label":"inner"}}}"#
        );
        page.fill("impossible", "{\n\"x\": }").await;
        page.press("Generate").await;
        let problem = "Impossible is not valid JSON: it goes wrong at line 2, column 6.";
        assert_eq!(page.problems().await, [problem]);
    });
}

#[test]
fn keys_that_nobody_listed_are_sent_or_refused_as_the_document_says() {
    let properties = json!({ "word": { "type": "string" } });
    let open = document("test/open", "Open", &properties, &[]);
    let mut closed = document("test/closed", "Closed", &properties, &[]);
    closed["components"]["schemas"]["Input"]["additionalProperties"] = json!(false);
    for (model, name) in [(open, "Open"), (closed, "Closed")] {
        with_models(&[model]).play(async |stage| {
            let page = &stage.page;
            page.shows_model(name).await;
            page.view("JSON").await;
            let editor = page.find("textbox", "JSON").await;
            page.insert(&editor, "{\"word\": \"a\", \"secret\": {\"deep\": [1.0]}}").await;
            let marked = "return spoken(document.getElementById('json-facts'))
                .includes('Sent, though the model does not list it: secret')";
            page.until_true("the unknown key to be marked", marked, &[]).await;
            page.view("Form").await;
            page.fill("word", "b").await;
            if name == "Open" {
                assert_eq!(stage.sent_text().await, r#"{"word":"b","secret":{"deep":[1.0]}}"#);
            } else {
                page.press("Generate").await;
                assert_eq!(page.problems().await, ["The input takes no “secret”."]);
            }
        });
    }
}
