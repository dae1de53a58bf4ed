//! Who may ask, what may be asked for and how much of it, and what a refusal looks like.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use flux_proxy::demo::{Engine, Handle, Phase, Script};
use flux_proxy::{Options, Origins, PROXY_PATH, Pattern, Upstream};
use futures_util::stream;
use http_body_util::BodyExt;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

use crate::support::{DEV, FakeUpstream, Server, answer, fal_options, prompt, queue, read};

async fn with_origins(origins: &[&str]) -> (Server, Handle) {
    with_origins_at("127.0.0.1:0", origins).await
}

async fn with_origins_at(address: &str, origins: &[&str]) -> (Server, Handle) {
    let engine = Engine::new(Script::quick());
    let handle = engine.handle();
    let options = Options {
        upstream: Upstream::Demo(engine),
        origins: Origins::parse(origins).unwrap(),
        body_limit: 1000,
        ..Options::default()
    };
    (Server::start_at(address, options).await, handle)
}

#[tokio::test]
async fn refused_targets() {
    let (server, handle) = Server::demo().await;
    let url = format!("{}{PROXY_PATH}", server.base);
    let (status, body) = answer(server.client.get(&url)).await;
    assert_eq!((status, body), (400, json!("Invalid request: missing x-fal-target-url header")));
    for target in [
        "queue.fal.run/fal-ai/flux",
        "http://queue.fal.run/x",
        "https://evil.example/x",
        "https://u:p@fal.run/x",
        "https://v3.fal.media/a.png",
    ] {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let (status, body) = answer(server.ask(method, target)).await;
            assert_eq!(status, 400, "{target}");
            assert!(body.as_str().unwrap().starts_with("Invalid request: "), "{body}");
        }
    }
    let latin1 = reqwest::header::HeaderValue::from_bytes(b"https://queue.fal.run/\xe9").unwrap();
    assert_eq!(
        server.client.get(&url).header("x-fal-target-url", latin1).send().await.unwrap().status(),
        400
    );
    assert_eq!(handle.requests(), []);
}

