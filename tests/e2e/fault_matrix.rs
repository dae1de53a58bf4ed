//! The fault matrix: whatever goes wrong in whatever phase of a job, it ends with the job still there,
//! no second submit at the upstream, a sentence that names the cause, and a way on. `answers` has what
//! may come back or not, `events` what may happen to the page, its browser, its clock and its proxy.

mod answers;
mod events;
mod moments;
mod upstream;

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use flux_proxy::demo::Handle;
use serde_json::json;

use super::jobs::Card;
use super::page::Page;
use super::stage::Stage;

/// A part of the table, as it fills.
struct Part {
    name: &'static str,
    rows: Vec<[String; 5]>,
}

impl Part {
    fn new(name: &'static str) -> Self {
        Self { name, rows: Vec::new() }
    }

    /// Takes down what was said of a fault while it lasted, and what became of the job.
    fn take(&mut self, fault: &str, phase: &str, said: &str, end: &End) {
        let row = [fault, phase, end.state, &end.submits.to_string(), said];
        self.rows.push(row.map(str::to_owned));
    }

    /// Prints the part, also where the harness keeps back what a test prints.
    fn close(self) {
        static SO_FAR: AtomicUsize = AtomicUsize::new(0);
        let here = self.rows.len();
        let all = SO_FAR.fetch_add(here, Ordering::Relaxed) + here;
        let mut text =
            format!("\nFault matrix, {}: fault, phase, end, submits, sentence\n", self.name);
        for [fault, phase, end, submits, said] in self.rows {
            writeln!(text, "{fault:36} {phase:10} {end:12} {submits}  {said}").expect("a text");
        }
        writeln!(text, "{here} combinations here, {all} so far").expect("a text");
        std::io::stdout().write_all(text.as_bytes()).expect("standard output");
    }
}

/// How a job has to end.
struct End {
    /// The word of its state.
    state: &'static str,
    /// How many submits the upstream has counted.
    submits: usize,
}

/// Opens the page as somebody who has never been there.
async fn open_anew(stage: &Stage) {
    let page = &stage.page;
    // Elsewhere first: on its way out the page writes down what is in the form.
    page.browser.goto("about:blank").await.expect("an empty page");
    let everything = json!({ "origin": stage.origin, "storageTypes": "all" });
    page.devtools("Storage.clearDataForOrigin", everything).await;
    page.open().await;
}

/// What a card says of what is wrong, or at least where the job stands.
fn said(card: &Card) -> String {
    let failure = card.side.as_ref().zip(card.what.as_ref());
    let failure = failure.map(|(side, what)| format!("{side}: {what}"));
    let told = failure.or(card.trouble.clone()).or(card.note.clone());
    told.or(card.standing.clone()).unwrap_or_default()
}

/// How many submits of a prompt have arrived.
fn arrived(engine: &Handle, prompt: &str) -> usize {
    engine.submissions().iter().filter(|submission| submission.input["prompt"] == prompt).count()
}

/// Waits for the ends of the jobs of these prompts, which are all there are, and looks whether they are
/// the same for somebody who opens the page later.
async fn ends(page: &Page, engine: &Handle, jobs: &[(&str, &End)]) {
    let mut last = Vec::new();
    for (number, (prompt, end)) in jobs.iter().enumerate() {
        let job = page.job(number).await;
        let card = match end.state {
            "done" => job.is_done().await,
            state => job.reaches(state).await,
        };
        let offers = |button: &str| card.buttons.iter().any(|name| name == button);
        assert!(end.state == "done" || offers("Try again"), "{prompt}: no way on: {card:#?}");
        assert_eq!((card.name.as_str(), &card.trouble), (*prompt, &None));
        last.push(card);
    }
    page.reload().await;
    for (number, ((prompt, end), before)) in jobs.iter().zip(&last).enumerate() {
        let card = page.job(number).await.reaches(end.state).await;
        assert_eq!(card.request_id, before.request_id, "{prompt}: the request is lost");
        assert_eq!((&card.name, &card.what), (&before.name, &before.what), "{prompt}");
        assert_eq!(arrived(engine, prompt), end.submits, "{prompt}: submits");
    }
    assert_eq!(page.count_jobs().await, jobs.len());
}
