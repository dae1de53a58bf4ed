//! axe-core finds nothing, in any state, light or dark, wide or narrow.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::{env, fs};

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::bytes::picture;
use super::documents::{document, form};
use super::files::{choose_image_to_image, pick, previewed};
use super::page::Page;
use super::pasting::paste;
use super::progress::{at_work, open_log};
use super::stage::{Setting, Stage};

/// The checker, if it is at hand.
fn axe() -> Option<String> {
    let Some(path) = env::var_os("FLUX_STUDIO_AXE") else {
        // Past the harness, which keeps the output of what passes to itself.
        let line = "SKIPPED: FLUX_STUDIO_AXE names no axe.min.js, so axe has looked at nothing\n";
        io::stderr().write_all(line.as_bytes()).ok();
        return None;
    };
    Some(fs::read_to_string(path).expect("axe.min.js can be read"))
}

/// Looks at the page as it stands in all colours and widths.
async fn check(page: &Page, axe: &str, state: &str) {
    page.browser.execute(axe, vec![]).await.expect("axe loads");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for width in [1280, 390] {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        page.devtools("Emulation.setDeviceMetricsOverride", size).await;
        for colours in ["light", "dark"] {
            let features = json!({ "features": [
                { "name": "prefers-color-scheme", "value": colours },
                // What is fading in has the contrast of neither end.
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ] });
            page.devtools("Emulation.setEmulatedMedia", features).await;
            let wide = "return document.documentElement.scrollWidth > innerWidth";
            let is_too_wide = page.eval(wide, &[]).await == true;
            let too_wide = is_too_wide.then(|| "the page scrolls sideways".to_owned());
            for finding in run(page).await.into_iter().chain(too_wide) {
                found.entry(finding).or_default().push(format!("{width} px {colours}"));
            }
        }
    }
    page.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
    let lines: Vec<String> =
        found.iter().map(|(what, where_)| format!("{what} ({})", where_.join(", "))).collect();
    assert!(found.is_empty(), "{state}:\n{}", lines.join("\n"));
}

