//! The Settings dialog: where the proxy is, whether it works, and colours.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::alerts;
use super::bar::{quiet, set_theme};
use super::el::{El, el, follow};
use super::studio::{Link, Studio, Way};
use crate::browser::storage::Key;
use crate::browser::{dom, storage};
use crate::queue::{Millis, Probe, Settled, probe};
use crate::settings::{BadProxyUrl, Config, ProxyUrl};

/// The dialog's id.
pub(super) const DIALOG: &str = "settings";

/// What stands in the dialog.
#[derive(Clone, Copy)]
struct Dialog {
    studio: Studio,
    /// The address as typed; `None` while nobody has.
    typed: RwSignal<Option<String>>,
    complaint: RwSignal<Option<String>>,
    report: RwSignal<Option<(Probe, Millis)>>,
    testing: RwSignal<bool>,
}

impl Dialog {
    /// The address in use; or the one that was refused, to be mended.
    fn current(self) -> String {
        let used = |way: &Way| way.proxy.as_ref().ok().map(|url| url.as_str().to_owned());
        self.studio.way.with(used).unwrap_or_else(|| {
            let chosen = storage::read(Key::Proxy);
            let wanted = |config: &Config| config.wanted(chosen.as_deref()).map(str::to_owned);
            self.studio.config.with_value(wanted).unwrap_or_default()
        })
    }

    fn text(self) -> String {
        self.typed.get().unwrap_or_else(|| self.current())
    }

    fn is_locked(self) -> bool {
        self.studio.config.with_value(|config| config.locked)
    }

    fn is_changed(self) -> bool {
        self.text() != self.current()
    }

    fn test(self, proxy: ProxyUrl) {
        self.testing.set(true);
        spawn_local(async move {
            let (answer, took) = self.studio.ask(&proxy).await;
            self.report.set(Some((probe(&answer), took)));
            self.testing.set(false);
        });
    }

    /// Takes the address over. A policy can only be narrowed, so it takes a fresh page for
    /// another address to become reachable.
    fn apply(self, then_test: bool) {
        if !then_test && !self.is_changed() {
            return dom::close_dialog(DIALOG);
        }
        self.complaint.set(None);
        let proxy = match ProxyUrl::parse(&self.text(), &dom::page_url()) {
            Ok(proxy) => proxy,
            Err(bad) => return self.complaint.set(Some(bad.to_string())),
        };
        if self.studio.way.read_untracked().proxy.as_ref() == Ok(&proxy) {
            return if then_test { self.test(proxy) } else { dom::close_dialog(DIALOG) };
        }
        if !storage::write(Key::Proxy, proxy.as_str()) {
            let sentence = "This browser keeps no data for the page (a private window?), so the \
                            address cannot be remembered. Put it into config.json instead.";
            return self.complaint.set(Some(sentence.to_owned()));
        }
        if then_test {
            storage::write(Key::TestAfterReload, "yes");
        }
        dom::reload();
    }

    /// Goes on where a reload interrupted a test.
    fn resume(self) {
        if storage::read(Key::TestAfterReload).is_some() {
            storage::remove(Key::TestAfterReload);
            if let Ok(proxy) = self.studio.way.get_untracked().proxy {
                self.test(proxy);
            }
        }
    }
}

#[inline(never)]
pub(super) fn dialog(studio: Studio) -> El {
    // Why there is no proxy, unless nobody has named one.
    let refused = studio.way.with_untracked(|way| way.proxy.as_ref().err().copied());
    let refused = refused.filter(|bad| *bad != BadProxyUrl::Empty);
    let dialog = Dialog {
        studio,
        typed: RwSignal::new(None),
        complaint: RwSignal::new(refused.map(|bad| bad.to_string())),
        report: RwSignal::new(None),
        testing: RwSignal::new(false),
    };
    follow(move || dialog.resume());
    let close = quiet("✕").attr("aria-label", "Close").click(|| dom::close_dialog(DIALOG));
    let head = el("header")
        .class("dialog__head")
        .child(el("h2").attr("id", "settings-title").text("Settings"))
        .child(close);
    let demo = move || studio.way.with(|way| way.link == Link::Demo);
    let report = move || dialog.report.get().map(|(probe, time)| report(&probe, time, demo()));
    let body = el("div")
        .class("dialog__body")
        .child(proxy_field(dialog))
        .live(report)
        .child(alerts::section(studio))
        .child(appearance());
    let done = move || if dialog.is_changed() { "Save and reload" } else { "Done" };
    let foot = el("footer").class("dialog__foot").child(
        el("button").attr("type", "submit").class("primary").live_text(move || done().to_owned()),
    );
    let submit = move |event: Event| {
        event.prevent_default();
        dialog.apply(false);
    };
    el("dialog")
        .class("dialog")
        .attr("id", DIALOG)
        .attr("aria-labelledby", "settings-title")
        .child(el("form").on("submit", submit).child(head).child(body).child(foot))
}

