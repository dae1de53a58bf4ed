//! fal's own server proxies as they are published, run by Node from `tests/contract`. They hold the key
//! and have CORS as their README says; their way to fal leads to the queue of the test.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::thread::{self, JoinHandle};

use super::fal::Fal;

/// The frameworks that an adapter is made for. Express and Hono are there; Remix and SvelteKit only hand
/// web requests on, and their adapters get these as from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framework {
    Express,
    Hono,
    Remix,
    Svelte,
}

/// How an adapter is set up.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub framework: Framework,
    /// The key it holds, if it holds one.
    pub key: Option<&'static str>,
    /// The limit of `express.json()`, where it is not Express's own; CORS is in front of it then.
    pub limit: Option<&'static str>,
    /// What the header `X-App-Token` has to say, where the adapter stands behind a door.
    pub token: Option<&'static str>,
}

/// A running adapter. It ends when it is dropped, or with the process of the test.
pub struct Adapter {
    /// `http://127.0.0.1:port`
    pub origin: String,
    process: Child,
    said: Option<JoinHandle<String>>,
}

/// Where the packages of the adapters are. Without them this says so, once, and the tests have nothing
/// to do.
pub fn packages() -> Option<PathBuf> {
    static SAID: Once = Once::new();
    let folder = env::var_os("FLUX_STUDIO_CONTRACT").map(PathBuf::from);
    if folder.is_none() {
        // Not `eprintln!`, which is kept back for tests that pass.
        let sentence = "skipped: the contract tests with fal's own server proxies, as \
                        FLUX_STUDIO_CONTRACT names no folder with their packages";
        SAID.call_once(|| _ = writeln!(std::io::stderr(), "{sentence}"));
    }
    folder
}

impl Framework {
    /// The name of its script.
    fn script(self) -> &'static str {
        match self {
            Self::Express => "express.mjs",
            Self::Hono => "hono.mjs",
            Self::Remix => "remix.mjs",
            Self::Svelte => "svelte.mjs",
        }
    }

    /// The name that its adapter gives itself at fal.
    pub fn client_proxy(self) -> &'static str {
        match self {
            Self::Express => "@fal-ai/server-proxy/express",
            Self::Hono => "@fal-ai/server-proxy/hono",
            Self::Remix => "@fal-ai/server-proxy/remix",
            Self::Svelte => "@fal-ai/server-proxy/svelte-app-router",
        }
    }
}

impl Adapter {
    /// Starts an adapter and waits until it listens.
    pub fn start(setup: Setup, packages: PathBuf, fal: &Fal) -> Self {
        let mut node = Command::new("node");
        node.arg(setup.framework.script()).current_dir(packages);
        node.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // The key of the person whose computer this is stays out of it.
        for variable in ["FAL_KEY", "FAL_KEY_ID", "FAL_KEY_SECRET", "NODE_OPTIONS"] {
            node.env_remove(variable);
        }
        node.env("FLUX_STUDIO_UPSTREAM", &fal.origin);
        node.envs(setup.key.map(|key| ("FAL_KEY", key)));
        node.envs(setup.limit.map(|limit| ("FLUX_STUDIO_LIMIT", limit)));
        node.envs(setup.token.map(|token| ("FLUX_STUDIO_TOKEN", token)));
        let mut process = node.spawn().expect("Node starts");
        let mut stderr = process.stderr.take().expect("a pipe");
        let said = thread::spawn(move || {
            let mut said = Vec::new();
            stderr.read_to_end(&mut said).ok();
            String::from_utf8_lossy(&said).into_owned()
        });
        let mut port = String::new();
        let mut stdout = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut adapter = Self { origin: String::new(), process, said: Some(said) };
        stdout.read_line(&mut port).expect("what it prints");
        let port: u16 = port.trim().parse().expect("the adapter's port");
        adapter.origin = format!("http://127.0.0.1:{port}");
        adapter
    }

    /// Where the page sends its requests.
    pub fn proxy_url(&self) -> String {
        format!("{}/api/fal/proxy", self.origin)
    }
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        if thread::panicking() {
            eprintln!("The adapter said:\n{said}");
        }
    }
}
