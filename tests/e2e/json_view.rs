//! The input as JSON: the same input as the form's, both ways, to the letter.

use serde_json::{Value, json};

use super::bytes::{data_uri, picture};
use super::documents::{document, form};
use super::files::{choose_image_to_image, pick, previewed};
use super::page::Page;
use super::stage::{Stage, play, with_models};

/// Replaces the text of the editor.
async fn edit(page: &Page, text: &str) {
    let editor = page.find("textbox", "JSON").await;
    page.insert(&editor, text).await;
}

async fn until_text(page: &Page, expected: &str) {
    page.until_json(&format!("{expected:?}"), |text| text == expected).await;
}

/// What is said below the editor.
async fn until_said(page: &Page, part: &str) {
    let script = "return spoken(find('textbox', 'JSON').closest('.field')).includes(arguments[0])";
    page.until_true(&format!("{part:?} below the editor"), script, &[json!(part)]).await;
}

#[test]
fn an_empty_form_is_an_empty_object() {
    play(async |stage| {
        stage.page.view("JSON").await;
        until_text(&stage.page, "{}").await;
    });
}

#[test]
fn a_problem_of_no_field_leads_to_the_json() {
    let mut model = document("test/form", "A form", &json!({ "a": { "type": "string" } }), &[]);
    model["components"]["schemas"]["Input"]["additionalProperties"] = false.into();
    with_models(&[model]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.view("JSON").await;
        edit(page, "{\"b\": 1}").await;
        page.view("Form").await;
        page.press("Generate").await;
        let problems = page.problems().await;
        assert_eq!(problems.len(), 1, "{problems:?}");
        page.click("button", &problems[0]).await;
        page.until_focused("JSON").await;
    });
}

#[test]
fn problems_of_groups_lead_to_what_is_first_in_them() {
    let properties = json!({
        "kind": { "title": "Kind", "anyOf": [{ "type": "integer" }, { "type": "array", "items": { "type": "integer" } }] },
        "place": { "title": "Place", "type": "array", "prefixItems": [{ "type": "number" }, { "type": "number" }], "minItems": 2 },
        "words": { "title": "Words", "type": "array", "items": { "type": "string" } },
        "sizes": { "title": "Sizes", "type": "object", "additionalProperties": { "type": "integer" } },
    });
    let required = ["kind", "place", "words"];
    with_models(&[document("test/form", "A form", &properties, &required)]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.press("Add Sizes").await;
        page.find("textbox", "Sizes 1 name").await.send_keys("a").await.unwrap();
        page.press("Generate").await;
        for (problem, name) in [
            ("Kind is required.", "kind|kind"),
            ("Place is required.", "place.0"),
            ("Words is required.", "Add Words"),
            ("Sizes 1 is required.", "sizes.0"),
        ] {
            page.click("button", problem).await;
            page.until_focused(name).await;
        }
        let kind = page.eval("return document.activeElement.type", &[]).await;
        assert_eq!(kind, "number", "not the name of the value");
    });
}

