//! Replies of the queue, read by the shape of their bodies first and by their status second.
//!
//! Some proxies turn every status of fal into 200, so a status proves nothing by itself: a
//! submit succeeded if it has a `request_id`, a status if its word is known, a result if it has
//! one of the model's outputs. What stands in a failure or a result is for `failure` and `output`
//! to read.

use serde_json::{Map, Value};

use super::failure::{Asked, Failure, meant};
use super::progress::{self, Line};
use super::steps::thousandths;
use super::{Millis, Output, RequestId};

/// An HTTP answer, read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body as text.
    pub body: String,
    /// Seconds from a `Retry-After` header, when it was readable.
    pub retry_after: Option<u32>,
    /// Whether `flux-proxy`'s demo engine signed it.
    pub demo: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The browser gave no answer and no reason: refused, unreachable, or forbidden by CORS.
    Network,
    /// An answer began and broke off.
    Cut,
    /// Nothing came within this many seconds.
    Timeout(u32),
}

/// What came back: an answer read to its end, or none.
pub type Answer = Result<Reply, Lost>;

/// A reply's body, sorted.
pub(super) enum Body {
    Object(Map<String, Value>),
    /// A JSON string or plain text.
    Text(String),
    Html,
    /// JSON that breaks off or is no JSON at all.
    Broken,
    Empty,
}

impl Body {
    pub(super) fn of(reply: &Reply) -> Self {
        let text = reply.body.trim_start_matches('\u{feff}').trim();
        let start = text.get(..1).unwrap_or_default();
        match (start, serde_json::from_str::<Value>(text)) {
            ("", _) => Self::Empty,
            (_, Ok(Value::Object(object))) => Self::Object(object),
            (_, Ok(Value::String(text))) => Self::Text(text),
            ("<", _) => Self::Html,
            ("{" | "[" | "\"", _) | (_, Ok(_)) => Self::Broken,
            (_, Err(_)) => Self::Text(text.to_owned()),
        }
    }
}

/// What came of a submit.
pub(super) enum Submitted {
    /// The queue has it.
    Accepted(RequestId, Option<u32>),
    /// It surely does not.
    Refused(Failure),
    /// Nobody here can know.
    Unclear(Failure),
}

/// Reads the answer to a submit with a body of so many bytes.
pub(super) fn submitted(answer: &Answer, size: usize) -> Submitted {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => return Submitted::Unclear(Failure::lost_submit(*lost, size)),
    };
    let body = Body::of(reply);
    let meant = meant(reply, &body);
    let failure = || Failure::of(Asked::Submit, reply, &body, meant);
    let mut strange = false;
    if let Body::Object(object) = &body {
        match object.get("request_id").and_then(Value::as_str).map(RequestId::parse) {
            Some(Some(id)) => return Submitted::Accepted(id, position(object)),
            Some(None) => strange = true,
            None => {}
        }
    }
    // fal refuses in JSON and with a status. A gateway that gave up, a server that crashed and an
    // answer that broke off say nothing of what is behind them.
    let unclear = match body {
        Body::Object(_) => strange || matches!(meant, 502 | 504),
        Body::Text(_) | Body::Html => meant >= 500,
        Body::Broken | Body::Empty => !(400..500).contains(&meant),
    };
    if unclear {
        Submitted::Unclear(failure().perhaps_accepted())
    } else {
        Submitted::Refused(failure())
    }
}

/// What a poll told.
pub(super) enum Polled {
    Queued(Option<u32>),
    /// At work, with the lines of its log.
    Running(Vec<Line>),
    /// A word this version does not know: the job goes on.
    Unknown,
    /// At an end, with the lines of its log and the milliseconds of work.
    Completed(Vec<Line>, Option<Millis>),
    /// The queue does not know the request, or no longer.
    Gone,
    /// Nothing about the job.
    Trouble(Failure),
}

pub(super) fn polled(answer: &Answer) -> Polled {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => return Polled::Trouble(Failure::lost(Asked::Status, *lost)),
    };
    let body = Body::of(reply);
    if let Body::Object(object) = &body {
        match object.get("status").and_then(Value::as_str) {
            Some("IN_QUEUE") => return Polled::Queued(position(object)),
            Some("IN_PROGRESS") => return Polled::Running(progress::lines(object)),
            Some("COMPLETED") => return Polled::Completed(progress::lines(object), took(object)),
            Some("NOT_FOUND") => return Polled::Gone,
            Some(_) if reply.status < 400 => return Polled::Unknown,
            _ => {}
        }
        if is_unknown_request(reply, object) {
            return Polled::Gone;
        }
    }
    Polled::Trouble(Failure::of(Asked::Status, reply, &body, meant(reply, &body)))
}

