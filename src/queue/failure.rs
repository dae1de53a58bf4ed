//! Everything that can go wrong, in words: what happened, whose side it is on, what to do.
//!
//! One function, [`Failure::of`], turns any reply that is not the hoped-for one into sentences.
//! It reads here what the reply's JSON says; `refusal` has the sentences for all others. The
//! texts never contain what the person typed: `input` in a validation error may be a whole picture.

use std::fmt;

use serde_json::{Map, Value};

use super::refusal::{SMALLER, of_fragment, of_page, of_text};
use super::wire::{Body, Lost, Reply};

/// Longest piece of somebody else's text that is shown.
const QUOTE: usize = 300;

/// What every proxy takes, in bytes: Express is content with the least.
const TAKEN_BY_ALL: usize = 100 * 1024;

/// A failure a person can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose side it is on.
    pub side: Side,
    /// What happened, a sentence.
    pub what: String,
    /// What to do about it, a sentence.
    pub advice: String,
    /// The HTTP status, unless a proxy flattened it.
    pub status: Option<u16>,
    /// What the model said about single inputs.
    pub fields: Vec<FieldFailure>,
}

/// A model's complaint about one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFailure {
    /// The way to the value, without the leading `body`: `image_size`, `width`.
    pub loc: Vec<String>,
    /// The complaint, as the model words it.
    pub message: String,
}

impl FieldFailure {
    /// Where it is, as a dotted path.
    pub fn place(&self) -> String {
        let steps: Vec<&str> = self.loc.iter().map(String::as_str).collect();
        steps.join(".")
    }
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The connection, or the browser's rules about other origins.
    Network,
    /// The proxy and whatever stands in front of it.
    Proxy,
    /// The fal account behind the proxy.
    Account,
    /// fal's platform.
    Fal,
    /// The model, judging its input.
    Model,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Network => "The network",
            Self::Proxy => "The proxy",
            Self::Account => "The fal account",
            Self::Fal => "fal",
            Self::Model => "The model",
        })
    }
}

/// What was asked when it went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Submit,
    Status,
    Result,
    Cancel,
}

const MAY_BE_BILLED: &str = "fal may have accepted the job and may charge for it, so it is not sent again by itself. \
     Try again if you are willing to pay twice.";
pub(super) const AGAIN_SOON: &str = "This usually passes: try again in a minute.";

impl Failure {
    pub(super) fn new(side: Side, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { side, what: what.into(), advice: advice.into(), status: None, fields: Vec::new() }
    }

    /// No answer, or half of one.
    pub(super) fn lost(asked: Asked, lost: Lost) -> Self {
        let what = match lost {
            Lost::Network => "The proxy could not be reached: it is down, the network is, or it \
                does not allow this page's origin (CORS)."
                .to_owned(),
            Lost::Cut => "The connection broke off in the middle of the proxy's answer.".to_owned(),
            Lost::Timeout(seconds) => format!("The proxy gave no answer within {seconds} seconds."),
        };
        let advice = match asked {
            Asked::Submit => MAY_BE_BILLED,
            Asked::Cancel => "The job goes on; press Cancel again when the connection is back.",
            Asked::Status | Asked::Result => {
                "The job goes on at fal; this page keeps asking. Settings can test the connection."
            }
        };
        Self::new(Side::Network, what, advice)
    }

    /// The same for a submit with a body of so many bytes. A proxy that finds it too large may say so
    /// without CORS headers, as Express does, and no browser shows that to a page.
    pub(super) fn lost_submit(lost: Lost, size: usize) -> Self {
        let failure = Self::lost(Asked::Submit, lost);
        if lost != Lost::Network || size <= TAKEN_BY_ALL {
            return failure;
        }
        let what = format!(
            "{} It may also be the size of the request, {} KiB: some proxies take no more than 100 KiB, \
             and refuse in a way that a browser does not let a page read.",
            failure.what,
            size / 1024
        );
        Self { what, advice: format!("{SMALLER} {MAY_BE_BILLED}"), ..failure }
    }

    /// The page went away before the answer to a submit came.
    pub(super) fn page_closed() -> Self {
        let what = "The page was closed or reloaded before the proxy's answer arrived.";
        Self::new(Side::Network, what, MAY_BE_BILLED)
    }

    /// A reply that is not the hoped-for one, and the status it stands for.
    pub(super) fn of(asked: Asked, reply: &Reply, body: &Body, meant: u16) -> Self {
        let mut failure = match body {
            Body::Object(object) => of_object(asked, reply, object, meant),
            // fal speaks JSON: this is a server on the way that crashed.
            Body::Text(_) if meant == 500 => of_page(asked, meant),
            Body::Text(text) => of_text(asked, reply, text, meant),
            Body::Html => of_page(asked, meant),
            Body::Broken | Body::Empty => of_fragment(asked, meant),
        };
        failure.status = (reply.status >= 400).then_some(reply.status);
        failure
    }

