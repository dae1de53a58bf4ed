//! A job: what was asked for, where it stands, what came of it, and what can be done about it.

use leptos::prelude::*;

use super::failure::failure_view;
use super::pictures::{pictures, placeholders};
use super::studio::Studio;
use super::{on, words};
use crate::queue::{Cancel, Failure, Job, JobId, Phase};

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

    fn now(self) -> Job {
        self.job.with_value(|job| job.get_untracked())
    }
}

pub(super) fn job_card(studio: Studio, job: ArcRwSignal<Job>) -> AnyView {
    let title = job.with_untracked(|job| job.title.clone());
    let label = title.clone();
    let job = StoredValue::new(job);
    let state = Memo::new(move |_| job.with_value(|job| job.with(words::state)));
    let card = Card { studio, job, state };
    view! {
        <article
            class="job"
            aria-label=label
            data-state=move || state.get()
            data-request-id=move || card.with(|job| job.request_id().map(ToString::to_string))
        >
            <header class="job__head">
                <h3 class="job__title">{title}</h3>
                <span class="job__state">
                    {move || card.with(|job| words::standing(job, studio.now.get()))}
                </span>
                {move || actions(card)}
            </header>
            {move || trouble(card)}
            {move || outcome(card)}
        </article>
    }
    .into_any()
}

/// What is there of the work: places for pictures to come, pictures, or why there are none.
fn outcome(card: Card) -> Option<AnyView> {
    card.state.track();
    let job = card.now();
    match job.phase {
        Phase::Sending | Phase::Queued(..) => None,
        Phase::Running(..) | Phase::Fetching(..) => Some(placeholders(card, job.expects)),
        Phase::Done(_, output) => Some(pictures(&job.title, output)),
        Phase::Failed(id, failure) => {
            Some(failure_view(card.studio, failure, id.map(|id| id.to_string())))
        }
        Phase::Unconfirmed(failure) => Some(failure_view(card.studio, failure, None)),
        Phase::Cancelled(_) => note("Stopped before there was a picture."),
        Phase::Expired(_) => note(
            "fal no longer knows this request: results are kept for about an hour, \
             large ones for minutes.",
        ),
    }
}

fn note(sentence: &'static str) -> Option<AnyView> {
    Some(view! { <p class="job__note">{sentence}</p> }.into_any())
}

/// What hinders the page from hearing of a job that goes on all the same.
fn trouble(card: Card) -> Option<AnyView> {
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
    trouble.map(|trouble| view! { <p class="job__trouble">{trouble}</p> }.into_any())
}

fn actions(card: Card) -> Vec<AnyView> {
    let studio = card.studio;
    let button = |name: &'static str, act: fn(Studio, &Job)| {
        let act = move || act(studio, &card.now());
        view! { <button type="button" class="quiet" on:click=on::click(act)>{name}</button> }
            .into_any()
    };
    match card.state.get() {
        "sending" => Vec::new(),
        "queued" | "running" => vec![cancel_button(card)],
        state => {
            let again = state != "done" && card.now().body.is_some();
            let again = again.then(|| button("Try again", Studio::try_again));
            let reuse = button("Reuse settings", Studio::reuse);
            let remove = button("Remove", |studio, job| studio.remove(&job.id));
            again.into_iter().chain([reuse, remove]).collect()
        }
    }
}

fn cancel_button(card: Card) -> AnyView {
    let asked =
        move || card.with(|job| job.connection().is_some_and(|c| c.cancel == Cancel::Asked));
    let id: JobId = card.now().id;
    view! {
        <button
            type="button"
            class="quiet"
            title="Queued: it stops. Running: it is asked to stop and may still be billed."
            disabled=move || asked()
            on:click=on::click(move || card.studio.cancel(&id))
        >
            "Cancel"
        </button>
    }
    .into_any()
}
