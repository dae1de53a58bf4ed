//! The accessibility rules of axe-core.
//!
//! This module owns their version and where they come from, which is npm: the tests can do without
//! them. It does not know how they are run.

use std::{fs, path::PathBuf};

use crate::{
    project::{Project, output_of, which},
    say,
};

const AXE: &str = "4.14.1";

const SKIPPED: &str = "    Skipping the accessibility rules of axe: ";

/// The script, if npm is there to fetch it. The tests say themselves that they did without.
pub(crate) fn script(project: &Project) -> Option<PathBuf> {
    let folder = project.scratch("axe");
    let package = folder.join("node_modules/axe-core");
    let current = || {
        fs::read_to_string(package.join("package.json"))
            .is_ok_and(|text| text.contains(&format!("\"version\": \"{AXE}\"")))
    };
    let there = || Some(package.join("axe.min.js")).filter(|script| current() && script.is_file());
    if there().is_none() {
        let Some(npm) = which("npm") else {
            say::line(SKIPPED.to_owned() + "there is no npm to fetch them with");
            return None;
        };
        fs::create_dir_all(&folder).ok()?;
        let mut install = project.command(npm);
        install.args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]);
        install.arg("--prefix").arg(&folder).arg(format!("axe-core@{AXE}"));
        output_of(&mut install);
    }
    let script = there();
    if script.is_none() {
        say::line(SKIPPED.to_owned() + "npm could not fetch them");
    }
    script
}
