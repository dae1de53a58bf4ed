//! The self-hosted proxy of Flux Studio.
//!
//! It answers one URL with the contract of fal's own server proxy: the real URL comes in the header
//! `x-fal-target-url`, the fal key is added here, status and body pass through. Beside that it serves the
//! built app, and where there is no key it answers with a [`demo`] engine that walks the same queue and
//! really draws. It refuses to know anything of forms, pictures in a library, or users.
//!
//! ```
//! // A router with the demo engine behind it; `serve` puts one on a socket.
//! let router: axum::Router = flux_proxy::app(flux_proxy::Options::default());
//! # drop(router);
//! ```

mod access;
mod cors;
pub mod demo;
mod fal;
mod forward;
mod headers;
mod headers_file;
mod key;
mod once;
mod options;
mod origins;
mod pattern;
mod reply;
mod site;
mod target;
mod upload;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::routing::any;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;

pub use headers_file::HeadersFileError;
pub use key::{FalKey, KeyError};
pub use options::{Options, Upstream};
pub use origins::{OriginError, Origins};
pub use pattern::{Pattern, PatternError};
/// The URL type of [`Options::upstream_origin`].
pub use reqwest::Url;
pub use site::{Site, SiteError};

use crate::fal::Fal;
use crate::forward::{Behind, Proxy};
use crate::once::Once;
use crate::origins::Names;

/// The path of the proxied URL, the one fal's clients expect by convention.
pub const PROXY_PATH: &str = "/api/fal/proxy";

/// How long connections may go on after the shutdown was asked for.
const GRACE: Duration = Duration::from_secs(3);

/// The whole server as a router, to be called without a socket or nested into another one.
///
/// It takes any `Host` for its own. [`serve`] is stricter, because it knows of nothing in front of it.
pub fn app(options: Options) -> Router {
    build(options, Names::Any)
}

/// Serves on a bound listener until `shutdown` resolves, then lets running answers finish for a moment.
///
/// Called by a name, it answers its own page only where that is one of this computer or the host of an
/// allowed origin; called by an address, also from other computers if it listens for them.
///
/// # Errors
/// What the listener reports; a single bad connection is not an error.
pub async fn serve<F>(listener: TcpListener, options: Options, shutdown: F) -> std::io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let is_loopback = listener.local_addr()?.ip().is_loopback();
    let names = if is_loopback { Names::Loopback } else { Names::Addresses };
    let router = build(options, names);
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let signal = async move {
        shutdown.await;
        let _ = stopping.send(true);
    };
    // Answers are small pieces written when they are ready: waiting to fill a packet only delays them.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(signal);
    tokio::select! {
        result = async { serving.await } => result,
        () = async {
            let _ = stopped.wait_for(|stop| *stop).await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    }
}

fn build(options: Options, names: Names) -> Router {
    let Options { upstream, site, allow, origins, body_limit, timeout, upstream_origin, verbose } =
        options;
    let mut router: Router<Arc<Proxy>> = Router::new();
    let behind = match upstream {
        Upstream::Fal(key) => Behind::Fal(Fal::new(key, upstream_origin, timeout)),
        Upstream::Demo(engine) => {
            let files = engine.clone();
            router = router.route(
                demo::FILES_ROUTE,
                any(move |method: Method, uri: Uri| {
                    let files = files.clone();
                    async move { files.file(&method, uri.path()).await }
                }),
            );
            Behind::Demo(engine)
        }
    };
    let proxy = Proxy { behind, allowed: allow, origins, body_limit, names, once: Once::default() };
    let router = router
        .route(PROXY_PATH, any(forward::handle))
        .fallback(move |request: Request| {
            let site = site.clone();
            async move {
                match site {
                    Some(site) => site.answer(request).await,
                    None => site::not_found(),
                }
            }
        })
        .with_state(Arc::new(proxy));
    if verbose { router.layer(axum::middleware::from_fn(access::log)) } else { router }
}