async fn run(page: &Page) -> Vec<String> {
    let script = "const done = arguments[0];
        // WCAG 2.2 asks for it, axe does not by itself.
        const rules = { rules: { 'target-size': { enabled: true } } };
        axe.run(document, rules).then(
            (result) => done(result.violations.flatMap((rule) => rule.nodes.map(
                (node) => `${rule.id}: ${rule.help}: ${node.html.slice(0, 120)}`))),
            (error) => done([String(error)]))";
    let findings = page.browser.execute_async(script, vec![]).await.expect("axe runs");
    let findings = findings.json().as_array().cloned().unwrap_or_default();
    findings.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Brings the page into a state and looks at it.
fn checked(state: &str, bring: impl AsyncFnOnce(&Stage)) {
    checked_on(Setting::default(), state, bring);
}

/// The same on a stage of another setting.
fn checked_on(setting: Setting, state: &str, bring: impl AsyncFnOnce(&Stage)) {
    let Some(axe) = axe() else { return };
    setting.play(async |stage| {
        bring(stage).await;
        check(&stage.page, &axe, state).await;
    });
}

#[test]
fn nothing_is_found_on_the_empty_studio() {
    checked("empty studio", async |_| ());
}

#[test]
fn nothing_is_found_in_the_settings() {
    checked("settings", async |stage| {
        let page = &stage.page;
        page.press("Settings").await;
        stage.engine.fault(Phase::Status, Fault::unauthorized(), Times::Once);
        page.press("Test connection").await;
        // The button takes no press while the first test runs.
        let whole = "return find('list', 'Connection report')?.ariaBusy === 'false'
            && !find('button', 'Test connection').disabled";
        page.until_true("the whole report", whole, &[]).await;
        let field = page.find("textbox", "Proxy URL").await;
        page.write(&field, "http://proxy.example").await;
        page.press("Test connection").await;
        page.until_true(
            "a complaint",
            "return !!document.querySelector('dialog [aria-invalid=true]')",
            &[],
        )
        .await;
    });
}

#[test]
fn nothing_is_found_on_jobs_that_failed_wait_or_are_in_trouble() {
    checked("jobs", async |stage| {
        let page = &stage.page;
        let field =
            json!([{ "loc": ["body", "seed"], "msg": "Odd seeds only", "type": "value_error" }]);
        stage.engine.fault(Phase::Submit, Fault::unprocessable(&field), Times::Once);
        let failed = page.generate_from("a failed kite").await;
        failed.reaches("failed").await;
        failed.press("Show field").await;
        stage.engine.fault(Phase::Submit, Fault::cut(), Times::Once);
        page.generate_from("an unconfirmed kite").await.reaches("unconfirmed").await;
        stage.engine.hold();
        let cancelled = page.generate_from("a cancelled kite").await;
        cancelled.reaches("queued").await;
        cancelled.press("Cancel").await;
        cancelled.reaches("cancelled").await;
        stage.engine.fault(Phase::Status, Fault::server_error(), Times::Always);
        page.generate_from("a troubled kite").await.is_troubled().await;
    });
}

#[test]
fn nothing_is_found_on_a_job_at_work_with_its_log() {
    checked("at work", async |stage| {
        let page = &stage.page;
        page.generate_from("a kite before").await.is_done().await;
        stage.engine.hold();
        page.generate_from("a queued kite").await.reaches("queued").await;
        for (line, level, prompt) in [
            ("ERROR: no memory on <b>this</b> machine", "ERROR", "a kite that reads"),
            (" 64%|██████▍   | 18/28 [00:02<00:01,  7.51it/s]", "WARNING", "a kite that counts"),
        ] {
            let body = at_work(&[(0, "INFO", "Loading"), (1, level, line)]);
            stage.engine.clear_faults();
            stage.engine.fault(Phase::Status, Fault::json(202, &body), Times::Always);
            page.generate_from(prompt).await.reaches("running").await;
        }
        open_log(page, 2).await;
        open_log(page, 3).await;
    });
}

#[test]
fn nothing_is_found_on_jobs_that_are_done() {
    checked("done", async |stage| {
        stage.page.choose("image_size", "square").await;
        stage.page.generate_from("a nude statue").await.is_done().await;
        stage.page.generate_from("a dressed statue").await.is_done().await;
    });
}

#[test]
fn nothing_is_found_on_outputs_of_every_kind() {
    checked("outputs", async |stage| {
        stage.engine.fault(Phase::File, Fault::hang(), Times::Always);
        let body = json!({
            "video": { "url": format!("{}/demo/files/x/a.mp4", stage.origin) },
            "audio": { "url": format!("{}/demo/files/x/a.mp3", stage.origin) },
            "model": { "url": "https://x.example/a.glb", "file_size": 2048 },
            "trap": { "url": "javascript:alert(1)" },
            "text": "word ".repeat(4_000),
            "boxes": [[1, 2, 3, 4]],
            "is_safe": true,
            "seed": 1
        });
        stage.engine.fault(Phase::Result, Fault::json(200, &body), Times::Once);
        stage.page.generate_from("a bit of everything").await.reaches("done").await;
        stage.page.eval("jobs()[0].querySelector('details').open = true", &[]).await;
    });
}

#[test]
fn nothing_is_found_on_a_form_with_a_file_and_problems() {
    checked("image to image", async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        page.fill("num_inference_steps", "99").await;
        page.press("Generate").await;
        page.find("alert", "Problems").await;
    });
}

#[test]
fn nothing_is_found_on_a_page_in_trouble() {
    checked("trouble", async |stage| {
        let refuse = "IDBFactory.prototype.open = () => { throw new Error('refused') }";
        stage.page.eval(refuse, &[]).await;
        stage.page.generate_from("a kite too many").await.is_done().await;
        stage.page.find("button", "Dismiss").await;
    });
}

#[test]
fn nothing_is_found_in_the_open_list_of_models() {
    checked("models", async |stage| {
        stage.page.press("Model").await;
        stage.page.find("listbox", "Models").await;
    });
}

/// A form with something of every kind in it.
fn of_every_kind() -> Setting {
    let list = |items: Value| json!({ "type": "array", "items": items, "description": "Some." });
    let words = |count: usize| (0..count).map(|n| format!("word {n}")).collect::<Vec<_>>();
    let lora = json!({ "type": "object", "required": ["path"], "properties": {
        "path": { "type": "string", "title": "Path" },
        "scale": { "type": "number", "title": "Scale", "minimum": 0, "maximum": 4, "default": 1 },
        "tags": list(json!({ "type": "string" })),
    } });
    form(&json!({
        "loras": list(lora),
        "image_urls": list(json!({ "type": "string" })),
        "styles": list(json!({ "enum": ["a", "b", "c"] })),
        "headers": { "type": "object", "additionalProperties": { "type": "integer" } },
        "size": { "title": "Size", "anyOf": [
            { "enum": ["auto", "large"] }, { "type": "integer" },
            { "title": "Box", "type": "object", "properties": { "w": { "type": "integer" } } } ] },
        "point": { "type": "array", "prefixItems": [{ "type": "number" }, { "type": "boolean" }] },
        "steps": { "anyOf": [{ "type": "integer" }, { "type": "null" }], "default": 20 },
        "many": { "enum": words(30) },
        "more": { "enum": words(12) },
        "odd": { "type": "strange" },
    }))
}

