//! Answers the proxy gives by itself. Each is one JSON sentence that says whose side the trouble is
//! on; none repeats a body, a header or the key.

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// A JSON body with a status. The shape of every answer the proxy writes itself.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    json_text(status, body.to_string())
}

/// The same for JSON that is text already.
pub(crate) fn json_text(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `{"detail": "…"}`, the shape fal's own errors have.
pub(crate) fn detail(status: StatusCode, sentence: impl Into<String>) -> Response {
    json(status, &json!({ "detail": sentence.into() }))
}

/// A bare JSON string, the shape of the stock proxy's refusals (fal-js `libs/proxy/src/index.ts`).
pub(crate) fn invalid_request(sentence: impl ToString) -> Response {
    json(StatusCode::BAD_REQUEST, &Value::String(sentence.to_string()))
}

/// 413 for a body above the limit, in MiB because that is what the command line takes.
pub(crate) fn too_large(limit: usize) -> Response {
    let limit = limit as f64 / (1024.0 * 1024.0);
    detail(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "The request is larger than this proxy accepts ({limit:.0$} MiB). Use a smaller picture.",
            precision(limit)
        ),
    )
}

/// 405 with the methods that would work.
pub(crate) fn method_not_allowed(allowed: &'static str) -> Response {
    let mut response = detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed");
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}

/// A small page for a person.
pub(crate) fn text(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn precision(mebibytes: f64) -> usize {
    if mebibytes.fract() == 0.0 { 0 } else { 2 }
}
