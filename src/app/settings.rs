//! The Settings dialog: where the proxy is, whether it works, and colours.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bar::{set_theme, theme};
use super::on;
use super::studio::Studio;
use crate::browser::storage::Key;
use crate::browser::{dom, storage};
use crate::queue::{Millis, Probe, Settled};
use crate::settings::ProxyUrl;

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
    fn current(self) -> String {
        self.studio.proxy.get().map(|url| url.as_str().to_owned()).unwrap_or_default()
    }

    fn text(self) -> String {
        self.typed.get().unwrap_or_else(|| self.current())
    }

    fn is_locked(self) -> bool {
        self.studio.config.with(|config| config.as_ref().is_some_and(|config| config.locked))
    }

    fn is_changed(self) -> bool {
        self.text() != self.current()
    }

    fn test(self, proxy: ProxyUrl) {
        self.testing.set(true);
        spawn_local(async move {
            self.report.set(Some(self.studio.probe(&proxy).await));
            self.testing.set(false);
        });
    }

    /// Takes the address over. A policy can only be narrowed, so it takes a fresh page for
    /// another address to become reachable.
    fn apply(self, then_test: bool) {
        self.complaint.set(None);
        let proxy = match ProxyUrl::parse(&self.text(), &dom::page_url()) {
            Ok(proxy) => proxy,
            Err(bad) => return self.complaint.set(Some(bad.to_string())),
        };
        if self.studio.proxy.read_untracked().as_ref() == Ok(&proxy) {
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
        if self.studio.config.with(Option::is_some) && storage::read(Key::TestAfterReload).is_some()
        {
            storage::remove(Key::TestAfterReload);
            dom::open_dialog(DIALOG);
            if let Ok(proxy) = self.studio.proxy.get_untracked() {
                self.test(proxy);
            }
        }
    }
}

#[component]
pub(super) fn SettingsDialog() -> impl IntoView {
    let dialog = Dialog {
        studio: expect_context::<Studio>(),
        typed: RwSignal::new(None),
        complaint: RwSignal::new(None),
        report: RwSignal::new(None),
        testing: RwSignal::new(false),
    };
    Effect::new(move |_| dialog.resume());
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        dialog.apply(false);
    };
    view! {
        <dialog class="dialog" id=DIALOG aria-labelledby="settings-title">
            <form on:submit=submit>
                <header class="dialog__head">
                    <h2 id="settings-title">"Settings"</h2>
                    <button
                        type="button"
                        class="quiet"
                        aria-label="Close"
                        on:click=on::click(|| dom::close_dialog(DIALOG))
                    >
                        <span aria-hidden="true">"✕"</span>
                    </button>
                </header>
                <div class="dialog__body">
                    {proxy_field(dialog)}
                    {move || dialog.report.get().map(|(probe, time)| report(&probe, time))}
                    {appearance()}
                </div>
                <footer class="dialog__foot">
                    <button type="submit" class="primary">
                        {move || if dialog.is_changed() { "Save and reload" } else { "Done" }}
                    </button>
                </footer>
            </form>
        </dialog>
    }
}

fn proxy_field(dialog: Dialog) -> AnyView {
    let locked = " Whoever hosts this page has fixed the address.";
    let changed = " A new address takes effect when the page has reloaded; what you typed stays.";
    view! {
        <div class="field">
            <label class="field__title" for="proxy-url">"Proxy URL"</label>
            <div class="proxy">
                <input
                    type="text"
                    inputmode="url"
                    id="proxy-url"
                    spellcheck="false"
                    autocomplete="off"
                    aria-describedby="proxy-hint proxy-problem"
                    aria-invalid=move || dialog.complaint.get().map(|_| "true".to_owned())
                    readonly=move || dialog.is_locked()
                    prop:value=move || dialog.text()
                    on:input=on::text(move |text| dialog.typed.set(Some(text)))
                />
                <button
                    type="button"
                    disabled=move || dialog.testing.get()
                    on:click=on::click(move || dialog.apply(true))
                >
                    "Test connection"
                </button>
            </div>
            <p class="field__hint" id="proxy-hint">
                "The only address this page sends requests to. Your fal key stays on the proxy; \
                never paste it here."
                {move || dialog.is_locked().then_some(locked)}
                {move || dialog.is_changed().then_some(changed)}
            </p>
            <p class="field__problem" id="proxy-problem" role="alert">
                {move || dialog.complaint.get()}
            </p>
        </div>
    }
    .into_any()
}

/// How far the probe came, question by question.
fn report(probe: &Probe, time: Millis) -> AnyView {
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
            (true, _) => ("✓", "ok", "yes".to_owned()),
            (false, Some(_)) => ("✕", "no", "no".to_owned()),
            (false, None) => ("–", "skip", "not checked".to_owned()),
        };
        let reason = reason.map(|failure| {
            let sentence = format!("{} {}", failure.what, failure.advice);
            view! { <p class="checks__reason">{sentence}</p> }.into_any()
        });
        view! {
            <li>
                <span class=class aria-hidden="true">{mark}</span>
                <span>{question}</span>
                <span class="checks__aside">{word}</span>
                {reason}
            </li>
        }
        .into_any()
    };
    let lines: Vec<AnyView> = questions.into_iter().map(line).collect();
    view! { <ul class="checks" aria-label="Connection report">{lines}</ul> }.into_any()
}

fn appearance() -> AnyView {
    let chosen = RwSignal::new(theme());
    let radio = |(label, value): (&'static str, Option<&'static str>)| {
        let choose = move |_: &leptos::ev::Event| {
            set_theme(value);
            chosen.set(value.map(str::to_owned));
        };
        view! {
            <label class="radio">
                <input
                    type="radio"
                    name="appearance"
                    value=value.unwrap_or("system").to_owned()
                    prop:checked=move || chosen.get().as_deref() == value
                    on:change=on::event(choose)
                />
                {label}
            </label>
        }
        .into_any()
    };
    let choices = [("System", None), ("Light", Some("light")), ("Dark", Some("dark"))];
    let radios: Vec<AnyView> = choices.into_iter().map(radio).collect();
    view! {
        <div class="field">
            <span class="field__title" id="appearance-title">"Appearance"</span>
            <div class="radios" role="radiogroup" aria-labelledby="appearance-title">
                {radios}
            </div>
        </div>
    }
    .into_any()
}
