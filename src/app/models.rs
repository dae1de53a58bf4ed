//! The button that names the model and opens the list.

use leptos::prelude::*;

use super::catalog;
use super::el::{El, el};
use super::studio::Studio;

/// The button that names the model and opens the list.
pub(super) fn picker(studio: Studio) -> El {
    let open = RwSignal::new(false);
    let toggle = move || {
        if open.get_untracked() {
            return open.set(false);
        }
        studio.when_ready(move || {
            open.set(true);
            request_animation_frame(catalog::focus_list);
        });
    };
    let name = move || studio.sheet.with(|sheet| sheet.model.name.clone());
    let endpoint = move || studio.sheet.with(|sheet| sheet.model.endpoint.to_string());
    // The button is named for what it does, and a name has to hold all text that is visible inside
    // it (WCAG 2.5.3). So what is chosen is its description, and drawn by the style sheet.
    let drawn = |class| el("span").class(class);
    let button = el("button")
        .attr("type", "button")
        .class("pill")
        .attr("id", "model")
        .attr("aria-label", "Model")
        .live_attr("aria-description", move || Some(name()))
        .attr("aria-haspopup", "listbox")
        .live_attr("aria-expanded", move || Some(open.get().to_string()))
        .click(toggle)
        .child(drawn("model__name").live_attr("data-text", move || Some(name())))
        .child(drawn("model__id").live_attr("data-text", move || Some(endpoint())))
        .child(drawn("model__arrow"));
    el("div")
        .class("model")
        .child(button)
        .live(move || open.get().then(|| catalog::list(studio, open)))
}
