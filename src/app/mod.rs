//! The views. They show what the other rooms know and pass on what the person does; they refuse
//! to know protocols, storage formats and JSON.

mod alerts;
mod attach;
mod bar;
mod board;
mod card;
mod catalog;
mod clocks;
mod connection;
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
mod log;
mod models;
mod opening;
mod outputs;
mod part;
mod pictures;
mod presets;
mod program;
mod settings;
mod sheet;
mod shelf;
mod stage;
mod studio;
mod trouble;
mod views;
mod words;

use leptos::prelude::*;

use crate::browser::storage::Key;
use crate::browser::{dom, storage};
use el::{El, el};
use opening::Opening;
use studio::Studio;

/// Takes the page over from the shell in `index.html`, keeping what was typed into it.
pub async fn start() {
    let mut opening = Opening::prepare().await;
    let Some(body) = dom::body() else { return };
    let typed = dom::typed_into_shell();
    if let Some(typed) = &typed {
        let remembered = storage::read(Key::Prompt).unwrap_or_default();
        if !opening.model.has_input("prompt") {
            // For the next one that takes it.
            storage::write(Key::Prompt, &typed.text);
        } else if !typed.text.is_empty() || !remembered.is_empty() {
            // Nothing where something was remembered was taken out by the person.
            opening.draft.insert("prompt", typed.text.clone());
        }
    }
    mount_to(body, move || app(opening)).forget();
    dom::take_over(typed);
}

fn app(opening: Opening) -> El {
    let studio = Studio::open(opening);
    let page = el("div")
        .class("app")
        .attr("id", "studio")
        .child(bar::bar(studio))
        .live(move || studio.trouble.notice())
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
