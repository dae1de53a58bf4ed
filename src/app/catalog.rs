//! The list of models, and the ways to add another.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::import;
use super::shelf::Book;
use super::studio::Studio;
use crate::browser::{dom, files, press};
use crate::queue::EndpointId;

/// The models to choose from; `open` says whether it is shown.
#[inline(never)]
pub(super) fn list(studio: Studio, open: RwSignal<bool>) -> El {
    let keys = move |event: leptos::ev::Event| match press::key_of(&event).as_str() {
        "Escape" => close(open),
        key @ ("ArrowDown" | "ArrowUp") if !dom::is_typing(&event) => {
            event.prevent_default();
            dom::focus_sibling(if key == "ArrowDown" { 1 } else { -1 });
        }
        _ => {}
    };
    let sheet = el("div")
        .class("model__list")
        .on("keydown", keys)
        .live(move || Some(books(studio, open)))
        .child(more(studio, open));
    el("div").child(el("div").class("veil").click(move || close(open))).child(sheet)
}

/// Moves the focus into the list: to the model that is in front, or else to the first.
#[inline(never)]
pub(super) fn focus_list() {
    let current = "[aria-selected=true]";
    dom::focus_in(&["#models ", current, ", #models:not(:has(", current, ")) button"].concat());
}

/// Closes the list and goes back to where it was opened from, unless somebody has left it before.
fn close(open: RwSignal<bool>) {
    if open.get_untracked() {
        open.set(false);
        dom::focus("model");
    }
}

/// What is on the shelf. By itself: what is typed below stays when a model comes or goes.
fn books(studio: Studio, open: RwSignal<bool>) -> El {
    let books = studio.shelf.books.get();
    let own: Vec<Book> = books.iter().filter(|book| book.is_own()).cloned().collect();
    let options: Vec<El> = books.into_iter().map(|book| option(studio, open, book)).collect();
    let list = el("div")
        .attr("id", "models")
        .attr("role", "listbox")
        .attr("aria-label", "Models")
        .children(options);
    el("div")
        .class("model__books")
        .child(list)
        .children(own.into_iter().map(|book| remove(studio, book)))
}

fn option(studio: Studio, open: RwSignal<bool>, book: Book) -> El {
    let selected = studio.sheet.with(|sheet| *sheet.path == book.path);
    let choose = move || {
        let path = book.path.clone();
        close(open);
        spawn_local(async move { studio.shelf.show(studio, &path).await });
    };
    el("button")
        .attr("type", "button")
        .attr("role", "option")
        .attr("aria-selected", selected.to_string())
        .click(choose)
        .text(book.name)
}

fn remove(studio: Studio, book: Book) -> El {
    let name = ["Remove ", &book.name, " from this browser"].concat();
    el("button")
        .attr("type", "button")
        .class("quiet")
        .click(move || {
            studio.shelf.remove(&book.path);
            request_animation_frame(focus_list);
        })
        .text(name)
}

/// The ways to a model that is not on the shelf: its document as a file, or by the proxy.
fn more(studio: Studio, open: RwSignal<bool>) -> El {
    let typed = RwSignal::new(String::new());
    let refusal = RwSignal::new(String::new());
    let picked = move |event: leptos::ev::Event| {
        close(open);
        for file in files::picked(&event) {
            import::file(studio, file);
        }
    };
    let ask = move || {
        let Some(endpoint) = EndpointId::parse(typed.get_untracked().trim()) else {
            return refusal.set("An endpoint id looks like fal-ai/flux/dev.".to_owned());
        };
        refusal.set("Asking the proxy…".to_owned());
        spawn_local(async move {
            match studio.shelf.ask(studio, endpoint).await {
                Ok(()) => close(open),
                Err(sentence) => refusal.set(sentence),
            }
        });
    };
    let file = el("input")
        .attr("type", "file")
        .attr("accept", ".json,application/json")
        .attr("aria-label", "Model document")
        .on("change", picked);
    let endpoint = el("input")
        .attr("type", "text")
        .attr("aria-label", "Endpoint id")
        .attr("placeholder", "fal-ai/flux/dev")
        .attr("spellcheck", "false")
        .on_text("input", move |text| typed.set(text))
        .on("keydown", move |event| {
            if press::key_of(&event) == "Enter" {
                ask();
            }
        });
    let from_proxy = el("button").attr("type", "button").click(ask).text("From the proxy");
    el("div")
        .class("model__more")
        .child(
            el("p")
                .class("field__hint")
                .text("Any other model: drop its openapi.json on the page, or choose it here."),
        )
        .child(file)
        .child(el("div").class("model__ask").child(endpoint).child(from_proxy))
        .child(
            el("p").class("field__problem").attr("role", "status").live_text(move || refusal.get()),
        )
}
