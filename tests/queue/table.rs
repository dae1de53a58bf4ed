//! The table of everything that can come back: each shape of body, each kind of error and each way of
//! not coming back at all, as an answer to each question, and what a person reads of it.
//! `cargo test --test queue table -- --nocapture` prints it.

use std::collections::BTreeMap;

use flux_studio::queue::{
    Cache, Call, Cancel, Connection, Event, Failure, Job, Lost, Phase, Reply, Side, step,
};
use serde_json::{Value, json};

use crate::matrix::{Ask, CancelIt, Fetch, ROWS, Status, Submit};
use crate::{WORLD, endpoint, failure_of, job, reply, request_id};

/// The models' kinds, with their status, what they are about and a part of the sentence.
fn kinds_of_models() -> Vec<(&'static str, u16, Value, &'static str)> {
    vec![
        ("internal_server_error", 500, json!({}), "an error of its own"),
        ("generation_timeout", 504, json!({}), "longer than it may"),
        ("downstream_service_error", 400, json!({}), "relies on failed"),
        ("downstream_service_unavailable", 500, json!({}), "cannot be reached"),
        ("content_policy_violation", 422, json!({}), "content policy"),
        ("no_media_generated", 422, json!({}), "without making anything"),
        ("image_too_small", 422, json!({ "min_width": 512, "min_height": 256 }), "512 × 256"),
        ("image_too_large", 422, json!({ "max_width": 1024, "max_height": 768 }), "1024 × 768"),
        ("image_load_error", 422, json!({}), "opened as a picture"),
        ("file_download_error", 422, json!({}), "could not be fetched"),
        ("face_detection_error", 422, json!({}), "no face"),
        ("file_too_large", 422, json!({ "max_size": 10485760 }), "larger than 10 MiB"),
        ("greater_than", 422, json!({ "gt": 0 }), "more than 0"),
        ("greater_than_equal", 422, json!({ "ge": 0.5 }), "at least 0.5"),
        ("less_than", 422, json!({ "lt": 1.0 }), "less than 1"),
        ("less_than_equal", 422, json!({ "le": 20 }), "at most 20"),
        ("multiple_of", 422, json!({ "multiple_of": 8 }), "multiple of 8"),
        ("sequence_too_short", 422, json!({ "min_length": 2 }), "too short, 2"),
        ("sequence_too_long", 422, json!({ "max_length": 4 }), "too long, 4"),
        ("one_of", 422, json!({ "expected": ["a", "b"] }), "one of “a, b”"),
        ("feature_not_supported", 422, json!({}), "this combination"),
        ("invalid_archive", 422, json!({ "supported_extensions": [".zip"] }), "“.zip”"),
        (
            "archive_file_count_below_minimum",
            422,
            json!({ "min_count": 10, "provided_count": 8 }),
            "10 files and has 8",
        ),
        (
            "archive_file_count_exceeds_maximum",
            422,
            json!({ "max_count": 100, "provided_count": 150 }),
            "100 files and has 150",
        ),
        ("audio_duration_too_long", 422, json!({ "max_duration": 60 }), "longer than 60 seconds"),
        ("audio_duration_too_short", 422, json!({ "min_duration": 5 }), "shorter than 5 seconds"),
        ("video_duration_too_long", 422, json!({ "max_duration": 61 }), "longer than 61 seconds"),
        ("video_duration_too_short", 422, json!({ "min_duration": 3 }), "shorter than 3 seconds"),
        (
            "unsupported_audio_format",
            422,
            json!({ "supported_formats": [".mp3"] }),
            "audio as “.mp3”",
        ),
        (
            "unsupported_image_format",
            422,
            json!({ "supported_formats": [".png"] }),
            "picture as “.png”",
        ),
        (
            "unsupported_video_format",
            422,
            json!({ "supported_formats": [".mp4"] }),
            "video as “.mp4”",
        ),
        // Pydantic, of either version.
        ("missing", 422, json!({}), "is required"),
        ("value_error.missing", 422, json!({}), "is required"),
        ("string_type", 422, json!({}), "must be a text"),
        ("int_parsing", 422, json!({}), "a whole number"),
        ("type_error.integer", 422, json!({}), "a whole number"),
        ("float_parsing", 422, json!({}), "must be a number"),
        ("bool_parsing", 422, json!({}), "true or false"),
        ("list_type", 422, json!({}), "must be a list"),
        ("dict_type", 422, json!({}), "must be an object"),
        ("enum", 422, json!({ "expected": "'a' or 'b'" }), "“'a' or 'b'”"),
        ("type_error.enum", 422, json!({ "enum_values": ["c"] }), "one of “c”"),
        ("value_error.number.not_le", 422, json!({ "limit_value": 21 }), "at most 21"),
        ("value_error.number.not_gt", 422, json!({ "limit_value": 7 }), "more than 7"),
        ("string_too_long", 422, json!({ "max_length": 500 }), "at most 500 characters"),
        ("value_error.list.min_items", 422, json!({ "limit_value": 3 }), "at least 3 items"),
        ("string_pattern_mismatch", 422, json!({ "pattern": "^a" }), "match “^a”"),
        ("url_parsing", 422, json!({}), "no URL"),
        ("extra_forbidden", 422, json!({}), "not a field"),
        ("json_invalid", 422, json!({}), "not valid JSON"),
        ("something_unlisted", 422, json!({}), "“In the model's own words”"),
    ]
}

