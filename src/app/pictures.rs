//! Pictures of a result, and the places where they will be.

use leptos::prelude::*;

use super::card::Card;
use super::el::{El, Words, el};
use crate::browser::{dom, files};
use crate::queue::{Expected, ImageUrl, Output, Phase, Picture, Steps};

/// Longest file name made of a prompt, in characters.
const NAME: usize = 60;

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
        Some(Steps { done, of }) => meter.child(label.text(format!("Step {done} of {of}"))).child(
            el("progress")
                .attr("aria-label", "Steps")
                .attr("max", of.to_string())
                .attr("value", done.to_string()),
        ),
    }
}

/// The pictures of a result and the facts about them.
pub(super) fn pictures(title: &str, output: Output) -> El {
    let size = output.pictures.first().and_then(|picture| picture.size);
    let size = size.map(|(width, height)| format!("{width} × {height}"));
    let seed = output.seed.as_ref().map(|seed| format!("seed {seed}"));
    let time = output.inference_seconds.as_deref().map(|seconds| {
        let shown = seconds
            .split_once('.')
            .and_then(|(_, decimals)| seconds.len().checked_sub(decimals.len().saturating_sub(2)));
        format!("{} s of inference", shown.and_then(|end| seconds.get(..end)).unwrap_or(seconds))
    });
    let chip = |fact: String| el("li").class("chip").text(fact);
    let facts: Vec<El> = [size, seed, time].into_iter().flatten().map(chip).collect();
    let stem = stem(title, output.seed.as_deref());
    let count = output.pictures.len();
    let none = (count == 0)
        .then(|| el("p").class("job__note").text("The model answered without a picture."));
    let pictures = output.pictures.into_iter().enumerate().map(|(index, picture)| {
        let number = if count > 1 { format!("-{}", index + 1) } else { String::new() };
        let file = format!("{stem}{number}.{}", picture.extension());
        figure(title, picture, file)
    });
    let pictures: Vec<El> = pictures.collect();
    el("div")
        .class("result")
        .child(el("ul").class("chips").children(facts))
        .child(el("div").class("pictures").children(pictures))
        .child_if(none)
}

fn refused(sentence: impl Words) -> El {
    el("p").class("picture picture--refused").text(sentence)
}

fn figure(title: &str, picture: Picture, file: String) -> El {
    let url = match picture.url {
        Ok(url) => url,
        Err(address) => {
            return refused(format!(
                "This picture is not shown: its address is neither https nor on this computer \
                 ({}…).",
                address.0
            ));
        }
    };
    let covered = RwSignal::new(picture.flagged);
    let lost = RwSignal::new(false);
    let (width, height) = picture.size.map(|(w, h)| (w.to_string(), h.to_string())).unzip();
    let (address, title) = (url.as_str().to_owned(), title.to_owned());
    let image = move || {
        let view = match lost.get() {
            true => refused("This picture can no longer be loaded: its link has expired."),
            false => el("img")
                .attr("alt", title.clone())
                .maybe("width", width.clone())
                .maybe("height", height.clone())
                .attr("decoding", "async")
                .on("error", move |_| lost.set(true))
                .attr("src", address.clone()),
        };
        Some(view)
    };
    let caption = move || Some(if covered.get() { cover(covered) } else { actions(&url, &file) });
    let class = move || if covered.get() { "picture picture--covered" } else { "picture" };
    el("figure").live_attr("class", move || Some(class().to_owned())).live(image).live(caption)
}

fn cover(covered: RwSignal<bool>) -> El {
    let show = el("button").attr("type", "button").click(move || covered.set(false)).text("Show");
    el("figcaption")
        .class("picture__cover")
        .child(el("span").text("Flagged by the safety checker"))
        .child(show)
}

fn actions(url: &ImageUrl, file: &str) -> El {
    let (address, file) = (url.as_str().to_owned(), file.to_owned());
    let here = address.starts_with("blob:") || address.starts_with(&dom::page_origin());
    let hint = if here { "Save the file" } else { "Opens the file, to be saved from there" };
    let open = el("a")
        .class("button")
        .attr("href", address.clone())
        .attr("target", "_blank")
        .attr("rel", "noopener noreferrer")
        .text("Open full size");
    let download = el("button")
        .attr("type", "button")
        .attr("title", hint)
        .click(move || files::download(&address, &file))
        .text("Download");
    el("figcaption").class("picture__actions").child(download).child(open)
}

/// A file name that says what the picture is and can be found again by its seed.
fn stem(title: &str, seed: Option<&str>) -> String {
    let plain = |c: char| if c.is_ascii() && !c.is_ascii_alphanumeric() { ' ' } else { c };
    let words: String = title.chars().take(NAME).map(plain).collect();
    let words: Vec<&str> = words.split_whitespace().chain(seed).collect();
    words.join("-")
}
