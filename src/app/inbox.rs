//! What is pasted or dropped anywhere on the page: a picture, a model's document, a request as JSON
//! or as a cURL command. Here is only decided what it is; `import` does something with it.

use leptos::ev::Event;
use leptos::prelude::*;

use super::el::El;
use super::part::Part;
use super::studio::Studio;
use super::{file, import};
use crate::browser::{dom, files};
use crate::form::{Control, Draft, Field, Meaning};
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
    window_event_listener_untyped("paste", move |event| pasted(studio, &event));
    page.on("dragover", |event: Event| event.prevent_default()).on("drop", move |event: Event| {
        event.prevent_default();
        for file in files::carried(&event).0 {
            studio.when_ready(move || import::file(studio, file));
        }
    })
}

fn pasted(studio: Studio, event: &Event) {
    // A picture goes to the first field for files.
    let sheet = studio.sheet.get_untracked();
    let (pictures, text) = files::carried(event);
    let takes =
        |field: &&Field| matches!(field.control(), Control::File(_)) || field.file_item().is_some();
    let place = sheet.form.fields.iter().find(takes).filter(|_| !pictures.is_empty()).cloned();
    if let Some(place) = place {
        event.prevent_default();
        return studio.when_ready(move || file::take(Part::new(place, &sheet), pictures, None));
    }
    let text = text.unwrap_or_default();
    let Some(meaning) = sheet.form.meaning(&text) else { return };
    // There JSON is what is typed anyway.
    if meaning == Meaning::Input && dom::target_within(event, "[aria-label=JSON]").is_some() {
        return;
    }
    event.prevent_default();
    let place = dom::target_within(event, "[data-key]");
    let place = place.and_then(|place| dom::attribute(&place, "data-key"));
    studio.when_ready(move || match meaning {
        Meaning::Document => import::document(studio, text),
        Meaning::Command | Meaning::Input => import::payload(studio, text, place),
    });
}
