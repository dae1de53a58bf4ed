//! What all views share: the sheet, the jobs, the proxy, and the few things a person can do with
//! them.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;

use super::alerts;
use super::board::Board;
use super::clocks::Clocks;
use super::el::follow;
use super::inbox::Report;
use super::jobs::changed;
use super::opening::Opening;
use super::settings::DIALOG;
use super::sheet::Sheet;
use super::shelf::{self, Shelf};
use super::trouble::Trouble;
use super::views::View;
use super::words;
use crate::browser::runner::{Runner, Told};
use crate::browser::storage::Key;
use crate::browser::{clock, dom, drafts, http, later, presence, storage};
use crate::form::{Field, Problem};
use crate::queue::{Answer, Question};
use crate::settings::{BadProxyUrl, Config, Proxy};

/// How long typing has to pause before it is written down.
const DRAFT_DELAY: Duration = Duration::from_millis(300);
/// How long to wait before the second half of the program is asked for again.
const RETRY: Duration = Duration::from_secs(2);

/// The state of the page. Everything in it is a handle, so it is copied about freely.
#[derive(Clone, Copy)]
pub(super) struct Studio {
    /// The form in front of the person.
    pub(super) sheet: RwSignal<Sheet>,
    /// The models to choose from.
    pub(super) shelf: Shelf,
    /// The jobs.
    pub(super) board: Board,
    /// What `config.json` says.
    pub(super) config: StoredValue<Config>,
    /// What is known of the way to fal.
    pub(super) way: RwSignal<Way>,
    /// Whether Generate has been pressed, and the program to do it is not there yet.
    pub(super) is_pressed: RwSignal<bool>,
    /// What stood in the way of the last Generate.
    pub(super) problems: RwSignal<Vec<Problem>>,
    /// Which view of the input is in front.
    pub(super) view: RwSignal<View>,
    /// Whether Settings have been asked for.
    pub(super) settings: RwSignal<bool>,
    /// Whether a job is looked for by its request id.
    pub(super) finding: RwSignal<bool>,
    /// What became of the last payload that was pasted.
    pub(super) report: RwSignal<Option<Report>>,
    /// The seed of the last result.
    pub(super) last_seed: RwSignal<Option<String>>,
    /// What the live region says.
    pub(super) said: RwSignal<Option<String>>,
    /// What is wrong with the page as a whole.
    pub(super) trouble: Trouble,
    /// The clocks.
    pub(super) clocks: Clocks,
    pub(super) runner: StoredValue<Rc<Runner>, LocalStorage>,
    /// What was done in the form before the whole program was there.
    waiting: StoredValue<Vec<Box<dyn FnOnce()>>, LocalStorage>,
}

/// The way to fal, as far as the page knows it.
#[derive(Clone)]
pub(super) struct Way {
    /// Where requests go.
    pub(super) proxy: Result<Proxy, BadProxyUrl>,
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
    /// A web page came: whoever is there is no proxy.
    Page,
    /// No answer came.
    Down,
}

