//! The built page in a real browser, used as a person uses it, with a real proxy and a demo engine behind it.
//!
//! Each test has a proxy, an engine and a browser of its own. Things are found by role and accessible
//! name, as DESIGN.md promises them. Whatever a test is about, it also fails when the page logged an
//! error, broke its content security policy, or sent a request to any origin but its own and its proxy's.
//!
//! The environment says what to use (`cargo xtask test` sets all of it): `FLUX_STUDIO_DIST` the built
//! page, `FLUX_STUDIO_CHROME` and `FLUX_STUDIO_CHROME_ARGS` the browser, `FLUX_STUDIO_CHROMEDRIVER` its
//! driver, `FLUX_STUDIO_AXE` the file `axe.min.js`, `FLUX_STUDIO_CONTRACT` a copy of `tests/contract` with
//! what `npm ci` puts there.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]
#![allow(unreachable_pub, reason = "nothing is outside of a test")]

/// The harness first, then what is tested.
mod e2e {
    mod adapter;
    mod again;
    mod browser;
    mod bytes;
    mod documents;
    mod fal;
    mod gateway;
    mod jobs;
    mod page;
    mod scratch;
    mod server;
    mod site;
    mod stage;
    mod table;
    mod watch;

    mod accessibility;
    mod advanced;
    mod attach;
    mod broken_proxies;
    mod cards;
    mod code_view;
    mod config;
    mod contract;
    mod failed_results;
    mod failed_submits;
    mod fault_matrix;
    mod files;
    mod first_picture;
    mod form;
    mod job_life;
    mod json_view;
    mod keyboard;
    mod kinds;
    mod ledger;
    mod lists;
    mod lost_connections;
    mod names;
    mod outputs;
    mod own_models;
    mod pasting;
    mod path_style;
    mod payload;
    mod policy;
    mod progress;
    mod progress_alerts;
    mod reloads;
    mod results;
    mod settings;
    mod shelf;
    mod shell;
    mod tabs;
}
