//! The finished program in two files, and a page that knows both.
//!
//! This module owns which functions a first visit can do without, and the names of the files. How a
//! module is taken apart is `split`'s to know; when the second half is fetched, the program's.

use std::{fs, path::Path};

use sha2::{Digest as _, Sha384};

use crate::{error::Failure, scripts::integrity, split::split};

/// What the program waits for before it uses it (`browser::later`). Functions of these modules and
/// all that is made for them go, generic code of others included: nothing else knows their types.
const LATER: [&str; 13] = [
    "flux_studio::app::card::",
    "flux_studio::app::catalog::",
    "flux_studio::app::failure::",
    "flux_studio::app::import::",
    "flux_studio::app::items::",
    "flux_studio::app::json::",
    "flux_studio::app::kinds::",
    "flux_studio::app::outputs::",
    "flux_studio::app::pictures::",
    "flux_studio::app::program::",
    "flux_studio::app::settings::",
    "flux_studio::code::",
    // Exports of a library that are never called, which keeps them from being left out.
    "wasm_streams::",
];

/// The same of single functions, and of modules with types that everybody knows: here only what
/// begins with the name goes.
const LATER_BY_NAME: [&str; 28] = [
    "flux_studio::app::controls::search",
    "flux_studio::app::controls::several",
    "flux_studio::app::file::",
    "flux_studio::app::shelf::carried_over",
    "flux_studio::app::shelf::kept_draft",
    "flux_studio::app::studio::Studio>::restore",
    "flux_studio::app::studio::Studio>::reuse",
    "flux_studio::app::studio::Studio>::send",
    "flux_studio::app::studio::Studio>::show_fields",
    "flux_studio::browser::runner::Runner>::restore",
    "flux_studio::browser::runner::Runner>::save",
    "flux_studio::browser::runner::Runner>::send",
    "flux_studio::browser::runner::Runner>::tell",
    "flux_studio::form::Form>::adopt",
    "flux_studio::form::Form>::changes",
    "flux_studio::form::Form>::draft_of",
    "flux_studio::form::Form>::import",
    "flux_studio::form::Form>::unknown",
    "flux_studio::form::field::Field>::branch_for",
    "flux_studio::form::field::Field>::write",
    "flux_studio::form::fold::",
    "flux_studio::queue::failure::",
    "flux_studio::queue::file::",
    "flux_studio::queue::job::",
    "flux_studio::queue::ledger::",
    "flux_studio::queue::output::",
    "flux_studio::queue::refusal::",
    "flux_studio::queue::wire::",
];

/// Splits the program in dist/.
pub(crate) fn halve(dist: &Path) -> Result<(), Failure> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).map_err(Failure::file("read", &page))?;
    let Some(name) = program(dist)? else { return Ok(()) };
    let whole_path = dist.join(&name);
    let whole = fs::read(&whole_path).map_err(Failure::file("read", &whole_path))?;
    let is_later = |function: &str| {
        let own = function.trim_start_matches(['<', '&']);
        LATER.iter().any(|later| function.contains(later))
            || LATER_BY_NAME.iter().any(|later| own.starts_with(later))
    };
    let halves = split(&whole, &is_later).map_err(Failure::NotSplit)?;

    // The names say what is in the files, so that browsers may keep them for good.
    let stem = name.split('-').take(2).collect::<Vec<_>>().join("-");
    let named = |bytes: &[u8], kind: &str| {
        let hash: String =
            Sha384::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{stem}-{hash}_{kind}.wasm")
    };
    let (first, rest) = (named(&halves.first, "bg"), named(&halves.rest, "later"));
    for (file, bytes) in [(&first, &halves.first), (&rest, &halves.rest)] {
        let path = dist.join(file);
        fs::write(&path, bytes).map_err(Failure::file("write", &path))?;
    }
    if first != name {
        fs::remove_file(&whole_path).map_err(Failure::file("remove", &whole_path))?;
    }
    let link = format!("<link rel=later href=./{rest} integrity={}>", integrity(&halves.rest));
    let html = html
        .replace(&name, &first)
        .replace(&integrity(&whole), &integrity(&halves.first))
        .replacen("<script", &format!("{link}<script"), 1);
    fs::write(&page, html).map_err(Failure::file("write", &page))
}

/// The one wasm file of a built page.
fn program(dist: &Path) -> Result<Option<String>, Failure> {
    let entries = fs::read_dir(dist).map_err(Failure::file("list", dist))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names.into_iter().find(|name| name.ends_with("_bg.wasm")))
}
