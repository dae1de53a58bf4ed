//! A submit that carries a name is passed on once.
//!
//! When a connection that has served before closes without an answer, browsers send the request once more
//! by themselves, a POST too, and tell the page nothing of it (Chromium `HttpNetworkTransaction`,
//! `ShouldResendRequest`). A generation would be paid twice. A page can give each submit a name in an
//! `Idempotency-Key` header; whoever comes with a name that has been here gets the answer of the first, as
//! soon as there is one. Only submits to the queue have names: their answers are small, while what else is
//! posted may be answered for minutes, in pieces. Nothing is known here of who asks and what for.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::BodyExt;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::reply;
use crate::target::Target;

/// The header with the name (IETF draft `httpapi-idempotency-key-header`).
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// How long a name is remembered once it was answered.
const MEMORY: Duration = Duration::from_secs(600);

/// How many names are remembered: the last ones, and whatever is still under way.
const MOST: usize = 1_000;

/// How many bytes of an answer are kept. What the queue says to a submit has a few hundred.
const LARGEST: usize = 64 * 1024;

/// How long a request with a name may take, its answer included.
const PATIENCE: Duration = Duration::from_secs(600);

/// How many bytes of a name are read.
const LONGEST: usize = 200;

/// Between the first half of an answer and its breaking off, so that the half arrives.
const BREATH: Duration = Duration::from_millis(20);

/// The names that have been here, in the order they came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Once(Arc<Mutex<VecDeque<Known>>>);

#[derive(Debug)]
struct Known {
    name: Name,
    state: State,
}

/// How far a request with a name is.
#[derive(Debug, Clone)]
enum State {
    /// Here its answer will be told. Where that ends without one, nothing came of it.
    UnderWay(watch::Receiver<Option<Answer>>),
    Answered {
        at: Instant,
        answer: Answer,
    },
}

/// What a submit is called, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String, String);

impl Name {
    /// The name that a submit to the queue carries, if it does.
    pub(crate) fn of(method: &Method, headers: &HeaderMap, target: &Target) -> Option<Self> {
        let name = headers.get(HEADER)?.to_str().ok()?;
        let is_submit = *method == Method::POST && target.is_at_queue();
        let fits = is_submit && (1..=LONGEST).contains(&name.len());
        fits.then(|| Self(name.to_owned(), target.url().as_str().to_owned()))
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
    /// whoever asked is gone. A request that is not passed on comes back unread, beside its answer.
    pub(crate) async fn answer<F>(
        &self,
        name: Name,
        request: Request,
        pass_on: impl FnOnce(Request) -> F,
    ) -> (Response, Option<Request>)
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let tell = loop {
            match self.claim(&name) {
                Claim::New(tell) => break tell,
                Claim::Known(State::Answered { answer, .. }) => {
                    return (answer.again(), Some(request));
                }
                Claim::Known(State::UnderWay(answer)) => {
                    // Without an answer the first did not arrive whole, and this one may take its place.
                    if let Some(answer) = heard(answer).await {
                        return (answer.again(), Some(request));
                    }
                }
            }
        };
        let answer = tell.subscribe();
        let once = self.clone();
        let pass_on = pass_on(request);
        tokio::spawn(async move {
            if let Some(answer) = outcome(pass_on, PATIENCE).await {
                let kept = answer.to_keep().await;
                tell.send_replace(Some(answer));
                once.settle(&name, kept);
            }
        });
        (heard(answer).await.map_or_else(incomplete, Answer::again), None)
    }

    fn claim(&self, name: &Name) -> Claim {
        let mut known = self.known();
        known.retain(Known::counts);
        if let Some(known) = known.iter().find(|known| known.name == *name) {
            return Claim::Known(known.state.clone());
        }
        // A name under way stays whatever comes: its repetition would be paid as well.
        while known.len() >= MOST
            && let Some(oldest) = known.iter().position(Known::is_answered)
        {
            known.remove(oldest);
        }
        let (tell, answer) = watch::channel(None);
        known.push_back(Known { name: name.clone(), state: State::UnderWay(answer) });
        Claim::New(tell)
    }

