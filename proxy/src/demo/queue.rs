//! The requests the engine knows: who waits, who runs, what came out. A table behind a lock; it moves
//! nothing by itself. Finished requests are forgotten by age, by number and by weight, so memory is bounded.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::draw::Picture;
use super::outcome::Outcome;
use super::progress;
use super::script::Script;

/// More than this do not wait at a time.
const MOST_WAITING: usize = 256;
/// Pictures and answers of finished requests together take no more memory than this.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// Every request, oldest first.
#[derive(Debug)]
pub(crate) struct Queue {
    table: Mutex<Table>,
    keep_for: Duration,
    keep: usize,
}

#[derive(Debug, Default)]
struct Table {
    jobs: BTreeMap<u64, Job>,
    by_id: HashMap<String, u64>,
    next: u64,
}

#[derive(Debug)]
struct Job {
    id: String,
    app: String,
    state: State,
    logs: Vec<Value>,
    cancel: watch::Sender<bool>,
}

#[derive(Debug)]
enum State {
    Queued,
    Running,
    Finished { outcome: Arc<Outcome>, at: Instant },
}

/// A request as it stands at one moment.
#[derive(Debug)]
pub(crate) enum View {
    Queued { position: usize },
    Running { logs: Vec<Value> },
    Finished { logs: Vec<Value>, outcome: Arc<Outcome> },
}

/// What a cancel found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cancelled {
    Requested,
    AlreadyCompleted,
    NotFound,
}

impl Queue {
    pub(crate) fn new(script: &Script) -> Self {
        Self { table: Mutex::default(), keep_for: script.keep_for, keep: script.keep }
    }

    /// Takes a request in and says how many are ahead of it, with a signal for its cancellation. `None`
    /// when too many wait already.
    pub(crate) fn add(&self, id: &str, app: &str) -> Option<(usize, watch::Receiver<bool>)> {
        let mut table = self.table();
        table.forget(self.keep_for, self.keep);
        let ahead = table.waiting_before(u64::MAX);
        if ahead >= MOST_WAITING {
            return None;
        }
        let (cancel, cancelled) = watch::channel(false);
        let number = table.next;
        table.next += 1;
        let job = Job {
            id: id.to_owned(),
            app: app.to_owned(),
            state: State::Queued,
            logs: Vec::new(),
            cancel,
        };
        table.jobs.insert(number, job);
        table.by_id.insert(id.to_owned(), number);
        Some((ahead, cancelled))
    }

    /// A request of one app; the queue does not find it under another.
    pub(crate) fn view(&self, app: &str, id: &str) -> Option<View> {
        let mut table = self.table();
        table.forget(self.keep_for, self.keep);
        let number = *table.by_id.get(id)?;
        let job = table.jobs.get(&number).filter(|job| job.app == app)?;
        Some(match &job.state {
            State::Queued => View::Queued { position: table.waiting_before(number) },
            State::Running => View::Running { logs: job.logs.clone() },
            State::Finished { outcome, .. } => {
                View::Finished { logs: job.logs.clone(), outcome: Arc::clone(outcome) }
            }
        })
    }

    /// Asks for an end. A queued request ends at once, a running one when it next looks.
    pub(crate) fn cancel(&self, app: &str, id: &str) -> Cancelled {
        let mut table = self.table();
        let Some(job) = table.find(id).filter(|job| job.app == app) else {
            return Cancelled::NotFound;
        };
        match job.state {
            State::Finished { .. } => return Cancelled::AlreadyCompleted,
            State::Queued => job.finish(Outcome::cancelled()),
            State::Running => {}
        }
        job.cancel.send_replace(true);
        Cancelled::Requested
    }

    /// Moves a queued request on; false when it was cancelled in the meantime.
    pub(crate) fn start(&self, id: &str) -> bool {
        let mut table = self.table();
        let job = table.find(id).filter(|job| matches!(job.state, State::Queued));
        job.map(|job| job.state = State::Running).is_some()
    }

    pub(crate) fn log(&self, id: &str, message: &str) {
        if let Some(job) = self.table().find(id) {
            job.logs.push(progress::entry(message, SystemTime::now()));
        }
    }

    /// Ends a request, unless it has ended already.
    pub(crate) fn finish(&self, id: &str, outcome: Outcome) {
        let mut table = self.table();
        if let Some(job) = table.find(id).filter(|job| !matches!(job.state, State::Finished { .. }))
        {
            job.finish(outcome);
        }
        table.forget(self.keep_for, self.keep);
    }

    /// A finished picture.
    pub(crate) fn picture(&self, id: &str, index: usize) -> Option<Picture> {
        let mut table = self.table();
        match &table.find(id)?.state {
            State::Finished { outcome, .. } => outcome.pictures.get(index).cloned(),
            State::Queued | State::Running => None,
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn find(&mut self, id: &str) -> Option<&mut Job> {
        let number = self.by_id.get(id)?;
        self.jobs.get_mut(number)
    }

    fn waiting_before(&self, number: u64) -> usize {
        self.jobs.range(..number).filter(|(_, job)| matches!(job.state, State::Queued)).count()
    }

    fn forget(&mut self, keep_for: Duration, keep: usize) {
        let (mut kept, mut weight) = (0, 0_usize);
        let mut gone = Vec::new();
        // The newest finished request is always kept, however heavy: somebody is about to ask for it.
        for (number, job) in self.jobs.iter().rev() {
            if let State::Finished { outcome, at } = &job.state {
                weight = weight.saturating_add(outcome.weight());
                let fits = kept == 0 || (kept < keep && weight <= MOST_BYTES);
                if fits && at.elapsed() < keep_for { kept += 1 } else { gone.push(*number) }
            }
        }
        for number in gone {
            if let Some(job) = self.jobs.remove(&number) {
                self.by_id.remove(&job.id);
            }
        }
    }
}

impl Job {
    fn finish(&mut self, outcome: Outcome) {
        self.state = State::Finished { outcome: Arc::new(outcome), at: Instant::now() };
    }
}
