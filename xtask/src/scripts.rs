//! The scripts of the finished page, without what only their authors read.
//!
//! Trunk's minifier gives up on the glue that wasm-bindgen writes, so comments and indentation are
//! taken out here, and the integrity that the page states for the glue is stated anew. This module
//! knows just enough JavaScript not to touch what it does not understand: it works by whole lines.

use std::{fs, path::Path};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha384};

use crate::error::Failure;

/// Tidies every script at the top of dist/ and mends the page's integrity attributes.
pub(crate) fn tidy(dist: &Path) -> Result<(), Failure> {
    let page = dist.join("index.html");
    let mut html = fs::read_to_string(&page).map_err(Failure::file("read", &page))?;
    for entry in fs::read_dir(dist).map_err(Failure::file("list", dist))? {
        let path = entry.map_err(Failure::file("list", dist))?.path();
        if path.extension().is_none_or(|extension| extension != "js") {
            continue;
        }
        let script = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
        let tidied = tidied(&script);
        html = html.replace(&integrity(&script), &integrity(&tidied));
        fs::write(&path, tidied).map_err(Failure::file("write", &path))?;
    }
    fs::write(&page, html).map_err(Failure::file("write", &page))
}

/// The attribute's value for a file.
pub(crate) fn integrity(file: impl AsRef<[u8]>) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(file)))
}

/// The script without blank lines, indentation, and lines that are all comment. A script with a
/// template text that spans lines is left as it is.
fn tidied(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut tidied = String::with_capacity(script.len());
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = !line.ends_with("*/");
        } else if !line.is_empty() && !line.starts_with("//") {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_of_comment_and_indentation_go() {
        let script =
            "// top\nlet a = 1; // stays\n\n  /**\n   * text\n   */\n  f(`x ${a}`);\n/* one */\n";
        assert_eq!(tidied(script), "let a = 1; // stays\nf(`x ${a}`);\n");
    }

    #[test]
    fn a_text_that_spans_lines_keeps_its_script_as_it_is() {
        let script = "let a = `\n  // not a comment\n`;\n";
        assert_eq!(tidied(script), script);
    }

    #[test]
    fn the_page_states_the_integrity_of_what_is_there() {
        let dist = std::env::temp_dir().join(format!("flux-studio-scripts-{}", std::process::id()));
        fs::create_dir_all(&dist).unwrap();
        let script = "  let a = 1;\n";
        fs::write(dist.join("a.js"), script).unwrap();
        fs::write(dist.join("index.html"), format!("<link integrity=\"{}\">", integrity(script)))
            .unwrap();
        tidy(&dist).unwrap();
        let html = fs::read_to_string(dist.join("index.html")).unwrap();
        let tidy_script = fs::read_to_string(dist.join("a.js")).unwrap();
        fs::remove_dir_all(&dist).unwrap();
        assert_eq!(tidy_script, "let a = 1;\n");
        assert_eq!(html, format!("<link integrity=\"{}\">", integrity(&tidy_script)));
    }
}
