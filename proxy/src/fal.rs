//! Forwarding to the real service: sends a request on, waits, hands the answer back, and knows what to
//! say when there is none. Bodies pass through in pieces.

use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use futures_util::stream;
use reqwest::{Client, Url, redirect, retry};
use tokio::time::Instant;

use crate::headers;
use crate::key::FalKey;
use crate::once::incomplete;
use crate::reply;
use crate::target::Target;
use crate::upload::{self, Progress, UploadError};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// The way to fal: a client, the key, and how long to wait.
pub(crate) struct Fal {
    client: Result<Client, String>,
    key: FalKey,
    origin: Option<Url>,
    timeout: Duration,
}

impl Fal {
    /// With an `origin`, requests for fal's own hosts go there instead: a fake upstream in tests.
    pub(crate) fn new(key: FalKey, origin: Option<Url>, timeout: Duration) -> Self {
        // reqwest is built without a TLS provider; a second installation only says that there is one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(timeout.min(CONNECT_TIMEOUT));
        if origin.is_some() {
            builder = builder.no_proxy();
        }
        Self { client: builder.build().map_err(|error| innermost(&error)), key, origin, timeout }
    }

    /// Sends a request on and hands the answer back as it arrives.
    pub(crate) async fn forward(
        &self,
        target: &Target,
        parts: &Parts,
        body: Body,
        limit: usize,
    ) -> Response {
        let client = match &self.client {
            Ok(client) => client,
            Err(reason) => {
                return reply::detail(
                    StatusCode::BAD_GATEWAY,
                    format!("This proxy cannot make secure connections: {reason}."),
                );
            }
        };
        let headers = match target.document() {
            Some(_) => headers::to_public(&parts.headers),
            None => headers::to_fal(&parts.headers, &self.key),
        };
        let mut request =
            client.request(parts.method.clone(), self.address(target)).headers(headers);
        let mut progress = None;
        if parts.method != Method::GET && !body.is_end_stream() {
            if let Some(length) = body.size_hint().exact() {
                request = request.header(CONTENT_LENGTH, length);
            }
            let (pieces, seen) = upload::pump(body, limit);
            progress = Some(seen);
            request = request
                .body(reqwest::Body::wrap_stream(stream::unfold(pieces, |mut pieces| async {
                    pieces.recv().await.map(|piece| (piece, pieces))
                })));
        }
        let progress = progress.as_deref();
        match self.wait(request.send(), progress).await {
            Some(Ok(answer)) => pass_back(answer, self.timeout),
            outcome => match (progress.and_then(Progress::error), outcome) {
                (Some(UploadError::TooLarge), _) => reply::too_large(limit),
                (Some(UploadError::Broken), _) => incomplete(),
                (None, Some(Err(error))) if !error.is_timeout() => {
                    unreachable_reply(target, &error)
                }
                (None, _) => self.too_late(target),
            },
        }
    }

    fn address(&self, target: &Target) -> Url {
        let url = target.url();
        match &self.origin {
            Some(origin)
                if target.document().is_some()
                    || matches!(url.host_str(), Some("queue.fal.run" | "fal.run")) =>
            {
                let mut moved = origin.clone();
                moved.set_path(url.path());
                moved.set_query(url.query());
                moved
            }
            _ => url.clone(),
        }
    }

    /// Waits for the first byte of the answer; `None` when nothing moved for the whole timeout. A long
    /// upload is not a silence: every piece that leaves starts the clock anew.
    async fn wait<T>(
        &self,
        answer: impl Future<Output = T>,
        progress: Option<&Progress>,
    ) -> Option<T> {
        let started = Instant::now();
        let mut answer = std::pin::pin!(answer);
        loop {
            let last = progress.map_or(started, Progress::last);
            let deadline = last + self.timeout;
            if Instant::now() >= deadline {
                return None;
            }
            tokio::select! {
                answer = &mut answer => return Some(answer),
                () = tokio::time::sleep_until(deadline) => {}
            }
        }
    }

    fn too_late(&self, target: &Target) -> Response {
        let seconds = self.timeout.as_secs_f64();
        reply::detail(
            StatusCode::GATEWAY_TIMEOUT,
            format!(
                "{} did not answer this proxy within {seconds} s. The request may have arrived there.",
                target.authority()
            ),
        )
    }
}

fn unreachable_reply(target: &Target, error: &reqwest::Error) -> Response {
    let host = target.authority();
    let sentence = if error.is_connect() {
        format!(
            "This proxy could not reach {host}: {}. The request did not arrive there.",
            innermost(error)
        )
    } else {
        format!(
            "The connection between this proxy and {host} broke off before an answer. The request may have arrived there."
        )
    };
    reply::detail(StatusCode::BAD_GATEWAY, sentence)
}

/// The innermost cause, which names the trouble without naming the URL.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

fn pass_back(answer: reqwest::Response, idle: Duration) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = answer.status();
    headers::to_page(answer.headers(), response.headers_mut());
    *response.body_mut() =
        Body::from_stream(stream::unfold(Some(answer), move |answer| async move {
            let mut answer = answer?;
            match tokio::time::timeout(idle, answer.chunk()).await {
                Ok(Ok(Some(piece))) => Some((Ok(piece), Some(answer))),
                Ok(Ok(None)) => None,
                // An error here breaks the connection to the page: half an answer must not look whole.
                Ok(Err(_)) => {
                    Some((Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)), None))
                }
                Err(_) => Some((Err(std::io::Error::from(std::io::ErrorKind::TimedOut)), None)),
            }
        }));
    response
}
