//! What the runner writes down, and finds again.

use std::rc::Rc;
use std::sync::Arc;

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

use super::{Runner, Slot, let_go_of_blobs, let_go_of_data};
use crate::browser::ledger::{Ledger, Store, Unkept};
use crate::browser::storage::{self, Key};
use crate::browser::tabs::News;
use crate::queue::{self, Body, Event, Job, JobId, Output, Phase};

/// How often the ledger may be slow to open before the page does without.
const DELAYS: u32 = 3;

impl Runner {
    /// Whether there may be jobs to restore. They are looked for in a place that is slow to open.
    pub fn has_kept() -> bool {
        storage::read(Key::Ledger).is_some() || storage::read(Key::Jobs).is_some()
    }

    /// Brings back the jobs that were written down, once, and lets them go on. Returns when they are
    /// there, whoever was the first to ask.
    pub async fn restore(self: Rc<Self>) {
        let restored = self.restored.borrow().clone();
        let restored = restored.unwrap_or_else(|| {
            let runner = Rc::clone(&self);
            let restored = future_to_promise(async move {
                runner.read_back().await;
                Ok(JsValue::UNDEFINED)
            });
            self.restored.replace(Some(restored.clone()));
            restored
        });
        JsFuture::from(restored).await.ok();
    }

    async fn read_back(self: Rc<Self>) {
        // What the others tell meanwhile is newer than what is read.
        self.hear_others();
        let mut jobs = self.restore_list().await;
        if let Some(ledger) = self.patient_ledger().await {
            match ledger.records().await {
                Ok(records) => {
                    let known = jobs.len();
                    jobs.extend(records.iter().filter_map(|record| queue::from_text(record)));
                    if jobs.len() < known + records.len() {
                        (self.told.unkept)(Unkept::Unreadable);
                    }
                }
                Err(unkept) => (self.told.unkept)(unkept),
            }
        }
        let (large, small): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(is_kept_beside);
        for job in small {
            self.put_in(job);
        }
        self.take_turns();
        // Megabytes of finished work; what is still to come does not wait for them.
        for job in large {
            if self.with(&job.id, |_| ()).is_some() {
                continue;
            }
            let job = self.with_result(job).await;
            self.put_in(job.clone());
            if self.leads.get() && job.connection().is_some() {
                self.tell(&job.id, Event::Woken);
            }
        }
    }

    /// Puts a job that was written down among the others, unless somebody told more of it meanwhile.
    fn put_in(&self, job: Job) {
        if self.gone.borrow().contains(&job.id) || self.with(&job.id, |_| ()).is_some() {
            return let_go_of_blobs(job);
        }
        self.slots.borrow_mut().push(Slot::new(job.clone(), false));
        (self.told.change)(&job);
    }

    /// Moves the jobs to where they are kept now, if an earlier version kept them elsewhere. Brings
    /// those that cannot be moved.
    async fn restore_list(&self) -> Vec<Job> {
        let Some(text) = storage::read(Key::Jobs) else { return Vec::new() };
        let mut jobs = queue::all_from_text(&text);
        while let Some(job) = jobs.last() {
            if let Err(unkept) = self.put_new(job).await {
                self.note(Err(unkept));
                return jobs;
            }
            jobs.pop();
        }
        // That may have been all there was room for.
        storage::remove(Key::Jobs);
        self.mark();
        jobs
    }

    /// The request's JSON of a job, wherever it is.
    pub async fn body(&self, job: &Job) -> Option<Arc<str>> {
        match &job.body {
            Body::Here(body) => Some(Arc::clone(body)),
            Body::Kept => self.ledger().await?.get(Store::Inputs, &job.id.0).await.map(Into::into),
            Body::Gone => None,
        }
    }

    /// Writes a job down as it is now, and tells the other tabs. What is written later comes later.
    #[inline(never)]
    pub(super) fn save(self: &Rc<Self>, job: &Job) {
        let (runner, job) = (Rc::clone(self), job.clone());
        // Until it is written down, nobody else may wonder what became of it.
        let sending = self.with(&job.id, |slot| match job.phase {
            Phase::Sending => None,
            _ => slot.sending.take(),
        });
        spawn_local(async move {
            let record = queue::to_text(&job);
            let mut is_written = false;
            if let Some(ledger) = runner.ledger().await {
                let written = write(&ledger, &job, &record).await;
                is_written = written.is_ok();
                runner.note(written);
            }
            // A long result is read where it is kept. Where it is not, it goes from hand to hand.
            let record = if is_written { record } else { queue::to_whole_text(&job) };
            runner.tell_tabs(&News::Changed(record));
            drop(sending);
        });
    }

