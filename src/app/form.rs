//! The panel with the form: the fields, what stands in the way, and Generate.

use leptos::prelude::*;

use super::board::Tally;
use super::el::{El, el};
use super::field::field_view;
use super::sheet::Sheet;
use super::studio::Studio;
use super::views::views;
use super::{entries, import};
use crate::browser::press;
use crate::form::{Draft, Field, Problem};

pub(super) fn panel(studio: Studio) -> El {
    let fields = move || Some(fields(&studio.sheet.get()));
    let keys = move |event| {
        if press::is_submit_shortcut(&event) {
            event.prevent_default();
            // A job costs money: a key that is held down is pressed once.
            if !press::is_repeated(&event) {
                studio.press_generate();
            }
        } else if press::would_submit(&event)
            || press::is_repeated(&event) && press::would_press(&event)
        {
            // Nor is Enter in a box enough of a word for it.
            event.prevent_default();
        }
    };
    let reset = el("button")
        .attr("type", "button")
        .class("quiet form__reset")
        .attr("title", "Every field but the prompt back to the model's default")
        .click(move || reset(studio))
        .text("Reset settings");
    let form = el("form")
        .class("form")
        .attr("aria-label", "Input")
        .attr("autocomplete", "off")
        .attr("novalidate", "")
        .on("submit", move |event| {
            event.prevent_default();
            studio.press_generate();
        })
        .on("keydown", keys)
        .child(
            el("div")
                .class("form__fields")
                .live(move || Some(import::report(studio, studio.report.get()?)))
                .child(views(studio, el("div").live(fields), reset)),
        )
        .child(foot(studio));
    entries::heard(form, studio)
}

/// Up to this many fields, the advanced ones are in view from the start.
const SHORT: usize = 12;

/// What people change from run to run, and behind a fold the rest.
fn fields(sheet: &Sheet) -> El {
    let shown = sheet.form.fields.iter().filter(|field| !field.property.hidden);
    let (primary, advanced): (Vec<&Field>, Vec<&Field>) =
        shown.partition(|field| field.is_primary());
    let list = |fields: &[&Field]| {
        let views = fields.iter().map(|field| field_view((*field).clone(), sheet));
        el("div").class("form__list").children(views)
    };
    let all = el("div").child(list(&primary));
    if advanced.is_empty() {
        return all;
    }
    let keys: Vec<String> = advanced.iter().map(|field| field.key.clone()).collect();
    let counted = sheet.clone();
    let changed = move || {
        counted.flips.track();
        let draft = counted.draft();
        match keys.iter().filter(|key| draft.is_touched(key)).count() {
            0 => String::new(),
            count => [&count.to_string(), " changed"].concat(),
        }
    };
    let is_short = primary.len() + advanced.len() <= SHORT;
    let summary = el("summary")
        .class("advanced__title")
        .text("Advanced ")
        .child(el("span").class("advanced__changed").live_text(changed));
    let fold = el("details").class("advanced").child(summary).child(list(&advanced));
    all.child(if is_short { fold.attr("open", "") } else { fold })
}

fn foot(studio: Studio) -> El {
    let generate = el("button")
        .attr("type", "submit")
        .class("primary generate")
        .live_attr("aria-busy", move || studio.is_pressed.get().then(|| "true".to_owned()))
        .on("click", |event| {
            if press::is_double(&event) {
                event.prevent_default();
            }
        })
        .text("Generate")
        .child(el("kbd").attr("aria-hidden", "true").text("Ctrl ↵"));
    let summary = el("p")
        .class("form__summary")
        .child(el("span").live_text(move || to_make(studio)))
        .child(el("span").live_text(move || under_way(studio)));
    el("div")
        .class("form__foot")
        .live(move || {
            let problems = studio.problems.get();
            (!problems.is_empty()).then(|| self::problems(studio, problems))
        })
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
#[inline(never)]
fn problems(studio: Studio, problems: Vec<Problem>) -> El {
    let line = |problem: Problem| {
        let sentence = problem.to_string();
        let show = move || studio.lead_to_key(problem.key.clone());
        let link = el("button").attr("type", "button").class("link").click(show).text(sentence);
        el("li").child(link)
    };
    let lines: Vec<El> = problems.into_iter().map(line).collect();
    el("div")
        .class("problems")
        .attr("id", "problems")
        .attr("role", "alert")
        .attr("aria-label", "Problems")
        .attr("tabindex", "-1")
        .child(el("p").text("Not sent yet:"))
        .child(el("ul").children(lines))
}

/// What Generate will make, where that is pictures.
fn to_make(studio: Studio) -> String {
    let sheet = studio.sheet.get();
    if !sheet.model.outputs.iter().any(|output| output.starts_with("image")) {
        return String::new();
    }
    let expected = sheet.form.expects(&|key| sheet.get(key));
    let count = match expected.count {
        1 => "1 image".to_owned(),
        count => [&count.to_string(), " images"].concat(),
    };
    match expected.size {
        Some((width, height)) => format!("{count} · {width} × {height}"),
        None => count,
    }
}

/// How many jobs run and wait.
fn under_way(studio: Studio) -> String {
    let Tally { running, queued, .. } = studio.board.tally();
    match (running, queued) {
        (0, 0) => String::new(),
        (running, 0) => format!("{running} running"),
        (0, queued) => format!("{queued} queued"),
        (running, queued) => format!("{running} running, {queued} queued"),
    }
}
