//! What a person watching the terminal is told.
//!
//! This module owns the look of progress lines and the measuring of time. It never decides what is
//! worth saying.

use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

use crate::error::Failure;

/// One line on standard output. A closed pipe (`| head`) is no reason to stop working.
pub(crate) fn line(text: impl AsRef<str>) {
    writeln!(io::stdout().lock(), "{}", text.as_ref()).ok();
}

/// The last sentence of a chore that did not succeed.
pub(crate) fn failure(failure: &Failure) {
    writeln!(io::stderr().lock(), "error: {failure}").ok();
}

/// A step that is being taken: announced when it begins, timed when it is done.
#[derive(Debug)]
pub(crate) struct Step {
    name: String,
    began: Instant,
}

impl Step {
    /// Announces a step.
    pub(crate) fn begin(name: impl Into<String>) -> Self {
        Self::about(name, "")
    }

    /// Announces a step that takes long enough for a person to wonder: `about` says how long.
    pub(crate) fn about(name: impl Into<String>, about: &str) -> Self {
        let name = name.into();
        let comma = if about.is_empty() { "" } else { ", " };
        line(format!("==> {name}{comma}{about}"));
        Self { name, began: Instant::now() }
    }

    /// Says how long the step took.
    pub(crate) fn done(self) {
        line(format!("    {}: done in {}", self.name, duration(self.began.elapsed())));
    }
}

/// A length of time as a person says it.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{seconds} s"),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// Bytes as kibibytes with one decimal.
pub(crate) fn kib(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_grow_coarser() {
        for (millis, said) in [(1_240, "1.2 s"), (59_900, "59 s"), (200_000, "3 min 20 s")] {
            assert_eq!(duration(Duration::from_millis(millis)), said);
        }
    }

    #[test]
    fn kibibytes_are_never_flattered() {
        for (bytes, said) in
            [(0, "0.0"), (1, "0.1"), (1024, "1.0"), (1025, "1.1"), (143_360, "140.0")]
        {
            assert_eq!(kib(bytes), said);
        }
    }
}
