//! Carries out what the job machine decides: makes its calls when it wants them made, writes its
//! jobs down, and hands the answers back to it.

mod keep;
mod share;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Function, Promise};
use wasm_bindgen_futures::spawn_local;

use super::http::Stop;
use super::ledger::{Ledger, Unkept};
use super::storage::{self, Key};
use super::tabs::{Hold, News, Tabs};
use super::{clock, dom, files, http, presence};
use crate::queue::{
    self, Answer, Body, Call, Effect, Event, FileUrl, Job, JobId, Lost, Millis, Phase, RequestId,
    Run, Runs, step,
};
use crate::settings::Proxy;

/// The jobs of this browser, as far as this tab knows them.
pub struct Runner {
    slots: RefCell<Vec<Slot>>,
    /// How long past runs took, once it has been asked for.
    runs: RefCell<Option<Runs>>,
    /// Where calls go. Without it no job is made, and no question is asked.
    proxy: Option<Proxy>,
    /// Whether the page is going away: that cuts every call off, which tells nothing of the jobs.
    leaving: Cell<bool>,
    /// Keeps its word when the jobs that were written down are back; there since somebody asked.
    restored: RefCell<Option<Promise>>,
    /// What was taken off the list while this page was open, here or in another tab.
    gone: RefCell<Vec<JobId>>,
    /// Where jobs are written down, once somebody has asked; nothing where that is refused.
    ledger: RefCell<Option<Option<Rc<Ledger>>>>,
    /// How often that was slow to open.
    delays: Cell<u32>,
    /// Whether everything could be written down until now.
    kept: Cell<bool>,
    /// Whether it could be noted until now that there are jobs to look for.
    is_marked: Cell<bool>,
    /// The way to the other tabs, once this one has joined them.
    tabs: RefCell<Option<Tabs>>,
    /// Whether this is the tab that asks the queue.
    leads: Cell<bool>,
    /// Whether it is, or waits to be.
    is_in_line: Cell<bool>,
    /// Lets another tab ask the queue.
    hand_over: RefCell<Option<Function>>,
    told: Told,
}

/// Who is told of what.
pub struct Told {
    /// A job has changed, or is new.
    pub change: Box<dyn Fn(&Job)>,
    /// Another tab has taken a job off the list.
    pub gone: Box<dyn Fn(&JobId)>,
    /// The proxy has answered, or not.
    pub answer: Box<dyn Fn(&Answer)>,
    /// Something could not be written down.
    pub unkept: Box<dyn Fn(Unkept)>,
}

struct Slot {
    job: Job,
    /// The next question, while it waits; dropping it takes it back.
    timer: Option<Timeout>,
    /// The question that is on its way.
    asking: Option<Asking>,
    /// Whether it was made in this tab.
    is_own: bool,
    /// Tells the other tabs that this one is sending it.
    sending: Option<Hold>,
    /// Whether another tab has said that it is sending it.
    is_sent_elsewhere: bool,
}

/// A question on its way.
struct Asking {
    since: Millis,
    is_of_result: bool,
    stop: Stop,
}

impl Asking {
    /// Whether it is worth asking anew when the page wakes up: the connection that it went out on may
    /// have gone while the computer slept, and nobody says so. A result may be megabytes on their way.
    fn is_stale(&self) -> bool {
        let patience = if self.is_of_result { 20_000 } else { 1_000 };
        clock::now().saturating_sub(self.since) >= patience
    }
}

impl Slot {
    fn new(job: Job, is_own: bool) -> Self {
        Self { job, timer: None, asking: None, is_own, sending: None, is_sent_elsewhere: false }
    }

    /// Whether this tab is sending it.
    fn is_being_sent(&self) -> bool {
        self.is_own && self.job.phase == Phase::Sending
    }
}

impl Runner {
    /// A runner without jobs.
    pub fn new(proxy: Option<Proxy>, told: Told) -> Rc<Self> {
        let runner = Rc::new(Self {
            slots: RefCell::default(),
            runs: RefCell::default(),
            proxy,
            leaving: Cell::new(false),
            restored: RefCell::default(),
            gone: RefCell::default(),
            ledger: RefCell::default(),
            delays: Cell::new(0),
            kept: Cell::new(true),
            is_marked: Cell::new(true),
            tabs: RefCell::default(),
            leads: Cell::new(false),
            is_in_line: Cell::new(false),
            hand_over: RefCell::default(),
            told,
        });
        let leaving = Rc::clone(&runner);
        presence::on_leave(move || leaving.leaving.set(true));
        runner
    }

