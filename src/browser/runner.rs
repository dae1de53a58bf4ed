//! Carries out what the job machine decides: makes its calls when it wants them made, writes its
//! jobs down, and hands the answers back to it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use super::ledger::{Ledger, Store, Unkept};
use super::storage::Key;
use super::{clock, dom, files, http, storage};
use crate::queue::{
    self, Answer, Body, Call, Effect, Event, FileUrl, Job, JobId, Lost, Output, Phase, step,
};
use crate::settings::{ProxyUrl, Route};

/// The jobs of this page.
pub struct Runner {
    slots: RefCell<Vec<Slot>>,
    /// Where calls go. Without it no job is made, and no question is asked.
    proxy: Option<ProxyUrl>,
    /// Whether the page is going away: that cuts every call off, which tells nothing of the jobs.
    leaving: Cell<bool>,
    restored: Cell<bool>,
    /// Where jobs are written down, once somebody has asked; nothing where that is refused.
    ledger: RefCell<Option<Option<Rc<Ledger>>>>,
    /// Whether everything could be written down until now.
    kept: Cell<bool>,
    on_change: Box<dyn Fn(&Job)>,
    on_answer: Box<dyn Fn(&Answer)>,
    on_unkept: Box<dyn Fn(Unkept)>,
}

struct Slot {
    job: Job,
    /// The next question, while it waits; dropping it takes it back.
    timer: Option<Timeout>,
    /// Whether a question is on its way.
    asking: bool,
}

impl Slot {
    fn new(job: Job) -> Self {
        Self { job, timer: None, asking: false }
    }
}

impl Runner {
    /// A runner that tells of every change of a job, of every answer of the proxy, and of jobs
    /// that could not be written down.
    pub fn new(
        proxy: Option<ProxyUrl>,
        on_change: impl Fn(&Job) + 'static,
        on_answer: impl Fn(&Answer) + 'static,
        on_unkept: impl Fn(Unkept) + 'static,
    ) -> Rc<Self> {
        let runner = Rc::new(Self {
            slots: RefCell::default(),
            proxy,
            leaving: Cell::new(false),
            restored: Cell::new(false),
            ledger: RefCell::default(),
            kept: Cell::new(true),
            on_change: Box::new(on_change),
            on_answer: Box::new(on_answer),
            on_unkept: Box::new(on_unkept),
        });
        let leaving = Rc::clone(&runner);
        dom::on_leave(move || leaving.leaving.set(true));
        runner
    }

    /// Whether there may be jobs to restore. They are looked for in a place that is slow to open.
    pub fn has_kept() -> bool {
        storage::read(Key::Ledger).is_some() || storage::read(Key::Jobs).is_some()
    }

    /// The jobs that were written down, newest first, without moving them on yet. Only the first
    /// call brings any.
    pub async fn restore(self: Rc<Self>) -> Vec<Job> {
        if self.restored.replace(true) {
            return Vec::new();
        }
        let unmoved = self.restore_list().await;
        let mut jobs = Vec::new();
        if let Some(ledger) = self.ledger().await {
            match ledger.records().await {
                Ok(records) => {
                    // Names begin with the time, and records come in the order of names.
                    for job in records.iter().rev().filter_map(|record| queue::from_text(record)) {
                        jobs.push(with_result(job, &ledger).await);
                    }
                    if jobs.len() < records.len() {
                        (self.on_unkept)(Unkept::Unreadable);
                    }
                }
                Err(unkept) => (self.on_unkept)(unkept),
            }
        }
        jobs.extend(unmoved);
        let is_here = |job: &Job| self.with(&job.id, |_| ()).is_some();
        jobs.retain(|job| !is_here(job));
        self.slots.borrow_mut().extend(jobs.iter().cloned().map(Slot::new));
        jobs
    }

