//! Answers that mislead: a status that hides what happened, words that mean something else, an end
//! that is none.

use flux_studio::queue::{
    Call, Connection, Effect, Event, Job, Lost, Phase, Reply, RequestId, Side, from_text, step,
    to_text,
};

use crate::matrix::{Fetch, Status, Submit, outcome};
use crate::table::{answered, sentences};
use crate::{WORLD, endpoint, job, reply, request_id};

/// A flattened answer that ends as with its status is in the matrix; here it comes time and again.
#[test]
fn a_gateways_words_end_no_job_that_is_complete_however_often_they_come() {
    for body in [
        r#"{"detail":"Gateway Timeout"}"#,
        r#"{"detail":"Request Timeout"}"#,
        r#"{"message":"Service Unavailable"}"#,
        "upstream connect error or disconnect/reset before headers. reset reason: overflow",
        "Internal Server Error",
        "<html><head><title>500 Internal Server Error</title></head></html>",
        "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
    ] {
        for ask in [Status, Fetch] {
            let job = answered(ask, &reply(200, body), 100);
            assert!(job.connection().is_some(), "{ask:?} {body}: {:?}", job.phase);
        }
    }
}

#[test]
fn words_of_which_nobody_knows_whose_they_are_can_be_asked_about_again() {
    for body in [
        r#"{"detail":"The request timed out"}"#,
        r#"{"error":"Could not fetch https://a.example/b.png: 502 Bad Gateway"}"#,
        "The meeting timed out before there was a vote.",
        "words",
    ] {
        let early = answered(Fetch, &reply(200, body), 2);
        assert!(early.connection().is_some(), "{body}: {:?}", early.phase);
        let job = answered(Fetch, &reply(200, body), 3);
        assert!(matches!(job.phase, Phase::Failed(..)), "{body}: {:?}", job.phase);
        assert_eq!(job.id_to_ask_again(), Some(&request_id()), "{body}");
        // While only the status is asked for, they prove nothing.
        assert!(answered(Status, &reply(200, body), 100).connection().is_some(), "{body}");
    }
}