    fn settle(&self, name: &Name, answer: Answer) {
        if let Some(known) = self.known().iter_mut().find(|known| known.name == *name) {
            known.state = State::Answered { at: Instant::now(), answer };
        }
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Whether its name may not be passed on again: not once it was forgotten, nor where nothing came
    /// of it.
    fn counts(&self) -> bool {
        match &self.state {
            State::UnderWay(answer) => answer.has_changed().is_ok() || answer.borrow().is_some(),
            State::Answered { at, .. } => at.elapsed() < MEMORY,
        }
    }

    fn is_answered(&self) -> bool {
        matches!(self.state, State::Answered { .. })
    }
}

enum Claim {
    New(watch::Sender<Option<Answer>>),
    Known(State),
}

/// What is told, or `None` where nothing came of it.
async fn heard(mut answer: watch::Receiver<Option<Answer>>) -> Option<Answer> {
    answer.wait_for(Option::is_some).await.ok()?.clone()
}

/// The answer to a request that is passed on, or `None` where it did not arrive whole.
async fn outcome(pass_on: impl Future<Output = Response>, patience: Duration) -> Option<Answer> {
    let answer = async {
        let response = pass_on.await;
        let is_incomplete = response.extensions().get::<Incomplete>().is_some();
        if is_incomplete { None } else { Some(Answer::read(response).await) }
    };
    match tokio::time::timeout(patience, answer).await {
        Ok(answer) => answer,
        Err(_) => Some(Answer::read(too_late(patience)).await),
    }
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

    /// What is given to those who come later.
    async fn to_keep(&self) -> Self {
        if self.body.len() <= LARGEST { self.clone() } else { Self::read(not_kept()).await }
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

/// The answer to a request that took too long. It may have arrived, so its name stays known.
fn too_late(patience: Duration) -> Response {
    let seconds = patience.as_secs_f64();
    let sentence = format!(
        "This proxy gave the request up after {seconds} s without a whole answer. It may have arrived."
    );
    reply::detail(StatusCode::GATEWAY_TIMEOUT, sentence)
}

/// The answer to a repetition where that of the first was too large to be kept.
fn not_kept() -> Response {
    let sentence = "This request was passed on before and is not passed on again. \
                    The answer to the first was too large to be kept.";
    reply::detail(StatusCode::BAD_GATEWAY, sentence)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::oneshot;

    use super::*;

    fn name(text: &str) -> Name {
        Name(text.to_owned(), String::new())
    }

    /// Answers, and counts how often it was asked to.
    fn counted(count: &Arc<AtomicUsize>) -> impl Future<Output = Response> + Send + use<> {
        let count = Arc::clone(count);
        async move {
            count.fetch_add(1, Ordering::Relaxed);
            reply::text(StatusCode::OK, "")
        }
    }

    #[tokio::test]
    async fn the_oldest_answers_are_forgotten_and_what_is_under_way_never() {
        let (once, count) = (Once::default(), Arc::default());
        let (go_on, wait) = oneshot::channel::<()>();
        let first = counted(&count);
        let slow = {
            let once = once.clone();
            tokio::spawn(async move {
                let slow = async move {
                    wait.await.unwrap();
                    first.await
                };
                once.answer(name("slow"), Request::default(), |_| slow).await.0
            })
        };
        while once.known().is_empty() {
            tokio::task::yield_now().await;
        }
        for number in 0..=MOST {
            once.answer(name(&number.to_string()), Request::default(), |_| counted(&count)).await;
        }
        assert_eq!(count.load(Ordering::Relaxed), MOST + 1);
        assert_eq!(once.known().len(), MOST);
        // The last are known, the first are not.
        once.answer(name(&MOST.to_string()), Request::default(), |_| counted(&count)).await;
        assert_eq!(count.load(Ordering::Relaxed), MOST + 1);
        once.answer(name("0"), Request::default(), |_| counted(&count)).await;
        assert_eq!(count.load(Ordering::Relaxed), MOST + 2);

        let again = tokio::spawn({
            let (once, again) = (once.clone(), counted(&count));
            async move { once.answer(name("slow"), Request::default(), |_| again).await.0 }
        });
        tokio::task::yield_now().await;
        go_on.send(()).unwrap();
        assert_eq!(slow.await.unwrap().status(), StatusCode::OK);
        assert_eq!(again.await.unwrap().status(), StatusCode::OK);
        assert_eq!(count.load(Ordering::Relaxed), MOST + 3);
    }

    #[tokio::test]
    async fn what_does_not_end_may_have_arrived() {
        let patience = Duration::from_millis(20);
        let endless = outcome(std::future::pending(), patience).await.unwrap();
        assert_eq!(endless.status, StatusCode::GATEWAY_TIMEOUT);
        let half = async {
            let mut response = reply::text(StatusCode::OK, "");
            *response.body_mut() = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
            response
        };
        assert_eq!(outcome(half, patience).await.unwrap().status, StatusCode::GATEWAY_TIMEOUT);
        assert!(outcome(async { incomplete() }, patience).await.is_none());
    }
}