#[tokio::test]
async fn an_added_pattern_reaches_the_upstream_behind_it() {
    let upstream = FakeUpstream::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let mut options = fal_options(&upstream.origin);
    options.allow.push(Pattern::parse("https://127.0.0.1:1/only/**").unwrap());
    let server = Server::start(options).await;
    // Port 1 answers nobody: 502 shows that the proxy tried, 400 that it did not.
    assert_eq!(
        server.ask(Method::GET, "https://127.0.0.1:1/only/this").send().await.unwrap().status(),
        502
    );
    assert_eq!(
        server.ask(Method::GET, "https://127.0.0.1:1/not/this").send().await.unwrap().status(),
        400
    );
    assert_eq!(upstream.got.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn methods() {
    let (server, _) = Server::demo().await;
    for method in [Method::DELETE, Method::PATCH, Method::HEAD] {
        let response = server.ask(method, &queue(DEV)).send().await.unwrap();
        assert_eq!(response.status(), 405);
        assert_eq!(response.headers()["allow"], "GET, POST, PUT");
    }
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn preflights() {
    let (server, _) = with_origins(&["https://studio.example"]).await;
    let preflight = |origin: &str| {
        let url = format!("{}{PROXY_PATH}", server.base);
        let asked = "content-type,x-fal-target-url,X-Fal-Queue-Priority,x-app-token,authorization";
        server
            .client
            .request(Method::OPTIONS, url)
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", asked)
    };
    let response = preflight("https://studio.example").send().await.unwrap();
    assert_eq!(response.status(), 204);
    for (name, expected) in [
        ("access-control-allow-origin", Some("https://studio.example")),
        ("access-control-allow-methods", Some("GET, POST, PUT")),
        (
            "access-control-allow-headers",
            Some("content-type, x-fal-target-url, x-fal-queue-priority"),
        ),
        ("access-control-max-age", Some("7200")),
        ("access-control-allow-credentials", None),
        ("access-control-allow-private-network", None),
        ("vary", Some("Origin")),
    ] {
        assert_eq!(header(&response, name), expected, "{name}");
    }
    let private = preflight("https://studio.example")
        .header("access-control-request-private-network", "true");
    assert_eq!(
        header(&private.send().await.unwrap(), "access-control-allow-private-network"),
        Some("true")
    );

    let response = preflight("https://evil.example").send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(header(&response, "access-control-allow-origin"), None);
}

#[tokio::test]
async fn answers_for_pages_of_other_origins() {
    let (server, handle) = with_origins(&["https://studio.example"]).await;
    let exposed = "x-fal-request-id, x-fal-error-type, x-fal-billable-units, x-flux-studio-engine, retry-after";
    let response =
        server.post(DEV, prompt()).header("origin", "https://studio.example").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "access-control-allow-origin"), Some("https://studio.example"));
    assert_eq!(header(&response, "access-control-expose-headers"), Some(exposed));
    assert_eq!(header(&response, "vary"), Some("Origin"));

    // Every refusal the page could meet is readable for it too.
    let foreign = |request: reqwest::RequestBuilder| {
        request.header("origin", "https://studio.example").send()
    };
    for (request, status) in [
        (server.ask(Method::POST, "https://evil.example/"), 400),
        (server.ask(Method::DELETE, &queue(DEV)), 405),
        (server.post("fal-ai/unknown", "{}"), 404),
        (server.post(DEV, "x".repeat(1001)), 413),
    ] {
        let response = foreign(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            Some("https://studio.example"),
            "{status}"
        );
    }

    let submitted = handle.submissions().len();
    for origin in ["https://evil.example", "http://studio.example", "null"] {
        let response = server.post(DEV, prompt()).header("origin", origin).send().await.unwrap();
        assert_eq!(header(&response, "access-control-allow-origin"), None);
        assert_eq!(header(&response, "cache-control"), Some("no-store"));
        let (status, body) = read(response).await;
        assert_eq!(status, 403);
        let sentence = body["detail"].as_str().unwrap();
        assert!(sentence.contains(origin) && sentence.contains("--allow-origin"), "{sentence}");
    }
    assert_eq!(handle.submissions().len(), submitted, "a refused page must not reach the engine");
}

#[tokio::test]
async fn a_star_admits_every_page_and_the_own_page_needs_no_admission() {
    let (server, _) = with_origins(&["*"]).await;
    let response = server
        .get("fal-ai/flux/requests/1/status")
        .header("origin", "https://a.example")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&response, "access-control-allow-origin"), Some("*"));

    let (server, _) = Server::demo().await;
    let response = server
        .get("fal-ai/flux/requests/1/status")
        .header("origin", &server.base)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(header(&response, "access-control-allow-origin"), None);
}

