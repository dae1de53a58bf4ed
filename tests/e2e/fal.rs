//! fal's queue as somebody else's proxy meets it: a door that wants the key, and the demo engine behind
//! it. It knows no proxies; what they sent along is written down for the test.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::{Router, serve};
use flux_proxy::demo::{Engine, Handle, Script};
use flux_proxy::{Options, PROXY_PATH, Upstream};
use tokio::net::TcpListener;

/// The key that opens the door.
pub const KEY: &str = "key-id:key-secret";

/// A running queue.
pub struct Fal {
    /// `http://127.0.0.1:port`, which stands for `https://queue.fal.run`.
    pub origin: String,
    /// The hand on its engine.
    pub engine: Handle,
    seen: Arc<Mutex<Vec<HeaderMap>>>,
}

impl Fal {
    /// A queue of this pace. It ends with the runtime.
    pub async fn start(script: Script) -> Self {
        let engine = Engine::new(script);
        let handle = engine.handle();
        let seen = Arc::default();
        let inside =
            flux_proxy::app(Options { upstream: Upstream::Demo(engine), ..<_>::default() });
        // The layer is around the inner router, so that it may send a request to another route.
        let door = middleware::from_fn_with_state(Arc::clone(&seen), enter);
        let router = Router::new().fallback_service(inside).layer(door);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { serve(listener, router).await });
        Self { origin, engine: handle, seen }
    }

    /// The values of a header in all requests to the queue so far, empty where it was missing.
    pub fn seen(&self, header: &str) -> Vec<String> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let text = |headers: &HeaderMap| Some(headers.get(header)?.to_str().ok()?.to_owned());
        seen.iter().map(|headers| text(headers).unwrap_or_default()).collect()
    }
}

/// Lets who has the key go on to the engine, and whoever likes to the pictures.
async fn enter(
    State(seen): State<Arc<Mutex<Vec<HeaderMap>>>>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.uri().path().starts_with("/demo/files/") {
        return next.run(request).await;
    }
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.headers().clone());
    let key = request.headers().get(AUTHORIZATION);
    if key.is_none_or(|key| key != format!("Key {KEY}").as_str()) {
        return refused();
    }
    let target = format!("https://queue.fal.run{}", request.uri());
    let target = HeaderValue::try_from(target).expect("a URI is a header");
    request.headers_mut().insert("x-fal-target-url", target);
    *request.uri_mut() = Uri::from_static(PROXY_PATH);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // What fal says of itself to browsers, and what only the engine says.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.remove("x-flux-studio-engine");
    response
}

/// fal's answer to a key that is none.
fn refused() -> Response {
    let body = r#"{"detail":"Cannot access application. Authentication is required."}"#;
    let response = Response::builder().status(401).header("content-type", "application/json");
    response.body(body.into()).expect("an answer")
}
