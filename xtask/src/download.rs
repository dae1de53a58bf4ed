//! Ready-made tools from the releases of their projects.
//!
//! This module owns the names under which the projects publish them. It uses the `curl` and `tar`
//! of the machine, and gives a reason, not a failure, when there is nothing to be had: the caller
//! can still build from source.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    project::{Project, executable, output_of, which},
    tools::{Tool, has_version},
};

const GITHUB: &str = "https://github.com";

/// Puts the programs of a tool into `draft/bin`, or says why it could not.
pub(crate) fn ready_made(project: &Project, tool: &Tool, draft: &Path) -> Result<(), String> {
    let host = host(project).ok_or("the host is not known")?;
    let url = url(tool, &host).ok_or_else(|| format!("none is published for {host}"))?;
    let curl = which("curl").ok_or("there is no curl")?;
    let tar = which("tar").ok_or("there is no tar")?;

    let (archive, unpacked) = (draft.join("archive"), draft.join("unpacked"));
    fs::create_dir_all(&unpacked).map_err(|error| error.to_string())?;
    let mut fetch = Command::new(curl);
    fetch.args([
        "--fail",
        "--location",
        "--silent",
        "--show-error",
        "--proto",
        "=https",
        "--connect-timeout",
        "10",
    ]);
    // A line that is too slow for this is slower than the compiler.
    fetch.args(["--speed-limit", "2000", "--speed-time", "20", "--output"]).arg(&archive).arg(url);
    run(&mut fetch)?;
    run(Command::new(tar).arg("-xf").arg(&archive).arg("-C").arg(&unpacked))?;

    let bin = draft.join("bin");
    fs::create_dir_all(&bin).map_err(|error| error.to_string())?;
    for name in tool.programs {
        let name = executable(name);
        let found = find(&unpacked, &name).ok_or_else(|| format!("the archive holds no {name}"))?;
        fs::rename(&found, bin.join(&name)).map_err(|error| error.to_string())?;
    }
    fs::remove_file(&archive).and_then(|()| fs::remove_dir_all(&unpacked)).ok();
    let runs =
        tool.programs.iter().all(|name| has_version(&bin.join(executable(name)), &tool.version));
    if runs { Ok(()) } else { Err("the fetched program does not run here".into()) }
}

/// Where a tool is published for a machine.
fn url(tool: &Tool, host: &str) -> Option<String> {
    let version = &tool.version;
    match tool.package {
        "trunk" => {
            let folder = format!("{GITHUB}/trunk-rs/trunk/releases/download/v{version}");
            let extension = if host.contains("windows") { "zip" } else { "tar.gz" };
            Some(format!("{folder}/trunk-{host}.{extension}"))
        }
        "wasm-bindgen-cli" => {
            let folder = format!("{GITHUB}/wasm-bindgen/wasm-bindgen/releases/download/{version}");
            // Built with musl for Linux, which runs on glibc too.
            let host = host.replace("-linux-gnu", "-linux-musl");
            Some(format!("{folder}/wasm-bindgen-{version}-{host}.tar.gz"))
        }
        _ => None,
    }
}

/// The machine we compile on, as rustc names it.
fn host(project: &Project) -> Option<String> {
    let about = output_of(project.command("rustc").arg("-vV"))?;
    about.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned)
}

/// Runs a program and turns what it says into a reason.
fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = || said.lines().next().map_or_else(|| output.status.to_string(), str::to_owned);
    if output.status.success() { Ok(()) } else { Err(reason()) }
}

/// A file by name, at most one folder deep: some archives have a folder, some have none.
fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries: Vec<_> =
        fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let folders = entries.into_iter().filter(|path| path.is_dir());
    [folder.to_owned()]
        .into_iter()
        .chain(folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn the_host_is_known() {
        assert!(host(&Project::find().unwrap()).unwrap().contains('-'));
    }

    #[test]
    fn a_reason_is_the_first_line_of_what_was_said() {
        let project = Project::find().unwrap();
        let reason = run(project.command("rustc").arg("--no-such-option")).unwrap_err();
        assert!(reason.contains("no-such-option"), "{reason}");
    }
}
