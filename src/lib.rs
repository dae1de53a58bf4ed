//! Flux Studio: a browser front end that turns a model's schema into a form, the form into a
//! request, the request into a job on fal's queue, and the job into pictures.
//!
//! The rooms `schema`, `form`, `queue`, `code`, `settings`, `number` and `times` are pure: no I/O,
//! no clock, no randomness. They are built for the host as well, which is how the compiler keeps
//! them so. `browser` is the one room that names the web platform; `app` holds the views.
//! ARCHITECTURE.md has the plan.

pub mod code;
pub mod form;
pub mod number;
pub mod queue;
pub mod schema;
pub mod settings;
pub mod times;

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod browser;