#[test]
fn a_result_may_speak_of_gateways() {
    let fetch = |outputs: &[&str], body: &str, times: u32| {
        let outputs = outputs.iter().copied().map(str::to_owned).collect();
        let fetching = Phase::Fetching(request_id(), Connection::default());
        let event = Event::Answered(Call::Result(endpoint(), request_id()), reply(200, body));
        let start = Job { outputs, ..job(fetching) };
        (0..times).fold(start, |job, _| step(job, event.clone(), WORLD).0)
    };
    for (outputs, body, times) in [
        (&["output"][..], r#"{"output":"Bad Gateway"}"#, 1),
        (&["output"], r#"{"output":"It timed out","error":null}"#, 1),
        (&["output", "error"], r#"{"output":"","error":"Gateway Timeout"}"#, 1),
        (&["message"], r#"{"message":"Service Unavailable"}"#, 1),
        (&[], r#"{"output":"upstream connect error or disconnect/reset"}"#, 1),
        // Without a document that names the outputs it may be either, until it comes again.
        (&[], r#"{"message":"Service Unavailable"}"#, 3),
        (&["images"], r#"{"text":"The request timed out"}"#, 3),
    ] {
        assert!(times == 1 || fetch(outputs, body, times - 1).connection().is_some(), "{body}");
        let job = fetch(outputs, body, times);
        assert!(matches!(job.phase, Phase::Done(..)), "{body}: {:?}", job.phase);
    }
}

#[test]
fn words_that_stand_somewhere_in_something_long_say_nothing() {
    let long = "A story of gates and ways. ".repeat(20);
    let text = format!("{long} Then, a bad gateway, and a rate limit. It timed out.");
    let job = answered(Fetch, &reply(200, &text), 3);
    assert!(matches!(job.phase, Phase::Failed(..)), "{:?}", job.phase);
    assert_eq!(outcome(Submit, reply(200, &text)), "failed fal");
    for page in [
        format!("<title>Studio</title><p>{long}</p><p>502 Bad Gateway</p>"),
        "<title>Studio</title><script>say('Bad Gateway')</script>".to_owned(),
        "<style>.bad::after{content:'Bad Gateway'}</style>".to_owned(),
        "<meta content='Bad Gateway'><title>Studio</title>".to_owned(),
    ] {
        assert_eq!(outcome(Submit, reply(200, &page)), "failed proxy", "{page}");
    }
    // A gateway may go on at length, once it has said it.
    let trace = format!("Internal Server Error\n{long}");
    assert_eq!(outcome(Submit, reply(200, &trace)), "unconfirmed proxy");
}

#[test]
fn what_a_model_says_in_its_own_form_stays_its_own() {
    for kind in ["downstream_service_unavailable", "generation_timeout"] {
        let complaint = format!(r#"{{"loc":["body"],"msg":"Gateway Timeout","type":"{kind}"}}"#);
        for body in [
            format!(r#"{{"detail":[{complaint}]}}"#),
            format!(r#"{{"detail":[{complaint}],"message":"Bad Gateway"}}"#),
        ] {
            assert_eq!(outcome(Fetch, reply(200, &body)), "failed model", "{body}");
            assert_eq!(outcome(Submit, reply(200, &body)), "failed model", "{body}");
        }
    }
    let named = r#"{"detail":"Gateway Timeout","error_type":"startup_timeout"}"#;
    assert_eq!(outcome(Fetch, reply(200, named)), "failed fal");
    assert_eq!(outcome(Submit, reply(200, named)), "failed fal");
    let late = r#"{"detail":"Request Timeout","error_type":"request_timeout"}"#;
    assert_eq!(outcome(Fetch, reply(200, late)), "failed fal");
    assert_eq!(outcome(Submit, reply(200, late)), "failed fal");
}

#[test]
fn the_end_of_a_job_that_fal_tells_is_nobodys_trouble_on_the_way() {
    for error in ["Gateway Timeout", "Bad Gateway", "Request Timeout", "It timed out"] {
        let body = format!(r#"{{"status":"COMPLETED","error":"{error}"}}"#);
        let job = answered(Status, &reply(200, &body), 1);
        // The result is gone, and what the status said is told.
        let gone = reply(404, r#"{"status":"NOT_FOUND"}"#);
        let event = Event::Answered(Call::Result(endpoint(), request_id()), gone);
        let (job, _) = step(job, event, WORLD);
        let Phase::Failed(Some(_), failure) = &job.phase else { panic!("{:?}", job.phase) };
        assert_eq!(failure.side, Side::Fal, "{error}: {}", failure.what);
        assert!(failure.what.contains("internal error"), "{error}: {}", failure.what);
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
    // In another tab and after a reload too, as long as nothing was heard of it.
    let read = from_text(&to_text(&attached)).expect("a record");
    let mut followed = read.clone();
    followed.go_on_from(&job(Phase::Unconfirmed(failure.clone())));
    for kept in [read, followed] {
        let (back, _) = step(step(kept, Event::Restored, world).0, unknown(), world);
        assert!(matches!(back.phase, Phase::Unconfirmed(_)), "{:?}", back.phase);
    }
    // That it is known is written down, also where the first that is heard is the end.
    let completed = Event::Answered(status(), reply(200, r#"{"status":"COMPLETED"}"#));
    let (_, effects) = step(attached.clone(), completed, world);
    assert_eq!(effects.first(), Some(&Effect::Save));
    // Letters may be small or large in an id that somebody typed.
    let typed = format!(r#"{{"status":"IN_QUEUE","request_id":"{}"}}"#, "R-7");
    let (queued, _) = step(attached.clone(), Event::Answered(status(), reply(200, &typed)), world);
    assert_eq!(queued.connection(), Some(&Connection::default()));
    // Once it was known, it is the job's own.
    let known = Event::Answered(status(), reply(200, r#"{"status":"IN_QUEUE"}"#));
    let (known, effects) = step(attached, known, world);
    assert_eq!(effects.first(), Some(&Effect::Save), "that it is known is written down");
    let read = from_text(&to_text(&known)).expect("a record");
    let (expired, _) = step(read, unknown(), world);
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
