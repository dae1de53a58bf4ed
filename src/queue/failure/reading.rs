//! What the body of a bad answer says: its sentence, its names, its complaints, its request.

use serde_json::{Map, Value};

use super::super::RequestId;
use super::super::wire::{Body, Reply};
use super::kinds;

/// The status an answer stands for. A proxy that turns every status into 200 leaves only the words
/// to go by; where there is a status, words do not overrule it.
pub(in crate::queue) fn meant(reply: &Reply, body: &Body) -> u16 {
    if reply.status >= 400 {
        return reply.status;
    }
    const GATEWAY: [(&str, u16); 2] = [("bad gateway", 502), ("gateway time", 504)];
    const SENTENCE: [(&str, u16); 17] = [
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
        ("internal server error", 500),
    ];
    let (words, known) = match body {
        Body::Object(object) => (said(object).unwrap_or_default(), SENTENCE.as_slice()),
        Body::Text(text) => (text.clone(), SENTENCE.as_slice()),
        Body::Html => (reply.body.clone(), GATEWAY.as_slice()),
        Body::Other(_) | Body::Broken | Body::Empty => return reply.status,
    };
    let words = words.to_ascii_lowercase();
    known.iter().find(|(word, _)| words.contains(word)).map_or(reply.status, |(_, status)| *status)
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
