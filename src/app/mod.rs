//! The views. They show what the other rooms know and pass on what the person does; they refuse
//! to know protocols, storage formats and JSON.

mod bar;
mod card;
mod catalog;
mod controls;
mod el;
mod entries;
mod failure;
mod field;
mod file;
mod form;
mod import;
mod inbox;
mod items;
mod jobs;
mod json;
mod keyed;
mod kinds;
mod models;
mod outputs;
mod pictures;
mod presets;
mod program;
mod settings;
mod sheet;
mod shelf;
mod stage;
mod studio;
mod views;
mod words;

use leptos::prelude::*;

use crate::browser::dom;
use el::{El, el};
use studio::Studio;

/// Takes the page over from the shell in `index.html`, keeping what was typed into it.
pub fn start() {
    let typed = dom::typed_into_shell();
    let Some(body) = dom::body() else { return };
    let text = typed.as_ref().map(|typed| typed.text.clone());
    mount_to(body, move || app(text)).forget();
    dom::take_over(typed);
}

fn app(typed: Option<String>) -> El {
    let studio = Studio::open(typed);
    let page = el("div")
        .class("app")
        .attr("id", "studio")
        .child(bar::bar(studio))
        .live(move || bar::trouble(studio))
        .child(form::panel(studio))
        .child(stage::stage(studio))
        .live(move || studio.settings.get().then(|| settings::dialog(studio)))
        .child(
            el("p")
                .class("visually-hidden")
                .attr("role", "status")
                .live_text(move || studio.said.get().unwrap_or_default()),
        );
    inbox::taking(page, studio)
}