/// Those of them that come after a model has worked, which fal may charge for.
const HAD_WORKED: [&str; 5] = [
    "internal_server_error",
    "generation_timeout",
    "downstream_service_error",
    "downstream_service_unavailable",
    "no_media_generated",
];

/// fal's own kinds, with their status, a part of the sentence, and whether a model had worked.
const PLATFORM: [(&str, u16, &str, bool); 12] = [
    ("request_timeout", 504, "in the time it allows", true),
    ("startup_timeout", 504, "no free machine", false),
    ("runner_scheduling_failure", 503, "no machine to give", false),
    ("runner_connection_timeout", 503, "did not answer fal in time", true),
    ("runner_disconnected", 503, "went away", true),
    ("runner_connection_refused", 503, "turned fal away", false),
    ("runner_connection_error", 503, "lost touch", true),
    ("runner_incomplete_response", 502, "broke off", true),
    ("runner_server_error", 500, "at fal failed", true),
    ("client_disconnected", 499, "nobody was listening", true),
    ("bad_request", 400, "malformed: “Said so”", false),
    ("internal_error", 500, "an internal error", true),
];

fn of_model(kind: &str, ctx: &Value) -> String {
    let complaint = json!({ "loc": ["body", "image_url"], "msg": "In the model's own words.",
        "type": kind, "ctx": ctx, "input": "a secret" });
    json!({ "detail": [complaint] }).to_string()
}

fn of_platform(kind: &str) -> String {
    json!({ "detail": "Said so", "error_type": kind }).to_string()
}

/// The answers, by name.
fn answers() -> Vec<(String, Result<Reply, Lost>)> {
    let mut answers = Vec::new();
    for (status, body, ..) in ROWS {
        answers.push((format!("{status} {body}"), reply(*status, body)));
        answers.push((format!("{status} as 200 {body}"), reply(200, body)));
    }
    for (kind, status, ctx, _) in kinds_of_models() {
        answers.push((kind.to_owned(), reply(status, &of_model(kind, &ctx))));
        answers.push((format!("{kind} as 200"), reply(200, &of_model(kind, &ctx))));
        answers.push((
            format!("{kind} without numbers"),
            reply(status, &of_model(kind, &Value::Null)),
        ));
    }
    for (kind, status, ..) in PLATFORM {
        answers.push((kind.to_owned(), reply(status, &of_platform(kind))));
        answers.push((format!("{kind} as 200"), reply(200, &of_platform(kind))));
    }
    for lost in [Lost::Network, Lost::Cut, Lost::Timeout(15)] {
        answers.push((format!("{lost:?}"), Err(lost)));
    }
    answers
}

/// What becomes of a job of which something is asked, and with an answer like the ones before.
pub(crate) fn answered(ask: Ask, answer: &Result<Reply, Lost>, times: u32) -> Job {
    let (id, connection) = (request_id(), Connection::default());
    let asked = Connection { cancel: Cancel::Asked, ..Connection::default() };
    let (phase, call) = match ask {
        Submit => (Phase::Sending, Call::Submit(endpoint())),
        Status => (Phase::Running(id.clone(), connection, None), Call::Status(endpoint(), id)),
        Fetch => (Phase::Fetching(id.clone(), connection), Call::Result(endpoint(), id)),
        CancelIt => (Phase::Running(id.clone(), asked, None), Call::Cancel(endpoint(), id)),
    };
    let event = Event::Answered(call, answer.clone());
    (0..times).fold(job(phase), |job, _| step(job, event.clone(), WORLD).0)
}

