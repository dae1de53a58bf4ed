//! A proxy of somebody's own making: its address stands in place of that of fal's queue, it has a door
//! of its own, and it is as strict about CORS as its rules say. Behind it is the demo engine. What its
//! answers name as further addresses leads elsewhere, as with a gateway that passes them on unread.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, COOKIE, ORIGIN, SET_COOKIE,
};
use axum::http::{HeaderMap, HeaderValue, Method, Uri};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{Router, serve};
use flux_proxy::demo::{Engine, Handle, Script};
use flux_proxy::{Options, PROXY_PATH, Upstream};
use tokio::net::TcpListener;

/// Where the gateway is, below its origin.
pub const PREFIX: &str = "/gate/queue";
/// Where the addresses in its answers lead.
pub const ELSEWHERE: &str = "https://elsewhere.example";

/// What the gateway lets through.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The origin of pages that may use it.
    pub origin: String,
    /// The methods that such a page may use.
    pub methods: &'static str,
    /// The headers that such a page may send.
    pub headers: &'static str,
    /// A header without which nobody is let in.
    pub token: Option<(&'static str, &'static str)>,
    /// Whether nobody is let in without the cookie it gives out at `/sign-in`.
    pub cookie: bool,
    /// The longest body.
    pub limit: usize,
    /// What it says to caches.
    pub cache: Option<&'static str>,
    /// Whether PUT gets through.
    pub put: bool,
}

impl Rules {
    /// Those of a good proxy, for pages of this origin.
    pub fn of(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            methods: "GET, POST, PUT",
            headers: "content-type",
            token: None,
            cookie: false,
            limit: 32 << 20,
            cache: None,
            put: true,
        }
    }
}

/// A running gateway.
pub struct Gateway {
    /// `http://127.0.0.1:port`
    pub origin: String,
    /// The hand on its engine.
    pub engine: Handle,
    door: Arc<Door>,
}

/// A request that came to the gateway.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: Method,
    pub uri: Uri,
    pub headers: HeaderMap,
}

struct Door {
    rules: Rules,
    seen: Mutex<Vec<Seen>>,
}

impl Gateway {
    /// A gateway with these rules. It ends with the runtime.
    pub async fn start(rules: Rules) -> Self {
        let engine = Engine::new(Script::quick());
        let handle = engine.handle();
        let inside =
            flux_proxy::app(Options { upstream: Upstream::Demo(engine), ..<_>::default() });
        let door = Arc::new(Door { rules, seen: Mutex::default() });
        let layer = middleware::from_fn_with_state(Arc::clone(&door), enter);
        let router = Router::new().fallback_service(inside).layer(layer);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move { serve(listener, router).await });
        Self { origin: format!("http://127.0.0.1:{port}"), engine: handle, door }
    }

    /// Where the page sends its requests.
    pub fn url(&self) -> String {
        format!("{}{PREFIX}", self.origin)
    }

    /// The requests so far, without those that ask for permission or for a picture.
    pub fn seen(&self) -> Vec<Seen> {
        let seen = self.door.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let counts = |seen: &Seen| {
            seen.method != Method::OPTIONS && !seen.uri.path().starts_with("/demo/files/")
        };
        seen.into_iter().filter(counts).collect()
    }
}

async fn enter(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let headers = request.headers().clone();
    let rules = &door.rules;
    let seen = Seen { method: method.clone(), uri: uri.clone(), headers: headers.clone() };
    door.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
    if uri.path().starts_with("/demo/files/") {
        return next.run(request).await;
    }
    if uri.path() == "/sign-in" {
        let mut response = said(200, "\"Welcome\"");
        let cookie = HeaderValue::from_static("pass=yes; Path=/; HttpOnly; SameSite=Lax");
        response.headers_mut().insert(SET_COOKIE, cookie);
        return response;
    }
    let is_foreign = headers.contains_key(ORIGIN);
    let mut response = match method {
        Method::OPTIONS => said(204, ""),
        // As nginx does it: before anybody has set a header.
        _ if length(&headers) > rules.limit => return said(413, "<html>Too large</html>"),
        Method::PUT if !rules.put => said(405, r#""Method not allowed""#),
        _ if !is_let_in(rules, &headers) => said(401, r#""Unauthorized""#),
        _ => pass_on(request, next).await,
    };
    if is_foreign {
        allow(rules, response.headers_mut());
    }
    if let Some(cache) = rules.cache {
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    response
}

fn length(headers: &HeaderMap) -> usize {
    let text = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn is_let_in(rules: &Rules, headers: &HeaderMap) -> bool {
    let has = |name: &str, value: &str| headers.get(name).is_some_and(|given| given == value);
    let has_cookie = headers.get(COOKIE).is_some_and(|cookie| {
        cookie.to_str().is_ok_and(|cookies| cookies.split("; ").any(|one| one == "pass=yes"))
    });
    rules.token.is_none_or(|(name, value)| has(name, value)) && (!rules.cookie || has_cookie)
}

fn allow(rules: &Rules, headers: &mut HeaderMap) {
    let origin = HeaderValue::from_str(&rules.origin).expect("an origin is a header");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(rules.methods));
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(rules.headers));
    if rules.cookie {
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    }
}

/// Hands a request on to the engine, and lets the answer name other addresses than its own.
async fn pass_on(mut request: Request, next: Next) -> Response {
    let asked = request.uri().path_and_query().map_or("", |whole| whole.as_str()).to_owned();
    let Some(rest) = asked.strip_prefix(PREFIX).filter(|rest| rest.starts_with('/')) else {
        return said(404, "<html>Not here</html>");
    };
    let target = HeaderValue::try_from(format!("https://queue.fal.run{rest}")).expect("a header");
    let headers = request.headers_mut();
    headers.insert("x-fal-target-url", target);
    headers.remove(ORIGIN);
    *request.uri_mut() = Uri::from_static(PROXY_PATH);
    let (mut parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("an answer");
    let text = String::from_utf8_lossy(&body).replace("https://queue.fal.run", ELSEWHERE);
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CACHE_CONTROL);
    Response::from_parts(parts, Body::from(text))
}

fn said(status: u16, body: &'static str) -> Response {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    let response = Response::builder().status(status).header("content-type", kind);
    response.body(body.into()).expect("an answer")
}
