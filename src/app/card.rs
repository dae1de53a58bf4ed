//! A job: what was asked for, where it stands, what came of it, and what can be done about it.

use std::cell::Cell;
use std::mem;

use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;

use super::alerts;
use super::attach;
use super::bar::quiet;
use super::el::{El, el};
use super::failure::failure_view;
use super::log::log;
use super::outputs::outputs;
use super::pictures::placeholders;
use super::studio::Studio;
use super::words;
use crate::browser::{dom, draw, press};
use crate::queue::{Body, Cancel, Failure, Job, JobId, Millis, Phase, RequestId};
use crate::times;

/// What Cancel can do for a job that the model is at work for.
const STOPPING: &str = "Cancel asks it to stop; it may still be billed.";
/// And for one that waits.
const WAITING: &str = "It stops before it begins.";

/// What may be tried of a job that has ended in a way that not only fal can have made up.
const ASKING: &str = "Asks once more what became of it. Nothing is sent again.";

/// A job on a card. A handle: whatever holds it copies a few bytes.
#[derive(Clone, Copy)]
pub(super) struct Card {
    studio: Studio,
    job: StoredValue<ArcRwSignal<Job>>,
    /// The word of `data-state`; what hangs on it alone is not drawn anew with every poll.
    state: Memo<&'static str>,
}

impl Card {
    /// Looks at the job; whoever does so inside an effect is woken when it changes.
    pub(super) fn with<T>(self, look: impl FnOnce(&Job) -> T) -> T {
        self.job.with_value(|job| job.with(look))
    }

    /// Whether nothing has been heard of it for some time, and perhaps never will be.
    fn is_unheard(self) -> bool {
        self.with(|job| job.connection().is_some_and(|c| c.failures > 2))
    }

    /// Whether the model is at work for it. While its result is fetched it is not any more.
    fn is_at_work(self) -> bool {
        self.with(|job| matches!(job.phase, Phase::Running(..)))
    }

    /// Whether somebody wants it to stop.
    fn is_asked_to_stop(self) -> bool {
        self.with(|job| job.connection().is_some_and(|c| c.cancel.is_wanted()))
    }

    /// The job as it is, without being woken.
    pub(super) fn now(self) -> Job {
        self.job.with_value(|job| job.get_untracked())
    }

    /// The page, for what is done about it.
    pub(super) fn studio(self) -> Studio {
        self.studio
    }

    /// How long it may still take, in words; nothing where that is unknown.
    pub(super) fn left(self) -> String {
        let estimate = self.with(|job| job.estimate(self.clock(job)));
        estimate.map(times::left).unwrap_or_default()
    }

    /// The time by which it is told.
    fn clock(self, job: &Job) -> Millis {
        self.studio.clocks.of(job)
    }
}

#[inline(never)]
pub(super) fn job_card(studio: Studio, job: ArcRwSignal<Job>) -> El {
    let title = job.with_untracked(|job| job.title.clone());
    let job = StoredValue::new(job);
    let state = Memo::new(move |_| job.with_value(|job| job.with(words::state)));
    let card = Card { studio, job, state };
    // What can be done is the same while it waits and while it runs: a button made anew would lose the
    // focus.
    let kind = Memo::new(move |_| match state.get() {
        "queued" | "running" => "live",
        state => state,
    });
    let standing = move || card.with(|job| words::standing(job, card.clock(job)));
    let head = el("header")
        .class("job__head")
        .child(el("h2").class("job__title").text(title.clone()))
        .child(el("span").class("job__state").live_text(standing))
        .live(handing_focus_on(move || Some(actions(card, kind.get()))));
    el("article")
        .class("job")
        .attr("aria-label", title)
        .live_attr("data-state", move || Some(state.get().to_owned()))
        .live_attr("data-request-id", move || {
            card.with(|job| job.request_id().map(RequestId::to_string))
        })
        .child(head)
        .live(move || trouble(card))
        .live(move || outcome(card))
        .child(foot(card))
}