#[test]
fn form_and_json_say_the_same_both_ways() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a “kite”\nin the wind").await;
        page.choose("image_size", "custom").await;
        page.fill("image_size.width", "640").await;
        page.fill("guidance_scale", "2.50").await;
        page.control("sync_mode", "").await.click().await.unwrap();
        page.view("JSON").await;
        let text = page.json_text().await;
        let lines = [
            "{",
            "  \"prompt\": \"a “kite”\\nin the wind\",",
            "  \"image_size\": {",
            "    \"width\": 640,",
            "    \"height\": 768",
            "  },",
            "  \"guidance_scale\": 2.50,",
            "  \"sync_mode\": true",
            "}",
        ];
        assert_eq!(text, lines.join("\n"));
        until_said(page, "Not the model's default: Prompt, Image Size (default landscape_4_3), ")
            .await;
        until_said(page, "Guidance scale (CFG) (default 3.5)").await;

        let edited = r#"{"guidance_scale": 9.75, "prompt": "", "seed": -5, "image_size": "square", "sync_mode": false, "acceleration": "none"}"#;
        edit(page, edited).await;
        until_text(page, edited).await;
        page.view("Form").await;
        assert_eq!(page.entry("guidance_scale").await, "9.75");
        assert_eq!(page.entry("seed").await, "-5");
        assert_eq!(page.entry("prompt").await, "");
        assert_eq!(page.chosen("image_size").await.as_deref(), Some("square"));
        assert_eq!(page.entry("num_images").await, "", "what is not there is unset");
        page.fill("prompt", "a kite").await;
        page.view("JSON").await;
        let written = "{\n  \"prompt\": \"a kite\",\n  \"image_size\": \"square\",\n  \"seed\": -5,\n  \"guidance_scale\": 9.75,\n  \"sync_mode\": false,\n  \"acceleration\": \"none\"\n}";
        until_text(page, written).await;
        // From here it is sent as well.
        let sent = stage.sends().await;
        assert_eq!(sent, serde_json::from_str::<Value>(written).unwrap());
    });
}

#[test]
fn what_is_no_json_is_told_where_and_changes_nothing() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kept kite").await;
        page.view("JSON").await;
        for (text, part) in [
            ("{\n  \"prompt\": \"x\",\n}", "line 3, column 1"),
            ("{\"prompt\" \"x\"}", "line 1, column 11"),
            ("", "line 1, column 0"),
            ("[1]", "has to be a JSON object"),
        ] {
            edit(page, text).await;
            until_said(page, part).await;
            let editor = page.find("textbox", "JSON").await;
            assert_eq!(
                editor.attr("aria-invalid").await.unwrap().as_deref(),
                Some("true"),
                "{text}"
            );
            let described =
                "return find('textbox', 'JSON').getAttribute('aria-describedby').split(' ')
                .some((id) => document.getElementById(id)?.textContent.includes(arguments[0]))";
            assert_eq!(page.eval(described, &[json!(part)]).await, true, "{text}");
        }
        assert_eq!(page.json_text().await, "[1]", "the text stays as it was typed");
        assert_eq!(stage.sends().await, json!({ "prompt": "a kept kite" }));
        edit(page, "{\"prompt\": \"another\"}").await;
        let valid = "return !find('textbox', 'JSON').hasAttribute('aria-invalid')";
        page.until_true("the complaint to go", valid, &[]).await;
        assert_eq!(stage.sends().await, json!({ "prompt": "another" }));
    });
}

#[test]
fn values_of_another_kind_are_kept_and_told() {
    play(async |stage| {
        let page = &stage.page;
        page.view("JSON").await;
        let text = r#"{"prompt": 5, "seed": "7", "num_images": [1], "image_size": {"width": "x", "depth": 1}}"#;
        edit(page, text).await;
        until_said(page, "Sent, though the model does not list it: image_size.depth").await;
        page.press("Generate").await;
        page.find("alert", "Problems").await;
        assert!(stage.engine.submissions().is_empty());
        assert_eq!(page.json_text().await, text);
        page.view("Form").await;
        let problems = page.problems().await;
        for part in [
            "Prompt must be a text.",
            "Seed must be a whole number.",
            "Num Images must be a number.",
        ] {
            let part = part.replace("a number", "a whole number");
            assert!(problems.contains(&part), "{part}: {problems:?}");
        }
        // And through the form and back nothing of it is lost.
        page.fill("guidance_scale", "1").await;
        let mut expected: Value = serde_json::from_str(text).unwrap();
        expected["guidance_scale"] = json!(1);
        page.reads(&expected).await;
    });
}

