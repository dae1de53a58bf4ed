//! When to ask again. Times in milliseconds, randomness as an argument.

/// What the wait depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pace {
    /// How long the job has been with the queue.
    pub age: u64,
    /// How many answers in a row were no answers.
    pub failures: u32,
    /// Seconds the last refusal asked for.
    pub retry_after: Option<u32>,
    /// Whether nobody is looking at the page.
    pub hidden: bool,
}

/// The longest wait between two questions.
const LONGEST: u64 = 30_000;

/// Milliseconds until the next question. `dice` in 0.0..1.0 spreads the questions of several
/// jobs and tabs by a tenth to either side.
pub fn next_poll(pace: Pace, dice: f64) -> u64 {
    let usual: u64 = match pace.age {
        ..10_000 => 500,
        10_000..60_000 => 1_000,
        _ => 2_000,
    };
    let calm = if pace.hidden { usual * 4 } else { usual };
    let backed_off = calm.saturating_mul(1 << pace.failures.min(6)).min(LONGEST);
    let spread = backed_off as f64 * (0.9 + 0.2 * dice.clamp(0.0, 1.0));
    let asked_for = pace.retry_after.map_or(0, |seconds| u64::from(seconds.min(3600)) * 1000);
    (spread as u64).max(asked_for)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_with_age_failures_and_requests_to_wait() {
        let young = Pace::default();
        for (pace, expected) in [
            (young, 500),
            (Pace { age: 10_000, ..young }, 1_000),
            (Pace { age: 60_000, ..young }, 2_000),
            (Pace { failures: 1, ..young }, 1_000),
            (Pace { failures: 3, ..young }, 4_000),
            (Pace { failures: 60, ..young }, LONGEST),
            (Pace { hidden: true, ..young }, 2_000),
            (Pace { retry_after: Some(7), ..young }, 7_000),
            (Pace { retry_after: Some(u32::MAX), ..young }, 3_600_000),
        ] {
            assert_eq!(next_poll(pace, 0.5), expected, "{pace:?}");
        }
    }

    #[test]
    fn the_dice_move_it_by_a_tenth() {
        assert_eq!(next_poll(Pace::default(), 0.0), 450);
        assert_eq!(next_poll(Pace::default(), 1.0), 550);
    }
}
