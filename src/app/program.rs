//! The input as a program, in four languages and two ways.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::studio::Studio;
use crate::browser::dom;
use crate::code::{Language, Way, snippet};
use crate::form::Folded;

/// The choices, the program, and a way to take it along.
#[inline(never)]
pub(super) fn program(studio: Studio) -> El {
    let language = RwSignal::new(Language::Curl);
    let direct = RwSignal::new(false);
    let files = StoredValue::new_local(Folded::default());
    let copied = RwSignal::new(false);
    let text = Memo::new(move |_| {
        let sheet = studio.sheet.get();
        sheet.revision.track();
        copied.set(false);
        let mut folded = Folded::default();
        let input = sheet.form.to_text(&sheet.draft(), &mut folded);
        files.set_value(folded);
        let proxy =
            studio.way.with(|way| way.proxy.as_ref().ok().map(|url| url.as_str().to_owned()));
        let way = match &proxy {
            Some(url) if !direct.get() => Way::Proxy(url),
            _ => Way::Fal,
        };
        snippet(language.get(), way, &sheet.model.endpoint, &input)
    });
    let languages = Language::ALL.map(|own| {
        choice("|language", own.name(), move || language.get() == own, move || language.set(own))
    });
    let ways = [
        choice("|way", "Through the proxy", move || !direct.get(), move || direct.set(false)),
        choice("|way", "Straight to fal", move || direct.get(), move || direct.set(true)),
    ];
    let copy = move || {
        let whole = files.with_value(|files| files.unfold_text(&text.get_untracked()));
        spawn_local(async move { copied.set(dom::copy(&whole).await) });
    };
    let name = move || if copied.get() { "Copied" } else { "Copy" }.to_owned();
    let copy =
        dom::can_copy().then(|| el("button").attr("type", "button").click(copy).live_text(name));
    el("div")
        .class("field")
        .child(group("Language", languages.into()))
        .child(group("Where to", ways.into()))
        // What scrolls has to be reachable by key.
        .child(
            el("pre")
                .class("code")
                .attr("tabindex", "0")
                .attr("aria-label", "Code")
                .live_text(move || text.get()),
        )
        .child_if(copy)
}

fn group(name: &'static str, choices: Vec<El>) -> El {
    el("div").class("radios").attr("role", "radiogroup").attr("aria-label", name).children(choices)
}

fn choice(
    group: &'static str,
    name: &'static str,
    is: impl Fn() -> bool + Send + 'static,
    choose: impl Fn() + Send + 'static,
) -> El {
    let input = el("input").attr("type", "radio").attr("name", group).checked(is);
    el("label").class("radio").child(input.on("change", move |_| choose())).text(name)
}
