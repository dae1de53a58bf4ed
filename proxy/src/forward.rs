//! The one proxied URL: who asks, where to, how much; then the request goes to fal or to the demo
//! engine. What the two have in common is decided here, so the demo stands behind the same door.

use std::sync::Arc;

use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, EXPECT, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Method};
use axum::response::Response;

use crate::access::Destination;
use crate::demo;
use crate::fal::Fal;
use crate::once::{Name, Once, incomplete};
use crate::origins::{Names, Origins};
use crate::pattern::Pattern;
use crate::reply;
use crate::target::Target;
use crate::upload::{self, UploadError};

/// The header that carries the real URL (fal-js `libs/client/src/middleware.ts`).
pub(crate) const TARGET_HEADER: &str = "x-fal-target-url";

/// Everything the proxied URL needs to answer.
pub(crate) struct Proxy {
    pub(crate) behind: Behind,
    pub(crate) allowed: Vec<Pattern>,
    pub(crate) origins: Origins,
    pub(crate) body_limit: usize,
    pub(crate) names: Names,
    pub(crate) once: Once,
}

/// What stands behind the proxy.
pub(crate) enum Behind {
    Fal(Fal),
    Demo(demo::Engine),
}

/// Answers one request on the proxied URL.
pub(crate) async fn handle(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let mut response = match proxy.origins.check(request.headers(), proxy.names) {
        Err(denied) => denied.response(),
        Ok(access) => {
            let mut response = if request.method() == Method::OPTIONS {
                access.preflight(request.headers())
            } else {
                proxy.answer(request).await
            };
            access.mark(response.headers_mut());
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl Proxy {
    async fn answer(self: &Arc<Self>, request: Request) -> Response {
        if !matches!(*request.method(), Method::GET | Method::POST | Method::PUT) {
            return reply::method_not_allowed("GET, POST, PUT");
        }
        // A header that is not text cannot be a URL either.
        let header =
            request.headers().get(TARGET_HEADER).map(|header| header.to_str().unwrap_or_default());
        let target = match Target::parse(request.method(), header, &self.allowed) {
            Ok(target) => target,
            Err(error) => return reply::invalid_request(error),
        };
        let destination = Destination(target.without_query());
        let name = Name::of(request.method(), request.headers(), &target);
        let mut response = match name {
            None => self.pass_on(target, request).await,
            Some(name) => {
                let proxy = Arc::clone(self);
                let pass_on = |request| async move { proxy.pass_on(target, request).await };
                let (response, unread) = self.once.answer(name, request, pass_on).await;
                if let Some(request) = unread {
                    self.discard(request);
                }
                response
            }
        };
        response.extensions_mut().insert(destination);
        response
    }

    async fn pass_on(&self, target: Target, request: Request) -> Response {
        let announced = request.body().size_hint().lower();
        if announced > self.body_limit as u64 {
            self.discard(request);
            return reply::too_large(self.body_limit);
        }
        let (parts, body) = request.into_parts();
        match &self.behind {
            Behind::Fal(fal) => fal.forward(&target, &parts, body, self.body_limit).await,
            Behind::Demo(engine) => match upload::collect(body, self.body_limit).await {
                Ok(body) => engine.answer(&target, &parts, body).await,
                Err(UploadError::TooLarge) => reply::too_large(self.body_limit),
                Err(UploadError::Broken) => incomplete(),
            },
        }
    }

    /// Reads a request to its end that is answered without it.
    fn discard(&self, request: Request) {
        // Who asked for permission first has not sent anything yet.
        if !request.headers().contains_key(EXPECT) {
            upload::discard(request.into_body(), self.body_limit);
        }
    }
}
