//! The names and roles that DESIGN.md promises, by the reckoning of the browser's own accessibility tree.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::files::choose_image_to_image;
use super::page::Page;
use super::stage::play;

/// Every role and name that assistive technology is told.
async fn told(page: &Page) -> BTreeSet<(String, String)> {
    let tree = page.devtools("Accessibility.getFullAXTree", json!({})).await;
    let text = |node: &Value, key: &str| node[key]["value"].as_str().map(str::to_owned);
    let nodes = tree["nodes"].as_array().expect("a tree").iter();
    nodes
        .filter(|node| node["ignored"] != true)
        .filter_map(|node| Some((text(node, "role")?, text(node, "name")?)))
        .collect()
}

fn assert_told(told: &BTreeSet<(String, String)>, expected: &[(&str, &str)]) {
    for (role, name) in expected {
        let pair = ((*role).to_owned(), (*name).to_owned());
        assert!(told.contains(&pair), "no {role} named {name:?} in {told:#?}");
    }
}

#[test]
fn everything_in_the_form_has_its_role_and_name() {
    play(async |stage| {
        let page = &stage.page;
        page.choose("image_size", "custom").await;
        page.fill("seed", "1").await;
        assert_told(
            &told(page).await,
            &[
                ("form", "Input"),
                ("textbox", "Prompt"),
                ("radiogroup", "Image Size"),
                ("group", "Image Size"),
                ("spinbutton", "Width"),
                ("spinbutton", "Height"),
                ("spinbutton", "Num Inference Steps"),
                ("slider", "Num Inference Steps slider"),
                ("textbox", "Seed"),
                ("button", "Clear Seed"),
                ("spinbutton", "Guidance scale (CFG)"),
                ("slider", "Guidance scale (CFG) slider"),
                ("switch", "Sync Mode"),
                ("spinbutton", "Num Images"),
                ("slider", "Num Images slider"),
                ("switch", "Enable Safety Checker"),
                ("radiogroup", "Output Format"),
                ("radiogroup", "Acceleration"),
                ("button", "Generate"),
                ("region", "Jobs"),
                ("button", "Model"),
                ("button", "Settings"),
            ],
        );
        choose_image_to_image(page).await;
        assert_told(
            &told(page).await,
            &[
                ("button", "Image Url"),
                ("textbox", "Image Url URL"),
                ("spinbutton", "Strength"),
                ("slider", "Strength slider"),
            ],
        );
    });
}

#[test]
fn every_control_is_named_by_its_path_and_described_by_its_hint() {
    play(async |stage| {
        let page = &stage.page;
        page.choose("image_size", "custom").await;
        page.control("image_size.width", "").await;
        let names = "return [...new Set([...document.querySelectorAll('#studio form[aria-label=Input] [name]')].map((e) => e.name))]";
        let expected = json!([
            "prompt",
            "image_size",
            "image_size.width",
            "image_size.height",
            "seed",
            "num_images",
            // Behind the fold.
            "num_inference_steps",
            "guidance_scale",
            "sync_mode",
            "enable_safety_checker",
            "output_format",
            "acceleration",
        ]);
        assert_eq!(page.eval(names, &[]).await, expected);
        let undescribed = "return [...document.querySelectorAll('#studio form[aria-label=Input] [name]')]
            .filter((control) => {
                const by = control.closest('[aria-describedby]')?.getAttribute('aria-describedby') ?? '';
                return !by.split(/\\s+/).some((id) => document.getElementById(id)?.textContent);
            }).map((control) => control.name)";
        assert_eq!(page.eval(undescribed, &[]).await, json!([]));
    });
}

#[test]
fn jobs_and_settings_have_their_roles_and_names() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let job = page.generate_from("a named kite").await;
        job.reaches("queued").await;
        assert_told(&told(page).await, &[("article", "a named kite"), ("button", "Cancel")]);
        stage.engine.release();
        job.is_done().await;
        assert_told(
            &told(page).await,
            &[("image", "a named kite"), ("button", "Reuse settings"), ("button", "Download")],
        );
        page.press("Settings").await;
        page.press("Test connection").await;
        page.find("list", "Connection report").await;
        assert_told(
            &told(page).await,
            &[
                ("dialog", "Settings"),
                ("textbox", "Proxy URL"),
                ("button", "Test connection"),
                ("list", "Connection report"),
            ],
        );
    });
}

#[test]
fn changes_of_a_job_are_spoken() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let job = page.generate_from("a spoken kite").await;
        for state in ["queued", "done"] {
            let said = "return find('status', null).textContent === arguments[0]";
            page.until_true(
                &format!("{state} to be spoken"),
                said,
                &[json!(format!("a spoken kite: {state}"))],
            )
            .await;
            stage.engine.release();
        }
        job.is_done().await;
    });
}