#[test]
fn nothing_is_found_on_filled_lists_maps_and_unions() {
    checked_on(of_every_kind(), "every kind", async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        for name in [
            "Add Loras",
            "Add Loras",
            "Add Tags",
            "Add Image Urls",
            "Add Headers",
            "Send null for Steps",
        ] {
            page.press(name).await;
        }
        page.pick_radio("Size", "Choice").await;
        page.fill(
            "loras.0.path",
            "a/very/long/path/that/does/not/fit/into/any/phone/of/this/world.safetensors",
        )
        .await;
        page.fill("odd", "{").await;
        page.press("Generate").await;
        page.find("alert", "Problems").await;
    });
}

#[test]
fn nothing_is_found_in_a_union_of_objects() {
    checked_on(of_every_kind(), "a union of objects", async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.pick_radio("Size", "Box").await;
        page.find("spinbutton", "W").await;
    });
}

#[test]
fn nothing_is_found_in_the_json_view() {
    checked("JSON", async |stage| {
        let page = &stage.page;
        page.view("JSON").await;
        let editor = page.find("textbox", "JSON").await;
        page.insert(
            &editor,
            "{\"prompt\": \"a kite\", \"seed\": 5, \"a_key_that_nobody_knows\": 1}",
        )
        .await;
        page.until_json("the text", |text| text.contains("nobody")).await;
    });
}

#[test]
fn nothing_is_found_in_the_json_view_when_it_is_no_json() {
    checked("JSON with a mistake", async |stage| {
        let page = &stage.page;
        page.view("JSON").await;
        let editor = page.find("textbox", "JSON").await;
        page.insert(&editor, "{\"prompt\": }").await;
        page.until_true(
            "a complaint",
            "return !!document.querySelector('[aria-invalid=true]')",
            &[],
        )
        .await;
    });
}

#[test]
fn nothing_is_found_in_the_code_view() {
    checked("Code", async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        pick(page, &picture(&stage.files, "kite.png", 96, 64)).await;
        previewed(page, 96).await;
        page.view("Code").await;
        page.find("code", "Code").await;
    });
}

#[test]
fn nothing_is_found_on_the_report_of_a_paste() {
    checked("a report", async |stage| {
        let page = &stage.page;
        assert!(
            paste(
                page,
                "main",
                "{\"prompt\": \"x\", \"num_images\": \"2\", \"odd\": 1, \"seed\": true}"
            )
            .await
        );
        page.find("status", "Pasted").await;
    });
}

#[test]
fn nothing_is_found_in_the_list_of_models_with_ones_own() {
    checked("own models", async |stage| {
        let page = &stage.page;
        let name = "me/a-model-with-quite-a-long-name-of-its-own";
        let mine = document(name, name, &json!({ "prompt": { "type": "string" } }), &[]);
        assert!(paste(page, "main", &mine.to_string()).await);
        page.shows_model(name).await;
        page.press("Model").await;
        page.find("listbox", "Models").await;
        page.press("From the proxy").await;
        let told = "return !!document.querySelector('.model__more [role=status]').textContent";
        page.until_true("a refusal", told, &[]).await;
    });
}

#[test]
fn nothing_is_found_behind_the_fold() {
    let field =
        json!({ "type": "integer", "description": "With `help` and a [link](https://x.example)." });
    let fields: serde_json::Map<String, Value> =
        (0..14).map(|n| (format!("knob_{n}"), field.clone())).collect();
    checked_on(form(&Value::Object(fields)), "a fold", async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.control("knob_1", "").await;
        check(page, &axe().unwrap(), "a closed fold").await;
        page.browser.find(thirtyfour::By::Css("summary")).await.unwrap().click().await.unwrap();
        page.fill("knob_1", "1").await;
    });
}
