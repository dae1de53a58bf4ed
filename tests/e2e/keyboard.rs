//! The whole way by keyboard.

use serde_json::json;
use thirtyfour::Key;
use thirtyfour::prelude::*;

use super::page::Page;
use super::stage::play;

async fn press_keys(page: &Page, keys: impl Into<TypingData>) {
    let keys: TypingData = keys.into();
    page.browser.action_chain().send_keys(keys).perform().await.expect("keys are pressed");
}

#[test]
fn control_and_enter_generate_from_any_field() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite by keyboard").await;
        for (number, path) in ["prompt", "num_images", "seed"].into_iter().enumerate() {
            let control = page.control(path, ":not([type=range])").await;
            control.send_keys(Key::Control + Key::Enter).await.unwrap();
            page.job(number).await.is_done().await;
        }
        assert_eq!(stage.engine.submissions().len(), 3, "one press, one job");
        assert_eq!(page.entry("prompt").await, "a kite by keyboard", "no line was added");
    });
}

#[test]
fn enter_in_a_prompt_is_a_new_line() {
    play(async |stage| {
        let prompt = stage.page.control("prompt", "").await;
        prompt.send_keys("one").await.unwrap();
        prompt.send_keys(Key::Enter + "two").await.unwrap();
        assert_eq!(stage.page.entry("prompt").await, "one\ntwo");
        assert_eq!(stage.page.count_jobs().await, 0);
    });
}

#[test]
fn enter_alone_generates_by_the_button_and_nowhere_else() {
    play(async |stage| {
        let page = &stage.page;
        page.whole().await;
        page.fill("prompt", "a kite by keyboard").await;
        for (path, kind) in [
            ("seed", ""),
            ("num_images", ":not([type=range])"),
            ("num_images", "[type=range]"),
            ("sync_mode", ""),
            ("acceleration", "[value=none]"),
        ] {
            page.control(path, kind).await.send_keys(Key::Enter).await.unwrap();
        }
        // What a press would have made were made before this one.
        page.find("button", "Generate").await.send_keys(Key::Enter).await.unwrap();
        page.job(0).await.is_done().await;
        assert_eq!(page.count_jobs().await, 1);
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn the_list_of_models_works_by_arrows_enter_and_escape() {
    play(async |stage| {
        let page = &stage.page;
        let model = page.find("button", "Model").await;
        let expanded = async || model.attr("aria-expanded").await.unwrap().unwrap();
        assert_eq!(expanded().await, "false");
        model.send_keys(Key::Enter).await.unwrap();
        page.find("listbox", "Models").await;
        assert_eq!(expanded().await, "true");
        let options = "return [...document.querySelectorAll('[role=option]')]
            .map((option) => [nameOf(option), option.getAttribute('aria-selected')])";
        let options = page.eval(options, &[]).await;
        let option = |index: usize| options[index][0].as_str().unwrap().to_owned();
        assert_eq!(options[0][1], "true");
        assert_eq!(options[1][1], "false");
        page.until_focused(&option(0)).await;
        press_keys(page, Key::Down).await;
        page.until_focused(&option(1)).await;
        press_keys(page, Key::Up).await;
        page.until_focused(&option(0)).await;

        press_keys(page, Key::Escape).await;
        page.until_focused("Model").await;
        assert!(!page.has("listbox", "Models").await);
        assert!(!page.has("textbox", "Image Url URL").await, "Escape chooses nothing");

        press_keys(page, Key::Enter).await;
        page.until_focused(&option(0)).await;
        press_keys(page, Key::Down + Key::Enter).await;
        page.find("textbox", "Image Url URL").await;
        page.until_focused("Model").await;
        // The choice is kept.
        page.reload().await;
        page.find("textbox", "Image Url URL").await;
    });
}

#[test]
fn tab_reaches_generate_from_the_prompt_and_every_stop_has_a_name() {
    play(async |stage| {
        let page = &stage.page;
        page.control("prompt", "").await.send_keys("a kite").await.unwrap();
        let mut stops: Vec<String> = Vec::new();
        while stops.last().is_none_or(|name| name != "Generate") {
            assert!(stops.len() < 60, "Generate is out of reach: {stops:?}");
            press_keys(page, Key::Tab).await;
            let script = "const e = document.activeElement; return nameOf(e)";
            let name = page.eval(script, &[]).await;
            let name = name.as_str().unwrap().to_owned();
            assert!(!name.is_empty(), "a stop without a name after {stops:?}");
            stops.push(name);
        }
        for title in ["Num Inference Steps", "Seed", "Sync Mode", "Advanced"] {
            assert!(stops.iter().any(|stop| stop == title), "{title} is out of reach: {stops:?}");
        }
        press_keys(page, Key::Enter).await;
        page.job(0).await.is_done().await;
        assert_eq!(stage.only_submission(), json!({ "prompt": "a kite" }));
        // What concerns the whole form stands before its first field.
        page.eval("document.querySelector('#studio [name=prompt]').focus()", &[]).await;
        for name in ["Reset settings", "Form"] {
            let back = page.browser.action_chain().key_down(Key::Shift).send_keys(Key::Tab);
            back.key_up(Key::Shift).perform().await.expect("keys are pressed");
            page.until_focused(name).await;
        }
    });
}

#[test]
fn the_views_of_the_input_work_by_arrows() {
    play(async |stage| {
        let page = &stage.page;
        let tab = page.find("tab", "Form").await;
        tab.send_keys("").await.unwrap();
        for (key, name) in [(Key::Right, "JSON"), (Key::Right, "Code"), (Key::Left, "JSON")] {
            press_keys(page, key).await;
            page.until_focused(name).await;
        }
        press_keys(page, Key::Enter).await;
        page.find("textbox", "JSON").await;
        assert_eq!(page.count_jobs().await, 0, "a tab submits nothing");
        // Only the chosen tab is a stop.
        press_keys(page, Key::Tab).await;
        page.until_focused("Reset settings").await;
    });
}

#[test]
fn a_dialog_keeps_the_focus_and_gives_it_back() {
    play(async |stage| {
        let page = &stage.page;
        let settings = page.find("button", "Settings").await;
        settings.send_keys(Key::Enter).await.unwrap();
        page.find("dialog", "Settings").await;
        let mut stops: Vec<String> = Vec::new();
        for _ in 0..12 {
            press_keys(page, Key::Tab).await;
            let stop = "const e = document.activeElement;
                return e === document.body ? 'out' : e.closest('dialog') ? nameOf(e) : 'behind'";
            stops.push(page.eval(stop, &[]).await.as_str().unwrap().to_owned());
        }
        assert!(!stops.contains(&"behind".to_owned()), "{stops:?}");
        // Once a round the browser takes it to its own bar, which is no part of the page.
        let rounds: Vec<&[String]> = stops.split(|stop| stop == "out").collect();
        for name in ["Close", "Proxy URL", "Test connection", "Done"] {
            let is_there = |round: &&[String]| round.iter().any(|stop| stop == name);
            assert!(rounds.iter().any(is_there), "{name} is out of reach: {stops:?}");
        }
        assert!(rounds.len() <= 3, "{stops:?}");
        press_keys(page, Key::Escape).await;
        page.until_focused("Settings").await;
    });
}
