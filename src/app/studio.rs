//! What all views share: the sheet, the jobs, the proxy, and the few things a person can do with
//! them.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;

use super::el::follow;
use super::inbox::Report;
use super::jobs::changed;
use super::settings::DIALOG;
use super::sheet::Sheet;
use super::shelf::{Shelf, kept_draft};
use super::views::View;
use crate::browser::runner::Runner;
use crate::browser::storage::Key;
use crate::browser::{clock, dom, drafts, http, later, policy, storage};
use crate::form::{Field, Problem};
use crate::queue::{Answer, Call, Job, Millis};
use crate::settings::{BadProxyUrl, Config, ProxyUrl, Route};

/// How long typing has to pause before it is written down.
const DRAFT_DELAY: Duration = Duration::from_millis(300);
/// How often running clocks are redrawn.
const TICK: Duration = Duration::from_millis(200);

/// The state of the page. Everything in it is a handle, so it is copied about freely.
#[derive(Clone, Copy)]
pub(super) struct Studio {
    /// The form in front of the person.
    pub(super) sheet: RwSignal<Sheet>,
    /// The models to choose from.
    pub(super) shelf: Shelf,
    /// The jobs, newest first.
    pub(super) jobs: RwSignal<Vec<ArcRwSignal<Job>>>,
    /// What is known of the way to fal.
    pub(super) way: RwSignal<Way>,
    /// What stood in the way of the last Generate.
    pub(super) problems: RwSignal<Vec<Problem>>,
    /// Which view of the input is in front.
    pub(super) view: RwSignal<View>,
    /// Whether Settings have been asked for.
    pub(super) settings: RwSignal<bool>,
    /// What became of the last payload that was pasted.
    pub(super) report: RwSignal<Option<Report>>,
    /// The seed of the last result.
    pub(super) last_seed: RwSignal<Option<String>>,
    /// What the live region says.
    pub(super) said: RwSignal<Option<String>>,
    /// What is wrong with the page as a whole, until somebody has read it.
    pub(super) trouble: RwSignal<Option<String>>,
    /// The clock, while anything runs.
    pub(super) now: RwSignal<Millis>,
    pub(super) runner: StoredValue<Rc<Runner>, LocalStorage>,
}

/// The way to fal, as far as the page knows it.
#[derive(Clone)]
pub(super) struct Way {
    /// What `config.json` says, once it has been read.
    pub(super) config: Option<Config>,
    /// Where requests go.
    pub(super) proxy: Result<ProxyUrl, BadProxyUrl>,
    /// What the last answer told.
    pub(super) link: Link,
}

/// What the last answer told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// Nobody has asked yet.
    Unknown,
    /// An answer came.
    Good,
    /// An answer came from the demo engine.
    Demo,
    /// No answer came.
    Down,
}

impl Studio {
    /// Sets the page up and lets everything that can wait come later.
    pub(super) fn open(typed: Option<String>) -> Self {
        let jobs = RwSignal::new(Vec::new());
        let way = RwSignal::new(Way {
            config: None,
            proxy: Err(BadProxyUrl::Empty),
            link: Link::Unknown,
        });
        let said = RwSignal::new(None);
        let trouble = RwSignal::new(None);
        let last_seed = RwSignal::new(storage::read(Key::LastSeed));
        let unkept = move || {
            let sentence =
                "This browser keeps no more data: jobs on this page are lost when it closes.";
            trouble.set(Some(sentence.to_owned()));
        };
        let runner = Runner::new(
            move |job| changed(jobs, said, last_seed, job),
            move |answer| heard(way, answer),
            unkept,
        );
        let shelf = Shelf::open();
        let first = shelf.first();
        let mut draft = drafts::load(first.endpoint.as_str());
        if let Some(typed) = typed.filter(|text| !text.is_empty()) {
            draft.insert("prompt", typed);
        }
        let studio = Self {
            sheet: RwSignal::new(Sheet::new(first.clone(), &draft, last_seed)),
            shelf,
            jobs,
            way,
            problems: RwSignal::new(Vec::new()),
            view: RwSignal::new(View::Form),
            settings: RwSignal::new(false),
            report: RwSignal::new(None),
            last_seed,
            said,
            trouble,
            now: RwSignal::new(clock::now()),
            runner: StoredValue::new_local(runner),
        };
        if drafts::is_of_another_state(&first) {
            // Before anything is written down for the new state.
            studio.when_ready(move || {
                studio.sheet.get_untracked().fill(&kept_draft(&first, draft, trouble));
            });
        }
        studio.keep_draft();
        studio.keep_time();
        dom::on_wake(move || studio.runner.with_value(Runner::wake));
        spawn_local(studio.configure());
        if storage::read(Key::Jobs).is_some_and(|jobs| jobs.len() > "[]".len()) {
            studio.when_ready(move || studio.restore());
        }
        studio
    }

