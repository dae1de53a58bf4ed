//! A job: what was asked for, where it stands, what came of it, and what can be done about it.

use leptos::prelude::*;

use super::attach;
use super::bar::quiet;
use super::el::{El, el};
use super::failure::failure_view;
use super::outputs::outputs;
use super::pictures::placeholders;
use super::studio::Studio;
use super::words;
use crate::queue::{Body, Cancel, Failure, Job, JobId, Phase, RequestId};

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

    fn now(self) -> Job {
        self.job.with_value(|job| job.get_untracked())
    }
}

#[inline(never)]
pub(super) fn job_card(studio: Studio, job: ArcRwSignal<Job>) -> El {
    let title = job.with_untracked(|job| job.title.clone());
    let job = StoredValue::new(job);
    let state = Memo::new(move |_| job.with_value(|job| job.with(words::state)));
    let card = Card { studio, job, state };
    let standing = move || card.with(|job| words::standing(job, studio.now.get()));
    let head = el("header")
        .class("job__head")
        .child(el("h2").class("job__title").text(title.clone()))
        .child(el("span").class("job__state").live_text(standing))
        .live(move || Some(actions(card)));
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
    let note = |sentence: &'static str| el("p").class("job__note").text(sentence);
    let view = match job.phase {
        Phase::Sending | Phase::Queued(..) | Phase::Failed(..) | Phase::Unconfirmed(_) => {
            return None;
        }
        Phase::Running(..) | Phase::Fetching(..) => placeholders(card, job.expects),
        Phase::Done(_, output) => outputs(&job.title, output),
        Phase::Cancelled(_) => note("Stopped before there was a picture."),
        Phase::Expired(_) => note(
            "fal no longer knows this request: results are kept for about an hour, \
             large ones for minutes.",
        ),
    };
    Some(view)
}

/// What hinders the page from hearing of a job that goes on all the same.
fn trouble(card: Card) -> Option<El> {
    let sentence = |failure: &Failure| format!("{} {}", failure.what, failure.advice);
    let trouble = card.with(|job| {
        let connection = job.connection()?;
        match (&connection.trouble, &connection.cancel) {
            (Some(trouble), _) => Some(sentence(trouble)),
            (None, Cancel::Refused(refusal)) => {
                Some(format!("Not cancelled. {}", sentence(refusal)))
            }
            _ => None,
        }
    });
    trouble.map(|trouble| el("p").class("job__trouble").text(trouble))
}

fn actions(card: Card) -> El {
    let studio = card.studio;
    let button = |name: &'static str, act: fn(Studio, &Job)| {
        quiet(name).click(move || act(studio, &card.now()))
    };
    let actions = el("span").class("job__actions");
    match card.state.get() {
        "sending" => actions,
        "queued" | "running" => actions
            .live(move || card.is_unheard().then(|| remove_button(card)))
            .child_if(attach::link(studio, &card.now()))
            .child(cancel_button(card)),
        state => {
            let has_settings = card.with(|job| !job.draft.is_empty());
            let again = state != "done" && card.with(|job| job.body != Body::Gone);
            actions
                .child_if(again.then(|| button("Try again", Studio::try_again)))
                .child_if(has_settings.then(|| button("Reuse settings", Studio::reuse)))
                .child(remove_button(card))
        }
    }
}

/// At the queue a job goes on without its card.
fn remove_button(card: Card) -> El {
    quiet("Remove").click(move || card.studio.remove(&card.now().id))
}

fn cancel_button(card: Card) -> El {
    let asked =
        move || card.with(|job| job.connection().is_some_and(|c| c.cancel == Cancel::Asked));
    let id: JobId = card.now().id;
    quiet("Cancel")
        .attr("title", "Queued: it stops. Running: it is asked to stop and may still be billed.")
        .flag("disabled", asked)
        .click(move || card.studio.cancel(&id))
}
