//! The runner among those of the other tabs: one of them asks the queue for all, each sends its own
//! submits, and all tell each other what became of a job.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Runner, Slot, let_go_of_blobs, let_go_of_data};
use crate::browser::ledger::Store;
use crate::browser::tabs::{Hold, News, Tabs, promise};
use crate::browser::{clock, presence};
use crate::queue::{self, Body, Cancel, Event, Job, JobId, Phase};

/// How long the other tabs may take to answer.
const ANSWERING: Duration = Duration::from_secs(1);

/// The name of the tab that asks the queue.
const ASKING: &str = "flux-studio.asking";

/// The name of the tab that is sending a job.
pub(super) fn sending(id: &JobId) -> String {
    ["flux-studio.sending.", &id.0].concat()
}

impl Runner {
    /// Hears of the other tabs from now on.
    pub(super) fn hear_others(self: &Rc<Self>) {
        let hearing = Rc::clone(self);
        let tabs = Tabs::open(move |news| hearing.hear(news));
        self.tabs.replace(Some(tabs));
    }

    /// Waits for the turn to ask the queue, again and again.
    pub(super) fn take_turns(self: &Rc<Self>) {
        self.is_in_line.set(true);
        let runner = Rc::clone(self);
        spawn_local(async move {
            loop {
                let Some(turn) = Hold::of(ASKING).await else { return runner.lead() };
                let Some((handed_over, hand_over)) = promise() else { return runner.lead() };
                runner.hand_over.replace(Some(hand_over));
                runner.lead();
                if presence::is_hidden() {
                    runner.step_back();
                }
                JsFuture::from(handed_over).await.ok();
                runner.leads.set(false);
                for slot in runner.slots.borrow_mut().iter_mut() {
                    slot.timer = None;
                }
                drop(turn);
            }
        });
        let runner = Rc::clone(self);
        spawn_local(async move {
            if !presence::is_hidden() {
                runner.step_forward();
            }
        });
    }

    /// Whether this is the tab that asks the queue for all.
    pub fn leads(&self) -> bool {
        self.leads.get()
    }

    #[inline(never)]
    pub(super) fn step_forward(&self) {
        self.tell_tabs(&News::Seen);
    }

    #[inline(never)]
    pub(super) fn step_back(&self) {
        self.tell_tabs(&News::Leads);
    }

    /// Tells the other tabs, if there may be any.
    pub(super) fn tell_tabs(&self, news: &News) {
        if let Some(tabs) = &*self.tabs.borrow() {
            tabs.tell(news);
        }
    }

    /// Asks the queue for all jobs from now on.
    fn lead(self: &Rc<Self>) {
        self.leads.set(true);
        self.stop_stale();
        // What another tab has learned meanwhile is where all keep it.
        self.runs.replace(None);
        let jobs: Vec<Job> = self.slots.borrow().iter().map(|slot| slot.job.clone()).collect();
        for job in jobs {
            self.go_on(&job);
        }
    }

    fn go_on(self: &Rc<Self>, job: &Job) {
        let is_being_sent = self.with(&job.id, |slot| slot.is_being_sent());
        match job.phase {
            Phase::Sending if is_being_sent == Some(true) => {}
            Phase::Sending => self.look_after(&job.id, Found::OnDisk),
            _ => self.tell(&job.id, Event::Restored),
        }
    }

    /// Finds out what became of a job that another tab was sending. Whoever sends it may still be
    /// there.
    fn look_after(self: &Rc<Self>, id: &JobId, found: Found) {
        let (runner, id) = (Rc::clone(self), id.clone());
        spawn_local(async move {
            let held = Hold::of(&sending(&id)).await;
            // Whoever has just told of it will tell more.
            if held.is_none() && (found == Found::Heard || runner.is_sent_elsewhere(&id).await) {
                return;
            }
            let record = match runner.ledger().await {
                Some(ledger) => ledger.get(Store::Jobs, &id.0).await,
                None => None,
            };
            match record.as_deref().and_then(queue::from_text) {
                Some(job) if job.phase != Phase::Sending => runner.take(job),
                _ => runner.tell(&id, Event::Restored),
            }
            drop(held);
        });
    }

