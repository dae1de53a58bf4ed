//! Every test there is.
//!
//! This module owns the suites, their order, and what each is given in its environment. Every suite
//! runs even when an earlier one failed, and none is left out in silence: what cannot run counts as
//! failed. Only the contract tests and axe's rules need what not everybody has, and are named as
//! skipped without it.

use std::{env, ffi::OsString, fs, path::Path, process::Command, time::Instant};

use crate::{
    app, axe,
    browser::{self, Browser},
    error::Failure,
    launch, npm,
    project::{self, Project},
    say,
    tally::{self, Tally},
    tools::{self, Tools, WASM},
};

/// Suites that need a browser, and therefore are not among the native ones.
const IN_BROWSER: [&str; 2] = ["web", "e2e"];

/// The end-to-end tests that need fal's own server proxies, as their names begin.
const CONTRACT: &str = "e2e::contract::";

/// Those that need axe.
const AXE: &str = "e2e::accessibility::";

/// `cargo xtask test`. The last line is always `N passed, N failed`, and says the same as what is
/// returned.
pub(crate) fn test(project: &Project, filter: Option<&str>) -> Result<bool, Failure> {
    let all = filter.is_none();
    let mut outcomes = vec![
        run("native tests", all, native(project, filter)),
        // There may be none.
        run("examples in the documentation", false, Ok(doctests(project, filter))),
    ];
    let ready = tools::ensure(project).and_then(|tools| Ok((tools, browser::ensure(project)?)));
    let mut skipped = Vec::new();
    match ready {
        Ok((tools, browser)) => {
            outcomes.push(run("tests in the browser", all, web(project, &tools, &browser, filter)));
            let (adapters, axe) = (npm::folder(project, npm::PROXIES), axe::script(project));
            let guests = [
                ("FLUX_STUDIO_CONTRACT", CONTRACT, adapters.as_deref().ok()),
                ("FLUX_STUDIO_AXE", AXE, axe.as_deref().ok()),
            ];
            let suite = end_to_end(project, &tools, &browser, filter, guests);
            outcomes.push(run("end-to-end tests", all, suite));
            let absent = [
                ("contract tests with fal's own server proxies", adapters.err()),
                ("accessibility rules of axe", axe.err()),
            ];
            skipped.extend(absent.into_iter().filter_map(|(what, why)| Some((what, why?))));
        }
        Err(failure) => outcomes.push(Outcome::broken("all tests in a browser", &failure)),
    }
    let total = total(&outcomes);
    say::line(summary(&outcomes, total, &skipped));
    Ok(total.failed == 0)
}

/// What became of a suite.
struct Outcome {
    name: &'static str,
    tally: Tally,
    /// How long it took, or why it could not run.
    note: String,
}

impl Outcome {
    fn broken(name: &'static str, reason: &impl ToString) -> Self {
        Self { name, tally: Tally::BROKEN, note: reason.to_string() }
    }
}

/// Runs a suite. One that should have tests and runs not a single one is broken too.
fn run(name: &'static str, has_tests: bool, suite: Result<Command, Failure>) -> Outcome {
    say::line(format!("\n==> Running the {name}"));
    let began = Instant::now();
    let counted = suite.and_then(|mut suite| {
        tally::run(&mut suite).map_err(|source| project::not_run(&suite, source))
    });
    match counted {
        Ok(tally) if has_tests && tally == Tally::default() => {
            Outcome::broken(name, &"not a single test ran")
        }
        Ok(tally) => Outcome { name, tally, note: say::duration(began.elapsed()) },
        Err(failure) => {
            say::failure(&failure);
            Outcome::broken(name, &failure)
        }
    }
}

fn total(outcomes: &[Outcome]) -> Tally {
    outcomes.iter().fold(Tally::default(), |mut total, outcome| {
        total += outcome.tally;
        total
    })
}

/// One line a suite, and one for everything.
fn summary(outcomes: &[Outcome], total: Tally, skipped: &[(&str, String)]) -> String {
    let mut text = String::from("\n");
    for Outcome { name, tally: Tally { passed, failed, ignored }, note } in outcomes {
        let ignored = if *ignored > 0 { format!(", {ignored} ignored") } else { String::new() };
        text += &format!("    {name}: {passed} passed, {failed} failed{ignored} ({note})\n");
    }
    for (tests, reason) in skipped {
        text += &format!("    {tests}: SKIPPED, as {reason}\n");
    }
    if total.ignored > 0 {
        text += "    Ignored tests are those marked #[ignore]: they did not run.\n";
    }
    text + &format!("{} passed, {} failed", total.passed, total.failed)
}

/// All targets of all crates but those that need a browser. They are named one by one, as cargo
/// cannot leave one out; and all suites name the whole workspace, as a part of it would have other
/// features and be compiled again.
fn native(project: &Project, filter: Option<&str>) -> Result<Command, Failure> {
    tools::ensure_c_compiler()?;
    let mut command = workspace(project);
    command.args(["--lib", "--bins"]);
    for name in test_targets(project) {
        command.args(["--test", &name]);
    }
    command.args(filter);
    Ok(command)
}

fn doctests(project: &Project, filter: Option<&str>) -> Command {
    let mut command = workspace(project);
    command.arg("--doc").args(filter);
    command
}

