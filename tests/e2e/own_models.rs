//! Models of a person's own: brought as a file, dropped, pasted or asked for, kept in this browser, and
//! what becomes of a draft when its model's document changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::documents::document;
use super::page::Page;
use super::pasting::paste;
use super::stage::{play, with_models, with_models_at};

/// A model with a prompt and these other fields.
pub fn model(endpoint: &str, name: &str, others: &Value) -> Value {
    let mut properties = json!({ "prompt": { "type": "string" } });
    properties.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    document(endpoint, name, &properties, &["prompt"])
}

fn saved(folder: &Path, document: &Value) -> PathBuf {
    let path = folder.join("openapi.json");
    fs::write(&path, document.to_string()).expect("a file for the test");
    path
}

/// Opens the list of models and hands a file to its picker.
async fn choose_file(page: &Page, path: &Path) {
    page.press("Model").await;
    let picker = page.find("file", "Model document").await;
    picker.send_keys(path.to_string_lossy().as_ref()).await.unwrap();
}

/// Drops a file of this text on a part of the page.
pub async fn drop_text(page: &Page, place: &str, text: &str) {
    let script = "const hands = new DataTransfer();
        hands.items.add(new File([arguments[1]], 'openapi.json', { type: 'application/json' }));
        const options = { bubbles: true, cancelable: true, dataTransfer: hands };
        document.querySelector(arguments[0]).dispatchEvent(new DragEvent('drop', options))";
    page.eval(script, &[json!(place), json!(text)]).await;
}

pub async fn choose(page: &Page, name: &str) {
    page.press("Model").await;
    page.click("option", name).await;
    page.shows_model(name).await;
}

/// Chooses by its place: what has not been opened yet may be listed by another name.
async fn choose_at(page: &Page, place: usize, name: &str) {
    page.press("Model").await;
    let listed = page.names_of("option", None).await.swap_remove(place);
    page.click("option", &listed).await;
    page.shows_model(name).await;
}

pub async fn until_trouble(page: &Page, part: &str) {
    let script = "return find('alert', null)?.textContent.includes(arguments[0]) ?? false";
    page.until_true(&format!("a notice with {part:?}"), script, &[json!(part)]).await;
}

#[test]
fn a_document_is_chosen_dropped_or_pasted_and_kept() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite of my own").await;
        let by_file = model("me/by-file", "By file", &json!({ "a": { "type": "integer" } }));
        choose_file(page, &saved(&stage.files, &by_file)).await;
        page.shows_model("By file").await;
        assert!(!page.has("listbox", "Models").await, "the list is closed");
        assert_eq!(page.entry("prompt").await, "a kite of my own", "the prompt comes along");
        let by_drop = model("me/by-drop", "By drop", &json!({ "b": { "type": "boolean" } }));
        drop_text(page, "main", &by_drop.to_string()).await;
        page.shows_model("By drop").await;
        let by_paste = model("me/by-paste", "By paste", &json!({ "c": { "type": "string" } }));
        assert!(paste(page, "main", &format!("\n{by_paste:#}")).await);
        page.shows_model("By paste").await;
        page.fill("c", "see").await;
        assert_eq!(stage.sends().await, json!({ "prompt": "a kite of my own", "c": "see" }));
        assert_eq!(stage.engine.submissions()[0].endpoint, "me/by-paste");

        page.reload().await;
        page.shows_model("By paste").await;
        assert_eq!(page.entry("c").await, "see");
        page.press("Model").await;
        let names = page.names_of("option", None).await;
        assert_eq!(names.len(), 11, "{names:?}");
        assert_eq!(names[10], "By paste");
        page.click("option", &names[8]).await;
        page.shows_model("By file").await;

        // Taken away, it is gone for good, and what is left goes on.
        page.press("Model").await;
        let endpoint = page.find("textbox", "Endpoint id").await;
        page.write(&endpoint, "fal-ai/fl").await;
        page.press("Remove By paste from this browser").await;
        page.until_focused("By file").await;
        assert_eq!(endpoint.value().await.unwrap().as_deref(), Some("fal-ai/fl"));
        let left = "return [...document.querySelectorAll('[role=option]')].map(nameOf)";
        page.until_true("it to go", &format!("{left}.length === 10"), &[]).await;
        let kept = page.eval("return Object.keys(localStorage).join(' ')", &[]).await;
        assert!(!kept.as_str().unwrap().contains("me/by-paste"), "nothing is left of it: {kept}");
        page.reload().await;
        page.shows_model("By file").await;
        page.press("Model").await;
        assert_eq!(page.names_of("option", None).await.len(), 10);
    });
}

