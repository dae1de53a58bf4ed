//! Where the repository is, and how a program is run in it.
//!
//! This module owns the root folder, the search of PATH and the running of children. It does not
//! know what any of the programs are for.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::error::Failure;

/// A checkout of this repository.
#[derive(Debug)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    /// Finds the checkout: from what cargo says about this crate, else upwards from where we stand.
    pub(crate) fn find() -> Result<Self, Failure> {
        let here = env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .or_else(|| env::current_dir().ok());
        let here = here.ok_or(Failure::NoProject)?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("xtask").is_dir());
        root.map(|root| Self { root: root.to_owned() }).ok_or(Failure::NoProject)
    }

    /// The root of the checkout.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The built page.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A path below `target/`, for what is made along the way. Not cargo's own target folder, which
    /// a person may have moved elsewhere: `index.html` refers to `target/style/`.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// A program to be run in the root folder.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// The cargo that runs us, so that the toolchain of the repository is kept.
    pub(crate) fn cargo(&self) -> Command {
        self.command(cargo_program())
    }
}

/// The cargo that runs us.
pub(crate) fn cargo_program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a program to its end, with its output shown.
pub(crate) fn run(command: &mut Command, step: &str) -> Result<(), Failure> {
    let status = command.status().map_err(|source| not_run(command, source))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Step { step: step.to_owned(), status: status.to_string() })
    }
}

/// What a program prints on standard output, or nothing if it cannot be run or ends badly.
pub(crate) fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The failure of a program that could not be started.
pub(crate) fn not_run(command: &Command, source: std::io::Error) -> Failure {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    Failure::NotRun { program, source, advice: "check that it is installed and may be run" }
}

/// The first program of this name on PATH.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .flat_map(|folder| executable_names(name).map(move |name| folder.join(name)))
        .find(|path| is_program(path))
}

/// The name of a program as this system spells it.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// PATH with these folders in front.
pub(crate) fn path_with(folders: &[PathBuf]) -> OsString {
    let old = env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().cloned().chain(env::split_paths(&old));
    // A folder whose name holds the separator cannot be on a PATH at all; then the old one has to
    // do.
    env::join_paths(folders).unwrap_or(old)
}

/// Whether this is a file that may be executed.
pub(crate) fn is_program(path: &Path) -> bool {
    let Ok(data) = path.metadata() else { return false };
    #[cfg(unix)]
    let may_run = {
        use std::os::unix::fs::PermissionsExt as _;
        data.permissions().mode() & 0o111 != 0
    };
    #[cfg(not(unix))]
    let may_run = true;
    data.is_file() && may_run
}

/// npm is a script on Windows, everything else there is a program.
fn executable_names(name: &str) -> impl Iterator<Item = String> {
    let script = cfg!(windows).then(|| format!("{name}.cmd"));
    [executable(name)].into_iter().chain(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_found() {
        let project = Project::find().unwrap();
        assert!(project.root().join("xtask/src/project.rs").is_file());
    }

    #[test]
    fn folders_go_in_front_of_the_path() {
        let folder = PathBuf::from("some-folder");
        let path = path_with(std::slice::from_ref(&folder));
        assert_eq!(env::split_paths(&path).next(), Some(folder));
    }

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert_eq!(which("a-program-that-nobody-has"), None);
    }
}
