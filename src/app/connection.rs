//! The connection report: each check as it is made, and for one that fails what to do about it, with
//! the lines of configuration that mend it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::studio::Studio;
use crate::browser::{clock, dom, http};
use crate::queue::{Aside, Check, Cure, Outcome, Question, Report, in_units};
use crate::settings::{Proxy, Remedy, Route, Style, remedies};

/// A test of the connection: what is known of it, while it runs and after.
#[derive(Clone, Copy)]
pub(super) struct Test {
    studio: Studio,
    report: RwSignal<Option<Report>>,
    /// What mends what, once it has been fetched.
    remedies: StoredValue<Option<String>>,
}

impl Test {
    pub(super) fn new(studio: Studio) -> Self {
        Self { studio, report: RwSignal::new(None), remedies: StoredValue::new(None) }
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
                let answer = match question {
                    Question::Status => self.studio.ask(&proxy).await,
                    // Those may go wrong where the way is good.
                    _ => http::send(&proxy.ask(question), question.body().as_deref()).await,
                };
                report.take(&answer, clock::now().saturating_sub(start));
                self.fetch(&report).await;
                self.report.set(Some(report.clone()));
            }
        });
    }

    /// Gets what mends what, once something has to be mended. Without it the sentences have to do. The
    /// dialog may have been made anew meanwhile, and then this test is nobody's.
    async fn fetch(self, report: &Report) {
        let is_ill = |check: &Check| {
            matches!(report.outcome(*check), Some(Outcome::Failed { cure: Some(_), .. }))
        };
        if self.remedies.try_with_value(Option::is_none) == Some(true)
            && Check::ALL.iter().any(is_ill)
        {
            let reply = http::send(&Route::own("remedies.txt"), None).await;
            let text = reply.ok().filter(|reply| reply.status < 400).map(|reply| reply.body);
            self.remedies.set_value(text);
        }
    }

    /// The list, and what it comes to.
    pub(super) fn view(self) -> El {
        let list = move || self.report.get().map(|report| self.list(&report));
        let sum = move || self.report.with(|report| report.as_ref().map(summary));
        el("div").live(list).child(
            el("p")
                .class("visually-hidden")
                .attr("role", "status")
                .live_text(move || sum().unwrap_or_default()),
        )
    }

    fn list(self, report: &Report) -> El {
        let runs = report.question().is_some();
        el("ul")
            .class("checks")
            .attr("aria-label", "Connection report")
            .attr("aria-busy", if runs { "true" } else { "false" })
            .children(Check::ALL.map(|check| self.line(check, report.outcome(check))))
    }

    fn line(self, check: Check, outcome: Option<&Outcome>) -> El {
        let (mark, class, said) = match outcome {
            Some(Outcome::Passed(aside)) => ("✓", "ok", passed(check, *aside)),
            Some(Outcome::Failed { aside: Aside::UpTo(size @ 1..), .. }) => {
                ("✕", "no", ["no more than ", &in_units(*size)].concat())
            }
            Some(Outcome::Failed { .. }) => ("✕", "no", "no".to_owned()),
            Some(Outcome::Skipped) => ("–", "skip", "not checked".to_owned()),
            None => ("·", "skip", "…".to_owned()),
        };
        let reason = match outcome {
            Some(Outcome::Failed { sentence, cure, .. }) => Some(self.reason(sentence, *cure)),
            _ => None,
        };
        el("li")
            .child(el("span").class(class).attr("aria-hidden", "true").text(mark))
            .child(el("span").text(check.name()))
            .child(el("span").class("checks__aside").text(said))
            .child_if(reason)
    }

    /// What happened and what to do, with the lines for each server.
    fn reason(self, sentence: &str, cure: Option<Cure>) -> El {
        let proxy = self.studio.way.with_untracked(|way| way.proxy.clone());
        let remedies = match (cure, proxy, self.remedies.get_value()) {
            (Some(cure), Ok(proxy), Some(text)) => {
                remedies(&text, cure, &proxy, &dom::page_origin())
            }
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

fn passed(check: Check, aside: Aside) -> String {
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