#[test]
fn the_model_in_front_can_be_removed() {
    play(async |stage| {
        let page = &stage.page;
        drop_text(page, "main", &model("me/mine", "Mine", &json!({})).to_string()).await;
        page.shows_model("Mine").await;
        page.press("Model").await;
        page.press("Remove Mine from this browser").await;
        page.until_true(
            "its button to go",
            "return !find('button', 'Remove Mine from this browser')",
            &[],
        )
        .await;
        page.reload().await;
        page.shows_model("FLUX.1 [dev]").await;
        page.generate_from("a kite after all").await.is_done().await;
    });
}

#[test]
fn what_is_no_document_is_refused_and_the_form_stays() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite that stays").await;
        let no_submit =
            json!({ "openapi": "3.0.4", "paths": { "/a/b": { "get": {} } } }).to_string();
        for (text, part) in [
            ("{\"openapi\": \"3.0.4\", \"paths\": {", "goes wrong at line 1, column"),
            (&no_submit, "describes no model"),
            ("\u{0}\u{1}binary", "cannot be read as JSON"),
        ] {
            drop_text(page, "main", text).await;
            until_trouble(page, part).await;
            page.press("Dismiss").await;
            page.until_true("the notice to go", "return !find('alert', null)", &[]).await;
        }
        // What is said next does not take the place of what nobody has read, and is said once.
        for text in ["{", &no_submit, "{"] {
            drop_text(page, "main", text).await;
        }
        until_trouble(page, "describes no model").await;
        until_trouble(page, "goes wrong at line 1, column").await;
        let count = page.eval("return find('alert', null).querySelectorAll('p').length", &[]).await;
        assert_eq!(count, 2);
        page.press("Dismiss").await;
        page.shows_model("FLUX.1 [dev]").await;
        assert_eq!(page.entry("prompt").await, "a kite that stays");
        let kept =
            page.eval("return localStorage.getItem('flux-studio.documents') ?? ''", &[]).await;
        assert_eq!(kept, "");
    });
}

#[test]
fn hostile_documents_are_refused_within_two_seconds() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a calm kite").await;
        // Every definition holds two of the next: read out, a form of 2^60 fields.
        let mut schemas = serde_json::Map::new();
        for level in 0..60 {
            let next = json!({ "$ref": format!("#/components/schemas/L{}", level + 1) });
            let level = (
                format!("L{level}"),
                json!({ "type": "object", "properties": { "a": next, "b": next } }),
            );
            schemas.extend([level]);
        }
        let mut bomb =
            model("me/bomb", "Bomb", &json!({ "x": { "$ref": "#/components/schemas/L0" } }));
        bomb["components"]["schemas"].as_object_mut().unwrap().extend(schemas);
        let wide: serde_json::Map<String, Value> =
            (0..40_000).map(|n| (format!("field{n}"), json!({ "type": "string" }))).collect();
        let wide = model("me/wide", "Wide", &Value::Object(wide));
        let deep = format!("{{\"openapi\": \"3\", \"paths\": {}", "[".repeat(1_000_000));
        let large = format!("{{\"openapi\": \"3\", \"paths\": \"{}\"}}", "x".repeat(20_000_000));
        for (what, text) in [
            ("20 MB", large),
            ("a million brackets", deep),
            ("40,000 fields", wide.to_string()),
            ("a bomb", bomb.to_string()),
        ] {
            let path = stage.files.join("openapi.json");
            fs::write(&path, text).unwrap();
            page.press("Model").await;
            let picker = page.find("file", "Model document").await;
            let start = Instant::now();
            picker.send_keys(path.to_string_lossy().as_ref()).await.unwrap();
            page.until_true(what, "return !!find('alert', null)", &[]).await;
            let took = start.elapsed();
            assert!(took < Duration::from_secs(2), "{what} took {took:?}");
            page.press("Dismiss").await;
            assert_eq!(page.entry("prompt").await, "a calm kite");
        }
        page.generate().await.is_done().await;
    });
}

#[test]
fn every_model_keeps_its_own_draft() {
    let fields = json!({ "seed": { "type": "integer" }, "loras": { "type": "array", "items": { "type": "string" } } });
    let models = [model("test/one", "One", &fields), model("test/two", "Two", &fields)];
    with_models(&models).play(async |stage| {
        let page = &stage.page;
        page.shows_model("One").await;
        page.fill("prompt", "shared").await;
        page.fill("seed", "1").await;
        page.press("Add Loras").await;
        page.fill("loras.0", "first").await;
        choose_at(page, 1, "Two").await;
        assert_eq!(page.entry("prompt").await, "shared");
        assert_eq!(page.entry("seed").await, "");
        assert!(!page.has("button", "Remove Loras 1").await);
        page.fill("seed", "2").await;
        choose(page, "One").await;
        assert_eq!(page.entry("seed").await, "1");
        assert_eq!(page.entry("loras.0").await, "first");
        choose(page, "Two").await;
        page.reload().await;
        page.shows_model("Two").await;
        assert_eq!(page.entry("seed").await, "2");
        choose_at(page, 0, "One").await;
        assert_eq!(
            stage.sends().await,
            json!({ "prompt": "shared", "seed": 1, "loras": ["first"] })
        );
    });
}

