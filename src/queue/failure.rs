//! Everything that can go wrong, in words: what happened, whose side it is on, what to do.
//!
//! One function, [`Failure::of`], turns any reply that is not the hoped-for one into sentences.
//! The texts never contain what the person typed: `input` in a validation error may be a whole
//! picture.

use std::fmt;

use serde_json::{Map, Value};

use super::wire::{Body, Lost, Reply};

/// Longest piece of somebody else's text that is shown.
const QUOTE: usize = 300;

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
const AGAIN_SOON: &str = "This usually passes: try again in a minute.";
const ASK_THE_HOST: &str = "Ask whoever runs the proxy.";

impl Failure {
    fn new(side: Side, what: impl Into<String>, advice: impl Into<String>) -> Self {
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

    /// The page went away before the answer to a submit came.
    pub(super) fn page_closed() -> Self {
        let what = "The page was closed or reloaded before the proxy's answer arrived.";
        Self::new(Side::Network, what, MAY_BE_BILLED)
    }

    /// A reply that is not the hoped-for one.
    pub(super) fn of(asked: Asked, reply: &Reply, body: &Body) -> Self {
        let status = reply.status;
        let mut failure = match body {
            Body::Object(object) => of_object(asked, reply, object),
            Body::Text(text) => of_text(asked, reply, text),
            Body::Html => of_page(asked, status),
            Body::Broken | Body::Empty => of_fragment(asked, status),
        };
        failure.status = (status >= 400).then_some(status);
        failure
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

fn of_object(asked: Asked, reply: &Reply, object: &Map<String, Value>) -> Failure {
    if let Some(Value::Array(details)) = object.get("detail") {
        return of_details(details);
    }
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(inner) => inner.get("message")?.as_str().map(str::to_owned),
        _ => None,
    };
    let said = ["detail", "error", "message"].iter().find_map(|key| text(object.get(*key)?));
    let error_type = object.get("error_type").and_then(Value::as_str).unwrap_or_default();
    if let Some(failure) = of_error_type(error_type) {
        return failure;
    }
    match said {
        Some(said) => of_text(asked, reply, &said),
        None => of_fragment(asked, reply.status),
    }
}

/// A model's list of complaints. Source: FastAPI's validation errors; fal errors page.
fn of_details(details: &[Value]) -> Failure {
    let fields: Vec<FieldFailure> = details
        .iter()
        .map(|detail| {
            let loc = detail.get("loc").and_then(Value::as_array).into_iter().flatten();
            let loc = loc.map(|step| match step {
                Value::String(name) => name.clone(),
                other => other.to_string(),
            });
            let message = detail.get("msg").and_then(Value::as_str).unwrap_or("Not accepted");
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

fn of_text(asked: Asked, reply: &Reply, text: &str) -> Failure {
    let said = quote(text);
    let lower = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let status = reply.status;
    if lower.starts_with("invalid request") || lower.contains("x-fal-target-url") {
        let what = format!("The proxy refused to pass the request on: “{said}”.");
        let advice = "Its allow list has to let https://queue.fal.run/** and this model through.";
        return Failure::new(Side::Proxy, what, advice);
    }
    if lower == "unauthorized" {
        let what = "The proxy did not let this page in: it wants a sign-in.";
        let advice = "Sign in where the proxy is hosted, or ask whoever runs it.";
        return Failure::new(Side::Proxy, what, advice);
    }
    if says(&["locked", "balance", "top_up", "top up"]) || status == 402 {
        let what = format!("fal has locked the account behind this proxy: “{said}”.");
        let advice = "Whoever runs the proxy can mend this on fal's billing page. \
                      Jobs that were already accepted can still be fetched.";
        return Failure::new(Side::Account, what, advice);
    }
    if status == 401 || says(&["authenti", "credential", "api key", "invalid key", "unauthorized"])
    {
        let what = format!("fal did not accept the proxy's key: “{said}”.");
        let advice = "Whoever runs the proxy has to set a valid FAL_KEY there.";
        return Failure::new(Side::Account, what, advice);
    }
    if status == 403 || says(&["forbidden", "permission"]) {
        let what = format!("The account behind this proxy may not use this model: “{said}”.");
        return Failure::new(Side::Account, what, ASK_THE_HOST);
    }
    if status == 413 || says(&["too large"]) {
        return too_large();
    }
    if status == 429 || says(&["too many requests", "rate limit"]) {
        let what = format!("Too many requests at once: “{said}”.");
        let advice = match reply.retry_after {
            Some(seconds) => format!("The job was not accepted. Try again in {seconds} seconds."),
            None => "The job was not accepted. Wait a moment, then try again.".to_owned(),
        };
        return Failure::new(Side::Proxy, what, advice);
    }
    if status == 405 && asked == Asked::Cancel {
        let what = "This proxy cannot cancel: it does not pass PUT requests on.";
        return Failure::new(Side::Proxy, what, "The job goes on and its result will appear here.");
    }
    if matches!(status, 502..=504) {
        return of_gateway(asked, status, Some(&said));
    }
    if status == 404 || says(&["not found"]) {
        let what = format!("fal does not know what was asked for: “{said}”.");
        let advice = "The model may have been renamed or withdrawn; choose another one.";
        return Failure::new(Side::Fal, what, advice);
    }
    if status >= 500 || says(&["internal server error"]) {
        return Failure::new(
            Side::Fal,
            format!("fal had an internal error: “{said}”."),
            AGAIN_SOON,
        );
    }
    Failure::new(Side::Fal, format!("fal refused the request: “{said}”."), ASK_THE_HOST)
}

/// A web page where JSON should be: a gateway, a login page, or simply the wrong address.
fn of_page(asked: Asked, status: u16) -> Failure {
    match status {
        413 => too_large(),
        502..=504 => of_gateway(asked, status, None),
        405 if asked == Asked::Cancel => of_text(asked, &blank(405), ""),
        401 | 403 => Failure::new(
            Side::Proxy,
            "The proxy's address answered with a login or block page.",
            "Sign in where the proxy is hosted, or ask whoever runs it.",
        ),
        500.. => Failure::new(
            Side::Proxy,
            "The proxy's server failed and answered with an error page.",
            ASK_THE_HOST,
        ),
        _ => Failure::new(
            Side::Proxy,
            "The proxy URL answered with a web page: there is no proxy at that address.",
            "Check the proxy URL in Settings.",
        ),
    }
}

fn of_gateway(asked: Asked, status: u16, said: Option<&str>) -> Failure {
    let what = match (status, said) {
        (504, Some(said)) => format!("The proxy waited for fal in vain: “{said}”."),
        (504, None) => "The proxy's gateway waited in vain for an answer.".to_owned(),
        (_, Some(said)) => format!("The proxy could not reach fal: “{said}”."),
        (_, None) => "A gateway in front of the proxy could not reach it.".to_owned(),
    };
    let advice = if asked == Asked::Submit { MAY_BE_BILLED } else { AGAIN_SOON };
    Failure::new(Side::Proxy, what, advice)
}

/// JSON that breaks off, nothing, or JSON about something else.
fn of_fragment(asked: Asked, status: u16) -> Failure {
    if status == 413 {
        return too_large();
    }
    let what =
        "The proxy's answer is not one of fal's: it is empty, damaged or about something else.";
    let advice = if asked == Asked::Submit && !(400..500).contains(&status) {
        MAY_BE_BILLED
    } else {
        "Check the proxy URL in Settings; Test connection shows how far a request gets."
    };
    Failure::new(Side::Proxy, what, advice)
}

fn too_large() -> Failure {
    let what = "The request is larger than the proxy accepts.";
    let advice = "Use a smaller picture or paste its URL instead; \
                  whoever runs the proxy can raise its body limit.";
    Failure::new(Side::Proxy, what, advice)
}

fn blank(status: u16) -> Reply {
    Reply { status, body: String::new(), retry_after: None, demo: false }
}

/// Somebody else's words, on one line and not too many of them.
fn quote(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(QUOTE) {
        words.truncate(end);
        words.push('…');
    }
    words.trim_end_matches('.').to_owned()
}