#[tokio::test]
async fn on_loopback_a_foreign_host_name_is_no_way_in() {
    let (server, handle) = with_origins(&["https://studio.example"]).await;
    let ask = |host: &str| {
        let request = server.get("fal-ai/flux/requests/1/status");
        request.header("host", host).header("origin", format!("http://{host}")).send()
    };
    let (status, body) = read(ask("evil.example:4173").await.unwrap()).await;
    assert_eq!(status, 403);
    assert!(body["detail"].as_str().unwrap().contains("evil.example:4173"));
    assert_eq!(handle.count(Phase::Status), 0);
    assert_eq!(ask("localhost:4173").await.unwrap().status(), 404);
    let behind_nginx = server.get("fal-ai/flux/requests/1/status").header("host", "studio.example");
    assert_eq!(behind_nginx.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn where_others_can_reach_it_a_foreign_host_name_is_no_way_in_either() {
    let (server, handle) = with_origins_at("0.0.0.0:0", &["https://studio.example"]).await;
    let ask = |host: &str, origin: Option<&str>| {
        let request = server.get("fal-ai/flux/requests/1/status").header("host", host);
        match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        }
    };
    // A page under a rebound name sends its origin with a POST, and none with a GET.
    for origin in [Some("http://evil.example:4173"), None] {
        let (status, body) = answer(ask("evil.example:4173", origin)).await;
        assert_eq!(status, 403);
        let sentence = body["detail"].as_str().unwrap();
        let way_out = "Start it with --allow-origin https://evil.example:4173 if";
        assert!(sentence.contains(way_out), "{sentence}");
    }
    assert_eq!(handle.count(Phase::Status), 0);
    for (host, origin) in [
        ("192.168.1.7:4173", Some("http://192.168.1.7:4173")),
        ("192.168.1.7:4173", None),
        // Behind a server that does TLS and keeps the name.
        ("studio.example", Some("https://studio.example")),
        ("studio.example", None),
        // The page is elsewhere, and the proxy has a name of its own.
        ("proxy.example", Some("https://studio.example")),
    ] {
        let response = ask(host, origin).send().await.unwrap();
        assert_eq!(response.status(), 404, "{host} {origin:?}");
    }
    assert_eq!(handle.count(Phase::Status), 5);
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_readably_wherever_it_is_noticed() {
    let upstream = FakeUpstream::start(|got, mut stream| async move {
        // A body without a length never ends for this upstream, so only the proxy can refuse it.
        if got.header("content-length").is_none() {
            let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        }
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    })
    .await;
    let fal = Server::start(Options { body_limit: 1000, ..fal_options(&upstream.origin) }).await;
    let (demo, handle) = with_origins(&[]).await;
    for server in [&fal, &demo] {
        // With a length, refused before it is read.
        let request = server.post(DEV, "x".repeat(5000));
        assert_too_large(request.send().await.unwrap()).await;
        // Without one, refused on the way.
        let pieces =
            stream::iter((0..50).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 100]))));
        let request =
            server.ask(Method::POST, &queue(DEV)).body(reqwest::Body::wrap_stream(pieces));
        assert_too_large(request.send().await.unwrap()).await;
        // Exactly the limit is not above it.
        let response = server.post(DEV, "x".repeat(1000)).send().await.unwrap();
        assert_ne!(response.status(), 413);
    }
    assert_eq!(handle.submissions().len(), 1);
}

async fn assert_too_large(response: Response) {
    let (status, body) = read(response).await;
    assert_eq!(status, 413);
    let sentence =
        "The request is larger than this proxy accepts (0.00 MiB). Use a smaller picture.";
    assert_eq!(body, json!({ "detail": sentence }));
}

#[tokio::test]
async fn a_413_arrives_although_the_page_is_still_sending() {
    const LIMIT: usize = 1024 * 1024;
    let upstream = FakeUpstream::start(|_, mut stream| async move {
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    })
    .await;
    let fal = Server::start(Options { body_limit: LIMIT, ..fal_options(&upstream.origin) }).await;
    let demo = Server::start(Options { body_limit: LIMIT, ..Options::default() }).await;
    // More than the buffers between the two hold, and all of it is sent before the answer is read.
    let total = 6 * LIMIT;
    for server in [&fal, &demo] {
        for chunked in [false, true] {
            let framing = if chunked {
                "transfer-encoding: chunked".to_owned()
            } else {
                format!("content-length: {total}")
            };
            let head = format!(
                "POST {PROXY_PATH} HTTP/1.1\r\nhost: localhost\r\nx-fal-target-url: {}\r\n{framing}\r\n\r\n",
                queue(DEV)
            );
            let address = server.base.trim_start_matches("http://");
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            stream.write_all(head.as_bytes()).await.unwrap();
            let piece = vec![b'x'; 0x10000];
            for _ in 0..total / piece.len() {
                if chunked {
                    stream.write_all(b"10000\r\n").await.unwrap();
                }
                stream.write_all(&piece).await.unwrap();
                if chunked {
                    stream.write_all(b"\r\n").await.unwrap();
                }
            }
            let mut answer = vec![0; 12];
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(answer, b"HTTP/1.1 413");
        }
    }
}

#[tokio::test]
async fn the_router_works_without_a_socket() {
    let request = Request::get(PROXY_PATH)
        .header("x-fal-target-url", queue("fal-ai/flux/requests/1/status"))
        .body(Body::empty())
        .unwrap();
    let response = flux_proxy::app(Options::default()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()["x-flux-studio-engine"], "demo");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), json!({ "status": "NOT_FOUND" }));
}
