//! The access log: one line for each request, and only when asked for. It names a method, a place
//! without its query, a status and a time; it has never seen a header or a body.

use std::io::Write;
use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

/// Where a proxied request went, left on the response for the log.
#[derive(Debug, Clone)]
pub(crate) struct Destination(pub(crate) String);

/// Writes one line to standard error after the answer's head is known.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let place = response
        .extensions()
        .get::<Destination>()
        .map_or(path.as_str(), |destination| &destination.0);
    let status = response.status().as_u16();
    let milliseconds = started.elapsed().as_millis();
    // A log nobody can read any more is no reason to stop serving.
    let _ = writeln!(std::io::stderr(), "{method} {place} {status} {milliseconds} ms");
    response
}
