//! The style sheet of the page, out of its parts.
//!
//! This module owns the order of the parts (that of their names) and the taking away of comments
//! and needless space. It does not understand CSS beyond its tokens: what stands inside strings,
//! URLs and escapes is never touched, and where a space could mean something (as in `a :hover`) it
//! stays. The comments in style/ can be as long as they need to be.

use std::{fs, path::PathBuf};

use crate::{error::Failure, project::Project};

/// Writes `target/style/studio.css` and says whether it changed. It is left alone when it did not,
/// because `trunk serve` would take a newly written file for news, and build for ever.
pub(crate) fn write(project: &Project) -> Result<bool, Failure> {
    let folder = project.scratch("style");
    let sheet = folder.join("studio.css");
    let css = joined(project)?;
    if fs::read_to_string(&sheet).is_ok_and(|old| old == css) {
        return Ok(false);
    }
    fs::create_dir_all(&folder).map_err(Failure::file("create", &folder))?;
    fs::write(&sheet, css).map_err(Failure::file("write", &sheet))?;
    Ok(true)
}

fn joined(project: &Project) -> Result<String, Failure> {
    let mut css = String::new();
    for path in parts(project)? {
        let text = fs::read_to_string(&path).map_err(Failure::file("read", &path))?;
        let file = || path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Each part by itself: a comment left open in one must not swallow the next.
        css += &squeeze(&text).map_err(|problem| Failure::Style { file: file(), problem })?;
    }
    Ok(css)
}

fn parts(project: &Project) -> Result<Vec<PathBuf>, Failure> {
    let folder = project.root().join("style");
    let entries = fs::read_dir(&folder).map_err(Failure::file("read", &folder))?;
    let mut parts: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    parts.retain(|path| path.extension().is_some_and(|extension| extension == "css"));
    parts.sort();
    Ok(parts)
}

/// CSS without comments and needless space, or what is wrong with it.
fn squeeze(css: &str) -> Result<String, &'static str> {
    let mut out = Squeezed::default();
    let mut rest = css.strip_prefix('\u{feff}').unwrap_or(css);
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            let (_, after) = comment.split_once("*/").ok_or("a comment is never closed")?;
            out.comment();
            rest = after;
            continue;
        }
        let length = match first {
            '"' | '\'' => string(rest, first)?,
            '\\' => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            _ if out.ends_word() && starts_url(rest) => url(rest)?,
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push(token)?;
        rest = after;
    }
    out.finish()
}

/// The length of a string, both quotes included.
fn string(text: &str, quote: char) -> Result<usize, &'static str> {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => break,
            _ if char == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err("a string is never closed")
}

fn starts_url(text: &str) -> bool {
    text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("url("))
}

/// The length of `url(…)`. One with quotes ends here too unless it holds a bracket, and then its
/// string is found as one.
fn url(text: &str) -> Result<usize, &'static str> {
    let inside = text.get(4..).unwrap_or_default();
    if inside.trim_start().starts_with(['"', '\'']) {
        return Ok(4);
    }
    inside.find(')').map(|at| 4 + at + 1).ok_or("a url( is never closed")
}

/// What has been kept so far, and whether a space or a comment stood since.
#[derive(Default)]
struct Squeezed {
    css: String,
    space: bool,
    comment: bool,
    depth: usize,
}

impl Squeezed {
    fn comment(&mut self) {
        self.comment = true;
    }

    fn push(&mut self, token: &str) -> Result<(), &'static str> {
        if matches!(token, " " | "\t" | "\n" | "\r" | "\u{c}") {
            self.space = true;
            return Ok(());
        }
        match token {
            "{" => self.depth += 1,
            "}" => self.depth = self.depth.checked_sub(1).ok_or("a } closes nothing")?,
            _ => {}
        }
        let between = !self.css.is_empty()
            && !self.css.ends_with(is_divider)
            && !token.starts_with(is_divider);
        if between && self.space {
            self.css.push(' ');
        } else if between && self.comment {
            // `a/**/b` is neither `ab` nor `a b`.
            self.css.push_str("/**/");
        }
        self.css.push_str(token);
        (self.space, self.comment) = (false, false);
        Ok(())
    }

    /// Whether a word may begin here: `-my-url(` is a function of somebody else's.
    fn ends_word(&self) -> bool {
        self.space
            || self.comment
            || !self
                .css
                .ends_with(|char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '\\'))
    }

    fn finish(mut self) -> Result<String, &'static str> {
        if self.depth > 0 {
            return Err("a { is never closed");
        }
        if !self.css.is_empty() {
            self.css.push('\n');
        }
        Ok(self.css)
    }
}

/// Space beside these never means anything.
fn is_divider(char: char) -> bool {
    matches!(char, '{' | '}' | ';' | ',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_needless_space_go() {
        for (css, squeezed) in [
            ("", ""),
            ("/* only words */\n", ""),
            ("a {\n  color: red;\n}\n", "a{color: red;}\n"),
            (".a , .b { c: d }", ".a,.b{c: d}\n"),
            ("a { /* why */ b: c; /* more */ }", "a{b: c;}\n"),
            (
                "@media (width >= 40rem) and (hover) { a { b: c } }",
                "@media (width >= 40rem) and (hover){a{b: c}}\n",
            ),
            ("\u{feff}a{}", "a{}\n"),
        ] {
            assert_eq!(squeeze(css).as_deref(), Ok(squeezed), "{css}");
        }
    }

    #[test]
    fn what_means_something_stays() {
        for css in [
            "a :hover{b: c}\n",
            "a:hover{b: c}\n",
            "a{content: \"/* no comment */  { ; \"}\n",
            "a{content: 'it\\'s  here'}\n",
            "a{b: url(data:image/svg+xml;utf8,/*x*/  y)}\n",
            "a{b: url( \"a ) /* b\" )}\n",
            ".a\\ b{c: d}\n",
            ".a/**/.b{c: d}\n",
            "a{b: calc(1px + 2px)}\n",
            "a{--empty: ;}\n".replace(": ;", ":;").as_str(),
        ] {
            assert_eq!(squeeze(css).as_deref(), Ok(css), "{css}");
        }
    }

    #[test]
    fn a_part_that_would_spoil_the_next_is_refused() {
        for (css, problem) in [
            ("a { b: c", "a { is never closed"),
            ("a { } }", "a } closes nothing"),
            ("/* a", "a comment is never closed"),
            ("a { b: 'c }", "a string is never closed"),
            ("a { b: url(c }", "a url( is never closed"),
        ] {
            assert_eq!(squeeze(css), Err(problem), "{css}");
        }
    }

    #[test]
    fn other_scripts_survive() {
        assert_eq!(
            squeeze("a{content: \"→ ü\"} .ü{b: c}").as_deref(),
            Ok("a{content: \"→ ü\"}.ü{b: c}\n")
        );
    }
}
