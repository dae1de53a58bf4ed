//! What whoever hosts the page says in `config.json`, and which counts: that, or what the person
//! chose.

use serde_json::{Map, Value};

use super::{Access, BadProxyUrl, Proxy, ProxyUrl, Style};

/// What whoever hosts the page says in `config.json`. Every key is optional, and one that cannot
/// be read is as good as absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// The proxy's address, absolute or relative to the page.
    pub proxy_url: Option<String>,
    /// How it is spoken to.
    pub proxy_style: Option<Style>,
    /// Whether it is sent its cookies.
    pub proxy_cookies: bool,
    /// Whether the person may not change any of that.
    pub locked: bool,
    /// Endpoint → field → value to start from.
    pub defaults: Vec<(String, Map<String, Value>)>,
    /// Paths of the models' documents; empty means the bundled ones.
    pub models: Vec<String>,
    /// A sentence for the bar.
    pub notice: Option<String>,
}

impl Config {
    /// Reads `config.json`; a malformed file counts as an empty one.
    pub fn read(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let string = |key: &str| value.get(key)?.as_str().map(str::to_owned);
        let is = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(false);
        let defaults = value.get("defaults").and_then(Value::as_object).into_iter().flatten();
        Self {
            proxy_url: string("proxyUrl").filter(|url| !url.trim().is_empty()),
            proxy_style: string("proxyStyle").and_then(|style| Style::parse(&style)),
            proxy_cookies: is("proxyCredentials"),
            locked: is("locked"),
            defaults: defaults
                .filter_map(|(endpoint, fields)| {
                    Some((endpoint.clone(), fields.as_object()?.clone()))
                })
                .collect(),
            models: value
                .get("models")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|path| path.as_str().map(str::to_owned))
                // Relative paths only: the page's own origin serves the documents.
                .filter(|path| !path.contains(':') && !path.starts_with("//"))
                .collect(),
            notice: string("notice"),
        }
    }

    /// The values a model's form starts from.
    pub fn defaults_of(&self, endpoint: &str) -> Option<&Map<String, Value>> {
        self.defaults.iter().find(|(id, _)| id == endpoint).map(|(_, fields)| fields)
    }

    /// The proxy to use: the person's choice unless the host has locked it, else the configured
    /// one. What goes along with it goes to its origin only.
    ///
    /// # Errors
    /// When there is none, or it is no address.
    pub fn proxy(&self, chosen: &Chosen, page: &str) -> Result<Proxy, BadProxyUrl> {
        let url = ProxyUrl::parse(self.wanted(chosen).unwrap_or_default(), page)?;
        let access = self.access(chosen, url.origin());
        Ok(Proxy { url, style: self.style(chosen), access })
    }

    /// The address of the proxy to use, as somebody wrote it.
    pub fn wanted<'a>(&'a self, chosen: &'a Chosen) -> Option<&'a str> {
        let configured = self.proxy_url.as_deref();
        if self.locked { configured } else { chosen.url.as_deref().or(configured) }
    }

    /// How the proxy is spoken to.
    pub fn style(&self, chosen: &Chosen) -> Style {
        let chosen = chosen.style.as_deref().filter(|_| !self.locked).and_then(Style::parse);
        chosen.or(self.proxy_style).unwrap_or_default()
    }

    /// What the proxy at this origin is sent beside the request. Headers are the person's own even
    /// where the host has fixed the proxy: they may be what lets this person in.
    pub fn access(&self, chosen: &Chosen, origin: &str) -> Access {
        let kept = chosen.access.as_deref().and_then(|text| Access::from_text(text, origin));
        // What the host says is said of the host's own proxy.
        let is_hosts = self.locked || chosen.url.is_none();
        let is_unsaid = kept.is_none();
        let mut access = kept.unwrap_or_default();
        if self.locked || is_unsaid {
            access.cookies = is_hosts && self.proxy_cookies;
        }
        access
    }
}

