//! What may be sent, and where to. A [`Route`] is made of a proxy and something that is asked of the
//! queue, or is a file of the page's own; there is no other way to make one.

use super::url::origin_of;
use super::{Access, ProxyUrl};
use crate::queue::{Call, EndpointId, Method, Question, queue_url};

/// How a proxy is told what is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// By the header `x-fal-target-url`, as fal's own server proxies want it.
    #[default]
    Header,
    /// By the path: the proxy's address stands in place of that of fal's queue.
    Path,
}

impl Style {
    /// The style of this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "header" => Some(Self::Header),
            "path" => Some(Self::Path),
            _ => None,
        }
    }

    /// The name in `config.json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Path => "path",
        }
    }
}

/// A proxy, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Where it is.
    pub url: ProxyUrl,
    /// How it is told what is asked for.
    pub style: Style,
    /// What it is sent beside that.
    pub access: Access,
}

impl Proxy {
    /// The way of a call.
    pub fn route(&self, call: &Call) -> Route {
        self.to_queue(call.method(), &call.path())
    }

    /// The way of a question about the proxy itself.
    pub fn ask(&self, question: Question) -> Route {
        let mut route = match question.path() {
            Some(path) => self.to_queue(question.method(), &path),
            None => self.to(self.url.as_str().to_owned(), question.method()),
        };
        if question == Question::Typed {
            route.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        if question == Question::Knock {
            // Whatever wants permission first would hide whether somebody is there.
            route.headers.clear();
            route.reach = Reach::Knock;
        }
        route
    }

    /// The way of the question for a model's document. It is not the queue's, so only a proxy that
    /// is told whole addresses can pass it on.
    pub fn document(&self, endpoint: &EndpointId) -> Option<Route> {
        let target = endpoint.document();
        (self.style == Style::Header).then(|| self.to_target(Method::Get, target))
    }

    fn to_queue(&self, method: Method, path: &str) -> Route {
        match self.style {
            Style::Header => self.to_target(method, queue_url(path)),
            Style::Path => self.to(self.url.below(path), method),
        }
    }

    fn to_target(&self, method: Method, target: String) -> Route {
        let mut route = self.to(self.url.as_str().to_owned(), method);
        route.headers.push(("x-fal-target-url".to_owned(), target));
        route
    }

    /// As few headers as possible: each has to be in a foreign proxy's CORS list.
    fn to(&self, url: String, method: Method) -> Route {
        let header = |header: &super::Header| (header.name().to_owned(), header.value().to_owned());
        let headers = self.access.headers().iter().map(header).collect();
        Route { url, method, headers, reach: Reach::Proxy { cookies: self.access.cookies } }
    }
}

/// The one way out of this program: where a request goes, and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    url: String,
    method: Method,
    headers: Vec<(String, String)>,
    reach: Reach,
}

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The page's own server, for a file.
    Own,
    /// The proxy; with its cookies even where it has another origin.
    Proxy {
        /// Whether they are sent.
        cookies: bool,
    },
    /// The proxy, for a sign that it is there; what it says is not read.
    Knock,
}

impl Route {
    /// A file of the page's own, relative to it.
    pub fn own(path: &str) -> Self {
        Self { url: path.to_owned(), method: Method::Get, headers: Vec::new(), reach: Reach::Own }
    }

    /// Names what is sent to a proxy on the page's own origin (`page`): browsers repeat a request by
    /// themselves when a connection closes without an answer, and flux-proxy passes a name on once.
    /// On other origins the header would have to be in the proxy's CORS list, and is left out.
    #[must_use]
    pub fn once(mut self, name: &str, page: &str) -> Self {
        if self.is_on(page) {
            self.headers.push(("idempotency-key".to_owned(), name.to_owned()));
        }
        self
    }

    /// Whether the request stays on an origin.
    pub fn is_on(&self, origin: &str) -> bool {
        origin_of(&self.url) == Some(origin)
    }

