//! What every test asserts on its way out: a quiet console, an unbroken policy, and no request to any
//! origin that has no business here.

use std::collections::BTreeSet;

use serde_json::Value;
use thirtyfour::prelude::*;

/// A request the browser sent, or tried to.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The HTTP method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The `x-fal-target-url` header.
    pub target: Option<String>,
    /// The body, unless it is large.
    pub body: Option<String>,
}

/// Takes the lines off the console that speak of trouble: errors of any kind. What a server answered or
/// did not answer at these places is what tests are about and no trouble of the page's.
pub async fn complaints(browser: &WebDriver, spoiled: &BTreeSet<String>) -> Vec<String> {
    let lines = browser.browser_log().await.expect("Chrome hands out its console");
    let is_expected = |line: &str| {
        line.contains("Failed to load resource")
            && spoiled.iter().any(|place| line.contains(place.as_str()))
    };
    lines
        .into_iter()
        .filter(|line| line.level == "SEVERE" && !is_expected(&line.message))
        .map(|line| line.message)
        .collect()
}

/// Takes the requests off the browser's list.
pub async fn sent(browser: &WebDriver) -> Vec<Sent> {
    let events = browser.get_log("performance").await.expect("Chrome hands out its requests");
    events.iter().filter_map(|event| read(&event.message)).collect()
}

fn read(event: &str) -> Option<Sent> {
    let event: Value = serde_json::from_str(event).ok()?;
    let event = event.get("message")?;
    if event.get("method")? != "Network.requestWillBeSent" {
        return None;
    }
    let request = event.pointer("/params/request")?;
    let text = |key: &str| request.get(key)?.as_str().map(str::to_owned);
    let headers = request.get("headers")?.as_object()?;
    let target = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-fal-target-url"));
    Some(Sent {
        method: text("method")?,
        url: text("url")?,
        target: target.and_then(|(_, url)| url.as_str().map(str::to_owned)),
        body: text("postData"),
    })
}

/// The origins of requests that went over a network. Addresses that are their own content have none.
pub fn origins(sent: &[Sent]) -> BTreeSet<String> {
    sent.iter().filter_map(|request| origin_of(&request.url)).collect()
}

/// `scheme://host:port` of an address that leads somewhere.
pub fn origin_of(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let leads_nowhere = matches!(scheme, "chrome" | "chrome-extension" | "devtools" | "about")
        || scheme.starts_with("blob:")
        || scheme.starts_with("data:");
    (!leads_nowhere).then(|| format!("{scheme}://{host}"))
}
