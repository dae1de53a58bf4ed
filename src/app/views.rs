//! The input in three views: as a form, as JSON, as a program.

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;

use super::el::{El, el};
use super::studio::Studio;
use super::{json, program};
use crate::browser::{dom, press};
use crate::form::Folded;

/// What stands in the JSON view; it outlives the view.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// The text as it was typed or written.
    pub(super) text: RwSignal<String>,
    /// What is wrong with it.
    pub(super) complaint: RwSignal<Option<String>>,
    /// The state of the form that the text stands for.
    pub(super) state: StoredValue<u64>,
    /// The files that were taken out of it.
    pub(super) folded: StoredValue<Folded, LocalStorage>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            complaint: RwSignal::new(None),
            state: StoredValue::new(0),
            folded: StoredValue::new_local(Folded::default()),
        }
    }
}

/// Which view is in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Form,
    Json,
    Code,
}

const VIEWS: [(View, &str, &str); 3] = [
    (View::Form, "Form", "view-form"),
    (View::Json, "JSON", "view-json"),
    (View::Code, "Code", "view-code"),
];

/// The tabs. `fields` is the form itself, which is hidden and not taken away: what is in it stays.
pub(super) fn views(studio: Studio, fields: El, reset: El) -> El {
    let view = studio.view;
    let desk = Desk::new();
    let keys = move |event: leptos::ev::Event| {
        if matches!(press::key_of(&event).as_str(), "ArrowRight" | "ArrowLeft") {
            let forward = press::key_of(&event) == "ArrowRight";
            dom::focus_sibling(if forward { 1 } else { -1 });
        }
    };
    let tab = |(own, name, panel): (View, &'static str, &'static str)| {
        let is = move || view.get() == own;
        el("button")
            .attr("type", "button")
            .attr("role", "tab")
            .class("tab")
            .attr("aria-controls", panel)
            .live_attr("aria-selected", move || Some(is().to_string()))
            .live_attr("tabindex", move || Some(if is() { "0" } else { "-1" }.to_owned()))
            .click(move || studio.when_ready(move || view.set(own)))
            .text(name)
    };
    let tabs = el("div")
        .class("tabs")
        .attr("role", "tablist")
        .attr("aria-label", "Views of the input")
        .on("keydown", keys)
        .children(VIEWS.map(tab));
    let panel = |id: &'static str, name: &'static str| {
        el("div").attr("id", id).attr("role", "tabpanel").attr("aria-label", name)
    };
    let form =
        panel("view-form", "Form").flag("hidden", move || view.get() != View::Form).child(fields);
    let other = move || match view.get() {
        View::Form => None,
        View::Json => Some(panel("view-json", "JSON").child(json::editor(studio, desk))),
        View::Code => Some(panel("view-code", "Code").child(program::program(studio))),
    };
    let head = el("div").class("views__head").child(tabs).child(reset);
    el("div").class("views").child(head).child(form).live(other)
}
