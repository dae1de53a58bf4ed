//! The browser room in a real browser: here what it keeps, in the modules files, the document, and
//! the network with its policy.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

mod document;
mod files;
mod network;

use flux_studio::browser::storage::{self, Key};
use flux_studio::browser::{clock, dom, drafts};
use flux_studio::form::{Draft, Entry};
use flux_studio::schema::{self, Model};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn texts_are_kept_each_under_its_name() {
    let keys = [
        Key::Proxy,
        Key::ProxyStyle,
        Key::ProxyAccess,
        Key::Theme,
        Key::Model,
        Key::Draft("a/b"),
        Key::Draft("a/c"),
        Key::Fingerprint("a/b"),
        Key::Documents,
        Key::Document("a/b"),
        Key::Prompt,
        Key::Jobs,
        Key::LastSeed,
        Key::TestAfterReload,
    ];
    let text = |at: usize| format!("{at} \u{0} 🦊 \"'\n");
    for (at, key) in keys.into_iter().enumerate() {
        storage::remove(key);
        assert_eq!(storage::read(key), None, "{key:?}");
        assert!(storage::write(key, &text(at)), "{key:?}");
    }
    for (at, key) in keys.into_iter().enumerate() {
        assert_eq!(storage::read(key), Some(text(at)), "{key:?}");
    }
    // The last one is for this tab only.
    let kept = dom::window().local_storage().unwrap().unwrap();
    assert_eq!(kept.length().unwrap(), 13);
    // What is too much is said, and takes nothing with it.
    assert!(!storage::write(Key::Jobs, &"x".repeat(20 * 1024 * 1024)));
    assert_eq!(storage::read(Key::Jobs), Some(text(11)));
    for key in keys {
        storage::remove(key);
        assert_eq!(storage::read(key), None, "{key:?}");
    }
    assert_eq!(kept.length().unwrap(), 0);
}

/// A model that is what its document says, in this state of it.
fn model(fingerprint: &str) -> Model {
    let document = r#"{"paths": {"/me/model": {"post": {"requestBody": {"content": {
        "application/json": {"schema": {"properties": {"prompt": {"type": "string"}}}}}}}}}}"#;
    let (model, _) = schema::read(document).unwrap();
    Model { fingerprint: fingerprint.to_owned(), ..model }
}

#[wasm_bindgen_test]
fn a_draft_is_kept_without_its_files_and_the_prompt_once_more_for_the_loader() {
    let mut draft = Draft::new();
    draft.insert("prompt", "a fox");
    draft.insert("steps", Entry::Null);
    draft.insert("image_url", "data:image/png;base64,AA==");
    let path = "own:me/model";
    assert!(!drafts::is_of_another_state(path, &model("1")), "nothing is known yet");
    assert!(drafts::save(path, &model("1"), &draft));
    drafts::save_prompt(&model("1"), &draft);
    draft.remove("image_url");
    assert_eq!(drafts::load(path, &model("1")), draft);
    assert_eq!(drafts::load("models/mine.json", &model("1")), Draft::new(), "another document");
    assert!(!drafts::is_of_another_state(path, &model("1")));
    assert!(drafts::is_of_another_state(path, &model("2")));
    // The name that public/boot.js reads.
    let kept = dom::window().local_storage().unwrap().unwrap();
    assert_eq!(kept.get_item("flux-studio.prompt").unwrap().as_deref(), Some("a fox"));
    // A model that takes no prompt leaves the last one be.
    let wordless = Model { inputs: Vec::new(), ..model("1") };
    drafts::save_prompt(&wordless, &Draft::new());
    assert_eq!(storage::read(Key::Prompt).as_deref(), Some("a fox"));
    storage::remove(Key::Prompt);
    drafts::forget(path);
    assert_eq!(drafts::load(path, &model("1")), Draft::new());
    // What an earlier version kept by endpoint.
    storage::write(Key::Draft("me/model"), "{\"prompt\": \"an old fox\"}");
    assert_eq!(drafts::load(path, &model("1")).get("prompt"), Some("an old fox"));
    drafts::forget("me/model");
}

#[wasm_bindgen_test]
fn a_moment_of_the_calendar_is_so_many_seconds_away() {
    let soon = js_sys::Date::new(&(js_sys::Date::now() + 90_000.0).into()).to_utc_string();
    let left = clock::seconds_between(None, &String::from(soon)).expect("a moment");
    assert!((85..=90).contains(&left), "{left} seconds");
    let at = "Wed, 21 Oct 2015 07:28:00 GMT";
    assert_eq!(clock::seconds_between(Some("Wed, 21 Oct 2015 07:27:48 GMT"), at), Some(12));
    for (from, to) in [(None, at), (Some(at), at), (None, "as soon as you like"), (None, "1.5")] {
        assert_eq!(clock::seconds_between(from, to), None, "{to}");
    }
}
