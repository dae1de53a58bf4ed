//! A test's hand on a running engine: what to let go wrong, how long to take, when to stand still, and what
//! has arrived.
//! Nothing is written down until somebody asks for a [`Handle`], so an engine outside tests keeps no prompts.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde_json::Value;
use tokio::sync::watch;

use super::fault::{Fault, Times};
use super::script::{Phase, Schedule};

/// Steers a running engine and reads what it was asked. Clones steer the same engine.
#[derive(Debug, Clone)]
pub struct Handle(Arc<Control>);

/// One submit that arrived, whatever became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// The id it was given; none when a fault took the place of the answer.
    pub request_id: Option<String>,
    /// The full endpoint id.
    pub endpoint: String,
    /// The body as JSON; null when it was none.
    pub input: Value,
    /// The body as it came, to look at digits.
    pub raw: String,
    /// When it ended, whatever its outcome; from then on its status says so.
    pub ended: Option<SystemTime>,
}

/// One request that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What it asked for.
    pub phase: Phase,
    /// The HTTP method.
    pub method: String,
    /// The target URL with its query; for files, the path on this server.
    pub target: String,
    /// When it arrived.
    pub at: SystemTime,
}

#[derive(Debug)]
pub(crate) struct Control {
    recording: AtomicBool,
    book: Mutex<Book>,
    held: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct Book {
    faults: Vec<(Phase, Fault, Times)>,
    schedules: VecDeque<Schedule>,
    submissions: Vec<Submission>,
    requests: Vec<Seen>,
}

impl Handle {
    pub(crate) fn new(control: Arc<Control>) -> Self {
        control.recording.store(true, Ordering::Release);
        Self(control)
    }

    /// Lets the next matching requests go wrong. Faults for one phase strike in the order they were given.
    pub fn fault(&self, phase: Phase, fault: Fault, times: Times) {
        self.0.book().faults.push((phase, fault, times));
    }

    /// Forgets every fault that has not struck yet.
    pub fn clear_faults(&self) {
        self.0.book().faults.clear();
    }

    /// Says what the next request meets that is accepted. Several are used in the order they were given.
    pub fn schedule(&self, schedule: Schedule) {
        self.0.book().schedules.push_back(schedule);
    }

    /// Stands still: queued requests stay queued, running ones stay at their step.
    pub fn hold(&self) {
        self.0.held.send_replace(true);
    }

    /// Goes on after [`Self::hold`].
    pub fn release(&self) {
        self.0.held.send_replace(false);
    }

    /// Every submit since the first handle was made, oldest first.
    #[must_use]
    pub fn submissions(&self) -> Vec<Submission> {
        self.0.book().submissions.clone()
    }

    /// Every request since the first handle was made, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.0.book().requests.clone()
    }

    /// How many requests of one kind have arrived.
    #[must_use]
    pub fn count(&self, phase: Phase) -> usize {
        self.0.book().requests.iter().filter(|seen| seen.phase == phase).count()
    }
}

impl Control {
    pub(crate) fn new() -> Self {
        Self {
            recording: AtomicBool::new(false),
            book: Mutex::default(),
            held: watch::Sender::new(false),
        }
    }

    /// Writes a request down.
    pub(crate) fn saw(&self, phase: Phase, method: &str, target: &str) {
        if self.is_recording() {
            self.book().requests.push(Seen {
                phase,
                method: method.to_owned(),
                target: target.to_owned(),
                at: SystemTime::now(),
            });
        }
    }

    /// Writes a submit down; the number names it for [`Self::accepted`].
    pub(crate) fn submitted(&self, endpoint: &str, body: &[u8]) -> Option<usize> {
        if !self.is_recording() {
            return None;
        }
        let submission = Submission {
            request_id: None,
            endpoint: endpoint.to_owned(),
            input: serde_json::from_slice(body).unwrap_or_default(),
            raw: String::from_utf8_lossy(body).into_owned(),
            ended: None,
        };
        let mut book = self.book();
        book.submissions.push(submission);
        Some(book.submissions.len() - 1)
    }

    pub(crate) fn accepted(&self, number: Option<usize>, request_id: &str) {
        if let Some(number) = number
            && let Some(submission) = self.book().submissions.get_mut(number)
        {
            submission.request_id = Some(request_id.to_owned());
        }
    }

    /// What the request meets that is being accepted, if that was said.
    pub(crate) fn next_schedule(&self) -> Option<Schedule> {
        self.book().schedules.pop_front()
    }

    pub(crate) fn ended(&self, request_id: &str, at: SystemTime) {
        let mut book = self.book();
        let is_it = |one: &&mut Submission| one.request_id.as_deref() == Some(request_id);
        if let Some(submission) = book.submissions.iter_mut().rev().find(is_it) {
            submission.ended.get_or_insert(at);
        }
    }

    /// The fault that strikes now, if one does, and whether the status is to be flattened.
    pub(crate) fn next_fault(&self, phase: Phase) -> (Option<Fault>, bool) {
        let mut book = self.book();
        let faults = &mut book.faults;
        let mut take = |flattened: bool| {
            let at = faults
                .iter()
                .position(|(of, fault, _)| *of == phase && fault.is_flattened() == flattened)?;
            let (_, fault, times) = faults.get_mut(at)?;
            let fault = fault.clone();
            match times {
                Times::Always => {}
                Times::Count(left) if *left > 1 => *left -= 1,
                Times::Once | Times::Count(_) => _ = faults.remove(at),
            }
            Some(fault)
        };
        (take(false), take(true).is_some())
    }

    /// Resolves when the engine may move.
    pub(crate) async fn moving(&self) {
        let mut held = self.held.subscribe();
        // The sender lives as long as `self`, so this ends by the value only.
        let _ = held.wait_for(|held| !held).await;
    }

    fn is_recording(&self) -> bool {
        self.recording.load(Ordering::Acquire)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