/// What stands below a job, as far as it changes by itself.
struct Foot {
    card: Card,
    clocks: Element,
    left: Element,
    stopping: Element,
    is_logged: RwSignal<bool>,
    is_long: RwSignal<bool>,
    was_live: Cell<bool>,
}

/// What is good to know besides: how long it waited and worked, and the log.
fn foot(card: Card) -> El {
    let [clocks, left, stopping] =
        ["job__clocks", "job__left", "job__stopping"].map(|class| el("span").class(class));
    let (is_logged, is_long) = (RwSignal::new(false), RwSignal::new(false));
    let foot = Foot {
        card,
        clocks: clocks.element().clone(),
        left: left.element().clone(),
        stopping: stopping.element().clone(),
        is_logged,
        is_long,
        was_live: Cell::new(false),
    };
    el("footer")
        .class("job__foot")
        .child(clocks)
        .child(left)
        .child(stopping)
        .live(move || is_long.get().then(|| alerts::offer(card)))
        .live(move || is_logged.get().then(|| log(card)))
        .mirror(move |_| foot.keep_up())
}

impl Foot {
    /// Shows what is so now, and tells of the end.
    #[inline(never)]
    fn keep_up(&self) {
        let card = self.card;
        let is_live = card.with(|job| {
            let now = card.clock(job);
            draw::set_text(&self.clocks, &times::clocks(job, now).unwrap_or_default());
            let is_logged = self.is_logged.get_untracked();
            turn(self.is_logged, is_logged || !job.watch.log.lines().is_empty());
            turn(self.is_long, job.is_live() && alerts::is_long_wait(job, now));
            job.is_live()
        });
        // Where there are places for the pictures they say it.
        let left = if card.state.get() == "queued" { card.left() } else { String::new() };
        draw::set_text(&self.left, &left);
        let is_stoppable = card.is_at_work() && !card.is_asked_to_stop();
        draw::set_text(&self.stopping, if is_stoppable { STOPPING } else { "" });
        if self.was_live.replace(is_live) && !is_live {
            alerts::ended(card.studio, &card.now());
        }
    }
}

/// Wakes whoever looks only where something has changed.
fn turn(signal: RwSignal<bool>, is: bool) {
    if signal.get_untracked() != is {
        signal.set(is);
    }
}

/// What is there of the work: places for what is to come, the result, or why there is none.
fn outcome(card: Card) -> Option<El> {
    card.state.track();
    let job = card.now();
    if let Some(failure) = job.failure() {
        let view = failure_view(card.studio, &job, failure.clone());
        let is_unconfirmed = matches!(job.phase, Phase::Unconfirmed(_));
        return Some(view.child_if(is_unconfirmed.then(|| attach::confirm(card.studio, &job))));
    }
    let note = |sentence: &str| el("p").class("job__note").text(sentence);
    let view = match job.phase {
        Phase::Sending | Phase::Queued(..) | Phase::Failed(..) | Phase::Unconfirmed(_) => {
            return None;
        }
        Phase::Running(..) | Phase::Fetching(..) => placeholders(card, job.expects),
        Phase::Done(_, output) => outputs(&job.title, output),
        Phase::Cancelled(_) => note("Stopped before there was a result."),
        Phase::Expired(id) => note(&format!(
            "fal no longer knows this request: results are kept for about an hour, large ones for \
             minutes. If it was sent by another proxy or with another key, ask again when that one is \
             in use. Request id: {id}",
        )),
    };
    Some(view)
}

