//! The current input as a program, and a program or a piece of JSON as input.
//!
//! This room owns what a program that asks fal's queue looks like in four languages, and what can be
//! learned from a pasted command without running it. It refuses to know what a model takes: an input
//! is a JSON object, whatever is in it. A pasted command's own key is never read out of it.

mod paste;
mod shell;
mod snippet;

pub use paste::{NotAPayload, Pasted, pasted};
pub use snippet::{Language, Way, snippet};
