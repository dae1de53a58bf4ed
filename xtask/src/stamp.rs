//! Whether the page in dist/ is still the one these sources make.
//!
//! This module owns the list of what a page is made of. It compares contents, not times: a checkout
//! of another branch makes old files new and new files old. It does not know how a page is built.

use std::{
    collections::hash_map::DefaultHasher,
    env, fs,
    hash::{Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use crate::{error::Failure, project::Project};

/// Everything that makes a difference to the page, our own steps and the tools' versions included.
const INPUTS: [&str; 19] = [
    "src",
    "public",
    "style",
    "build.rs",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    "xtask/src/app.rs",
    "xtask/src/tools.rs",
    "xtask/src/styles.rs",
    "xtask/src/compress.rs",
    "xtask/src/halves.rs",
    "xtask/src/later.rs",
    "xtask/src/shorten.rs",
    "xtask/src/scripts.rs",
    "xtask/src/split",
];

/// Whether dist/ holds what the last build left there, and nothing has changed since.
pub(crate) fn is_current(project: &Project) -> bool {
    let stamp = fs::read_to_string(path(project));
    let page = project.dist().join("index.html").is_file();
    page && stamp.is_ok_and(|stamp| of(project).is_ok_and(|now| now == stamp))
}

/// Remembers the page that was just built.
pub(crate) fn remember(project: &Project) -> Result<(), Failure> {
    let (path, stamp) = (path(project), of(project)?);
    fs::write(&path, stamp).map_err(Failure::file("write", path))
}

/// Forgets the last page: called before a build, so that one that fails leaves nothing to be
/// trusted.
pub(crate) fn forget(project: &Project) {
    fs::remove_file(path(project)).ok();
}

/// Every file below a folder, sorted; the path itself if it is a file; nothing if it is not there.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !path.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(path).map_err(Failure::file("read", path))?;
    let mut entries: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    let nested = entries.iter().map(|entry| files(entry)).collect::<Result<Vec<_>, _>>()?;
    Ok(nested.into_iter().flatten().collect())
}

fn path(project: &Project) -> PathBuf {
    project.scratch("page.stamp")
}

/// Sources and page in one line. The hasher may differ between compilers, and then the page is
/// simply built again.
fn of(project: &Project) -> Result<String, Failure> {
    let mut sources = DefaultHasher::new();
    env::var_os("RUSTFLAGS").hash(&mut sources);
    for input in INPUTS {
        hash(project, &project.root().join(input), &mut sources)?;
    }
    // The page too: a `trunk build` by hand replaces it behind our back.
    let mut page = DefaultHasher::new();
    hash(project, &project.dist(), &mut page)?;
    Ok(format!("{:016x} {:016x}\n", sources.finish(), page.finish()))
}

fn hash(project: &Project, path: &Path, hasher: &mut DefaultHasher) -> Result<(), Failure> {
    for file in files(path)? {
        file.strip_prefix(project.root()).unwrap_or(&file).hash(hasher);
        fs::read(&file).map_err(Failure::file("read", &file))?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_in_a_fixed_order() {
        let project = Project::find().unwrap();
        let files = files(&project.root().join("xtask/src")).unwrap();
        assert!(files.is_sorted());
        assert!(files.iter().any(|file| file.ends_with("stamp.rs")));
    }

    #[test]
    fn the_steps_of_ours_are_where_the_list_says() {
        let project = Project::find().unwrap();
        for input in INPUTS.into_iter().filter(|input| input.starts_with("xtask/")) {
            assert!(project.root().join(input).exists(), "{input}");
        }
    }

    #[test]
    fn what_is_not_there_has_no_files() {
        assert!(files(Path::new("no/such/folder")).unwrap().is_empty());
    }
}
