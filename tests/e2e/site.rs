//! The built page as files: where it is, and copies of it in which something is different.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder of the built page.
pub fn built() -> PathBuf {
    PathBuf::from(env::var_os("FLUX_STUDIO_DIST").expect(
        "FLUX_STUDIO_DIST names no built page: run `cargo xtask test`, \
         or build the page with `cargo xtask dist` and set it to the folder dist",
    ))
}

/// A copy of a folder of files and folders.
pub fn copy_of(from: &Path, to: &Path) -> PathBuf {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).expect("the built page").flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_of(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a copy of a file of the page");
        }
    }
    to.to_owned()
}

/// Puts another `config.json` in place, or none.
pub fn configure(folder: &Path, config: Option<&str>) {
    for file in files_with(folder, "config.json") {
        fs::remove_file(file).expect("a file that can be removed");
    }
    if let Some(text) = config {
        fs::write(folder.join("config.json"), text).expect("a file in the test's folder");
    }
}

/// The files with this in their names, compressed ones included.
pub fn files_with(folder: &Path, part: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the page").flatten().map(|entry| entry.path());
    let files: Vec<_> = entries.filter(|path| path.to_string_lossy().contains(part)).collect();
    assert!(!files.is_empty(), "the built page has no {part}");
    files
}
