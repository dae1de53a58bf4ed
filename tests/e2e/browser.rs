//! The browser of a test: how it is started, and the few of its own commands that WebDriver has no word
//! for. It knows nothing of the page.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Once;

use serde_json::{Value, json};
use thirtyfour::common::command::{Command, FormatRequestData};
use thirtyfour::manager::{BrowserKind, WebDriverManager};
use thirtyfour::prelude::*;
use thirtyfour::{LoggingPrefsLogLevel, PageLoadStrategy, RequestData, SessionId};

/// Told to every document before its own scripts run.
const WATCH: &str = r"
addEventListener('securitypolicyviolation', (event) => console.error(
    `CSP violation: ${event.effectiveDirective} refused ${event.blockedURI || event.sample}`));
addEventListener('unhandledrejection', (event) => console.error(
    `Unhandled rejection: ${event.reason?.stack ?? event.reason}`));
";

/// Starts a browser that writes down its console and its requests, and saves downloads to a folder.
pub async fn start(downloads: &Path) -> WebDriver {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
    let mut manager = WebDriverManager::builder();
    if let Some(driver) = env::var_os("FLUX_STUDIO_CHROMEDRIVER") {
        manager = manager.driver_binary(BrowserKind::Chrome, PathBuf::from(driver)).offline();
    }
    let browser = manager.build().launch(capabilities(downloads)).await;
    let browser = browser.expect("Chrome and its driver start");
    let script = json!({ "source": WATCH });
    command(&browser, "Page.addScriptToEvaluateOnNewDocument", script).await;
    browser
}

fn capabilities(downloads: &Path) -> Capabilities {
    let mut chrome = DesiredCapabilities::chrome();
    let arguments = env::var("FLUX_STUDIO_CHROME_ARGS").unwrap_or_else(|_| "--headless".to_owned());
    let ours = [
        "--window-size=1280,960",
        // Nothing a test does may depend on the internet, or reach it.
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--disable-background-timer-throttling",
        "--lang=en-GB",
    ];
    let all = arguments.split_whitespace().chain(ours);
    let preferences = json!({
        "download.default_directory": downloads,
        "download.prompt_for_download": false,
        "safebrowsing.enabled": false,
    });
    let logged = json!({ "enableNetwork": true, "enablePage": false });
    let set = || -> WebDriverResult<()> {
        for argument in all {
            chrome.add_arg(argument)?;
        }
        if let Ok(binary) = env::var("FLUX_STUDIO_CHROME") {
            chrome.set_binary(&binary)?;
        }
        chrome.add_experimental_option("prefs", preferences)?;
        chrome.add_experimental_option("perfLoggingPrefs", logged)?;
        chrome.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
        chrome.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
        // The page's program is preloaded; a test that wants to be there before it must not wait for it.
        chrome.set_page_load_strategy(PageLoadStrategy::Eager)
    };
    set().expect("capabilities that can be written down");
    chrome.into()
}

/// Executes a command of Chrome's own protocol.
pub async fn command(browser: &WebDriver, name: &str, parameters: Value) -> Value {
    let answer = browser.handle().cmd(DevTools(name, parameters)).await;
    answer.and_then(|answer| answer.value()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[derive(Debug)]
struct DevTools<'a>(&'a str, Value);

impl FormatRequestData for DevTools<'_> {
    fn format_request(&self, session: &SessionId) -> RequestData {
        // Any other command that is posted lends its method.
        let mut request = Command::GetLog("browser".into()).format_request(session);
        request.uri = format!("session/{session}/goog/cdp/execute").into();
        request.add_body(json!({ "cmd": self.0, "params": self.1 }))
    }
}