/// The parts of the page that need a real browser, in one.
fn web(
    project: &Project,
    tools: &Tools,
    browser: &Browser,
    filter: Option<&str>,
) -> Result<Command, Failure> {
    let driver = browser.driver()?;
    let capabilities = project.scratch("webdriver.json");
    fs::write(&capabilities, launch::capabilities(&browser.chrome))
        .map_err(Failure::file("write", &capabilities))?;
    let mut command = project.cargo();
    command
        .args(["test", "--locked", "--package", "flux-studio", "--target", WASM, "--test", "web"])
        .args(filter);
    command.env("PATH", tools.path()).env("CHROMEDRIVER", driver);
    command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities);
    if env::var_os("WASM_BINDGEN_TEST_TIMEOUT").is_none() {
        command.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    }
    // The runner would prefer any of these to the browser we have chosen.
    for other in [
        "GECKODRIVER",
        "SAFARIDRIVER",
        "GECKODRIVER_REMOTE",
        "SAFARIDRIVER_REMOTE",
        "CHROMEDRIVER_REMOTE",
        "NO_HEADLESS",
    ] {
        command.env_remove(other);
    }
    Ok(command)
}

/// The built page, served as it will be served, used as a person uses it. Each guest is a variable
/// that says where it is, the tests that need it, and the place itself.
fn end_to_end(
    project: &Project,
    tools: &Tools,
    browser: &Browser,
    filter: Option<&str>,
    guests: [(&str, &str, Option<&Path>); 2],
) -> Result<Command, Failure> {
    app::ensure_page(project, tools)?;
    let mut command = workspace(project);
    // Each test has a browser of its own; two fit any machine.
    command.args(["--test", "e2e"]).args(filter).args(["--", "--test-threads", "2"]);
    name_page_and_browser(&mut command, project, browser);
    for (variable, tests, place) in guests {
        if place.is_none() {
            // Otherwise they would count as passed.
            command.args(["--skip", tests]);
        }
        set(&mut command, variable, place.map(OsString::from));
    }
    Ok(command)
}

/// Says where the built page is and in which browser it is to be shown.
pub(crate) fn name_page_and_browser(command: &mut Command, project: &Project, browser: &Browser) {
    command.env("FLUX_STUDIO_DIST", project.dist());
    command.env("FLUX_STUDIO_CHROME", &browser.chrome);
    command.env("FLUX_STUDIO_CHROME_ARGS", launch::arguments().join(" "));
    // Without a driver one is fetched by whoever needs it.
    set(command, "FLUX_STUDIO_CHROMEDRIVER", browser.driver.as_ref().map(OsString::from));
}

/// A variable of ours that is not ours to set must not come from elsewhere either.
fn set(command: &mut Command, variable: &str, value: Option<OsString>) {
    match value {
        Some(value) => command.env(variable, value),
        None => command.env_remove(variable),
    };
}

fn workspace(project: &Project) -> Command {
    let mut command = project.cargo();
    command.args(["test", "--locked", "--workspace", "--no-fail-fast"]);
    command
}

/// The names cargo gives to what lies in the tests/ folders.
fn test_targets(project: &Project) -> Vec<String> {
    let folders = ["tests", "proxy/tests", "xtask/tests"].map(|folder| project.root().join(folder));
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten();
    let mut names: Vec<_> = entries.filter_map(|entry| target_name(&entry.ok()?.path())).collect();
    names.retain(|name| !IN_BROWSER.contains(&name.as_str()));
    names.sort();
    names.dedup();
    names
}

/// `name.rs` and `name/main.rs` are tests; a folder without a main is shared by some.
fn target_name(path: &Path) -> Option<String> {
    let file = path.is_file() && path.extension().is_some_and(|extension| extension == "rs");
    let folder = path.join("main.rs").is_file();
    (file || folder).then(|| path.file_stem().map(|name| name.to_string_lossy().into_owned()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_targets_are_named_as_cargo_names_them() {
        let folder = env::temp_dir().join(format!("flux-studio-suites-{}", std::process::id()));
        for name in ["one.rs", "two/main.rs", "shared/mod.rs", "data.json"] {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let name = |name: &str| target_name(&folder.join(name));
        let names = [name("one.rs"), name("two"), name("shared"), name("data.json")];
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, [Some("one".into()), Some("two".into()), None, None]);
    }

    #[test]
    fn the_last_line_is_the_sum() {
        let tally = Tally { passed: 12, failed: 0, ignored: 2 };
        let ran = Outcome { name: "native tests", tally, note: "3 s".into() };
        let outcomes = [ran, Outcome::broken("end-to-end tests", &Failure::NoCache)];
        let skipped = [("tests of proxies", "there is no Node".to_owned())];
        let text = summary(&outcomes, total(&outcomes), &skipped);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.first(), Some(&""));
        assert_eq!(lines[1], "    native tests: 12 passed, 0 failed, 2 ignored (3 s)");
        assert!(lines[2].starts_with("    end-to-end tests: 0 passed, 1 failed (no folder for"));
        assert!(lines[3].ends_with("proxies: SKIPPED, as there is no Node"), "{text}");
        assert_eq!(lines.last(), Some(&"12 passed, 1 failed"));
    }
}
