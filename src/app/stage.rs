//! The stage: the jobs, newest on top, or a way to begin.

use leptos::prelude::*;

use super::attach;
use super::bar::quiet;
use super::card::job_card;
use super::el::{El, el};
use super::studio::{Link, Studio};
use crate::browser::dom;
use crate::form::{Control, Field, text_of};
use crate::settings::BadProxyUrl;

/// The id of the section with the jobs.
pub(super) const JOBS: &str = "jobs";

pub(super) fn stage(studio: Studio) -> El {
    let empty = Memo::new(move |_| studio.board.is_empty());
    let is_there = Memo::new(move |_| !studio.board.is_empty() || studio.finding.get());
    let jobs = el("section").attr("id", JOBS).attr("aria-label", "Jobs").keyed(
        Box::new(move || studio.board.names()),
        Box::new(move |id| match studio.board.job(id) {
            Some(job) => job_card(studio, job),
            None => el("article"),
        }),
    );
    el("main")
        .class("stage")
        .live(move || (!empty.get()).then(|| attach::waiting(studio)))
        .child(jobs)
        .live(move || empty.get().then(|| first_run(studio)))
        .live(move || is_there.get().then(|| attach::find(studio)))
}

/// What stands on an empty stage: how to begin, or what is in the way.
fn first_run(studio: Studio) -> El {
    let empty = |title: &'static str, sentence: &str| {
        el("div").class("empty").child(el("h2").text(title)).child(el("p").text(sentence))
    };
    if let Some(bad) = studio.way.with(|way| way.proxy.as_ref().err().copied()) {
        let why = match bad {
            BadProxyUrl::Empty => ", and has not been told where that is.".to_owned(),
            bad => [". The address it was given cannot be used. ", &bad.to_string()].concat(),
        };
        let keyless = "This page holds no fal key. It sends requests to a proxy of yours that does";
        let sentence = [keyless, &why, " You can write your prompt meanwhile."].concat();
        let set = el("button")
            .attr("type", "button")
            .class("primary")
            .click(move || studio.open_settings())
            .text("Set the proxy URL");
        return empty("Where is your proxy?", &sentence).child(set);
    }
    let demo = "The proxy has no fal key, so its demo engine draws the pictures: fal is not asked \
                and nothing is charged.";
    empty("Nothing generated yet", "Write a prompt and press Generate, or start from one of these.")
        .live(move || examples(studio))
        .child(
            quiet("Find a job by its request id")
                .flag("hidden", move || studio.finding.get())
                .click(move || studio.find_job()),
        )
        .child(
            el("p")
                .class("empty__demo")
                .flag("hidden", move || studio.way.with(|way| way.link != Link::Demo))
                .text(demo),
        )
}

/// The first text with examples is what the model's authors would show off with.
fn examples(studio: Studio) -> Option<El> {
    let sheet = studio.sheet.get();
    let shown_off =
        |field: &&Field| field.control() == Control::Text && !field.property.examples.is_empty();
    let field = sheet.form.fields.iter().find(shown_off)?;
    let button = |example: String| {
        let (sheet, field, text) = (sheet.clone(), field.clone(), example.clone());
        let fill = move || {
            let (sheet, field, text) = (sheet.clone(), field.clone(), text.clone());
            studio.when_ready(move || {
                sheet.set(&field.key, Some(text.into()));
                dom::focus_field(&field.key);
            });
        };
        el("button").attr("type", "button").click(fill).text(example)
    };
    let buttons = field.property.examples.iter().take(3).map(text_of).map(button);
    Some(el("div").class("examples").children(buttons))
}
