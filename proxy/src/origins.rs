//! Which web pages may use the proxy. A page of the proxy's own origin always may, a page of another
//! origin only when it was named with `--allow-origin`, and a program that sends no `Origin` may too:
//! it has no visitor whose key it could spend.
//!
//! Whose page it is says the `Host`, and anybody can make a name of theirs point here: a page under it
//! seems to be the proxy's own, and its browser sends no `Origin` with a GET. So the own page is believed
//! only under names that are certain, or were named.

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

/// Under which names a page may be the proxy's own, besides the hosts of the allowed origins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Any: the program that holds the router looks to that.
    Any,
    /// Those of this computer, which nobody else can be reached by.
    Loopback,
    /// Those, and any address: unlike a name it cannot be made to point here.
    Addresses,
}

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
        "This proxy does not answer to the name {0}. Start it with --allow-origin https://{0} if that name is yours."
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

    /// Decides on a request by its headers.
    pub(crate) fn check(&self, headers: &HeaderMap, names: Names) -> Result<Access, Denied> {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let own = match host {
            Some(host) if !self.knows(host, names) => Err(Denied::Host(host.to_owned())),
            _ => Ok(Access::Own),
        };
        let Some(header) = headers.get(ORIGIN) else {
            return own;
        };
        let origin = header.to_str().unwrap_or_default();
        if host.is_some_and(|host| same_authority(origin, host)) {
            own
        } else if self.any {
            Ok(Access::Foreign(HeaderValue::from_static("*")))
        } else if normal(origin).is_some_and(|origin| self.exact.contains(&origin)) {
            // By whatever name it calls: no other page can send this origin.
            Ok(Access::Foreign(header.clone()))
        } else {
            Err(Denied::Origin(origin.to_owned()))
        }
    }

    fn knows(&self, host: &str, names: Names) -> bool {
        let is_certain = match names {
            Names::Any => true,
            Names::Loopback => is_loopback(host),
            Names::Addresses => is_loopback(host) || is_address(host),
        };
        is_certain || self.any || self.exact.iter().any(|origin| same_authority(origin, host))
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

fn is_address(host: &str) -> bool {
    Url::parse(&format!("http://{host}")).is_ok_and(|url| url.domain().is_none())
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
            let access = origins.check(&headers(host, origin), Names::Any);
            assert_eq!(access, expected, "{host} {origin:?}");
        }
    }

    #[test]
    fn the_own_page_is_believed_under_certain_names() {
        let origins = Origins::parse(&["https://studio.example", "http://nas:4173"]).unwrap();
        let this_computer = &[Names::Any, Names::Loopback, Names::Addresses][..];
        let addresses = &[Names::Any, Names::Addresses][..];
        let none = &[Names::Any][..];
        for (host, believed) in [
            ("127.0.0.1:4173", this_computer),
            ("localhost:4173", this_computer),
            ("[::1]:4173", this_computer),
            ("flux.localhost:4173", this_computer),
            ("127.8.8.8", this_computer),
            ("studio.example", this_computer),
            ("nas:4173", this_computer),
            ("192.168.1.7:4173", addresses),
            ("203.0.113.5", addresses),
            ("[2001:db8::7]:4173", addresses),
            // What a rebound name looks like: the page and the proxy seem to share an origin.
            ("evil.example:4173", none),
            ("127.0.0.1.evil.example:4173", none),
            ("localhost.evil.example", none),
            ("studio.example:4173", none),
            ("sub.studio.example", none),
            ("other:4173", none),
        ] {
            let origin = format!("http://{host}");
            for names in [Names::Any, Names::Loopback, Names::Addresses] {
                let expected = if believed.contains(&names) {
                    Ok(Access::Own)
                } else {
                    Err(Denied::Host(host.to_owned()))
                };
                // A GET of the own page carries no origin.
                assert_eq!(
                    origins.check(&headers(host, None), names),
                    expected,
                    "{host} {names:?}"
                );
                let access = origins.check(&headers(host, Some(&origin)), names);
                assert_eq!(access, expected, "{host} {names:?}");
            }
        }
    }

    #[test]
    fn an_allowed_page_may_call_by_any_name_and_another_by_none() {
        let origins = Origins::parse(&["https://studio.example"]).unwrap();
        let any = Origins::parse(&["*"]).unwrap();
        for names in [Names::Any, Names::Loopback, Names::Addresses] {
            let ours = headers("proxy.example", Some("https://studio.example"));
            assert!(matches!(origins.check(&ours, names), Ok(Access::Foreign(_))), "{names:?}");
            let theirs = headers("proxy.example", Some("https://evil.example"));
            let denied = Denied::Origin("https://evil.example".to_owned());
            assert_eq!(origins.check(&theirs, names), Err(denied), "{names:?}");
            let whoever = headers("evil.example", Some("http://evil.example"));
            assert_eq!(any.check(&whoever, names), Ok(Access::Own), "{names:?}");
        }
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