#[test]
fn problems_lead_from_the_json_view_to_the_field() {
    play(async |stage| {
        let page = &stage.page;
        page.view("JSON").await;
        edit(page, "{\"prompt\": \"a kite\", \"num_images\": 9}").await;
        page.press("Generate").await;
        page.click("button", "Num Images must be at most 4.").await;
        page.until_focused("num_images").await;
    });
}

#[test]
fn long_integers_keep_all_their_digits() {
    play(async |stage| {
        let page = &stage.page;
        let seed = "123456789012345678901234567890";
        page.view("JSON").await;
        edit(page, &format!("{{\"prompt\": \"a kite\", \"seed\": {seed}}}")).await;
        page.view("Form").await;
        assert_eq!(page.entry("seed").await, seed);
        let sent = stage.sent_text().await;
        assert_eq!(sent, format!("{{\"prompt\":\"a kite\",\"seed\":{seed}}}"));
        page.fill("seed", &seed.chars().rev().collect::<String>()).await;
        page.view("JSON").await;
        let text = page.json_text().await;
        assert!(text.contains("\"seed\": 98765432109876543210987654321"), "{text}");
    });
}

/// A picture in the form, whose data URI is too long to be read.
async fn with_picture(stage: &Stage) -> String {
    let page = &stage.page;
    choose_image_to_image(page).await;
    page.fill("prompt", "a kite").await;
    let path = picture(&stage.files, "kite.png", 96, 64);
    pick(page, &path).await;
    previewed(page, 96).await;
    let uri = data_uri(&path);
    assert!(uri.len() > 300, "{}", uri.len());
    uri
}

#[test]
fn files_are_folded_and_sent_whole() {
    play(async |stage| {
        let page = &stage.page;
        let uri = with_picture(stage).await;
        page.view("JSON").await;
        let text = page.json_text().await;
        assert!(text.contains("\"image_url\": \"data:image/png;base64,… (file 1, "), "{text}");
        assert!(text.len() < 200, "{text}");
        edit(page, &text.replace("a kite", "another kite")).await;
        assert_eq!(stage.sends().await, json!({ "image_url": uri, "prompt": "another kite" }));
        page.view("Form").await;
        previewed(page, 96).await;
    });
}

#[test]
fn changing_the_view_keeps_what_was_typed() {
    let properties = json!({ "prompt": { "type": "string" }, "count": { "type": "integer" } });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.fill("prompt", "a kite").await;
        page.view("JSON").await;
        // Written as nobody else would write it.
        let odd = "{ \"count\":3,\n\"prompt\":\"a kite\" }";
        edit(page, odd).await;
        page.view("Code").await;
        page.find("code", "Code").await;
        page.view("JSON").await;
        until_text(page, odd).await;
        let unfinished = "{ \"count\":3,\n\"prompt\":\"a ki";
        edit(page, unfinished).await;
        page.view("Form").await;
        assert_eq!(page.entry("count").await, "3");
        page.view("JSON").await;
        until_text(page, unfinished).await;
        until_said(page, "This is not JSON").await;
        // What is then entered in the form is the input, and the text follows.
        page.view("Form").await;
        page.fill("count", "4").await;
        page.view("JSON").await;
        until_text(page, "{\n  \"prompt\": \"a kite\",\n  \"count\": 4\n}").await;
    });
}

#[test]
fn reset_reuse_and_another_model_rewrite_the_text() {
    play(async |stage| {
        let page = &stage.page;
        page.view("JSON").await;
        edit(page, "{\"prompt\": \"a kite\", \"seed\": 5}").await;
        page.generate().await.is_done().await;
        page.press("Reset settings").await;
        until_text(page, "{\n  \"prompt\": \"a kite\"\n}").await;
        page.job(0).await.press("Reuse settings").await;
        until_text(page, "{\n  \"prompt\": \"a kite\",\n  \"seed\": 5\n}").await;
        page.press("Model").await;
        page.click("option", "FLUX.1 [schnell]").await;
        until_text(page, "{\n  \"prompt\": \"a kite\"\n}").await;
    });
}
