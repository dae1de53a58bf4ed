//! The log of a job: its lines behind a fold, oldest first, for who wants to look.
//!
//! What is shown already is left alone when lines come: whoever reads or copies is not disturbed.

use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;
use leptos::tachys::view::{Mountable, Render};
use leptos::task::spawn_local;

use super::card::Card;
use super::el::{El, el};
use crate::browser::{dom, draw};
use crate::queue::{Line, Log};
use crate::times::elapsed;

/// The fold with the log in it.
#[inline(never)]
pub(super) fn log(card: Card) -> El {
    let is_open = RwSignal::new(false);
    let shown = StoredValue::new(Log::default());
    let rows = el("ol")
        .class("log__lines")
        .attr("aria-label", "Lines of the log")
        // What scrolls has to be reachable by key.
        .attr("tabindex", "0")
        .mirror(move |rows| {
            // Rows are made for who looks at them; they stay when the fold is closed again.
            if is_open.get() {
                shown.update_value(|shown| bring_up(card, rows, shown));
            }
        });
    let body = el("div").class("log__body").child(rows);
    el("details")
        .class("log")
        .child(el("summary").class("log__head").text("Log"))
        .child(body.child_if(dom::can_copy().then(|| copy_button(card))))
        .on("toggle", move |_| is_open.set(true))
}

/// Brings the rows to where the log is.
fn bring_up(card: Card, rows: &Element, shown: &mut Log) {
    let log = card.with(|job| job.watch.log.clone());
    if *shown != log {
        let (gone, new) = log.since(shown);
        draw::keep_end(rows, &mut || {
            draw::remove_first(rows, gone);
            for line in new {
                row(&log, line).build().mount(rows, None);
            }
        });
        *shown = log;
    }
}

fn row(log: &Log, line: &Line) -> El {
    let age = log.age(line).map(elapsed).unwrap_or_default();
    let tone = match line.level.as_str() {
        "ERROR" | "CRITICAL" | "FATAL" => "log__level log__level--bad",
        _ => "log__level",
    };
    el("li")
        .child(el("span").class("log__age").attr("title", &line.timestamp).text(age))
        .child(el("span").class(tone).text(&line.level))
        .child(el("span").class("log__text").text(line.text()))
}

fn copy_button(card: Card) -> El {
    let button = el("button").attr("type", "button").class("log__copy").text("Copy log");
    let face = button.element().clone();
    button.click(move || {
        let face = face.clone();
        spawn_local(async move {
            let is_there = dom::copy(&text(&card.now().watch.log)).await;
            draw::set_text(&face, if is_there { "Copied" } else { "Not copied" });
        });
    })
}

/// All of it, a line each with what the server says of it.
#[inline]
fn text(log: &Log) -> String {
    let mut all = String::new();
    for line in log.lines() {
        for part in [&line.timestamp, &line.level, &line.text()] {
            if !part.is_empty() {
                all.push_str(part);
                all.push(' ');
            }
        }
        all.push('\n');
    }
    all
}
