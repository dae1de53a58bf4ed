//! The panel with the form: the fields, what stands in the way, and Generate.

use leptos::ev::{ClipboardEvent, KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use super::field::field_view;
use super::studio::Studio;
use super::{file, on};
use crate::browser::dom;
use crate::form::{Control, Draft, Problem};
use crate::queue::{Job, Phase};

#[component]
pub(super) fn FormPanel() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        studio.generate();
    };
    let shortcut = move |ev: &KeyboardEvent| {
        if ev.key() == "Enter" && (ev.ctrl_key() || ev.meta_key()) {
            ev.prevent_default();
            studio.generate();
        }
    };
    // A picture pasted anywhere in the form goes to its first file field.
    let paste = move |ev: ClipboardEvent| {
        let sheet = studio.sheet.get_untracked();
        let field = sheet.form.all().into_iter().find(|f| matches!(f.control(), Control::File(_)));
        if let Some(field) = field {
            file::pasted(&ev, &sheet, field);
        }
    };
    let fields = move || {
        let sheet = studio.sheet.get();
        sheet.form.fields.iter().map(|field| field_view(field, &sheet)).collect::<Vec<AnyView>>()
    };
    let reset = move || {
        let sheet = studio.sheet.get_untracked();
        let mut kept = Draft::new();
        kept.extend(sheet.draft().remove_entry("prompt"));
        sheet.fill(&kept);
        studio.problems.set(Vec::new());
    };
    view! {
        <form
            class="form"
            aria-label="Input"
            autocomplete="off"
            novalidate=true
            on:submit=submit
            on:keydown=on::key(shortcut)
            on:paste=paste
        >
            <div class="form__fields">
                {move || fields()}
                <button
                    type="button"
                    class="quiet form__reset"
                    title="Every field but the prompt back to the model's default"
                    on:click=on::click(reset)
                >
                    "Reset settings"
                </button>
            </div>
            <div class="form__foot">
                {move || problems(studio.problems.get())}
                <button type="submit" class="primary generate">
                    "Generate"
                    <kbd aria-hidden="true">"Ctrl ↵"</kbd>
                </button>
                <p class="form__summary">
                    <span>{move || to_make(studio)}</span>
                    <span>{move || under_way(studio)}</span>
                </p>
            </div>
        </form>
    }
}

/// What keeps the form from being sent, each with a way to its field.
fn problems(problems: Vec<Problem>) -> Option<AnyView> {
    if problems.is_empty() {
        return None;
    }
    let line = |problem: Problem| {
        let sentence = problem.to_string();
        let show = move || dom::focus_named(&problem.path);
        view! {
            <li>
                <button type="button" class="link" on:click=on::click(show)>
                    {sentence}
                </button>
            </li>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = problems.into_iter().map(line).collect();
    let alert = view! {
        <div class="problems" id="problems" role="alert" aria-label="Problems" tabindex="-1">
            <p>"Not sent yet:"</p>
            <ul>{lines}</ul>
        </div>
    };
    Some(alert.into_any())
}

/// What Generate will make.
fn to_make(studio: Studio) -> String {
    let sheet = studio.sheet.get();
    let expected = sheet.form.expects(&|path| sheet.get(path));
    let count = match expected.count {
        1 => "1 image".to_owned(),
        count => format!("{count} images"),
    };
    match expected.size {
        Some((width, height)) => format!("{count} · {width} × {height}"),
        None => count,
    }
}

/// How many jobs run and wait.
fn under_way(studio: Studio) -> String {
    let count = |wanted: fn(&Phase) -> bool| {
        let is = |job: &&ArcRwSignal<Job>| job.with(|job| wanted(&job.phase));
        studio.jobs.with(|jobs| jobs.iter().filter(is).count())
    };
    let running = count(|phase| matches!(phase, Phase::Running(..) | Phase::Fetching(..)));
    let queued = count(|phase| matches!(phase, Phase::Queued(..) | Phase::Sending));
    match (running, queued) {
        (0, 0) => String::new(),
        (running, 0) => format!("{running} running"),
        (0, queued) => format!("{queued} queued"),
        (running, queued) => format!("{running} running, {queued} queued"),
    }
}