/// What the person chose in this browser, as it is kept.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The proxy's address.
    pub url: Option<String>,
    /// Its style, by name.
    pub style: Option<String>,
    /// What it is sent beside the request, as [`Access::to_text`] writes it.
    pub access: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://me.github.io/studio/";

    #[test]
    fn the_config_is_read_as_far_as_it_makes_sense() {
        let config = Config::read(
            r#"{"proxyUrl":"api","locked":true,"notice":"Hi","models":["a.json","https://x/b.json","//x/c.json"],
                "defaults":{"fal-ai/flux/dev":{"num_images":2}},"unknown":1}"#,
        );
        assert_eq!(config.models, ["a.json"]);
        assert_eq!(config.notice.as_deref(), Some("Hi"));
        assert_eq!(config.defaults_of("fal-ai/flux/dev").unwrap()["num_images"], 2);
        let proxy = config.proxy(&chosen("https://mine.example"), PAGE).unwrap();
        assert_eq!(proxy.url.as_str(), "https://me.github.io/studio/api", "a locked proxy stays");
        for text in ["", "[]", "{", "null", r#"{"models":3,"defaults":[]}"#] {
            assert_eq!(Config::read(text), Config::default(), "{text}");
        }
    }

    fn chosen(url: &str) -> Chosen {
        Chosen { url: Some(url.to_owned()), ..Chosen::default() }
    }

    #[test]
    fn the_style_is_the_persons_then_the_hosts_then_the_header() {
        for (config, style, expected) in [
            ("{}", None, Style::Header),
            (r#"{"proxyStyle":"path"}"#, None, Style::Path),
            (r#"{"proxyStyle":"header"}"#, None, Style::Header),
            (r#"{"proxyStyle":"Path"}"#, None, Style::Header),
            (r#"{"proxyStyle":7}"#, None, Style::Header),
            ("{}", Some("path"), Style::Path),
            (r#"{"proxyStyle":"path"}"#, Some("header"), Style::Header),
            (r#"{"proxyStyle":"path"}"#, Some("sideways"), Style::Path),
            (r#"{"proxyStyle":"path","locked":true}"#, Some("header"), Style::Path),
            (r#"{"locked":true}"#, Some("path"), Style::Header),
        ] {
            let chosen = Chosen { style: style.map(str::to_owned), ..Chosen::default() };
            assert_eq!(Config::read(config).style(&chosen), expected, "{config} {style:?}");
        }
    }

    #[test]
    fn a_token_goes_to_the_proxy_it_was_given_for_and_to_no_other() {
        let own = Access::parse("X-App-Token: abc", false).unwrap();
        let kept = |url: Option<&str>| Chosen {
            url: url.map(str::to_owned),
            access: Some(own.to_text("https://a.example")),
            ..Chosen::default()
        };
        let read = |config: &str, chosen: Chosen| {
            let proxy = Config::read(config).proxy(&chosen, PAGE).unwrap();
            (proxy.access.lines(), proxy.access.cookies)
        };
        let host = r#"{"proxyUrl":"https://a.example/p","proxyCredentials":true}"#;
        let locked = r#"{"proxyUrl":"https://a.example/p","proxyCredentials":true,"locked":true}"#;
        let token = "X-App-Token: abc".to_owned();
        assert_eq!(read(host, kept(None)), (token.clone(), false), "the person's choice");
        assert_eq!(read(locked, kept(None)), (token.clone(), true), "the host's choice");
        assert_eq!(read(locked, kept(Some("https://b.example"))), (token.clone(), true));
        assert_eq!(read(host, kept(Some("https://a.example/q"))), (token, false));
        assert_eq!(read(host, kept(Some("https://b.example"))), (String::new(), false));
        assert_eq!(read(host, Chosen::default()), (String::new(), true));
        let elsewhere = r#"{"proxyUrl":"https://a.example.evil.example/p"}"#;
        assert_eq!(read(elsewhere, kept(None)), (String::new(), false));
    }
}
