//! One visit to one page: how long its form takes to be there, and what a key costs that is typed into
//! the middle of it.
//!
//! Keys are pressed by way of the browser's own protocol, which pages cannot tell from a person's. What
//! they cost is the time that the processor spent on the page's thread, less that of as many commands that
//! do nothing: the driver has a hand in every command.

use std::time::Duration;

use serde_json::json;
use thirtyfour::WebDriver;
use tokio::time::{interval, sleep};

use crate::common::ask;
use crate::common::cost::{Cost, busy, cost_of, count};
use crate::common::e2e::browser::command;
use crate::document;
use crate::ground::{Ground, Side};

const PACE: Duration = Duration::from_millis(50);
/// Longer than the page waits before it writes down what was typed.
const PAUSE: Duration = Duration::from_millis(800);
/// What is typed: 50 letters.
const TEXT: &str = "a quick brown fox jumps over the lazy dog at dusk.";

/// What one visit tells, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// From navigation to the frame with the last field.
    pub shown: f64,
    /// How much of that the page's thread was busy.
    pub opening: Cost,
    /// Of the page's thread, for each key.
    pub key: Cost,
    /// What there is in the page.
    pub contents: Contents,
}

/// How much there is in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// Controls with a name.
    pub controls: u64,
    /// Elements of any kind in the page.
    pub elements: u64,
}

/// Goes to a page that the browser has not seen before, and types.
pub async fn visit(browser: &WebDriver, ground: &Ground, side: Side) -> Visit {
    browser.goto("about:blank").await.expect("a page without anything");
    command(browser, "Network.clearBrowserCache", json!({})).await;
    let everything = json!({ "origin": ground.origin, "storageTypes": "all" });
    command(browser, "Storage.clearDataForOrigin", everything).await;
    let last = document::name(ground.size - 1);
    let script = json!({ "source": include_str!("watch.js").replace("LAST", &last) });
    let watch = command(browser, "Page.addScriptToEvaluateOnNewDocument", script).await;
    count(browser).await;
    browser.goto(ground.url(side)).await.expect("the page opens");
    let shown = ask(browser, "formShown.then(arguments[0])", &[]).await;
    let opening = busy(browser).await;
    command(browser, "Page.removeScriptToEvaluateOnNewDocument", watch).await;

    let contents = "arguments[0]([document.querySelectorAll('form [name]').length,
        document.querySelectorAll('*').length])";
    let contents = ask(browser, contents, &[]).await;
    let contents = Contents {
        controls: contents[0].as_u64().expect("a count"),
        elements: contents[1].as_u64().expect("a count"),
    };
    settle(browser).await;
    let key = type_into(browser, &document::middle(ground.size)).await;
    command(browser, "Performance.disable", json!({})).await;
    Visit { shown: shown.as_f64().expect("a time"), opening, key, contents }
}

async fn type_into(browser: &WebDriver, field: &str) -> Cost {
    let focus = "document.getElementsByName(arguments[0])[0].focus(); arguments[1]()";
    ask(browser, focus, &[json!(field)]).await;
    // The first key of all may start something.
    press(browser, 'z').await;
    sleep(PAUSE).await;
    let nothing = async |_| {
        for _ in 0..2 {
            command(browser, "Browser.getVersion", json!({})).await;
        }
    };
    let idle = cost_of(browser, paced(nothing)).await;
    let typed = cost_of(browser, paced(async |key| press(browser, key).await)).await;

    let read = "arguments[1](document.getElementsByName(arguments[0])[0].value)";
    let text = ask(browser, read, &[json!(field)]).await;
    assert_eq!(text, format!("z{TEXT}"), "not every key has arrived");
    (typed - idle) * (1.0 / TEXT.len() as f64)
}

/// Does something for each letter of the text, as fast as a fast typist.
async fn paced(mut act: impl AsyncFnMut(char)) {
    let mut ticks = interval(PACE);
    for letter in TEXT.chars() {
        ticks.tick().await;
        act(letter).await;
    }
    // The frame of the last.
    ticks.tick().await;
}

async fn press(browser: &WebDriver, key: char) {
    let down = json!({ "type": "keyDown", "text": key.to_string(), "key": key.to_string() });
    command(browser, "Input.dispatchKeyEvent", down).await;
    let up = json!({ "type": "keyUp", "key": key.to_string() });
    command(browser, "Input.dispatchKeyEvent", up).await;
}

/// Waits until the page is no longer busy with having been opened.
async fn settle(browser: &WebDriver) {
    let mut before = busy(browser).await.task;
    for _ in 0..40 {
        sleep(Duration::from_millis(500)).await;
        let now = busy(browser).await.task;
        if now - before < 25.0 {
            return;
        }
        before = now;
    }
    panic!("the page does not come to rest");
}
