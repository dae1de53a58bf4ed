//! The stage of a test: a proxy with its engine, a browser, the page; set up before, looked over and
//! taken down after, whatever happens in between.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{fs, io};

use flux_proxy::demo::{Handle, Script};
use flux_proxy::{Options, Site};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::page::Page;
use super::scratch::{Scratch, evidence};
use super::server::Server;
use super::watch::{self, Sent};
use super::{browser, site};

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
    sent: tokio::sync::Mutex<Vec<Sent>>,
}

/// What happens to a file.
pub type Spoil = fn(&Path) -> io::Result<()>;

/// How the stage is to be set.
#[derive(Default)]
pub struct Setting {
    script: Option<Script>,
    config: Option<Option<String>>,
    documents: Vec<(String, Value)>,
    broken: Option<(&'static str, Spoil)>,
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

/// A stage on which the host's models are these documents, the first of them opened.
pub fn with_models(documents: &[Value]) -> Setting {
    let path = |document: &Value| {
        let paths = document["paths"].as_object().expect("paths");
        format!("models{}.json", paths.keys().next().expect("a path for the submit"))
    };
    with_models_at(documents.iter().map(|document| (path(document), document.clone())).collect())
}

/// The same for documents at places of one's own.
pub fn with_models_at(documents: Vec<(String, Value)>) -> Setting {
    let paths: Vec<&String> = documents.iter().map(|(path, _)| path).collect();
    let config = json!({ "proxyUrl": "api/fal/proxy", "models": paths }).to_string();
    Setting { config: Some(Some(config)), documents, ..Setting::default() }
}

/// A stage on which something has happened to the page's files with this in their names.
pub fn with_file(name: &'static str, spoil: Spoil) -> Setting {
    Setting { broken: Some((name, spoil)), ..Setting::default() }
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
        fs::remove_dir_all(evidence()).ok();
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
            runtime.block_on(stage.keep_evidence(&left));
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
        let mut folder = site::built();
        if let Some(config) = self.config {
            folder = site::copy_of(&folder, &scratch.join("site"));
            site::configure(&folder, config.as_deref());
            for (path, document) in &self.documents {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder for models");
                fs::write(path, document.to_string()).expect("a document in the test's folder");
            }
        }
        if let Some((name, spoil)) = self.broken {
            folder = site::copy_of(&folder, &scratch.join("site"));
            for file in site::files_with(&folder, name) {
                spoil(&file).expect("a file that can be spoiled");
            }
        }
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
            sent: tokio::sync::Mutex::default(),
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
        let mut sent = self.sent.lock().await;
        watch::take_sent(&self.page.browser, &mut sent).await;
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

    /// Writes down what there is to see of a page on which a test has failed.
    async fn keep_evidence(&self, wrong: &[String]) {
        let folder = evidence();
        fs::create_dir_all(&folder).expect("a folder for what a failure leaves");
        let browser = &self.page.browser;
        let sent: Vec<String> = self.sent().await.iter().map(ToString::to_string).collect();
        browser.screenshot(&folder.join("page.png")).await.ok();
        fs::write(folder.join("page.html"), browser.source().await.unwrap_or_default()).ok();
        fs::write(folder.join("console.txt"), wrong.join("\n")).ok();
        fs::write(folder.join("requests.txt"), sent.join("\n")).ok();
        eprintln!("See {}", folder.display());
    }
}
