//! A program in two files: what a first visit needs, and the rest.
//!
//! Neither Trunk nor wasm-bindgen splits a program, so it is done to the finished wasm. Functions
//! whose names say that they are not needed at once, and those that only they call, move to a second
//! module. It borrows memory, tables and globals from the first and takes its places in the first
//! one's table. Calls into it go through that table, where nothing is until it is loaded: the program
//! waits for it before it makes such a call.
//!
//! `parts` reads a module, `code` what its functions say, `data` what they refer to, and `names` what
//! they are called. `plan` decides who goes; `first` and `rest` write. All of it works on bytes and knows no files. What it
//! does not know it refuses.

mod code;
mod data;
mod first;
mod names;
mod parts;
mod plan;
mod rest;

use std::collections::{BTreeMap, BTreeSet};

use wasm_encoder::reencode::{self, Reencode};
use wasmparser::{BinaryReaderError, Validator};

use crate::split::{parts::Parts, plan::Plan};

/// The two modules.
pub(crate) struct Halves {
    pub(crate) first: Vec<u8>,
    pub(crate) rest: Vec<u8>,
    /// The names of the functions that went.
    pub(crate) later: BTreeSet<String>,
    /// Who calls whom across the gap, by name.
    pub(crate) gates: BTreeSet<(String, String)>,
}

/// Why a module is left whole.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSplit {
    #[error("the program is no module this can read: {0}")]
    Unreadable(#[from] BinaryReaderError),
    #[error("the program uses something that splitting does not know: {0}")]
    Unknown(&'static str),
    #[error("the program uses instructions that splitting does not know, those of `{0}`")]
    Instructions(&'static str),
    #[error("a half of it would be no module: {0}")]
    Broken(#[source] BinaryReaderError),
}

/// Splits a module. `is_later` judges a function by its name.
pub(crate) fn split(module: &[u8], is_later: &dyn Fn(&str) -> bool) -> Result<Halves, NotSplit> {
    // What is valid holds no number that leads nowhere, and nobody below has to ask.
    Validator::new().validate_all(module)?;
    let parts = Parts::read(module)?;
    let plan = Plan::of(&parts, is_later)?;
    let (first, rest) = (first::write(&parts, &plan)?, rest::write(&parts, &plan)?);
    for half in [&first, &rest] {
        Validator::new().validate_all(half).map_err(NotSplit::Broken)?;
    }
    let later = plan.later.iter().filter_map(|function| parts.name_of(*function));
    let later = later.map(str::to_owned).collect();
    Ok(Halves { first, rest, later, gates: plan.gates(&parts) })
}

/// The name by which the second module knows the first: the loader hands it over under this name.
const FIRST: &str = "m";

/// The name under which the first module lends the second one of its parts: a *f*unction, *m*emory,
/// *t*able or *g*lobal.
fn lent_name(kind: char, number: u32) -> String {
    format!("{kind}{number}")
}

/// Whether a name could be one of those.
fn is_lent_name(name: &str) -> bool {
    let number = name.strip_prefix(['f', 'm', 't', 'g']);
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Writes as it was what was read, save for the numbers of functions where they have others now.
#[derive(Default)]
struct Writer<'n> {
    /// From the numbers of the whole to those of the module that is written, if they are not the same.
    functions: Option<&'n BTreeMap<u32, u32>>,
}

impl Reencode for Writer<'_> {
    type Error = NotSplit;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<NotSplit>> {
        let Some(functions) = self.functions else { return Ok(function) };
        let lost = reencode::Error::UserError(NotSplit::Unknown("a call to nowhere"));
        functions.get(&function).copied().ok_or(lost)
    }

    // The second module has no data to copy, and no lists and tags of its own, and borrows none.

    fn data_index(&mut self, _: u32) -> Result<u32, reencode::Error<NotSplit>> {
        Err(reencode::Error::UserError(NotSplit::Unknown("data that is copied when asked for")))
    }

    fn element_index(&mut self, _: u32) -> Result<u32, reencode::Error<NotSplit>> {
        Err(reencode::Error::UserError(NotSplit::Unknown("functions that are listed to be copied")))
    }

    fn tag_index(&mut self, _: u32) -> Result<u32, reencode::Error<NotSplit>> {
        Err(reencode::Error::UserError(NotSplit::Unknown("exceptions")))
    }
}

impl From<reencode::Error<NotSplit>> for NotSplit {
    fn from(error: reencode::Error<NotSplit>) -> Self {
        match error {
            reencode::Error::ParseError(error) => Self::Unreadable(error),
            reencode::Error::UserError(error) => error,
            _ => Self::Unknown("a type or an instruction that cannot be written again"),
        }
    }
}

#[cfg(test)]
mod tests;