    /// Opens Settings.
    pub(super) fn open_settings(self) {
        self.when_ready(move || {
            self.settings.set(true);
            // It is in the page after the next frame.
            request_animation_frame(|| dom::open_dialog(DIALOG));
        });
    }

    /// Reads `config.json`, narrows the policy to what it says, and lets restored jobs go on.
    async fn configure(self) {
        let reply = http::send(&Route::Own("config.json".to_owned()), None).await;
        let text = reply.ok().filter(|reply| reply.status < 400).map(|reply| reply.body);
        let config = Config::read(&text.unwrap_or_default());
        let proxy = config.proxy(storage::read(Key::Proxy).as_deref(), &dom::page_url());
        policy::narrow_connections(proxy.as_ref().ok().map(ProxyUrl::origin));
        self.runner.with_value(|runner| {
            runner.set_proxy(proxy.clone().ok());
            runner.resume();
        });
        self.way.update(|way| {
            way.proxy = proxy.clone();
            way.config = Some(config.clone());
        });
        if storage::read(Key::TestAfterReload).is_some() {
            self.open_settings();
        }
        self.shelf.configure(self, &config).await;
        if let Ok(proxy) = proxy
            && self.way.read_untracked().link == Link::Unknown
        {
            // What it says is heard by the pill in the bar.
            drop(self.ask(&proxy).await);
        }
    }

    /// Asks how far a request gets, which costs nothing.
    pub(super) async fn ask(self, proxy: &ProxyUrl) -> (Answer, Millis) {
        let start = clock::now();
        let answer = http::send(&Route::Proxy(proxy.clone(), Call::Probe), None).await;
        heard(self.way, &answer);
        let took = clock::now().saturating_sub(start);
        (answer, took)
    }

    /// Does something that needs the whole program, once that is there.
    pub(super) fn when_ready(self, act: impl FnOnce() + 'static) {
        let act: Box<dyn FnOnce()> = Box::new(act);
        spawn_local(async move {
            match later::ready().await {
                Ok(()) => act(),
                Err(sentence) => self.trouble.set(Some(sentence.to_owned())),
            }
        });
    }

    /// Puts another model's form in front of the person.
    pub(super) fn show(self, sheet: Sheet) {
        self.problems.set(Vec::new());
        self.sheet.set(sheet);
    }

    /// Moves the focus to a field.
    pub(super) fn lead_to(self, field: Field) {
        self.view.set(View::Form);
        request_animation_frame(move || dom::focus_field(&field.key, &field.path()));
    }

    fn keep_draft(self) {
        let save = move || {
            let sheet = self.sheet.get_untracked();
            drafts::save(&sheet.model, &sheet.draft());
        };
        let waiting = StoredValue::new_local(None);
        follow(move || {
            self.sheet.with(|sheet| sheet.revision.track());
            // Another change takes the place of the one that waits.
            waiting.set_value(Some(clock::later(DRAFT_DELAY, save)));
        });
        dom::on_leave(save);
    }

    fn keep_time(self) {
        let live =
            move || self.jobs.with(|jobs| jobs.iter().filter(|job| job.with(Job::is_live)).count());
        let live = Memo::new(move |_| live());
        follow(move || {
            dom::set_title(&match live.get() {
                0 => "Flux Studio".to_owned(),
                count => format!("({count}) Flux Studio"),
            });
        });
        set_interval(
            move || {
                // Ended jobs show minutes; they can wait for the next job or a look at the clock.
                if live.get_untracked() > 0 || clock::now() > self.now.get_untracked() + 30_000 {
                    self.now.set(clock::now());
                }
            },
            TICK,
        );
    }
}

impl Way {
    /// Whether it is known by now that there is nowhere to send requests to.
    pub(super) fn has_no_proxy(&self) -> bool {
        self.config.is_some() && self.proxy.is_err()
    }
}

/// Notes what an answer tells of the way to fal.
fn heard(way: RwSignal<Way>, answer: &Answer) {
    let link = Link::of(answer);
    // Nearly always the same as before, and then nobody has to be woken.
    if way.read_untracked().link != link {
        way.update(|way| way.link = link);
    }
}

impl Link {
    fn of(answer: &Answer) -> Self {
        match answer {
            Ok(reply) if reply.demo => Self::Demo,
            Ok(_) => Self::Good,
            Err(_) => Self::Down,
        }
    }
}
