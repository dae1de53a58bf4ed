//! Which addresses may be a proxy.

use thiserror::Error;

/// An absolute address that requests may be sent to: `https`, or `http` on this machine or on the
/// page's own origin; without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyUrl(String);

/// Why a text is no address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadProxyUrl {
    /// Nothing there.
    #[error("Enter the address of your proxy, such as https://example.org/api/fal/proxy.")]
    Empty,
    /// Not `http:` or `https:`.
    #[error("A proxy URL starts with https://.")]
    Scheme,
    /// A host without a scheme before it, which would be a path of the page's own server.
    #[error(
        "Write the whole address, with https:// in front (http:// for a proxy on this computer). \
         A path of the page's own server begins with / or ./"
    )]
    NoScheme,
    /// `http:` to somewhere else.
    #[error(
        "Use https:// here: plain http is only accepted for a proxy on this computer, at localhost \
         or 127.0.0.1."
    )]
    Insecure,
    /// A dot after the host's name, which no content security policy can express.
    #[error("Leave out the dot at the end of the host's name.")]
    Dot,
    /// A name or password before the host.
    #[error(
        "Leave the name and password out of the URL: anyone who opens Settings could read them."
    )]
    Credentials,
    /// No host, or characters no URL has.
    #[error("This is not a complete URL.")]
    Malformed,
    /// fal itself.
    #[error("This is fal itself. The page talks to your own proxy only, which holds the key.")]
    Fal,
}

/// The names of this computer that plain `http:` may go to: those that `public/_headers` lets the
/// page connect to.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

impl ProxyUrl {
    /// Reads an address as typed or configured. A relative one is taken relative to `page`, the
    /// address of the page itself.
    ///
    /// # Errors
    /// With the reason, as a sentence for the person who typed it.
    pub fn parse(text: &str, page: &str) -> Result<Self, BadProxyUrl> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadProxyUrl::Empty);
        }
        if text.chars().any(|c| {
            c.is_whitespace() || c.is_control() || matches!(c, '\\' | '<' | '>' | '"' | '#')
        }) {
            return Err(BadProxyUrl::Malformed);
        }
        let lower = text.to_ascii_lowercase();
        let rest = match lower.split_once("://") {
            Some(("https" | "http", _)) => text.split_once("://").map_or("", |(_, rest)| rest),
            Some(_) => return Err(BadProxyUrl::Scheme),
            None => return relative(&lower).map(|()| Self(join(page, text))),
        };
        let host = rest.split(['/', '?']).next().unwrap_or_default();
        if host.contains('@') {
            return Err(BadProxyUrl::Credentials);
        }
        let name = host_name(host);
        if name.is_empty() {
            return Err(BadProxyUrl::Malformed);
        }
        if ["fal.run", "fal.ai"].iter().any(|fal| is_under(name.trim_end_matches('.'), fal)) {
            return Err(BadProxyUrl::Fal);
        }
        if name.ends_with('.') {
            return Err(BadProxyUrl::Dot);
        }
        let same_origin = origin_of(text).is_some_and(|own| Some(own) == origin_of(page));
        if lower.starts_with("http://") && !LOOPBACK.contains(&&*name) && !same_origin {
            return Err(BadProxyUrl::Insecure);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port: `https://example.org`.
    pub fn origin(&self) -> &str {
        origin_of(&self.0).unwrap_or_default()
    }

    /// The address of something below it: the path goes before what the address asks for itself, and
    /// a slash at its end makes no difference.
    pub(super) fn below(&self, path: &str) -> String {
        let (base, own) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let base = base.trim_end_matches('/');
        match (own, path.contains('?')) {
            ("", _) => [base, "/", path].concat(),
            (own, false) => [base, "/", path, "?", own].concat(),
            (own, true) => [base, "/", path, "&", own].concat(),
        }
    }

    /// The path, without a slash at its end.
    pub(super) fn path(&self) -> &str {
        let rest = self.0.get(self.origin().len()..).unwrap_or_default();
        rest.split('?').next().unwrap_or_default().trim_end_matches('/')
    }

    /// Host and port, to show.
    pub fn host(&self) -> &str {
        self.origin().split_once("://").map_or("", |(_, host)| host)
    }
}

/// Scheme, host and port of an address.
pub(super) fn origin_of(url: &str) -> Option<&str> {
    let host_at = url.find("://")? + 3;
    let length = url.get(host_at..)?.find(['/', '?', '#']).unwrap_or(url.len() - host_at);
    url.get(..host_at + length)
}

fn host_name(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.to_ascii_lowercase()
}