/// What hinders the page from hearing of a job that goes on all the same, and from stopping it.
fn trouble(card: Card) -> Option<El> {
    let sentence = |failure: &Failure| format!("{} {}", failure.what, failure.advice);
    let trouble = card.with(|job| {
        let connection = job.connection()?;
        let refusal = match &connection.cancel {
            Cancel::Refused(refusal) => Some(refusal),
            Cancel::No | Cancel::Asked | Cancel::Taken => None,
        };
        // What hinders both is told once.
        let is_new = |lost: &&Failure| refusal.is_none_or(|refusal| refusal.what != lost.what);
        let lost = connection.trouble.as_ref().filter(is_new).map(sentence);
        let uncancelled = refusal.map(|refusal| format!("Not cancelled. {}", sentence(refusal)));
        match (uncancelled, lost) {
            (Some(uncancelled), Some(lost)) => Some([uncancelled, lost].join(" ")),
            (one, other) => one.or(other),
        }
    });
    let unheard = move || card.with(|job| times::unheard(job, card.clock(job))).unwrap_or_default();
    trouble.map(|trouble| el("p").class("job__trouble").text(trouble).live_text(unheard))
}

/// What can be done about a job that stands so.
fn actions(card: Card, kind: &'static str) -> El {
    let studio = card.studio;
    let button = |name: &'static str, act: fn(Studio, &Job)| {
        quiet(name).on("click", move |event| {
            if !press::is_double(&event) {
                act(studio, &card.now());
            }
        })
    };
    let actions = el("span").class("job__actions");
    match kind {
        "sending" => actions,
        "live" => {
            let is_unheard = Memo::new(move |_| card.is_unheard());
            // Once the result is fetched there is nothing left to stop.
            let can_stop =
                Memo::new(move |_| card.with(|job| !matches!(job.phase, Phase::Fetching(..))));
            actions
                .live(move || is_unheard.get().then(|| remove_button(card)))
                .child_if(attach::link(studio, &card.now()))
                .live(handing_focus_on(move || can_stop.get().then(|| cancel_button(card))))
        }
        _ => {
            let job = card.now();
            let has_settings = !job.draft.is_empty();
            let again = kind != "done" && job.body != Body::Gone;
            let asks = |studio: Studio, job: &Job| studio.ask_again(&job.id);
            let is_askable = job.id_to_ask_again().is_some();
            actions
                .child_if(is_askable.then(|| button("Ask again", asks).attr("title", ASKING)))
                .child_if(again.then(|| button("Try again", Studio::try_again)))
                .child_if(has_settings.then(|| button("Reuse settings", Studio::reuse)))
                .child(remove_button(card))
        }
    }
}

/// A part that may go by itself while somebody is in it with the focus: what is beside or around it
/// has the focus then.
fn handing_focus_on(
    part: impl Fn() -> Option<El> + Send + 'static,
) -> impl Fn() -> Option<El> + Send + 'static {
    let shown = StoredValue::new_local(None::<Element>);
    move || {
        let part = part();
        let now = part.as_ref().map(|part| part.element().clone());
        if let Some(leaving) = shown.try_update_value(|shown| mem::replace(shown, now)).flatten() {
            dom::hand_focus_on(&leaving);
        }
        part
    }
}

/// At the queue a job goes on without its card.
fn remove_button(card: Card) -> El {
    quiet("Remove").on("click", move |event| {
        // The next card has come to where this one was.
        if press::is_double(&event) {
            return;
        }
        if let Some(place) = dom::target_within(&event, ".job") {
            dom::hand_focus_on(&place);
        }
        card.studio.remove(&card.now().id);
    })
}

fn cancel_button(card: Card) -> El {
    let id: JobId = card.now().id;
    let is_at_work = Memo::new(move |_| card.is_at_work());
    let hint = move || if is_at_work.get() { STOPPING } else { WAITING }.to_owned();
    // What is disabled loses the focus.
    let is_asked = Memo::new(move |_| card.is_asked_to_stop());
    quiet("Cancel")
        .live_attr("title", move || Some(hint()))
        .live_attr("aria-disabled", move || is_asked.get().then(|| "true".to_owned()))
        .click(move || {
            if !is_asked.get_untracked() {
                card.studio.cancel(&id);
            }
        })
}
