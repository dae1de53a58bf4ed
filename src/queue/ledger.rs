//! Jobs as text and back, for keeping them across reloads.
//!
//! A record is small, for it is written at every turn of its job: the request's JSON is kept beside
//! it, and so is a result that is long or holds files. The records are written and read by hand, key
//! by key: derived code for the same weighs as much as a whole room.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::failure::{Failure, FieldFailure, Side};
use super::job::{Body, Cancel, Expected, Job, JobId, Phase};
use super::output::Output;
use super::{Connection, EndpointId, RequestId, Steps, Unit, Watch};
use crate::form::Draft;

/// A job's record.
pub fn to_text(job: &Job) -> String {
    record(job, Output::short).to_string()
}

/// The same with the whole result, however long it is.
pub fn to_whole_text(job: &Job) -> String {
    record(job, |output| Some(output.text())).to_string()
}

/// The job of a record; nothing when it cannot be read.
pub fn from_text(text: &str) -> Option<Job> {
    job(&serde_json::from_str(text).ok()?)
}

/// The jobs of a list of records, as earlier versions kept them all in one. What cannot be read is
/// left out; the rest is not lost with it.
pub fn all_from_text(text: &str) -> Vec<Job> {
    let records: Value = serde_json::from_str(text).unwrap_or_default();
    list(&records).iter().filter_map(job).collect()
}

/// `kept` says how much of a result is in it.
fn record(job: &Job, kept: fn(&Output) -> Option<&str>) -> Value {
    object([
        ("id", Value::from(job.id.0.as_str())),
        ("endpoint", Value::from(job.endpoint.as_str())),
        ("input", (job.body != Body::Gone).into()),
        ("draft", job.draft.to_value()),
        ("title", job.title.as_str().into()),
        ("size", size_value(job.expects.size)),
        ("count", job.expects.count.into()),
        ("planned", job.expects.steps.into()),
        ("outputs", texts_value(&job.outputs)),
        ("created", job.created.into()),
        ("started", job.started.into()),
        ("ended", job.ended.into()),
        ("request", job.request_id().map(RequestId::as_str).into()),
        ("state", state(&job.phase, kept).into()),
        ("failure", job.failure().map(failure_value).into()),
        ("position", position(&job.phase).into()),
        ("steps", steps(&job.phase).map(|steps| vec![steps.done, steps.of]).into()),
        ("percent", steps(&job.phase).is_some_and(|steps| steps.unit == Unit::Percent).into()),
        ("heard", job.connection().and_then(|c| c.heard).into()),
        ("trouble", job.connection().and_then(|c| c.trouble.as_ref()).map(failure_value).into()),
        ("unconfirmed", job.watch.unconfirmed.as_ref().map(failure_value).into()),
        ("cancel", job.connection().map_or(Value::Null, |c| cancel_value(&c.cancel))),
        ("output", output_of(&job.phase, kept).into()),
    ])
}

fn object<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    let mut object = Map::new();
    for (key, value) in entries {
        object.insert(key.to_owned(), value);
    }
    Value::Object(object)
}

fn size_value(size: Option<(u32, u32)>) -> Value {
    size.map(|(width, height)| vec![width, height]).into()
}

fn texts_value(texts: &[String]) -> Value {
    texts.iter().map(String::as_str).collect()
}

fn state(phase: &Phase, kept: fn(&Output) -> Option<&str>) -> &'static str {
    match phase {
        Phase::Sending => "sending",
        Phase::Queued(..) => "queued",
        Phase::Running(..) => "running",
        Phase::Fetching(..) => "fetching",
        Phase::Done(_, output) if kept(output).is_none() => "fetching",
        Phase::Done(..) => "done",
        Phase::Failed(..) => "failed",
        Phase::Unconfirmed(_) => "unconfirmed",
        Phase::Cancelled(_) => "cancelled",
        Phase::Expired(_) => "expired",
    }
}

fn output_of(phase: &Phase, kept: fn(&Output) -> Option<&str>) -> Option<&str> {
    match phase {
        Phase::Done(_, output) => kept(output),
        _ => None,
    }
}

fn position(phase: &Phase) -> Option<u32> {
    match phase {
        Phase::Queued(_, _, position) => *position,
        _ => None,
    }
}

fn steps(phase: &Phase) -> Option<Steps> {
    match phase {
        Phase::Running(_, _, steps) => *steps,
        _ => None,
    }
}

fn cancel_value(cancel: &Cancel) -> Value {
    match cancel {
        Cancel::No => Value::Null,
        Cancel::Asked => "asked".into(),
        Cancel::Taken => "taken".into(),
        Cancel::Refused(failure) => failure_value(failure),
    }
}

