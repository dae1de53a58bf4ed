//! What the body of a bad answer says: its sentence, its names, its complaints, its request.

use serde_json::{Map, Value};

use super::super::RequestId;
use super::super::wire::{Body, Reply};
use super::kinds;

/// What a flattened answer stands for that speaks of trouble on the way, or of a crash, somewhere in a
/// sentence: that may be a gateway's word as well as a model's. No answer can have such a status.
pub(in crate::queue) const IN_DOUBT: u16 = 1000;

/// What is said by those between the page and a model when they come no further, or crash. Sources:
/// the standard phrases, and the texts of nginx, Envoy, AWS, Cloudflare and Node's `fetch`.
const ON_THE_WAY: [(&str, u16); 15] = [
    ("bad gateway", 502),
    ("fetch failed", 502),
    ("service unavailable", 503),
    ("service temporarily unavailable", 503),
    ("upstream connect error or disconnect", 503),
    ("no healthy upstream", 503),
    ("gateway timeout", 504),
    ("gateway time-out", 504),
    ("upstream request timeout", 504),
    ("endpoint request timed out", 504),
    ("connection timed out", 504),
    ("a timeout occurred", 504),
    ("request timeout", 408),
    ("internal server error", 500),
    ("server error", 500),
];

/// What speaks of the same, and may stand in any sentence.
const HINTS: [&str; 9] = [
    "upstream",
    "temporarily unavailable",
    "timeout",
    "time-out",
    "timed out",
    "etimedout",
    "econn",
    "hang up",
    "terminated",
];

/// What else says no.
const REFUSALS: [(&str, u16); 16] = [
    ("payment required", 402),
    ("locked", 403),
    ("balance", 403),
    ("top up", 403),
    ("forbidden", 403),
    ("permission", 403),
    ("access denied", 403),
    ("authenti", 401),
    ("credential", 401),
    ("api key", 401),
    ("invalid key", 401),
    ("unauthorized", 401),
    ("too many requests", 429),
    ("rate limit", 429),
    ("too large", 413),
    ("not found", 404),
];

/// How much of a page is looked at, and how long a text may be for its words to count, in bytes: what
/// is longer was not written to say no.
const BRIEF: usize = 300;

/// The status an answer stands for. A proxy that turns every status into 200 leaves only the words
/// to go by; where there is a status, words do not overrule it. A page is no model's, so there a
/// gateway's words count wherever they stand in its beginning.
pub(in crate::queue) fn meant(reply: &Reply, body: &Body) -> u16 {
    if reply.status >= 400 {
        return reply.status;
    }
    let words = match body {
        Body::Object(object) => said(object).unwrap_or_default(),
        Body::Text(text) => text.clone(),
        Body::Html => beginning(&reply.body),
        Body::Other(_) | Body::Broken | Body::Empty => return reply.status,
    };
    let words = words.to_ascii_lowercase();
    let has = |part: &str| words.contains(part);
    let status = match body {
        Body::Html => status_of(&ON_THE_WAY, has),
        Body::Text(_) if words.len() > BRIEF => status_of(&ON_THE_WAY, |part| begins(&words, part)),
        _ => status_of(&ON_THE_WAY, |part| begins(&words, part))
            .or_else(|| status_of(&REFUSALS, has))
            .or_else(|| status_of(&ON_THE_WAY, has).map(|_| IN_DOUBT))
            .or_else(|| HINTS.into_iter().any(has).then_some(IN_DOUBT)),
    };
    status.unwrap_or(reply.status)
}

fn status_of(known: &[(&str, u16)], is_said: impl Fn(&str) -> bool) -> Option<u16> {
    known.iter().find(|(part, _)| is_said(part)).map(|(_, status)| *status)
}

/// Whether a text says that first, as a sentence or clause of its own: `HTTP 502: Bad Gateway` does,
/// `No picture: bad gateway` and `Bad gateway in the sunset` do not.
fn begins(words: &str, part: &str) -> bool {
    let Some((before, after)) = words.split_once(part) else { return false };
    let mut before = before.split(|c: char| !c.is_ascii_alphabetic());
    before.all(|word| matches!(word, "" | "http" | "status" | "code" | "error"))
        && !after.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The first words that a page shows: its title, and its heading where it is short.
fn beginning(page: &str) -> String {
    let mut words = String::new();
    for piece in page.split('<') {
        let Some((tag, text)) = piece.split_once('>') else { continue };
        if !tag.starts_with("script") && !tag.starts_with("style") {
            words.extend(text.split_whitespace().flat_map(|word| [word, " "]));
        }
        if words.len() > BRIEF {
            break;
        }
    }
    words.truncate(words.floor_char_boundary(BRIEF));
    words
}

/// The one text an error object comes with.
pub(super) fn said(object: &Map<String, Value>) -> Option<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(inner) => inner.get("message")?.as_str().map(str::to_owned),
        _ => None,
    };
    ["detail", "error", "message"].iter().find_map(|key| text(object.get(*key)?))
}

/// A model's list of complaints; some send a single one. Source: FastAPI's validation errors.
pub(super) fn complaints(object: &Map<String, Value>) -> Option<&[Value]> {
    match object.get("detail")? {
        Value::Array(list) => Some(list),
        one @ Value::Object(detail) if detail.contains_key("loc") || detail.contains_key("msg") => {
            Some(std::slice::from_ref(one))
        }
        _ => None,
    }
}

/// Whether nobody but fal or the model can have written it: a list of complaints, or a kind of error
/// by fal's own name.
pub(in crate::queue) fn is_fals_own(object: &Map<String, Value>) -> bool {
    complaints(object).is_some()
        || names(object).iter().any(|name| kinds::of_platform(name, object).is_some())
}

/// What an error object calls its error.
pub(super) fn names(object: &Map<String, Value>) -> Vec<&str> {
    let inner = |key: &str| object.get(key)?.get("type")?.as_str();
    let own = object.get("error_type").and_then(Value::as_str);
    [own, inner("error"), inner("detail")].into_iter().flatten().collect()
}

/// The request an answer names.
pub(super) fn request_id(body: &Body) -> Option<RequestId> {
    let Body::Object(object) = body else { return None };
    let inside = |key: &str| object.get(key)?.get("request_id");
    let named = [
        object.get("request_id"),
        inside("error"),
        inside("detail"),
        object.get("gateway_request_id"),
    ];
    named.into_iter().flatten().find_map(|id| RequestId::parse(id.as_str()?))
}
