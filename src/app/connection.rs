//! The connection report: each check as it is made, and for one that fails what to do about it, with
//! the lines of configuration that mend it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::studio::Studio;
use crate::browser::{clock, dom};
use crate::queue::{Aside, Check, Cure, Outcome, Report, in_units};
use crate::settings::{Proxy, Remedy, Style, remedies};

/// A test of the connection: what is known of it, while it runs and after.
#[derive(Clone, Copy)]
pub(super) struct Test {
    studio: Studio,
    report: RwSignal<Option<Report>>,
}

impl Test {
    pub(super) fn new(studio: Studio) -> Self {
        Self { studio, report: RwSignal::new(None) }
    }

    /// Whether it is under way.
    pub(super) fn runs(self) -> bool {
        self.report.with(|report| report.as_ref().is_some_and(|report| report.question().is_some()))
    }

    /// Asks one question after another until the report is whole.
    pub(super) fn begin(self, proxy: Proxy) {
        let is_foreign = proxy.url.origin() != dom::page_origin();
        let mut report = Report::new(is_foreign, proxy.style == Style::Header);
        self.report.set(Some(report.clone()));
        spawn_local(async move {
            while let Some(question) = report.question() {
                let start = clock::now();
                let answer = self.studio.ask(&proxy, question).await;
                report.take(&answer, clock::now().saturating_sub(start));
                self.report.set(Some(report.clone()));
            }
        });
    }

    /// The list, and what it comes to.
    pub(super) fn view(self) -> El {
        let is_there = Memo::new(move |_| self.report.with(Option::is_some));
        let list = move || {
            let lines = Check::ALL.map(|check| self.line(check));
            el("ul")
                .class("checks")
                .attr("aria-label", "Connection report")
                .live_attr("aria-busy", move || self.runs().then(|| "true".to_owned()))
                .children(lines)
        };
        el("div").live(move || is_there.get().then(list)).child(
            el("p").class("visually-hidden").attr("role", "status").live_text(move || {
                self.report.with(|report| report.as_ref().map(summary).unwrap_or_default())
            }),
        )
    }

    /// A check, drawn again only when something becomes known of it.
    fn line(self, check: Check) -> El {
        let outcome =
            Memo::new(move |_| self.report.with(|report| report.as_ref()?.outcome(check).cloned()));
        let runs = move || self.runs();
        let mark = move || match outcome.get() {
            Some(Outcome::Passed(_)) => "✓",
            Some(Outcome::Failed { .. }) => "✕",
            Some(Outcome::Skipped) => "–",
            None => "·",
        };
        let class = move || match outcome.get() {
            Some(Outcome::Passed(_)) => "ok",
            Some(Outcome::Failed { .. }) => "no",
            Some(Outcome::Skipped) | None => "skip",
        };
        let said = move || match outcome.get() {
            Some(Outcome::Passed(aside)) => self.passed(check, aside),
            Some(Outcome::Failed { aside: Aside::UpTo(size), .. }) if size > 0 => {
                ["no more than ", &in_units(size)].concat()
            }
            Some(Outcome::Failed { .. }) => "no".to_owned(),
            Some(Outcome::Skipped) => "not checked".to_owned(),
            None if runs() => "…".to_owned(),
            None => String::new(),
        };
        el("li")
            .child(
                el("span")
                    .live_attr("class", move || Some(class().to_owned()))
                    .attr("aria-hidden", "true")
                    .live_text(move || mark().to_owned()),
            )
            .child(el("span").text(check.name()))
            .child(el("span").class("checks__aside").live_text(said))
            .live(move || match outcome.get()? {
                Outcome::Failed { sentence, cure, .. } => Some(self.reason(&sentence, cure)),
                _ => None,
            })
    }

    fn passed(self, check: Check, aside: Aside) -> String {
        match (aside, check) {
            (Aside::After(time), _) => [&time.to_string(), " ms"].concat(),
            (Aside::Own, _) => "it is its own".to_owned(),
            (Aside::Demo, _) => "the demo engine answers".to_owned(),
            (Aside::UpTo(size), _) => ["up to ", &in_units(size)].concat(),
            (Aside::Bare, Check::Origin) => dom::page_origin(),
            (Aside::Bare, Check::Fresh) => "as far as can be seen".to_owned(),
            (Aside::Bare, _) => "yes".to_owned(),
        }
    }

    /// What happened and what to do, with the lines for each server.
    fn reason(self, sentence: &str, cure: Option<Cure>) -> El {
        let proxy = self.studio.way.with_untracked(|way| way.proxy.clone());
        let remedies = match (cure, proxy) {
            (Some(cure), Ok(proxy)) => remedies(cure, &proxy, &dom::page_origin()),
            _ => Vec::new(),
        };
        let one = |Remedy { server, lines }: Remedy| {
            el("details")
                .attr("name", "remedy")
                .child(el("summary").text(server))
                .child(el("pre").text(lines))
        };
        el("div")
            .class("checks__reason")
            .child(el("p").text(sentence))
            .children(remedies.into_iter().map(one))
    }
}

/// What there is to be said at the end, in a sentence.
fn summary(report: &Report) -> String {
    if report.question().is_some() {
        return String::new();
    }
    let is = |outcome: fn(&Outcome) -> bool| {
        Check::ALL.iter().filter(|check| report.outcome(**check).is_some_and(outcome)).count()
    };
    let passed = is(|outcome| matches!(outcome, Outcome::Passed(_)));
    let failed = is(|outcome| matches!(outcome, Outcome::Failed { .. }));
    [
        "The connection has been tested: ",
        &passed.to_string(),
        " checks passed, ",
        &failed.to_string(),
        " failed.",
    ]
    .concat()
}
