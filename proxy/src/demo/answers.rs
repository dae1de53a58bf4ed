//! The bodies and headers the queue's answers have in common.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use super::outcome::Outcome;
use super::validate::detail;
use crate::reply;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-fal-request-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-fal-error-type");

/// The model's own answer.
pub(crate) fn result_of(outcome: &Outcome) -> Response {
    let mut response = reply::json(outcome.code, &Value::Null);
    *response.body_mut() = outcome.body.clone().into();
    if let Some((_, Some(kind))) = &outcome.error {
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(kind));
    }
    response
}

/// The answer about a request nobody knows, or knows any more.
pub(crate) fn not_found() -> Response {
    reply::json(StatusCode::NOT_FOUND, &json!({ "status": "NOT_FOUND" }))
}

/// The id of a request and where to ask about it, as every status tells.
pub(crate) fn addresses(app: &str, id: &str) -> Value {
    let url = format!("https://queue.fal.run/{app}/requests/{id}");
    json!({
        "request_id": id,
        "response_url": url,
        "status_url": format!("{url}/status"),
        "cancel_url": format!("{url}/cancel"),
    })
}

/// FastAPI's answer to a body that is no JSON, and to no body at all.
pub(crate) fn not_json(body: &[u8], error: &serde_json::Error) -> Value {
    if body.is_empty() {
        return json!({ "detail": [detail(&["body".into()], "missing", "Field required", &[], Some(&Value::Null))] });
    }
    let at = error.column().saturating_sub(1);
    let reason =
        [("error", Value::from(if error.is_eof() { "Expecting value" } else { "Invalid JSON" }))];
    json!({ "detail": [detail(&["body".into(), at.into()], "json_invalid", "JSON decode error", &reason, None)] })
}

/// Every answer names its request, an own number where it is about none.
pub(crate) fn identified(mut response: Response, id: Option<&str>) -> Response {
    let id = id.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
