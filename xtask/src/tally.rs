//! Counting tests.
//!
//! This module owns the reading of libtest's summary lines, which the runner of wasm-bindgen writes
//! in the same way. It does not know which tests there are.

use std::{
    io::{self, BufRead as _, BufReader, Read, Write},
    ops::AddAssign,
    process::{Command, Stdio},
};

/// How many tests passed, failed, or were not run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Tests marked `#[ignore]`.
    pub(crate) ignored: u64,
}

impl Tally {
    /// Something that should have run tests and could not counts as one failed test.
    pub(crate) const BROKEN: Self = Self { passed: 0, failed: 1, ignored: 0 };
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

/// Runs a command that runs tests, shows all it says, and counts. A command that ends badly without
/// a single failed test did not compile or fell over, and that is a failure too.
pub(crate) fn run(command: &mut Command) -> io::Result<Tally> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        tally = count(output, io::stdout())?;
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        tally += Tally::BROKEN;
    }
    Ok(tally)
}

/// Passes everything on and adds up the summaries in it. Nobody reading on is no reason to stop.
fn count(output: impl Read, mut onward: impl Write) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        onward.write_all(&line).and_then(|()| onward.flush()).ok();
        if let Some(summary) = summary(&String::from_utf8_lossy(&line)) {
            tally += summary;
        }
        line.clear();
    }
    Ok(tally)
}

/// The numbers of a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn summary(line: &str) -> Option<Tally> {
    let (_, result) = line.split_once("test result: ")?;
    let (_, numbers) = result.split_once(". ")?;
    let number = |name: &str| {
        let part = numbers.split(';').map(str::trim).find_map(|part| part.strip_suffix(name))?;
        part.trim().parse().ok()
    };
    Some(Tally {
        passed: number("passed")?,
        failed: number("failed")?,
        ignored: number("ignored").unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_read() {
        for (line, expected) in [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
                Some((12, 0, 1)),
            ),
            (
                "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 filtered out; finished in 1.20s\n",
                Some((2, 1, 0)),
            ),
            ("test result: \u{1b}[32mok\u{1b}[m. 1 passed; 0 failed; 0 ignored", Some((1, 0, 0))),
            ("    test result: ok. 1 passed; 0 failed", Some((1, 0, 0))),
            ("test result_of_parsing ... ok", None),
            ("test result: ok.", None),
            ("3 passed; 0 failed", None),
        ] {
            let expected =
                expected.map(|(passed, failed, ignored)| Tally { passed, failed, ignored });
            assert_eq!(summary(line), expected, "{line}");
        }
    }

    #[test]
    fn summaries_add_up() {
        let output = "running 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored\n\
                      \u{fffd}\ntest result: FAILED. 4 passed; 2 failed; 3 ignored; no newline";
        let mut onward = Vec::new();
        let tally = count(output.as_bytes(), &mut onward).unwrap();
        assert_eq!(tally, Tally { passed: 5, failed: 2, ignored: 3 });
        assert_eq!(onward, output.as_bytes());
    }

    #[test]
    fn a_command_that_falls_over_counts_as_a_failure() {
        assert_eq!(
            run(Command::new("rustc").arg("--no-such-option").stderr(Stdio::null())).unwrap(),
            Tally::BROKEN
        );
    }
}