fn failure_value(failure: &Failure) -> Value {
    let field = |field: &FieldFailure| {
        object([("loc", texts_value(&field.loc)), ("message", field.message.as_str().into())])
    };
    object([
        ("side", failure.side.to_string().into()),
        ("what", failure.what.as_str().into()),
        ("advice", failure.advice.as_str().into()),
        ("status", failure.status.into()),
        ("kind", failure.kind.as_deref().into()),
        ("request", failure.request_id.as_ref().map(RequestId::as_str).into()),
        ("excerpt", failure.excerpt.as_str().into()),
        ("fields", failure.fields.iter().map(field).collect()),
    ])
}

fn job(record: &Value) -> Option<Job> {
    let request = text(record, "request").and_then(|id| RequestId::parse(&id));
    let connection = Connection {
        trouble: record.get("trouble").and_then(failure),
        heard: record.get("heard").and_then(Value::as_u64),
        failures: 0,
        cancel: match record.get("cancel") {
            Some(Value::String(word)) if word == "taken" => Cancel::Taken,
            Some(Value::String(_)) => Cancel::Asked,
            refused => refused.and_then(failure).map_or(Cancel::No, Cancel::Refused),
        },
    };
    let pair = |key: &str| pair(record.get(key));
    let unit = match record.get("percent") {
        Some(Value::Bool(true)) => Unit::Percent,
        _ => Unit::Step,
    };
    let steps = pair("steps").map(|(done, of)| Steps { done, of, unit });
    let number = |key: &str| record.get(key)?.as_u64();
    let position = number("position").and_then(|position| position.try_into().ok());
    let failure = || record.get("failure").and_then(failure);
    let phase = match (text(record, "state")?.as_str(), request) {
        ("sending", _) => Phase::Sending,
        ("unconfirmed", _) => Phase::Unconfirmed(failure()?),
        ("failed", request) => Phase::Failed(request, failure()?),
        ("queued", Some(id)) => Phase::Queued(id, connection, position),
        ("running", Some(id)) => Phase::Running(id, connection, steps),
        ("fetching", Some(id)) => Phase::Fetching(id, connection),
        ("done", Some(id)) => match text(record, "output").and_then(|o| Output::from_text(&o)) {
            Some(output) => Phase::Done(id, output),
            // Kept in the manner of another version: asked for once more.
            None => Phase::Fetching(id, Connection::default()),
        },
        ("cancelled", Some(id)) => Phase::Cancelled(id),
        ("expired", Some(id)) => Phase::Expired(id),
        _ => return None,
    };
    Some(Job {
        id: JobId(text(record, "id")?),
        endpoint: EndpointId::parse(&text(record, "endpoint")?)?,
        body: match text(record, "body") {
            Some(body) => Body::Here(body.into()),
            None if record.get("input").is_some_and(|kept| kept == true) => Body::Kept,
            None => Body::Gone,
        },
        draft: Arc::new(Draft::from_value(record.get("draft")?)),
        title: text(record, "title")?,
        expects: Expected {
            size: pair("size"),
            count: number("count").and_then(|count| count.try_into().ok()).unwrap_or(1),
            steps: number("planned").and_then(|steps| steps.try_into().ok()),
        },
        outputs: texts(record.get("outputs")?),
        created: number("created")?,
        started: number("started"),
        ended: number("ended"),
        phase,
        watch: Watch::of_record(record.get("unconfirmed").and_then(self::failure)),
    })
}

fn failure(value: &Value) -> Option<Failure> {
    let side = text(value, "side")?;
    let field = |field: &Value| {
        Some(FieldFailure { loc: texts(field.get("loc")?), message: text(field, "message")? })
    };
    Some(Failure {
        side: Side::ALL.into_iter().find(|known| known.to_string() == side)?,
        what: text(value, "what")?,
        advice: text(value, "advice")?,
        status: value.get("status").and_then(Value::as_u64).and_then(|s| s.try_into().ok()),
        // What follows is not in the records of earlier versions, or is of no use after a reload.
        kind: text(value, "kind"),
        request_id: text(value, "request").and_then(|id| RequestId::parse(&id)),
        excerpt: text(value, "excerpt").unwrap_or_default(),
        unreadable: 0,
        fields: list(value.get("fields")?).iter().filter_map(field).collect(),
    })
}

fn pair(value: Option<&Value>) -> Option<(u32, u32)> {
    match list(value?) {
        [one, other] => one.as_u64()?.try_into().ok().zip(other.as_u64()?.try_into().ok()),
        _ => None,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn texts(value: &Value) -> Vec<String> {
    list(value).iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}
