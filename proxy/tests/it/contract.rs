//! What the proxy does to a request on its way to fal and to the answer on its way back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use flux_proxy::{Options, Pattern, Url};
use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};

use crate::support::{FakeUpstream, KEY, Server, answer, fal_options, queue};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";

#[tokio::test]
async fn a_request_reaches_fal_with_the_key_and_without_the_pages_secrets() {
    let upstream = FakeUpstream::saying(OK).await;
    let server = Server::fal(&upstream.origin).await;
    let body = r#"{"prompt":"ein  Füchschen","seed":18446744073709551615}"#;
    let request = server
        .post("fal-ai/flux/dev?fal_max_queue_length=3", body)
        .header("authorization", "Bearer of-the-page")
        .header("cookie", "session=of-the-page")
        .header("x-fal-queue-priority", "low")
        .header("x-other", "1")
        .header("accept-encoding", "br")
        .header("accept", "text/html")
        .header("user-agent", "page/1")
        .header("origin", &server.base)
        .header("referer", &server.base);
    assert_eq!(request.send().await.unwrap().status(), 200);

    let got = upstream.last();
    assert_eq!(got.line, "POST /fal-ai/flux/dev?fal_max_queue_length=3 HTTP/1.1");
    assert_eq!(got.body, body.as_bytes());
    let authorization = format!("Key {KEY}");
    let length = body.len().to_string();
    for (name, expected) in [
        ("authorization", Some(authorization.as_str())),
        ("content-length", Some(length.as_str())),
        ("content-type", Some("application/json")),
        ("accept", Some("application/json")),
        ("user-agent", Some("page/1")),
        ("x-fal-queue-priority", Some("low")),
        ("x-fal-target-url", Some("https://queue.fal.run/fal-ai/flux/dev?fal_max_queue_length=3")),
        ("x-fal-client-proxy", Some(concat!("flux-proxy/", env!("CARGO_PKG_VERSION")))),
        ("cookie", None),
        ("x-other", None),
        ("accept-encoding", None),
        ("origin", None),
        ("referer", None),
    ] {
        assert_eq!(got.header(name), expected, "{name}");
    }
    assert_eq!(got.headers.iter().filter(|(name, _)| name == "authorization").count(), 1);
}

#[tokio::test]
async fn a_cancel_without_a_body_stays_without_one() {
    let upstream = FakeUpstream::saying(OK).await;
    let server = Server::fal(&upstream.origin).await;
    let request = server.ask(Method::PUT, &queue("fal-ai/flux/requests/1/cancel"));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let got = upstream.last();
    assert_eq!(got.line, "PUT /fal-ai/flux/requests/1/cancel HTTP/1.1");
    assert!(matches!(got.header("content-length"), None | Some("0")));
    assert_eq!(got.header("transfer-encoding"), None);
}

