//! Files of a result in their viewers, and the places where they will be.

use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;

use super::card::Card;
use super::el::{El, el};
use super::words;
use crate::browser::{dom, draw, files};
use crate::queue::{Expected, File, FileUrl, Phase, Steps, Unit, Viewer};

/// What tells of the progress in one of the places.
struct Meter {
    text: Element,
    bar: Element,
    line: Element,
    left: Element,
}

/// Places for the pictures to come, with as much as is known of how far the work is.
pub(super) fn placeholders(card: Card, expects: Expected) -> El {
    let (width, height) = expects.size.unwrap_or((4, 3));
    let mut meters = Vec::new();
    let mut places = el("div").class("pictures");
    for _ in 0..expects.count {
        let text = el("span").class("meter__steps");
        let bar = el("progress");
        let line = el("span").class("meter__line");
        let left = el("span").class("job__left");
        meters.push(Meter {
            text: text.element().clone(),
            bar: bar.element().clone(),
            line: line.element().clone(),
            left: left.element().clone(),
        });
        let place = el("div")
            .class("picture picture--waiting")
            .style("aspect-ratio", format!("{width} / {height}"))
            .child(el("div").class("meter").child(text).child(bar).child(line).child(left));
        places = places.child(place);
    }
    places.mirror(move |_| show_progress(card, &meters))
}

#[inline(never)]
fn show_progress(card: Card, meters: &[Meter]) {
    let steps = card.with(|job| match job.phase {
        Phase::Running(_, _, steps) => steps,
        _ => None,
    });
    let (text, line) = match steps {
        // Who can count steps need not read.
        Some(Steps { done, of, unit: Unit::Step }) => (format!("Step {done} of {of}"), None),
        Some(Steps { done, unit: Unit::Percent, .. }) => (format!("{done} %"), None),
        None => ("At work".to_owned(), card.with(|job| job.watch.log.latest())),
    };
    let (line, left) = (line.unwrap_or_default(), card.left());
    for meter in meters {
        draw::set_text(&meter.text, &text);
        draw::set_text(&meter.line, &line);
        draw::set_text(&meter.left, &left);
        dom::set_flag(&meter.bar, "hidden", steps.is_none());
        if let Some(Steps { done, of, unit }) = steps {
            let name = if unit == Unit::Step { "Steps" } else { "Progress" };
            dom::set_attribute(&meter.bar, "aria-label", Some(name));
            dom::set_attribute(&meter.bar, "max", Some(&of.to_string()));
            dom::set_attribute(&meter.bar, "value", Some(&done.to_string()));
        }
    }
}

fn refused(sentence: impl AsRef<str>) -> El {
    el("p").class("picture picture--refused").text(sentence)
}

/// A file in its viewer, or why it is not shown.
pub(super) fn figure(title: &str, label: String, file: File, save_as: String) -> El {
    let viewer = file.viewer;
    let kind = match viewer {
        Viewer::Picture => "picture",
        Viewer::Video => "video",
        Viewer::Sound => "sound",
        Viewer::Plain => "file",
    };
    let url = match file.url {
        Ok(url) => url,
        Err(address) => {
            return refused(format!(
                "This {kind} is not shown: its address is neither https nor on this computer \
                 ({}…).",
                address.0
            ));
        }
    };
    if viewer == Viewer::Plain {
        let name = file.name.unwrap_or(label);
        let mut facts = file.bytes.map(words::bytes).unwrap_or_default();
        if let Some(kind) = file.content_type {
            facts.push_str(if facts.is_empty() { "" } else { " · " });
            facts.push_str(&kind);
        }
        let about = el("p")
            .class("picture__file")
            .child(el("b").text(name.clone()))
            .child(el("span").text(facts));
        let save_as = if name.contains('.') { name } else { save_as };
        return el("figure")
            .class("picture picture--still")
            .child(about)
            .child(actions(&url, &save_as, "Open"));
    }
    let covered = RwSignal::new(file.flagged);
    let lost = RwSignal::new(false);
    let (width, height) = file.size.map(|(w, h)| (w.to_string(), h.to_string())).unzip();
    let (address, title) = (url.as_str().to_owned(), title.to_owned());
    let still = viewer != Viewer::Picture;
    let view = move || {
        if lost.get() {
            return Some(refused(if still {
                "This cannot be played: its link has expired, or this browser does not know its \
                 format."
            } else {
                "This picture can no longer be loaded: its link has expired."
            }));
        }
        let medium = match viewer {
            Viewer::Picture => el("img").attr("alt", title.clone()).attr("decoding", "async"),
            _ => el(if viewer == Viewer::Video { "video" } else { "audio" })
                .attr("aria-label", title.clone())
                .attr("preload", "metadata")
                .flag("controls", move || !covered.get()),
        };
        let medium = medium.maybe("width", width.clone()).maybe("height", height.clone());
        Some(medium.on("error", move |_| lost.set(true)).attr("src", address.clone()))
    };
    let open = if still { "Open" } else { "Open full size" };
    let caption =
        move || Some(if covered.get() { cover(covered) } else { actions(&url, &save_as, open) });
    let class = move || match (covered.get(), still) {
        (true, _) => "picture picture--covered",
        (false, true) => "picture picture--still",
        (false, false) => "picture",
    };
    el("figure").live_attr("class", move || Some(class().to_owned())).live(view).live(caption)
}

fn cover(covered: RwSignal<bool>) -> El {
    let show = el("button").attr("type", "button").click(move || covered.set(false)).text("Show");
    el("figcaption")
        .class("picture__cover")
        .child(el("span").text("Flagged by the safety checker"))
        .child(show)
}

fn actions(url: &FileUrl, file: &str, open: &'static str) -> El {
    let (address, file) = (url.as_str().to_owned(), file.to_owned());
    let here = address.starts_with("blob:") || address.starts_with(&dom::page_origin());
    let hint = if here { "Save the file" } else { "Opens the file, to be saved from there" };
    let open = el("a")
        .class("button")
        .attr("href", address.clone())
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .text(open);
    let download = el("button")
        .attr("type", "button")
        .attr("title", hint)
        .click(move || files::download(&address, &file))
        .text("Download");
    el("figcaption").class("picture__actions").child(download).child(open)
}
