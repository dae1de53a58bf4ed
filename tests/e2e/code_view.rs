//! The input as a program: in four languages, by two ways, to be taken along whole.

use serde_json::json;

use super::bytes::{data_uri, picture};
use super::documents::form;
use super::files::{choose_image_to_image, pick, previewed};
use super::page::Page;
use super::stage::{play, with_config};

/// The program as it is shown.
async fn program(page: &Page) -> String {
    let shown = page.eval("return find('code', 'Code').textContent", &[]).await;
    shown.as_str().expect("a program").to_owned()
}

async fn until_program(page: &Page, what: &str, is: impl Fn(&str) -> bool) -> String {
    let look = async || Some(program(page).await).filter(|text| is(text));
    page.until(what, look).await
}

#[test]
fn the_program_has_the_input_in_every_language_and_way() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite").await;
        page.fill("seed", "123456789012345678901234567890").await;
        page.view("Code").await;
        assert_eq!(page.picked_radio("Language").await.as_deref(), Some("cURL"));
        assert_eq!(page.picked_radio("Where to").await.as_deref(), Some("Through the proxy"));
        let input = "{\n  \"prompt\": \"a kite\",\n  \"seed\": 123456789012345678901234567890\n}";
        let proxy = format!("{}/api/fal/proxy", stage.origin);
        for (language, start) in [
            ("cURL", "#!/bin/sh"),
            ("JavaScript", "//"),
            ("Python", "\"\"\"Runs"),
            ("Rust", "//! Runs"),
        ] {
            page.pick_radio("Language", language).await;
            page.pick_radio("Where to", "Through the proxy").await;
            let is = |text: &str| text.starts_with(start) && text.contains(&proxy);
            let through = until_program(page, language, is).await;
            assert!(through.contains(input), "{through}");
            assert!(through.contains("fal-ai/flux/dev"), "{through}");
            assert!(!through.contains("FAL_KEY"), "{through}");
            page.pick_radio("Where to", "Straight to fal").await;
            let is = |text: &str| text.starts_with(start) && text.contains("FAL_KEY");
            let straight = until_program(page, language, is).await;
            assert!(straight.contains(input) && !straight.contains(&stage.origin), "{straight}");
        }
        assert!(stage.engine.submissions().is_empty(), "showing a program sends nothing");
    });
}

#[test]
fn without_a_proxy_the_program_goes_straight_to_fal_and_says_so() {
    with_config(Some("{}")).play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite").await;
        page.view("Code").await;
        assert_eq!(page.picked_radio("Where to").await.as_deref(), Some("Straight to fal"));
        assert!(!page.find("radio", "Through the proxy").await.is_enabled().await.unwrap());
        assert!(program(page).await.contains("FAL_KEY"));
    });
}

#[test]
fn a_program_that_cannot_be_copied_says_so() {
    play(async |stage| {
        let page = &stage.page;
        page.view("Code").await;
        page.eval("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))", &[])
            .await;
        page.press("Copy").await;
        let said = "return [...document.querySelectorAll('#view-code [role=status]')]
            .some((status) => status.textContent.includes('copy it by hand'))";
        page.until_true("a sentence", said, &[]).await;
        assert!(page.has("button", "Copy").await);
    });
}

#[test]
fn the_program_is_copied_with_its_files_whole() {
    play(async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        let path = picture(&stage.files, "kite.png", 96, 64);
        pick(page, &path).await;
        previewed(page, 96).await;
        page.fill("prompt", "a kite").await;
        page.view("Code").await;
        let shown = program(page).await;
        assert!(shown.contains("(file 1, ") && !shown.contains(&data_uri(&path)), "{shown}");
        let listen = "navigator.clipboard.writeText = async (text) => { window.copied = text; }";
        page.eval(listen, &[]).await;
        page.press("Copy").await;
        page.find("button", "Copied").await;
        let copied = page.eval("return window.copied", &[]).await;
        let copied = copied.as_str().unwrap();
        assert!(copied.contains(&data_uri(&path)) && !copied.contains("(file 1"), "{copied}");
        // Another program has not been copied yet.
        page.pick_radio("Language", "Python").await;
        page.find("button", "Copy").await;
    });
}

#[test]
fn without_a_clipboard_there_is_no_button_for_it() {
    play(async |stage| {
        let page = &stage.page;
        let none =
            "Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })";
        let script = json!({ "source": none });
        page.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
        page.reload().await;
        page.view("Code").await;
        page.find("code", "Code").await;
        assert!(!page.has("button", "Copy").await);
    });
}

#[test]
fn what_does_not_go_into_quotes_is_escaped() {
    play(async |stage| {
        let page = &stage.page;
        let prompt = "it's \"$(x)\" `y` ${z} \\ </script> JSON\nJSON\n";
        page.fill("prompt", prompt).await;
        page.view("Code").await;
        let text = serde_json::to_string(prompt).unwrap();
        let shown = program(page).await;
        assert!(shown.contains(&format!("\"prompt\": {text}")), "{shown}");
        assert_eq!(shown.lines().filter(|line| *line == "JSON").count(), 1, "{shown}");
        assert_eq!(page.eval("return find('code', 'Code').children.length", &[]).await, 0);
    });
}

#[test]
fn the_choices_of_the_view_are_not_the_models() {
    let properties = json!({
        "language": { "enum": ["en", "de", "fr"], "default": "en" },
        "way": { "enum": ["up", "down"] },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.pick_radio("Language", "De").await;
        page.pick_radio("Way", "Up").await;
        page.view("Code").await;
        page.pick_radio("Language", "Rust").await;
        page.pick_radio("Where to", "Straight to fal").await;
        assert_eq!(page.picked_radio("Language").await.as_deref(), Some("Rust"));
        page.view("Form").await;
        assert_eq!(page.picked_radio("Language").await.as_deref(), Some("De"));
        assert_eq!(page.picked_radio("Way").await.as_deref(), Some("Up"));
        assert_eq!(stage.sends().await, json!({ "language": "de", "way": "up" }));
    });
}
