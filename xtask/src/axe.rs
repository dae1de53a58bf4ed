//! The accessibility rules of axe-core.
//!
//! This module owns their version and where they come from, which is npm: the tests can do without
//! them. It does not know how they are run.

use std::{fs, path::PathBuf};

use crate::project::{Project, output_of, which};

const AXE: &str = "4.14.1";

/// The script, or why there is none.
pub(crate) fn script(project: &Project) -> Result<PathBuf, String> {
    let folder = project.scratch("axe");
    let package = folder.join("node_modules/axe-core");
    let current = || {
        fs::read_to_string(package.join("package.json"))
            .is_ok_and(|text| text.contains(&format!("\"version\": \"{AXE}\"")))
    };
    let there = || Some(package.join("axe.min.js")).filter(|script| current() && script.is_file());
    if there().is_none() {
        let npm = which("npm").ok_or("there is no npm to fetch them with")?;
        fs::create_dir_all(&folder).map_err(|error| format!("{} ({error})", folder.display()))?;
        let mut install = project.command(npm);
        install.args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]);
        install.arg("--prefix").arg(&folder).arg(format!("axe-core@{AXE}"));
        output_of(&mut install);
    }
    there().ok_or_else(|| "npm could not fetch them".to_owned())
}
