//! The life of one request, from the queue to its outcome: waits for a worker, judges the input, walks
//! the steps while the pictures are drawn beside them, and stops where it stands when it is cancelled.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::maybe_done;
use serde_json::{Value, json};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, sleep_until};

use super::catalog::Endpoint;
use super::draw::{self, Picture};
use super::engine::Works;
use super::files;
use super::outcome::Outcome;
use super::progress;
use super::script::Schedule;
use super::settings::Settings;
use super::source::Sources;
use super::validate;

/// A place in the line for a worker. It is taken when it is made, not when it is first awaited: tasks start
/// in any order, and the line has to be the order of the submits.
pub(crate) struct Place(Pin<Box<dyn Future<Output = Worker> + Send>>);

type Worker = Result<OwnedSemaphorePermit, AcquireError>;

/// What a request brings along.
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) endpoint: Arc<Endpoint>,
    pub(crate) input: Value,
    /// `http://host` under which the page reached this server.
    pub(crate) base: String,
    /// What it meets, where that was said.
    pub(crate) schedule: Option<Schedule>,
}

impl Place {
    pub(crate) fn take(workers: &Arc<Semaphore>) -> Self {
        let mut place = Box::pin(maybe_done(Arc::clone(workers).acquire_owned()));
        // The first poll joins the line; its waker is replaced by the next one.
        let _ = place.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        Self(Box::pin(async move {
            place.as_mut().await;
            match place.as_mut().take_output() {
                Some(worker) => worker,
                None => std::future::pending().await,
            }
        }))
    }
}

/// Carries one request from submit to its outcome.
pub(crate) async fn run(
    works: Arc<Works>,
    order: Order,
    place: Place,
    cancelled: watch::Receiver<bool>,
) {
    let submitted = Instant::now();
    let queued = async {
        let worker = place.0.await;
        let queue = order.schedule.as_ref().map_or(works.script.queue, |schedule| schedule.queue);
        sleep_until(submitted + queue).await;
        works.control.moving().await;
        worker
    };
    let worker = tokio::select! {
        worker = queued => worker,
        () = cancellation(cancelled.clone()) => {
            works.control.ended(&order.id, SystemTime::now());
            return;
        }
    };
    // Errors only when the engine is gone, and then nobody waits for this request either.
    if worker.is_err() || !works.queue.start(&order.id) {
        return;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let outcome = tokio::select! {
        outcome = model(&works, &order, &stop) => outcome,
        () = cancellation(cancelled) => {
            stop.store(true, Ordering::Release);
            Outcome::cancelled()
        }
    };
    let now = SystemTime::now();
    works.queue.finish(&order.id, outcome);
    works.control.ended(&order.id, now);
}

async fn cancellation(mut cancelled: watch::Receiver<bool>) {
    if cancelled.wait_for(|cancelled| *cancelled).await.is_err() {
        // The request was forgotten with its sender; it is not cancelled by that.
        std::future::pending::<()>().await;
    }
}

/// What the model itself would do.
async fn model(works: &Works, order: &Order, stop: &Arc<AtomicBool>) -> Outcome {
    let details = validate::check(&order.endpoint, &order.input);
    if !details.is_empty() {
        return Outcome::refused(&details);
    }
    let settings = match Settings::read(&order.endpoint, &order.input) {
        Ok(settings) => Arc::new(settings),
        Err(detail) => return Outcome::refused(&[detail]),
    };
    let loading = {
        let (endpoint, settings) = (Arc::clone(&order.endpoint), Arc::clone(&settings));
        spawn_blocking(move || Sources::load(&endpoint, &settings))
    };
    let sources = match loading.await {
        Ok(Ok(sources)) => sources,
        Ok(Err(detail)) => return Outcome::refused(&[detail]),
        Err(_) => return Outcome::failed("The demo engine could not read the picture"),
    };
    let started = Instant::now();
    let drawing = {
        let (settings, stop) = (Arc::clone(&settings), Arc::clone(stop));
        spawn_blocking(move || draw::draw(&settings, &sources, &stop))
    };
    match &order.schedule {
        Some(schedule) => follow(works, &order.id, schedule, started).await,
        None => walk(works, &order.id, &settings).await,
    }
    match drawing.await {
        Ok(Ok(pictures)) => finished(order, &settings, pictures, started.elapsed()),
        Ok(Err(error)) => Outcome::failed(&error.to_string()),
        Err(_) => Outcome::failed("The demo engine could not draw this picture"),
    }
}

/// The steps of the sampler, each with its line in the log.
async fn walk(works: &Works, id: &str, settings: &Settings) {
    let total = settings.steps;
    let each = works.script.step.mul_f64(settings.step_factor);
    let started = Instant::now();
    works.queue.log(id, &progress::line(0, total, Duration::ZERO));
    for done in 1..=total {
        sleep(each).await;
        works.control.moving().await;
        works.queue.log(id, &progress::line(done, total, started.elapsed()));
    }
}

/// The same at the times that were said.
async fn follow(works: &Works, id: &str, schedule: &Schedule, started: Instant) {
    let total = schedule.steps.len().saturating_sub(1);
    let total = u32::try_from(total).unwrap_or(u32::MAX);
    for (done, at) in (0..=total).zip(&schedule.steps) {
        sleep_until(started + *at).await;
        works.control.moving().await;
        works.queue.log(id, &progress::line(done, total, *at));
    }
    sleep_until(started + schedule.run).await;
    works.control.moving().await;
}

fn finished(order: &Order, settings: &Settings, pictures: Vec<Picture>, took: Duration) -> Outcome {
    let seconds = took.as_secs_f64();
    let images: Vec<Value> = pictures
        .iter()
        .enumerate()
        .map(|(index, picture)| {
            let url = if settings.inline {
                format!("data:{};base64,{}", picture.content_type(), STANDARD.encode(&picture.bytes))
            } else {
                files::url(&order.base, &order.id, index, picture)
            };
            json!({ "url": url, "width": picture.width, "height": picture.height, "content_type": picture.content_type() })
        })
        .collect();
    let flagged = vec![settings.flagged(); images.len()];
    let body = json!({
        "images": images,
        "timings": { "inference": seconds },
        "seed": settings.seed,
        "has_nsfw_concepts": flagged,
        "prompt": settings.prompt,
    });
    Outcome {
        code: StatusCode::OK,
        body: body.to_string(),
        error: None,
        inference_time: Some(seconds),
        pictures: if settings.inline { Vec::new() } else { pictures },
    }
}
