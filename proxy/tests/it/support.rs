//! A server on a free port, a client for it, and an upstream that does as it is told.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flux_proxy::demo::{Engine, Handle, Script};
use flux_proxy::{FalKey, Options, PROXY_PATH, Upstream, Url};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const KEY: &str = "test-id:test-secret-0123456789";
pub(crate) const DEV: &str = "fal-ai/flux/dev";
pub(crate) const IMAGE_TO_IMAGE: &str = "fal-ai/flux/dev/image-to-image";
pub(crate) const REDUX: &str = "fal-ai/flux/dev/redux";
pub(crate) const SCHNELL: &str = "fal-ai/flux/schnell";
pub(crate) const LORA: &str = "fal-ai/flux-lora";
pub(crate) const INPAINTING: &str = "fal-ai/flux-lora/inpainting";
pub(crate) const KONTEXT: &str = "fal-ai/flux-pro/kontext";
pub(crate) const ULTRA: &str = "fal-ai/flux-pro/v1.1-ultra";
/// Every model the demo engine knows.
pub(crate) const MODELS: [&str; 8] =
    [DEV, IMAGE_TO_IMAGE, REDUX, SCHNELL, LORA, INPAINTING, KONTEXT, ULTRA];

/// A proxy on a socket, stopped with the runtime of its test.
pub(crate) struct Server {
    pub(crate) base: String,
    pub(crate) client: Client,
}

impl Server {
    pub(crate) async fn start(options: Options) -> Self {
        Self::start_at("127.0.0.1:0", options).await
    }

