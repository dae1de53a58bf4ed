//! A failure: whose side, what happened, what to do, where in the form, and a report to pass on.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::studio::Studio;
use crate::browser::{dom, files};
use crate::queue::{Failure, FieldFailure, Job, JobId, RequestId};

pub(super) fn failure_view(studio: Studio, job: &Job, failure: Failure) -> El {
    let request = job.request_id().or(failure.request_id.as_ref()).map(RequestId::as_str);
    let facts = match (failure.status, request) {
        (Some(status), Some(id)) => format!("Status {status} · Request {id}"),
        (Some(status), None) => format!("Status {status}"),
        (None, Some(id)) => format!("Request {id}"),
        (None, None) => String::new(),
    };
    let complaint = |field: &FieldFailure| {
        let place = field.place();
        // What is said of the whole input stands at no field.
        if place.is_empty() {
            return el("li").text(&field.message);
        }
        el("li").child(el("b").text(place)).text(format!(": {}", field.message))
    };
    let complaints: Vec<El> = failure.fields.iter().map(complaint).collect();
    let side = el("span").class("failure__side").text(failure.side.to_string());
    let words = el("div")
        .class("failure__text")
        .child(el("p").child(side).text(failure.what.clone()))
        .child(el("ul").class("failure__fields").children(complaints))
        .child(el("p").class("failure__advice").text(failure.advice.clone()))
        .child(el("p").class("failure__facts").text(facts));
    // Whether the form has them is known once it is that of the job's model.
    let are_named = failure.fields.iter().any(|field| !field.loc.is_empty());
    let endpoint = job.endpoint.clone();
    let show = are_named.then(|| {
        let show = move || studio.show_fields(&endpoint, &failure.fields);
        el("button").attr("type", "button").click(show).text("Show field")
    });
    let report = report(studio, job.id.clone());
    el("div").class("failure").child(words).child_if(show).child(report)
}

/// What somebody who can help needs to know. The input is in it only if that is ticked.
fn report(studio: Studio, id: JobId) -> El {
    let with_input = RwSignal::new(false);
    let copied = RwSignal::new(false);
    let text = async move |id: JobId| {
        let job = studio.board.job(&id.0)?.with_untracked(|job| job.clone());
        let body = studio.runner.get_value().body(&job).await;
        Some(job.failure()?.report(&job, body.as_deref(), with_input.get_untracked()))
    };
    let input = el("input").attr("type", "checkbox").checked(move || with_input.get()).on(
        "change",
        move |_| {
            with_input.update(|is| *is = !*is);
            copied.set(false);
        },
    );
    let choice = el("label").class("failure__choice").child(input).text("Include the input");
    let button = el("button").attr("type", "button");
    // Without a clipboard, as on a page served by plain http, it can still be saved.
    let button = if dom::can_copy() {
        let name = move || if copied.get() { "Report copied" } else { "Copy report" }.to_owned();
        let copy = move || {
            let id = id.clone();
            spawn_local(async move {
                if let Some(text) = text(id).await {
                    copied.set(dom::copy(&text).await);
                }
            });
        };
        button.click(copy).live_text(name)
    } else {
        let save = move || {
            let id = id.clone();
            spawn_local(async move {
                if let Some(text) = text(id).await {
                    files::download_text(&text, "report.txt");
                }
            });
        };
        button.click(save).text("Save report")
    };
    el("div").class("failure__report").child(choice).child(button)
}
