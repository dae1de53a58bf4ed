//! What is pasted or dropped anywhere on the page: a picture, a model's document, a request as JSON
//! or as a cURL command. Here is only decided what it is; `import` does something with it.

use leptos::ev::Event;
use leptos::prelude::*;

use super::el::El;
use super::import;
use super::studio::Studio;
use crate::browser::{dom, files};
use crate::form::{Draft, Meaning};
use crate::queue::EndpointId;

/// What became of a payload, until the person has read it.
#[derive(Clone)]
pub(super) struct Report {
    pub(super) lines: Vec<String>,
    pub(super) before: Draft,
    /// The model that was open.
    pub(super) model: EndpointId,
    /// Where it was pasted, and the text: for those who meant just that.
    pub(super) text: Option<(String, String)>,
}

/// Lets a part of the page take what is pasted into it and dropped on it.
pub(super) fn taking(page: El, studio: Studio) -> El {
    // Where nothing has the focus, the page as a whole is what is pasted into.
    window_event_listener_untyped("paste", move |event| {
        if took(studio, &event) {
            event.prevent_default();
        }
    });
    // What is dropped beside a box would be opened in place of the page.
    page.on("dragover", |event: Event| {
        if files::are_carried(&event) || !dom::is_typing(&event) {
            event.prevent_default();
        }
    })
    .on("drop", move |event: Event| {
        if took(studio, &event) || !dom::is_typing(&event) {
            event.prevent_default();
        }
    })
}

/// Takes what a paste or a drop carries, if the page knows what to do with it. In a box for text,
/// text is text: some programs put a picture of it beside.
fn took(studio: Studio, event: &Event) -> bool {
    let sheet = studio.sheet.get_untracked();
    let (carried, text) = files::carried(event);
    let text = text.unwrap_or_default();
    let meaning = sheet.form.meaning(&text);
    if carried.is_empty() || meaning.is_some() || (!text.is_empty() && dom::is_typing(event)) {
        return meaning.is_some_and(|meaning| took_text(studio, event, meaning, text));
    }
    studio.when_ready(move || import::files(studio, carried));
    true
}

fn took_text(studio: Studio, event: &Event, meaning: Meaning, text: String) -> bool {
    // There JSON is what is typed anyway.
    if meaning == Meaning::Input && dom::target_within(event, "[aria-label=JSON]").is_some() {
        return false;
    }
    let place = dom::target_within(event, "[data-key]");
    let place = place.and_then(|place| dom::attribute(&place, "data-key"));
    studio.when_ready(move || match meaning {
        Meaning::Document => import::document(studio, text),
        Meaning::Command | Meaning::Input => import::payload(studio, text, place),
    });
    true
}