    /// Lets every job ask as soon as it may, or has the tab that asks for all hand that over.
    pub fn wake(self: &Rc<Self>) {
        self.leaving.set(false);
        // Until one of these is so, the second half of the program may not be there.
        if self.leads.get() {
            self.stop_stale();
            self.tell_all(&Event::Woken);
        } else {
            self.claim();
        }
    }

    /// Has a tab that nobody sees, and that asks for all, hand that over to this one.
    fn claim(&self) {
        if self.is_in_line.get() && !self.leads.get() {
            self.step_forward();
        }
    }

    /// Lets a tab that is seen do the asking, now that nobody sees this one.
    pub fn rest(&self) {
        if self.leads.get() {
            self.step_back();
        }
    }

    fn stop_stale(&self) {
        for slot in self.slots.borrow_mut().iter_mut() {
            if let Some(asking) = slot.asking.take_if(|asking| asking.is_stale()) {
                asking.stop.stop();
            }
        }
    }

    /// Writes a new job down, and then sends it.
    pub fn create(self: &Rc<Self>, job: Job) {
        let runner = Rc::clone(self);
        self.slots.borrow_mut().insert(0, Slot::new(job.clone(), true));
        (self.told.change)(&job);
        self.claim();
        spawn_local(async move {
            let sending = Hold::of(&share::sending(&job.id)).await;
            runner.with(&job.id, |slot| slot.sending = sending);
            let written = runner.write_new(&job).await;
            runner.note(written);
            runner.tell_tabs(&News::Changed(queue::to_text(&job)));
            runner.tell(&job.id, Event::Created);
        });
    }

    /// Asks for a job to be stopped.
    pub fn cancel(self: &Rc<Self>, id: &JobId) {
        self.tell(id, Event::CancelPressed);
    }

    /// Takes up a job that is with the queue already.
    pub fn take_up(self: &Rc<Self>, job: Job) {
        let runner = Rc::clone(self);
        self.slots.borrow_mut().insert(0, Slot::new(job.clone(), true));
        (self.told.change)(&job);
        self.claim();
        spawn_local(async move {
            let written = runner.write_new(&job).await;
            runner.note(written);
            runner.tell_tabs(&News::Changed(queue::to_text(&job)));
            runner.tell(&job.id, Event::Woken);
        });
    }

    /// Gives an unconfirmed job the id by which the queue knows it.
    pub fn attach(self: &Rc<Self>, id: &JobId, request: RequestId) {
        self.tell(id, Event::Attached(request));
    }

    /// Asks once more what became of a job, whichever tab asks for all.
    pub fn ask_again(self: &Rc<Self>, id: &JobId) {
        self.tell_tabs(&News::Again(id.0.clone()));
        self.tell(id, Event::AskedAgain);
    }

    /// Takes a job off the list. At the queue it goes on.
    pub fn forget(self: &Rc<Self>, id: &JobId) {
        self.drop_slot(id);
        self.tell_tabs(&News::Gone(id.0.clone()));
        self.erase(id.clone());
    }

    fn drop_slot(&self, id: &JobId) {
        self.gone.borrow_mut().push(id.clone());
        let mut slots = self.slots.borrow_mut();
        let Some(at) = slots.iter().position(|slot| slot.job.id == *id) else { return };
        let_go_of_blobs(slots.remove(at).job);
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
        self.foretell(&mut job);
        let (mut job, effects) = step(job, event, clock::surroundings());
        let_go_of_data(&mut job);
        if self.kept.get() && job.phase != Phase::Sending && matches!(job.body, Body::Here(_)) {
            job.body = Body::Kept;
        }
        let before = self.with(id, |slot| std::mem::replace(&mut slot.job, job.clone()));
        let Some(before) = before else { return };
        // Of a job with the queue the tab that asks writes, of others the one that sends. And whoever
        // gets the last answer, though another may have begun to ask meanwhile: nobody else has it.
        let has_ended = before.is_live() && !job.is_live();
        let writes = self.leads.get() || before.phase == Phase::Sending || has_ended;
        let has_new_lines = before.watch.log != job.watch.log;
        // What was seen of it is this tab's own.
        let is_news = Job { watch: job.watch.clone(), ..before } != job;
        if is_news || has_new_lines {
            (self.told.change)(&job);
        }
        let is_saved = writes && effects.contains(&Effect::Save);
        for effect in effects {
            match effect {
                Effect::Save if writes => self.save(&job),
                Effect::Learn(run) => self.learn(run),
                Effect::Send(call @ (Call::Submit(_) | Call::Cancel(..)), _) => {
                    self.send(id, call, Stop::default());
                }
                Effect::Send(call, after) if self.leads.get() => self.ask_later(id, call, after),
                // The tab that asks for all hears of the job.
                Effect::Save | Effect::Send(..) => {}
            }
        }
        if is_news && !is_saved {
            self.tell_tabs(&News::Changed(queue::to_text(&job)));
        }
    }

