//! What fal publishes for Node, for the tests that put its server proxies between the page and the demo
//! engine, and for the measurement beside its client.
//!
//! This module owns where their packages are put and when npm has to fetch them; the folders with
//! their lock files say which. They come from npm and run on Node, and a machine without the two does
//! without. It does not know what is done with them.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Stdio,
};

use sha2::{Digest as _, Sha256};

use crate::{
    project::{Project, output_of, which},
    say::Step,
};

/// The oldest Node that runs all of the packages.
const NODE: u32 = 20;

/// Scripts, and the packages they need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packages {
    /// What they are, to a person.
    name: &'static str,
    /// Where the scripts and the lock file are.
    from: &'static str,
    /// The folder below `target/` where the packages are put.
    to: &'static str,
}

/// fal's own server proxies.
pub(crate) const PROXIES: Packages =
    Packages { name: "fal's server proxies", from: "tests/contract", to: "contract" };

/// fal's own client, in a page.
pub(crate) const CLIENT: Packages =
    Packages { name: "fal's client", from: "benches/latency/client", to: "client" };

/// A folder with the scripts and their packages, or why there is none.
pub(crate) fn folder(project: &Project, packages: Packages) -> Result<PathBuf, String> {
    let Packages { name, from, to } = packages;
    let node = which("node").ok_or("there is no Node")?;
    let said = output_of(project.command(node).arg("--version")).unwrap_or_default();
    if major(&said).is_none_or(|major| major < NODE) {
        return Err(format!("Node {NODE} or newer is needed, and this one is {said}"));
    }
    let folder = project.scratch(to);
    let lock = copy(&project.root().join(from), &folder)
        .map_err(|error| format!("{from} could not be copied to target/ ({error})"))?;
    // npm removes it together with the packages that it speaks of.
    let stamp = folder.join("node_modules/.lock-hash");
    if fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == lock) {
        return Ok(folder);
    }
    let npm = which("npm").ok_or("there is no npm to fetch the packages with")?;
    let step = Step::about(format!("Fetching {name} with npm"), "seconds");
    let mut install = project.command(npm);
    install.current_dir(&folder).stdin(Stdio::null());
    install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]);
    // Without a network that is to be known soon, and not after minutes.
    install.args(["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000"]);
    let output = install.output().map_err(|error| format!("npm could not be run ({error})"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "npm could not fetch the packages ({}); they are kept once it could",
            code(&said).unwrap_or("for a reason of its own")
        ));
    }
    fs::write(&stamp, lock).map_err(|error| format!("{} ({error})", stamp.display()))?;
    step.done();
    Ok(folder)
}

/// The major version in what Node says of itself.
fn major(said: &str) -> Option<u32> {
    said.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// The code npm gives to what went wrong.
fn code(said: &str) -> Option<&str> {
    said.lines().find_map(|line| line.strip_prefix("npm error code ")).map(str::trim)
}

/// Copies the files of a folder, and gives the hash of the lock file among them.
fn copy(from: &Path, to: &Path) -> io::Result<String> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    let hash = Sha256::digest(fs::read(from.join("package-lock.json"))?);
    Ok(hash.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        for (said, expected) in
            [("v20.20.2", Some(20)), ("v18", Some(18)), ("20.1", None), ("", None)]
        {
            assert_eq!(major(said), expected, "{said}");
        }
    }

    #[test]
    fn the_code_of_npm_is_found_among_its_words() {
        let said = "npm warn old\nnpm error code ENOTFOUND\nnpm error syscall getaddrinfo\n";
        assert_eq!(code(said), Some("ENOTFOUND"));
        assert_eq!(code("npm warn old\n"), None);
    }

    #[test]
    fn files_are_copied_folders_are_not_and_another_lock_file_has_another_hash() {
        let folder =
            std::env::temp_dir().join(format!("flux-studio-contract-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("node_modules")).unwrap();
        let hash = |lock: &str| {
            fs::write(from.join("package-lock.json"), lock).unwrap();
            copy(&from, &to).unwrap()
        };
        let (one, same, other) = (hash("1"), hash("1"), hash("2"));
        let kept = fs::read_to_string(to.join("package-lock.json")).unwrap();
        let has_packages = to.join("node_modules").exists();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert_eq!((kept.as_str(), has_packages), ("2", false));
    }
}
