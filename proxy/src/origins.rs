//! Which web pages may use the proxy. A page of the proxy's own origin always may, a page of another
//! origin only when it was named with `--allow-origin`, and a program that sends no `Origin` may too:
//! it has no visitor whose key it could spend.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use reqwest::Url;

/// The origins that may use the proxy besides its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    any: bool,
    exact: Vec<String>,
}

/// Why a text is not an origin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "\"{0}\" is not an origin. Write it as https://studio.example.com, without a path, or as *."
)]
pub struct OriginError(String);

/// What a request's `Origin` and `Host` amount to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// The proxy's own page, or no web page at all.
    Own,
    /// An allowed page elsewhere; the value goes into `access-control-allow-origin`.
    Foreign(HeaderValue),
}

/// Why a page may not use the proxy.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Denied {
    #[error(
        "This proxy does not answer pages of {0}. Start it with --allow-origin {0} if that page is yours."
    )]
    Origin(String),
    #[error(
        "This proxy listens on this computer only, but was called by the name {0}. \
         Start it with --allow-origin https://{0} if that name is yours."
    )]
    Host(String),
}

impl Origins {
    /// Reads origins as given on the command line; `*` admits every page.
    ///
    /// # Errors
    /// [`OriginError`] for the first text that is not one.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, OriginError> {
        let mut origins = Self::default();
        for text in texts {
            let text = text.as_ref().trim();
            if text == "*" {
                origins.any = true;
            } else {
                origins.exact.push(normal(text).ok_or_else(|| OriginError(text.to_owned()))?);
            }
        }
        Ok(origins)
    }

    /// Decides on a request by its headers. With `loopback_only` the `Host` has to be this computer
    /// or the host of an allowed origin, so that a foreign name that was made to point here is no way in.
    pub(crate) fn check(&self, headers: &HeaderMap, loopback_only: bool) -> Result<Access, Denied> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        if let Some(host) = host.filter(|_| loopback_only)
            && !is_loopback(host)
            && !self.any
            && !self.exact.iter().any(|origin| same_authority(origin, host))
        {
            return Err(Denied::Host(host.to_owned()));
        }
        let Some(header) = headers.get(ORIGIN) else {
            return Ok(Access::Own);
        };
        let origin = header.to_str().unwrap_or_default();
        if host.is_some_and(|host| same_authority(origin, host)) {
            Ok(Access::Own)
        } else if self.any {
            Ok(Access::Foreign(HeaderValue::from_static("*")))
        } else if normal(origin).is_some_and(|origin| self.exact.contains(&origin)) {
            Ok(Access::Foreign(header.clone()))
        } else {
            Err(Denied::Origin(origin.to_owned()))
        }
    }
}

/// `scheme://host[:port]` as a browser would write it.
fn normal(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    (bare && matches!(url.scheme(), "http" | "https")).then(|| url.origin().ascii_serialization())
}

/// Whether an origin and a `Host` header name the same place. The scheme is left out of it: behind a
/// TLS terminator the proxy does not know its own.
fn same_authority(origin: &str, host: &str) -> bool {
    let Ok(origin) = Url::parse(origin) else { return false };
    if !matches!(origin.scheme(), "http" | "https") {
        return false;
    }
    let Ok(own) = Url::parse(&format!("{}://{host}", origin.scheme())) else { return false };
    origin.origin() == own.origin()
}

fn is_loopback(host: &str) -> bool {
    let Ok(url) = Url::parse(&format!("http://{host}")) else { return false };
    match url.host_str() {
        Some(name) => {
            let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
            address.is_ok_and(|address| address.is_loopback())
                || name == "localhost"
                || name.ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        headers
    }

    #[test]
    fn who_may_use_the_proxy() {
        let none = Origins::default();
        let one = Origins::parse(&["https://studio.example/"]).unwrap();
        let any = Origins::parse(&["*"]).unwrap();
        let foreign = |origin: &'static str| Ok(Access::Foreign(HeaderValue::from_static(origin)));
        let denied = |origin: &str| Err(Denied::Origin(origin.to_owned()));
        for (origins, host, origin, expected) in [
            (&none, "127.0.0.1:4173", None, Ok(Access::Own)),
            (&none, "127.0.0.1:4173", Some("http://127.0.0.1:4173"), Ok(Access::Own)),
            (&none, "studio.example", Some("https://studio.example"), Ok(Access::Own)),
            (&none, "studio.example:443", Some("https://studio.example"), Ok(Access::Own)),
            (
                &none,
                "127.0.0.1:4173",
                Some("http://localhost:4173"),
                denied("http://localhost:4173"),
            ),
            (
                &none,
                "127.0.0.1:4173",
                Some("http://127.0.0.1:8000"),
                denied("http://127.0.0.1:8000"),
            ),
            (&none, "127.0.0.1:4173", Some("https://evil.example"), denied("https://evil.example")),
            (&none, "127.0.0.1:4173", Some("null"), denied("null")),
            (
                &none,
                "127.0.0.1:4173",
                Some("http://127.0.0.1:4173.evil.example"),
                denied("http://127.0.0.1:4173.evil.example"),
            ),
            (
                &one,
                "proxy.example",
                Some("https://studio.example"),
                foreign("https://studio.example"),
            ),
            (&one, "proxy.example", Some("http://studio.example"), denied("http://studio.example")),
            (
                &one,
                "proxy.example",
                Some("https://studio.example:8443"),
                denied("https://studio.example:8443"),
            ),
            (
                &one,
                "proxy.example",
                Some("https://sub.studio.example"),
                denied("https://sub.studio.example"),
            ),
            (&any, "proxy.example", Some("https://whoever.example"), foreign("*")),
            (&any, "proxy.example", Some("null"), foreign("*")),
        ] {
            assert_eq!(origins.check(&headers(host, origin), false), expected, "{host} {origin:?}");
        }
    }

    #[test]
    fn on_loopback_the_name_in_the_request_counts() {
        let origins = Origins::parse(&["https://studio.example"]).unwrap();
        for host in [
            "127.0.0.1:4173",
            "localhost:4173",
            "[::1]:4173",
            "flux.localhost:4173",
            "127.8.8.8",
            "studio.example",
        ] {
            assert_eq!(origins.check(&headers(host, None), true), Ok(Access::Own), "{host}");
        }
        // What a rebound name looks like: the page and the proxy seem to share an origin.
        let rebound = headers("evil.example:4173", Some("http://evil.example:4173"));
        assert_eq!(
            origins.check(&rebound, true),
            Err(Denied::Host("evil.example:4173".to_owned()))
        );
        assert_eq!(origins.check(&rebound, false), Ok(Access::Own));
    }

    #[test]
    fn what_is_not_an_origin() {
        for text in [
            "studio.example",
            "https://studio.example/app",
            "ftp://x.example",
            "https://a@b.example",
            "",
        ] {
            assert!(Origins::parse(&[text]).is_err(), "{text}");
        }
    }
}
