//! The moments before the program is there: the frame of the page takes text already.

use std::path::Path;
use std::{fs, io};

use serde_json::json;
use thirtyfour::prelude::*;

use super::config::open_frame;
use super::documents::document;
use super::stage::{Setting, with_file, with_models};

#[test]
fn what_is_typed_before_the_program_starts_is_kept_with_caret_and_focus() {
    Setting::default().play_unopened(async |stage| {
        let page = &stage.page;
        // Some seconds for the program alone.
        let slow = json!({ "offline": false, "latency": 20, "downloadThroughput": 60_000, "uploadThroughput": 60_000 });
        page.devtools("Network.enable", json!({})).await;
        page.devtools("Network.emulateNetworkConditions", slow).await;
        page.browser.goto(page.url.as_str()).await.expect("the page opens");
        let shell = page.browser.find(By::Css("#shell textarea")).await.expect("the shell's prompt");
        shell.send_keys("a kite typed early").await.unwrap();
        shell.send_keys(Key::Home + Key::Right).await.unwrap();
        let caret = "const e = document.activeElement; return [e.selectionStart, e.selectionEnd]";
        assert_eq!(page.eval(caret, &[]).await, json!([1, 1]), "the caret in the shell");
        let is_early = page.eval("return !document.getElementById('studio')", &[]).await;
        assert_eq!(is_early, true, "the program came before the text: the test is too slow to mean anything");
        page.started().await;
        assert_eq!(page.entry("prompt").await, "a kite typed early");
        assert_eq!(page.focused().await, "prompt");
        assert_eq!(page.eval(caret, &[]).await, json!([1, 1]), "the caret in the form");
        let fast = json!({ "offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        page.devtools("Network.emulateNetworkConditions", fast).await;
        page.generate().await.is_done().await;
        assert_eq!(stage.only_submission(), json!({ "prompt": "a kite typed early" }));
    });
}

#[test]
fn what_is_typed_for_a_model_without_a_prompt_waits_for_one_that_takes_it() {
    let text = json!({ "text": { "type": "string" } });
    let prompt = json!({ "prompt": { "type": "string" } });
    let models = [
        document("test/text", "Text", &text, &[]),
        document("test/prompt", "Prompt", &prompt, &[]),
    ];
    with_models(&models).play_unopened(async |stage| {
        let page = &stage.page;
        open_frame(page).await.send_keys("a kite typed early").await.unwrap();
        page.eval("window.configure()", &[]).await;
        page.started().await;
        page.shows_model("Text").await;
        page.press("Model").await;
        page.find("listbox", "Models").await;
        let listed = page.names_of("option", None).await.swap_remove(1);
        page.click("option", &listed).await;
        page.shows_model("Prompt").await;
        assert_eq!(page.entry("prompt").await, "a kite typed early");
    });
}

#[test]
fn what_is_deleted_before_the_program_starts_does_not_come_back() {
    Setting::default().play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a remembered kite").await;
        let shell = open_frame(page).await;
        assert_eq!(shell.value().await.unwrap().as_deref(), Some("a remembered kite"));
        page.write(&shell, "").await;
        page.eval("window.configure()", &[]).await;
        page.started().await;
        assert_eq!(page.entry("prompt").await, "");
    });
}

#[test]
fn a_program_that_cannot_start_says_so_and_keeps_the_prompt() {
    let gone = |file: &Path| fs::remove_file(file);
    let damaged = |file: &Path| fs::write(file, "no program");
    for spoil in [gone as fn(&Path) -> io::Result<()>, damaged] {
        with_file("_bg.wasm", spoil).play_unopened(async |stage| {
            let page = &stage.page;
            stage.expect_failing("_bg.wasm");
            page.browser.goto(format!("{}config.json", page.url)).await.expect("a file opens");
            let remember = "localStorage.setItem('flux-studio.prompt', 'a remembered kite')";
            page.eval(remember, &[]).await;
            page.browser.goto(page.url.as_str()).await.expect("the page opens");
            let said = "const alert = document.querySelector('#shell [role=alert]');
                return shown(alert) && alert.textContent.startsWith('Flux Studio could not start: ')";
            page.until_true("a sentence that says why", said, &[]).await;
            let prompt = "return document.querySelector('#shell textarea').value";
            assert_eq!(page.eval(prompt, &[]).await, "a remembered kite");
            assert_eq!(page.eval("return find('button', 'Generate').disabled", &[]).await, true);
            // The reason is on the console too, for whoever hosts the page.
            let complaints = stage.complaints().await;
            assert!(!complaints.is_empty());
        });
    }
}
