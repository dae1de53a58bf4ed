//! What can go wrong on purpose. A [`Fault`] takes the place of an answer, or lets the real answer come
//! about and spoils it on its way out.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use serde_json::{Value, json};

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// The next matching request.
    Once,
    /// So many matching requests.
    Count(u32),
    /// Every matching request until the faults are cleared.
    Always,
}

/// One way for a request to go wrong.
#[derive(Debug, Clone)]
pub struct Fault(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Answer { status: StatusCode, headers: Vec<(HeaderName, HeaderValue)>, body: Bytes },
    Hang,
    Refuse,
    Cut,
    LoseReply,
    UnknownStatus,
    Flatten,
    Slow(Duration),
    LateReply(Duration),
}

impl Fault {
    /// Any HTTP answer. A status that is none becomes 500.
    #[must_use]
    pub fn answer(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self(Kind::Answer {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: vec![(CONTENT_TYPE, HeaderValue::from_static(content_type))],
            body: body.into(),
        })
    }

    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::answer(status, "application/json", body.to_string())
    }

    /// Adds a header to an answer; other faults, and names or values HTTP cannot carry, stay as they are.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        if let (Kind::Answer { headers, .. }, Ok(name), Ok(value)) =
            (&mut self.0, HeaderName::try_from(name), HeaderValue::try_from(value))
        {
            headers.push((name, value));
        }
        self
    }

    /// 401 with a `detail`: fal does not know the key the proxy added.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::json(
            401,
            &json!({ "detail": "Cannot access application. Authentication is required." }),
        )
    }

    /// 401 with the bare text of the stock proxy (fal-js `libs/proxy/src/index.ts`).
    #[must_use]
    pub fn proxy_unauthorized() -> Self {
        Self::json(401, &json!("Unauthorized"))
    }

    /// 400 with the bare text of the stock proxy for an address it does not forward to.
    #[must_use]
    pub fn proxy_refusal() -> Self {
        Self::json(400, &json!("Invalid request"))
    }

    /// 403, the account behind the key is out of money.
    #[must_use]
    pub fn locked() -> Self {
        let detail = "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.";
        Self::json(403, &json!({ "detail": detail }))
    }

    /// 404 with a `detail`, as for an application that does not exist.
    #[must_use]
    pub fn not_found() -> Self {
        Self::json(404, &json!({ "detail": "Application not found" }))
    }

    /// 413 as an HTML page, the answer of a web server in front of a proxy.
    #[must_use]
    pub fn too_large_html() -> Self {
        Self::html(413, "413 Request Entity Too Large")
    }

    /// 422 with a `detail` list.
    #[must_use]
    pub fn unprocessable(detail: &Value) -> Self {
        Self::json(422, &json!({ "detail": detail }))
    }

    /// 429, with `retry-after` in seconds if given.
    #[must_use]
    pub fn rate_limited(retry_after: Option<u32>) -> Self {
        let fault = Self::json(429, &json!({ "detail": "Too many requests" }));
        match retry_after {
            Some(seconds) => fault.with_header("retry-after", &seconds.to_string()),
            None => fault,
        }
    }

    /// 500 with a `detail`.
    #[must_use]
    pub fn server_error() -> Self {
        Self::json(500, &json!({ "detail": "Internal Server Error" }))
    }

    /// 502 as the HTML page of an nginx.
    #[must_use]
    pub fn bad_gateway_html() -> Self {
        Self::html(502, "502 Bad Gateway")
    }

    /// 504 as the HTML page of an nginx.
    #[must_use]
    pub fn gateway_timeout_html() -> Self {
        Self::html(504, "504 Gateway Time-out")
    }

    /// 503 with a `detail`.
    #[must_use]
    pub fn service_unavailable() -> Self {
        Self::json(503, &json!({ "detail": "Service Unavailable" }))
    }

    /// 200 with JSON that ends in the middle, on a connection that ends properly.
    #[must_use]
    pub fn malformed_json() -> Self {
        Self::answer(200, "application/json", r#"{"status": "IN_PRO"#)
    }

    /// No answer, ever; the request stays open.
    #[must_use]
    pub fn hang() -> Self {
        Self(Kind::Hang)
    }

    /// The connection is closed without a single byte of an answer.
    ///
    /// A browser may send a GET once more by itself when this happens on a connection it used before.
    #[must_use]
    pub fn refused() -> Self {
        Self(Kind::Refuse)
    }

    /// Head and first bytes of an answer, then the connection is dropped.
    #[must_use]
    pub fn cut() -> Self {
        Self(Kind::Cut)
    }

    /// The request is carried out as usual, then the connection is closed without an answer: a submit
    /// that was accepted and nobody knows.
    #[must_use]
    pub fn lost_reply() -> Self {
        Self(Kind::LoseReply)
    }

    /// The real answer with a `status` word no client knows, `SOMETHING_NEW`.
    #[must_use]
    pub fn unknown_status() -> Self {
        Self(Kind::UnknownStatus)
    }

    /// The real answer with HTTP status 200 whatever it says, as the Express adapter of the stock proxy
    /// passes it on (fal-js `libs/proxy/src/express.ts`). Applies besides any other fault.
    #[must_use]
    pub fn flattened() -> Self {
        Self(Kind::Flatten)
    }

    /// The request is carried out at once, and its answer is late.
    #[must_use]
    pub fn late_reply(delay: Duration) -> Self {
        Self(Kind::LateReply(delay))
    }

    /// The request is carried out late, and so is its answer.
    #[must_use]
    pub fn slow(delay: Duration) -> Self {
        Self(Kind::Slow(delay))
    }

    fn html(status: u16, words: &str) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{words}</title></head>\r\n<body>\r\n<center><h1>{words}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
        );
        Self::answer(status, "text/html", page)
    }

    pub(crate) fn is_flattened(&self) -> bool {
        matches!(self.0, Kind::Flatten)
    }

    /// Lets the fault happen. `real` is what the engine would do; it does it only when polled.
    pub(crate) async fn strike(self, real: impl Future<Output = Response>) -> Response {
        match self.0 {
            Kind::Answer { status, headers, body } => {
                let mut response = Response::new(Body::from(body));
                *response.status_mut() = status;
                response.headers_mut().extend(headers);
                response
            }
            Kind::Hang => std::future::pending().await,
            Kind::Refuse => broken(&[]),
            Kind::Cut => broken(br#"{"status": "IN_PROGRESS", "request_"#),
            Kind::LoseReply => {
                drop(real.await);
                broken(&[])
            }
            Kind::UnknownStatus => reworded(real.await).await,
            Kind::Flatten => real.await,
            Kind::Slow(delay) => {
                tokio::time::sleep(delay).await;
                real.await
            }
            Kind::LateReply(delay) => {
                let response = real.await;
                tokio::time::sleep(delay).await;
                response
            }
        }
    }
}

/// An answer whose body fails. Without a first piece the server has not sent even the head by then, and
/// the connection closes silently; with one, head and piece are out before it closes.
fn broken(first: &'static [u8]) -> Response {
    let pieces = stream::unfold(0, move |step| async move {
        match step {
            0 if !first.is_empty() => Some((Ok(Bytes::from_static(first)), 1)),
            _ => {
                if !first.is_empty() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Some((Err(std::io::Error::from(std::io::ErrorKind::ConnectionAborted)), 2))
            }
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("4096"));
    response
}

async fn reworded(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    let body = match serde_json::from_slice::<Value>(&bytes) {
        Ok(Value::Object(mut object)) if object.contains_key("status") => {
            object.insert("status".to_owned(), "SOMETHING_NEW".into());
            Body::from(Value::Object(object).to_string())
        }
        _ => Body::from(bytes),
    };
    Response::from_parts(parts, body)
}