#[tokio::test]
async fn status_and_body_of_fal_are_kept() {
    for status in
        [200, 202, 204, 400, 401, 402, 403, 404, 405, 408, 422, 429, 499, 500, 502, 503, 504]
    {
        let body = if status == 204 {
            String::new()
        } else {
            format!(r#"{{"detail":"upstream {status}"}}"#)
        };
        let head = format!("HTTP/1.1 {status} Whatever\r\ncontent-type: application/json\r\n");
        let length = if status == 204 {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let upstream = FakeUpstream::saying(format!("{head}{length}\r\n{body}")).await;
        let server = Server::fal(&upstream.origin).await;
        let response = server.get("fal-ai/flux/requests/1").send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn headers_of_the_answer_are_copied_except_those_about_its_connection_and_host() {
    let upstream = FakeUpstream::saying(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nX-Fal-Request-Id: 7\r\n\
         X-Fal-Billable-Units: 1.5\r\nRetry-After: 3\r\nContent-Encoding: identity\r\n\
         Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nSet-Cookie: a=b\r\n\
         Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\n\
         Strict-Transport-Security: max-age=1\r\nAlt-Svc: h3\r\nCache-Control: public, max-age=60\r\n\
         X-Flux-Studio-Engine: demo\r\n\r\n{}",
    )
    .await;
    let server = Server::fal(&upstream.origin).await;
    let response = server.get("fal-ai/flux/requests/1").send().await.unwrap();
    let headers = response.headers();
    for (name, expected) in [
        ("content-type", Some("application/json")),
        ("content-length", Some("2")),
        ("x-fal-request-id", Some("7")),
        ("x-fal-billable-units", Some("1.5")),
        ("retry-after", Some("3")),
        ("content-encoding", Some("identity")),
        ("cache-control", Some("no-store")),
        ("x-content-type-options", Some("nosniff")),
        ("vary", Some("Origin")),
        ("x-hop", None),
        ("keep-alive", None),
        ("set-cookie", None),
        ("access-control-allow-origin", None),
        ("access-control-allow-credentials", None),
        ("strict-transport-security", None),
        ("alt-svc", None),
        ("x-flux-studio-engine", None),
    ] {
        assert_eq!(headers.get(name).map(|value| value.to_str().unwrap()), expected, "{name}");
    }
}

#[tokio::test]
async fn an_answer_streams_through() {
    let go_on = Arc::new(Notify::new());
    let wait = Arc::clone(&go_on);
    let upstream = FakeUpstream::start(move |_, mut stream| {
        let wait = Arc::clone(&wait);
        async move {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n")
                .await
                .unwrap();
            wait.notified().await;
            stream.write_all(b"6\r\nsecond\r\n0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let server = Server::fal(&upstream.origin).await;
    let mut response = server.get("fal-ai/flux/requests/1").send().await.unwrap();
    // The upstream sends the second piece only after the first has arrived here.
    assert_eq!(response.chunk().await.unwrap().unwrap(), "first");
    go_on.notify_one();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "second");
    assert_eq!(response.chunk().await.unwrap(), None);
}

#[tokio::test]
async fn a_request_streams_through() {
    let (arrived, mut arrivals) = mpsc::channel(1);
    let upstream = FakeUpstream::start(move |_, mut stream| {
        let arrived = arrived.clone();
        async move {
            let mut text = String::new();
            let mut buffer = [0; 256];
            while !text.ends_with("0\r\n\r\n") {
                let count = stream.read(&mut buffer).await.unwrap();
                text.push_str(std::str::from_utf8(&buffer[..count]).unwrap());
                if text == "5\r\nfirst\r\n" {
                    arrived.send(()).await.unwrap();
                }
            }
            assert!(text.contains("second"), "{text}");
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let server = Server::fal(&upstream.origin).await;
    let (pieces, receiver) = mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|piece| (piece, receiver))
    });
    let request =
        server.ask(Method::POST, &queue("fal-ai/flux/dev")).body(Body::wrap_stream(body)).send();
    let request = tokio::spawn(request);
    pieces.send(Ok(Bytes::from_static(b"first"))).await.unwrap();
    // The second piece leaves the page only after the first has reached fal.
    arrivals.recv().await.unwrap();
    pieces.send(Ok(Bytes::from_static(b"second"))).await.unwrap();
    drop(pieces);
    assert_eq!(request.await.unwrap().unwrap().status(), 200);
}

#[tokio::test]
async fn a_redirect_is_neither_followed_nor_handed_to_the_browser() {
    let upstream = FakeUpstream::saying(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let server = Server::fal(&upstream.origin).await;
    let response = server.get("fal-ai/flux/requests/1").send().await.unwrap();
    assert_eq!(response.status(), 307);
    assert_eq!(response.headers().get("location"), None);
    assert_eq!(upstream.got.lock().unwrap().len(), 1);
}

async fn impatient(origin: &Url) -> Server {
    Server::start(Options { timeout: Duration::from_millis(400), ..fal_options(origin) }).await
}

#[tokio::test]
async fn a_silent_upstream_is_a_504_in_time() {
    let upstream = FakeUpstream::start(|_, stream| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(stream);
    })
    .await;
    let server = impatient(&upstream.origin).await;
    let started = Instant::now();
    let (status, body) = answer(server.post("fal-ai/flux/dev", "{}")).await;
    assert_eq!(status, 504);
    let sentence =
        "queue.fal.run did not answer this proxy within 0.4 s. The request may have arrived there.";
    assert_eq!(body, json!({ "detail": sentence }));
    assert!((400..5000).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
}

#[tokio::test]
async fn silence_in_the_middle_of_an_answer_breaks_it_off() {
    let upstream = FakeUpstream::start(|_, mut stream| async move {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf").await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
    })
    .await;
    let server = impatient(&upstream.origin).await;
    let response = server.get("fal-ai/flux/requests/1").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn half_an_answer_does_not_look_whole() {
    for head in
        ["content-length: 10\r\n\r\nhalf", "transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
    {
        let upstream = FakeUpstream::saying(format!("HTTP/1.1 200 OK\r\n{head}")).await;
        let server = Server::fal(&upstream.origin).await;
        let response = server.get("fal-ai/flux/requests/1").send().await.unwrap();
        assert!(response.bytes().await.is_err(), "{head}");
    }
}

#[tokio::test]
async fn an_upstream_that_cannot_be_reached_is_a_502_that_says_so() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = Url::parse(&format!("http://{}", closed.local_addr().unwrap())).unwrap();
    drop(closed);
    let server = Server::fal(&origin).await;
    let (status, body) = answer(server.post("fal-ai/flux/dev?secret=1", "{}")).await;
    assert_eq!(status, 502);
    let sentence = body["detail"].as_str().unwrap();
    assert!(sentence.starts_with("This proxy could not reach queue.fal.run: "), "{sentence}");
    assert!(sentence.ends_with(" The request did not arrive there."), "{sentence}");
    assert!(!sentence.contains("secret"), "{sentence}");
}

#[tokio::test]
async fn an_upstream_that_hangs_up_is_a_502_that_leaves_the_outcome_open() {
    let upstream = FakeUpstream::saying("").await;
    let server = Server::fal(&upstream.origin).await;
    let (status, body) = answer(server.post("fal-ai/flux/dev", "{}")).await;
    assert_eq!(status, 502);
    assert!(
        body["detail"].as_str().unwrap().ends_with("The request may have arrived there."),
        "{body}"
    );
    // A submit is never repeated, whatever the client library thinks of idle connections.
    assert_eq!(upstream.got.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn an_upstream_without_proper_tls_never_gets_the_request() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut buffer = vec![0; 4096];
        let count = stream.read(&mut buffer).await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        buffer.truncate(count);
        buffer
    });
    let mut options = fal_options(&Url::parse("http://127.0.0.1:1").unwrap());
    options.allow.push(Pattern::parse(&format!("https://127.0.0.1:{port}/**")).unwrap());
    let server = Server::start(options).await;
    let target = format!("https://127.0.0.1:{port}/fal-ai/flux/dev");
    let (status, body) = answer(server.ask(Method::POST, &target).body("a prompt")).await;
    assert_eq!(status, 502);
    assert!(
        body["detail"].as_str().unwrap().ends_with("The request did not arrive there."),
        "{body}"
    );
    let heard = heard.await.unwrap();
    assert_eq!(heard.first(), Some(&0x16), "a TLS handshake, and nothing in the clear");
    assert!(!String::from_utf8_lossy(&heard).contains("prompt"));
}

#[tokio::test]
async fn no_answer_carries_the_key() {
    let echo =
        FakeUpstream::saying("HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\n{}").await;
    let server = Server::fal(&echo.origin).await;
    for target in
        [queue("fal-ai/flux/dev"), "https://elsewhere.example/".to_owned(), "nonsense".to_owned()]
    {
        let response = server
            .ask(Method::POST, &target)
            .header("authorization", "Key of-the-page")
            .body("{}")
            .send()
            .await
            .unwrap();
        let text = format!("{:?} {}", response.headers().clone(), response.text().await.unwrap());
        assert!(!text.contains("test-secret") && !text.contains("of-the-page"), "{text}");
    }
}
