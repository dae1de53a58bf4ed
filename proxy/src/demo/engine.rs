//! The queue API itself: reads a call, asks the table, words the answer. Statuses and bodies are those
//! of the real service as far as they are known (fal's queue reference and fal-js `libs/client/src/queue.ts`).

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use reqwest::Url;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::answers::{addresses, identified, not_found, not_json, result_of};
use super::call::Call;
use super::catalog::Catalog;
use super::control::{Control, Handle};
use super::files;
use super::queue::{Cancelled, Queue, View};
use super::run::{self, Order, Place};
use super::script::{Phase, Script};
use crate::reply;
use crate::target::Target;

const ENGINE: HeaderName = HeaderName::from_static("x-flux-studio-engine");

/// A running demo engine. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine(Arc<Works>);

/// What the requests of one engine share.
#[derive(Debug)]
pub(crate) struct Works {
    pub(crate) script: Script,
    pub(crate) queue: Queue,
    pub(crate) workers: Arc<Semaphore>,
    pub(crate) control: Arc<Control>,
    catalog: Catalog,
}

impl Engine {
    /// An engine with nothing in its queue. It starts no task of its own before the first submit.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self(Arc::new(Works {
            queue: Queue::new(&script),
            workers: Arc::new(Semaphore::new(script.workers.clamp(1, Semaphore::MAX_PERMITS))),
            control: Arc::new(Control::new()),
            catalog: Catalog::new(),
            script,
        }))
    }

    /// A hand on this engine. From the first one on, everything that arrives is written down.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle::new(Arc::clone(&self.0.control))
    }

    /// Answers what the proxy would have sent to `target`.
    pub(crate) async fn answer(&self, target: &Target, parts: &Parts, body: Vec<u8>) -> Response {
        let call = Call::parse(&parts.method, target);
        let target = target.url();
        let phase = call.phase();
        let control = &self.0.control;
        control.saw(phase, parts.method.as_str(), target.as_str());
        let number = match &call {
            Call::Submit { endpoint } => control.submitted(endpoint, &body),
            _ => None,
        };
        let (fault, flattened) = control.next_fault(phase);
        let real = async { self.real(target, call, parts, &body, number) };
        let mut response = match fault {
            Some(fault) => fault.strike(real).await,
            None => real.await,
        };
        if flattened {
            *response.status_mut() = StatusCode::OK;
        }
        response.headers_mut().insert(ENGINE, HeaderValue::from_static("demo"));
        response
    }

    /// Answers a request for a finished picture.
    pub(crate) async fn file(&self, method: &Method, path: &str) -> Response {
        self.0.control.saw(Phase::File, method.as_str(), path);
        let real = async { files::answer(&self.0.queue, method, path) };
        match self.0.control.next_fault(Phase::File).0 {
            Some(fault) => fault.strike(real).await,
            None => real.await,
        }
    }

    fn real(
        &self,
        target: &Url,
        call: Call,
        parts: &Parts,
        body: &[u8],
        number: Option<usize>,
    ) -> Response {
        let is_document = matches!(call, Call::Document { .. });
        if !is_document && target.host_str() != Some("queue.fal.run") {
            let sentence = "The demo engine stands in for queue.fal.run only. Set FAL_KEY to reach other addresses.";
            return identified(reply::detail(StatusCode::NOT_FOUND, sentence), None);
        }
        match call {
            Call::Submit { endpoint } => self.submit(&endpoint, parts, body, number),
            Call::Status { app, id, logs } => identified(self.status(&app, &id, logs), Some(&id)),
            Call::Result { app, id } => identified(self.result(&app, &id), Some(&id)),
            Call::Cancel { app, id } => identified(self.cancel(&app, &id), Some(&id)),
            Call::Document { endpoint } => self.document(&endpoint),
            Call::WrongMethod => identified(
                reply::detail(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"),
                None,
            ),
            Call::Unknown => {
                let sentence = format!("Path {} not found", target.path());
                identified(reply::detail(StatusCode::NOT_FOUND, sentence), None)
            }
        }
    }

    /// What fal's web site says of an endpoint.
    fn document(&self, endpoint: &str) -> Response {
        let catalog = &self.0.catalog;
        match catalog.find(endpoint) {
            Some(endpoint) => reply::json_text(StatusCode::OK, endpoint.text),
            None => reply::detail(StatusCode::NOT_FOUND, unknown(endpoint, catalog)),
        }
    }

    fn submit(
        &self,
        endpoint: &str,
        parts: &Parts,
        body: &[u8],
        number: Option<usize>,
    ) -> Response {
        let works = &self.0;
        let Some(endpoint) = works.catalog.find(endpoint) else {
            let sentence = unknown(endpoint, &works.catalog);
            return identified(reply::detail(StatusCode::NOT_FOUND, sentence), None);
        };
        let input = match serde_json::from_slice(body) {
            Ok(input) => input,
            Err(error) => {
                return identified(
                    reply::json(StatusCode::UNPROCESSABLE_ENTITY, &not_json(body, &error)),
                    None,
                );
            }
        };
        let id = Uuid::new_v4().to_string();
        let Some((ahead, cancelled)) = works.queue.add(&id, &endpoint.app) else {
            let sentence =
                "The queue of the demo engine is full. Wait until some requests are finished.";
            return identified(reply::detail(StatusCode::TOO_MANY_REQUESTS, sentence), None);
        };
        works.control.accepted(number, &id);
        let mut answer = addresses(&endpoint.app, &id);
        if let Some(object) = answer.as_object_mut() {
            object.insert("status".to_owned(), "IN_QUEUE".into());
            object.insert("queue_position".to_owned(), ahead.into());
        }
        let order = Order {
            id: id.clone(),
            endpoint: Arc::clone(endpoint),
            input,
            base: files::base(&parts.headers),
            schedule: works.control.next_schedule(),
        };
        let place = Place::take(&works.workers);
        tokio::spawn(run::run(Arc::clone(works), order, place, cancelled));
        identified(reply::json(StatusCode::OK, &answer), Some(&id))
    }

    fn status(&self, app: &str, id: &str, with_logs: bool) -> Response {
        let Some(view) = self.0.queue.view(app, id) else {
            return not_found();
        };
        let mut answer = addresses(app, id);
        let mut say = |name: &str, value: Value| {
            if let Some(object) = answer.as_object_mut() {
                object.insert(name.to_owned(), value);
            }
        };
        let code = match view {
            View::Queued { position } => {
                say("status", "IN_QUEUE".into());
                say("queue_position", position.into());
                StatusCode::ACCEPTED
            }
            View::Running { logs } => {
                say("status", "IN_PROGRESS".into());
                if with_logs {
                    say("logs", logs.into());
                }
                StatusCode::ACCEPTED
            }
            View::Finished { logs, outcome } => {
                say("status", "COMPLETED".into());
                if with_logs {
                    say("logs", logs.into());
                }
                if let Some(seconds) = outcome.inference_time {
                    say("metrics", json!({ "inference_time": seconds }));
                }
                if let Some((sentence, kind)) = &outcome.error {
                    say("error", sentence.as_str().into());
                    if let Some(kind) = kind {
                        say("error_type", (*kind).into());
                    }
                }
                StatusCode::OK
            }
        };
        reply::json(code, &answer)
    }

    fn result(&self, app: &str, id: &str) -> Response {
        match self.0.queue.view(app, id) {
            None => not_found(),
            Some(View::Finished { outcome, .. }) => result_of(&outcome),
            Some(_) => reply::detail(StatusCode::BAD_REQUEST, "Request is still in progress"),
        }
    }

    fn cancel(&self, app: &str, id: &str) -> Response {
        let (code, word) = match self.0.queue.cancel(app, id) {
            Cancelled::Requested => (StatusCode::ACCEPTED, "CANCELLATION_REQUESTED"),
            Cancelled::AlreadyCompleted => (StatusCode::BAD_REQUEST, "ALREADY_COMPLETED"),
            Cancelled::NotFound => return not_found(),
        };
        reply::json(code, &json!({ "status": word }))
    }
}

/// What to say of an endpoint that is not in the catalogue.
fn unknown(endpoint: &str, catalog: &Catalog) -> String {
    format!("Application {endpoint} not found. The demo engine knows only {}.", catalog.names())
}
