//! What a person reads: nothing of what was typed, nothing endless, and a warning of a second bill
//! exactly where there may be one.

use flux_studio::queue::{
    Body, Call, Cancel, Connection, Event, Job, Lost, Phase, Reply, Side, step,
};
use serde_json::json;

use crate::matrix::ROWS;
use crate::{WORLD, endpoint, failure_of, job, reply, request_id};

/// Each of the four calls, with a job that waits for its answer.
fn calls() -> [(Call, Phase); 4] {
    let (id, connection) = (request_id(), Connection::default());
    let asked = Connection { cancel: Cancel::Asked, ..Connection::default() };
    [
        (Call::Submit(endpoint()), Phase::Sending),
        (Call::Status(endpoint(), id.clone()), Phase::Queued(id.clone(), asked.clone(), None)),
        (Call::Result(endpoint(), id.clone()), Phase::Fetching(id.clone(), connection)),
        (Call::Cancel(endpoint(), id.clone()), Phase::Running(id, asked, None)),
    ]
}

#[test]
fn who_may_pay_twice_is_told_so_and_nobody_else() {
    let mut answers: Vec<Result<Reply, Lost>> =
        vec![Err(Lost::Network), Err(Lost::Cut), Err(Lost::Timeout(60))];
    for (status, body, ..) in ROWS {
        answers.extend([reply(*status, body), reply(200, body)]);
    }
    let mut wrong = Vec::new();
    for answer in answers {
        let event = Event::Answered(Call::Submit(endpoint()), answer.clone());
        let (after, _) = step(job(Phase::Sending), event, WORLD);
        if matches!(after.phase, Phase::Queued(..)) {
            continue;
        }
        let failure = failure_of(&after).unwrap_or_else(|| panic!("{answer:?}: no failure"));
        let warned = failure.advice.contains("may charge");
        if warned != matches!(after.phase, Phase::Unconfirmed(_)) {
            let phase = if warned { "failed" } else { "unconfirmed" };
            wrong.push(format!("{phase}, yet “{}”: {answer:?}", failure.advice));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_a_large_submit_that_got_no_answer_may_have_been_too_large() {
    for (size, lost, named) in [
        (102_400, Lost::Network, None),
        (102_401, Lost::Network, Some("the size of the request, 100 KiB")),
        (3_000_000, Lost::Network, Some("the size of the request, 2929 KiB")),
        // An answer had begun, and patience had run out: neither is a refusal.
        (3_000_000, Lost::Cut, None),
        (3_000_000, Lost::Timeout(60), None),
    ] {
        let job = Job { body: Body::Here("x".repeat(size).into()), ..job(Phase::Sending) };
        let (after, _) = step(job, Event::Answered(Call::Submit(endpoint()), Err(lost)), WORLD);
        assert!(matches!(after.phase, Phase::Unconfirmed(_)), "{:?}", after.phase);
        let failure = failure_of(&after).unwrap();
        let is_named = named.is_some_and(|part| failure.what.contains(part));
        assert_eq!(is_named, named.is_some(), "{size} {lost:?}: {}", failure.what);
        assert_eq!(failure.what.contains("size"), is_named, "{size} {lost:?}: {}", failure.what);
        let helps = failure.advice.contains("Use a smaller picture");
        assert_eq!(helps, is_named, "{size} {lost:?}: {}", failure.advice);
        assert!(failure.advice.contains("may charge"), "{}", failure.advice);
        assert_eq!(failure.what.contains("could not be reached"), lost == Lost::Network);
    }
}

#[test]
fn a_lost_submit_at_a_reload_is_told_with_the_warning() {
    let (after, _) = step(job(Phase::Sending), Event::Restored, WORLD);
    assert!(matches!(after.phase, Phase::Unconfirmed(_)), "{:?}", after.phase);
    assert_eq!(failure_of(&after).unwrap().side, Side::Page);
    assert!(failure_of(&after).unwrap().advice.contains("may charge"));
}

#[test]
fn no_words_repeat_what_was_typed() {
    let typed = "data:image/png;base64,SECRET";
    let detail = |rest: serde_json::Value| {
        let mut detail =
            json!({ "loc": ["body", "image_url"], "msg": "Not an image", "input": typed });
        detail.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({ "detail": [detail] })
    };
    for body in [
        detail(json!({ "type": "image_load_error" })),
        detail(json!({ "type": "content_policy_violation", "ctx": { "input": typed } })),
        detail(json!({ "loc": "image_url", "url": typed })),
        detail(json!({ "msg": null })),
        json!({ "detail": { "input": typed, "message": "Not an image" } }),
        json!({ "error": { "message": "Not an image", "input": typed }, "input": typed }),
        json!({ "detail": [{ "input": typed }] }),
        json!({ "input": typed }),
    ] {
        for status in [200, 400, 401, 403, 413, 422, 429, 500, 502, 504] {
            for (call, phase) in calls() {
                let event = Event::Answered(call, reply(status, &body.to_string()));
                let (after, _) = step(job(phase), event, WORLD);
                let Some(failure) = failure_of(&after) else {
                    // As good a result as any other object.
                    let phase = &after.phase;
                    assert!(matches!((status, phase), (200, Phase::Done(..))), "{body} {phase:?}");
                    continue;
                };
                let said = format!("{failure:?}{}", failure.report(&after, None, false));
                assert!(!said.contains("SECRET"), "{status} {body}: {said}");
            }
        }
    }
}

#[test]
fn a_complaint_names_the_field_and_keeps_its_words() {
    let body = json!({ "detail": [
        { "loc": ["body", "image_size", "ImageSize", "width"], "msg": "Too wide", "type": "x", "input": 9 },
        { "loc": ["body", "loras", 0, "path"], "msg": "Two\n   lines.", "type": "x" },
        { "loc": ["body"], "msg": "Everything", "type": "x" },
    ] });
    let event = Event::Answered(calls()[2].0.clone(), reply(422, &body.to_string()));
    let (after, _) = step(job(calls()[2].1.clone()), event, WORLD);
    let failure = failure_of(&after).unwrap();
    let fields: Vec<(String, &str)> =
        failure.fields.iter().map(|field| (field.loc.join("/"), field.message.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("image_size/ImageSize/width".to_owned(), "Too wide"),
            ("loras/0/path".to_owned(), "Two lines"),
            (String::new(), "Everything"),
        ]
    );
    assert_eq!(failure.status, Some(422));
}

#[test]
fn somebody_elses_words_are_quoted_in_one_line_of_bearable_length() {
    let long = "ä very long\nexcuse ".repeat(10_000);
    for body in [
        json!(long).to_string(),
        long.clone(),
        json!({ "detail": long }).to_string(),
        json!({ "error": { "message": long } }).to_string(),
        json!({ "detail": [{ "loc": ["body"], "msg": long }] }).to_string(),
    ] {
        for (call, phase) in calls() {
            let (after, _) = step(job(phase), Event::Answered(call, reply(400, &body)), WORLD);
            let failure = failure_of(&after).expect("a failure");
            let messages = failure.fields.iter().map(|field| &field.message);
            for text in messages.chain([&failure.what, &failure.advice]) {
                assert!(text.chars().count() < 500 && !text.contains('\n'), "{text}");
            }
        }
    }
}

#[test]
fn a_proxy_that_takes_no_put_is_said_to_take_none() {
    // A page, fal's words, and nothing at all, which is what Next answers without a PUT handler.
    for body in ["<html>Method Not Allowed</html>", r#"{"detail":"Method Not Allowed"}"#, ""] {
        let (call, phase) = calls()[3].clone();
        let (after, _) = step(job(phase), Event::Answered(call, reply(405, body)), WORLD);
        let what = &failure_of(&after).unwrap().what;
        assert_eq!(what, "This proxy cannot cancel: it does not pass PUT requests on.", "{body:?}");
    }
}
