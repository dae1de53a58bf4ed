//! How a proxy is set up. Everything here is already checked: a list of patterns, not of texts.

use std::time::Duration;

use reqwest::Url;

use crate::demo;
use crate::key::FalKey;
use crate::origins::Origins;
use crate::pattern::Pattern;
use crate::site::Site;

/// What a proxy serves, to whom, and within what limits.
#[derive(Debug)]
pub struct Options {
    /// Who answers: fal, or the demo engine. The default is a demo engine at its usual pace.
    pub upstream: Upstream,
    /// The built app, served at `/`. None by default.
    pub site: Option<Site>,
    /// Where requests may go. By default fal's queue and its direct runs.
    pub allow: Vec<Pattern>,
    /// Which pages of other origins may use the proxy. None by default.
    pub origins: Origins,
    /// The largest request body in bytes; 32 MiB by default.
    pub body_limit: usize,
    /// How long the upstream may be silent, before its answer and within it; 120 s by default.
    pub timeout: Duration,
    /// Another place that stands in for `queue.fal.run`, `fal.run` and the documents of `fal.ai`, plain http
    /// included. For tests of real forwarding; the command line cannot set it.
    pub upstream_origin: Option<Url>,
    /// Whether to write one line to standard error for each request.
    pub verbose: bool,
}

/// Who answers what the proxy lets through.
#[derive(Debug)]
pub enum Upstream {
    /// The real service, with the key that pays for it.
    Fal(FalKey),
    /// The engine in this crate that draws by itself.
    Demo(demo::Engine),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            upstream: Upstream::Demo(demo::Engine::new(demo::Script::default())),
            site: None,
            allow: Pattern::defaults(),
            origins: Origins::default(),
            body_limit: 32 * 1024 * 1024,
            timeout: Duration::from_secs(120),
            upstream_origin: None,
            verbose: false,
        }
    }
}
