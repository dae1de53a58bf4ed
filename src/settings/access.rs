//! What a protected proxy asks for: headers of its own, and cookies.
//!
//! Such a header goes to the proxy and to nobody else, so one that the proxy would pass on is
//! refused, and so is one that the browser or the page writes itself.

use thiserror::Error;

/// A request header for the proxy: a name that may be set, and a value without surprises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    name: String,
    value: String,
}

/// Why something is no header for the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadHeader {
    /// A line without a colon.
    #[error("write it as a name, a colon and a value, such as X-App-Token: abc")]
    NoColon,
    /// Characters no name has.
    #[error("a name has only letters, digits and -")]
    Name,
    /// The one that fal's own server proxies hand on.
    #[error(
        "Authorization is not sent: fal's own server proxies pass it on to fal in place of the \
         key, and fal refuses it. Have the proxy look for another name, such as X-App-Token"
    )]
    HandedOn,
    /// One that proxies pass on to fal.
    #[error("proxies pass on to fal whatever begins with x-fal-; use another name")]
    Fals,
    /// One that the browser writes.
    #[error("browsers do not let a page set this one")]
    Browsers,
    /// One that the page writes.
    #[error("the page sets this one itself")]
    Pages,
    /// The name stands there already.
    #[error("this name is there twice")]
    Twice,
    /// Nothing after the colon.
    #[error("there is no value after the colon")]
    NoValue,
    /// Characters that no value can have on its way.
    #[error("a value has only plain characters: no accents, no control characters")]
    Value,
    /// What looks like a key of fal's.
    #[error("this looks like a fal key. It belongs on the proxy, and nowhere else")]
    Key,
    /// More than servers take.
    #[error("it is longer than servers accept")]
    Long,
}

/// A header that cannot be used, and the line it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("Line {line}: {bad}.")]
pub struct BadLine {
    /// Counted from one.
    pub line: usize,
    /// What is wrong with it.
    pub bad: BadHeader,
}

/// What the browser writes itself, and takes from no page: Fetch, "forbidden request-header".
const BROWSERS: &str = "accept-charset accept-encoding access-control-request-headers \
    access-control-request-method access-control-request-private-network connection content-length \
    cookie cookie2 date dnt expect host keep-alive origin referer set-cookie te trailer \
    transfer-encoding upgrade user-agent via";

/// What the page has to decide: what the body is, what is done, which submit it is, and that no answer
/// comes from a cache.
const PAGES: &str = "content-type cache-control idempotency-key pragma range x-http-method \
    x-http-method-override x-method-override";

/// The longest header that every server takes.
const LONGEST: usize = 4096;

impl Header {
    /// A header by its name and value.
    ///
    /// # Errors
    /// With the reason why it cannot be sent.
    pub fn parse(name: &str, value: &str) -> Result<Self, BadHeader> {
        let (name, value) = (name.trim(), value.trim());
        let lower = name.to_ascii_lowercase();
        let is_among = |names: &str| names.split_whitespace().any(|known| known == lower);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        {
            Err(BadHeader::Name)
        } else if lower == "authorization" {
            Err(BadHeader::HandedOn)
        } else if lower.starts_with("x-fal-") {
            Err(BadHeader::Fals)
        } else if lower.starts_with("proxy-") || lower.starts_with("sec-") || is_among(BROWSERS) {
            Err(BadHeader::Browsers)
        } else if is_among(PAGES) {
            Err(BadHeader::Pages)
        } else if value.is_empty() {
            Err(BadHeader::NoValue)
        } else if !value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
            Err(BadHeader::Value)
        } else if is_key(value) {
            Err(BadHeader::Key)
        } else if name.len() + value.len() > LONGEST {
            Err(BadHeader::Long)
        } else {
            Ok(Self { name: name.to_owned(), value: value.to_owned() })
        }
    }

    /// The name as it was written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// Whether a text looks like a fal key: `Key …`, or a UUID, a colon, and hexadecimal digits.
fn is_key(value: &str) -> bool {
    let starts = value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("key "));
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let parts = value.split_once(':');
    starts
        || parts.is_some_and(|(id, secret)| {
            id.len() == 36 && secret.len() >= 16 && is_hex(id) && is_hex(secret)
        })
}

/// What a protected proxy is sent beside the request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Headers, each name once.
    headers: Vec<Header>,
    /// Whether the browser sends the proxy's cookies to another origin too.
    pub cookies: bool,
}

/// Stands for cookies in what is kept. No header is written like that.
const COOKIES: &str = "cookies";

