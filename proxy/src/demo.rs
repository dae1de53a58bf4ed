//! The demo engine: fal's queue, played by the proxy itself when it has no key.
//!
//! It stands where the upstream would stand, so the allow list, the limits and CORS apply to it as they do
//! to fal. It validates against the same OpenAPI documents the page ships, queues with real positions,
//! writes step logs and draws real pictures; it never opens a connection of its own. Tests give it a
//! [`Script`] and steer it through a [`Handle`]; nothing a person types can.

mod answers;
mod call;
mod catalog;
mod control;
mod draw;
mod engine;
mod fault;
mod files;
mod mistake;
mod outcome;
mod paint;
mod progress;
mod queue;
mod run;
mod script;
mod settings;
mod size;
mod source;
mod validate;

pub use control::{Handle, Seen, Submission};
pub use engine::Engine;
pub use fault::{Fault, Times};
pub use script::{Phase, Schedule, Script};

pub(crate) use files::FILES_ROUTE;