    /// Where the request goes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How it is sent.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Names and values of its headers.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// Who is asked.
    pub fn reach(&self) -> Reach {
        self.reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::RequestId;

    const PAGE: &str = "https://me.github.io/studio/";
    const ROOT: &str = "https://a.example/fal";

    fn proxy(style: Style, lines: &str) -> Proxy {
        let url = ProxyUrl::parse(&[ROOT, "/?k=1"].concat(), PAGE).unwrap();
        Proxy { url, style, access: Access::parse(lines, true).unwrap() }
    }

    fn calls() -> [(Call, Method, &'static str); 4] {
        let endpoint = EndpointId::parse("fal-ai/flux/dev").unwrap();
        let id = RequestId::parse("abc-1").unwrap();
        [
            (Call::Submit(endpoint.clone()), Method::Post, "fal-ai/flux/dev"),
            (
                Call::Status(endpoint.clone(), id.clone()),
                Method::Get,
                "fal-ai/flux/requests/abc-1/status?logs=1",
            ),
            (Call::Result(endpoint.clone(), id.clone()), Method::Get, "fal-ai/flux/requests/abc-1"),
            (Call::Cancel(endpoint, id), Method::Put, "fal-ai/flux/requests/abc-1/cancel"),
        ]
    }

    fn headers(route: &Route) -> Vec<(&str, &str)> {
        route.headers().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn a_call_names_its_target_in_a_header_and_nowhere_else() {
        for (call, method, path) in calls() {
            let route = proxy(Style::Header, "X-App-Token: abc").route(&call);
            assert_eq!((route.url(), route.method()), ("https://a.example/fal/?k=1", method));
            let target = format!("https://queue.fal.run/{path}");
            assert_eq!(
                headers(&route),
                [("X-App-Token", "abc"), ("x-fal-target-url", target.as_str())]
            );
            assert_eq!(route.reach(), Reach::Proxy { cookies: true });
        }
    }

    #[test]
    fn a_call_names_its_target_in_the_path_and_nowhere_else() {
        for (call, method, path) in calls() {
            let route = proxy(Style::Path, "").route(&call);
            let and = if path.contains('?') { "&" } else { "?" };
            assert_eq!(route.url(), format!("{ROOT}/{path}{and}k=1"));
            assert_eq!((route.method(), headers(&route)), (method, Vec::new()));
        }
    }

    #[test]
    fn only_a_proxy_that_is_told_whole_addresses_is_asked_for_documents() {
        let endpoint = EndpointId::parse("fal-ai/flux/dev").unwrap();
        assert_eq!(proxy(Style::Path, "").document(&endpoint), None);
        let route = proxy(Style::Header, "").document(&endpoint).unwrap();
        let target = "https://fal.ai/api/openapi/queue/openapi.json?endpoint_id=fal-ai/flux/dev";
        assert_eq!(headers(&route), [("x-fal-target-url", target)]);
        assert_eq!(route.method(), Method::Get);
    }

    #[test]
    fn no_question_about_the_proxy_can_start_a_job() {
        let id = "00000000-0000-0000-0000-000000000000";
        for style in [Style::Header, Style::Path] {
            for question in Question::ALL {
                let route = proxy(style, "X-App-Token: abc").ask(question);
                assert_ne!(route.method(), Method::Post, "{question:?}");
                let target = route.headers().iter().find(|(name, _)| name == "x-fal-target-url");
                let named = target.map_or(route.url(), |(_, target)| target);
                let is_empty = matches!(question, Question::Nothing | Question::Knock);
                assert_eq!(named.contains(id), !is_empty, "{question:?} {named}");
                let has_token = route.headers().iter().any(|(name, _)| name == "X-App-Token");
                assert_eq!(has_token, question != Question::Knock);
                assert_eq!(route.reach() == Reach::Knock, question == Question::Knock);
            }
        }
    }

    #[test]
    fn a_submit_is_named_on_the_pages_own_origin_only() {
        let (call, ..) = calls()[0].clone();
        for (origin, is_named) in
            [("https://a.example", true), ("https://a.example:1", false), ("https://a", false)]
        {
            let route = proxy(Style::Header, "").route(&call).once("a-name", origin);
            let named = headers(&route).contains(&("idempotency-key", "a-name"));
            assert_eq!(named, is_named, "{origin}");
        }
    }

    #[test]
    fn a_file_of_the_pages_own_carries_nothing() {
        let route = Route::own("config.json");
        assert_eq!((route.url(), route.method()), ("config.json", Method::Get));
        assert_eq!((route.reach(), headers(&route)), (Reach::Own, Vec::new()));
    }
}
