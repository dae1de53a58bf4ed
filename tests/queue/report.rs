//! What may be passed on of a failure: what helps, and nothing of what somebody entered.

use flux_studio::form::{Draft, Entry};
use flux_studio::queue::{
    Body, Cache, Call, Connection, Event, Failure, Job, Phase, Reply, from_text, step, to_text,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::{WORLD, endpoint, failure_of, job, reply, request_id};

/// A job with an input that got an answer to its submit, its status or the question for its result.
fn told(input: &Value, which: u8, answer: Reply) -> Option<(Job, Failure)> {
    let (id, connection) = (request_id(), Connection::default());
    let (phase, call) = match which {
        0 => (Phase::Sending, Call::Submit(endpoint())),
        1 => (Phase::Queued(id.clone(), connection, None), Call::Status(endpoint(), id)),
        _ => (Phase::Fetching(id.clone(), connection), Call::Result(endpoint(), id)),
    };
    let mut job = job(phase);
    job.body = Body::Here(input.to_string().into());
    let mut draft = Draft::new();
    for (name, value) in input.as_object()? {
        draft.insert(name, value.as_str().map_or(Entry::Raw(value.to_string()), Entry::from));
    }
    job.draft = draft.into();
    job.title = input["prompt"].as_str()?.to_owned();
    let (job, _) = step(job, Event::Answered(call, Ok(answer)), WORLD);
    let failure = failure_of(&job)?.clone();
    Some((job, failure))
}

fn sent(job: &Job) -> Option<&str> {
    match &job.body {
        Body::Here(body) => Some(body),
        Body::Kept | Body::Gone => None,
    }
}

#[test]
fn a_report_says_what_helps() {
    let input = json!({ "prompt": "a fox in the snow", "image_url": format!("data:image/png;base64,{}", "QUJD".repeat(200)) });
    let body = json!({
        "detail": [{
            "loc": ["body", "image_url"], "type": "image_too_small", "msg": "Image too small",
            "ctx": { "min_width": 512, "min_height": 512 }, "input": input["image_url"],
        }],
        "note": "You asked for: A fox  in the snow!",
        "trace": "Authorization: Key 1f0e4c2a-9d7b-4b6e-8a55-0c1d2e3f4a5b:00112233445566778899aabbccddeeff",
        "see": "https://docs.fal.ai/errors?from=me",
    });
    let answer = reply(422, &body.to_string()).unwrap();
    let (job, failure) = told(&input, 2, answer).unwrap();
    let report = failure.report(&job, sent(&job), false);
    let expected = format!(
        "Flux Studio {}\n\
         Sent: 1970-01-01 00:00:01 UTC\n\
         Failed: 1970-01-01 00:00:05 UTC\n\
         Model: fal-ai/flux/dev\n\
         Request: r-1\n\
         Side: The model\n\
         What: The model refused the input: “image_url” is smaller than 512 × 512 pixels.\n\
         Status: 422\n\
         Type: image_too_small\n\
         Field: image_url: Image too small\n\
         Reply: {{\"detail\":[{{\"loc\":[\"body\",\"image_url\"],\"type\":\"image_too_small\",\
         \"msg\":\"Image too small\",\"ctx\":{{\"min_width\":512,\"min_height\":512}},\
         \"input\":\"[…]\"}}],\"note\":\"You asked for: […]!\",\"trace\":\"Authorization: Key […]\",\
         \"see\":\"https://docs.fal.ai/errors[…]\"}}\n",
        env!("CARGO_PKG_VERSION"),
    );
    assert_eq!(report, expected);
    // With the input, files are named and not sent along.
    let report = failure.report(&job, sent(&job), true);
    assert!(report.starts_with(expected.trim_end()), "{report}");
    assert!(report.contains("\"prompt\": \"a fox in the snow\""), "{report}");
    assert!(report.contains("data:image/png;base64,… (file 1, 1 KB)"), "{report}");
    assert!(!report.contains("QUJDQUJD"), "{report}");
}

#[test]
fn a_report_of_a_job_that_has_lost_its_files_says_so() {
    let file = format!("data:image/png;base64,{}", "QUJDREVG".repeat(5_000));
    let input = json!({ "prompt": "a fox in the snow", "image_url": file });
    let body = json!({ "detail": format!("a fox in the snow: {file} cannot be read") }).to_string();
    let (job, _) = told(&input, 0, reply(400, &body).unwrap()).unwrap();
    let kept = from_text(&to_text(&job)).unwrap();
    let report = failure_of(&kept).unwrap().report(&kept, None, true);
    assert!(report.contains("Input: not kept"), "{report}");
    assert!(report.contains("Request: none that this page knows of"), "{report}");
    assert!(!report.contains("QUJDREVG") && !report.contains("in the snow"), "{report}");
}

const KEY: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{32}";

/// Bodies that tell back what they were sent, whole and in pieces, in every shape there is.
fn any_echo() -> impl Strategy<Value = (Value, String, Reply, u8)> {
    let prompt = prop_oneof![
        "[a-zA-Z ]{8,60}",
        "[a-zA-Z\"\\\\\n\täöüß ]{8,60}",
        "[\\PC]{8,40}",
        // As long as a page, and a cut through it.
        "[a-z ,.]{300,600}",
    ];
    let prompt = prompt
        .prop_filter("words", |prompt| prompt.chars().filter(|c| c.is_alphanumeric()).count() >= 8);
    let file = "[A-Za-z0-9+/]{40,400}".prop_map(|bytes| format!("data:image/png;base64,{bytes}"));
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let shape = (0..12_u8, cut, select(vec![200_u16, 400, 403, 422, 429, 500, 502]), 0..3_u8);
    (prompt, file, KEY, shape).prop_map(|(prompt, file, key, (shape, (a, b), status, which))| {
        let letters: Vec<char> = prompt.chars().collect();
        let from = a.index(letters.len());
        let piece: String = letters[from..].iter().take(8 + b.index(60)).collect();
        let bytes = &file[b.index(30)..];
        let said = format!("“{piece}” with {file} by Key {key}");
        let body = match shape {
            0 => json!({ "detail": said }).to_string(),
            1 => json!({ "detail": [{ "loc": ["body", prompt], "msg": said, "type": "x", "input": prompt }] }).to_string(),
            2 => json!({ "detail": [{ "loc": ["body", "prompt"], "msg": said, "type": piece, "ctx": { "expected": [prompt, file] } }] }).to_string(),
            3 => json!({ "detail": [{ "loc": [], "type": "one_of", "ctx": { "expected": [piece, prompt], "gt": said } }] }).to_string(),
            4 => json!({ "error": { "message": said, "type": piece }, "input": { "prompt": prompt, "image_url": file } }).to_string(),
            5 => json!({ "message": piece, prompt.clone(): file, "deep": [[{ "a": { "b": piece } }]] }).to_string(),
            6 => json!(said).to_string(),
            7 => said,
            8 => format!("<html><p title='{prompt}'>{piece} {file} {key}</p></html>"),
            9 => {
                let whole = json!({ "detail": said, "prompt": prompt }).to_string();
                whole.chars().take(20 + a.index(200)).collect()
            }
            10 => json!([said, { "prompt": prompt.to_uppercase(), "key": key }]).to_string(),
            _ => json!({ "detail": format!("{bytes} {piece}"), "error_type": piece, "headers": { "Authorization": format!("Key {key}") } }).to_string(),
        };
        let input = json!({ "prompt": prompt, "image_url": file, "loras": [{ "path": "x" }] });
        (input, key, Reply { status, body, retry_after: None, demo: false, cache: Cache::default() }, which)
    })
}

/// The first run of eight letters of a text that another text has too. A space at its end may be one
/// of ours.
fn shared<'t>(text: &'t str, report: &str) -> Option<&'t str> {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut pieces = starts.windows(9).map(|run| &text[run[0]..run[8]]);
    pieces.find(|piece| piece.trim() == *piece && report.contains(piece))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn a_report_without_the_input_holds_nothing_of_it(
        (input, key, answer, which) in any_echo(),
    ) {
        let Some((job, failure)) = told(&input, which, answer) else { return Ok(()) };
        let report = failure.report(&job, sent(&job), false);
        for secret in [input["prompt"].as_str().unwrap(), input["image_url"].as_str().unwrap(), &key] {
            prop_assert_eq!(shared(secret, &report), None, "{}", report);
        }
        prop_assert!(report.chars().count() < 8_000, "{}", report.len());
        // Nor does it after a reload.
        let kept = from_text(&to_text(&job)).unwrap();
        if let Some(failure) = failure_of(&kept) {
            let report = failure.report(&kept, None, false);
            prop_assert_eq!(shared(input["prompt"].as_str().unwrap(), &report), None, "{}", report);
        }
        // Whatever was ticked, no key.
        prop_assert_eq!(shared(&key, &failure.report(&job, sent(&job), true)), None);
    }
}
