//! The stage of a test: a proxy with its engine, a browser, the page; set up before, looked over and
//! taken down after, whatever happens in between.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs, thread};

use flux_proxy::demo::{Handle, Script};
use flux_proxy::{Options, Site};
use serde_json::Value;
use thirtyfour::WebDriver;
use tokio::runtime::Runtime;

use super::browser;
use super::page::Page;
use super::server::Server;
use super::watch::{self, Sent};

/// What a test finds on the stage.
pub struct Stage {
    /// The page in its browser.
    pub page: Page,
    /// The hand on the engine behind the page's own proxy.
    pub engine: Handle,
    /// `http://127.0.0.1:port` of the page and its proxy.
    pub origin: String,
    /// An empty folder for files to pick.
    pub files: PathBuf,
    /// Where the browser saves downloads.
    pub downloads: PathBuf,
    site: Site,
    script: Script,
    server: tokio::sync::Mutex<Option<Server>>,
    spoiled: Mutex<BTreeSet<String>>,
    allowed: Mutex<BTreeSet<String>>,
    sent: Mutex<Vec<Sent>>,
}

/// How the stage is to be set.
#[derive(Default)]
pub struct Setting {
    script: Option<Script>,
    config: Option<Option<String>>,
    options: Option<Options>,
}

/// Plays on a stage with a quick engine and the page as it was built.
pub fn play(act: impl AsyncFnOnce(&Stage)) {
    Setting::default().play(act);
}

/// A stage with an engine of another pace.
pub fn at_pace(script: Script) -> Setting {
    Setting { script: Some(script), ..Setting::default() }
}

/// A stage on which the page's `config.json` is this text, or is missing.
pub fn with_config(text: Option<&str>) -> Setting {
    Setting { config: Some(text.map(str::to_owned)), ..Setting::default() }
}

/// A stage with a proxy of one's own; the site is added.
pub fn with_proxy(options: Options) -> Setting {
    Setting { options: Some(options), ..Setting::default() }
}

impl Setting {
    /// Sets the stage, opens the page, plays, and looks over what is left.
    pub fn play(self, act: impl AsyncFnOnce(&Stage)) {
        self.play_unopened(async |stage| {
            stage.page.open().await;
            act(stage).await;
        });
    }

    /// The same, but leaves it to the test to open the page.
    pub fn play_unopened(self, act: impl AsyncFnOnce(&Stage)) {
        let runtime = Runtime::new().expect("a runtime");
        let scratch = Scratch::new();
        let stage = runtime.block_on(self.set(&scratch.0));
        let played = catch_unwind(AssertUnwindSafe(|| runtime.block_on(act(&stage))));
        let left = runtime.block_on(stage.look_over());
        let verdict = match played {
            Ok(()) if left.is_empty() => Ok(()),
            Ok(()) => Err(Box::new(left.join("\n")) as Box<dyn std::any::Any + Send>),
            Err(panic) => Err(panic),
        };
        if verdict.is_err() {
            for line in &left {
                eprintln!("{line}");
            }
            runtime.block_on(keep_evidence(&stage.page.browser, &scratch.0));
        }
        let quit = runtime.block_on(stage.page.browser.quit());
        runtime.shutdown_timeout(Duration::from_millis(100));
        if let Err(panic) = verdict {
            resume_unwind(panic);
        }
        quit.expect("the browser quits");
    }

    async fn set(self, scratch: &Path) -> Stage {
        let [files, downloads] = ["files", "downloads"].map(|name| scratch.join(name));
        for folder in [&files, &downloads] {
            fs::create_dir_all(folder).expect("a folder for the test");
        }
        let folder = match self.config {
            None => built_page(),
            Some(config) => configured(&scratch.join("site"), config.as_deref()),
        };
        let site = Site::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        let script = self.script.unwrap_or_else(Script::quick);
        let server = match self.options {
            None => Server::start(&script, Some(site.clone())).await,
            Some(options) => {
                Server::start_with(Options { site: Some(site.clone()), ..options }).await
            }
        };
        let origin = server.origin.clone();
        let browser = browser::start(&downloads).await;
        Stage {
            page: Page { browser, url: format!("{origin}/") },
            engine: server.engine.clone(),
            files,
            downloads,
            site,
            script,
            server: tokio::sync::Mutex::new(Some(server)),
            spoiled: Mutex::new(["/api/fal/proxy", "/demo/files/"].map(str::to_owned).into()),
            allowed: Mutex::new([origin.clone()].into()),
            sent: Mutex::default(),
            origin,
        }
    }
}

