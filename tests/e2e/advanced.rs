//! What is behind the fold of a long form, and the ways that lead there: problems, the model's own
//! complaints, and what was changed.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::documents::{document, form};
use super::page::Page;
use super::stage::{Stage, with_models};

/// Fourteen fields and more of these.
fn long_form(others: &Value) -> Value {
    let mut properties = json!({ "prompt": { "type": "string" } });
    let fields = properties.as_object_mut().unwrap();
    fields
        .extend((0..13).map(|n| (format!("knob_{n}"), json!({ "type": "integer", "maximum": 9 }))));
    fields.extend(others.as_object().unwrap().clone());
    document("test/long", "Long", &properties, &["prompt"])
}

async fn is_open(page: &Page) -> bool {
    page.eval("return document.querySelector('#view-form details').open", &[]).await == true
}

/// What stands on the fold.
async fn until_summary(page: &Page, expected: &str) {
    let look = async || {
        let tree = page.devtools("Accessibility.getFullAXTree", json!({})).await;
        let nodes = tree["nodes"].as_array().expect("a tree").iter();
        let mut summaries = nodes.filter(|node| node["role"]["value"] == "DisclosureTriangle");
        summaries.any(|node| node["name"]["value"] == expected).then_some(())
    };
    page.until(&format!("{expected:?} on the fold"), look).await;
}

/// Lets the model complain about these places, and asks the card to show the first.
async fn complain(stage: &Stage, detail: &Value) {
    let page = &stage.page;
    stage.engine.fault(Phase::Submit, Fault::unprocessable(detail), Times::Once);
    let job = page.generate().await;
    job.reaches("failed").await;
    job.press("Show field").await;
}

#[test]
fn a_short_form_is_open_and_a_long_one_is_folded() {
    let short = json!({ "prompt": { "type": "string" }, "knob": { "type": "integer" } });
    form(&short).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        assert!(is_open(page).await);
        page.find("spinbutton", "Knob").await;
    });
    with_models(&[long_form(&json!({ "seed": { "type": "integer" } }))]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("Long").await;
        page.control("knob_0", "").await;
        assert!(!is_open(page).await);
        assert!(!page.has("spinbutton", "Knob 0").await, "it is out of sight");
        page.find("textbox", "Seed").await;
        until_summary(page, "Advanced").await;
        page.browser
            .find(thirtyfour::By::Css("#view-form summary"))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        page.fill("knob_3", "3").await;
        page.fill("knob_4", "4").await;
        until_summary(page, "Advanced 2 changed").await;
        page.fill("knob_4", "").await;
        until_summary(page, "Advanced 1 changed").await;
        page.press("Reset settings").await;
        until_summary(page, "Advanced").await;
    });
}

#[test]
fn a_problem_behind_the_fold_is_led_to() {
    with_models(&[long_form(&json!({}))]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("Long").await;
        page.fill("prompt", "a kite").await;
        page.view("JSON").await;
        let editor = page.find("textbox", "JSON").await;
        page.insert(&editor, "{\"prompt\": \"a kite\", \"knob_7\": 12}").await;
        page.view("Form").await;
        assert!(!is_open(page).await);
        page.press("Generate").await;
        page.click("button", "Knob 7 must be at most 9.").await;
        page.until_focused("knob_7").await;
        assert!(is_open(page).await);
        assert!(page.complaint("knob_7").await.unwrap().contains("must be at most 9"));
        page.fill("knob_7", "9").await;
        assert_eq!(stage.sends().await, json!({ "prompt": "a kite", "knob_7": 9 }));
    });
}

#[test]
fn what_the_model_refuses_behind_the_fold_is_led_to() {
    with_models(&[long_form(&json!({}))]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("Long").await;
        page.fill("prompt", "a kite").await;
        let detail =
            json!([{ "loc": ["body", "knob_5"], "msg": "No fives today", "type": "value_error" }]);
        complain(stage, &detail).await;
        page.until_focused("knob_5").await;
        assert!(is_open(page).await);
        assert!(page.complaint("knob_5").await.unwrap().contains("No fives today"));
    });
}

#[test]
fn a_complaint_finds_its_field_however_deep() {
    let lora = json!({ "title": "LoraWeight", "type": "object", "required": ["path"], "properties": {
        "path": { "type": "string", "title": "Path" }, "scale": { "type": "number", "title": "Scale" } } });
    let size = json!({ "title": "Size", "anyOf": [
        { "type": "integer", "title": "Pixels" },
        { "title": "Box", "type": "object", "properties": { "w": { "type": "integer", "title": "W" } } },
    ] });
    let properties = json!({
        "loras": { "type": "array", "title": "Loras", "items": lora },
        "size": size,
        "headers": { "type": "object", "additionalProperties": { "type": "string" } },
        "image_size": { "anyOf": [
            { "enum": ["square", "portrait_4_3"] },
            { "title": "ImageSize", "type": "object", "properties": {
                "width": { "type": "integer", "title": "Width" } } },
        ] },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.press("Add Loras").await;
        page.fill("loras.0.path", "a").await;
        page.press("Add Loras").await;
        page.fill("loras.1.path", "b").await;
        page.fill("loras.1.scale", "2").await;
        page.pick_radio("Size", "Box").await;
        page.fill("size.w", "3").await;
        page.press("Add Headers").await;
        let key = page.find("textbox", "Headers 1 name").await;
        page.write(&key, "x").await;
        page.write(&page.find("textbox", "Headers 1").await, "y").await;
        page.choose("image_size", "custom").await;
        page.fill("image_size.width", "5").await;
        for (loc, name, message) in [
            (json!(["body", "loras", 1, "scale"]), "loras.1.scale", "too strong"),
            (json!(["body", "loras", 0, "LoraWeight", "path"]), "loras.0.path", "not found"),
            (json!(["body", "size", "Box", "w"]), "size.w", "too narrow"),
            (json!(["body", "image_size", "ImageSize", "width"]), "image_size.width", "odd"),
            (json!(["body", "image_size", "function-after[check(), ImageSize]", "width"]), "image_size.width", "still odd"),
            (json!(["body", "headers", "x"]), "headers.0", "no y"),
        ] {
            complain(stage, &json!([{ "loc": loc, "msg": message, "type": "value_error" }])).await;
            page.until_focused(name).await;
            let said = "return tidy(spoken(document.activeElement.closest('.field'))).includes(arguments[0])";
            page.until_true(&format!("{message:?} at {name}"), said, &[json!(message)]).await;
        }
        // A list that is refused as a whole leads to the list.
        let detail = json!([{ "loc": ["body", "loras"], "msg": "One is enough", "type": "too_long" }]);
        complain(stage, &detail).await;
        page.until_focused("Add Loras").await;
        let said = "return find('group', 'Loras').closest('.field').textContent.includes('One is enough')";
        page.until_true("the complaint at the list", said, &[]).await;
    });
}

#[test]
fn a_complaint_is_shown_from_any_view() {
    with_models(&[long_form(&json!({}))]).play(async |stage| {
        let page = &stage.page;
        page.shows_model("Long").await;
        page.fill("prompt", "a kite").await;
        page.view("Code").await;
        let detail =
            json!([{ "loc": ["body", "knob_2"], "msg": "Not now", "type": "value_error" }]);
        complain(stage, &detail).await;
        page.until_focused("knob_2").await;
    });
}
