//! What all measurements share: the browser from start to end, scripts in its page, and the load of the
//! machine.

#[allow(dead_code, reason = "not every measurement is about it")]
pub mod cost;

/// What the end-to-end tests have for the same purpose.
#[allow(dead_code, reason = "tests need more of it")]
#[path = "../../tests/e2e"]
pub mod e2e {
    pub mod browser;
    pub mod scratch;
    pub mod server;
    pub mod site;
}

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use serde_json::{Value, json};
use thirtyfour::WebDriver;
use tokio::runtime::Runtime;

use self::e2e::{browser, scratch::Scratch};

/// Starts a browser, has it measured with, and ends it whatever comes of that.
pub fn with_browser<T>(measure: impl AsyncFnOnce(&WebDriver, &Scratch) -> T) -> T {
    let runtime = Runtime::new().expect("a runtime");
    let scratch = Scratch::new();
    let browser = runtime.block_on(browser::start(&scratch.0));
    let measured = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let version = browser::command(&browser, "Browser.getVersion", json!({})).await;
            println!("{}{}", version["product"].as_str().unwrap_or_default(), load());
            measure(&browser, &scratch).await
        })
    }));
    // A browser that is not told to quit stays.
    runtime.block_on(browser.quit()).ok();
    measured.unwrap_or_else(|panic| resume_unwind(panic))
}

/// How often to measure.
pub fn runs(usual: usize) -> usize {
    env::var("FLUX_STUDIO_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(usual)
}

/// What else the machine does, where the system tells: figures under load are worth less.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().map(|load| format!(", load {load}")).unwrap_or_default()
}

/// Runs a script that calls its last argument with an answer.
pub async fn ask(browser: &WebDriver, script: &str, arguments: &[Value]) -> Value {
    let answer = browser.execute_async(script, arguments).await;
    answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
}
