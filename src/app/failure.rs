//! A failure: whose side, what happened, what to do, and where in the form.

use leptos::prelude::*;

use super::el::{El, el};
use super::studio::Studio;
use crate::queue::{Failure, FieldFailure};

pub(super) fn failure_view(studio: Studio, failure: Failure, request_id: Option<String>) -> El {
    let facts = match (failure.status, request_id) {
        (Some(status), Some(id)) => format!("Status {status} · Request {id}"),
        (Some(status), None) => format!("Status {status}"),
        (None, Some(id)) => format!("Request {id}"),
        (None, None) => String::new(),
    };
    let complaint = |field: &FieldFailure| {
        let at = el("b").text(field.place());
        el("li").child(at).text(format!(": {}", field.message))
    };
    let complaints: Vec<El> = failure.fields.iter().map(complaint).collect();
    let mapped = studio.sheet.with_untracked(|sheet| {
        let draft = sheet.draft();
        failure.fields.iter().any(|field| sheet.form.find(&field.loc, &draft).is_some())
    });
    let side = el("span").class("failure__side").text(failure.side.to_string());
    let words = el("div")
        .class("failure__text")
        .child(el("p").child(side).text(failure.what.clone()))
        .child(el("ul").class("failure__fields").children(complaints))
        .child(el("p").class("failure__advice").text(failure.advice.clone()))
        .child(el("p").class("failure__facts").text(facts));
    let show = mapped.then(|| {
        let show = move || studio.show_fields(&failure);
        el("button").attr("type", "button").click(show).text("Show field")
    });
    el("div").class("failure").child(words).child_if(show)
}