    /// Asks the other tabs whether one of them is sending a job.
    async fn is_sent_elsewhere(&self, id: &JobId) -> bool {
        self.tell_tabs(&News::WhoSends(id.0.clone()));
        clock::sleep(ANSWERING).await;
        self.with(id, |slot| slot.is_sent_elsewhere) == Some(true)
    }

    fn hear(self: &Rc<Self>, news: News) {
        match news {
            News::Changed(record) => {
                let Some(job) = queue::from_text(&record) else { return };
                if self.is_old(&job) {
                    return;
                }
                let runner = Rc::clone(self);
                spawn_local(async move {
                    let mut job = runner.with_result(job).await;
                    let_go_of_data(&mut job);
                    runner.take(job);
                });
            }
            News::Gone(id) => {
                let id = JobId(id);
                // What is on its way may not be lost from here.
                if self.with(&id, |slot| slot.is_being_sent()) != Some(true) {
                    self.drop_slot(&id);
                    (self.told.gone)(&id);
                }
            }
            News::Again(id) => self.tell(&JobId(id), Event::AskedAgain),
            News::WhoSends(id) => {
                let record = self.with(&JobId(id), |slot| {
                    slot.is_being_sent().then(|| queue::to_text(&slot.job))
                });
                if let Some(record) = record.flatten() {
                    self.tell_tabs(&News::Changed(record));
                }
            }
            News::Leads if !presence::is_hidden() => self.claim(),
            News::Seen if self.leads.get() && presence::is_hidden() => {
                if let Some(hand_over) = self.hand_over.take() {
                    hand_over.call0(&wasm_bindgen::JsValue::UNDEFINED).ok();
                }
            }
            News::Leads | News::Seen => {}
        }
    }

    /// Whether this tab knows more of a job already: that it was taken off the list, how it ended,
    /// or, of its own, how the sending goes.
    fn is_old(&self, job: &Job) -> bool {
        let knows_more = |slot: &mut Slot| {
            let has_ended = !slot.job.is_live() && !matches!(slot.job.phase, Phase::Unconfirmed(_));
            slot.is_being_sent() || has_ended
        };
        self.gone.borrow().contains(&job.id) || self.with(&job.id, knows_more) == Some(true)
    }

    /// Takes over what another tab knows of a job.
    fn take(self: &Rc<Self>, mut job: Job) {
        if self.is_old(&job) {
            return let_go_of_blobs(job);
        }
        let known = self.with(&job.id, |slot| slot.job.clone());
        if let Some(known) = &known {
            // What a record does not hold, or not all of it.
            job.go_on_from(known);
            job.draft = Arc::clone(&known.draft);
            if matches!(known.body, Body::Here(_)) {
                job.body = known.body.clone();
            }
        }
        self.foretell(&mut job);
        match &known {
            Some(_) => {
                self.with(&job.id, |slot| {
                    slot.job = job.clone();
                    slot.is_sent_elsewhere = job.phase == Phase::Sending;
                });
            }
            None => self.slots.borrow_mut().insert(0, Slot::new(job.clone(), false)),
        }
        (self.told.change)(&job);
        if !self.leads.get() {
            return;
        }
        match job.phase {
            Phase::Sending => self.look_after(&job.id, Found::Heard),
            _ if job.connection().is_some() => {
                if known.as_ref() != Some(&job) {
                    self.save_for_others(job.clone());
                }
                // A tab that asks for itself hears of its own questions.
                let is_new = known.as_ref().is_none_or(|known| known.connection().is_none());
                let is_wanted =
                    |job: &Job| job.connection().is_some_and(|c| c.cancel != Cancel::No);
                if is_new || is_wanted(&job) && !known.as_ref().is_some_and(is_wanted) {
                    self.tell(&job.id, Event::Woken);
                }
            }
            _ => {}
        }
    }
}

/// How a job that is being sent came to this tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    OnDisk,
    Heard,
}
