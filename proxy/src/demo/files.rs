//! Finished pictures as files of this server. What fal's own storage would do: public to whoever has
//! the address, readable from any page, never changing.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HOST, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;

use super::draw::Picture;
use super::queue::Queue;
use crate::reply;

/// Where the router sends requests for pictures.
pub(crate) const FILES_ROUTE: &str = "/demo/files/{*path}";
const FILES_PATH: &str = "/demo/files/";
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The address of a picture, absolute like every address in fal's results.
pub(crate) fn url(base: &str, id: &str, index: usize, picture: &Picture) -> String {
    format!("{base}{FILES_PATH}{id}/{index}.{}", picture.extension())
}

/// `scheme://host` as the page wrote it, or as the server in front of this one says.
pub(crate) fn base(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let scheme = text("x-forwarded-proto")
        .filter(|scheme| matches!(*scheme, "http" | "https"))
        .unwrap_or("http");
    let host = text(HOST.as_str()).and_then(|host| host.parse::<Authority>().ok());
    let host = host
        .as_ref()
        .filter(|host| !host.as_str().contains('@'))
        .map_or("localhost", Authority::as_str);
    format!("{scheme}://{host}")
}

/// Answers a request for a picture.
pub(crate) fn answer(queue: &Queue, method: &Method, path: &str) -> Response {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return reply::method_not_allowed("GET, HEAD");
    }
    let mut response = match find(queue, path) {
        Some(picture) => {
            let mut response = Response::new(Body::from(picture.bytes.clone()));
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(picture.content_type()));
            headers.insert(
                CACHE_CONTROL,
                HeaderValue::from_static("public, max-age=31536000, immutable"),
            );
            response
        }
        None => reply::text(StatusCode::NOT_FOUND, "This picture is not kept any more.\n"),
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn find(queue: &Queue, path: &str) -> Option<Picture> {
    let (id, name) = path.strip_prefix(FILES_PATH)?.split_once('/')?;
    let (index, extension) = name.split_once('.')?;
    queue.picture(id, index.parse().ok()?).filter(|picture| picture.extension() == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_what_the_page_wrote() {
        for (host, proto, expected) in [
            (Some("127.0.0.1:4173"), None, "http://127.0.0.1:4173"),
            (Some("studio.example"), Some("https"), "https://studio.example"),
            (Some("studio.example"), Some("javascript"), "http://studio.example"),
            (Some("[::1]:4173"), None, "http://[::1]:4173"),
            (Some("a@evil.example"), None, "http://localhost"),
            (Some("x y"), None, "http://localhost"),
            (None, None, "http://localhost"),
        ] {
            let mut headers = HeaderMap::new();
            headers.extend(host.map(|host| (HOST, HeaderValue::from_static(host))));
            let name = HeaderName::from_static("x-forwarded-proto");
            headers.extend(proto.map(|proto| (name, HeaderValue::from_static(proto))));
            assert_eq!(base(&headers), expected);
        }
    }
}
