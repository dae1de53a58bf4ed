//! The proxy as its users meet it: over sockets, with a fake upstream or the demo engine behind it. One
//! binary, because linking the server once for every file takes longer than all the tests.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

mod contract;
mod documents;
mod engine;
mod faults;
mod gate;
mod models;
mod once;
mod pictures;
mod program;
mod site;
mod support;
mod validation;
