//! How the browser of the tests is started: no screen, and nothing of its own on the network.
//!
//! This module owns the arguments, and the form in which a driver is told. It does not know which
//! browser it is, and starts none.

use std::{path::Path, process::Command};

use crate::project::output_of;

/// The arguments of the browser.
pub(crate) fn arguments() -> Vec<&'static str> {
    let mut arguments = vec![
        "--headless",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-sync",
        "--no-default-browser-check",
        "--no-first-run",
    ];
    if is_root() {
        // Chrome's sandbox refuses to work for root.
        arguments.push("--no-sandbox");
    }
    arguments
}

/// The capabilities file wasm-bindgen's test runner hands to the driver.
pub(crate) fn capabilities(chrome: &Path) -> String {
    let arguments: Vec<_> = arguments().iter().map(|argument| json(argument)).collect();
    let (chrome, arguments) = (json(&chrome.to_string_lossy()), arguments.join(", "));
    format!("{{\"goog:chromeOptions\": {{\"binary\": {chrome}, \"args\": [{arguments}]}}}}\n")
}

/// Whether we may do everything here.
pub(crate) fn is_root() -> bool {
    !cfg!(windows) && output_of(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

/// A string as JSON writes it.
fn json(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|char| match char {
            '"' | '\\' => format!("\\{char}"),
            char if char.is_control() => format!("\\u{:04x}", u32::from(char)),
            char => char.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_json_whatever_the_path() {
        let text = capabilities(Path::new(r#"C:\Program "Files"\chrome.exe"#));
        assert!(text.contains(r#""binary": "C:\\Program \"Files\"\\chrome.exe""#), "{text}");
        assert!(text.contains(r#""--headless", "#), "{text}");
    }
}
