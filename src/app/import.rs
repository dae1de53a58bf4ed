//! What is pasted or dropped anywhere on the page: a picture, a model's document, a request as JSON
//! or as a cURL command. Each goes where it belongs, and the person is told what became of it.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::studio::Studio;
use super::{file, models};
use crate::browser::{dom, files};
use crate::code::{Pasted, pasted};
use crate::form::{Draft, Imported};

/// What became of a payload, until the person has read it.
#[derive(Clone)]
pub(super) struct Report {
    lines: Vec<String>,
    before: Draft,
    /// Where it was pasted, and the text: for those who meant just that.
    text: Option<(String, String)>,
}

/// Lets a part of the page take what is pasted into it and dropped on it.
pub(super) fn taking(page: El, studio: Studio) -> El {
    page.on("paste", move |event| take_paste(studio, &event))
        .on("dragover", |event: Event| event.prevent_default())
        .on("drop", move |event: Event| {
            event.prevent_default();
            for file in files::carried(&event).0 {
                spawn_local(async move { models::taken(studio, file).await });
            }
        })
}

fn take_paste(studio: Studio, event: &Event) {
    // A picture goes to the first field for files.
    let sheet = studio.sheet.get_untracked();
    if file::pasted(event, &sheet) {
        return;
    }
    let text = files::carried(event).1.unwrap_or_default();
    let start = text.trim_start();
    let is_command = start.starts_with("curl ");
    if !is_command && !start.starts_with('{')
        || dom::target_within(event, "[aria-label=JSON]").is_some_and(|_| !is_command)
    {
        return;
    }
    if start.contains("\"openapi\"") && start.contains("\"paths\"") {
        event.prevent_default();
        spawn_local(async move { studio.shelf.add(studio, &text).await });
        return;
    }
    match pasted(&text) {
        Ok(payload) => {
            let known = |name: &String| sheet.form.fields.iter().any(|field| field.name() == name);
            // JSON that has nothing to do with this model may well be a prompt.
            if is_command || payload.input.keys().any(known) {
                event.prevent_default();
                let place = dom::target_within(event, "[data-key]");
                let place = place.and_then(|place| dom::attribute(&place, "data-key"));
                let text = place.map(|key| (key, text));
                spawn_local(async move { import(studio, payload, text).await });
            }
        }
        Err(refusal) if is_command => {
            event.prevent_default();
            studio.trouble.set(Some(refusal.to_string()));
        }
        Err(_) => {}
    }
}

async fn import(studio: Studio, payload: Pasted, text: Option<(String, String)>) {
    let mut lines = Vec::new();
    if let Some(endpoint) = &payload.endpoint {
        let current = studio.sheet.read_untracked().model.endpoint.clone();
        if current != *endpoint && !studio.shelf.show_endpoint(studio, endpoint.as_str()).await {
            lines.push(
                ["It was written for ", endpoint.as_str(), ", which is not among your models."]
                    .concat(),
            );
        }
    }
    let sheet = studio.sheet.get_untracked();
    let before = sheet.draft();
    let Imported { draft, applied, changed, ignored } = sheet.form.import(&payload.input);
    sheet.fill(&draft);
    for (words, names) in [
        ("Filled in: ", applied),
        ("Made to fit: ", changed),
        ("Left out, as this model does not take it: ", ignored),
    ] {
        if !names.is_empty() {
            lines.push([words, &names.join(", "), "."].concat());
        }
    }
    let wrong = sheet.form.read(&draft).problems.len();
    if wrong > 0 {
        lines.push("Some of it is not right yet: press Generate to see what.".to_owned());
    }
    studio.report.set(Some(Report { lines, before, text }));
}

/// The report, with a way back.
pub(super) fn report(studio: Studio) -> Option<El> {
    let Report { lines, before, text } = studio.report.get()?;
    let undo = move || {
        let mut draft = before.clone();
        if let Some((key, text)) = &text {
            let old = draft.get(key).unwrap_or_default();
            draft.insert(key, [old, text].concat());
        }
        studio.sheet.get_untracked().fill(&draft);
        studio.report.set(None);
    };
    let button = |name: &'static str| el("button").attr("type", "button").class("quiet").text(name);
    let lines = lines.into_iter().map(|line| el("p").text(line));
    let report = el("div")
        .class("report")
        .attr("role", "status")
        .attr("aria-label", "Pasted")
        .children(lines);
    let actions = el("div")
        .child(button("Undo").click(undo))
        .child(button("Dismiss").click(move || studio.report.set(None)));
    Some(report.child(actions))
}
