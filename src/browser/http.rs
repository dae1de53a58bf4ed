//! The one way out: every request of this program leaves through [`send`].

use std::pin::Pin;

use gloo_net::http::{RequestBuilder, Response};
use web_sys::{AbortSignal, RequestCache};

use crate::queue::{Answer, Call, Lost, Method, Reply};
use crate::settings::Route;

/// Milliseconds to wait for an answer that carries no upload.
const PATIENCE: u32 = 15_000;
/// Milliseconds to wait for the answer to a submit, before its upload is reckoned in.
const SUBMIT_PATIENCE: u32 = 60_000;
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
    // In a box, so that it is not written out again wherever it is waited for.
    Box::pin(exchange(route, body))
}

async fn exchange(route: &Route, body: Option<&str>) -> Answer {
    let (request, method, patience) = match route {
        Route::Own(path) => (RequestBuilder::new(path), Method::Get, PATIENCE),
        Route::Proxy(proxy, call) => {
            // As few headers as possible: each has to be in a foreign proxy's CORS list.
            let request = RequestBuilder::new(proxy.as_str())
                .header("x-fal-target-url", &call.target())
                // All calls share one URL, so nothing on the way may answer for another.
                .cache(RequestCache::NoStore);
            let upload = body.map_or(0, str::len) / SLOWEST_UPLOAD;
            let patience = match call {
                Call::Submit(_) => SUBMIT_PATIENCE.saturating_add(upload.try_into().unwrap_or(0)),
                _ => PATIENCE,
            };
            (request, call.method(), patience)
        }
    };
    let body = match route {
        Route::Proxy(_, call) => body.or(call.default_body()),
        Route::Own(_) => None,
    };
    let signal = AbortSignal::timeout_with_u32(patience);
    let request = request.abort_signal(Some(&signal)).method(match method {
        Method::Get => gloo_net::http::Method::GET,
        Method::Post => gloo_net::http::Method::POST,
        Method::Put => gloo_net::http::Method::PUT,
    });
    let request = match body {
        Some(body) => request.header("content-type", "application/json").body(body),
        None => request.build(),
    };
    let lost = |otherwise| match signal.aborted() {
        true => Lost::Timeout(patience / 1000),
        false => otherwise,
    };
    let request = request.map_err(|_| Lost::Network)?;
    let response = request.send().await.map_err(|_| lost(Lost::Network))?;
    let text = response.text().await.map_err(|_| lost(Lost::Cut))?;
    Ok(reply(&response, text))
}

fn reply(response: &Response, body: String) -> Reply {
    let headers = response.headers();
    Reply {
        status: response.status(),
        body,
        // Seconds; the other form, a date, is as good as absent.
        retry_after: headers.get("retry-after").and_then(|value| value.trim().parse().ok()),
        demo: headers.get("x-flux-studio-engine").as_deref() == Some("demo"),
    }
}
