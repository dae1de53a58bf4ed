//! The fault matrix: whatever goes wrong in whatever phase of a job, it ends with the job still there,
//! no second submit at the upstream, a sentence that names the cause, and a way on. `answers` has what
//! may come back or not, `events` what may happen to the page, its browser, its clock and its proxy.

mod answers;

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

/// Waits for the end of the only job, and looks whether it is the same for somebody who opens the page
/// later. `before` is how many submits had arrived when it began.
async fn ends(page: &Page, engine: &Handle, before: usize, name: &str, end: &End) -> Card {
    let job = page.job(0).await;
    let last = if end.state == "done" { job.is_done().await } else { job.reaches(end.state).await };
    let offers = |button: &str| last.buttons.iter().any(|name| name == button);
    assert!(end.state == "done" || offers("Try again"), "{name}: no way on: {last:#?}");
    assert_eq!(last.trouble, None, "{name}");
    page.reload().await;
    let later = page.job(0).await.reaches(end.state).await;
    assert_eq!(page.count_jobs().await, 1, "{name}");
    assert_eq!(later.request_id, last.request_id, "{name}: the request is lost");
    assert_eq!((&later.name, &later.what), (&last.name, &last.what), "{name}");
    assert_eq!(engine.submissions().len() - before, end.submits, "{name}: submits");
    last
}
