//! Which files a page makes the browser load.
//!
//! This module owns just enough HTML for that: tags and their attributes. It reads text and names
//! files; it opens none.

/// The kinds of `<link>` the browser fetches before the page can be used. An icon or a manifest is
/// fetched too, but nothing waits for it.
const LOADED: [&str; 3] = ["stylesheet", "modulepreload", "preload"];

/// The files of our own that the text refers to and a browser loads at once, each one once, in
/// order of appearance.
pub(crate) fn loaded_files(html: &str) -> Vec<String> {
    let mut files = Vec::new();
    for tag in tags(html) {
        let reference = match tag.name.as_str() {
            "script" | "img" => tag.attribute("src"),
            "link" if tag.attribute("rel").is_some_and(is_loaded) => tag.attribute("href"),
            _ => None,
        };
        for file in reference.into_iter().flat_map(named_files) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}

struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn is_loaded(rel: &str) -> bool {
    rel.split_whitespace().any(|word| LOADED.iter().any(|loaded| word.eq_ignore_ascii_case(loaded)))
}

/// The file of a reference, and those its query names: our loader is told the names of the script
/// and the wasm there.
fn named_files(reference: &str) -> Vec<String> {
    let (path, query) = reference.split_once('?').unwrap_or((reference, ""));
    let values = query.split('&').filter_map(|pair| Some(pair.split_once('=')?.1));
    let values = values.filter(|value| value.ends_with(".js") || value.ends_with(".wasm"));
    [path].into_iter().chain(values).filter_map(own_file).collect()
}

/// The path within dist/, or nothing if it leads elsewhere.
fn own_file(reference: &str) -> Option<String> {
    let reference = reference.split('#').next()?.replace("&amp;", "&").replace("%2F", "/");
    if reference.starts_with("//") || reference.contains(':') {
        return None;
    }
    let file = reference.trim_start_matches("./").trim_start_matches('/');
    (!file.is_empty()).then(|| file.to_owned())
}

/// The opening tags of a text. What stands in comments does not count.
fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if after.starts_with(|char: char| char.is_ascii_alphabetic()) {
            let (tag, after) = tag(after);
            tags.push(tag);
            rest = after;
        } else {
            rest = after;
        }
    }
    tags
}

/// The tag whose `<` was just passed, and what follows it.
fn tag(text: &str) -> (Tag, &str) {
    let ends_name = |char: char| char.is_whitespace() || matches!(char, '>' | '/');
    let (name, mut rest) = split(text, ends_name);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|char: char| char.is_whitespace() || char == '/');
        if rest.is_empty() || rest.starts_with('>') {
            break;
        }
        let (key, after) = split(rest, |char| ends_name(char) || char == '=');
        // A stray `=` would otherwise keep us here for ever.
        let after = if key.is_empty() { after.get(1..).unwrap_or_default() } else { after };
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_start()),
            None => ("", after),
        };
        attributes.push((key.to_ascii_lowercase(), value.to_owned()));
        rest = after;
    }
    (Tag { name: name.to_ascii_lowercase(), attributes }, rest)
}

fn value_of(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote).unwrap_or((quoted, ""));
        }
    }
    split(text, |char| char.is_whitespace() || char == '>')
}

fn split(text: &str, at: impl Fn(char) -> bool) -> (&str, &str) {
    text.find(at).and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, files: &[&str]) {
        assert_eq!(loaded_files(html), files, "{html}");
    }

    #[test]
    fn a_built_page_names_its_files() {
        check(
            r#"<!DOCTYPE html><html lang=en><head><meta charset=utf-8>
            <link rel="stylesheet" href="./studio-12.css" integrity="sha384-a/b=">
            <link rel=modulepreload href=./app-34.js crossorigin=anonymous>
            <link rel="preload" href="./app-34_bg.wasm" as="fetch" type="application/wasm">
            <link rel="icon" href="./icon.svg"><link rel="manifest" href="./app.webmanifest">
            <script type="module" src="./boot.js?js=/app-34.js&amp;wasm=./app-34_bg.wasm"></script></head>
            <body><img src='pictures/one.png' alt="a > b"/><a href="./elsewhere.html">x</a></body></html>"#,
            &["studio-12.css", "app-34.js", "app-34_bg.wasm", "boot.js", "pictures/one.png"],
        );
    }

    #[test]
    fn only_files_of_our_own_count() {
        check(
            r#"<script src="https://example.org/a.js"></script><img src="data:image/png;base64,AA">"#,
            &[],
        );
        check(r#"<script src="//example.org/a.js"></script><script>let a = 1 < 2;</script>"#, &[]);
    }

    #[test]
    fn comments_do_not_count() {
        check(
            r#"<!-- <script src="old.js"></script> --><script src="new.js"></script>"#,
            &["new.js"],
        );
        check(r#"<!-- <script src="old.js">"#, &[]);
    }

    #[test]
    fn broken_markup_comes_to_an_end() {
        for html in [
            "<",
            "<a",
            "<a =",
            "<a ==>",
            "<script src",
            "<script src=",
            "<script src=\"a.js",
            "<script / src='b'",
        ] {
            loaded_files(html);
        }
    }
}
