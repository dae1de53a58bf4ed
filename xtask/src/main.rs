//! The chores of this repository, one subcommand each.
//!
//! This file owns the command line and the exit code, and nothing else: every chore is a function
//! in a module of its own that returns a [`Failure`], whose `Display` is the one sentence a person
//! reads before the program ends with 1.

mod app;
mod axe;
mod bench;
mod browser;
mod budget;
mod checks;
mod compress;
mod dev;
mod download;
mod error;
mod halves;
mod install;
mod later;
mod launch;
mod npm;
mod page;
mod project;
mod say;
mod scripts;
mod serve;
mod shorten;
mod split;
mod stamp;
mod styles;
mod suites;
mod tally;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::{error::Failure, project::Project};

/// The port of the app when none is asked for.
const DEFAULT_PORT: u16 = 4173;

/// The chores of Flux Studio.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Build the app and its proxy, and run them; with no FAL_KEY, pictures come from the demo
    /// engine
    Start {
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = DEFAULT_PORT)]
        port: u16,
        /// Open the page in the browser
        #[arg(long)]
        open: bool,
    },
    /// The same, rebuilt and reloaded whenever a file changes
    Dev {
        /// The port on 127.0.0.1
        #[arg(long, default_value_t = DEFAULT_PORT)]
        port: u16,
        /// Open the page in the browser
        #[arg(long)]
        open: bool,
    },
    /// Leave the finished static page in dist/
    Dist,
    /// Formatting, lints, documentation, the release build and its size
    Ci,
    /// Every test: native, in a headless browser, and end to end
    Test {
        /// Run only the tests whose name contains this
        filter: Option<String>,
    },
    /// Measure the built page
    Bench {
        /// What is measured
        what: bench::What,
        /// How often, instead of as often as is usual for it
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
        runs: Option<u32>,
    },
    /// Join style/*.css into target/style/studio.css (Trunk calls this)
    Styles,
    /// Wait for the server that `start` became, then say where it is
    #[command(hide = true)]
    Announce {
        #[arg(long)]
        port: u16,
        #[arg(long)]
        open: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().chore) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            say::failure(&failure);
            ExitCode::FAILURE
        }
    }
}

/// `Ok(false)` is a chore that has already said everything and still did not succeed.
fn run(chore: Chore) -> Result<bool, Failure> {
    let project = Project::find()?;
    match chore {
        Chore::Start { port, open } => serve::start(&project, port, open)?,
        Chore::Dev { port, open } => dev::dev(&project, port, open)?,
        Chore::Dist => app::dist(&project)?,
        Chore::Ci => checks::ci(&project)?,
        Chore::Test { filter } => return suites::test(&project, filter.as_deref()),
        Chore::Bench { what, runs } => bench::bench(&project, what, runs)?,
        Chore::Styles => styles::write(&project).map(drop)?,
        Chore::Announce { port, open } => serve::announce(port, open),
    }
    Ok(true)
}
