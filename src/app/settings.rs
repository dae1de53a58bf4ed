//! The Settings dialog: where the proxy is and how it is spoken to, whether it works, and colours.

use std::time::Duration;

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::alerts;
use super::bar::{quiet, set_theme};
use super::connection::Test;
use super::el::{El, el, follow};
use super::studio::{Studio, Way};
use crate::browser::storage::Key;
use crate::browser::{clock, dom, storage};
use crate::queue::Phase;
use crate::settings::{Access, BadProxyUrl, Chosen, Proxy, ProxyUrl, Style};

/// The dialog's id.
pub(super) const DIALOG: &str = "settings";

/// What stands in the dialog.
#[derive(Clone, Copy)]
struct Dialog {
    studio: Studio,
    entered: RwSignal<Entered>,
    /// What is wrong with the address.
    complaint: RwSignal<Option<String>>,
    /// What is wrong with the headers.
    unsendable: RwSignal<Option<String>>,
    test: Test,
    /// Whether the page is about to reload, and waits for the answer to a submit.
    is_waiting: RwSignal<bool>,
}

/// What was entered; nothing where nobody has touched it.
#[derive(Clone, Default)]
struct Entered {
    url: Option<String>,
    style: Option<Style>,
    headers: Option<String>,
    cookies: Option<bool>,
}

/// How often to look whether a submit has been answered.
const SENDING: Duration = Duration::from_millis(100);

/// What this page cannot do without.
const UNKEPT: &str = "This browser keeps no data for the page (a private window?), so that cannot be \
                      remembered. Put the address into config.json instead.";

impl Dialog {
    /// The address in use; or the one that was refused, to be mended.
    fn current(self) -> String {
        let used = |way: &Way| way.proxy.as_ref().ok().map(|proxy| proxy.url.as_str().to_owned());
        self.studio.way.with(used).unwrap_or_else(|| {
            let chosen = storage::chosen();
            let wanted =
                self.studio.config.with_value(|config| config.wanted(&chosen).map(str::to_owned));
            wanted.unwrap_or_default()
        })
    }

    fn current_style(self) -> Style {
        self.studio.config.with_value(|config| config.style(&storage::chosen()))
    }

    fn text(self) -> String {
        self.entered.with(|entered| entered.url.clone()).unwrap_or_else(|| self.current())
    }

    fn chosen_style(self) -> Style {
        self.entered.with(|entered| entered.style).unwrap_or_else(|| self.current_style())
    }

    /// What is kept for the proxy that stands there. What was given for one is not shown, or sent,
    /// with another.
    fn kept(self) -> Access {
        let text = self.text();
        let Ok(url) = ProxyUrl::parse(&text, &dom::page_url()) else { return Access::default() };
        let mut chosen = storage::chosen();
        if self.is_moved() {
            chosen = Chosen { url: Some(text), ..chosen };
        }
        self.studio.config.with_value(|config| config.access(&chosen, url.origin()))
    }

    fn lines(self) -> String {
        self.entered.with(|entered| entered.headers.clone()).unwrap_or_else(|| self.kept().lines())
    }

    fn has_cookies(self) -> bool {
        self.entered.with(|entered| entered.cookies).unwrap_or_else(|| self.kept().cookies)
    }

    fn is_locked(self) -> bool {
        self.studio.config.with_value(|config| config.locked)
    }

    /// Whether another address or style stands there than is in use.
    fn is_moved(self) -> bool {
        self.text() != self.current() || self.chosen_style() != self.current_style()
    }

    fn is_changed(self) -> bool {
        let kept = self.kept();
        self.is_moved() || self.lines() != kept.lines() || self.has_cookies() != kept.cookies
    }

    /// The proxy as it stands there.
    fn read(self) -> Option<Proxy> {
        let url = ProxyUrl::parse(&self.text(), &dom::page_url());
        let access = Access::parse(&self.lines(), self.has_cookies());
        self.complaint.set(url.as_ref().err().map(BadProxyUrl::to_string));
        self.unsendable.set(access.as_ref().err().map(ToString::to_string));
        Some(Proxy { url: url.ok()?, style: self.chosen_style(), access: access.ok()? })
    }

    /// Takes it all over. A policy can only be narrowed, so it takes a fresh page for another
    /// address to become reachable.
    fn apply(self, then_test: bool) {
        if !then_test && !self.is_changed() {
            return dom::close_dialog(DIALOG);
        }
        let Some(proxy) = self.read() else { return };
        if self.studio.way.read_untracked().proxy.as_ref() == Ok(&proxy) {
            return if then_test { self.test.begin(proxy) } else { dom::close_dialog(DIALOG) };
        }
        if !self.keep(&proxy) {
            return self.complaint.set(Some(UNKEPT.to_owned()));
        }
        if then_test {
            storage::write(Key::TestAfterReload, "yes");
        }
        self.is_waiting.set(true);
        let board = self.studio.board;
        spawn_local(async move {
            // A submit that is cut off may have been accepted and billed, and nobody would know.
            while board.any(|job| job.phase == Phase::Sending) {
                clock::sleep(SENDING).await;
            }
            dom::reload();
        });
    }

    /// Writes down what differs from what the host says; says whether that worked.
    fn keep(self, proxy: &Proxy) -> bool {
        let is_kept = !self.is_moved()
            || storage::write(Key::Proxy, proxy.url.as_str())
                && storage::write(Key::ProxyStyle, proxy.style.name());
        let access = proxy.access.to_text(proxy.url.origin());
        is_kept && (proxy.access == self.kept() || storage::write(Key::ProxyAccess, &access))
    }

