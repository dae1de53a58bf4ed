//! Replies of the queue, read by the shape of their bodies first and by their status second.
//!
//! Some proxies turn every status of fal into 200, so a status proves nothing by itself: a
//! submit succeeded if it has a `request_id`, a status if its word is known, a result if it has
//! one of the model's outputs, or else if it comes time and again. What stands in a failure or a
//! result is for `failure` and `output` to read.

use serde_json::{Map, Value};

use super::failure::{Asked, Failure, IN_DOUBT, Side, is_fals_own, meant};
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
    /// What it says of being kept on the way, as far as that was readable.
    pub cache: Cache,
}

/// What an answer says of caches on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cache {
    /// The header `Cache-Control`.
    pub control: Option<String>,
    /// The header `Age`, in seconds: it comes from a cache.
    pub age: Option<u32>,
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
    /// JSON that is neither an object nor a text.
    Other(Value),
    /// JSON that breaks off.
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
            (_, Ok(other)) => Self::Other(other),
            ("<", _) => Self::Html,
            ("{" | "[" | "\"", _) => Self::Broken,
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
            // A refusal may name the request too.
            Some(Some(_)) if (400..500).contains(&reply.status) && speaks_of_error(object) => {}
            Some(Some(id)) => return Submitted::Accepted(id, position(object)),
            Some(None) => strange = true,
            None => {}
        }
    }
    // fal refuses in JSON and with a status. A gateway that gave up, a server that crashed and an
    // answer that broke off say nothing of what is behind them, in whatever words; nor does an object
    // without a reason and a status, which may be fal's answer in somebody's wrapping.
    // Nor who only says so who waited too long, and for whom.
    let is_late = meant == 408 && reply.status < 400;
    let unclear = match &body {
        Body::Object(object) => {
            let is_reasonless = meant < 400 && !gives_reason(object);
            let is_crash = (meant >= 500 || is_late) && !is_fals_own(object);
            strange || is_reasonless || is_crash
        }
        Body::Text(_) | Body::Html => meant >= 500 || is_late,
        Body::Other(_) | Body::Broken | Body::Empty => !(400..500).contains(&meant),
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
    /// At an end.
    Completed {
        /// Of its log.
        lines: Vec<Line>,
        /// Milliseconds of work.
        took: Option<Millis>,
        /// What went wrong, in short; the result says more.
        failure: Option<Failure>,
    },
    /// The queue does not know the request, or no longer.
    Gone,
    /// Nothing about the job.
    Trouble(Failure),
}

/// Reads the answer to the question how a request does.
pub(super) fn polled(answer: &Answer, about: &RequestId) -> Polled {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => return Polled::Trouble(Failure::lost(Asked::Poll, *lost)),
    };
    let body = Body::of(reply);
    if let Body::Object(object) = &body {
        let named = object.get("request_id").and_then(Value::as_str);
        if named.is_some_and(|named| !named.eq_ignore_ascii_case(about.as_str())) {
            return Polled::Trouble(Failure::out_of_place());
        }
        match object.get("status").and_then(Value::as_str) {
            Some("IN_QUEUE") => return Polled::Queued(position(object)),
            Some("IN_PROGRESS") => return Polled::Running(progress::lines(object)),
            Some("COMPLETED") => {
                let failed = speaks_of_error(object);
                // That is fal's word, which came all the way: what failed is behind it.
                let meant = match meant(reply, &body) {
                    408 | 502.. => 500,
                    other => other,
                };
                let failure = || Failure::of(Asked::Result, reply, &body, meant);
                return Polled::Completed {
                    lines: progress::lines(object),
                    took: took(object),
                    failure: failed.then(failure),
                };
            }
            Some("NOT_FOUND") => return Polled::Gone,
            Some(_) if reply.status < 400 => return Polled::Unknown,
            _ => {}
        }
        if is_unknown_request(reply, object) {
            return Polled::Gone;
        }
    }
    Polled::Trouble(Failure::of(Asked::Poll, reply, &body, meant(reply, &body)))
}

/// fal's own name for the end of a job that somebody wanted stopped.
pub(super) const CANCELLED: &str = "client_cancelled";

/// What fetching the result brought.
pub(super) enum Fetched {
    Done(Output),
    Failed(Failure),
    Cancelled,
    NotYet,
    Gone,
    Trouble(Failure),
}

