//! What every test asserts on its way out: a quiet console, an unbroken policy, and no request to any
//! origin that has no business here.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use thirtyfour::prelude::*;

/// A request the browser sent, or tried to.
#[derive(Debug, Clone)]
pub struct Sent {
    id: String,
    /// The HTTP method.
    pub method: String,
    /// The address.
    pub url: String,
    /// The `x-fal-target-url` header.
    pub target: Option<String>,
    /// The body, unless it is large.
    pub body: Option<String>,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = self.target.as_deref().unwrap_or_default();
        write!(f, "{} {} {target}", self.method, self.url)
    }
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

/// Moves the requests from the browser's list to this one, without those that its policy stopped.
pub async fn take_sent(browser: &WebDriver, sent: &mut Vec<Sent>) {
    let events = browser.get_log("performance").await.expect("Chrome hands out its requests");
    for event in events {
        let event: Value = serde_json::from_str(&event.message).expect("events are JSON");
        let (kind, event) = (&event["message"]["method"], &event["message"]["params"]);
        if kind == "Network.requestWillBeSent" {
            sent.extend(read(event));
        } else if kind == "Network.loadingFailed" && event["blockedReason"] == "csp" {
            sent.retain(|request| event["requestId"] != request.id.as_str());
        }
    }
}

fn read(event: &Value) -> Option<Sent> {
    let request = event.get("request")?;
    let text = |key: &str| request.get(key)?.as_str().map(str::to_owned);
    let headers = request.get("headers")?.as_object()?;
    let target = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-fal-target-url"));
    Some(Sent {
        id: event.get("requestId")?.as_str()?.to_owned(),
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
