//! A request body on its way in: counted against the limit while it streams, never gathered unless
//! somebody asks for the whole, and read to its end even after it was refused.
//!
//! The last point is what makes a 413 readable. A server that answers and closes while the page is
//! still sending makes the kernel reset the connection, and the page sees a network error instead of
//! the sentence.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How long, and for how many times the limit, a refused body is read on.
const DRAIN_TIME: Duration = Duration::from_secs(30);
const DRAIN_FACTOR: usize = 8;

/// Why a body did not come through.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub(crate) enum UploadError {
    #[error("the request is larger than this proxy accepts")]
    TooLarge,
    #[error("the request broke off before its end")]
    Broken,
}

/// What the reader of the body has seen so far, for the one who waits for the answer.
#[derive(Debug)]
pub(crate) struct Progress {
    too_large: AtomicBool,
    broken: AtomicBool,
    last: Mutex<Instant>,
}

impl Progress {
    pub(crate) fn error(&self) -> Option<UploadError> {
        if self.too_large.load(Ordering::Acquire) {
            Some(UploadError::TooLarge)
        } else if self.broken.load(Ordering::Acquire) {
            Some(UploadError::Broken)
        } else {
            None
        }
    }

    /// When the last piece was handed on.
    pub(crate) fn last(&self) -> Instant {
        *self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn new() -> Self {
        Self {
            too_large: AtomicBool::new(false),
            broken: AtomicBool::new(false),
            last: Mutex::new(Instant::now()),
        }
    }

    fn touch(&self) {
        *self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
    }
}

/// Hands a body on piece by piece. The receiver yields an error and ends when `limit` bytes are passed.
pub(crate) fn pump(
    body: Body,
    limit: usize,
) -> (mpsc::Receiver<Result<Bytes, UploadError>>, Arc<Progress>) {
    let (sender, receiver) = mpsc::channel(2);
    let progress = Arc::new(Progress::new());
    let seen_by_pump = Arc::clone(&progress);
    tokio::spawn(async move {
        let progress = seen_by_pump;
        let mut stream = body.into_data_stream();
        let mut total = 0_usize;
        while let Some(piece) = stream.next().await {
            let Ok(piece) = piece else {
                progress.broken.store(true, Ordering::Release);
                let _ = sender.send(Err(UploadError::Broken)).await;
                return;
            };
            total = total.saturating_add(piece.len());
            if total > limit {
                progress.too_large.store(true, Ordering::Release);
                let _ = sender.send(Err(UploadError::TooLarge)).await;
                break;
            }
            if sender.send(Ok(piece)).await.is_err() {
                break;
            }
            progress.touch();
        }
        drop(sender);
        drain(stream, limit).await;
    });
    (receiver, progress)
}

/// The whole body, for the demo engine that has to parse it.
pub(crate) async fn collect(body: Body, limit: usize) -> Result<Vec<u8>, UploadError> {
    let (mut pieces, _) = pump(body, limit);
    let mut whole = Vec::new();
    while let Some(piece) = pieces.recv().await {
        whole.extend_from_slice(&piece?);
    }
    Ok(whole)
}

/// Reads a body that is not needed: it was refused by its length alone, or has its answer already.
pub(crate) fn discard(body: Body, limit: usize) {
    tokio::spawn(drain(body.into_data_stream(), limit));
}

async fn drain(mut stream: BodyDataStream, limit: usize) {
    let read_on = async {
        let mut left = limit.saturating_mul(DRAIN_FACTOR);
        while let Some(Ok(piece)) = stream.next().await {
            match left.checked_sub(piece.len()) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, read_on).await;
}