#[test]
fn a_changed_document_takes_what_it_can_of_the_draft_and_says_the_rest() {
    play(async |stage| {
        let page = &stage.page;
        let old = json!({
            "steps": { "type": "integer" }, "mode": { "enum": ["slow", "fast"] },
            "gone": { "type": "string", "title": "Gone" }, "kept": { "type": "string" },
        });
        drop_text(page, "main", &model("me/mine", "Mine", &old).to_string()).await;
        page.shows_model("Mine").await;
        page.fill("prompt", "a kite").await;
        page.fill("steps", "40").await;
        page.pick_radio("Mode", "Slow").await;
        page.fill("gone", "away").await;
        page.fill("kept", "here").await;
        page.reads(&json!({ "prompt": "a kite", "steps": 40, "mode": "slow", "gone": "away", "kept": "here" })).await;
        let new = json!({
            "steps": { "type": "integer", "maximum": 30 }, "mode": { "enum": ["quick", "fast"] },
            "kept": { "type": "string" }, "fresh": { "type": "integer", "default": 1 },
        });
        drop_text(page, "main", &model("me/mine", "Mine", &new).to_string()).await;
        page.control("fresh", "").await;
        for part in [
            "Mine has changed since you last used it. Left out: ",
            "gone is no longer an input",
            "Steps must be at most 30",
            "Mode must be one of the choices",
        ] {
            until_trouble(page, part).await;
        }
        page.press("Dismiss").await;
        assert_eq!(stage.sends().await, json!({ "prompt": "a kite", "kept": "here" }));
        // Told once.
        page.reload().await;
        page.shows_model("Mine").await;
        assert!(!page.has("button", "Dismiss").await);
        page.press("Model").await;
        let mine = page.names_of("option", None).await;
        assert_eq!(mine.iter().filter(|name| *name == "Mine").count(), 1, "one of each");
    });
}

#[test]
fn a_document_for_a_bundled_endpoint_is_another_model() {
    play(async |stage| {
        let page = &stage.page;
        let mine = model("fal-ai/flux/dev", "My dev", &json!({ "own": { "type": "integer" } }));
        drop_text(page, "main", &mine.to_string()).await;
        page.shows_model("My dev").await;
        page.reload().await;
        page.shows_model("My dev").await;
        page.control("own", "").await;
        page.fill("own", "1").await;
        choose(page, "FLUX.1 [dev]").await;
        page.control("acceleration", "").await;
        page.fill("seed", "2").await;
        choose(page, "My dev").await;
        assert_eq!(page.entry("own").await, "1");
        // Each keeps its own draft, in the next visit too.
        page.reload().await;
        assert_eq!(page.entry("own").await, "1");
        choose(page, "FLUX.1 [dev]").await;
        assert_eq!(page.entry("seed").await, "2");
        page.press("Model").await;
        let selected = "return [...document.querySelectorAll('[aria-selected=true][role=option]')]
            .map(nameOf).join()";
        assert_eq!(page.eval(selected, &[]).await, "FLUX.1 [dev]", "one of the two");
    });
}

#[test]
fn a_hosts_document_for_the_first_endpoint_is_shown() {
    let mine = model("fal-ai/flux/dev", "Our dev", &json!({ "ours": { "type": "integer" } }));
    with_models_at(vec![("models/ours.json".to_owned(), mine)]).play(async |stage| {
        stage.page.shows_model("Our dev").await;
        stage.page.control("ours", "").await;
    });
}

#[test]
fn a_hosts_document_is_found_by_its_endpoint() {
    let place = |name: &str| format!("models/{name}.json");
    let models = vec![
        (place("one"), model("test/one", "One", &json!({}))),
        (place("ours"), model("test/two", "Two", &json!({}))),
    ];
    with_models_at(models).play(async |stage| {
        let page = &stage.page;
        page.shows_model("One").await;
        let command = "curl https://queue.fal.run/test/two -d '{\"prompt\": \"for two\"}'";
        assert!(paste(page, "main", command).await);
        page.shows_model("Two").await;
        assert_eq!(page.entry("prompt").await, "for two");
    });
}
