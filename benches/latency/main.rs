//! How soon a finished picture is on the screen and how many status requests that takes, beside fal's
//! published client, `@fal-ai/client`, whose `subscribe` asks every 500 ms.
//!
//! Both pages are served by one flux-proxy and stand in one browser, each in a window of its own. They take
//! turns with jobs of the same times at the same scripted upstream, the demo engine, which notes when
//! each is complete; the browser says when the picture was painted (Element Timing). The page learns
//! from what it has seen: before a load counts, it has made a few pictures of that load by itself, in
//! a browser that knew nothing. Whatever is not as it is wanted makes the program end with 1.
//!
//! `cargo xtask bench latency` sets the same environment as for the end-to-end tests (see `tests/e2e.rs`),
//! `FLUX_STUDIO_RUNS`, and `FLUX_STUDIO_FAL_PAGE`: a folder with `fal.html` and the bundled client.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has nothing to say, like a test"
)]
#![allow(missing_docs, unreachable_pub, reason = "nothing is outside of a program")]

#[allow(dead_code, reason = "the form is tested with more of it")]
#[path = "../../tests/chance/mod.rs"]
mod chance;
#[path = "../common/mod.rs"]
mod common;
mod figures;
mod ground;
mod load;
mod turn;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use thirtyfour::WebDriver;

use self::common::e2e::scratch::Scratch;
use self::common::{runs, with_browser};
use self::figures::Figures;
use self::ground::{Ground, Side};
use self::load::{EVEN, LIFELIKE, Load};

/// How many pictures of a load the page makes before it counts.
const LEARNED: usize = 10;

fn main() -> ExitCode {
    if with_browser(measure) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Whether everything is as it is wanted.
async fn measure(browser: &WebDriver, scratch: &Scratch) -> bool {
    let theirs = env::var_os("FLUX_STUDIO_FAL_PAGE").map(PathBuf::from).expect(
        "FLUX_STUDIO_FAL_PAGE names no folder with the page of fal's client: run `cargo xtask bench latency`",
    );
    let runs = runs(40);
    let ground = Ground::prepare(browser, &scratch.0.join("site"), &theirs).await;
    let mut all = Vec::new();
    for (seed, load) in [(1, LIFELIKE), (2, EVEN)] {
        all.push(compare(&ground, load, seed, runs).await);
    }
    println!("\n{LEARNED} pictures of each load were made by the page before it counted.");
    for figures in &all {
        println!("\n{figures}");
    }
    all.iter().all(Figures::hold)
}

async fn compare(ground: &Ground<'_>, load: Load, seed: u64, runs: usize) -> Figures {
    ground.open().await;
    for schedule in load.draw(LEARNED, seed + 100) {
        turn::turn(ground, Side::Ours, &schedule).await;
    }
    let mut figures = Figures::new(load);
    for (number, schedule) in load.draw(runs, seed).iter().enumerate() {
        let mut sides = Side::BOTH;
        sides.rotate_left(number % 2);
        for side in sides {
            figures.add(side, turn::turn(ground, side, schedule).await);
        }
        if (number + 1) % 10 == 0 {
            println!("{}: {} of {runs} done{}", load.name, number + 1, common::load());
        }
    }
    figures
}
