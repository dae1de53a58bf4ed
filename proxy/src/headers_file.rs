//! The `_headers` file: one list of response headers for this server, for the tests and for the
//! hosts that read the same format (Netlify, Cloudflare Pages). A line that starts in the first column
//! is a path, the indented lines under it are headers for it.
//!
//! A path may contain `*`, which stands for anything. Where several paths fit, all of them count; the
//! same header named twice is joined with a comma, and `! Name` takes away what an earlier path gave.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The rules of one `_headers` file.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeaderRules(Vec<Rule>);

#[derive(Debug, Clone)]
struct Rule {
    path: String,
    changes: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Add(HeaderName, HeaderValue),
    Remove(HeaderName),
}

/// What is wrong with a `_headers` file, by line.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeadersFileError {
    /// A header before any path.
    #[error("Line {0} of _headers is a header without a path above it.")]
    NoPath(usize),
    /// A path that starts with neither `/` nor `https://`.
    #[error("Line {0} of _headers is not a path that starts with /.")]
    Path(usize),
    /// Not `Name: value`, or not sendable.
    #[error("Line {0} of _headers is not a header of the form Name: value.")]
    Header(usize),
}

impl HeaderRules {
    pub(crate) fn parse(text: &str) -> Result<Self, HeadersFileError> {
        let mut rules: Vec<Rule> = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let number = index + 1;
            let content = line.trim();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if line.starts_with([' ', '\t']) {
                let change = Change::parse(content).ok_or(HeadersFileError::Header(number))?;
                rules.last_mut().ok_or(HeadersFileError::NoPath(number))?.changes.push(change);
            } else if content.starts_with('/') || content.starts_with("https://") {
                // A rule for one named host is the hosting's affair: it fits no path here.
                rules.push(Rule { path: content.to_owned(), changes: Vec::new() });
            } else {
                return Err(HeadersFileError::Path(number));
            }
        }
        Ok(Self(rules))
    }

    /// Writes what the file says about `path` over the headers of a response.
    pub(crate) fn apply(&self, path: &str, response: &mut HeaderMap) {
        let mut headers = HeaderMap::new();
        for change in
            self.0.iter().filter(|rule| fits(&rule.path, path)).flat_map(|rule| &rule.changes)
        {
            match change {
                Change::Add(name, value) => {
                    match headers.get(name).and_then(|known| joined(known, value)) {
                        Some(both) => _ = headers.insert(name.clone(), both),
                        None => _ = headers.insert(name.clone(), value.clone()),
                    }
                }
                Change::Remove(name) => _ = headers.remove(name),
            }
        }
        for (name, value) in &headers {
            response.insert(name.clone(), value.clone());
        }
    }
}

impl Change {
    fn parse(line: &str) -> Option<Self> {
        if let Some(name) = line.strip_prefix('!') {
            return HeaderName::try_from(name.trim()).ok().map(Self::Remove);
        }
        let (name, value) = line.split_once(':')?;
        let name = HeaderName::try_from(name.trim()).ok()?;
        Some(Self::Add(name, HeaderValue::try_from(value.trim()).ok()?))
    }
}

fn joined(first: &HeaderValue, second: &HeaderValue) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("{}, {}", first.to_str().ok()?, second.to_str().ok()?)).ok()
}

/// Whether a path fits a pattern in which each `*` stands for any run of characters.
fn fits(pattern: &str, path: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|start| path.strip_prefix(start)) else {
        return false;
    };
    let Some(end) = pieces.next_back() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "\
# Comment
/*
  X-Content-Type-Options: nosniff
  Content-Security-Policy: default-src 'none'; img-src https: data:
  Cache-Control: no-cache

/assets/*
  ! Cache-Control
  Cache-Control: public, max-age=31536000, immutable
/index.html
\tLink: </a.css>; rel=preload
\tLink: </b.css>; rel=preload
https://preview.example/*
  X-Robots-Tag: noindex
";

    fn applied(path: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        HeaderRules::parse(SAMPLE).unwrap().apply(path, &mut headers);
        headers
    }

    #[test]
    fn every_fitting_path_counts() {
        assert_eq!(applied("/")["cache-control"], "no-cache");
        assert_eq!(
            applied("/x/y")["content-security-policy"],
            "default-src 'none'; img-src https: data:"
        );
        assert_eq!(
            applied("/assets/a-1234.js")["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(applied("/assets/a-1234.js")["x-content-type-options"], "nosniff");
        assert_eq!(applied("/index.html")["link"], "</a.css>; rel=preload, </b.css>; rel=preload");
        assert!(!applied("/index.html").contains_key("x-robots-tag"));
    }

    #[test]
    fn a_rule_wins_over_what_the_server_would_say() {
        let mut headers = HeaderMap::new();
        headers.insert("cache-control", HeaderValue::from_static("private"));
        HeaderRules::parse(SAMPLE).unwrap().apply("/", &mut headers);
        assert_eq!(headers["cache-control"], "no-cache");
    }

    #[test]
    fn paths() {
        for (pattern, path, expected) in [
            ("/*", "/", true),
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/a/*", "/a", false),
            ("/*.wasm", "/x/app-1.wasm", true),
            ("/*.wasm", "/x/app-1.wasm.br", false),
            ("/*/b/*", "/a/b/c", true),
            ("/*/b/*", "/a/c", false),
            ("/aa*aa", "/aaa", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn mistakes_are_named_by_line() {
        for (text, expected) in [
            ("  X-A: 1", HeadersFileError::NoPath(1)),
            ("/*\n  not a header", HeadersFileError::Header(2)),
            ("/*\n  bad name: 1", HeadersFileError::Header(2)),
            ("# c\n\nassets/*", HeadersFileError::Path(3)),
        ] {
            assert_eq!(HeaderRules::parse(text).unwrap_err(), expected);
        }
    }
}