fn is_under(name: &str, domain: &str) -> bool {
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a text without a scheme is a path, by how it begins.
fn relative(lower: &str) -> Result<(), BadProxyUrl> {
    let first = lower.split(['/', '?']).next().unwrap_or_default();
    let has_port = |(_, port): (&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
    match first.split_once(':').map(has_port) {
        Some(false) => Err(BadProxyUrl::Scheme),
        Some(true) => Err(BadProxyUrl::NoScheme),
        None if lower.starts_with("//") => Err(BadProxyUrl::NoScheme),
        None if first.contains('.') && !matches!(first, "." | "..") => Err(BadProxyUrl::NoScheme),
        None => Ok(()),
    }
}

fn join(page: &str, relative: &str) -> String {
    let page = page.split(['?', '#']).next().unwrap_or_default();
    if relative.starts_with('/') {
        return format!("{}{relative}", origin_of(page).unwrap_or_default());
    }
    let folder = page.rfind('/').and_then(|end| page.get(..=end)).unwrap_or(page);
    format!("{folder}{}", relative.trim_start_matches("./"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://me.github.io/studio/index.html?x=1";

    #[test]
    fn addresses_are_taken_or_refused_with_the_reason() {
        for (text, expected) in [
            ("https://a.example/api/fal/proxy", Ok("https://a.example/api/fal/proxy")),
            (" https://a.example ", Ok("https://a.example")),
            ("http://localhost:4173/p", Ok("http://localhost:4173/p")),
            ("http://127.0.0.1/p", Ok("http://127.0.0.1/p")),
            ("http://[::1]:80/p", Err(BadProxyUrl::Insecure)),
            ("http://flux.localhost/p", Err(BadProxyUrl::Insecure)),
            ("http://localhost./p", Err(BadProxyUrl::Dot)),
            ("https://a.example./p", Err(BadProxyUrl::Dot)),
            ("a.example/api", Err(BadProxyUrl::NoScheme)),
            ("a.example", Err(BadProxyUrl::NoScheme)),
            ("//a.example/api", Err(BadProxyUrl::NoScheme)),
            ("localhost:3333/api", Err(BadProxyUrl::NoScheme)),
            ("./proxy.php", Ok("https://me.github.io/studio/proxy.php")),
            ("../api", Ok("https://me.github.io/studio/../api")),
            ("api/v1.2/proxy?u=a:b", Ok("https://me.github.io/studio/api/v1.2/proxy?u=a:b")),
            ("https://queue.fal.run./x", Err(BadProxyUrl::Fal)),
            ("api/fal/proxy", Ok("https://me.github.io/studio/api/fal/proxy")),
            ("./api", Ok("https://me.github.io/studio/api")),
            ("/api/fal/proxy", Ok("https://me.github.io/api/fal/proxy")),
            ("", Err(BadProxyUrl::Empty)),
            ("http://a.example/p", Err(BadProxyUrl::Insecure)),
            ("http://localhost.a.example/p", Err(BadProxyUrl::Insecure)),
            ("https://me:secret@a.example/p", Err(BadProxyUrl::Credentials)),
            ("ftp://a.example", Err(BadProxyUrl::Scheme)),
            ("javascript:alert(1)", Err(BadProxyUrl::Scheme)),
            ("https://", Err(BadProxyUrl::Malformed)),
            ("https://a b", Err(BadProxyUrl::Malformed)),
            ("https://queue.fal.run/x", Err(BadProxyUrl::Fal)),
            ("https://FAL.ai", Err(BadProxyUrl::Fal)),
            ("https://a.example/p#x", Err(BadProxyUrl::Malformed)),
            ("api#x", Err(BadProxyUrl::Malformed)),
            ("https://myfal.ai/p", Ok("https://myfal.ai/p")),
        ] {
            let got = ProxyUrl::parse(text, PAGE);
            assert_eq!(got.as_ref().map(ProxyUrl::as_str), expected.as_ref().map(|s| *s), "{text}");
        }
    }

    #[test]
    fn a_page_on_plain_http_may_use_a_proxy_of_its_own_origin() {
        let page = "http://192.168.1.5:8080/";
        assert!(ProxyUrl::parse("http://192.168.1.5:8080/api", page).is_ok());
        assert!(ProxyUrl::parse("http://192.168.1.6:8080/api", page).is_err());
    }

    #[test]
    fn plain_http_goes_where_the_policy_lets_it() {
        let headers = include_str!("../../public/_headers");
        let (_, connect) = headers.split_once("connect-src ").unwrap();
        let (connect, _) = connect.split_once(';').unwrap();
        let allowed: Vec<&str> = connect
            .split(' ')
            .filter_map(|source| source.strip_prefix("http://")?.strip_suffix(":*"))
            .collect();
        assert_eq!(allowed, LOOPBACK);
    }

    #[test]
    fn origin_and_host_are_cut_from_the_address() {
        let url = ProxyUrl::parse("https://a.example:8443/p?q", PAGE).unwrap();
        assert_eq!((url.origin(), url.host()), ("https://a.example:8443", "a.example:8443"));
    }

    #[test]
    fn what_is_below_an_address_keeps_what_it_asks_for() {
        for (base, path, expected) in [
            ("https://a.example", "b/c", "https://a.example/b/c"),
            ("https://a.example/", "b/c?logs=1", "https://a.example/b/c?logs=1"),
            ("https://a.example/p//", "b", "https://a.example/p/b"),
            ("https://a.example/p?q=1", "b", "https://a.example/p/b?q=1"),
            ("https://a.example/p/?q=1", "b?logs=1", "https://a.example/p/b?logs=1&q=1"),
            ("https://a.example?", "b", "https://a.example/b"),
            ("api/queue/", "b", "https://me.github.io/studio/api/queue/b"),
        ] {
            assert_eq!(ProxyUrl::parse(base, PAGE).unwrap().below(path), expected, "{base}");
        }
    }
}