    /// Moves the jobs to where they are kept now, if an earlier version kept them elsewhere. Brings
    /// those that cannot be moved.
    async fn restore_list(&self) -> Vec<Job> {
        let Some(text) = storage::read(Key::Jobs) else { return Vec::new() };
        let mut jobs = queue::all_from_text(&text);
        while let Some(job) = jobs.last() {
            if let Err(unkept) = self.write_new(job).await {
                self.note(Err(unkept));
                return jobs;
            }
            jobs.pop();
        }
        storage::remove(Key::Jobs);
        jobs
    }

    /// Lets restored jobs go on.
    pub fn resume(self: &Rc<Self>) {
        if !self.is_idle() {
            self.tell_all(&Event::Restored);
        }
    }

    /// Lets every job ask at once.
    pub fn wake(self: &Rc<Self>) {
        self.leaving.set(false);
        if !self.is_idle() {
            self.tell_all(&Event::Woken);
        }
    }

    /// Writes a new job down, and then sends it.
    pub fn create(self: &Rc<Self>, job: Job) {
        let runner = Rc::clone(self);
        self.slots.borrow_mut().insert(0, Slot::new(job.clone()));
        spawn_local(async move {
            let written = runner.write_new(&job).await;
            runner.note(written);
            runner.tell(&job.id, Event::Created);
        });
    }

    /// The request's JSON of a job, wherever it is.
    pub async fn body(&self, job: &Job) -> Option<Arc<str>> {
        match &job.body {
            Body::Here(body) => Some(Arc::clone(body)),
            Body::Kept => self.ledger().await?.get(Store::Inputs, &job.id.0).await.map(Into::into),
            Body::Gone => None,
        }
    }

    /// Asks for a job to be stopped.
    pub fn cancel(self: &Rc<Self>, id: &JobId) {
        self.tell(id, Event::CancelPressed);
    }

    /// Takes a job that has ended off the list.
    pub fn forget(self: &Rc<Self>, id: &JobId) {
        self.slots.borrow_mut().retain(|slot| slot.job.id != *id);
        let (runner, id) = (Rc::clone(self), id.clone());
        spawn_local(async move {
            if let Some(ledger) = runner.ledger().await {
                ledger.remove(&id.0).await;
            }
            if runner.is_idle() {
                storage::remove(Key::Ledger);
            }
        });
    }

    /// Whether there is no job at all, and so nothing that the second half of the program is for.
    fn is_idle(&self) -> bool {
        self.slots.borrow().is_empty()
    }

    #[inline(never)]
    fn tell_all(self: &Rc<Self>, event: &Event) {
        let ids: Vec<JobId> = self.slots.borrow().iter().map(|s| s.job.id.clone()).collect();
        for id in ids {
            self.tell(&id, event.clone());
        }
    }

    #[inline(never)]
    fn tell(self: &Rc<Self>, id: &JobId, event: Event) {
        let job = self.with(id, |slot| slot.job.clone());
        let Some(job) = job else { return };
        let (mut job, effects) = step(job, event, clock::surroundings());
        let_go_of_data(&mut job);
        if self.kept.get() && job.phase != Phase::Sending && matches!(job.body, Body::Here(_)) {
            job.body = Body::Kept;
        }
        self.with(id, |slot| slot.job = job.clone());
        (self.on_change)(&job);
        for effect in effects {
            match effect {
                Effect::Save => self.save(&job),
                Effect::Send(call @ (Call::Submit(_) | Call::Cancel(..)), _) => self.send(id, call),
                Effect::Send(call, after) => self.ask_later(id, call, after),
            }
        }
    }

    fn ask_later(self: &Rc<Self>, id: &JobId, call: Call, after: u64) {
        let (runner, name) = (Rc::clone(self), id.clone());
        let after = after.try_into().unwrap_or(u32::MAX);
        let timer = Timeout::new(after, move || {
            let already = runner.with(&name, |slot| std::mem::replace(&mut slot.asking, true));
            if already == Some(false) {
                runner.send(&name, call);
            }
        });
        self.with(id, |slot| slot.timer = Some(timer));
    }

