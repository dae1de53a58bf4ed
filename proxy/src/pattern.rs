//! The allow list, one pattern a line: which https addresses the key may be sent to. Compares texts; it
//! has never seen a request.

use std::fmt;

use reqwest::Url;

/// One line of the allow list: an https URL in which `*` stands for anything inside one path
/// segment or host label and `**` for anything at all.
///
/// A pattern without `?` says nothing of the query and admits any; one with `?` has to match it too.
#[derive(Clone, PartialEq, Eq)]
pub struct Pattern {
    host: String,
    rest: String,
}

/// Why a text is not a [`Pattern`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// Plain http would show the key to everyone on the way.
    #[error("\"{0}\" must start with https:// because the fal key travels with the request.")]
    NotHttps(String),
    /// The host is left open, so the key could go to anyone.
    #[error(
        "\"{0}\" must name its host: only sub-domains may be a *, as in https://*.example.com/**."
    )]
    OpenHost(String),
}

impl Pattern {
    /// What is always allowed: the queue and the direct runs of fal.
    #[must_use]
    pub fn defaults() -> Vec<Self> {
        ["queue.fal.run", "fal.run"]
            .into_iter()
            .map(|host| Self { host: host.to_owned(), rest: "/**".to_owned() })
            .collect()
    }

    /// Reads a pattern such as `https://rest.fal.ai/storage/upload/**`.
    ///
    /// # Errors
    /// [`PatternError`] when it is not https or leaves the host open.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = text.trim();
        let rest =
            text.strip_prefix("https://").ok_or_else(|| PatternError::NotHttps(text.to_owned()))?;
        let (host, rest) = match rest.find(['/', '?']) {
            Some(at) => rest.split_at(at),
            None => (rest, "/**"),
        };
        let host = host.strip_suffix(":443").unwrap_or(host).to_ascii_lowercase();
        let mut labels = host.rsplit('.');
        let closed = |label: Option<&str>| {
            label.is_some_and(|label| !label.is_empty() && !label.contains('*'))
        };
        let is_address =
            Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.domain().is_none());
        let named =
            closed(labels.next()) && (is_address || host == "localhost" || closed(labels.next()));
        if !named || host.contains('@') || host.contains("**") {
            return Err(PatternError::OpenHost(text.to_owned()));
        }
        Ok(Self { host, rest: rest.to_owned() })
    }

    pub(crate) fn admits(&self, url: &Url) -> bool {
        if !glob(self.host.as_bytes(), url.authority().as_bytes(), b'.') {
            return false;
        }
        let path = url.path();
        match (self.rest.contains('?'), url.query()) {
            (true, Some(query)) => {
                glob(self.rest.as_bytes(), format!("{path}?{query}").as_bytes(), b'/')
            }
            _ => glob(self.rest.as_bytes(), path.as_bytes(), b'/'),
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}{}", self.host, self.rest)
    }
}

/// Whether `text` matches `pattern`, where `*` does not cross `wall` and `**` crosses everything.
fn glob(pattern: &[u8], text: &[u8], wall: u8) -> bool {
    // The positions in the pattern that are alive after the text read so far: no backtracking, so a
    // pattern full of stars costs no more than its length for each byte.
    let mut alive = vec![false; pattern.len() + 1];
    let mark = |alive: &mut Vec<bool>, start: usize| {
        let mut at = start;
        loop {
            if let Some(slot) = alive.get_mut(at) {
                *slot = true;
            }
            match pattern.get(at..) {
                Some([b'*', b'*', ..]) => at += 2,
                Some([b'*', ..]) => at += 1,
                _ => break,
            }
        }
    };
    mark(&mut alive, 0);
    for &byte in text {
        let mut next = vec![false; pattern.len() + 1];
        for (at, _) in alive.iter().enumerate().filter(|(_, alive)| **alive) {
            match pattern.get(at..) {
                Some([b'*', b'*', ..]) => mark(&mut next, at),
                // The second star of a pair is not a star of its own.
                Some([b'*', ..]) if byte != wall => mark(&mut next, at),
                Some([b'*', ..]) => {}
                Some([literal, ..]) if *literal == byte => mark(&mut next, at + 1),
                _ => {}
            }
        }
        alive = next;
    }
    alive.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_would_give_the_key_away_are_refused() {
        for text in ["http://queue.fal.run/**", "queue.fal.run/**", "*"] {
            assert!(matches!(Pattern::parse(text), Err(PatternError::NotHttps(_))), "{text}");
        }
        for text in [
            "https://**",
            "https://*/x",
            "https://*.com/x",
            "https://",
            "https://a@b.example/x",
            "https://**.example.com/",
        ] {
            assert!(matches!(Pattern::parse(text), Err(PatternError::OpenHost(_))), "{text}");
        }
        for text in [
            "https://queue.falrun.com",
            "https://127.0.0.1:8080/**",
            "https://localhost/**",
            "https://*.fal.ai/**",
        ] {
            assert!(Pattern::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn globs() {
        for (pattern, text, expected) in [
            ("/**", "/", true),
            ("/**", "/a/b", true),
            ("/*", "/a", true),
            ("/*", "/a/b", false),
            ("/a*c", "/abbc", true),
            ("/a*c", "/abb", false),
            ("/**/z", "/a/b/z", true),
            ("/a/*/c", "/a//c", true),
            ("/a", "/ab", false),
            ("", "", true),
            ("/a**", "/a", true),
        ] {
            assert_eq!(
                glob(pattern.as_bytes(), text.as_bytes(), b'/'),
                expected,
                "{pattern} {text}"
            );
        }
    }
}