impl Stage {
    /// Lets requests go to one more origin.
    pub fn allow_origin(&self, origin: &str) {
        self.allowed.lock().unwrap_or_else(PoisonError::into_inner).insert(origin.to_owned());
    }

    /// Lets a request fail whose address contains this.
    pub fn expect_failing(&self, place: &str) {
        self.spoiled.lock().unwrap_or_else(PoisonError::into_inner).insert(place.to_owned());
    }

    /// Every request the browser has sent until now.
    pub async fn sent(&self) -> Vec<Sent> {
        let new = watch::sent(&self.page.browser).await;
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.extend(new);
        sent.clone()
    }

    /// Takes the complaints off the console that this test has provoked.
    pub async fn complaints(&self) -> Vec<String> {
        let spoiled = self.spoiled.lock().unwrap_or_else(PoisonError::into_inner).clone();
        watch::complaints(&self.page.browser, &spoiled).await
    }

    /// Closes the port of page and proxy.
    pub async fn stop_proxy(&self) {
        let mut server = self.server.lock().await;
        let stopped = server.take().expect("a proxy that runs").stop().await;
        assert_eq!(self.origin, format!("http://{stopped}"));
    }

    /// Opens the port again, with an engine that knows nothing of what was before.
    pub async fn start_proxy(&self) -> Handle {
        let address = self.origin.trim_start_matches("http://").parse().expect("an address");
        let server = Server::start_at(address, &self.script, Some(self.site.clone())).await;
        let engine = server.engine.clone();
        *self.server.lock().await = Some(server);
        engine
    }

    /// The body of the one and only submit.
    pub fn only_submission(&self) -> Value {
        let submissions = self.engine.submissions();
        assert_eq!(submissions.len(), 1, "{submissions:#?}");
        submissions[0].input.clone()
    }

    /// What is wrong though no test asked.
    async fn look_over(&self) -> Vec<String> {
        let mut wrong: Vec<String> = self.complaints().await;
        let allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = watch::origins(&self.sent().await);
        if !asked.contains(&self.origin) {
            wrong.push(format!("The requests were not written down: {asked:?}"));
        }
        let foreign = asked.difference(&allowed);
        wrong.extend(foreign.map(|origin| format!("A request went to {origin}")));
        wrong
    }
}

/// The folder of the built page.
fn built_page() -> PathBuf {
    PathBuf::from(env::var_os("FLUX_STUDIO_DIST").expect(
        "FLUX_STUDIO_DIST names no built page: run `cargo xtask test`, \
         or build the page with `cargo xtask dist` and set it to the folder dist",
    ))
}

/// A copy of the built page with another `config.json`.
fn configured(folder: &Path, config: Option<&str>) -> PathBuf {
    copy(&built_page(), folder);
    for name in ["config.json", "config.json.br", "config.json.gz"] {
        fs::remove_file(folder.join(name)).ok();
    }
    if let Some(text) = config {
        fs::write(folder.join("config.json"), text).expect("a file in the test's folder");
    }
    folder.to_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).expect("the built page").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy of a file of the page");
        }
    }
}

/// A folder that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("e2e").join(test_name());
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// The test harness names its threads by their tests.
fn test_name() -> String {
    thread::current().name().unwrap_or("test").replace("::", ".")
}

/// Writes down what there is to see of a page on which a test has failed.
async fn keep_evidence(browser: &WebDriver, scratch: &Path) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap_or(scratch);
    let folder = target.join("e2e-failures").join(test_name());
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).ok();
    browser.screenshot(&folder.join("page.png")).await.ok();
    fs::write(folder.join("page.html"), browser.source().await.unwrap_or_default()).ok();
    eprintln!("See {}", folder.display());
}
