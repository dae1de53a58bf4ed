//! Jobs on their way to disk and back: what is kept is kept to the letter, and what cannot be read
//! takes nothing else with it.

use flux_studio::form::{Draft, Entry};
use flux_studio::queue::{
    Body, Cancel, Connection, Expected, Failure, FieldFailure, Job, JobId, Output, Phase,
    RequestId, Side, Steps, Unit, Watch, all_from_text, from_text, to_text, to_whole_text,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::{endpoint, job, request_id};

const HOSTILE: [&str; 9] = [
    "",
    "\"},{\"state\":\"done\"",
    "</script><script>alert(1)</script>",
    "\u{0}\u{1}\u{7f}\u{2028}\u{feff}",
    "\\u0000 \\\" \\",
    "🦊\u{202e}reversed",
    "null",
    "line\nline\r\n\t",
    "x-data:image/png;base64,AA==",
];

fn any_text() -> BoxedStrategy<String> {
    prop_oneof![select(&HOSTILE[..]).prop_map(str::to_owned), any::<String>()].boxed()
}

fn any_failure() -> impl Strategy<Value = Failure> {
    let field = (prop::collection::vec(any_text(), 0..3), any_text())
        .prop_map(|(loc, message)| FieldFailure { loc, message });
    let fields = prop::collection::vec(field, 0..3);
    let reply = (prop::option::of(any_text()), prop::option::of(any_id()), any_text());
    let words = (any_text(), any_text());
    (select(&Side::ALL[..]), words, any::<Option<u16>>(), reply, fields).prop_map(
        |(side, (what, advice), status, (kind, request_id, excerpt), fields)| Failure {
            side,
            what,
            advice,
            status,
            kind,
            request_id,
            excerpt,
            unreadable: 0,
            fields,
        },
    )
}

fn any_id() -> impl Strategy<Value = RequestId> {
    "[a-zA-Z0-9_-]{1,128}".prop_map(|id| RequestId::parse(&id).unwrap())
}

/// A result of files, texts and other things, as a model writes it.
fn any_output() -> impl Strategy<Value = Output> {
    let url = prop_oneof![
        "https://[a-z.]{1,20}/[a-zA-Z0-9/%?=&]{0,40}",
        Just("http://localhost:4173/demo/files/1/0.jpg".to_owned()),
        Just("http://localhost:0123456789012345@example.com/a.png".to_owned()),
        Just("javascript:alert(document.cookie)//and-so-on-and-on".to_owned()),
        any_text().prop_filter("a file", |text| !text.starts_with("data:")),
    ];
    let file = (url, any::<Option<(u32, u32)>>(), prop::option::of(any_text()), any_text());
    let file = file.prop_map(|(url, size, kind, name)| {
        let (width, height) = size.unzip();
        json!({ "url": url, "content_type": kind, "file_name": name,
            "width": width, "height": height })
    });
    let leaf = prop_oneof![
        file,
        any_text().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        Just(Value::Null),
    ];
    let value = leaf.prop_recursive(6, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any_text(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    let name = prop_oneof![
        select(vec!["images", "video", "seed", "timings", "has_nsfw_concepts", "prompt"])
            .prop_map(str::to_owned),
        any_text(),
    ];
    prop::collection::vec((name, value), 0..5).prop_map(|entries| {
        let body = Value::Object(entries.into_iter().collect());
        Output::from_text(&body.to_string()).unwrap()
    })
}

fn any_phase() -> impl Strategy<Value = Phase> {
    let cancel = prop_oneof![
        Just(Cancel::No),
        Just(Cancel::Asked),
        Just(Cancel::Taken),
        any_failure().prop_map(Cancel::Refused),
    ];
    let trouble = (prop::option::of(any_failure()), prop::option::of(any::<u64>()), cancel)
        .prop_map(|(trouble, heard, cancel)| Connection { trouble, heard, failures: 3, cancel });
    let parts = (any_id(), trouble, any_failure(), any_output(), any::<Option<u32>>());
    (0..10, parts).prop_map(|(which, (id, connection, failure, output, position))| match which {
        0 => Phase::Sending,
        1 => Phase::Queued(id, connection, position),
        2 => Phase::Running(
            id,
            connection,
            Some(Steps {
                unit: if position.is_some() { Unit::Percent } else { Unit::Step },
                ..Steps::new(1, 2)
            }),
        ),
        3 => Phase::Fetching(id, connection),
        4 | 5 => Phase::Done(id, output),
        6 => Phase::Failed(position.map(|_| id), failure),
        7 => Phase::Unconfirmed(failure),
        8 => Phase::Cancelled(id),
        _ => Phase::Expired(id),
    })
}

fn any_job() -> impl Strategy<Value = Job> {
    let draft = prop::collection::vec((any_text(), any_entry()), 0..5);
    let times = (any::<u64>(), any::<Option<u64>>(), any::<Option<u64>>());
    let names = (any_text(), any_text(), any_body());
    let outputs = prop::collection::vec(any_text(), 0..3);
    let expects = (any::<Option<(u32, u32)>>(), any::<u32>(), any::<Option<u32>>());
    let phase = (any_phase(), prop::option::of(any_failure()));
    (phase, draft, times, names, outputs, expects).prop_map(
        |(
            (phase, unconfirmed),
            entries,
            (created, started, ended),
            (id, title, body),
            outputs,
            expects,
        )| Job {
            id: JobId(id),
            endpoint: endpoint(),
            body,
            draft: draft_of(&entries).into(),
            title,
            expects: Expected { size: expects.0, count: expects.1, steps: expects.2 },
            outputs,
            created,
            started,
            ended,
            phase,
            watch: Watch::of_record(unconfirmed),
        },
    )
}

fn any_body() -> impl Strategy<Value = Body> {
    let here = any_text().prop_map(|text| Body::Here(text.into()));
    prop_oneof![here, Just(Body::Kept), Just(Body::Gone)]
}

fn any_entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        3 => any_text().prop_map(Entry::Text),
        1 => any_text().prop_map(Entry::Raw),
        1 => Just(Entry::Null),
    ]
}

/// Without files, which are not kept.
fn draft_of(entries: &[(String, Entry)]) -> Draft {
    let mut draft = Draft::new();
    let is_file = |entry: &Entry| matches!(entry, Entry::Text(text) if text.starts_with("data:"));
    let names_file = |key: &String| key.ends_with("|n");
    for (key, entry) in entries.iter().filter(|(key, entry)| !is_file(entry) && !names_file(key)) {
        draft.insert(key, entry.clone());
    }
    draft
}

/// What a reload leaves of a job: how often there was no answer is not kept, and the input is beside
/// it.
fn reloaded(mut job: Job) -> Job {
    if matches!(job.body, Body::Here(_)) {
        job.body = Body::Kept;
    }
    if let Phase::Queued(_, connection, _)
    | Phase::Running(_, connection, _)
    | Phase::Fetching(_, connection) = &mut job.phase
    {
        connection.failures = 0;
    }
    job
}

#[test]
fn the_three_states_of_a_field_are_kept() {
    let mut draft = Draft::new();
    draft.insert("null", Entry::Null);
    draft.insert("empty", "");
    draft.insert("word", "null");
    draft.insert("raw", Entry::Raw("null".to_owned()));
    let text = r#"{"empty":"","null":null,"raw":["null"],"word":"null"}"#;
    assert_eq!(draft.to_value().to_string(), text);
    assert_eq!(kept(text), draft);
    // What is neither is passed over, and so is what is no draft.
    assert_eq!(kept(r#"{"a":7,"b":true,"c":{},"empty":""}"#).iter().count(), 1);
    for text in ["", "null", "[]", "7", "{"] {
        assert!(kept(text).is_empty(), "{text}");
    }
}

/// The draft that a kept text stands for.
fn kept(text: &str) -> Draft {
    Draft::from_value(&serde_json::from_str(text).unwrap_or_default())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn jobs_come_back_as_they_went(job in any_job()) {
        prop_assert_eq!(from_text(&to_text(&job)), Some(reloaded(job)));
    }

    #[test]
    fn drafts_come_back_as_they_went(entries in prop::collection::vec((any_text(), any_entry()), 0..6)) {
        let draft = draft_of(&entries);
        prop_assert_eq!(Draft::from_value(&draft.to_value()), draft);
    }

    #[test]
    fn damage_takes_nothing_else_with_it(
        jobs in prop::collection::vec(any_job(), 2..4),
        at in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        junk in select(vec!["null", "[]", "{}", "7", r#"{"state":"done","request":"r"}"#]),
    ) {
        // Half a record is no job, and is no reason to stop.
        let text = to_text(&jobs[0]);
        let half: String = text.chars().take(cut.index(text.chars().count())).collect();
        prop_assert_eq!(from_text(&half), None);
        prop_assert_eq!(from_text(junk), None);
        // The same of all in one, as earlier versions kept them.
        let records = jobs.iter().map(|job| serde_json::from_str::<Value>(&to_text(job)).unwrap());
        let mut records: Value = records.collect();
        let at = at.index(jobs.len());
        records[at] = serde_json::from_str(junk).unwrap();
        let mut expected: Vec<Job> = jobs.into_iter().map(reloaded).collect();
        expected.remove(at);
        prop_assert_eq!(all_from_text(&records.to_string()), expected);
        prop_assert_eq!(all_from_text(&half), []);
    }
}

#[test]
fn a_record_holds_no_file() {
    let file = format!("data:image/png;base64,{}", "A".repeat(100_000));
    let mut sent = job(Phase::Queued(request_id(), Connection::default(), None));
    sent.body = Body::Here(format!(r#"{{"image_url":"{file}"}}"#).into());
    let mut draft = draft_of(&[("prompt".to_owned(), Entry::from("a fox"))]);
    let words = draft.clone();
    draft.insert("image_url", file.clone());
    draft.insert("image_url|n", "fox.png");
    sent.draft = draft.into();
    let text = to_text(&sent);
    assert!(text.len() < 2_000, "{} bytes", text.len());
    let kept = from_text(&text).unwrap();
    assert_eq!((kept.body, kept.draft), (Body::Kept, words.into()));

    // A result with files in it is beside the record, and so is a long one.
    let words = "a".repeat(40_000);
    for body in [
        json!({ "images": [{ "url": file }] }),
        json!({ "video": { "url": "data:video/mp4;base64,AA==" } }),
        json!({ "output": words }),
        json!({ "output": { "words": [words] } }),
    ] {
        let output = Output::from_text(&body.to_string()).unwrap();
        assert_eq!(output.text(), body.to_string());
        let done = job(Phase::Done(request_id(), output));
        let text = to_text(&done);
        assert!(text.len() < 2_000, "{} bytes", text.len());
        assert_eq!(from_text(&text).unwrap().phase, fetching());
        // Unless nothing is beside it.
        assert_eq!(from_text(&to_whole_text(&done)).unwrap().phase, done.phase);
    }
}

#[test]
fn failures_of_earlier_versions_are_read() {
    let failure = json!({ "side": "The proxy", "what": "No.", "advice": "Ask.", "status": 401, "fields": [] });
    let failed = job(Phase::Failed(None, some_failure()));
    let mut record: Value = serde_json::from_str(&to_text(&failed)).unwrap();
    record["failure"] = failure;
    let kept = &from_text(&record.to_string()).unwrap();
    let Phase::Failed(None, failure) = &kept.phase else { panic!("{:?}", kept.phase) };
    assert_eq!((failure.side, failure.what.as_str()), (Side::Proxy, "No."));
    assert_eq!((&failure.kind, failure.excerpt.as_str()), (&None, ""));
}

fn some_failure() -> Failure {
    Failure {
        side: Side::Fal,
        what: String::new(),
        advice: String::new(),
        status: None,
        kind: Some("bad_request".to_owned()),
        request_id: None,
        excerpt: "{}".to_owned(),
        unreadable: 0,
        fields: Vec::new(),
    }
}

#[test]
fn a_result_is_kept_as_the_model_wrote_it() {
    let text =
        r#"{"audio": {"url": "https://x/a.wav"}, "tokens": 1.50, "text": "a", "boxes": [[1]]}"#;
    let output = Output::from_text(text).unwrap();
    assert_eq!(output.parts.len(), 4);
    let phase = Phase::Done(request_id(), output);
    let kept = to_text(&job(phase.clone()));
    assert_eq!(from_text(&kept).unwrap().phase, phase);
    // What an earlier version kept in its own way is asked for once more, and its input is there.
    let mut record: Value = serde_json::from_str(&kept).unwrap();
    record["output"] = json!({ "pictures": [{ "url": "https://x/a.png" }], "seed": "1" });
    record["body"] = json!("{}");
    let old = from_text(&record.to_string()).unwrap();
    assert_eq!((old.phase, old.body), (fetching(), Body::Here("{}".into())));
    record.as_object_mut().unwrap().retain(|key, _| !matches!(&**key, "body" | "input"));
    assert_eq!(from_text(&record.to_string()).unwrap().body, Body::Gone);
}

fn fetching() -> Phase {
    Phase::Fetching(request_id(), Connection::default())
}