fn proxy_field(dialog: Dialog) -> El {
    let input = el("input")
        .attr("type", "text")
        .attr("inputmode", "url")
        .attr("id", "proxy-url")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "proxy-hint proxy-problem")
        .live_attr("aria-invalid", move || dialog.complaint.get().map(|_| "true".to_owned()))
        .flag("readonly", move || dialog.is_locked())
        .value(move || dialog.text())
        .on_text("input", move |text| dialog.typed.set(Some(text)));
    let test = el("button")
        .attr("type", "button")
        .flag("disabled", move || dialog.testing.get())
        .click(move || dialog.apply(true))
        .text("Test connection");
    let hint = "Every request for fal goes to this address. Your fal key stays on the proxy; never \
                paste it here.";
    let more = move || match (dialog.is_locked(), dialog.is_changed()) {
        (true, _) => " Whoever hosts this page has fixed the address.",
        (_, true) => {
            " A new address takes effect when the page has reloaded; what you typed stays, files \
             have to be chosen again."
        }
        _ => "",
    };
    let problem = move || dialog.complaint.get().unwrap_or_default();
    el("div")
        .class("field")
        .child(el("label").class("field__title").attr("for", "proxy-url").text("Proxy URL"))
        .child(el("div").class("proxy").child(input).child(test))
        .child(
            el("p")
                .class("field__hint")
                .attr("id", "proxy-hint")
                .text(hint)
                .live_text(move || more().to_owned()),
        )
        .child(
            el("p")
                .class("field__problem")
                .attr("id", "proxy-problem")
                .attr("role", "alert")
                .live_text(problem),
        )
}

/// How far the probe came, question by question.
fn report(probe: &Probe, time: Millis, demo: bool) -> El {
    let questions = [
        (Settled::Reached, "The proxy answers"),
        (Settled::Forwarded, "It forwards to fal"),
        (Settled::Everything, "fal accepts its key"),
    ];
    let mut failure = probe.failure.as_ref();
    let line = |(level, question): (Settled, &'static str)| {
        let passed = probe.answers >= level;
        // Only the first question that failed knows why; the later ones were never asked.
        let reason = if passed { None } else { failure.take() };
        let (mark, class, word) = match (passed, reason) {
            (true, _) if level == Settled::Reached => ("✓", "ok", format!("{time} ms")),
            (true, _) if demo => ("✓", "ok", "the demo engine answers".to_owned()),
            (true, _) => ("✓", "ok", "yes".to_owned()),
            (false, Some(_)) => ("✕", "no", "no".to_owned()),
            (false, None) => ("–", "skip", "not checked".to_owned()),
        };
        let reason = reason.map(|failure| {
            let sentence = format!("{} {}", failure.what, failure.advice);
            el("p").class("checks__reason").text(sentence)
        });
        el("li")
            .child(el("span").class(class).attr("aria-hidden", "true").text(mark))
            .child(el("span").text(question))
            .child(el("span").class("checks__aside").text(word))
            .child_if(reason)
    };
    let lines: Vec<El> = questions.into_iter().map(line).collect();
    el("ul").class("checks").attr("aria-label", "Connection report").children(lines)
}

fn appearance() -> El {
    let chosen = RwSignal::new(dom::theme());
    let radio = |(label, value): (&'static str, Option<&'static str>)| {
        let input = el("input")
            .attr("type", "radio")
            .attr("name", "appearance")
            .attr("value", value.unwrap_or("system"))
            .checked(move || chosen.get().as_deref() == value)
            .on("change", move |_| {
                set_theme(value);
                chosen.set(value.map(str::to_owned));
            });
        el("label").class("radio").child(input).text(label)
    };
    let choices = [("System", None), ("Light", Some("light")), ("Dark", Some("dark"))];
    let radios: Vec<El> = choices.into_iter().map(radio).collect();
    let group = el("div")
        .class("radios")
        .attr("role", "radiogroup")
        .attr("aria-labelledby", "appearance-title")
        .children(radios);
    let title = el("span").class("field__title").attr("id", "appearance-title").text("Appearance");
    el("div").class("field").child(title).child(group)
}