    fn ask_later(self: &Rc<Self>, id: &JobId, call: Call, after: u64) {
        let (runner, name) = (Rc::clone(self), id.clone());
        let after = after.try_into().unwrap_or(u32::MAX);
        let timer = Timeout::new(after, move || {
            let asking = Asking {
                since: clock::now(),
                is_of_result: matches!(call, Call::Result(..)),
                stop: Stop::default(),
            };
            let stop = asking.stop.clone();
            let is_first = runner.with(&name, |slot| {
                let is_first = slot.asking.is_none();
                slot.asking.get_or_insert(asking);
                is_first
            });
            if is_first == Some(true) {
                runner.send(&name, call, stop);
            }
        });
        self.with(id, |slot| slot.timer = Some(timer));
    }

    #[inline(never)]
    fn send(self: &Rc<Self>, id: &JobId, call: Call, stop: Stop) {
        let (runner, id) = (Rc::clone(self), id.clone());
        spawn_local(async move {
            let is_question = matches!(call, Call::Status(..) | Call::Result(..));
            let proxy = runner.proxy.clone();
            // A question then waits for a proxy. Only a wish to cancel may not look as if heard.
            let is_unasked = proxy.is_none() && is_question;
            let is_submit = matches!(call, Call::Submit(_));
            let body = match runner.with(&id, |slot| slot.job.body.clone()) {
                Some(Body::Here(body)) if is_submit => Some(body),
                // Nothing may be sent in its place.
                _ if is_submit => return runner.tell(&id, Event::Restored),
                _ => None,
            };
            let answer = match proxy {
                Some(proxy) => {
                    let mut route = proxy.route(&call);
                    if body.is_some() {
                        route = route.once(&id.0, &dom::page_origin());
                    }
                    http::send_until(&route, body.as_deref(), stop.clone()).await
                }
                None => Err(Lost::Network),
            };
            if is_question {
                let is_this = |asking: &mut Asking| asking.stop == stop;
                let asked = runner.with(&id, |slot| slot.asking.take_if(is_this)).flatten();
                if asked.is_none() {
                    // It was stopped, and is asked anew.
                    return;
                }
            }
            if runner.proxy.is_some() {
                (runner.told.answer)(&answer);
            }
            // That the page goes away cuts calls off, which says nothing of them. An answer counts.
            let is_cut_off = runner.leaving.get() && answer.is_err();
            if is_cut_off && is_submit {
                return runner.tell(&id, Event::Restored);
            }
            if is_unasked || is_cut_off {
                return;
            }
            runner.tell(&id, Event::Answered(call, answer));
        });
    }

    /// Remembers a run; those of other tabs stay. If they cannot be kept, they last as long as the
    /// page.
    #[inline(never)]
    fn learn(&self, run: Run) {
        let kept = storage::read(Key::Runs).map(|text| Runs::from_text(&text));
        let mut runs = kept.or_else(|| self.runs.take()).unwrap_or_default();
        runs.learn(run);
        if !storage::write(Key::Runs, &runs.to_text()) {
            // What is there lacks this one, and would be taken for all there is.
            storage::remove(Key::Runs);
        }
        self.runs.replace(Some(runs));
    }

    /// Adds to a job what past runs foretell of it.
    #[inline(never)]
    fn foretell(&self, job: &mut Job) {
        let mut runs = self.runs.borrow_mut();
        let read = || Runs::from_text(&storage::read(Key::Runs).unwrap_or_default());
        let runs = runs.get_or_insert_with(read);
        job.watch.forecast = runs.forecast(&job.endpoint, job.expects.work());
    }

    fn with<T>(&self, id: &JobId, act: impl FnOnce(&mut Slot) -> T) -> Option<T> {
        self.slots.borrow_mut().iter_mut().find(|slot| slot.job.id == *id).map(act)
    }
}

/// Lets go of the files that a job has as blobs.
fn let_go_of_blobs(mut job: Job) {
    if let Phase::Done(_, output) = &mut job.phase {
        for url in output.files().filter_map(|file| file.url.as_ref().ok()) {
            files::revoke(url.as_str());
        }
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