impl Access {
    /// Reads headers as typed, one a line.
    ///
    /// # Errors
    /// With the first line that is none.
    pub fn parse(text: &str, cookies: bool) -> Result<Self, BadLine> {
        let mut access = Self { headers: Vec::new(), cookies };
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            access.add(line).map_err(|bad| BadLine { line: at + 1, bad })?;
        }
        Ok(access)
    }

    fn add(&mut self, line: &str) -> Result<(), BadHeader> {
        let (name, value) = line.split_once(':').ok_or(BadHeader::NoColon)?;
        let header = Header::parse(name, value)?;
        if self.headers.iter().any(|known| known.name.eq_ignore_ascii_case(&header.name)) {
            return Err(BadHeader::Twice);
        }
        self.headers.push(header);
        Ok(())
    }

    /// The headers, in the order in which they were written.
    pub fn headers(&self) -> &[Header] {
        &self.headers
    }

    /// The headers as they can be typed.
    pub fn lines(&self) -> String {
        let mut lines = String::new();
        for Header { name, value } in &self.headers {
            let end = if lines.is_empty() { "" } else { "\n" };
            lines = [&lines, end, name, ": ", value].concat();
        }
        lines
    }

    /// To keep it: first whom it is for, so that a token goes to nobody else.
    pub fn to_text(&self, origin: &str) -> String {
        let cookies = if self.cookies { COOKIES } else { "" };
        [origin, "\n", cookies, "\n", &self.lines()].concat()
    }

    /// Reads what was kept, if it is for this origin. A line that is no header is left out.
    pub fn from_text(text: &str, origin: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next() != Some(origin) {
            return None;
        }
        let mut access = Self { headers: Vec::new(), cookies: lines.next() == Some(COOKIES) };
        for line in lines {
            access.add(line).ok();
        }
        Some(access)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_taken_or_refused_with_the_reason() {
        for (name, value, expected) in [
            ("X-App-Token", "abc", Ok(())),
            (" x-app-token ", "  a b\tc  ", Ok(())),
            ("CF-Access-Client-Id", "0123.access", Ok(())),
            ("X-Api-Key", "mine", Ok(())),
            ("", "x", Err(BadHeader::Name)),
            ("X App", "x", Err(BadHeader::Name)),
            ("X-Äpp", "x", Err(BadHeader::Name)),
            ("X-App\u{0}", "x", Err(BadHeader::Name)),
            ("AUTHORIZATION", "Bearer x", Err(BadHeader::HandedOn)),
            ("x-fal-target-url", "https://a.example", Err(BadHeader::Fals)),
            ("X-Fal-Queue-Priority", "low", Err(BadHeader::Fals)),
            ("Cookie", "a=b", Err(BadHeader::Browsers)),
            ("Host", "a.example", Err(BadHeader::Browsers)),
            ("Proxy-Authorization", "x", Err(BadHeader::Browsers)),
            ("Sec-Fetch-Mode", "x", Err(BadHeader::Browsers)),
            ("Content-Type", "text/plain", Err(BadHeader::Pages)),
            ("X-HTTP-Method-Override", "POST", Err(BadHeader::Pages)),
            ("X-App", "  ", Err(BadHeader::NoValue)),
            ("X-App", "a\rb", Err(BadHeader::Value)),
            ("X-App", "a\u{7f}", Err(BadHeader::Value)),
            ("X-App", "clé", Err(BadHeader::Value)),
            ("X-App", "Key 1:2", Err(BadHeader::Key)),
            (
                "X-App",
                "0f2a63b1-76d4-4c7c-9a5e-0d8f1b2c3d4e:0123456789abcdef0123456789abcdef",
                Err(BadHeader::Key),
            ),
            ("X-App", "Keystone", Ok(())),
            ("X-App", "user:pass", Ok(())),
            ("X-App", &"x".repeat(4092), Err(BadHeader::Long)),
            ("X-App", &"x".repeat(4091), Ok(())),
        ] {
            assert_eq!(Header::parse(name, value).map(drop), expected, "{name}: {value}");
        }
    }

    #[test]
    fn lines_are_read_and_the_first_bad_one_is_named() {
        let access = Access::parse("\n X-One : 1:2 \r\n\nX-Two:2\n", true).unwrap();
        assert_eq!(access.lines(), "X-One: 1:2\nX-Two: 2");
        assert!(access.cookies);
        assert_eq!(Access::parse(" \n", false), Ok(Access::default()));
        for (text, line, bad) in [
            ("X-One", 1, BadHeader::NoColon),
            ("X-One: 1\n\nx-one: 2", 3, BadHeader::Twice),
            ("X-One: 1\nAuthorization: x\nHost: x", 2, BadHeader::HandedOn),
        ] {
            let said = Access::parse(text, false).unwrap_err();
            assert_eq!(said, BadLine { line, bad }, "{text}");
            assert!(said.to_string().starts_with(&format!("Line {line}: ")));
        }
    }

    #[test]
    fn what_is_kept_is_for_one_origin_only() {
        let own = "https://a.example:8443";
        for access in [
            Access::default(),
            Access::parse("X-One: 1\nX-Two: a: b", false).unwrap(),
            Access::parse("X-One: 1", true).unwrap(),
            Access::parse("", true).unwrap(),
        ] {
            let text = access.to_text(own);
            assert_eq!(Access::from_text(&text, own), Some(access));
            for other in ["https://a.example", "https://b.example:8443", "", "X-One: 1"] {
                assert_eq!(Access::from_text(&text, other), None);
            }
        }
        // Whoever wrote this, only headers come out.
        let text = format!("{own}\nX-Lost: 1\nX-One: 1\nHost: x\nx-one: 2\nAuthorization: y\n:\n");
        assert_eq!(Access::from_text(&text, own).unwrap().lines(), "X-One: 1");
        assert_eq!(Access::from_text("", own), None);
    }
}
