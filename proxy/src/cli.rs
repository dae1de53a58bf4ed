//! The command line: what was written, and the checked setup that follows from it. The key is not part of
//! it, because a command line can be read by every user of a machine; it comes from the environment only.

use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use flux_proxy::{
    FalKey, KeyError, Options, OriginError, Origins, Pattern, PatternError, Site, SiteError,
    Upstream, demo,
};

/// The self-hosted proxy of Flux Studio.
///
/// With FAL_KEY in the environment, requests go to fal and the key is added here; without it, a built-in
/// demo engine answers and draws by itself.
#[derive(Debug, Parser)]
#[command(name = "flux-proxy", version)]
pub(crate) struct Arguments {
    /// Address and port to listen on; 0.0.0.0:4173 is reachable from other computers too, by its address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4173")]
    listen: SocketAddr,
    /// Folder with the built app, served at /
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// One more https address requests may go to, such as https://rest.fal.ai/storage/upload/**
    #[arg(long, value_name = "PATTERN")]
    allow: Vec<String>,
    /// A page of another origin that may use this proxy, or of its own where that has a name, such as
    /// https://studio.example.com, or * for all
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// Largest request in MiB
    #[arg(long, value_name = "MIB", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    body_limit_mib: u16,
    /// How long fal may be silent
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..))]
    timeout_secs: u32,
    /// Write one line for each request to standard error
    #[arg(long)]
    verbose: bool,
}

/// A command line that can be carried out.
#[derive(Debug)]
pub(crate) struct Setup {
    pub(crate) listen: SocketAddr,
    pub(crate) options: Options,
    /// Who will answer, in words.
    pub(crate) engine: &'static str,
}

/// Why the program does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("FAL_KEY cannot be used. {0}")]
    Key(#[from] KeyError),
    #[error("--allow cannot be used. {0}")]
    Allow(#[from] PatternError),
    #[error("--allow-origin cannot be used. {0}")]
    Origin(#[from] OriginError),
    #[error("--site cannot be used. {0}")]
    Site(#[from] SiteError),
    #[error("Port {} on {} is already in use. Stop the other program or choose another port with --listen.", .0.port(), .0.ip())]
    Taken(SocketAddr),
    #[error("Cannot listen on {0}: {1}.")]
    Bind(SocketAddr, io::Error),
    #[error("The server stopped: {0}.")]
    Serve(io::Error),
}

impl Arguments {
    pub(crate) fn setup(self, fal_key: Option<OsString>) -> Result<Setup, StartError> {
        let mut allow = Pattern::defaults();
        for pattern in &self.allow {
            allow.push(Pattern::parse(pattern)?);
        }
        let (upstream, engine) = match key(fal_key)? {
            Some(key) => (Upstream::Fal(key), "requests go to fal"),
            None => {
                let engine = demo::Engine::new(demo::Script::default());
                (Upstream::Demo(engine), "demo engine, because FAL_KEY is not set")
            }
        };
        let options = Options {
            upstream,
            site: self.site.map(Site::open).transpose()?,
            allow,
            origins: Origins::parse(&self.allow_origin)?,
            body_limit: usize::from(self.body_limit_mib) * 1024 * 1024,
            timeout: Duration::from_secs(self.timeout_secs.into()),
            verbose: self.verbose,
            ..Options::default()
        };
        Ok(Setup { listen: self.listen, options, engine })
    }
}

impl StartError {
    pub(crate) fn bind(listen: SocketAddr, error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::AddrInUse {
            Self::Taken(listen)
        } else {
            Self::Bind(listen, error)
        }
    }
}

/// An empty variable is an unset one: compose files and shells write it so.
fn key(variable: Option<OsString>) -> Result<Option<FalKey>, KeyError> {
    let text = match variable {
        None => return Ok(None),
        Some(variable) => variable.into_string().map_err(|_| KeyError::Unprintable)?,
    };
    match FalKey::parse(&text) {
        Ok(key) => Ok(Some(key)),
        Err(KeyError::Empty) => Ok(None),
        Err(error) => Err(error),
    }
}
