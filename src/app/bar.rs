//! The bar along the top: what this is, which model, which proxy, what colours.

use leptos::prelude::*;

use super::el::{El, el};
use super::models;
use super::studio::{Link, Studio, Way};
use crate::browser::storage::Key;
use crate::browser::{dom, storage};

pub(super) fn bar(studio: Studio) -> El {
    let notice = studio.config.with_value(|config| config.notice.clone()).unwrap_or_default();
    let demo = "The proxy has no fal key, so its demo engine draws the pictures. \
                Set FAL_KEY to use the real model.";
    el("header")
        .class("bar")
        .child(brand())
        .child(models::picker(studio))
        .child(el("span").class("bar__notice").text(notice))
        .child(
            el("span")
                .class("badge")
                .attr("title", demo)
                .flag("hidden", move || studio.way.with(|way| way.link != Link::Demo))
                .text("Demo"),
        )
        .child(proxy_pill(studio))
        .child(
            el("button")
                .attr("type", "button")
                .class("quiet bar__theme")
                .text("◐")
                .attr("aria-label", "Theme")
                .attr("title", "System, light or dark")
                .click(|| set_theme(next_theme(dom::theme().as_deref()))),
        )
        .child(quiet("Settings").click(move || studio.open_settings()))
}

/// A button without a frame.
pub(super) fn quiet(label: &'static str) -> El {
    el("button").attr("type", "button").class("quiet").text(label)
}

fn brand() -> El {
    // The drawing itself is a mask in the style sheet.
    let name = el("span").class("brand__name").text("Flux Studio");
    el("h1").class("brand").child(el("i").class("brand__mark")).child(name)
}

fn proxy_pill(studio: Studio) -> El {
    let host = |way: &Way| match &way.proxy {
        Ok(proxy) => format!("Proxy · {}", proxy.url.host()),
        Err(_) => "No proxy".to_owned(),
    };
    let health = |way: &Way| match way.link {
        Link::Good | Link::Demo => "good",
        Link::Page | Link::Down => "bad",
        Link::Unknown => "unknown",
    };
    let told = |way: &Way| match way.link {
        Link::Good | Link::Demo => " answers",
        Link::Page => " answers with a web page, as no proxy does",
        Link::Down => " does not answer",
        Link::Unknown => " has not been asked yet",
    };
    el("button")
        .attr("type", "button")
        .class("pill bar__proxy")
        .click(move || studio.open_settings())
        .child(
            el("span")
                .class("dot")
                .live_attr("data-health", move || Some(studio.way.with(health).to_owned())),
        )
        .child(el("span").class("bar__host").live_text(move || studio.way.with(host)))
        .child(
            el("span").class("visually-hidden").live_text(move || studio.way.with(told).to_owned()),
        )
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
