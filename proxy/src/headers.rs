//! Which headers cross the proxy, in either direction. The key is added here and nowhere else.

use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_TYPE, LOCATION, SET_COOKIE, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::key::FalKey;

const CLIENT_PROXY: HeaderName = HeaderName::from_static("x-fal-client-proxy");
const CLIENT_PROXY_VALUE: HeaderValue =
    HeaderValue::from_static(concat!("flux-proxy/", env!("CARGO_PKG_VERSION")));
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The headers fal gets: the `x-fal-*` ones as they came, and the same few the stock proxy sets
/// (fal-js `libs/proxy/src/index.ts`). Cookies and the page's own `Authorization` stay here.
pub(crate) fn to_fal(from_page: &HeaderMap, key: &FalKey) -> HeaderMap {
    let mut headers = to_public(from_page);
    for (name, value) in from_page {
        if name.as_str().starts_with("x-fal-") {
            headers.append(name.clone(), value.clone());
        }
    }
    // Set again, because a page may have sent one by this name.
    headers.insert(CLIENT_PROXY, CLIENT_PROXY_VALUE);
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(AUTHORIZATION, key.authorization());
    headers
}

/// The headers for what fal shows to everyone: who asks with which program, and no key.
pub(crate) fn to_public(from_page: &HeaderMap) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(agent) = from_page.get(USER_AGENT) {
        headers.insert(USER_AGENT, agent.clone());
    }
    headers.insert(CLIENT_PROXY, CLIENT_PROXY_VALUE);
    headers.insert(ACCEPT, JSON);
    headers
}

/// Copies what describes the answer, and not what describes fal's own connection, host or cookies.
pub(crate) fn to_page(from: &HeaderMap, to: &mut HeaderMap) {
    let named_by_connection: Vec<String> = from
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').map(|name| name.trim().to_ascii_lowercase()))
        .collect();
    for (name, value) in from {
        if !stays_behind(name) && !named_by_connection.iter().any(|named| named == name.as_str()) {
            to.append(name.clone(), value.clone());
        }
    }
}

fn stays_behind(name: &HeaderName) -> bool {
    let hop_by_hop = matches!(
        name.as_str(),
        "connection"
            | "keep-alive"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    );
    // These speak of the host they come from, and here they would speak of the proxy's. A redirect is
    // passed on without its address, so that no browser leaves the proxy behind the page's back.
    let about_the_host = matches!(
        name.as_str(),
        "alt-svc"
            | "clear-site-data"
            | "nel"
            | "report-to"
            | "reporting-endpoints"
            | "strict-transport-security"
            | "refresh"
            | "x-flux-studio-engine"
    );
    hop_by_hop
        || about_the_host
        || name == LOCATION
        || name == SET_COOKIE
        || name.as_str().starts_with("access-control-")
}