    /// Goes on where a reload interrupted a test.
    fn resume(self) {
        if storage::read(Key::TestAfterReload).is_some() {
            storage::remove(Key::TestAfterReload);
            if let Ok(proxy) = self.studio.way.get_untracked().proxy {
                self.test.begin(proxy);
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
        entered: RwSignal::new(Entered::default()),
        complaint: RwSignal::new(refused.map(|bad| bad.to_string())),
        unsendable: RwSignal::new(None),
        test: Test::new(studio),
        is_waiting: RwSignal::new(false),
    };
    follow(move || dialog.resume());
    let close = quiet("✕").attr("aria-label", "Close").click(|| dom::close_dialog(DIALOG));
    let head = el("header")
        .class("dialog__head")
        .child(el("h2").attr("id", "settings-title").text("Settings"))
        .child(close);
    let body = el("div")
        .class("dialog__body")
        .child(proxy_field(dialog))
        .child(dialog.test.view())
        .child(protection(dialog))
        .child(alerts::section(studio))
        .child(appearance());
    let done = move || match (dialog.is_waiting.get(), dialog.is_changed()) {
        (true, _) if studio.board.tally().queued > 0 => "Reloading once the job is sent…",
        (_, true) => "Save and reload",
        _ => "Done",
    };
    let foot = el("footer").class("dialog__foot").child(
        el("button")
            .attr("type", "submit")
            .class("primary")
            .flag("disabled", move || dialog.is_waiting.get())
            .live_text(move || done().to_owned()),
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
        .on_text("input", move |text| dialog.entered.update(|entered| entered.url = Some(text)));
    let choice =
        |style: Style, name: &'static str| el("option").attr("value", style.name()).text(name);
    let style = el("select")
        .attr("aria-label", "Proxy style")
        .attr("aria-describedby", "proxy-hint")
        .flag("disabled", move || dialog.is_locked())
        .child(choice(Style::Header, "Target header"))
        .child(choice(Style::Path, "Path"))
        .value(move || dialog.chosen_style().name().to_owned())
        .on_text("change", move |name| {
            dialog.entered.update(|entered| entered.style = Style::parse(&name))
        });
    let test = el("button")
        .attr("type", "button")
        .flag("disabled", move || dialog.test.runs())
        .click(move || dialog.apply(true))
        .text("Test connection");
    let how = move || match dialog.chosen_style() {
        Style::Header => {
            "Every request for fal goes to this address, and says in the header x-fal-target-url \
             what it is for."
        }
        Style::Path => "This address stands in place of https://queue.fal.run in every request.",
    };
    let more = move || match (dialog.is_locked(), dialog.is_changed()) {
        (true, false) => " Whoever hosts this page has fixed the address.",
        (_, true) => {
            " What you changed takes effect when the page has reloaded; what you typed stays, files \
             have to be chosen again."
        }
        _ => "",
    };
    let key = " Your fal key stays on the proxy; never paste it here.";
    let problem = move || dialog.complaint.get().unwrap_or_default();
    el("div")
        .class("field")
        .child(el("label").class("field__title").attr("for", "proxy-url").text("Proxy URL"))
        .child(el("div").class("proxy").child(input).child(style).child(test))
        .child(
            el("p")
                .class("field__hint")
                .attr("id", "proxy-hint")
                .live_text(move || how().to_owned())
                .text(key)
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

/// What a proxy with a door of its own asks for.
fn protection(dialog: Dialog) -> El {
    let is_used = untrack(move || !dialog.lines().is_empty() || dialog.has_cookies());
    let headers = el("textarea")
        .attr("id", "proxy-headers")
        .attr("rows", "2")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .attr("placeholder", "X-App-Token: …")
        .attr("aria-describedby", "headers-hint headers-problem")
        .live_attr("aria-invalid", move || dialog.unsendable.get().map(|_| "true".to_owned()))
        .value(move || dialog.lines())
        .on_text("input", move |text| {
            dialog.entered.update(|entered| entered.headers = Some(text))
        });
    let hint = "One a line, as name, colon, value. They are kept in this browser and sent with every \
                request to this proxy, and to nobody else. A proxy on another origin has to list \
                them in Access-Control-Allow-Headers.";
    let cookies = el("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .flag("disabled", move || dialog.is_locked())
        .checked(move || dialog.has_cookies())
        .attr("aria-describedby", "cookies-hint")
        .on("change", move |_| {
            let cookies = Some(!dialog.has_cookies());
            dialog.entered.update(|entered| entered.cookies = cookies);
        });
    let cookies_hint = "Only for a proxy on another origin that you sign in to; on the page's own they \
                        are always sent. The proxy then has to name this page's origin, and say \
                        Access-Control-Allow-Credentials: true.";
    let problem = move || dialog.unsendable.get().unwrap_or_default();
    el("details")
        .class("field protection")
        .mirror(move |details| {
            // Closing it is left to the person.
            if is_used || dialog.unsendable.get().is_some() {
                details.set_attribute("open", "").ok();
            }
        })
        .child(el("summary").text("Protected proxy"))
        .child(
            el("label")
                .class("field__title")
                .attr("for", "proxy-headers")
                .text("Extra request headers"),
        )
        .child(headers)
        .child(el("p").class("field__hint").attr("id", "headers-hint").text(hint))
        .child(
            el("p")
                .class("field__problem")
                .attr("id", "headers-problem")
                .attr("role", "alert")
                .live_text(problem),
        )
        .child(el("label").class("radio").child(cookies).text("Send cookies to the proxy"))
        .child(el("p").class("field__hint").attr("id", "cookies-hint").text(cookies_hint))
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