/// How many sentences a text has; what it quotes may have any number.
pub(crate) fn sentences(text: &str) -> usize {
    let own: String = text.split('“').flat_map(|part| part.rsplit('”').next()).collect();
    own.split_inclusive(['.', '!', '?']).filter(|part| part.ends_with(['.', '!', '?'])).count()
        - own
            .match_indices(['.'])
            .filter(|(at, _)| own[at + 1..].starts_with(char::is_alphanumeric))
            .count()
}

/// What is wrong with the words, wherever they are read.
fn wrong(ask: Ask, job: &Job, failure: &Failure, ran: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for text in [&failure.what, &failure.advice] {
        if text.is_empty() || !text.ends_with('.') || text.contains("  ") || text.contains("..") {
            wrong.push(format!("no sentence: {text:?}"));
        }
        if !(1..=3).contains(&sentences(text)) {
            wrong.push(format!("{} sentences: {text:?}", sentences(text)));
        }
    }
    let advice = failure.advice.to_lowercase();
    let sends_again = advice.contains("try again") || advice.contains("generate again");
    let may_be_charged = advice.contains("may charge");
    let goes_on = job.connection().is_some();
    if goes_on && sends_again {
        wrong.push("sends a job again that goes on".to_owned());
    }
    if goes_on && !advice.contains("the job goes on") {
        wrong.push("does not say that the job goes on".to_owned());
    }
    let is_unclear = matches!(job.phase, Phase::Unconfirmed(_));
    let has_run = ask == Fetch && !goes_on && ran;
    if (is_unclear || has_run && advice.contains("try again")) && !may_be_charged {
        wrong.push("does not say that fal may charge for it".to_owned());
    }
    if ask == Submit && !is_unclear && may_be_charged {
        wrong.push("says that a job may be charged for that was refused".to_owned());
    }
    wrong
}

