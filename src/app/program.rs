//! The input as a program, in four languages and two ways.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::studio::Studio;
use crate::browser::dom;
use crate::code::{Language, Way, snippet};
use crate::form::Folded;
use crate::settings::{Header, Style};

/// The choices, the program, and a way to take it along.
#[inline(never)]
pub(super) fn program(studio: Studio) -> El {
    let language = RwSignal::new(Language::Curl);
    let direct = RwSignal::new(false);
    let files = StoredValue::new_local(Folded::default());
    let copied = RwSignal::new(None);
    // Without a proxy there is but one way.
    let has_proxy = move || studio.way.with(|way| way.proxy.is_ok());
    let is_direct = move || direct.get() || !has_proxy();
    let text = Memo::new(move |_| {
        let sheet = studio.sheet.get();
        sheet.revision.track();
        copied.set(None);
        let mut folded = Folded::default();
        let input = sheet.form.to_text(&sheet.draft(), &mut folded);
        files.set_value(folded);
        let proxy = studio.way.with(|way| way.proxy.clone());
        let way = match &proxy {
            Ok(proxy) if !is_direct() => match proxy.style {
                Style::Header => Way::Proxy(proxy.url.as_str()),
                Style::Path => Way::Path(proxy.url.as_str()),
            },
            _ => Way::Fal,
        };
        snippet(language.get(), way, &sheet.model.endpoint, &input)
    });
    let languages = Language::ALL.map(|own| {
        let is = move || language.get() == own;
        choice(own.name(), radio("|language", is, move || language.set(own)))
    });
    let through = radio("|way", move || !is_direct(), move || direct.set(false));
    let ways = [
        choice("Through the proxy", through.flag("disabled", move || !has_proxy())),
        choice("Straight to fal", radio("|way", is_direct, move || direct.set(true))),
    ];
    let copy = move || {
        let whole = files.with_value(|files| files.unfold_text(&text.get_untracked()));
        spawn_local(async move { copied.set(Some(dom::copy(&whole).await)) });
    };
    let name = move || if copied.get() == Some(true) { "Copied" } else { "Copy" }.to_owned();
    let failed = move || {
        let sentence = "The browser did not let the page write to the clipboard. Select the text \
                        and copy it by hand.";
        if copied.get() == Some(false) { sentence.to_owned() } else { String::new() }
    };
    let left_out = move || {
        let names = studio.way.with(|way| {
            let headers = way.proxy.as_ref().map(|proxy| proxy.access.headers());
            headers.unwrap_or_default().iter().map(Header::name).collect::<Vec<_>>().join(", ")
        });
        if names.is_empty() || is_direct() {
            return String::new();
        }
        let add =
            " to its requests: what you gave this browser for the proxy is not written into it.";
        ["Add ", &names, add].concat()
    };
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
        .child(el("p").class("field__hint").live_text(left_out))
        .child(el("p").class("field__problem").attr("role", "status").live_text(failed))
}

fn group(name: &'static str, choices: Vec<El>) -> El {
    el("div").class("radios").attr("role", "radiogroup").attr("aria-label", name).children(choices)
}

fn radio(group: &'static str, is: impl Fn() -> bool + 'static, choose: impl Fn() + 'static) -> El {
    let input = el("input").attr("type", "radio").attr("name", group).checked(is);
    input.on("change", move |_| choose())
}

fn choice(name: &'static str, input: El) -> El {
    el("label").class("radio").child(input).text(name)
}
