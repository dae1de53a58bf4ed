//! Carries out what the job machine decides: makes its calls when it wants them made, writes its
//! jobs down, and hands the answers back to it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;

use super::storage::Key;
use super::{clock, dom, files, http, storage};
use crate::queue::{
    self, Answer, Call, Effect, Event, FileUrl, Job, JobId, Lost, Phase, Run, Runs, step,
};
use crate::settings::{ProxyUrl, Route};

/// How many jobs are kept across reloads.
const KEPT: usize = 100;

/// The jobs of this page, newest first.
pub struct Runner {
    slots: RefCell<Vec<Slot>>,
    /// How long past runs took, once it has been asked for.
    runs: RefCell<Option<Runs>>,
    /// Where calls go. Without it no job is made, and no question is asked.
    proxy: Option<ProxyUrl>,
    /// Whether the page is going away: that cuts every call off, which tells nothing of the jobs.
    leaving: Cell<bool>,
    restored: Cell<bool>,
    /// Whether the jobs could be written down the last time.
    kept: Cell<bool>,
    on_change: Box<dyn Fn(&Job)>,
    on_answer: Box<dyn Fn(&Answer)>,
    on_unkept: Box<dyn Fn()>,
}

struct Slot {
    job: Job,
    /// The next question, while it waits; dropping it takes it back.
    timer: Option<Timeout>,
    /// Whether a question is on its way.
    asking: bool,
}

impl Runner {
    /// A runner that tells of every change of a job, of every answer of the proxy, and of jobs
    /// that could not be written down.
    pub fn new(
        proxy: Option<ProxyUrl>,
        on_change: impl Fn(&Job) + 'static,
        on_answer: impl Fn(&Answer) + 'static,
        on_unkept: impl Fn() + 'static,
    ) -> Rc<Self> {
        let runner = Rc::new(Self {
            slots: RefCell::default(),
            runs: RefCell::default(),
            proxy,
            leaving: Cell::new(false),
            restored: Cell::new(false),
            kept: Cell::new(true),
            on_change: Box::new(on_change),
            on_answer: Box::new(on_answer),
            on_unkept: Box::new(on_unkept),
        });
        let leaving = Rc::clone(&runner);
        dom::on_leave(move || leaving.leaving.set(true));
        runner
    }

    /// The jobs that were written down, newest first, without moving them on yet. Only the first
    /// call brings any.
    #[inline(never)]
    pub fn restore(&self) -> Vec<Job> {
        if self.restored.replace(true) {
            return Vec::new();
        }
        let jobs = storage::read(Key::Jobs).map(|text| queue::from_text(&text)).unwrap_or_default();
        let slot = |job: &Job| Slot { job: job.clone(), timer: None, asking: false };
        self.slots.replace(jobs.iter().map(slot).collect());
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

    /// Writes a new job down and sends it.
    pub fn create(self: &Rc<Self>, job: Job) {
        let id = job.id.clone();
        self.slots.borrow_mut().insert(0, Slot { job, timer: None, asking: false });
        self.save();
        self.tell(&id, Event::Created);
    }

    /// Asks for a job to be stopped.
    pub fn cancel(self: &Rc<Self>, id: &JobId) {
        self.tell(id, Event::CancelPressed);
    }

    /// Takes a job that has ended off the list.
    pub fn forget(&self, id: &JobId) {
        self.slots.borrow_mut().retain(|slot| slot.job.id != *id);
        self.save();
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
        let Some(mut job) = job else { return };
        job.watch.forecast = self.runs(|runs| runs.forecast(&job.endpoint, job.expects.work()));
        let (mut job, effects) = step(job, event, clock::surroundings());
        let_go_of_data(&mut job);
        self.with(id, |slot| slot.job = job.clone());
        (self.on_change)(&job);
        for effect in effects {
            match effect {
                Effect::Save => self.save(),
                Effect::Learn(run) => self.learn(run),
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
                Call::Submit(_) => runner.with(&id, |slot| slot.job.body.clone()).flatten(),
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

    #[inline(never)]
    fn save(&self) {
        let slots = self.slots.borrow();
        let text = queue::to_text(slots.iter().map(|slot| &slot.job).take(KEPT));
        let kept = storage::write(Key::Jobs, &text);
        // Told once, not at every step of every job.
        if self.kept.replace(kept) && !kept {
            (self.on_unkept)();
        }
    }

    /// Remembers a run; those of other tabs stay. If they cannot be kept, they last as long as the
    /// page.
    #[inline(never)]
    fn learn(&self, run: Run) {
        let kept = storage::read(Key::Runs).map(|text| Runs::from_text(&text));
        let mut runs = kept.or_else(|| self.runs.take()).unwrap_or_default();
        runs.learn(run);
        storage::write(Key::Runs, &runs.to_text());
        self.runs.replace(Some(runs));
    }

    /// Looks at the past runs.
    #[inline(never)]
    fn runs<T>(&self, look: impl FnOnce(&Runs) -> T) -> T {
        let read = || Runs::from_text(&storage::read(Key::Runs).unwrap_or_default());
        look(self.runs.borrow_mut().get_or_insert_with(read))
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
