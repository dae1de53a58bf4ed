//! What was pasted or dropped, put where it belongs, and a report of what became of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::file::take;
use super::inbox::Report;
use super::part::Part;
use super::studio::Studio;
use crate::browser::files;
use crate::code::{Pasted, pasted};
use crate::form::{Control, Field, Imported};

/// Takes files for models' documents, if they say so, and others to the first field for files.
#[inline(never)]
pub(super) fn files(studio: Studio, carried: Vec<files::CarriedFile>) {
    let (documents, others): (Vec<_>, Vec<_>) = carried.into_iter().partition(files::is_json);
    for document in documents {
        file(studio, document);
    }
    let sheet = studio.sheet.get_untracked();
    let takes =
        |field: &&Field| matches!(field.control(), Control::File(_)) || field.file_item().is_some();
    match sheet.form.fields.iter().find(takes).cloned() {
        Some(place) if !others.is_empty() => take(Part::new(place, &sheet), others, None),
        Some(_) => {}
        // It may be a document by another name.
        None => others.into_iter().for_each(|other| file(studio, other)),
    }
}

/// Takes a file for a model's document.
pub(super) fn file(studio: Studio, file: files::CarriedFile) {
    spawn_local(async move {
        match files::short_text(&file).await {
            Some(text) => studio.shelf.add(studio, &text).await,
            None => {
                let sentence = "That file is too large for a model's document, or cannot be read.";
                studio.trouble.tell(sentence);
            }
        }
    });
}

/// Takes a pasted text for a model's document.
#[inline(never)]
pub(super) fn document(studio: Studio, text: String) {
    spawn_local(async move { studio.shelf.add(studio, &text).await });
}

/// Puts a pasted request into the form; `place` is the key of the field that it was pasted into.
#[inline(never)]
pub(super) fn payload(studio: Studio, text: String, place: Option<String>) {
    match pasted(&text) {
        Ok(payload) => {
            let text = place.map(|key| (key, text));
            spawn_local(async move { import(studio, payload, text).await });
        }
        Err(refusal) => studio.trouble.tell(&refusal.to_string()),
    }
}

async fn import(studio: Studio, payload: Pasted, text: Option<(String, String)>) {
    let mut lines = Vec::new();
    let model = studio.sheet.read_untracked().model.endpoint.clone();
    let before = studio.sheet.get_untracked().draft();
    if let Some(endpoint) = payload.endpoint.as_ref().filter(|endpoint| **endpoint != model)
        && !studio.shelf.show_endpoint(studio, endpoint.as_str()).await
    {
        let words = ["It was written for ", endpoint.as_str(), ", which is not among your models."];
        lines.push(words.concat());
    }
    let sheet = studio.sheet.get_untracked();
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
    studio.report.set(Some(Report { lines, before, model, text }));
}

/// The report, with a way back.
#[inline(never)]
pub(super) fn report(studio: Studio, report: Report) -> El {
    let Report { lines, before, model, text } = report;
    let undo = move || {
        let mut draft = before.clone();
        if let Some((key, text)) = &text {
            let old = draft.get(key).unwrap_or_default();
            draft.insert(key, [old, text].concat());
        }
        studio.report.set(None);
        let model = model.clone();
        spawn_local(async move {
            studio.shelf.show_endpoint(studio, model.as_str()).await;
            studio.sheet.get_untracked().fill(&draft);
        });
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
    report.child(actions)
}
