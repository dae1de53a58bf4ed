//! Files of the project, and Rust code without what is not code.

use std::fs;
use std::path::Path;

/// A file of the project.
pub(crate) struct Source {
    /// Relative to the project's folder.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A string literal, with the code around it.
pub(crate) struct Literal<'c> {
    pub(crate) before: &'c str,
    pub(crate) text: &'c str,
    pub(crate) after: &'c str,
}

/// The text of a file of the project.
pub(crate) fn read(path: &str) -> String {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(full).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file with an extension in a folder and its folders, or the file itself.
pub(crate) fn under(path: &str, extension: &str) -> Vec<Source> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if full.is_file() {
        let fits = full.extension().is_some_and(|known| known == extension);
        return if fits {
            vec![Source { path: path.to_owned(), text: read(path) }]
        } else {
            vec![]
        };
    }
    let entries = fs::read_dir(&full).unwrap_or_else(|error| panic!("{path}: {error}"));
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.iter().flat_map(|name| under(&format!("{path}/{name}"), extension)).collect()
}

impl Source {
    /// The code: without comments, and without the tests, which stand at the end of a file.
    pub(crate) fn code(&self) -> String {
        let test = "#[cfg(test)]\nmod tests {\n";
        let (code, tests) = self.text.split_once(test).unwrap_or((&self.text, ""));
        let after = tests.split_once("\n}\n").map_or("", |(_, after)| after);
        assert!(after.trim().is_empty(), "{} goes on after its tests", self.path);
        assert!(!code.contains("#[cfg(test)]"), "{} has tests in the middle", self.path);
        let lines = code.lines().map(|line| match line.trim_start().starts_with("//") {
            true => "",
            false => line.split_once(" // ").map_or(line, |(code, _)| code),
        });
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}

/// The string literals of some code.
pub(crate) fn literals(code: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = code[at..].find('"').map(|offset| at + offset + 1) {
        if code[..start].ends_with("'\"") {
            at = start; // A quote as a character.
            continue;
        }
        let mut escaped = false;
        let end = code[start..].find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let end = start + end.expect("a string ends");
        let (before, after) = (&code[..start - 1], &code[end + 1..]);
        found.push(Literal { before, text: &code[start..end], after });
        at = end + 1;
    }
    found
}
