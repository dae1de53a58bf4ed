//! Times as a person reads them: clocks, ages, and how long something may still take.
//!
//! This file owns the words and how far they are rounded. It refuses to know what time it is, and
//! where the words stand.

use crate::queue::{Estimate, Job, Millis, Phase};

/// `4.2 s`, `1:05`, `2:00:10`.
pub fn elapsed(millis: Millis) -> String {
    let seconds = millis / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}.{} s", millis % 1000 / 100),
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// Below so many milliseconds a clock that runs tells tenths of seconds.
pub const TENTHS: Millis = 10_000;

/// A clock that runs: `4.2 s`, `12 s`, `1:05`.
pub fn running(millis: Millis) -> String {
    match millis {
        TENTHS..60_000 => format!("{} s", millis / 1000),
        _ => elapsed(millis),
    }
}

/// `just now`, `5 min ago`, `3 h ago`, `2 d ago`.
pub fn ago(millis: Millis) -> String {
    match millis / 60_000 {
        0 => "just now".to_owned(),
        minutes @ 1..60 => format!("{minutes} min ago"),
        minutes @ 60..1440 => format!("{} h ago", minutes / 60),
        minutes => format!("{} d ago", minutes / 1440),
    }
}

/// `about 4 s left`, `about 20–40 s left`, `up to 3 min left`: no finer than is known.
pub fn left(Estimate { low, likely, high }: Estimate) -> String {
    let (unit, name) = match high {
        ..100_000 => (1_000, "s"),
        100_000..6_000_000 => (60_000, "min"),
        _ => (3_600_000, "h"),
    };
    // Above twenty single seconds are more than anybody knows.
    let grain = if high / unit < 20 { 1 } else { 5 };
    let rounded = |millis: u64| (millis + unit * grain / 2) / (unit * grain) * grain;
    let is_narrow = high.saturating_sub(low) <= unit.max(likely / 4);
    match (rounded(low), rounded(likely), rounded(high)) {
        (_, _, 0) => format!("less than 1 {name} left"),
        (_, 0, _) if is_narrow => format!("less than 1 {name} left"),
        (_, likely, _) if is_narrow => format!("about {likely} {name} left"),
        (0, _, high) => format!("up to {high} {name} left"),
        (low, _, high) if low == high => format!("about {low} {name} left"),
        (low, _, high) => format!("about {low}–{high} {name} left"),
    }
}

/// The two clocks of a job: how long it waited, and how long the model was at work. Nothing while it
/// waits, and where the moments are not known.
pub fn clocks(job: &Job, now: Millis) -> Option<String> {
    let (to, told): (_, fn(Millis) -> String) = match job.ended {
        Some(ended) => (ended, elapsed),
        None => (now, running),
    };
    let between = |from: Millis, to: Millis| elapsed(to.saturating_sub(from));
    match (&job.phase, job.started) {
        // When it ended nobody has seen.
        (Phase::Expired(_), _) => None,
        (_, Some(started)) => {
            let (waiting, working) =
                (between(job.created, started), told(to.saturating_sub(started)));
            Some(format!("{waiting} waiting · {working} generating"))
        }
        (Phase::Cancelled(_), None) => Some(format!("{} waiting", between(job.created, to))),
        _ => None,
    }
}

/// How long nothing has been heard of a job, while there is trouble.
pub fn unheard(job: &Job, now: Millis) -> Option<String> {
    let millis = now.saturating_sub(job.connection()?.heard?);
    let age = match millis / 1000 {
        ..5 => return None,
        seconds @ 5..60 => format!("{seconds} s ago"),
        _ => ago(millis),
    };
    Some(format!(" Last heard of {age}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_grow_from_tenths_to_hours() {
        for (millis, expected) in [
            (0, "0.0 s"),
            (99, "0.0 s"),
            (4_200, "4.2 s"),
            (59_999, "59.9 s"),
            (60_000, "1:00"),
            (65_000, "1:05"),
            (3_599_999, "59:59"),
            (7_210_000, "2:00:10"),
        ] {
            assert_eq!(elapsed(millis), expected, "{millis}");
        }
    }

    #[test]
    fn a_clock_that_runs_tells_tenths_for_ten_seconds() {
        for (millis, expected) in [
            (9_999, "9.9 s"),
            (10_000, "10 s"),
            (59_999, "59 s"),
            (60_000, "1:00"),
            (7_210_000, "2:00:10"),
        ] {
            assert_eq!(running(millis), expected, "{millis}");
        }
    }

    #[test]
    fn ages_are_told_in_whole_units() {
        for (millis, expected) in [
            (0, "just now"),
            (59_999, "just now"),
            (60_000, "1 min ago"),
            (3_600_000, "1 h ago"),
            (86_400_000, "1 d ago"),
            (200 * 86_400_000, "200 d ago"),
        ] {
            assert_eq!(ago(millis), expected, "{millis}");
        }
    }

    #[test]
    fn estimates_say_no_more_than_is_known() {
        for ((low, likely, high), expected) in [
            ((0, 0, 0), "less than 1 s left"),
            ((0, 200, 400), "less than 1 s left"),
            ((100, 300, 900), "less than 1 s left"),
            ((1_800, 2_000, 2_200), "about 2 s left"),
            ((1_600, 2_000, 2_600), "about 2 s left"),
            ((18_000, 20_000, 22_000), "about 20 s left"),
            ((44_000, 47_000, 51_000), "about 45 s left"),
            ((20_000, 30_000, 40_000), "about 20–40 s left"),
            ((19_000, 30_000, 41_000), "about 20–40 s left"),
            ((3_000, 5_000, 9_000), "about 3–9 s left"),
            ((0, 2_000, 6_000), "up to 6 s left"),
            ((400, 2_000, 6_000), "up to 6 s left"),
            ((50_000, 70_000, 99_000), "about 50–100 s left"),
            ((100_000, 110_000, 120_000), "about 2 min left"),
            ((110_000, 130_000, 250_000), "about 2–4 min left"),
            ((20_000, 90_000, 300_000), "up to 5 min left"),
            ((1_700_000, 1_800_000, 1_900_000), "about 30 min left"),
            ((3_600_000, 7_200_000, 10_800_000), "about 1–3 h left"),
        ] {
            assert_eq!(left(Estimate { low, likely, high }), expected, "{low} {likely} {high}");
        }
    }

    #[test]
    fn no_estimate_is_told_backwards_or_as_nothing() {
        for low in (0..200_000).step_by(1_700) {
            for spread in (0..400_000).step_by(2_300) {
                let told = left(Estimate { low, likely: low + spread / 2, high: low + spread });
                let numbers: Vec<u64> = told
                    .split(|c: char| !c.is_ascii_digit())
                    .filter_map(|digits| digits.parse().ok())
                    .collect();
                assert!(numbers.iter().all(|number| *number > 0), "{low} {spread}: {told}");
                assert!(numbers.is_sorted_by(|a, b| a < b), "{low} {spread}: {told}");
            }
        }
    }
}
