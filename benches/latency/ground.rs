//! Where the measurement takes place: one proxy with one scripted upstream, and both pages in one
//! browser, each in a window of its own.

use std::path::Path;
use std::time::Duration;

use flux_proxy::Site;
use flux_proxy::demo::{Handle, Script};
use serde_json::{Value, json};
use thirtyfour::{WebDriver, WindowHandle};
use tokio::time::{Instant, sleep};

use crate::common::ask;
use crate::common::e2e::browser::command;
use crate::common::e2e::{server::Server, site};

/// What is asked for.
const PROMPT: &str = "a lighthouse on a cliff at dusk";
/// How long anything may take that is not a job.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Flux Studio.
    Ours,
    /// A page with fal's published client.
    Theirs,
}

impl Side {
    /// Both, in no order that means anything.
    pub const BOTH: [Self; 2] = [Self::Ours, Self::Theirs];
}

/// The proxy, and the windows with the pages.
pub struct Ground<'b> {
    /// The browser.
    pub browser: &'b WebDriver,
    /// The hand on the upstream.
    pub engine: Handle,
    server: Server,
    windows: [WindowHandle; 2],
}

impl<'b> Ground<'b> {
    /// Puts both pages into a folder and serves them. `theirs` has the bundled page with fal's client.
    pub async fn prepare(browser: &'b WebDriver, folder: &Path, theirs: &Path) -> Self {
        let folder = site::copy_of(&site::built(), folder);
        for name in ["fal.html", "fal.bundle.js"] {
            std::fs::copy(theirs.join(name), folder.join(name))
                .unwrap_or_else(|error| panic!("the page with fal's client: {name}: {error}"));
        }
        let site = Site::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        // Pictures are shown as long as the page is.
        let script = Script { keep: 10_000, ..Script::quick() };
        let server = Server::start(&script, Some(site)).await;
        let ours = browser.window().await.expect("a window");
        let theirs = browser.new_window().await.expect("one more window");
        let engine = server.engine.clone();
        let ground = Self { browser, engine, server, windows: [ours, theirs] };
        for side in Side::BOTH {
            ground.turn_to(side).await;
            let script = json!({ "source": include_str!("watch.js") });
            command(browser, "Page.addScriptToEvaluateOnNewDocument", script).await;
        }
        ground
    }

    /// Opens both pages as if for the first time, with a prompt in them.
    pub async fn open(&self) {
        self.turn_to(Side::Ours).await;
        self.browser.goto("about:blank").await.expect("a page without anything");
        let everything = json!({ "origin": self.server.origin, "storageTypes": "all" });
        command(self.browser, "Storage.clearDataForOrigin", everything).await;
        for side in Side::BOTH {
            self.turn_to(side).await;
            let page = match side {
                Side::Ours => "",
                Side::Theirs => "fal.html",
            };
            let url = format!("{}/{page}", self.server.origin);
            self.browser.goto(url).await.expect("the page opens");
            let is_there = "arguments[0](document.readyState === 'complete'
                && !document.getElementById('shell') && !!document.querySelector('.generate'))";
            let start = Instant::now();
            while self.ask(is_there, &[]).await != true {
                assert!(start.elapsed() < PATIENCE, "{side:?} does not start");
                sleep(Duration::from_millis(50)).await;
            }
            let focus = "document.getElementsByName('prompt')[0].focus();
                Promise.resolve(globalThis.fluxStudioLater?.()).then(() => arguments[0]())";
            self.ask(focus, &[]).await;
            command(self.browser, "Input.insertText", json!({ "text": PROMPT })).await;
        }
    }

    /// Puts a page in front.
    pub async fn turn_to(&self, side: Side) {
        let [ours, theirs] = &self.windows;
        let window = if side == Side::Ours { ours } else { theirs };
        self.browser.switch_to_window(window.clone()).await.expect("the window of a page");
        command(self.browser, "Page.bringToFront", json!({})).await;
        // A page that nobody sees asks less often, and paints nothing.
        let hidden = self.ask("arguments[0](document.hidden)", &[]).await;
        assert_eq!(hidden, false, "the page in front is hidden");
    }

    /// Runs a script that calls its last argument with an answer.
    pub async fn ask(&self, script: &str, arguments: &[Value]) -> Value {
        ask(self.browser, script, arguments).await
    }
}
