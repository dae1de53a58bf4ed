//! The proxies of a test: `flux-proxy` itself in this process, with a demo engine that a test can hold,
//! spoil and question, or before an upstream that outlives it.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use axum::{Router, serve};
use flux_proxy::demo::{Engine, Handle, Script};
use flux_proxy::{Options, Origins, Site, Upstream};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running proxy.
pub struct Server {
    /// `http://127.0.0.1:port`
    pub origin: String,
    /// The hand on its engine. Without effect when the upstream is not the demo engine.
    pub engine: Handle,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// A proxy with an engine of this pace, which serves the page too if there is one.
    pub async fn start(script: &Script, site: Option<Site>) -> Self {
        Self::start_at(free_address(), script, site).await
    }

    /// The same at an address that was used before.
    pub async fn start_at(address: SocketAddr, script: &Script, site: Option<Site>) -> Self {
        let engine = Engine::new(script.clone());
        let handle = engine.handle();
        let options = Options { upstream: Upstream::Demo(engine), site, ..Options::default() };
        Self::serve(address, handle, options).await
    }

    /// A proxy that serves no page and lets the page of one other origin use it.
    pub async fn start_for(page_origin: &str) -> Self {
        let engine = Engine::new(Script::quick());
        let handle = engine.handle();
        let origins = Origins::parse(&[page_origin]).expect("the page's origin is an origin");
        let options = Options { upstream: Upstream::Demo(engine), origins, ..Options::default() };
        Self::serve(free_address(), handle, options).await
    }

    /// A proxy with options of one's own, and an engine's handle for what there is of an engine.
    pub async fn start_with(options: Options) -> Self {
        let nobody = Engine::new(Script::quick()).handle();
        Self::serve(free_address(), nobody, options).await
    }

    async fn serve(address: SocketAddr, engine: Handle, options: Options) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port on this computer");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(flux_proxy::serve(listener, options, async {
            stopped.await.ok();
        }));
        Self { origin: format!("http://{address}"), engine, address, stop, serving }
    }

    /// Where the page sends its requests.
    pub fn proxy_url(&self) -> String {
        format!("{}{}", self.origin, flux_proxy::PROXY_PATH)
    }

    /// Closes the port. The address can be used for another one.
    pub async fn stop(self) -> SocketAddr {
        self.stop.send(()).ok();
        self.serving.await.expect("the server does not panic").expect("the server ends well");
        self.address
    }
}

/// A proxy that can be killed: all that is under way is cut off, and nobody is told anything.
pub struct Mortal {
    /// `http://127.0.0.1:port`
    pub origin: String,
    address: SocketAddr,
    life: Option<Runtime>,
}

impl Mortal {
    /// A running one, which is this router.
    pub fn start(router: Router) -> Self {
        let listener = std::net::TcpListener::bind(free_address()).expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        drop(listener);
        let mut proxy = Self { origin: format!("http://{address}"), address, life: None };
        proxy.live(router);
        proxy
    }

    /// Starts it again at its old address.
    pub fn live(&mut self, router: Router) {
        let listener = std::net::TcpListener::bind(self.address).expect("the port of this proxy");
        listener.set_nonblocking(true).expect("a listener that does not wait");
        let life = Runtime::new().expect("a runtime");
        life.spawn(async move {
            let listener = TcpListener::from_std(listener).expect("a listener of this runtime");
            serve(listener, router).await
        });
        self.life = Some(life);
    }

    /// Kills it.
    pub fn die(&mut self) {
        // Whoever waits in a runtime may not wait for the end of another.
        let life = self.life.take().expect("a proxy that runs");
        thread::spawn(move || life.shutdown_timeout(Duration::from_secs(5)))
            .join()
            .expect("a proxy that ends");
    }

    /// Where the page sends its requests.
    pub fn proxy_url(&self) -> String {
        format!("{}{}", self.origin, flux_proxy::PROXY_PATH)
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        if self.life.is_some() {
            self.die();
        }
    }
}

/// An origin on this computer where nobody listens.
pub async fn deserted_origin() -> String {
    let listener = TcpListener::bind(free_address()).await.expect("a free port on this computer");
    format!("http://{}", listener.local_addr().expect("a bound listener has an address"))
}

fn free_address() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}
