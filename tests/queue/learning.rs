//! What is learned of a job from the moments in which it was seen, and what is foretold by it.

use flux_studio::queue::{
    Call, Connection, Effect, Event, Job, Phase, Run, Runs, Surroundings, step,
};

use crate::{endpoint, job, reply, request_id};

/// A job that the queue accepted at 1,000 ms and that gets these answers at these times.
fn watched(answers: &[(u64, &str)]) -> (Job, Vec<Effect>) {
    let accepted = (1_000, r#"{"request_id":"r-1"}"#);
    let answers: Vec<(u64, &str)> = [accepted].iter().chain(answers).copied().collect();
    watched_from(Phase::Sending, &answers)
}

/// A job that was made at 1,000 ms, and that is known from then on or from another tab.
fn watched_from(phase: Phase, answers: &[(u64, &str)]) -> (Job, Vec<Effect>) {
    let mut job = job(phase);
    let mut effects = Vec::new();
    for (now, body) in answers {
        let call = match &job.phase {
            Phase::Sending => Call::Submit(job.endpoint.clone()),
            Phase::Fetching(id, _) => Call::Result(job.endpoint.clone(), id.clone()),
            _ => Call::Status(job.endpoint.clone(), request_id()),
        };
        let world = Surroundings { now: *now, dice: 0.5, hidden: false };
        (job, effects) = step(job, Event::Answered(call, reply(200, body)), world);
    }
    (job, effects)
}

const QUEUED: &str = r#"{"status":"IN_QUEUE"}"#;
const RUNNING: &str = r#"{"status":"IN_PROGRESS"}"#;
const COMPLETED: &str = r#"{"status":"COMPLETED"}"#;
const RESULT: &str = r#"{"images":[]}"#;

#[test]
fn what_is_learned_is_half_way_between_the_moments_that_were_seen() {
    let log = |status: &str, rest: &str| {
        let line = |message: &str, second: u32| {
            format!(r#"{{"message":"{message}","timestamp":"2026-05-01T10:00:0{second}.000Z"}}"#)
        };
        let lines = [line("0/2", 1), line("1/2", 2), line("2/2", 3)].join(",");
        format!(r#"{{"status":"{status}","logs":[{lines}]{rest}}}"#)
    };
    let metrics = r#"{"status":"COMPLETED","metrics":{"inference_time":2.5}}"#;
    let with_log = log("IN_PROGRESS", "");
    for (answers, expected) in [
        (
            &[(2_000, QUEUED), (3_000, RUNNING), (5_000, RUNNING), (5_400, COMPLETED)][..],
            Some((1_500, 2_700, None)),
        ),
        // The server's own measure of the work counts more than what was seen.
        (&[(2_000, QUEUED), (5_000, RUNNING), (5_400, metrics)], Some((1_700, 2_500, None))),
        // So does its log: the first line is 2 s older than the last, which has just come.
        (
            &[(2_000, QUEUED), (5_000, with_log.as_str()), (5_400, COMPLETED)],
            Some((2_000, 2_200, Some(200))),
        ),
        // It ended before anybody asked.
        (&[(1_400, COMPLETED)], Some((0, 200, None))),
        // Nobody looked for so long that it could have been at any time.
        (&[(2_000, QUEUED), (9_000, COMPLETED)], None),
    ] {
        let now = answers.last().map_or(0, |(now, _)| *now);
        let all: Vec<(u64, &str)> = answers.iter().copied().chain([(now, RESULT)]).collect();
        let (job, effects) = watched(&all);
        let learned = effects.iter().find_map(|effect| match effect {
            Effect::Learn(run) => Some((run.wait, run.run, run.tail)),
            _ => None,
        });
        assert_eq!(learned, expected, "{answers:?}");
        assert_eq!(effects.first(), Some(&Effect::Save));
        assert_eq!(effects.len(), 1 + usize::from(expected.is_some()));
        assert!(matches!(job.phase, Phase::Done(..)));
    }
}

#[test]
fn of_another_tabs_job_is_learned_what_was_seen_of_it() {
    let queued = || Phase::Queued(request_id(), Connection::default(), None);
    let learned = |answers: &[(u64, &str)]| {
        let (_, effects) = watched_from(queued(), answers);
        effects.iter().any(|effect| matches!(effect, Effect::Learn(run) if run.wait == 700))
    };
    let rest = [(1_600, QUEUED), (1_800, RUNNING), (2_500, COMPLETED), (2_520, RESULT)];
    assert!(learned(&rest), "it was seen waiting");
    assert!(!learned(&rest[1..]), "who knows when it started");
    assert!(!learned(&rest[2..]), "who knows when it ended");
}

#[test]
fn nothing_is_learned_from_a_failure() {
    let refused = r#"{"detail":[{"loc":["body"],"msg":"No","type":"internal_server_error"}]}"#;
    let (job, effects) = watched(&[(1_400, RUNNING), (1_800, COMPLETED), (1_820, refused)]);
    assert!(matches!(job.phase, Phase::Failed(..)));
    assert_eq!(effects, [Effect::Save]);
}

#[test]
fn the_time_that_is_left_is_foretold_by_past_runs_and_by_steps() {
    let mut runs = Runs::default();
    for run in (1_900..=2_100).step_by(10) {
        let (endpoint, work) = (endpoint(), job(Phase::Sending).expects.work());
        runs.learn(Run { endpoint, work, wait: 500, run, tail: None });
    }
    let (mut known, _) = watched(&[(1_400, QUEUED)]);
    assert_eq!(known.estimate(1_400), None, "nothing is known");
    known.watch.forecast = runs.forecast(&known.endpoint, known.expects.work());
    let left = known.estimate(1_500).expect("an estimate");
    assert!((1_950..2_050).contains(&left.likely), "{left:?}");
    assert!((1_800..left.likely).contains(&left.low), "{left:?}");
    assert!((left.likely..2_200).contains(&left.high), "{left:?}");
    assert_eq!(known.estimate(9_000), None, "overdue");
    let line = r#"{"message":" 36%|███▌      | 10/28 [00:01<00:01, 10.0it/s]","timestamp":""}"#;
    let (first, _) = watched(&[(2_000, &format!(r#"{{"status":"IN_PROGRESS","logs":[{line}]}}"#))]);
    let left = first.estimate(2_000).expect("an estimate");
    assert!((1_800..2_300).contains(&left.likely), "18 steps of 100 ms: {left:?}");
}

#[test]
fn a_job_that_is_woken_is_asked_about_at_once() {
    let (job, effects) = watched(&[(1_400, RUNNING)]);
    assert!(matches!(effects[..], [.., Effect::Send(Call::Status(..), 400..)]));
    let world = Surroundings { now: 1_500, dice: 0.5, hidden: false };
    let (_, effects) = step(job, Event::Woken, world);
    assert_eq!(effects, [Effect::Send(Call::Status(endpoint(), request_id()), 0)]);
}

#[test]
fn the_end_that_nobody_saw_is_told_by_the_servers_own_measure() {
    let metrics = r#"{"status":"COMPLETED","metrics":{"inference_time":2.5}}"#;
    let late = 1_900_000;
    let times = |answers: &[(u64, &str)]| {
        let (job, _) = watched(answers);
        assert!(matches!(job.phase, Phase::Done(..)), "{job:?}");
        (job.started, job.ended)
    };
    let begun = Some(1_500);
    for (answers, started, ended) in [
        // The page was away from when the job worked, and from when it waited.
        (&[(2_000, RUNNING), (late, metrics), (late, RESULT)][..], begun, 4_000),
        (&[(2_000, QUEUED), (late, metrics), (late + 50, RESULT)], None, 4_500),
        // Since it was last seen at work.
        (&[(2_000, RUNNING), (9_000, RUNNING), (late, metrics), (late, RESULT)], begun, 9_000),
        // Not longer than until now.
        (&[(2_000, RUNNING), (1_000, metrics), (1_000, RESULT)], begun, 1_000),
        // Whoever was there knows better.
        (&[(2_000, RUNNING), (5_000, metrics), (5_100, RESULT)], begun, 5_100),
        (&[(2_000, RUNNING), (late, COMPLETED), (late, RESULT)], None, late),
    ] {
        assert_eq!(times(answers), (started, Some(ended)), "{answers:?}");
    }
}
