//! The panel with the form: the fields, what stands in the way, and Generate.

use leptos::prelude::*;

use super::el::{El, el};
use super::field::field_view;
use super::file;
use super::studio::Studio;
use crate::browser::dom;
use crate::form::{Control, Draft, Problem};
use crate::queue::{Job, Phase};

pub(super) fn panel(studio: Studio) -> El {
    let fields = move || {
        let sheet = studio.sheet.get();
        let views = sheet.form.fields.iter().map(|field| field_view(field, &sheet));
        Some(el("div").class("form__list").children(views))
    };
    let shortcut = move |event| {
        if dom::is_submit_shortcut(&event) {
            event.prevent_default();
            studio.generate();
        }
    };
    // A picture pasted anywhere in the form goes to its first file field.
    let paste = move |event| {
        let sheet = studio.sheet.get_untracked();
        let field = sheet.form.all().into_iter().find(|f| matches!(f.control(), Control::File(_)));
        if let Some(field) = field {
            file::pasted(&event, &sheet, field);
        }
    };
    let reset = el("button")
        .attr("type", "button")
        .class("quiet form__reset")
        .attr("title", "Every field but the prompt back to the model's default")
        .click(move || reset(studio))
        .text("Reset settings");
    el("form")
        .class("form")
        .attr("aria-label", "Input")
        .attr("autocomplete", "off")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            studio.generate();
        })
        .on("keydown", shortcut)
        .on("paste", paste)
        .child(el("div").class("form__fields").live(fields).child(reset))
        .child(foot(studio))
}

fn foot(studio: Studio) -> El {
    let generate = el("button")
        .attr("type", "submit")
        .class("primary generate")
        .text("Generate")
        .child(el("kbd").attr("aria-hidden", "true").text("Ctrl ↵"));
    let summary = el("p")
        .class("form__summary")
        .child(el("span").live_text(move || to_make(studio)))
        .child(el("span").live_text(move || under_way(studio)));
    el("div")
        .class("form__foot")
        .live(move || problems(studio.problems.get()))
        .child(generate)
        .child(summary)
}

fn reset(studio: Studio) {
    let sheet = studio.sheet.get_untracked();
    let mut kept = Draft::new();
    if let Some(prompt) = sheet.draft().get("prompt") {
        kept.insert("prompt", prompt.to_owned());
    }
    sheet.fill(&kept);
    studio.problems.set(Vec::new());
}

/// What keeps the form from being sent, each with a way to its field.
fn problems(problems: Vec<Problem>) -> Option<El> {
    if problems.is_empty() {
        return None;
    }
    let line = |problem: Problem| {
        let sentence = problem.to_string();
        let show = move || dom::focus_named(&problem.path);
        let link = el("button").attr("type", "button").class("link").click(show).text(sentence);
        el("li").child(link)
    };
    let lines: Vec<El> = problems.into_iter().map(line).collect();
    let alert = el("div")
        .class("problems")
        .attr("id", "problems")
        .attr("role", "alert")
        .attr("aria-label", "Problems")
        .attr("tabindex", "-1")
        .child(el("p").text("Not sent yet:"))
        .child(el("ul").children(lines));
    Some(alert)
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
