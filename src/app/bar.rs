//! The bar along the top: what this is, which model, which proxy, what colours.

use leptos::prelude::*;

use super::models::ModelPicker;
use super::on;
use super::settings::DIALOG;
use super::studio::{Link, Studio};
use crate::browser::storage::Key;
use crate::browser::{dom, storage};

#[component]
pub(super) fn Bar() -> impl IntoView {
    let studio = expect_context::<Studio>();
    let host = move || match studio.proxy.get() {
        Ok(proxy) => format!("Proxy · {}", proxy.host()),
        Err(_) if studio.config.with(Option::is_none) => "Proxy".to_owned(),
        Err(_) => "No proxy".to_owned(),
    };
    let health = move || match studio.link.get() {
        Link::Good | Link::Demo => "good",
        Link::Down => "bad",
        Link::Unknown => "unknown",
    };
    let told = move || match studio.link.get() {
        Link::Good | Link::Demo => "answers",
        Link::Down => "does not answer",
        Link::Unknown => "not asked yet",
    };
    view! {
        <header class="bar">
            <span class="brand">
                <svg viewBox="0 0 20 20" aria-hidden="true">
                    <circle cx="10" cy="10" r="7.5"></circle>
                    <path d="M10 2.5v7.5l6.5 3.75M10 10l-6.5 3.75"></path>
                </svg>
                "Flux Studio"
            </span>
            <ModelPicker />
            <span class="bar__notice">
                {move || studio.config.get().and_then(|config| config.notice)}
            </span>
            <span
                class="badge"
                title="The proxy has no fal key, so its demo engine draws the pictures. Set FAL_KEY to use the real model."
                hidden=move || studio.link.get() != Link::Demo
            >
                "Demo"
            </span>
            <button type="button" class="pill bar__proxy" on:click=on::click(|| dom::open_dialog(DIALOG))>
                <span class="dot" data-health=move || health() aria-hidden="true"></span>
                <span class="bar__host">{move || host()}</span>
                <span class="visually-hidden">{move || told()}</span>
            </button>
            <button
                type="button"
                class="quiet"
                aria-label="Theme"
                title="System, light or dark"
                on:click=on::click(|| set_theme(next_theme(theme().as_deref())))
            >
                <span aria-hidden="true">"◐"</span>
            </button>
            <button type="button" class="quiet" on:click=on::click(|| dom::open_dialog(DIALOG))>
                "Settings"
            </button>
        </header>
    }
}

/// Light or dark, when the person chose.
pub(super) fn theme() -> Option<String> {
    storage::read(Key::Theme)
}

/// Keeps and shows a choice of colours.
pub(super) fn set_theme(theme: Option<&str>) {
    match theme {
        Some(theme) => {
            storage::write(Key::Theme, theme);
        }
        None => storage::remove(Key::Theme),
    }
    dom::set_theme(theme);
}

fn next_theme(theme: Option<&str>) -> Option<&'static str> {
    match theme {
        None => Some("light"),
        Some("light") => Some("dark"),
        Some(_) => None,
    }
}