impl Studio {
    /// Sets the page up, and lets what is not needed for the first picture of it come later.
    pub(super) fn open(opening: Opening) -> Self {
        let Opening { config, proxy, books, path, model, draft, trouble } = opening;
        let board = Board::new();
        let way = RwSignal::new(Way { proxy: proxy.clone(), link: Link::Unknown });
        let said = RwSignal::new(None);
        let trouble = Trouble::new(&trouble);
        let last_seed = RwSignal::new(storage::read(Key::LastSeed));
        let unkept = move |unkept| trouble.tell(words::unkept(unkept));
        let told = Told {
            change: Box::new(move |job| changed(board, said, last_seed, job)),
            gone: Box::new(move |id| board.take_off(id)),
            answer: Box::new(move |answer| heard(way, answer)),
            unkept: Box::new(unkept),
        };
        let runner = Runner::new(proxy.clone().ok(), told);
        let studio = Self {
            sheet: RwSignal::new(Sheet::new(&path, model, &draft, last_seed)),
            shelf: Shelf { books: RwSignal::new(books) },
            config: StoredValue::new(config),
            board,
            way,
            is_pressed: RwSignal::new(false),
            problems: RwSignal::new(Vec::new()),
            view: RwSignal::new(View::Form),
            settings: RwSignal::new(false),
            finding: RwSignal::new(false),
            report: RwSignal::new(None),
            last_seed,
            said,
            trouble,
            clocks: Clocks::new(),
            runner: StoredValue::new_local(runner),
            waiting: StoredValue::new_local(Vec::new()),
        };
        studio.keep_draft();
        presence::on_wake(move || studio.runner.with_value(Runner::wake));
        presence::on_hide(move || studio.runner.with_value(|runner| runner.rest()));
        let restore = move || {
            if Runner::has_kept() {
                studio.once_ready(move || spawn_local(studio.restore()));
            }
        };
        restore();
        // Or another tab is the first to keep some.
        storage::on_change_elsewhere(Key::Ledger, restore);
        dom::on_fragment(move || studio.once_ready(move || studio.take_up_link()));
        if storage::read(Key::TestAfterReload).is_some() {
            studio.open_settings();
        } else if let Ok(proxy) = proxy {
            // What it says is heard by the pill in the bar.
            spawn_local(async move { drop(studio.ask(&proxy).await) });
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

    /// Asks how far a request gets, which costs nothing.
    pub(super) async fn ask(self, proxy: &Proxy) -> Answer {
        let answer = http::send(&proxy.ask(Question::Status), None).await;
        heard(self.way, &answer);
        answer
    }

    /// Makes a job as soon as the program can, and one only, however often it is wanted until then.
    pub(super) fn press_generate(self) {
        if later::is_there() {
            return self.generate();
        }
        if self.is_pressed.get_untracked() {
            return;
        }
        self.is_pressed.set(true);
        spawn_local(async move {
            match later::ready().await {
                Ok(()) => {
                    self.catch_up();
                    self.generate();
                }
                Err(sentence) => self.trouble.tell(&sentence),
            }
            self.is_pressed.set(false);
        });
    }

    /// Does something that needs the whole program, once that is there.
    pub(super) fn when_ready(self, act: impl FnOnce() + 'static) {
        let act: Box<dyn FnOnce()> = Box::new(act);
        if later::is_there() {
            return act();
        }
        spawn_local(async move {
            match later::ready().await {
                Ok(()) => {
                    self.catch_up();
                    act();
                }
                Err(sentence) => self.trouble.tell(&sentence),
            }
        });
    }

    /// The same for what must not be lost, and is done before anything else that waits: a server
    /// that is away for a while is asked again, and its absence told once.
    pub(super) fn once_ready(self, act: impl FnOnce() + 'static) {
        let act: Box<dyn FnOnce()> = Box::new(act);
        if later::is_there() {
            return act();
        }
        let is_first = self.waiting.with_value(Vec::is_empty);
        self.waiting.update_value(|waiting| waiting.push(act));
        if is_first {
            spawn_local(async move {
                let mut told = String::new();
                while let Err(sentence) = later::ready().await {
                    if sentence != told {
                        self.trouble.tell(&sentence);
                        told = sentence;
                    }
                    clock::sleep(RETRY).await;
                }
                self.catch_up();
            });
        }
    }

    /// Does what has waited for the whole program, in the order in which it was asked for.
    fn catch_up(self) {
        for act in self.waiting.try_update_value(std::mem::take).unwrap_or_default() {
            act();
        }
    }

    /// Puts another model's form in front of the person.
    pub(super) fn show(self, sheet: Sheet) {
        self.problems.set(Vec::new());
        self.sheet.set(sheet);
    }

    /// Moves the focus to a field.
    pub(super) fn lead_to(self, field: Field) {
        self.lead_to_key(field.key);
    }

    /// The same by its key. What the form has no control for stands in the JSON view.
    pub(super) fn lead_to_key(self, key: String) {
        self.view.set(View::Form);
        request_animation_frame(move || {
            if !dom::focus_field(&key) {
                self.view.set(View::Json);
                request_animation_frame(|| dom::focus_in("textarea[aria-label=JSON]"));
            }
        });
    }

    /// Keeps what stands in the form for the next visit.
    pub(super) fn save(self) {
        let sheet = self.sheet.get_untracked();
        let mut draft = sheet.draft();
        // What waits for the whole program stands in the page and nowhere else.
        if self.waiting.with_value(|waiting| !waiting.is_empty()) {
            dom::each_typed(&mut |key, text| {
                if draft.get(&key).unwrap_or_default() != text {
                    draft.insert(&key, text);
                }
            });
        }
        drafts::save_prompt(&sheet.model, &draft);
        if !shelf::has_lost(self.shelf, &sheet.path)
            && !drafts::save(&sheet.path, &sheet.model, &draft)
        {
            let sentence =
                "This browser keeps no more data: what you type now is lost when the page closes.";
            self.trouble.tell(sentence);
        }
    }

    fn keep_draft(self) {
        let save = move || self.save();
        let waiting = StoredValue::new_local(None);
        follow(move || {
            self.sheet.with(|sheet| sheet.revision.track());
            // Another change takes the place of the one that waits.
            waiting.set_value(Some(clock::later(DRAFT_DELAY, save)));
        });
        presence::on_leave(save);
    }

    /// Shows how many jobs are under way to who looks elsewhere.
    pub(super) fn keep_count(self) {
        let live = Memo::new(move |_| self.board.tally().live());
        follow(move || {
            let live = live.get();
            dom::set_title(&match live {
                0 => "Flux Studio".to_owned(),
                live => format!("({live}) Flux Studio"),
            });
            alerts::under_way(live);
        });
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
            Ok(reply) if reply.body.trim_start().starts_with('<') => Self::Page,
            Ok(_) => Self::Good,
            Err(_) => Self::Down,
        }
    }
}
