//! The one way out: every request of this program leaves through [`send`].

use std::pin::Pin;

use gloo_net::http::{Request, Response};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;
use web_sys::{
    AbortController, AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit,
    RequestMode, RequestRedirect,
};

use super::{clock, dom};
use crate::queue::{Answer, Cache, Lost, Method, Reply};
use crate::settings::{Reach, Route};

/// Milliseconds to wait for an answer, before what is sent along is reckoned in.
const PATIENCE: u32 = 15_000;
/// The same for the answer to a submit.
const SUBMIT_PATIENCE: u32 = 60_000;
/// Milliseconds to wait for the rest of an answer that has begun: a result may be megabytes.
const BODY_PATIENCE: u32 = 180_000;
/// Upload speed to expect at the least, in bytes per millisecond.
const SLOWEST_UPLOAD: usize = 50;

/// Sends a request and reads the answer to its end.
///
/// # Errors
/// When there is no whole answer.
pub fn send<'r>(
    route: &'r Route,
    body: Option<&'r str>,
) -> Pin<Box<dyn Future<Output = Answer> + 'r>> {
    send_until(route, body, Stop::default())
}

/// The same, until it is stopped.
///
/// # Errors
/// When there is no whole answer.
pub fn send_until<'r>(
    route: &'r Route,
    body: Option<&'r str>,
    stop: Stop,
) -> Pin<Box<dyn Future<Output = Answer> + 'r>> {
    // In a box, so that it is not written out again wherever it is waited for.
    Box::pin(exchange(route, body, stop))
}

/// Stops one request, and is told from that of any other.
#[derive(Clone, PartialEq)]
pub struct Stop(Option<AbortController>);

impl Default for Stop {
    fn default() -> Self {
        Self(AbortController::new().ok())
    }
}

impl Stop {
    /// Stops it, if it is still on its way.
    pub fn stop(&self) {
        if let Self(Some(controller)) = self {
            controller.abort();
        }
    }

    fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    /// Stops it after so many milliseconds, unless that is dropped before.
    fn after(&self, millis: u32) -> Timeout {
        let stop = self.clone();
        Timeout::new(millis, move || stop.stop())
    }
}

async fn exchange(route: &Route, body: Option<&str>, stop: Stop) -> Answer {
    let body = body.or(route.method().empty_body());
    let upload = body.map_or(0, str::len) / SLOWEST_UPLOAD;
    let (method, patience) = match route.method() {
        Method::Get => ("GET", PATIENCE),
        Method::Post => ("POST", SUBMIT_PATIENCE),
        Method::Put => ("PUT", PATIENCE),
    };
    let patience = patience.saturating_add(upload.try_into().unwrap_or(0));
    let signal = stop.signal();
    let timer = stop.after(patience);
    let request = request(route, method, body, signal.as_ref()).map_err(|_| Lost::Network)?;
    let response =
        request.send().await.map_err(|_| match signal.is_some_and(|signal| signal.aborted()) {
            true => Lost::Timeout(patience / 1000),
            false => Lost::Network,
        })?;
    drop(timer);
    let timer = stop.after(BODY_PATIENCE);
    let text = response.text().await.map_err(|_| Lost::Cut)?;
    drop(timer);
    Ok(reply(&response, text))
}

/// A request to exactly the route's address: the builder of `gloo_net` would add an `&` to one with
/// a query.
fn request(
    route: &Route,
    method: &str,
    body: Option<&str>,
    signal: Option<&AbortSignal>,
) -> Result<Request, JsValue> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_signal(signal);
    let headers = Headers::new()?;
    for (name, value) in route.headers() {
        headers.set(name, value)?;
    }
    if let Some(body) = body {
        headers.set("content-type", "application/json")?;
        init.set_body(&body.into());
    }
    init.set_headers(&headers);
    if route.reach() != Reach::Own {
        // All calls may share one URL, so nothing on the way may answer for another.
        init.set_cache(RequestCache::NoStore);
    }
    if route.reach() == (Reach::Proxy { cookies: true }) {
        init.set_credentials(RequestCredentials::Include);
    }
    if route.reach() == Reach::Knock {
        // Without permission of the other side; on the page's own origin, where none is needed, as
        // far as the first door.
        match route.is_on(&dom::page_origin()) {
            true => init.set_redirect(RequestRedirect::Manual),
            false => init.set_mode(RequestMode::NoCors),
        }
    }
    web_sys::Request::new_with_str_and_init(route.url(), &init).map(Request::from)
}

fn reply(response: &Response, body: String) -> Reply {
    let headers = response.headers();
    let seconds = |name: &str| headers.get(name).and_then(|value| value.trim().parse().ok());
    let retry_after = || {
        // By the server's own clock, where the page may read it.
        clock::seconds_between(headers.get("date").as_deref(), &headers.get("retry-after")?)
    };
    Reply {
        status: response.status(),
        body,
        retry_after: seconds("retry-after").or_else(retry_after),
        demo: headers.get("x-flux-studio-engine").as_deref() == Some("demo"),
        cache: Cache { control: headers.get("cache-control"), age: seconds("age") },
    }
}
