//! The browser the tests run in.
//!
//! This module owns where Chrome or Chromium and its driver are looked for, and which of them go
//! together. It starts neither (`launch` says how that is done).

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    error::Failure,
    launch::is_root,
    project::{self, Project, executable, is_program, output_of, which},
    say::Step,
};

const ON_LINUX: &str = "on Debian apt install chromium chromium-driver, elsewhere what your \
                        distribution has of the name";

/// A browser, and the driver of the same major version if there is one.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The program.
    pub(crate) chrome: PathBuf,
    /// Its major version.
    pub(crate) major: u32,
    /// The driver that goes with it.
    pub(crate) driver: Option<PathBuf>,
}

impl Browser {
    /// The driver, or what to install.
    pub(crate) fn driver(&self) -> Result<&Path, Failure> {
        let advice = match env::consts::OS {
            "macos" => "brew install --cask chromedriver",
            "windows" => "winget install Chromium.ChromeDriver",
            _ => ON_LINUX,
        };
        let missing =
            || Failure::NoDriver { chrome: self.chrome.clone(), major: self.major, advice };
        self.driver.as_deref().ok_or_else(missing)
    }
}

/// Finds a browser, installing one where that is ours to do.
pub(crate) fn ensure(project: &Project) -> Result<Browser, Failure> {
    let found = find()?;
    if found.as_ref().is_some_and(|browser| browser.driver.is_some()) || !may_install() {
        return found.ok_or_else(none);
    }
    let installed = install(project);
    match find()? {
        Some(browser) => Ok(browser),
        None => installed.and_then(|()| Err(none())),
    }
}

/// The major version in what a browser or a driver says of itself.
fn major(said: &str) -> Option<u32> {
    let version = said
        .split_whitespace()
        .find(|word| word.contains('.') && word.starts_with(|char: char| char.is_ascii_digit()))?;
    version.split('.').next()?.parse().ok()
}

fn none() -> Failure {
    Failure::NoBrowser(match env::consts::OS {
        "macos" => "brew install --cask google-chrome chromedriver",
        "windows" => "winget install Google.Chrome Chromium.ChromeDriver",
        _ => ON_LINUX,
    })
}

/// The best there is: a pair that fits, else a browser alone.
fn find() -> Result<Option<Browser>, Failure> {
    let chromes = match named("CHROME", chrome_version)? {
        Some(chrome) => vec![chrome],
        None => versions(chrome_places(), chrome_version),
    };
    let forced = named("CHROMEDRIVER", driver_version)?;
    let drivers = match &forced {
        Some(driver) => vec![driver.clone()],
        None => versions(driver_places(), driver_version),
    };
    let pair = |(chrome, major): &(PathBuf, u32)| {
        let (driver, _) = drivers.iter().find(|(_, other)| other == major)?;
        Some(Browser { chrome: chrome.clone(), major: *major, driver: Some(driver.clone()) })
    };
    if let Some(browser) = chromes.iter().find_map(pair) {
        return Ok(Some(browser));
    }
    let Some((chrome, major)) = chromes.into_iter().next() else { return Ok(None) };
    match forced {
        Some((path, other)) => {
            let problem =
                format!("which is of version {other} while the browser is of version {major}");
            Err(Failure::BadVariable { variable: "CHROMEDRIVER", path, problem })
        }
        None => Ok(Some(Browser { chrome, major, driver: None })),
    }
}

/// The program an environment variable names. A wrong one is an error: whoever set it means it.
fn named(
    variable: &'static str,
    version: fn(&Path) -> Option<u32>,
) -> Result<Option<(PathBuf, u32)>, Failure> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let path = value.to_str().and_then(which).unwrap_or_else(|| PathBuf::from(&value));
    match version(&path) {
        Some(major) => Ok(Some((path, major))),
        None => Err(Failure::BadVariable {
            variable,
            path,
            problem: "which does not run or does not say its version".into(),
        }),
    }
}

fn versions(places: Vec<PathBuf>, version: fn(&Path) -> Option<u32>) -> Vec<(PathBuf, u32)> {
    places.into_iter().filter_map(|path| version(&path).map(|major| (path, major))).collect()
}

fn driver_version(path: &Path) -> Option<u32> {
    is_program(path)
        .then(|| output_of(Command::new(path).arg("--version")).and_then(|said| major(&said)))?
}

/// On Windows Chrome opens a window instead of saying its version; there a folder beside it is
/// named after it.
fn chrome_version(path: &Path) -> Option<u32> {
    if cfg!(windows) {
        let beside = path.parent()?.read_dir().ok()?;
        return beside.filter_map(|entry| major(&entry.ok()?.file_name().to_string_lossy())).max();
    }
    driver_version(path)
}

fn chrome_places() -> Vec<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    let mut places: Vec<_> = names.iter().filter_map(|name| which(name)).collect();
    match env::consts::OS {
        "macos" => {
            for folder in [PathBuf::from("/"), home()] {
                for name in ["Google Chrome", "Chromium"] {
                    places.push(
                        folder.join(format!("Applications/{name}.app/Contents/MacOS/{name}")),
                    );
                }
            }
        }
        "windows" => {
            for folder in
                ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].iter().filter_map(env::var_os)
            {
                for name in ["Google/Chrome", "Chromium"] {
                    places.push(Path::new(&folder).join(name).join("Application/chrome.exe"));
                }
            }
        }
        _ => places.extend(["/opt/google/chrome/chrome", "/snap/bin/chromium"].map(PathBuf::from)),
    }
    places
}

fn driver_places() -> Vec<PathBuf> {
    // Where GitHub's machines keep it.
    let named = env::var_os("CHROMEWEBDRIVER").map(PathBuf::from);
    let usual =
        ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/homebrew/bin", "/usr/local/bin"]
            .map(PathBuf::from);
    let folders = named.into_iter().chain(usual);
    which("chromedriver")
        .into_iter()
        .chain(folders.map(|folder| folder.join(executable("chromedriver"))))
        .collect()
}

fn home() -> PathBuf {
    env::var_os("HOME").map(PathBuf::from).unwrap_or_default()
}

/// Only as root on a Debian, which is to say in a container or a build machine: nobody else's
/// system is changed.
fn may_install() -> bool {
    which("apt-get").is_some() && is_root()
}

fn install(project: &Project) -> Result<(), Failure> {
    let step =
        Step::about("Installing chromium and chromium-driver with apt-get", "about a minute");
    let apt = |arguments: &[&str]| {
        let mut apt = project.command("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        project::run(&mut apt, "apt-get")
    };
    apt(&["update"])?;
    apt(&["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])?;
    step.done();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_found() {
        for (said, version) in [
            ("Chromium 148.0.7778.167 built on Debian GNU/Linux 12 (bookworm)", Some(148)),
            ("Google Chrome 156.0.1.2", Some(156)),
            (
                "ChromeDriver 148.0.7778.167 (65db666ac2cf205f-refs/branch-heads/7778@{#2783})",
                Some(148),
            ),
            ("156.0.7000.1", Some(156)),
            ("SetupMetrics", None),
            ("chrome.exe", None),
            ("", None),
        ] {
            assert_eq!(major(said), version, "{said}");
        }
    }

    #[test]
    fn a_missing_driver_says_which_one_is_needed() {
        let browser = Browser { chrome: "chrome".into(), major: 156, driver: None };
        assert!(browser.driver().unwrap_err().to_string().contains("chromedriver 156"));
    }
}