/// What fetching the result brought.
pub(super) enum Fetched {
    Done(Output),
    Failed(Failure),
    Cancelled,
    NotYet,
    Gone,
    Trouble(Failure),
}

pub(super) fn fetched(answer: &Answer, expected: &[String]) -> Fetched {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => return Fetched::Trouble(Failure::lost(Asked::Result, *lost)),
    };
    let body = Body::of(reply);
    let Body::Object(object) = &body else {
        return Fetched::Trouble(Failure::of(Asked::Result, reply, &body, meant(reply, &body)));
    };
    let has_output = expected.iter().any(|name| object.contains_key(name.as_str()));
    let speaks_of_error = object.contains_key("detail") || object.contains_key("error");
    if has_output || (expected.is_empty() && reply.status < 400 && !speaks_of_error) {
        return Fetched::Done(Output::read(object, &reply.body));
    }
    let error_type = object.get("error_type").and_then(Value::as_str).unwrap_or_default();
    let detail = object.get("detail").and_then(Value::as_str).unwrap_or_default();
    if reply.status == 499 || error_type == "client_cancelled" {
        Fetched::Cancelled
    } else if detail.contains("still in progress") {
        Fetched::NotYet
    } else if object.get("status").is_some_and(|s| s == "NOT_FOUND")
        || is_unknown_request(reply, object)
    {
        Fetched::Gone
    } else {
        let failure = Failure::of(Asked::Result, reply, &body, meant(reply, &body));
        // The result URL passes on the model's own answer; only a refusal on the way to it
        // (proxy, key, account, rate) leaves the result where it is.
        let on_the_way = matches!(reply.status, 401 | 403 | 408 | 429) || failure.is_on_the_way();
        if on_the_way { Fetched::Trouble(failure) } else { Fetched::Failed(failure) }
    }
}

/// What became of asking to cancel.
pub(super) enum CancelAnswer {
    /// Removed, or asked to stop: the next polls tell.
    Asked,
    TooLate,
    Gone,
    Trouble(Failure),
}

pub(super) fn cancelled(answer: &Answer) -> CancelAnswer {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => return CancelAnswer::Trouble(Failure::lost(Asked::Cancel, *lost)),
    };
    let body = Body::of(reply);
    let word = match &body {
        Body::Object(object) => object.get("status").and_then(Value::as_str),
        _ => None,
    };
    match word {
        Some("CANCELLATION_REQUESTED" | "OK") => CancelAnswer::Asked,
        Some("ALREADY_COMPLETED") => CancelAnswer::TooLate,
        Some("NOT_FOUND") => CancelAnswer::Gone,
        _ => CancelAnswer::Trouble(Failure::of(Asked::Cancel, reply, &body, meant(reply, &body))),
    }
}

/// How far a probe came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Each question in turn, answered as far as the answers went.
    pub answers: Settled,
    /// In words, what stopped it.
    pub failure: Option<Failure>,
}

/// The questions a probe answers, in the order in which a request meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled {
    /// Not even the proxy answered, or the browser may not read what it said.
    Nothing,
    /// Something answers at the address, but it is not a proxy that forwards to fal.
    Reached,
    /// The proxy forwards to fal, and fal refuses its key or account.
    Forwarded,
    /// fal answered as it answers to a working key.
    Everything,
}

/// Reads the answer to a [`super::Call::Probe`].
pub fn probe(answer: &Answer) -> Probe {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => {
            let failure = Some(Failure::lost(Asked::Status, *lost));
            return Probe { answers: Settled::Nothing, failure };
        }
    };
    let body = Body::of(reply);
    if let Body::Object(object) = &body {
        let known_word = object.get("status").is_some_and(Value::is_string);
        if known_word || is_unknown_request(reply, object) {
            return Probe { answers: Settled::Everything, failure: None };
        }
    }
    let failure = Failure::of(Asked::Status, reply, &body, meant(reply, &body));
    let answers = if failure.came_from_fal() { Settled::Forwarded } else { Settled::Reached };
    Probe { answers, failure: Some(failure) }
}

fn position(object: &Map<String, Value>) -> Option<u32> {
    object.get("queue_position")?.as_u64()?.try_into().ok()
}

/// fal says 404 with a sentence where it does not say `NOT_FOUND`; the status may be flattened.
fn is_unknown_request(reply: &Reply, object: &Map<String, Value>) -> bool {
    let detail = object.get("detail").and_then(Value::as_str).unwrap_or_default();
    let about_request = detail.to_ascii_lowercase().starts_with("request");
    about_request && (reply.status == 404 || detail.to_ascii_lowercase().contains("not found"))
}

/// `metrics.inference_time`, which is in seconds.
fn took(object: &Map<String, Value>) -> Option<Millis> {
    thousandths(&object.get("metrics")?.get("inference_time")?.as_number()?.to_string())
}
