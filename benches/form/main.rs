//! How fast the form is: the built page in a real browser, beside a page with the same controls written
//! by hand without any library.
//!
//! Both are served by flux-proxy with the headers of `_headers` and shown by one browser, taking turns,
//! so that whatever else the machine does falls on both alike. The figures are medians, and the wanted
//! ones are ratios: milliseconds of one machine say nothing on another. Nothing here fails because a
//! figure is bad; it does when there is nothing to measure, or when the two pages are not the same form.
//!
//! `cargo xtask bench form` sets the same environment as for the end-to-end tests (see `tests/e2e.rs`),
//! and `FLUX_STUDIO_RUNS`.

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
mod document;
mod figures;
mod ground;
mod visit;

use thirtyfour::WebDriver;

use self::common::e2e::scratch::Scratch;
use self::common::{load, runs, with_browser};
use self::figures::Figures;
use self::ground::{Ground, Side};

/// How many fields the forms have.
const SIZES: [usize; 3] = [10, 100, 1000];

fn main() {
    with_browser(measure);
}

async fn measure(browser: &WebDriver, scratch: &Scratch) {
    let runs = runs(5);
    let mut grounds = Vec::new();
    for size in SIZES {
        grounds.push(Ground::prepare(&scratch.0.join(size.to_string()), size).await);
    }
    // The browser's own first page is slower than any other.
    for side in Side::BOTH {
        visit::visit(browser, &grounds[0], side).await;
    }
    let mut figures = Figures::default();
    for run in 0..runs {
        for ground in &grounds {
            // Whoever comes second may find something warm.
            let mut sides = Side::BOTH;
            sides.rotate_left(run % 2);
            for side in sides {
                let visit = visit::visit(browser, ground, side).await;
                figures.add(side, ground.size, visit);
            }
        }
        println!("run {} of {runs} done{}", run + 1, load());
    }
    print!("\n{figures}");
}
