//! What it costs the page's thread to hear of its jobs: 200 of them on the page, 20 of these running, in
//! a real browser against the demo engine. What is wanted is less than 2 ms for each status answer,
//! with everything that running jobs cause in it: the answer, the clocks, the drawing. Only what the
//! browser itself spends on a request is taken off, measured in the same run with the same requests of
//! a page without any program: no page that asks from its own thread can have an answer for less.
//!
//! The old jobs are copies of one that the page has made and written down itself. How the cost comes
//! about is shown by the same with fewer jobs, and by a time in which the upstream keeps its answers
//! back, so that only the clocks go on.
//!
//! `cargo xtask bench jobs` sets the same environment as for the end-to-end tests (see `tests/e2e.rs`),
//! and `FLUX_STUDIO_RUNS`. It ends with 1 where the cost is not as it is wanted.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has nothing to say, like a test"
)]
#![allow(missing_docs, unreachable_pub, reason = "nothing is outside of a program")]

#[path = "../common/mod.rs"]
mod common;
mod crowd;

use std::process::ExitCode;

use thirtyfour::WebDriver;

use self::common::cost::Cost;
use self::common::e2e::scratch::Scratch;
use self::common::{load, runs, with_browser};
use self::crowd::{Crowd, Figures};

/// A status answer may cost this much, in milliseconds.
const WANTED: f64 = 2.0;

/// How many old jobs there are, and how many running ones. The last one is judged.
const CROWDS: [Crowd; 4] = [
    Crowd { old: 0, running: 1 },
    Crowd { old: 199, running: 1 },
    Crowd { old: 0, running: 20 },
    Crowd { old: 180, running: 20 },
];

fn main() -> ExitCode {
    if with_browser(measure) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether the cost is as it is wanted.
async fn measure(browser: &WebDriver, scratch: &Scratch) -> bool {
    let runs = runs(3);
    let mut rows = Vec::new();
    for run in 0..runs {
        for (number, crowd) in CROWDS.iter().enumerate() {
            let folder = scratch.0.join(format!("{run}-{number}"));
            rows.push((*crowd, crowd.measure(browser, &folder).await));
        }
        println!("run {} of {runs} done{}", run + 1, load());
    }
    println!(
        "\nMilliseconds of the page's thread, medians: in all (in scripts, for style and layout)"
    );
    println!(
        "{:<22} {:>9}  {:>20} {:>20} {:>20} {:>20}",
        "", "answers/s", "all, by answer", "an answer", "clocks, each time", "a bare request"
    );
    let (mut all, mut judged) = (f64::NAN, f64::NAN);
    for crowd in CROWDS {
        let of: Vec<Figures> =
            rows.iter().filter(|(whose, _)| *whose == crowd).map(|(_, figures)| *figures).collect();
        let median = |figure: &dyn Fn(&Figures) -> f64| {
            let mut all: Vec<f64> = of.iter().map(figure).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        let cost = |whose: fn(&Figures) -> Cost| {
            let [task, script, layout] = [
                median(&|figures| whose(figures).task),
                median(&|figures| whose(figures).script),
                median(&|figures| whose(figures).layout),
            ];
            format!("{task:.2} ({script:.2}, {layout:.2})")
        };
        all = median(&|figures| figures.all.task);
        judged = median(&|figures| figures.all.task - figures.bare.task);
        println!(
            "{:<22} {:>9.1}  {:>20} {:>20} {:>20} {:>20}",
            format!("{} jobs, {} running", crowd.old + crowd.running, crowd.running),
            median(&|figures| figures.rate),
            cost(|figures| figures.all),
            cost(|figures| figures.answer),
            cost(|figures| figures.tick),
            cost(|figures| figures.bare),
        );
    }
    let holds = judged < WANTED;
    let word = if holds { "holds" } else { "DOES NOT HOLD" };
    println!(
        "\n200 jobs, 20 running: {all:.2} in all, {judged:.2} without the bare request   wanted less than \
         {WANTED:.1}: {word}"
    );
    holds
}