    /// The same for a submit of which nobody can know whether it was accepted.
    pub(super) fn perhaps_accepted(self) -> Self {
        Self { advice: MAY_BE_BILLED.to_owned(), ..self }
    }

    /// Whether the answer came from fal itself, through the proxy.
    pub(super) fn came_from_fal(&self) -> bool {
        matches!(self.side, Side::Account | Side::Fal | Side::Model)
    }

    /// Whether a result may still be there behind it.
    pub(super) fn is_on_the_way(&self) -> bool {
        matches!(self.side, Side::Network | Side::Proxy | Side::Account)
    }
}

/// The status an answer stands for. A proxy that turns every status into 200 leaves only the words
/// to go by; where there is a status, words do not overrule it.
pub(super) fn meant(reply: &Reply, body: &Body) -> u16 {
    if reply.status >= 400 {
        return reply.status;
    }
    const GATEWAY: [(&str, u16); 2] = [("bad gateway", 502), ("gateway time", 504)];
    const SENTENCE: [(&str, u16); 15] = [
        ("locked", 403),
        ("balance", 403),
        ("top up", 403),
        ("forbidden", 403),
        ("permission", 403),
        ("authenti", 401),
        ("credential", 401),
        ("api key", 401),
        ("invalid key", 401),
        ("unauthorized", 401),
        ("too many requests", 429),
        ("rate limit", 429),
        ("too large", 413),
        ("not found", 404),
        ("internal server error", 500),
    ];
    let (words, known) = match body {
        Body::Object(object) => (said(object).unwrap_or_default(), SENTENCE.as_slice()),
        Body::Text(text) => (text.clone(), SENTENCE.as_slice()),
        Body::Html => (reply.body.clone(), GATEWAY.as_slice()),
        Body::Broken | Body::Empty => return reply.status,
    };
    let words = words.to_ascii_lowercase();
    known.iter().find(|(word, _)| words.contains(word)).map_or(reply.status, |(_, status)| *status)
}

/// The one text an error object comes with.
fn said(object: &Map<String, Value>) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(inner) => inner.get("message")?.as_str().map(str::to_owned),
        _ => None,
    };
    ["detail", "error", "message"].iter().find_map(|key| text(object.get(*key)?))
}

fn of_object(asked: Asked, reply: &Reply, object: &Map<String, Value>, meant: u16) -> Failure {
    if let Some(Value::Array(details)) = object.get("detail") {
        return of_details(details);
    }
    let error_type = object.get("error_type").and_then(Value::as_str).unwrap_or_default();
    if let Some(failure) = of_error_type(error_type) {
        return failure;
    }
    match said(object).or_else(|| object.get("status")?.as_str().map(str::to_owned)) {
        Some(said) => of_text(asked, reply, &said, meant),
        None => of_fragment(asked, meant),
    }
}

/// A model's list of complaints. Source: FastAPI's validation errors; fal errors page.
fn of_details(details: &[Value]) -> Failure {
    let fields: Vec<FieldFailure> = details
        .iter()
        .map(|detail| {
            // Some list plain sentences.
            let plain = detail.as_str().unwrap_or("Not accepted");
            let loc = detail.get("loc").and_then(Value::as_array).into_iter().flatten();
            let loc = loc.map(|step| match step {
                Value::String(name) => name.clone(),
                other => other.to_string(),
            });
            let message = detail.get("msg").and_then(Value::as_str).unwrap_or(plain);
            let mut loc: Vec<String> = loc.collect();
            if loc.first().is_some_and(|first| first == "body") {
                loc.remove(0);
            }
            FieldFailure { loc, message: quote(message) }
        })
        .collect();
    let policy = details
        .iter()
        .any(|d| d.get("type").is_some_and(|kind| kind == "content_policy_violation"));
    let (what, advice) = if policy {
        ("The model refused the request under its content policy.", "Change the prompt or picture.")
    } else {
        ("The model refused the input.", "Correct the fields named here and generate again.")
    };
    Failure { fields, ..Failure::new(Side::Model, what, advice) }
}

/// Platform errors by name. Source: fal docs, request errors.
fn of_error_type(error_type: &str) -> Option<Failure> {
    let (what, advice) = match error_type {
        "request_timeout" | "startup_timeout" => {
            ("fal found no free machine for the job in time.", AGAIN_SOON)
        }
        "runner_scheduling_failure"
        | "runner_connection_timeout"
        | "runner_disconnected"
        | "runner_connection_refused"
        | "runner_connection_error"
        | "runner_incomplete_response"
        | "runner_server_error" => ("The machine that ran the job at fal failed.", AGAIN_SOON),
        "internal_error" => ("fal had an internal error.", AGAIN_SOON),
        _ => return None,
    };
    Some(Failure::new(Side::Fal, what, advice))
}

/// Somebody else's words, on one line and not too many of them.
pub(super) fn quote(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(QUOTE) {
        words.truncate(end);
        words.push('…');
    }
    words.trim_end_matches('.').to_owned()
}
