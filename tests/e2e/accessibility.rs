//! axe-core finds nothing, in any state, light or dark, wide or narrow.

use std::collections::BTreeMap;
use std::{env, fs};

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::files::choose_image_to_image;
use super::page::Page;
use super::stage::{Stage, play};

/// The checker, if it is at hand.
fn axe() -> Option<String> {
    let Some(path) = env::var_os("FLUX_STUDIO_AXE") else {
        println!("FLUX_STUDIO_AXE names no axe.min.js: the axe check was skipped");
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
    let Some(axe) = axe() else { return };
    play(async |stage| {
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
        page.find("list", "Connection report").await;
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
        stage.page.eval("Storage.prototype.setItem = () => { throw new Error('full') }", &[]).await;
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