    #[inline(never)]
    fn send(self: &Rc<Self>, id: &JobId, call: Call) {
        let (runner, id) = (Rc::clone(self), id.clone());
        spawn_local(async move {
            let is_question = matches!(call, Call::Status(..) | Call::Result(..));
            let proxy = runner.proxy.clone();
            // A question then waits for a proxy. Only a wish to cancel may not look as if heard.
            let is_unasked = proxy.is_none() && is_question;
            let body = match call {
                Call::Submit(_) => match runner.with(&id, |slot| slot.job.body.clone()) {
                    Some(Body::Here(body)) => Some(body),
                    _ => None,
                },
                _ => None,
            };
            let answer = match proxy {
                Some(proxy) => {
                    let answer =
                        http::send(&Route::Proxy(proxy, call.clone()), body.as_deref()).await;
                    (runner.on_answer)(&answer);
                    answer
                }
                None => Err(Lost::Network),
            };
            if is_question {
                runner.with(&id, |slot| slot.asking = false);
            }
            if is_unasked || runner.leaving.get() {
                return;
            }
            runner.tell(&id, Event::Answered(call, answer));
        });
    }

    /// Writes a job down as it is now. What is written later comes later.
    #[inline(never)]
    fn save(self: &Rc<Self>, job: &Job) {
        let (runner, job) = (Rc::clone(self), job.clone());
        spawn_local(async move {
            let Some(ledger) = runner.ledger().await else { return };
            let record = queue::to_text(&job);
            let written = match &job.phase {
                Phase::Done(_, output) if output.short().is_none() => {
                    let texts = [(Store::Jobs, &*record), (Store::Outputs, &*output.text())];
                    ledger.put(&job.id.0, &texts).await
                }
                _ => ledger.put(&job.id.0, &[(Store::Jobs, &record)]).await,
            };
            runner.note(written);
        });
    }

    /// Writes a job down for the first time, with its input.
    async fn write_new(&self, job: &Job) -> Result<(), Unkept> {
        let ledger = self.ledger().await.ok_or(Unkept::Refused)?;
        let record = queue::to_text(job);
        let mut texts = vec![(Store::Jobs, &*record)];
        if let Body::Here(body) = &job.body {
            texts.push((Store::Inputs, body));
        }
        storage::write(Key::Ledger, "kept");
        ledger.put(&job.id.0, &texts).await
    }

    async fn ledger(&self) -> Option<Rc<Ledger>> {
        if let Some(ledger) = &*self.ledger.borrow() {
            return ledger.clone();
        }
        let opened = Ledger::open().await;
        // Somebody else may have waited for the same.
        let ledger = self.ledger.borrow_mut().get_or_insert(opened.ok().map(Rc::new)).clone();
        if ledger.is_none() {
            self.note(Err(Unkept::Refused));
        }
        ledger
    }

    /// Told once, not at every step of every job.
    fn note(&self, written: Result<(), Unkept>) {
        if let Err(unkept) = written
            && self.kept.replace(false)
        {
            (self.on_unkept)(unkept);
        }
    }

    fn with<T>(&self, id: &JobId, act: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.slots.borrow_mut().iter_mut().find(|slot| slot.job.id == *id).map(act)
    }
}

/// A file that came inside the reply is kept as a blob: its text would be carried about with every
/// copy of the job.
fn let_go_of_data(job: &mut Job) {
    let Phase::Done(_, output) = &mut job.phase else { return };
    for file in output.files() {
        let data = file.url.as_ref().ok().filter(|url| url.is_data());
        if let Some(url) = data.and_then(|url| files::object_url(url.as_str())) {
            file.url = FileUrl::parse(&url, file.viewer);
        }
    }
}

/// A job whose result is kept beside its record has it again.
async fn with_result(mut job: Job, ledger: &Ledger) -> Job {
    if let (Phase::Fetching(id, _), Some(_)) = (&job.phase, job.ended) {
        let text = ledger.get(Store::Outputs, &job.id.0).await;
        if let Some(output) = text.as_deref().and_then(Output::from_text) {
            job.phase = Phase::Done(id.clone(), output);
            let_go_of_data(&mut job);
        }
    }
    job
}
