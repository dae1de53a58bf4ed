//! Answers that mislead: a status that hides what happened, words that mean something else, an end
//! that is none.

use flux_studio::queue::{
    Call, Connection, Effect, Event, Job, Lost, Phase, Reply, RequestId, Side, step,
};

use crate::matrix::{Fetch, Status, Submit, outcome};
use crate::table::{answered, sentences};
use crate::{WORLD, endpoint, job, reply, request_id};

#[test]
fn a_page_of_a_gateway_leaves_a_submit_unconfirmed_whatever_its_status() {
    let page = |title: &str| format!("<html><head><title>{title}</title></head></html>");
    for title in ["502 Bad Gateway", "504 Gateway Time-out"] {
        assert_eq!(outcome(Submit, reply(200, &page(title))), "unconfirmed proxy", "{title}");
    }
}

#[test]
fn a_proxy_that_crashed_says_nothing_of_what_it_sent_before() {
    // Hono and Next say so in plain text; fal itself always answers in JSON.
    assert_eq!(outcome(Submit, reply(500, "Internal Server Error")), "unconfirmed proxy");
    assert_eq!(outcome(Status, reply(500, "Internal Server Error")), "waits proxy");
}

#[test]
fn the_queues_own_word_is_fals_word() {
    for status in [404, 200] {
        let got = outcome(Submit, reply(status, r#"{"status":"NOT_FOUND"}"#));
        assert_eq!(got, "failed fal", "{status}");
    }
}

#[test]
fn an_object_without_a_reason_says_nothing_of_a_submit() {
    for body in [r#"{"ok":true}"#, "{}", r#"{"data":{"request_id":"r-1"}}"#, r#"{"error":null}"#] {
        assert_eq!(outcome(Submit, reply(200, body)), "unconfirmed proxy", "{body}");
    }
    for body in [r#"{"message":"No"}"#, r#"{"error":{"message":"No"}}"#, r#"{"detail":"No"}"#] {
        assert_eq!(outcome(Submit, reply(200, body)), "failed fal", "{body}");
    }
}

#[test]
fn a_models_own_sentence_fails_the_job_whatever_words_it_uses() {
    let mut wrong = Vec::new();
    for detail in [
        "The image is too large: 9000 x 9000",
        "Failed to download the image: 403 Forbidden",
        "Failed to download the image: authentication failed",
        "The white balance cannot be computed",
    ] {
        let body = format!(r#"{{"detail":"{detail}"}}"#);
        let got = outcome(Fetch, reply(422, &body));
        if !["failed model", "failed fal"].contains(&got.as_str()) {
            wrong.push(format!("{detail}: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn an_answer_ends_the_trouble() {
    let (id, trouble) =
        (request_id(), Event::Answered(Call::Result(endpoint(), request_id()), Err(Lost::Network)));
    let (troubled, _) = step(job(Phase::Fetching(id, Connection::default())), trouble, WORLD);
    assert_eq!(troubled.connection().map(|c| c.failures), Some(1));
    for (call, body) in [
        (Call::Status(endpoint(), request_id()), r#"{"status":"IN_QUEUE"}"#),
        (Call::Status(endpoint(), request_id()), r#"{"status":"SOMETHING_NEW"}"#),
        (Call::Status(endpoint(), request_id()), r#"{"status":"COMPLETED"}"#),
        (Call::Result(endpoint(), request_id()), r#"{"detail":"Request is still in progress"}"#),
    ] {
        let answered = Event::Answered(call, reply(200, body));
        let (after, _) = step(troubled.clone(), answered, WORLD);
        assert_eq!(after.connection(), Some(&Connection::default()), "{body}");
    }
}

#[test]
fn a_result_that_the_document_does_not_know_is_one_if_it_comes_again() {
    for body in [r#"{"drifted":"from its document"}"#, r#"{"drifted":1,"error":null}"#, "{}"] {
        let early = answered(Fetch, &reply(200, body), 2);
        assert!(early.connection().is_some(), "{body}: somebody on the way may have said it");
        let job = answered(Fetch, &reply(200, body), 3);
        assert!(matches!(job.phase, Phase::Done(..)), "{body}: {:?}", job.phase);
    }
}

#[test]
fn a_servers_bad_moment_does_not_fail_a_job_that_is_complete() {
    for (status, body) in [
        (500, r#"{"statusCode":500,"error":"Internal Server Error","message":"fetch failed"}"#),
        (500, r#"{"detail":"Internal Server Error"}"#),
        (404, r#"{"detail":"Not Found"}"#),
    ] {
        assert!(answered(Fetch, &reply(status, body), 2).connection().is_some(), "{body}");
        let job = answered(Fetch, &reply(status, body), 3);
        assert!(matches!(job.phase, Phase::Failed(Some(_), _)), "{body}: {:?}", job.phase);
    }
}

#[test]
fn what_a_cache_kept_of_another_question_is_no_answer() {
    let status = r#"{"status":"COMPLETED","request_id":"r-1","response_url":"https://a.example"}"#;
    assert_eq!(outcome(Fetch, reply(200, status)), "waits proxy");
    for word in ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"] {
        let other = format!(r#"{{"status":"{word}","request_id":"r-2"}}"#);
        assert_eq!(outcome(Status, reply(200, &other)), "waits proxy", "{word}");
    }
}

#[test]
fn an_output_of_the_name_of_an_error_is_none_where_there_is_an_error() {
    let fetching = |outputs: &[&str]| Job {
        outputs: outputs.iter().copied().map(str::to_owned).collect(),
        ..job(Phase::Fetching(request_id(), Connection::default()))
    };
    let fetch = |job: Job, status: u16, body: &str| {
        let call = Call::Result(endpoint(), request_id());
        step(job, Event::Answered(call, reply(status, body)), WORLD).0
    };
    let body = r#"{"error":"upstream"}"#;
    let job = fetch(fetching(&["error", "text"]), 502, body);
    assert!(job.connection().is_some(), "{:?}", job.phase);
    let job = fetch(fetching(&["error", "text"]), 200, body);
    assert!(matches!(job.phase, Phase::Done(..)), "{:?}", job.phase);
}

#[test]
fn what_the_status_said_of_a_failure_has_to_do_where_the_result_cannot_be_read() {
    let failed =
        r#"{"status":"COMPLETED","error":"It went away","error_type":"runner_disconnected"}"#;
    let told = |job: Job, call: Call, answer: Result<Reply, Lost>| {
        step(job, Event::Answered(call, answer), WORLD).0
    };
    let status = Call::Status(endpoint(), request_id());
    let result = || Call::Result(endpoint(), request_id());
    let start = told(
        job(Phase::Running(request_id(), Connection::default(), None)),
        status,
        reply(200, failed),
    );
    for (code, ends) in [(500, true), (502, false), (401, false)] {
        let mut job = start.clone();
        for _ in 0..6 {
            job = told(job, result(), reply(code, "Internal Server Error"));
        }
        match &job.phase {
            Phase::Failed(Some(_), failure) => {
                assert!(
                    ends && failure.kind.as_deref() == Some("runner_disconnected"),
                    "{failure:?}"
                );
            }
            phase => assert!(!ends && job.connection().is_some(), "{code}: {phase:?}"),
        }
    }
    let stopped = told(start, result(), reply(499, ""));
    assert!(matches!(stopped.phase, Phase::Cancelled(_)), "{:?}", stopped.phase);
}

#[test]
fn an_id_that_fal_does_not_know_leaves_a_job_unconfirmed() {
    let lost = Event::Answered(Call::Submit(endpoint()), Err(Lost::Network));
    let world = WORLD;
    let (unconfirmed, _) = step(job(Phase::Sending), lost, world);
    let guess = RequestId::parse("r-7").unwrap();
    let (attached, _) = step(unconfirmed, Event::Attached(guess.clone()), world);
    let status = || Call::Status(endpoint(), guess.clone());
    let unknown = || Event::Answered(status(), reply(404, r#"{"status":"NOT_FOUND"}"#));
    let (back, _) = step(attached.clone(), unknown(), world);
    let Phase::Unconfirmed(failure) = &back.phase else { panic!("{:?}", back.phase) };
    assert!(failure.what.contains("knows no request r-7"), "{}", failure.what);
    assert!(failure.advice.contains("may charge"), "{}", failure.advice);
    // Letters may be small or large in an id that somebody typed.
    let typed = format!(r#"{{"status":"IN_QUEUE","request_id":"{}"}}"#, "R-7");
    let (queued, _) = step(attached.clone(), Event::Answered(status(), reply(200, &typed)), world);
    assert_eq!(queued.connection(), Some(&Connection::default()));
    // Once it was known, it is the job's own.
    let known = Event::Answered(status(), reply(200, r#"{"status":"IN_QUEUE"}"#));
    let (expired, _) = step(step(attached, known, world).0, unknown(), world);
    assert!(matches!(expired.phase, Phase::Expired(_)), "{:?}", expired.phase);
    // And can be asked for once more: it may have been another proxy that did not know it.
    let (again, effects) = step(expired, Event::AskedAgain, world);
    assert!(matches!(again.phase, Phase::Queued(..)) && again.ended.is_none(), "{again:?}");
    assert_eq!(effects, [Effect::Save, Effect::Send(status(), 0)]);
}

#[test]
fn a_result_that_is_none_time_and_again_ends_the_job() {
    for (body, tries, side, part) in [
        ("[1]", 3, Side::Model, "a list"),
        ("7", 3, Side::Model, "a single value"),
        ("null", 3, Side::Model, "null"),
        (r#""words""#, 3, Side::Fal, "a text"),
        ("words", 3, Side::Fal, "a text"),
        ("<html>words</html>", 12, Side::Proxy, "a web page"),
        (r#"{"images":["#, 12, Side::Proxy, "breaks off"),
        ("", 12, Side::Proxy, "nothing"),
    ] {
        let last = answered(Fetch, &reply(200, body), tries - 1);
        assert!(last.connection().is_some(), "{body} ended too early");
        let job = answered(Fetch, &reply(200, body), tries);
        let Phase::Failed(Some(_), failure) = &job.phase else { panic!("{body}: {:?}", job.phase) };
        assert_eq!(failure.side, side, "{body}");
        assert!(failure.what.contains(part), "{body}: {}", failure.what);
        // Who else than the model may have said it can be asked again.
        assert_eq!(job.id_to_ask_again().is_some(), side != Side::Model, "{body}");
        assert!(failure.advice.contains("may charge") && sentences(&failure.advice) <= 3);
        // Not one after another: a connection that was gone in between proves nothing.
        let fetch = |job: Job, answer: Result<Reply, Lost>| {
            step(job, Event::Answered(Call::Result(endpoint(), request_id()), answer), WORLD).0
        };
        let late = fetch(fetch(last, Err(Lost::Network)), reply(200, body));
        assert!(late.connection().is_some(), "{body}: {:?}", late.phase);
    }
    // Those who say no are asked for ever: the result is still there behind them.
    for (status, body) in [
        (200, r#""Unauthorized""#),
        (502, "<html>Bad Gateway</html>"),
        (502, ""),
        (401, "<html>Sign in</html>"),
    ] {
        let job = answered(Fetch, &reply(status, body), 100);
        assert!(job.connection().is_some(), "{status} {body}");
    }
}
