//! Answers that mislead: a status that hides what happened, words that mean something else, an end
//! that is none.

use flux_studio::queue::{Call, Connection, Event, Job, Lost, Phase, Reply, Side, step};

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
fn a_result_that_is_none_time_and_again_ends_the_job() {
    for (body, tries, side, part) in [
        ("[1]", 3, Side::Model, "a list"),
        ("7", 3, Side::Model, "a single value"),
        ("null", 3, Side::Model, "null"),
        (r#""words""#, 3, Side::Model, "a text"),
        ("words", 3, Side::Model, "a text"),
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
