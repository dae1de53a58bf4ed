//! Bringing a tool onto the machine.
//!
//! This module owns the way there: ready-made if possible, else from source, and always so that an
//! interrupted installation never passes for a complete one and two at once do not harm each other.
//! It does not choose tools, versions or folders.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
    process,
    time::Duration,
};

use crate::{
    download,
    error::Failure,
    project::{self, Project},
    say::{self, Step},
    tools::{Tool, complete, ensure_c_compiler},
};

/// Installs a tool into `home`, in the folder of all tools, or waits for whoever is doing that.
pub(crate) fn install(
    project: &Project,
    tool: &Tool,
    tools: &Path,
    home: &Path,
) -> Result<(), Failure> {
    fs::create_dir_all(tools).map_err(Failure::file("create", tools))?;
    sweep(tools);
    let _lock = lock(tool, &home.with_added_extension("lock"));
    // Somebody else may have installed it while we waited.
    if complete(tool, &home.join("bin")) {
        return Ok(());
    }
    // A folder nobody looks at, renamed at the end.
    let draft = tools.join(format!(".{}-{}.{}", tool.package, tool.version, process::id()));
    let made = make(project, tool, &draft).and_then(|()| put_in_place(&draft, home));
    fs::remove_dir_all(&draft).ok();
    made
}

fn make(project: &Project, tool: &Tool, draft: &Path) -> Result<(), Failure> {
    let (title, version) = (tool.title, &tool.version);
    fs::create_dir_all(draft).map_err(Failure::file("create", draft))?;
    let step = Step::about(format!("Fetching {title} {version}"), "once per machine");
    match download::ready_made(project, tool, draft) {
        Ok(()) => step.done(),
        Err(reason) => {
            say::line(format!("    no ready-made one could be had: {reason}"));
            // What was fetched and does not run would be in the way.
            fs::remove_dir_all(draft).map_err(Failure::file("empty", draft))?;
            build(project, tool, draft)?;
        }
    }
    Ok(())
}

fn build(project: &Project, tool: &Tool, draft: &Path) -> Result<(), Failure> {
    ensure_c_compiler()?;
    let (title, version) = (tool.title, &tool.version);
    let about = format!("{}, once per machine", tool.duration);
    let step = Step::about(format!("Building {title} {version} from source"), &about);
    let build = draft.join("build");
    let mut cargo = project.cargo();
    cargo.args(["install", tool.package, "--version", &format!("={version}"), "--no-track"]);
    cargo.args(tool.locked.then_some("--locked"));
    cargo.arg("--root").arg(draft).arg("--target-dir").arg(&build);
    let built = project::run(&mut cargo, "cargo install");
    if built.is_err() || !complete(tool, &draft.join("bin")) {
        return Err(Failure::NoTool { tool: title, version: version.clone() });
    }
    fs::remove_dir_all(build).ok();
    step.done();
    Ok(())
}

fn put_in_place(draft: &Path, home: &Path) -> Result<(), Failure> {
    if home.exists() {
        // Not complete, or we would not be here.
        fs::remove_dir_all(home).map_err(Failure::file("remove", home))?;
    }
    fs::rename(draft, home).map_err(Failure::file("create", home))
}

/// Held while installing, so that a second checkout waits instead of building the same. Where the
/// file system knows no locks both build, and the later one replaces what the earlier one put
/// there.
fn lock(tool: &Tool, path: &Path) -> Option<File> {
    let file = File::create(path).ok()?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        say::line(format!("==> Waiting for another checkout to install {}", tool.title));
        file.lock().ok()?;
    }
    Some(file)
}

/// Takes away what interrupted installations left; a day is longer than any of them takes.
fn sweep(tools: &Path) {
    let old = |path: &Path| {
        let age = path
            .metadata()
            .and_then(|data| data.modified())
            .ok()
            .and_then(|time| time.elapsed().ok());
        age.is_some_and(|age| age > Duration::from_secs(24 * 60 * 60))
    };
    for path in
        fs::read_dir(tools).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()))
    {
        let draft = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if draft && old(&path) {
            fs::remove_dir_all(&path).ok();
        }
    }
}
