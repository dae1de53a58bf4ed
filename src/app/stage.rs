//! The stage: the jobs, newest on top, or a way to begin.

use leptos::prelude::*;

use super::card::job_card;
use super::on;
use super::settings::DIALOG;
use super::studio::{Link, Studio};
use crate::browser::dom;
use crate::form::{Control, Field, text_of};

#[component]
pub(super) fn Stage() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let empty = Memo::new(move |_| studio.jobs.with(Vec::is_empty));
    view! {
        <main class="stage">
            <section class="jobs" aria-label="Jobs">
                <For
                    each=move || studio.jobs.get()
                    key=|job| job.with_untracked(|job| job.id.clone())
                    children=move |job| job_card(studio, job)
                />
            </section>
            {move || empty.get().then(|| first_run(studio))}
        </main>
    }
}

/// What stands on an empty stage: how to begin, or what is in the way.
fn first_run(studio: Studio) -> AnyView {
    if studio.config.with(Option::is_some) && studio.proxy.with(Result::is_err) {
        return view! {
            <div class="empty">
                <h2>"Where is your proxy?"</h2>
                <p>
                    "This page holds no fal key. It sends requests to a proxy of yours that does, \
                    and has not been told where that is. You can write your prompt meanwhile."
                </p>
                <button type="button" class="primary" on:click=on::click(|| dom::open_dialog(DIALOG))>
                    "Set the proxy URL"
                </button>
            </div>
        }
        .into_any();
    }
    let demo = "The proxy has no fal key, so its demo engine draws the pictures: nothing leaves \
                your network and nothing is charged.";
    view! {
        <div class="empty">
            <h2>"Nothing generated yet"</h2>
            <p>"Write a prompt and press Generate, or start from one of these."</p>
            <div class="examples">{move || examples(studio)}</div>
            <p class="empty__demo" hidden=move || studio.link.get() != Link::Demo>
                {demo}
            </p>
        </div>
    }
    .into_any()
}

/// The first text with examples is what the model's authors would show off with.
fn examples(studio: Studio) -> Vec<AnyView> {
    let sheet = studio.sheet.get();
    let shown_off =
        |field: &&Field| field.control() == Control::Text && !field.property.examples.is_empty();
    let Some(field) = sheet.form.fields.iter().find(shown_off) else { return Vec::new() };
    let button = |example: String| {
        let (sheet, path, text) = (sheet.clone(), field.path.clone(), example.clone());
        let fill = move || {
            sheet.set(&path, Some(text.clone()));
            dom::focus_named(&path);
        };
        view! { <button type="button" on:click=on::click(fill)>{example}</button> }.into_any()
    };
    field.property.examples.iter().take(3).map(text_of).map(button).collect()
}
