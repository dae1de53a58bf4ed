//! Files of a result in their viewers, and the places where they will be.

use leptos::prelude::*;

use super::card::Card;
use super::el::{El, el};
use super::words;
use crate::browser::{dom, files};
use crate::queue::{Expected, File, FileUrl, Phase, Steps, Unit, Viewer};

/// Places for the pictures to come, with as much as is known of how far the work is.
pub(super) fn placeholders(card: Card, expects: Expected) -> El {
    let steps = Memo::new(move |_| {
        card.with(|job| match job.phase {
            Phase::Running(_, _, steps) => steps,
            _ => None,
        })
    });
    let (width, height) = expects.size.unwrap_or((4, 3));
    let place = |_| {
        el("div")
            .class("picture picture--waiting")
            .style("aspect-ratio", format!("{width} / {height}"))
            .live(move || Some(progress(steps.get())))
    };
    el("div").class("pictures").children((0..expects.count).map(place))
}

fn progress(steps: Option<Steps>) -> El {
    let meter = el("div").class("meter");
    let label = el("span").class("meter__steps");
    match steps {
        None => meter.child(label.text("At work")),
        Some(Steps { done, of, unit }) => {
            let (name, text) = match unit {
                Unit::Step => ("Steps", format!("Step {done} of {of}")),
                Unit::Percent => ("Progress", format!("{done} %")),
            };
            let bar = el("progress")
                .attr("aria-label", name)
                .attr("max", of.to_string())
                .attr("value", done.to_string());
            meter.child(label.text(text)).child(bar)
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
