//! What a person wants of a job: that it stops, that it is found again. And what is told meanwhile.

use flux_studio::queue::{Call, Cancel, Connection, Effect, Event, Job, Lost, Phase, Reply, step};

use crate::{WORLD, endpoint, failure_of, job, reply, request_id};

fn queued() -> Job {
    job(Phase::Queued(request_id(), Connection::default(), None))
}

fn status() -> Call {
    Call::Status(endpoint(), request_id())
}

fn cancel() -> Call {
    Call::Cancel(endpoint(), request_id())
}

fn cancel_of(job: &Job) -> Option<&Cancel> {
    job.connection().map(|connection| &connection.cancel)
}

#[test]
fn a_wish_to_cancel_is_on_disk_before_it_leaves_and_outlives_the_page() {
    let (asked, effects) = step(queued(), Event::CancelPressed, WORLD);
    assert_eq!(effects, [Effect::Save, Effect::Send(cancel(), 0)]);
    // Polls do not forget it.
    let waits = Event::Answered(status(), reply(200, r#"{"status":"IN_QUEUE"}"#));
    let (asked, _) = step(asked, waits, WORLD);
    assert_eq!(cancel_of(&asked), Some(&Cancel::Asked));
    // Nobody knows whether it left before the page went.
    let (asked, effects) = step(asked, Event::Restored, WORLD);
    assert_eq!(effects, [Effect::Send(cancel(), 0), Effect::Send(status(), 0)]);
    // Being looked at again is no reason to repeat it.
    let (asked, effects) = step(asked, Event::Woken, WORLD);
    assert_eq!(effects, [Effect::Send(status(), 0)]);
    let lost = Event::Answered(cancel(), Err(Lost::Network));
    let (refused, effects) = step(asked, lost, WORLD);
    assert_eq!(effects, [Effect::Save]);
    assert!(matches!(cancel_of(&refused), Some(Cancel::Refused(_))));
    let (_, effects) = step(refused, Event::Restored, WORLD);
    assert_eq!(effects, [Effect::Send(status(), 0)], "what was refused is for the person");
}

#[test]
fn a_job_that_the_queue_lets_go_of_as_wished_is_cancelled() {
    let result = || Call::Result(endpoint(), request_id());
    let unknown = |call| Event::Answered(call, reply(404, r#"{"status":"NOT_FOUND"}"#));
    let stopped = r#"{"status":"COMPLETED","error":"Stopped","error_type":"client_cancelled"}"#;
    let (asked, _) = step(queued(), Event::CancelPressed, WORLD);
    for (word, is_taken) in [
        ("OK", true),
        ("CANCELLATION_REQUESTED", true),
        ("ALREADY_COMPLETED", false),
        ("NOT_FOUND", false),
    ] {
        let body = format!(r#"{{"status":"{word}"}}"#);
        let taken = Event::Answered(cancel(), reply(202, &body));
        let (taken, effects) = step(asked.clone(), taken, WORLD);
        let wanted = if is_taken { Cancel::Taken } else { Cancel::Asked };
        assert_eq!(cancel_of(&taken), Some(&wanted), "{word}");
        assert_eq!(effects.contains(&Effect::Save), is_taken, "{word}");
        let fetching = Job { phase: fetching(&taken), ..taken.clone() };
        let (gone, _) = step(taken, unknown(status()), WORLD);
        assert_eq!(matches!(gone.phase, Phase::Cancelled(_)), is_taken, "{:?}", gone.phase);
        assert_eq!(matches!(gone.phase, Phase::Expired(_)), !is_taken, "{:?}", gone.phase);
        // Perhaps it was another proxy that did not know it.
        let (again, effects) = step(gone, Event::AskedAgain, WORLD);
        assert_eq!(again.phase, queued().phase);
        assert_eq!(effects, [Effect::Save, Effect::Send(status(), 0)]);
        // What was complete was not stopped.
        let (gone, _) = step(fetching, unknown(result()), WORLD);
        assert!(matches!(gone.phase, Phase::Expired(_)), "{:?}", gone.phase);
    }
    // It may have been stopped from somewhere else.
    let stopped = Event::Answered(status(), reply(200, stopped));
    let (stopped, _) = step(queued(), stopped, WORLD);
    let (gone, _) = step(stopped.clone(), unknown(result()), WORLD);
    assert!(matches!(gone.phase, Phase::Cancelled(_)), "{:?}", gone.phase);
    let picture = r#"{"images":[{"url":"https://a.example/b.png"}]}"#;
    let (done, _) = step(stopped, Event::Answered(result(), reply(200, picture)), WORLD);
    assert!(matches!(done.phase, Phase::Done(..)), "the result decides: {:?}", done.phase);
}

fn fetching(job: &Job) -> Phase {
    Phase::Fetching(request_id(), job.connection().expect("one with the queue").clone())
}

#[test]
fn who_wants_not_to_be_asked_for_a_while_is_left_alone_when_the_page_wakes() {
    let at = |now| flux_studio::queue::Surroundings { now, ..WORLD };
    let limited = |seconds| {
        let answer = reply(429, "").map(|reply| Reply { retry_after: seconds, ..reply });
        Event::Answered(status(), answer)
    };
    let (job, _) = step(queued(), limited(Some(60)), at(10_000));
    for (now, wait) in [(10_000, 60_000), (40_000, 30_000), (70_000, 0), (7_200_000, 0)] {
        // Also by who has just begun to ask for all tabs.
        for event in [Event::Woken, Event::Restored] {
            let (_, effects) = step(job.clone(), event, at(now));
            assert_eq!(effects, [Effect::Send(status(), wait)], "at {now}");
        }
    }
    // A clock that was set back does not make it longer.
    let (_, effects) = step(job.clone(), Event::Woken, at(0));
    assert_eq!(effects, [Effect::Send(status(), 60_000)]);
    for ends in [limited(None), Event::Answered(status(), reply(200, r#"{"status":"IN_QUEUE"}"#))] {
        let (job, _) = step(job.clone(), ends, at(20_000));
        let (_, effects) = step(job, Event::Woken, at(20_000));
        assert_eq!(effects, [Effect::Send(status(), 0)]);
    }
}

#[test]
fn an_id_is_given_to_an_unconfirmed_job_and_to_no_other() {
    let lost = Event::Answered(Call::Submit(endpoint()), Err(Lost::Network));
    let (unconfirmed, _) = step(job(Phase::Sending), lost, WORLD);
    assert_eq!(unconfirmed.ended, Some(WORLD.now));
    let (found, effects) = step(unconfirmed, Event::Attached(request_id()), WORLD);
    assert_eq!(found, Job { watch: found.watch.clone(), ..queued() });
    assert_eq!(effects, [Effect::Save, Effect::Send(status(), 0)]);
    for other in [Phase::Sending, Phase::Expired(request_id()), queued().phase] {
        let before = job(other);
        let (after, effects) = step(before.clone(), Event::Attached(request_id()), WORLD);
        assert_eq!((after, effects.len()), (before, 0));
    }
}

#[test]
fn trouble_tells_when_the_queue_was_last_heard_of() {
    let at = |now| flux_studio::queue::Surroundings { now, ..WORLD };
    let waits = || Event::Answered(status(), reply(200, r#"{"status":"IN_QUEUE"}"#));
    let lost = || Event::Answered(status(), Err(Lost::Network));
    let heard = |job: &Job| job.connection().and_then(|connection| connection.heard);
    let (job, _) = step(queued(), lost(), at(5_000));
    assert_eq!(heard(&job), None, "never, as far as this page knows");
    let (job, _) = step(job, waits(), at(6_000));
    assert_eq!(heard(&job), None, "there is no trouble");
    let (job, _) = step(job, lost(), at(7_000));
    let (job, _) = step(job, lost(), at(9_000));
    assert_eq!(heard(&job), Some(6_000));
    assert_eq!(job.connection().map(|connection| connection.failures), Some(2));
}

#[test]
fn what_the_status_says_of_a_failure_counts_where_the_result_says_nothing() {
    let completed = r#"{"status":"COMPLETED","error":"The runner went away","error_type":"runner_disconnected"}"#;
    let told = |status, body: &str, times| {
        let (mut job, _) =
            step(queued(), Event::Answered(self::status(), reply(200, completed)), WORLD);
        for _ in 0..times {
            let fetched =
                Event::Answered(Call::Result(endpoint(), request_id()), reply(status, body));
            job = step(job, fetched, WORLD).0;
        }
        assert!(matches!(job.phase, Phase::Failed(Some(_), _)), "{body}: {:?}", job.phase);
        failure_of(&job).map(|failure| (failure.kind.clone(), failure.what.clone())).unwrap()
    };
    let kind = Some("runner_disconnected".to_owned());
    for (status, body, times) in
        [(404, r#"{"status":"NOT_FOUND"}"#, 1), (200, "null", 3), (200, "<html></html>", 12)]
    {
        assert_eq!(told(status, body, times).0, kind, "{body}");
    }
    let (_, what) = told(422, r#"{"detail":[{"loc":["body","seed"],"msg":"No","type":"x"}]}"#, 1);
    assert!(!what.contains("runner"), "the result knows better: {what}");
}
