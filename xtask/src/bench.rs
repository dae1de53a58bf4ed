//! Measurements: what can be measured, and how it is started.
//!
//! What the figures mean, and whether they may make a measurement fail, is said where they are made,
//! in `benches/`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::{
    app, browser,
    error::Failure,
    npm,
    project::{self, Project},
    say, suites, tools,
};

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum What {
    /// How soon a form of 10, 100 and 1000 fields is there and what a key typed into it costs, beside
    /// a page written by hand; prints figures and never fails because of them
    Form,
    /// How soon a finished picture is there and how many requests it takes, beside fal's client; fails
    /// where the page is not as much better as it should be. Needs Node and npm
    Latency,
    /// What a status answer costs where there are 200 jobs and 20 of them run; fails where it is too
    /// much
    Jobs,
}

impl What {
    /// The name of the target.
    fn target(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Latency => "latency",
            Self::Jobs => "jobs",
        }
    }

    /// How often is often enough.
    fn runs(self) -> u32 {
        match self {
            Self::Form => 5,
            Self::Latency => 40,
            Self::Jobs => 3,
        }
    }
}

/// `cargo xtask bench`. The page is measured as it is shipped; what drives it is built as for the
/// tests, which has been compiled already.
pub(crate) fn bench(project: &Project, what: What, runs: Option<u32>) -> Result<(), Failure> {
    tools::ensure_c_compiler()?;
    let client = match (what == What::Latency).then(|| client(project)) {
        Some(Err(reason)) => {
            say::line(format!("SKIPPED, as {reason}: there is nothing to compare the page with."));
            return Ok(());
        }
        Some(Ok(folder)) => Some(folder),
        None => None,
    };
    let tools = tools::ensure(project)?;
    let browser = browser::ensure(project)?;
    app::ensure_page(project, &tools)?;
    let mut command = project.cargo();
    command.args(["bench", "--locked", "--workspace", "--profile", "dev", "--bench"]);
    let runs = runs.unwrap_or_else(|| what.runs());
    command.arg(what.target()).env("FLUX_STUDIO_RUNS", runs.to_string());
    if let Some(folder) = client {
        command.env("FLUX_STUDIO_FAL_PAGE", folder);
    }
    suites::name_page_and_browser(&mut command, project, &browser);
    project::run(&mut command, "the measurement")
}

/// A folder with a page that uses fal's client, or why there is none.
fn client(project: &Project) -> Result<PathBuf, String> {
    let folder = npm::folder(project, npm::CLIENT)?;
    let npm = project::which("npm").ok_or("there is no npm to bundle fal's client with")?;
    let mut bundle = project.command(npm);
    bundle.current_dir(&folder).args(["run", "bundle"]);
    let bundled = project::output_of(&mut bundle).map(|_| folder);
    bundled.ok_or_else(|| "fal's client could not be bundled".to_owned())
}