/// Reads the answer to the question for a result. `expected` are the names of the output by the
/// model's document, and `before` is what was wrong with the answer before this one.
pub(super) fn fetched(answer: &Answer, expected: &[String], before: Option<&Failure>) -> Fetched {
    let reply = match answer {
        Ok(reply) => reply,
        Err(lost) => return Fetched::Trouble(Failure::lost(Asked::Poll, *lost)),
    };
    let body = Body::of(reply);
    let meant = meant(reply, &body);
    let trouble = || Failure::of(Asked::Poll, reply, &body, meant);
    let Body::Object(object) = &body else {
        return match reply.status {
            499 => Fetched::Cancelled,
            _ => unreadable(trouble(), &body, meant, before),
        };
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
    let is_error =
        speaks_of_error(object) || (!expected.is_empty() && object.contains_key("message"));
    // Some models have an output of the name of an error.
    let is_output = |name: &String| {
        object.contains_key(name.as_str())
            && (reply.status < 400 || !matches!(name.as_str(), "detail" | "error" | "message"))
    };
    if expected.iter().any(is_output) {
        return Fetched::Done(Output::read(object, &reply.body));
    }
    let error_type = text("error_type");
    let is_cancelled = reply.status == 499 && error_type != "client_disconnected";
    if is_cancelled || error_type == CANCELLED {
        Fetched::Cancelled
    } else if text("detail").contains("still in progress")
        || matches!(text("status"), "IN_QUEUE" | "IN_PROGRESS")
    {
        Fetched::NotYet
    } else if text("status") == "COMPLETED" && object.contains_key("request_id") {
        Fetched::Trouble(Failure::out_of_place())
    } else if text("status") == "NOT_FOUND" || is_unknown_request(reply, object) {
        Fetched::Gone
    } else if reply.status < 400 && !is_error {
        // A document may have fallen behind its model: what fal sends as a result is one. Or somebody
        // on the way speaks, who will have done so before long.
        let mut output = Output::read(object, &reply.body);
        let is_sure = expected.is_empty() && meant < 400 || output.files().next().is_some();
        match again(trouble(), before, TRIES) {
            Some(trouble) if !is_sure => Fetched::Trouble(trouble),
            _ => Fetched::Done(output),
        }
    } else if matches!(reply.status, 401 | 403 | 408 | 429)
        || meant == 408 && !is_fals_own(object)
        || trouble().is_on_the_way()
    {
        // The result URL passes on the model's own answer; only a refusal on the way to it
        // (proxy, key, account, rate) leaves the result where it is.
        Fetched::Trouble(trouble())
    } else if (meant >= 500 || matches!(meant, 404 | 405)) && !is_fals_own(object) {
        // It may be no more than a server's bad moment.
        match again(trouble(), before, TRIES) {
            Some(trouble) => Fetched::Trouble(trouble),
            None => Fetched::Failed(Failure::of(Asked::Result, reply, &body, meant)),
        }
    } else {
        Fetched::Failed(Failure::of(Asked::Result, reply, &body, meant))
    }
}

/// How often a whole reply may come in place of a result that is none: JSON of another kind is what
/// the model answered and will answer, but a page or half an answer may be a server's bad minute, or
/// somebody who has to sign in first.
pub(super) const TRIES: u32 = 3;
const PATIENT_TRIES: u32 = 12;

/// A reply where there should be a result, and no object.
fn unreadable(trouble: Failure, body: &Body, meant: u16, before: Option<&Failure>) -> Fetched {
    // What says no in words will say something else when it is set right.
    let is_refusal = meant >= 400 && meant != IN_DOUBT
        || matches!(body, Body::Text(_)) && trouble.side != Side::Fal;
    if is_refusal {
        return Fetched::Trouble(trouble);
    }
    let tries = match body {
        Body::Text(_) | Body::Other(_) => TRIES,
        _ => PATIENT_TRIES,
    };
    match again(trouble.clone(), before, tries) {
        Some(trouble) => Fetched::Trouble(trouble),
        None => Fetched::Failed(Failure { unreadable: tries, ..trouble.given_up(body) }),
    }
}

/// The trouble with one more whole reply that is no result, as long as there were not so many of them.
fn again(trouble: Failure, before: Option<&Failure>, tries: u32) -> Option<Failure> {
    let unreadable = before.map_or(0, |failure| failure.unreadable).saturating_add(1);
    (unreadable < tries).then_some(Failure { unreadable, ..trouble })
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

/// Whether an object is an error, as far as its shape tells.
pub(super) fn speaks_of_error(object: &Map<String, Value>) -> bool {
    let said = |key: &&str| object.get(*key).is_some_and(|value| !value.is_null());
    ["detail", "error", "error_type"].iter().any(said)
}

/// Whether an object says in any way that something was refused.
fn gives_reason(object: &Map<String, Value>) -> bool {
    speaks_of_error(object)
        || object.get("message").is_some_and(Value::is_string)
        || object.get("status").and_then(Value::as_str) == Some("NOT_FOUND")
}

fn position(object: &Map<String, Value>) -> Option<u32> {
    object.get("queue_position")?.as_u64()?.try_into().ok()
}

/// fal says 404 with a sentence where it does not say `NOT_FOUND`; the status may be flattened.
pub(super) fn is_unknown_request(reply: &Reply, object: &Map<String, Value>) -> bool {
    let detail = object.get("detail").and_then(Value::as_str).unwrap_or_default();
    let about_request = detail.to_ascii_lowercase().starts_with("request");
    about_request && (reply.status == 404 || detail.to_ascii_lowercase().contains("not found"))
}

/// `metrics.inference_time`, which is in seconds.
fn took(object: &Map<String, Value>) -> Option<Millis> {
    thousandths(&object.get("metrics")?.get("inference_time")?.as_number()?.to_string())
}
