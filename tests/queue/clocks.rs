//! The two clocks of a job as they are told, from its moments alone.

use flux_studio::queue::{Connection, Job, Output, Phase, Steps};
use flux_studio::times::{clocks, unheard};

use super::{job, request_id};

fn told(phase: Phase, started: Option<u64>, ended: Option<u64>, now: u64) -> Option<String> {
    clocks(&Job { started, ended, ..job(phase) }, now)
}

#[test]
fn both_clocks_are_told_once_the_work_began() {
    let fine = Connection::default;
    let running = || Phase::Running(request_id(), fine(), Some(Steps::new(1, 28)));
    let done = || Phase::Done(request_id(), Output::from_text(r#"{"images":[]}"#).unwrap());
    let both =
        |waiting: &str, working: &str| Some(format!("{waiting} waiting · {working} generating"));
    for (phase, started, ended, now, expected) in [
        (Phase::Sending, None, None, 9_000, None),
        (Phase::Queued(request_id(), fine(), Some(1)), None, None, 9_000, None),
        (running(), Some(2_200), None, 5_600, both("1.2 s", "3.4 s")),
        (Phase::Fetching(request_id(), fine()), Some(2_200), None, 5_600, both("1.2 s", "3.4 s")),
        (done(), Some(2_200), Some(5_600), 999_000, both("1.2 s", "3.4 s")),
        (done(), None, Some(5_600), 999_000, None),
        (Phase::Cancelled(request_id()), Some(66_000), Some(67_500), 0, both("1:05", "1.5 s")),
        (Phase::Cancelled(request_id()), None, Some(4_000), 0, Some("3.0 s waiting".to_owned())),
        // The clock was set back meanwhile.
        (running(), Some(500), None, 200, both("0.0 s", "0.0 s")),
        // Nobody was there when it ended.
        (Phase::Expired(request_id()), Some(2_200), Some(9_999_000), 0, None),
    ] {
        assert_eq!(told(phase.clone(), started, ended, now), expected, "{phase:?}");
    }
}

#[test]
fn trouble_tells_for_how_long_nothing_was_heard() {
    let since = |heard| {
        let connection = Connection { heard, ..Connection::default() };
        unheard(&job(Phase::Fetching(request_id(), connection)), 100_000)
    };
    let told = |age: &str| Some(format!(" Last heard of {age}."));
    for (heard, expected) in [
        (None, None),
        (Some(96_000), None),
        (Some(60_000), told("40 s ago")),
        (Some(1_000), told("1 min ago")),
        // The clock was set back meanwhile.
        (Some(200_000), None),
    ] {
        assert_eq!(since(heard), expected, "{heard:?}");
    }
}
