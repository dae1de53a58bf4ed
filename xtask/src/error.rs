//! Everything that can end a chore.
//!
//! This module owns the words: each `Display` is one sentence that says what happened and what to
//! do about it. It knows nothing of how the failure came about, and nobody else formats a failure.

use std::{io, path::PathBuf};

/// Why a chore ended before its time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The program was started outside the repository.
    #[error("this is not a checkout of Flux Studio: run `cargo xtask` inside the repository")]
    NoProject,

    /// No place for the tools could be worked out.
    #[error(
        "no folder for the build tools could be found: set FLUX_STUDIO_CACHE to a folder that can be \
         written to"
    )]
    NoCache,

    /// A file or folder could not be read, written or moved.
    #[error("could not {action} {}: {source}", path.display())]
    File {
        /// A verb, as in "could not *read* …".
        action: &'static str,
        /// What it was about.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// A program is not there, or cannot be run.
    #[error("could not run {program} ({source}): {advice}")]
    NotRun {
        /// The program as a person knows it.
        program: String,
        /// What the system said.
        source: io::Error,
        /// What to do.
        advice: &'static str,
    },

    /// A program ran and ended badly; it has already printed why.
    #[error("{step} failed ({status}): its own message is above")]
    Step {
        /// What was being done.
        step: String,
        /// How the program ended.
        status: String,
    },

    /// The built program could not be taken apart.
    #[error(
        "the program could not be split in two: {0}. Its build has changed in a way that xtask has to learn"
    )]
    NotSplit(#[source] crate::split::NotSplit),

    /// There is no program where it should be.
    #[error("the built page in dist/ names no program that is there: run the command again")]
    NoProgram,

    /// A name that is listed for the second half means nothing any more.
    #[error(
        "no function of {0} went to the second half of the program: LATER in xtask/src/later.rs \
         names what is no longer there"
    )]
    NoneLater(String),

    /// The first half of the program calls the second where nobody has thought about it.
    #[error(
        "the first half of the program calls the second, which may not be there yet:\n{0}Let these \
         callers wait for it (src/browser/later.rs) and list them in GATES of xtask/src/later.rs, or \
         take what they call out of LATER there"
    )]
    OpenGates(String),

    /// The wasm target is missing and cannot be added.
    #[error(
        "the target wasm32-unknown-unknown is missing and rustup is not there to add it: install Rust \
         with rustup (https://rustup.rs), or the target with whatever installed this Rust"
    )]
    NoRustup,

    /// There is nothing that could compile the C parts of the proxy.
    #[error("there is no C compiler: install one ({0}) and run the command again")]
    NoCompiler(&'static str),

    /// Neither a ready-made tool nor its source could be had.
    #[error(
        "{tool} {version} could not be installed, neither ready-made nor from source (the messages are \
         above): check the network connection and run the command again"
    )]
    NoTool {
        /// The name of the tool.
        tool: &'static str,
        /// The version that is needed.
        version: String,
    },

    /// Cargo.lock does not say what is asked of it.
    #[error("Cargo.lock names no version of {0}: restore it from git")]
    NotLocked(&'static str),

    /// The dependencies could not be fetched.
    #[error(
        "the dependencies could not be fetched (cargo's message is above): check the network connection, \
         and that Cargo.lock is as it is in git"
    )]
    NotFetched,

    /// Somebody else listens on the port.
    #[error(
        "port {port} is taken by another program: stop that one, or choose another port with \
         --port {free}"
    )]
    PortTaken {
        /// The port that was asked for.
        port: u16,
        /// One that is free at this moment.
        free: u16,
    },

    /// The port cannot be listened on for some other reason.
    #[error("cannot listen on port {port} ({source}): choose another one with --port")]
    PortRefused {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },

    /// A style sheet that would spoil those after it.
    #[error("style/{file}: {problem}")]
    Style {
        /// The name of the file in style/.
        file: String,
        /// What is wrong with it.
        problem: &'static str,
    },

    /// The page refers to a file that was not built.
    #[error(
        "dist/index.html refers to {0}, which is not in dist/: correct the reference or have Trunk copy \
         the file"
    )]
    DeadReference(String),

    /// The first visit has grown too heavy.
    #[error(
        "the first visit takes {total} KiB compressed, {over} KiB over the budget of {budget} KiB; \
         largest: {largest}"
    )]
    OverBudget {
        /// The sum, in KiB.
        total: String,
        /// By how much it is over, in KiB.
        over: String,
        /// What is allowed, in KiB.
        budget: u64,
        /// The heaviest files and their weight.
        largest: String,
    },

    /// There is no browser to test in.
    #[error("no Chrome or Chromium was found: {0}, or set CHROME to the program")]
    NoBrowser(&'static str),

    /// There is a browser, but no driver that fits it.
    #[error(
        "no chromedriver {major} was found to go with {}: {advice}, or set CHROMEDRIVER to the program",
        chrome.display()
    )]
    NoDriver {
        /// The browser.
        chrome: PathBuf,
        /// Its major version.
        major: u32,
        /// What to install.
        advice: &'static str,
    },

    /// The browser or driver named by the environment cannot be used.
    #[error("{variable} names {}, {problem}: correct the variable or unset it", path.display())]
    BadVariable {
        /// The environment variable.
        variable: &'static str,
        /// Its value.
        path: PathBuf,
        /// Why it will not do.
        problem: String,
    },
}

impl Failure {
    /// For `map_err` on a file operation.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }
}
