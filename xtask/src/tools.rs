//! The tools a build needs beyond cargo: the wasm target, Trunk, and the wasm-bindgen CLI.
//!
//! This module owns which versions those are and the folder they live in, one for all checkouts on
//! the machine. A person's own tools may be used where their version is exactly right, and are
//! never written over. It does not know what the tools are used for.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::Failure,
    install,
    project::{self, Project, executable, is_program, output_of, which},
    say::Step,
};

/// Trunk 0.22 asks for a newer compiler than rust-toolchain.toml names, and has nothing we need.
const TRUNK: &str = "0.21.14";

/// What the page is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The folders the tools are in.
#[derive(Debug)]
pub(crate) struct Tools {
    folders: Vec<PathBuf>,
}

impl Tools {
    /// PATH with the tools in front of everything else.
    pub(crate) fn path(&self) -> OsString {
        project::path_with(&self.folders)
    }

    /// A tool by name, wherever it is. `Command` would look it up on our own PATH, not on the one
    /// it is given.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        let name = executable(name);
        let mut places = self.folders.iter().map(|folder| folder.join(&name));
        places.find(|path| is_program(path)).unwrap_or_else(|| PathBuf::from(name))
    }
}

/// A tool, and how it is come by.
#[derive(Debug)]
pub(crate) struct Tool {
    /// What a person calls it.
    pub(crate) title: &'static str,
    /// The package in the registry.
    pub(crate) package: &'static str,
    /// The programs we need of it; the first one tells its version.
    pub(crate) programs: &'static [&'static str],
    /// Exactly this one.
    pub(crate) version: String,
    /// Whether it builds with the Cargo.lock it was published with.
    pub(crate) locked: bool,
    /// How long it takes from source.
    pub(crate) duration: &'static str,
}

/// Makes sure of all that is needed to build and test the page.
pub(crate) fn ensure(project: &Project) -> Result<Tools, Failure> {
    ensure_wasm_target(project)?;
    let folders = [trunk(), wasm_bindgen(project)?]
        .iter()
        .map(|tool| ensure_tool(project, tool))
        .collect::<Result<_, _>>()?;
    Ok(Tools { folders })
}

/// Adds a component of the toolchain, such as clippy, unless this works without.
pub(crate) fn ensure_component(
    project: &Project,
    component: &str,
    probe: &[&str],
) -> Result<(), Failure> {
    if output_of(project.cargo().args(probe)).is_some() {
        return Ok(());
    }
    let step = Step::about(format!("Adding {component} to the toolchain"), "a few seconds");
    rustup(project, &["component", "add", component])?;
    step.done();
    Ok(())
}

/// The proxy links a TLS library that is partly C. Better said now than in the middle of a build.
pub(crate) fn ensure_c_compiler() -> Result<(), Failure> {
    let there = cfg!(windows)
        || env::var_os("CC").is_some()
        || ["cc", "gcc", "clang"].iter().any(|name| which(name).is_some());
    let advice = if cfg!(target_os = "macos") {
        "xcode-select --install"
    } else {
        "on Debian and Ubuntu: apt install build-essential"
    };
    if there { Ok(()) } else { Err(Failure::NoCompiler(advice)) }
}

/// The version of a package in the text of Cargo.lock.
fn locked_version<'lock>(lock: &'lock str, package: &str) -> Option<&'lock str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

fn trunk() -> Tool {
    Tool {
        title: "Trunk",
        package: "trunk",
        programs: &["trunk"],
        version: TRUNK.into(),
        locked: true,
        duration: "about 6 minutes",
    }
}

/// The CLI has to be of exactly the version the page links.
fn wasm_bindgen(project: &Project) -> Result<Tool, Failure> {
    let path = project.root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
    let version =
        locked_version(&lock, "wasm-bindgen").ok_or(Failure::NotLocked("wasm-bindgen"))?.to_owned();
    Ok(Tool {
        title: "the wasm-bindgen CLI",
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        version,
        locked: false,
        duration: "about 3 minutes",
    })
}

fn ensure_wasm_target(project: &Project) -> Result<(), Failure> {
    let folder =
        output_of(project.command("rustc").args(["--print", "target-libdir", "--target", WASM]));
    if folder.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    let step = Step::about(format!("Adding the target {WASM}"), "a few seconds");
    rustup(project, &["target", "add", WASM])?;
    step.done();
    Ok(())
}

fn rustup(project: &Project, arguments: &[&str]) -> Result<(), Failure> {
    let rustup = which("rustup").ok_or(Failure::NoRustup)?;
    project::run(
        project.command(rustup).args(arguments),
        &format!("`rustup {}`", arguments.join(" ")),
    )
}

/// The folder with the programs of a tool, which is installed if need be.
fn ensure_tool(project: &Project, tool: &Tool) -> Result<PathBuf, Failure> {
    let tools = cache(project)?.join("tools");
    let home = tools.join(format!("{}-{}", tool.package, tool.version));
    let bin = home.join("bin");
    if complete(tool, &bin) {
        return Ok(bin);
    }
    if let Some(own) = on_path(tool) {
        return Ok(own);
    }
    install::install(project, tool, &tools, &home).map(|()| bin)
}

/// Whether all programs of a tool are in a folder.
pub(crate) fn complete(tool: &Tool, bin: &Path) -> bool {
    tool.programs.iter().all(|program| is_program(&bin.join(executable(program))))
}

/// Where a person's own copy is, if it is the right one.
fn on_path(tool: &Tool) -> Option<PathBuf> {
    let program = which(tool.programs.first()?)?;
    let folder = program.parent()?.to_owned();
    (complete(tool, &folder) && has_version(&program, &tool.version)).then_some(folder)
}

/// Whether a program runs and says that it is of this version.
pub(crate) fn has_version(program: &Path, version: &str) -> bool {
    let said = output_of(Command::new(program).arg("--version"));
    said.is_some_and(|said| said.split_whitespace().any(|word| word == version))
}

/// The folder shared by all checkouts.
fn cache(project: &Project) -> Result<PathBuf, Failure> {
    let folder =
        |variable| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let system = || match env::consts::OS {
        "windows" => folder("LOCALAPPDATA"),
        "macos" => folder("HOME").map(|home| home.join("Library/Caches")),
        _ => folder("HOME").map(|home| home.join(".cache")),
    };
    let shared =
        || folder("XDG_CACHE_HOME").or_else(system).map(|caches| caches.join("flux-studio"));
    let cache = folder("FLUX_STUDIO_CACHE").or_else(shared).ok_or(Failure::NoCache)?;
    Ok(project.root().join(cache))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"
[[package]]
name = "wasm-bindgen-shared"
version = "9.9.9"

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry"
"#;

    #[test]
    fn the_version_is_that_of_the_package_itself() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm"), None);
        assert_eq!(locked_version("name = \"wasm-bindgen\"", "wasm-bindgen"), None);
    }

    #[test]
    fn our_own_lock_file_names_wasm_bindgen() {
        let tool = wasm_bindgen(&Project::find().unwrap()).unwrap();
        assert!(tool.version.starts_with("0.2."), "{}", tool.version);
    }
}
