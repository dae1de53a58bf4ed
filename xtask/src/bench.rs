//! Measurements, which are no tests: they say how it is, and nothing depends on it.
//!
//! This module owns what can be measured and how it is started. What the figures mean is said where
//! they are made, in `benches/`.

use clap::ValueEnum;

use crate::{
    app, browser,
    error::Failure,
    project::{self, Project},
    suites, tools,
};

/// What can be measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum What {
    /// How soon a form of 10, 100 and 1000 fields is there, and what a key typed into it costs
    Form,
}

impl What {
    /// The name of the target.
    fn target(self) -> &'static str {
        match self {
            Self::Form => "form",
        }
    }
}

/// `cargo xtask bench`. The page is measured as it is shipped; what drives it is built as for the
/// tests, which has been compiled already.
pub(crate) fn bench(project: &Project, what: What, runs: u32) -> Result<(), Failure> {
    tools::ensure_c_compiler()?;
    let tools = tools::ensure(project)?;
    let browser = browser::ensure(project)?;
    app::ensure_page(project, &tools)?;
    let mut command = project.cargo();
    command.args(["bench", "--locked", "--workspace", "--profile", "dev", "--bench"]);
    command.arg(what.target()).env("FLUX_STUDIO_RUNS", runs.to_string());
    suites::name_page_and_browser(&mut command, project, &browser);
    project::run(&mut command, "the measurement")
}
