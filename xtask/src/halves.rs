//! The finished program in two files, and a page that knows both.
//!
//! This module owns which functions a first visit can do without, and the names of the files. How a
//! module is taken apart is `split`'s to know; when the second half is fetched, the program's.

use std::{fs, path::Path};

use sha2::{Digest as _, Sha384};

use crate::{error::Failure, scripts::integrity, split::split};

/// What the program waits for before it uses it (`browser::later`): whoever is named here may only be
/// called after that.
const LATER: [&str; 6] = [
    "flux_studio::code::",
    "flux_studio::app::catalog::",
    "flux_studio::app::import::",
    "flux_studio::app::json::",
    "flux_studio::app::program::",
    "flux_studio::form::import::",
];

/// Splits the program in dist/.
pub(crate) fn halve(dist: &Path) -> Result<(), Failure> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).map_err(Failure::file("read", &page))?;
    let Some(name) = program(dist)? else { return Ok(()) };
    let whole_path = dist.join(&name);
    let whole = fs::read(&whole_path).map_err(Failure::file("read", &whole_path))?;
    let is_later = |function: &str| LATER.iter().any(|later| function.contains(later));
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
