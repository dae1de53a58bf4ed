//! The page as a person meets it: things with a role and a name, pressed, typed into and read.
//!
//! Everything waits until it is there and fails with a sentence when it does not come. Nothing here
//! knows what a job is; see `jobs.rs` for that.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use super::browser;

/// How long anything may take to appear.
pub const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(40);
/// What every script knows: how to find things by role and name.
pub const FIND: &str = include_str!("fixtures/find.js");

/// The page in its browser.
#[derive(Clone)]
pub struct Page {
    /// The browser, for what has no word here.
    pub browser: WebDriver,
    /// Where the page is served.
    pub url: String,
}

impl Page {
    /// Opens the page and waits for the program to take over.
    pub async fn open(&self) {
        self.browser.goto(self.url.as_str()).await.expect("the page opens");
        self.started().await;
    }

    /// Loads the page anew and waits for the program to take over.
    pub async fn reload(&self) {
        // A mark that the next document does not have: the old one would pass for the new one.
        self.eval("window.outdated = true", &[]).await;
        self.browser.refresh().await.expect("the page loads again");
        self.started().await;
    }

    /// Waits until the program has taken a fresh document over and has read its configuration.
    pub async fn started(&self) {
        let ready = "return !window.outdated && !!document.getElementById('studio')
            && !document.getElementById('shell')
            && /Proxy · |No proxy/.test(document.querySelector('.bar').textContent)";
        let failed = "const alert = document.getElementById('shell-failure');
            return !window.outdated && alert?.hidden === false ? alert.textContent : null";
        let look = async || {
            let sentence = self.eval(failed, &[]).await;
            assert!(sentence.is_null(), "the program did not start: {sentence}");
            (self.eval(ready, &[]).await == true).then_some(())
        };
        self.until("the program to start", look).await;
    }

    /// Waits until all of the program is there: its second half comes when it is asked for.
    pub async fn whole(&self) {
        let script = "const done = arguments[0];
            Promise.resolve(globalThis.fluxStudioLater?.()).then(
                () => done(true), (error) => done(String(error)))";
        let there = self.browser.execute_async(script, vec![]).await.expect("a script that ends");
        assert_eq!(*there.json(), true, "the second half of the program");
    }

    /// Runs a script that knows the functions of `fixtures/find.js`.
    pub async fn eval(&self, script: &str, arguments: &[Value]) -> Value {
        let whole = format!("{FIND}\n{script}");
        match self.browser.execute(whole, arguments).await {
            Ok(answer) => answer.json().clone(),
            Err(error) => panic!("the script {script:?} failed: {error}"),
        }
    }

    /// Waits for something, and says what it was when it does not come.
    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} in vain for {what}");
            sleep(PAUSE).await;
        }
    }

    /// Waits until a script says true.
    pub async fn until_true(&self, what: &str, script: &str, arguments: &[Value]) {
        let look = async || (self.eval(script, arguments).await == true).then_some(());
        self.until(what, look).await;
    }

    /// The element of this role and name.
    pub async fn find(&self, role: &str, name: &str) -> WebElement {
        self.find_in(None, role, Some(name)).await
    }

    /// The element of this role and, if given, name, inside another if given.
    pub async fn find_in(
        &self,
        within: Option<&WebElement>,
        role: &str,
        name: Option<&str>,
    ) -> WebElement {
        let within = within.map(|element| element.to_json().expect("an element has an id"));
        let arguments = [json!(role), json!(name), json!(within)];
        let script = format!("{FIND}\nreturn find(...arguments)");
        let what = format!("a {role} named {name:?}");
        let look = async || {
            self.browser.execute(&*script, arguments.as_slice()).await.ok()?.element().ok()
        };
        self.until(&what, look).await
    }

    /// Whether there is an element of this role and name just now.
    pub async fn has(&self, role: &str, name: &str) -> bool {
        self.eval("return !!find(...arguments)", &[json!(role), json!(name)]).await == true
    }

    /// The control of a field by its path, of a kind if there are several.
    pub async fn control(&self, path: &str, selector: &str) -> WebElement {
        let css = format!("#studio form [name=\"{path}\"]{selector}");
        let look = async || self.browser.find(By::Css(&*css)).await.ok();
        self.until(&format!("a control {css}"), look).await
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) {
        self.click("button", name).await;
    }

    /// Clicks what has this role and name.
    pub async fn click(&self, role: &str, name: &str) {
        // What is just being redrawn cannot be clicked for a moment.
        let look = async || self.find(role, name).await.click().await.ok();
        self.until(&format!("the {role} {name:?} to take a click"), look).await;
    }

    /// Replaces what stands in a text box.
    pub async fn write(&self, element: &WebElement, text: &str) {
        element.send_keys(Key::Control + "a").await.expect("a control that takes keys");
        // The driver has no keys for what Unicode added later.
        if text.chars().any(|letter| letter > '\u{ffff}') {
            self.devtools("Input.insertText", json!({ "text": text })).await;
            return;
        }
        let typed = if text.is_empty() { Key::Delete.into() } else { TypingData::from(text) };
        element.send_keys(typed).await.expect("a control that takes keys");
    }

    /// Replaces what stands in the text box or number of a field.
    pub async fn fill(&self, path: &str, text: &str) {
        let control = self.control(path, ":not([type=range]):not([type=file])").await;
        self.write(&control, text).await;
    }

    /// Chooses one of the literals of a field.
    pub async fn choose(&self, path: &str, literal: &str) {
        let control = self.control(path, &format!("[value=\"{literal}\"]")).await;
        let label = control.find(By::XPath("ancestor::label")).await.expect("a label around it");
        label.click().await.unwrap_or_else(|error| panic!("{path} = {literal}: {error}"));
    }

    /// What stands in the text box or number of a field.
    pub async fn entry(&self, path: &str) -> String {
        let control = self.control(path, ":not([type=range]):not([type=file])").await;
        control.value().await.expect("a control with a value").unwrap_or_default()
    }

    /// The literal a field stands at.
    pub async fn chosen(&self, path: &str) -> Option<String> {
        let css = format!("#studio form [name=\"{path}\"]:checked");
        let script = "return document.querySelector(arguments[0])?.value ?? null";
        self.eval(script, &[json!(css)]).await.as_str().map(str::to_owned)
    }

    /// What is said to be wrong with the control of a field: its descriptions, if it is marked invalid.
    pub async fn complaint(&self, path: &str) -> Option<String> {
        let script = r#"
            const control = document.querySelector(`#studio form [name="${arguments[0]}"]`);
            const marked = control.closest('[aria-invalid=true]');
            return marked && tidy(marked.getAttribute('aria-describedby').split(/\s+/)
                .map((id) => document.getElementById(id)?.textContent ?? '').join(' '))"#;
        self.eval(script, &[json!(path)]).await.as_str().map(str::to_owned)
    }

    /// What the element with the focus is: its `name` attribute, else its accessible name.
    pub async fn focused(&self) -> String {
        let script = "const e = document.activeElement; return e.name || nameOf(e)";
        self.eval(script, &[]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the element of this `name` or accessible name has the focus.
    pub async fn until_focused(&self, name: &str) {
        let focused = async || (self.focused().await == name).then_some(());
        self.until(&format!("the focus on {name:?}"), focused).await;
    }

    /// Lets the page think that the network has just come back: it asks at once about every job.
    pub async fn wake(&self) {
        self.eval("window.dispatchEvent(new Event('online'))", &[]).await;
    }

    /// Executes a command of Chrome's own protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        browser::command(&self.browser, command, parameters).await
    }
}
