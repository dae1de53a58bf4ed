//! What has to hold of the sources before any test is worth running.
//!
//! This module owns the list of checks and their order, cheapest first. The tests are elsewhere
//! (`suites`).

use std::process::Command;

use crate::{
    app, budget,
    error::Failure,
    project::{self, Project},
    say::{self, Step},
    tools::{self, WASM},
};

/// `cargo xtask ci`.
pub(crate) fn ci(project: &Project) -> Result<(), Failure> {
    tools::ensure_component(project, "rustfmt", &["fmt", "--version"])?;
    tools::ensure_component(project, "clippy", &["clippy", "--version"])?;
    tools::ensure_c_compiler()?;

    cargo(project, "formatting", "seconds", &["fmt", "--all", "--check"])?;

    let tools = tools::ensure(project)?;
    let lints = ["--locked", "--", "--deny", "warnings"];
    cargo(project, "lints", MINUTES, &with(&["clippy", "--workspace", "--all-targets"], &lints))?;
    // Of the tests only the browser's are built for wasm: the others need native crates.
    let browser = ["--lib", "--bins", "--test", "web"];
    cargo(
        project,
        "lints for wasm",
        MINUTES,
        &with(&["clippy", "--package", "flux-studio", "--target", WASM], &with(&browser, &lints)),
    )?;

    // Half of the app exists only for wasm, so its documentation is made twice.
    let pages = ["--locked", "--no-deps", "--document-private-items"];
    cargo(project, "documentation", MINUTES, &with(&["doc", "--workspace"], &pages))?;
    cargo(
        project,
        "documentation for wasm",
        MINUTES,
        &with(&["doc", "--package", "flux-studio", "--target", WASM], &pages),
    )?;

    app::ensure_page(project, &tools)?;
    let step = Step::begin("Weighing the first visit");
    budget::check(&project.dist())?;
    step.done();
    say::line("Every check holds.");
    Ok(())
}

const MINUTES: &str = "minutes the first time";

fn with<'a>(command: &[&'a str], arguments: &[&'a str]) -> Vec<&'a str> {
    [command, arguments].concat()
}

fn cargo(project: &Project, name: &str, about: &str, arguments: &[&str]) -> Result<(), Failure> {
    let step = Step::about(format!("Checking the {name}"), about);
    let mut cargo: Command = project.cargo();
    cargo.args(arguments);
    if arguments.first() == Some(&"doc") {
        cargo.env("RUSTDOCFLAGS", "--deny warnings");
    }
    project::run(&mut cargo, &format!("the check of the {name}"))?;
    step.done();
    Ok(())
}