    /// The same where it listens at an address that 127.0.0.1 belongs to.
    pub(crate) async fn start_at(address: &str, options: Options) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let base = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        tokio::spawn(flux_proxy::serve(listener, options, std::future::pending()));
        Self { base, client: client() }
    }

    /// With a demo engine as fast as it can be.
    pub(crate) async fn demo() -> (Self, Handle) {
        Self::demo_with(Script::quick()).await
    }

    pub(crate) async fn demo_with(script: Script) -> (Self, Handle) {
        let engine = Engine::new(script);
        let handle = engine.handle();
        let server =
            Self::start(Options { upstream: Upstream::Demo(engine), ..Options::default() }).await;
        (server, handle)
    }

    /// With a key and a fake upstream behind it.
    pub(crate) async fn fal(origin: &Url) -> Self {
        Self::start(fal_options(origin)).await
    }

    /// A request for `target` through the proxy.
    pub(crate) fn ask(&self, method: Method, target: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{PROXY_PATH}", self.base))
            .header("x-fal-target-url", target)
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.ask(Method::GET, &queue(path))
    }

    pub(crate) fn post(&self, path: &str, body: impl ToString) -> RequestBuilder {
        self.ask(Method::POST, &queue(path))
            .header("content-type", "application/json")
            .body(body.to_string())
    }

    pub(crate) fn put(&self, path: &str) -> RequestBuilder {
        self.ask(Method::PUT, &queue(path)).header("content-type", "application/json").body("{}")
    }

    /// Submits and gives the id.
    pub(crate) async fn submit(&self, endpoint: &str, input: &Value) -> String {
        let (status, answer) = answer(self.post(endpoint, input)).await;
        assert_eq!(status, 200, "{answer}");
        answer["request_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn status(&self, id: &str) -> (u16, Value) {
        answer(self.get(&format!("fal-ai/flux/requests/{id}/status"))).await
    }

    pub(crate) async fn result(&self, id: &str) -> (u16, Value) {
        answer(self.get(&format!("fal-ai/flux/requests/{id}"))).await
    }

    pub(crate) async fn cancel(&self, id: &str) -> (u16, Value) {
        answer(self.put(&format!("fal-ai/flux/requests/{id}/cancel"))).await
    }

    /// Polls until the status is `word` and gives the whole status.
    pub(crate) async fn until(&self, id: &str, word: &str) -> Value {
        for _ in 0..4000 {
            let (_, status) = self.status(id).await;
            if status["status"] == word {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{id} never became {word}");
    }

    /// Submits, waits and gives the result.
    pub(crate) async fn outcome(&self, endpoint: &str, input: &Value) -> (u16, Value) {
        let id = self.submit(endpoint, input).await;
        let request = format!("{}/requests/{id}", app(endpoint));
        for _ in 0..4000 {
            let (_, status) = answer(self.get(&format!("{request}/status"))).await;
            if status["status"] == "COMPLETED" {
                return answer(self.get(&request)).await;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{endpoint} never finished {id}");
    }

    /// The bytes of the pictures of a successful request.
    pub(crate) async fn pictures(&self, endpoint: &str, input: &Value) -> Vec<Vec<u8>> {
        let (status, result) = self.outcome(endpoint, input).await;
        assert_eq!(status, 200, "{result}");
        let mut pictures = Vec::new();
        for image in result["images"].as_array().unwrap() {
            let response = self.client.get(image["url"].as_str().unwrap()).send().await.unwrap();
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["content-type"], image["content_type"].as_str().unwrap());
            pictures.push(response.bytes().await.unwrap().to_vec());
        }
        pictures
    }
}

pub(crate) fn fal_options(origin: &Url) -> Options {
    Options {
        upstream: Upstream::Fal(FalKey::parse(KEY).unwrap()),
        upstream_origin: Some(origin.clone()),
        timeout: Duration::from_secs(20),
        ..Options::default()
    }
}

pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// The part of an endpoint id that its requests have in their addresses.
pub(crate) fn app(endpoint: &str) -> String {
    endpoint.split('/').take(2).collect::<Vec<_>>().join("/")
}

/// A document among the page's own files, as it was written.
pub(crate) fn document(endpoint: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../public/models");
    std::fs::read_to_string(format!("{folder}/{endpoint}.json")).unwrap()
}

pub(crate) fn queue(path: &str) -> String {
    format!("https://queue.fal.run/{path}")
}

pub(crate) fn prompt() -> Value {
    json!({ "prompt": "a red fox", "image_size": { "width": 64, "height": 48 }, "num_inference_steps": 3 })
}

/// Sends and reads status and JSON.
pub(crate) async fn answer(request: RequestBuilder) -> (u16, Value) {
    read(request.send().await.unwrap()).await
}

pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}")))
}

/// One request as the fake upstream got it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Got {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An HTTP/1.1 server in the smallest sense: reads a request, then hands the connection over.
pub(crate) struct FakeUpstream {
    pub(crate) origin: Url,
    pub(crate) got: Arc<Mutex<Vec<Got>>>,
}

impl FakeUpstream {
    pub(crate) async fn start<F, A>(answer: F) -> Self
    where
        F: Fn(Got, TcpStream) -> A + Send + Sync + 'static,
        A: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let got = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&got);
        let answer = Arc::new(answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (written, answer) = (Arc::clone(&written), Arc::clone(&answer));
                tokio::spawn(async move {
                    if let Some(got) = request(&mut stream).await {
                        written.lock().unwrap().push(got.clone());
                        answer(got, stream).await;
                    }
                });
            }
        });
        Self { origin, got }
    }

    /// Answers everything with these bytes and closes.
    pub(crate) async fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_, mut stream| {
            let bytes = bytes.clone();
            async move {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
            }
        })
        .await
    }

    pub(crate) fn last(&self) -> Got {
        self.got.lock().unwrap().last().cloned().unwrap()
    }
}

/// Reads a head and, where a length is announced, the body.
async fn request(stream: &mut TcpStream) -> Option<Got> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut got = Got { line, headers, body: Vec::new() };
    if let Some(length) = got.header("content-length") {
        let mut body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut body).await.ok()?;
        got.body = body;
    }
    Some(got)
}
