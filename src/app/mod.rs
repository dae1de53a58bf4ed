//! The views. They show what the other rooms know and pass on what the person does; they refuse
//! to know protocols, storage formats and JSON.

#![expect(unreachable_pub, reason = "`#[component]` writes `pub` by itself")]

mod bar;
mod card;
mod controls;
mod failure;
mod field;
mod file;
mod form;
mod models;
mod on;
mod pictures;
mod presets;
mod settings;
mod sheet;
mod stage;
mod studio;
mod words;

use leptos::prelude::*;

use crate::browser::dom;
use studio::Studio;

/// Takes the page over from the shell in `index.html`, keeping what was typed into it.
pub fn start() {
    let typed = dom::typed_into_shell();
    let Some(body) = dom::body() else { return };
    let text = typed.as_ref().map(|typed| typed.text.clone());
    mount_to(body, move || view! { <App typed=text /> }).forget();
    dom::take_over(typed);
}

#[component]
fn App(typed: Option<String>) -> impl IntoView {
    let studio = Studio::open(typed);
    provide_context(studio);
    view! {
        <div class="app" id="studio">
            <bar::Bar />
            <form::FormPanel />
            <stage::Stage />
            <settings::SettingsDialog />
            <p class="visually-hidden" role="status">{move || studio.said.get()}</p>
        </div>
    }
}
