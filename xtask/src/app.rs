//! The finished page.
//!
//! This module owns how dist/ comes about: Trunk's release build, then the compressed siblings.
//! Every chore that needs the page asks here, so what is tested is what is shipped. It does not
//! know who serves it.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::{
    compress,
    error::Failure,
    halves,
    project::{self, Project},
    say::{self, Step},
    scripts, shorten, stamp, styles,
    tools::{self, Tools},
};

/// `cargo xtask dist`.
pub(crate) fn dist(project: &Project) -> Result<(), Failure> {
    let tools = tools::ensure(project)?;
    ensure_page(project, &tools)?;
    say::line("The page is in dist/, ready for any host and any path.");
    Ok(())
}

/// Builds the page, unless dist/ already holds what these sources make: Trunk would link and
/// optimise it all over again.
pub(crate) fn ensure_page(project: &Project, tools: &Tools) -> Result<(), Failure> {
    if stamp::is_current(project) {
        say::line("==> The page in dist/ is up to date");
        return Ok(());
    }
    stamp::forget(project);
    fetch(project)?;

    let first = !project.scratch(tools::WASM).join("wasm-release").is_dir();
    let step = Step::about(
        "Building the page",
        if first { "about 3 minutes the first time" } else { "about a minute" },
    );
    styles::write(project)?;
    let mut trunk = trunk(project, tools);
    // Not for the development server: what else is built for it, such as tests, would be built anew.
    trunk.env(FLAGS, flags(project));
    trunk
        .args(["build", "--release=true", "--dist"])
        .arg(project.dist())
        .arg(project.root().join("index.html"));
    project::run(&mut trunk, "building the page")?;
    scripts::tidy(&project.dist())?;
    shorten::names(&project.dist())?;
    halve(project)?;
    step.done();

    let step = Step::about("Compressing the page", "a few seconds");
    let count = compress::siblings(&project.dist())?;
    step.done();
    say::line(format!("    {count} files have .br and .gz siblings"));
    stamp::remember(project)
}

/// Cargo adds what this holds to the flags in .cargo/config.toml. RUSTFLAGS would take their place.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// Compiler flags that leave the folders of this machine out of the program: a panic names the source
/// file it comes from, and everybody can read that.
fn flags(project: &Project) -> String {
    let own = env::var(FLAGS).unwrap_or_default();
    let mut folders = vec![(project.root().to_owned(), ".")];
    let home = env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    if let Some(home) = home.or_else(|| Some(env::home_dir()?.join(".cargo"))) {
        // One folder for each registry. Of several that fit, the compiler takes the last.
        let registries = home.join("registry/src").read_dir().into_iter().flatten();
        let registries = registries.filter_map(|entry| Some((entry.ok()?.path(), "crates")));
        let registries: Vec<_> = registries.collect();
        folders.push((home, "cargo"));
        folders.extend(registries);
    }
    folders.iter().fold(own, |flags, (folder, name)| match folder.to_str() {
        // Cargo splits at blanks: a folder with one in it is named after all.
        Some(folder) if !folder.contains(char::is_whitespace) => {
            format!("{flags} --remap-path-prefix={folder}={name}")
        }
        _ => flags,
    })
}

/// Splits the program, or leaves it whole and says why: a page that is heavier than it has to be is
/// better than none. `ci` weighs the page and refuses that.
fn halve(project: &Project) -> Result<(), Failure> {
    match halves::halve(&project.dist()) {
        Err(failure @ (Failure::NotSplit(_) | Failure::NoneLater(_) | Failure::OpenGates(_))) => {
            say::line(format!(
                "    The program stays whole, which makes a first visit heavier: {failure}"
            ));
            Ok(())
        }
        other => other,
    }
}

/// Fetches all dependencies, so that Trunk can be kept off the network. With nothing missing this
/// asks nobody.
pub(crate) fn fetch(project: &Project) -> Result<(), Failure> {
    let fetch = project::run(
        project.cargo().args(["fetch", "--locked", "--quiet"]).stdin(Stdio::null()),
        "cargo fetch",
    );
    fetch.map_err(|failure| {
        if matches!(failure, Failure::Step { .. }) { Failure::NotFetched } else { failure }
    })
}

/// Trunk with our tools in front, and forbidden to fetch any by itself.
pub(crate) fn trunk(project: &Project, tools: &Tools) -> Command {
    let mut trunk = project.command(tools.program("trunk"));
    trunk.env("PATH", tools.path());
    // Each takes an optional value, so a word that followed would be swallowed without the `=true`.
    trunk.args(["--offline=true", "--skip-version-check"]);
    trunk.env("TRUNK_BUILD_LOCKED", "true");
    // A mistake in the sources is no matter for a backtrace of Trunk.
    trunk.env("RUST_BACKTRACE", "0");
    // The convention is any value at all; Trunk takes it for a boolean of its own and refuses `1`.
    match env::var_os("NO_COLOR") {
        Some(value) if !value.is_empty() => trunk.env("NO_COLOR", "true"),
        _ => trunk.env_remove("NO_COLOR"),
    };
    trunk
}