#[test]
fn the_table_of_everything_that_can_come_back() {
    let unstarted = ["startup_timeout", "runner_scheduling_failure", "runner_connection_refused"];
    let mut found = Vec::new();
    let (mut cells, mut told) = (0, BTreeMap::new());
    for (name, answer) in answers() {
        let short: String = name.chars().take(70).collect();
        let ran = !unstarted.iter().any(|kind| name.contains(kind));
        for ask in [Submit, Status, Fetch, CancelIt] {
            let job = answered(ask, &answer, 1);
            let Some(failure) = failure_of(&job) else {
                println!("{short:70} | {ask:?} | -");
                continue;
            };
            cells += 1;
            *told.entry(failure.side.to_string()).or_insert(0) += 1;
            println!(
                "{short:70} | {ask:?} | {} | {} | {}",
                failure.side, failure.what, failure.advice
            );
            let wrong = wrong(ask, &job, failure, ran);
            found.extend(
                wrong.iter().map(|what| format!("{short} {ask:?}: {what}\n   {failure:?}")),
            );
        }
    }
    println!("{} answers, {cells} failures: {told:?}", answers().len());
    assert!(cells > 600, "{cells}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_kind_is_told_in_words_of_its_own() {
    let mut told = BTreeMap::new();
    for (kind, status, ctx, part) in kinds_of_models() {
        for status in [status, 200] {
            let job = answered(Fetch, &reply(status, &of_model(kind, &ctx)), 1);
            let Phase::Failed(Some(_), failure) = &job.phase else {
                panic!("{kind}: {:?}", job.phase)
            };
            assert_eq!(failure.side, Side::Model, "{kind}");
            assert!(failure.what.contains(part), "{kind}: {}", failure.what);
            assert_eq!(failure.kind.as_deref(), Some(kind));
            let charged = failure.advice.contains("may charge");
            assert_eq!(charged, HAD_WORKED.contains(&kind), "{kind}: {}", failure.advice);
            let is_listed = kind != "something_unlisted";
            assert_eq!(!failure.what.contains("own words"), is_listed, "{kind}: {}", failure.what);
        }
        let unnumbered = answered(Fetch, &reply(status, &of_model(kind, &Value::Null)), 1);
        let failure = failure_of(&unnumbered).unwrap().clone();
        assert!(!failure.what.contains('{'), "{kind}: {}", failure.what);
        let name = kind.rsplit('.').next().unwrap();
        told.insert(name.to_owned(), failure.what);
    }
    for (kind, status, part, ran) in PLATFORM {
        for status in [status, 200] {
            let job = answered(Fetch, &reply(status, &of_platform(kind)), 1);
            let Phase::Failed(Some(_), failure) = &job.phase else {
                panic!("{kind}: {:?}", job.phase)
            };
            assert_eq!(failure.side, Side::Fal, "{kind}");
            assert_eq!(failure.advice.contains("may charge"), ran, "{kind}: {}", failure.advice);
            assert!(failure.what.contains(part), "{kind}: {}", failure.what);
            assert_eq!(failure.kind.as_deref(), Some(kind));
        }
        told.insert(kind.to_owned(), part.to_owned());
    }
    assert!(told.len() > 50, "{}", told.len());
}

#[test]
fn of_several_complaints_each_is_told_at_its_field() {
    let complaint = |field: &str, kind: &str, ctx: Value| json!({ "loc": ["body", field], "type": kind, "msg": "x", "ctx": ctx });
    let two = [
        complaint("width", "less_than_equal", json!({ "le": 1024 })),
        json!({ "loc": ["body", "prompt"], "type": "missing" }),
    ];
    let told = |complaints: &[Value]| {
        let job = answered(Fetch, &reply(422, &json!({ "detail": complaints }).to_string()), 1);
        failure_of(&job).unwrap().clone()
    };
    let failure = told(&two);
    assert_eq!(failure.what, "The model refused the input.");
    assert_eq!(failure.kind.as_deref(), Some("less_than_equal, missing"));
    let fields: Vec<String> =
        failure.fields.iter().map(|f| format!("{}: {}", f.place(), f.message)).collect();
    // In the words of the model, where it has any.
    assert_eq!(fields, ["width: x", "prompt: is required"]);
    assert_eq!(told(&two[..1]).what, "The model refused the input: “width” must be at most 1024.");
    // What is the case with all of it is said first.
    let policy = complaint("prompt", "content_policy_violation", Value::Null);
    assert!(told(&[two[0].clone(), policy]).what.contains("content policy"));
    let whole = json!({ "loc": ["body"], "type": "missing", "msg": "x" });
    assert_eq!(told(&[whole]).what, "The model refused the input: it is required.");
    // However many there are.
    let many = told(&vec![two[0].clone(); 10_000]);
    assert_eq!(many.fields.len(), 20);
}

#[test]
fn the_reply_may_name_the_request() {
    for (body, expected) in [
        (json!({ "detail": "No", "request_id": "r-7" }), Some("r-7")),
        (json!({ "detail": "No", "gateway_request_id": "g-7" }), Some("g-7")),
        (json!({ "error": { "message": "No", "request_id": "p-7" } }), Some("p-7")),
        (json!({ "detail": "No", "request_id": "a b" }), None),
        (json!({ "detail": "No" }), None),
    ] {
        let job = answered(Submit, &reply(403, &body.to_string()), 1);
        let failure = failure_of(&job).unwrap();
        let named = failure.request_id.as_ref().map(ToString::to_string);
        if body["request_id"] != "a b" {
            assert!(matches!(job.phase, Phase::Failed(None, _)), "{body}: {:?}", job.phase);
        }
        assert_eq!(named.as_deref(), expected, "{body}");
    }
}

#[test]
fn an_account_lock_speaks_to_whoever_runs_the_proxy_and_ends_no_job() {
    for reason in
        ["Exhausted balance. Top up your balance.", "TOP_UP.", "Admin lock. Contact support."]
    {
        let body = json!({ "detail": format!("User is locked. Reason: {reason}") }).to_string();
        for status in [403, 200] {
            for ask in [Status, Fetch] {
                let job = answered(ask, &reply(status, &body), 50);
                let failure = &job.connection().expect("the job goes on").trouble;
                let failure = failure.as_ref().expect("trouble");
                assert_eq!(failure.side, Side::Account);
                assert!(failure.advice.contains("Whoever runs the proxy"), "{}", failure.advice);
                assert!(failure.advice.contains("keeps asking"), "{}", failure.advice);
            }
            let job = answered(Submit, &reply(status, &body), 1);
            let failure = failure_of(&job).unwrap();
            assert!(failure.advice.contains("already accepted"), "{}", failure.advice);
        }
    }
}

#[test]
fn too_many_questions_are_no_reason_to_send_a_job_again() {
    let answer = Ok(Reply {
        status: 429,
        body: r#"{"detail":"Too many requests"}"#.to_owned(),
        retry_after: Some(7),
        demo: false,
        cache: Cache::default(),
    });
    let submitted = answered(Submit, &answer, 1);
    assert!(
        failure_of(&submitted).unwrap().advice.contains("not accepted. Try again in 7 seconds")
    );
    for ask in [Status, Fetch, CancelIt] {
        let job = answered(ask, &answer, 1);
        let advice = &failure_of(&job).unwrap().advice;
        assert!(advice.contains("The job goes on") && !advice.contains("not accepted"), "{advice}");
    }
}