    /// Writes down what another tab said of a job, which asks this one to.
    pub(super) fn save_for_others(self: &Rc<Self>, job: Job) {
        let runner = Rc::clone(self);
        spawn_local(async move {
            if let Some(ledger) = runner.ledger().await {
                runner.note(write(&ledger, &job, &queue::to_text(&job)).await);
            }
        });
    }

    /// Forgets what was written down of a job.
    pub(super) fn erase(self: &Rc<Self>, id: JobId) {
        let runner = Rc::clone(self);
        spawn_local(async move {
            let Some(ledger) = runner.ledger().await else { return };
            ledger.remove(&id.0).await;
            // This tab may not know them all.
            if runner.slots.borrow().is_empty()
                && ledger.records().await.is_ok_and(|records| records.is_empty())
            {
                storage::remove(Key::Ledger);
            }
        });
    }

    /// Writes a job down for the first time, with its input.
    pub(super) async fn write_new(&self, job: &Job) -> Result<(), Unkept> {
        self.mark();
        self.put_new(job).await
    }

    /// Notes that there are jobs to look for.
    fn mark(&self) {
        if !storage::write(Key::Ledger, "kept") && self.is_marked.replace(false) {
            (self.told.unkept)(Unkept::Unmarked);
        }
    }

    async fn put_new(&self, job: &Job) -> Result<(), Unkept> {
        let ledger = self.ledger().await.ok_or(Unkept::Late)?;
        let record = queue::to_text(job);
        let mut texts = vec![(Store::Jobs, &*record)];
        if let Body::Here(body) = &job.body {
            texts.push((Store::Inputs, body));
        }
        ledger.put(&job.id.0, &texts).await
    }

    pub(super) async fn ledger(&self) -> Option<Rc<Ledger>> {
        if let Some(ledger) = &*self.ledger.borrow() {
            return ledger.clone();
        }
        let opened = match Ledger::open().await {
            Ok(ledger) => Some(Rc::new(ledger)),
            // A disk that sleeps is no reason to keep nothing as long as the page is open.
            Err(Unkept::Late) if self.delays.replace(self.delays.get() + 1) < DELAYS => {
                return None;
            }
            Err(unkept) => {
                self.note(Err(unkept));
                None
            }
        };
        // Somebody else may have waited for the same.
        self.ledger.borrow_mut().get_or_insert(opened).clone()
    }

    /// The same for who would rather wait than do without.
    async fn patient_ledger(&self) -> Option<Rc<Ledger>> {
        while self.ledger.borrow().is_none() {
            if let Some(ledger) = self.ledger().await {
                return Some(ledger);
            }
        }
        self.ledger().await
    }

    /// Told once, not at every step of every job.
    pub(super) fn note(&self, written: Result<(), Unkept>) {
        if let Err(unkept) = written
            && self.kept.replace(false)
        {
            (self.told.unkept)(unkept);
        }
    }

    /// A job whose result is kept beside its record has it again.
    pub(super) async fn with_result(&self, mut job: Job) -> Job {
        if !is_kept_beside(&job) {
            return job;
        }
        if let (Phase::Fetching(id, _), Some(ledger)) = (&job.phase, self.ledger().await) {
            let text = ledger.get(Store::Outputs, &job.id.0).await;
            if let Some(output) = text.as_deref().and_then(Output::from_text) {
                job.phase = Phase::Done(id.clone(), output);
                let_go_of_data(&mut job);
            }
        }
        job
    }
}

/// Whether the result is on disk and not in the record.
fn is_kept_beside(job: &Job) -> bool {
    matches!(job.phase, Phase::Fetching(..)) && job.ended.is_some()
}

async fn write(ledger: &Ledger, job: &Job, record: &str) -> Result<(), Unkept> {
    match &job.phase {
        Phase::Done(_, output) if output.short().is_none() => {
            let texts = [(Store::Jobs, record), (Store::Outputs, output.text())];
            ledger.put(&job.id.0, &texts).await
        }
        _ => ledger.put(&job.id.0, &[(Store::Jobs, record)]).await,
    }
}
