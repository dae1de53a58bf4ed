//! A submit that carries a name is passed on once.
//!
//! When a connection that has served before closes without an answer, browsers send the request once more
//! by themselves, a POST too, and tell the page nothing of it (Chromium `HttpNetworkTransaction`,
//! `ShouldResendRequest`). A generation would be paid twice. A page can give each submit a name in an
//! `Idempotency-Key` header; whoever comes with a name that has been here gets the answer of the first, as
//! soon as there is one. Nothing is known here of who asks and what for.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::BodyExt;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::reply;

/// The header with the name (IETF draft `httpapi-idempotency-key-header`).
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// How long a name is remembered.
const MEMORY: Duration = Duration::from_secs(600);

/// How many names are remembered at most: the last ones.
const MOST: usize = 1_000;

/// How many bytes of a name are read.
const LONGEST: usize = 200;

/// Between the first half of an answer and its breaking off, so that the half arrives.
const BREATH: Duration = Duration::from_millis(20);

/// The names that have been here.
#[derive(Debug, Default)]
pub(crate) struct Once(Mutex<VecDeque<Known>>);

#[derive(Debug)]
struct Known {
    name: Name,
    since: Instant,
    answer: watch::Receiver<Option<Answer>>,
}

/// What a submit is called, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String, String);

impl Name {
    /// The name that a submit carries, if it does.
    pub(crate) fn of(method: &Method, headers: &HeaderMap, target: &str) -> Option<Self> {
        let name = headers.get(HEADER)?.to_str().ok()?;
        let fits = *method == Method::POST && (1..=LONGEST).contains(&name.len());
        fits.then(|| Self(name.to_owned(), target.to_owned()))
    }
}

/// An answer as it can be given again.
#[derive(Debug, Clone)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Whether the body came to its end.
    is_whole: bool,
}

/// Marks an answer to a request that did not arrive whole, and may come again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Incomplete;

impl Once {
    /// Answers as `pass_on` does for the first of this name, which is carried out to its end even if
    /// whoever asked is gone.
    pub(crate) async fn answer(
        &self,
        name: Name,
        pass_on: impl Future<Output = Response> + Send + 'static,
    ) -> Response {
        let mut answer = match self.claim(&name) {
            Claim::Known(answer) => answer,
            Claim::New(tell) => {
                let answer = tell.subscribe();
                tokio::spawn(async move {
                    let response = tokio::time::timeout(MEMORY, pass_on).await;
                    if let Ok(response) = response
                        && response.extensions().get::<Incomplete>().is_none()
                    {
                        tell.send_replace(Some(Answer::read(response).await));
                    }
                });
                answer
            }
        };
        let told = answer.wait_for(Option::is_some).await;
        let told = told.ok().and_then(|answer| answer.clone());
        told.map_or_else(incomplete, Answer::again)
    }

    fn claim(&self, name: &Name) -> Claim {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.since.elapsed() < MEMORY && !known.came_to_nothing());
        if let Some(known) = known.iter().find(|known| known.name == *name) {
            return Claim::Known(known.answer.clone());
        }
        let (tell, answer) = watch::channel(None);
        known.push_back(Known { name: name.clone(), since: Instant::now(), answer });
        if known.len() > MOST {
            known.pop_front();
        }
        Claim::New(tell)
    }
}

impl Known {
    /// Whether it never arrived whole: it may come again.
    fn came_to_nothing(&self) -> bool {
        self.answer.has_changed().is_err() && self.answer.borrow().is_none()
    }
}

enum Claim {
    New(watch::Sender<Option<Answer>>),
    Known(watch::Receiver<Option<Answer>>),
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (head, mut body) = response.into_parts();
        let mut read = BytesMut::new();
        let is_whole = loop {
            match body.frame().await {
                None => break true,
                Some(Err(_)) => break false,
                Some(Ok(frame)) => read.extend(frame.into_data().unwrap_or_default()),
            }
        };
        Self { status: head.status, headers: head.headers, body: read.freeze(), is_whole }
    }

    fn again(self) -> Response {
        let mut response = Response::new(if self.is_whole {
            Body::from(self.body)
        } else {
            broken_off(self.body)
        });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// A body that breaks off after these bytes: half an answer must not look whole.
fn broken_off(half: Bytes) -> Body {
    let end = std::io::Error::from(std::io::ErrorKind::ConnectionAborted);
    let pieces = (!half.is_empty()).then_some(half);
    let has_half = pieces.is_some();
    Body::from_stream(stream::unfold((pieces, Some(end)), move |(half, end)| async move {
        match half {
            Some(half) => Some((Ok(half), (None, end))),
            None => {
                if has_half {
                    tokio::time::sleep(BREATH).await;
                }
                end.map(|end| (Err(end), (None, None)))
            }
        }
    }))
}

/// The answer to a request that broke off on its way here.
pub(crate) fn incomplete() -> Response {
    let sentence =
        "The request reached this proxy incomplete: the connection from the page broke off.";
    let mut response = reply::detail(StatusCode::BAD_REQUEST, sentence);
    response.extensions_mut().insert(Incomplete);
    response
}
