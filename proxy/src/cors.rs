//! The headers by which a browser lets a page of another origin read an answer. Whether that page may
//! ask at all was decided in [`crate::origins`].

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use crate::origins::{Access, Denied};
use crate::reply;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "x-fal-request-id, x-fal-error-type, x-fal-billable-units, x-flux-studio-engine, retry-after",
);
const REQUEST_PRIVATE_NETWORK: &str = "access-control-request-private-network";
const ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");

impl Access {
    /// The answer to a preflight.
    pub(crate) fn preflight(&self, request: &HeaderMap) -> Response {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
        if let Some(names) = sensible_names(request) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
        }
        // A page on the internet that calls a proxy on the visitor's own computer asks for this too.
        if request.contains_key(REQUEST_PRIVATE_NETWORK) {
            headers.insert(ALLOW_PRIVATE_NETWORK, HeaderValue::from_static("true"));
        }
        response
    }

    /// Writes the headers every answer to the page needs, whatever it says.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        vary_by_origin(headers);
        if let Self::Foreign(origin) = self {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }
}

impl Denied {
    pub(crate) fn response(&self) -> Response {
        let mut response = reply::detail(StatusCode::FORBIDDEN, self.to_string());
        vary_by_origin(response.headers_mut());
        response
    }
}

fn vary_by_origin(headers: &mut HeaderMap) {
    headers.append(VARY, HeaderValue::from_static("Origin"));
}

/// The asked-for header names that a fal client has reason to send.
fn sensible_names(request: &HeaderMap) -> Option<HeaderValue> {
    let asked = request.get(ACCESS_CONTROL_REQUEST_HEADERS)?.to_str().ok()?;
    let names: Vec<String> = asked
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| {
            matches!(name.as_str(), "content-type" | "accept") || name.starts_with("x-fal-")
        })
        .collect();
    HeaderValue::try_from(names.join(", ")).ok().filter(|names| !names.is_empty())
}
