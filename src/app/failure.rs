//! A failure: whose side, what happened, what to do, and where in the form.

use leptos::prelude::*;

use super::on;
use super::studio::Studio;
use crate::queue::{Failure, FieldFailure};

pub(super) fn failure_view(
    studio: Studio,
    failure: Failure,
    request_id: Option<String>,
) -> AnyView {
    let status = failure.status.map(|status| format!("Status {status}"));
    let request = request_id.map(|id| format!("Request {id}"));
    let facts: Vec<String> = status.into_iter().chain(request).collect();
    let complaint = |field: &FieldFailure| {
        let (at, message) = (field.loc.join("."), format!(": {}", field.message));
        view! { <li><b>{at}</b>{message}</li> }.into_any()
    };
    let complaints: Vec<AnyView> = failure.fields.iter().map(complaint).collect();
    let mapped = studio.sheet.with_untracked(|sheet| {
        failure.fields.iter().any(|field| sheet.form.find(&field.loc).is_some())
    });
    let (side, what) = (failure.side.to_string(), failure.what.clone());
    let advice = failure.advice.clone();
    let show = mapped.then(|| {
        let show = on::click(move || studio.show_fields(&failure));
        view! { <button type="button" on:click=show>"Show field"</button> }.into_any()
    });
    view! {
        <div class="failure">
            <div class="failure__text">
                <p>
                    <span class="failure__side">{side}</span>
                    {what}
                </p>
                <ul class="failure__fields">{complaints}</ul>
                <p class="failure__advice">{advice}</p>
                <p class="failure__facts">{facts.join(" · ")}</p>
            </div>
            {show}
        </div>
    }
    .into_any()
}
