//! A submit that carries a name arrives once, however often it is sent.

use std::sync::Arc;
use std::time::Duration;

use flux_proxy::PROXY_PATH;
use flux_proxy::demo::{Fault, Phase, Times};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::support::{DEV, FakeUpstream, Server, answer, prompt};

fn named(server: &Server, name: &str) -> RequestBuilder {
    server.post(DEV, prompt()).header("idempotency-key", name)
}

#[tokio::test]
async fn the_same_name_is_the_same_request() {
    let (server, handle) = Server::demo().await;
    let (status, first) = answer(named(&server, "a")).await;
    assert_eq!(status, 200);
    let again = named(&server, "a").send().await.unwrap();
    assert_eq!(again.headers()["content-type"], "application/json");
    assert_eq!(again.headers()["x-flux-studio-engine"], "demo");
    assert_eq!(answer(named(&server, "a")).await, (200, first.clone()));
    let (_, other) = answer(named(&server, "b")).await;
    assert_ne!(other["request_id"], first["request_id"]);
    let (_, nameless) = answer(server.post(DEV, prompt())).await;
    assert_ne!(nameless["request_id"], first["request_id"]);
    assert_eq!(handle.submissions().len(), 3);
    // A name is one only where a submit carries it, and long ones are none.
    let long = "x".repeat(201);
    let ids = [answer(named(&server, &long)).await, answer(named(&server, &long)).await];
    assert_ne!(ids[0].1["request_id"], ids[1].1["request_id"]);
}

#[tokio::test]
async fn whoever_comes_meanwhile_waits_for_the_first() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Submit, Fault::slow(Duration::from_millis(300)), Times::Once);
    let ids = tokio::join!(answer(named(&server, "a")), answer(named(&server, "a")));
    assert_eq!(ids.0, ids.1);
    assert_eq!(handle.submissions().len(), 1);
}

#[tokio::test]
async fn a_request_goes_on_without_whoever_sent_it() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Submit, Fault::slow(Duration::from_millis(300)), Times::Once);
    let impatient = named(&server, "a").timeout(Duration::from_millis(100)).send().await;
    assert!(impatient.unwrap_err().is_timeout());
    let (status, _) = answer(named(&server, "a")).await;
    assert_eq!(status, 200);
    assert_eq!(handle.submissions().len(), 1);
}

#[tokio::test]
async fn an_answer_that_broke_off_breaks_off_again() {
    for fault in [Fault::lost_reply(), Fault::refused(), Fault::cut()] {
        let (server, handle) = Server::demo().await;
        handle.fault(Phase::Submit, fault.clone(), Times::Once);
        for _ in 0..2 {
            let answer = named(&server, "a").send().await;
            let has_begun = answer.is_ok();
            let whole = match answer {
                Ok(answer) => answer.text().await,
                Err(error) => Err(error),
            };
            assert!(whole.is_err(), "{fault:?}");
            assert_eq!(has_begun, format!("{fault:?}").contains("Cut"), "{fault:?}");
        }
        assert_eq!(handle.submissions().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn what_is_no_submit_to_the_queue_has_no_name() {
    let go_on = Arc::new(Notify::new());
    let wait = Arc::clone(&go_on);
    let upstream = FakeUpstream::start(move |_, mut stream| {
        let wait = Arc::clone(&wait);
        async move {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 11\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(b"first").await.unwrap();
            wait.notified().await;
            stream.write_all(b"second").await.unwrap();
        }
    })
    .await;
    let server = Server::fal(&upstream.origin).await;
    for _ in 0..2 {
        let mut response = server
            .ask(Method::POST, "https://fal.run/fal-ai/flux/dev/stream")
            .header("idempotency-key", "a")
            .body("{}")
            .send()
            .await
            .unwrap();
        // The upstream sends the second piece only after the first has arrived here.
        assert_eq!(response.chunk().await.unwrap().unwrap(), "first");
        go_on.notify_one();
        assert_eq!(response.chunk().await.unwrap().unwrap(), "second");
    }
    assert_eq!(upstream.got.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_large_answer_is_for_those_who_wait_for_it() {
    for (size, is_kept) in [(0x10000, true), (0x10001, false)] {
        let upstream = FakeUpstream::start(move |_, mut stream| async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let head = format!("HTTP/1.1 422 Unprocessable\r\ncontent-length: {size}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            stream.write_all(&vec![b'x'; size]).await.unwrap();
        })
        .await;
        let server = Server::fal(&upstream.origin).await;
        let ask = async || {
            let response = named(&server, "a").send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        let whole = (422, "x".repeat(size));
        let (first, meanwhile) = tokio::join!(ask(), ask());
        assert!(first == whole && meanwhile == whole, "{size}");
        let later = ask().await;
        if is_kept {
            assert!(later == whole, "{size}");
        } else {
            assert_eq!(later.0, 502);
            assert!(later.1.contains("not passed on again"), "{}", later.1);
        }
        assert_eq!(upstream.got.lock().unwrap().len(), 1);
    }
}

/// A connection with the head and the first byte of a submit by the name of `a`.
async fn half_a_submit(server: &Server) -> TcpStream {
    let host = server.base.trim_start_matches("http://");
    let mut half = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST {PROXY_PATH} HTTP/1.1\r\nhost: {host}\r\nx-fal-target-url: https://queue.fal.run/{DEV}\r\n\
         content-type: application/json\r\nidempotency-key: a\r\ncontent-length: 99\r\n\r\n{{"
    );
    half.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    half
}

#[tokio::test]
async fn what_arrived_in_part_may_come_again() {
    let (server, handle) = Server::demo().await;
    drop(half_a_submit(&server).await);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(answer(named(&server, "a")).await.0, 200);
    assert_eq!(handle.submissions().len(), 1);
}

#[tokio::test]
async fn whoever_waited_for_what_arrived_in_part_goes_in_its_place() {
    let (server, handle) = Server::demo().await;
    let breaks_off = async |server| {
        let half = half_a_submit(server).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        drop(half);
    };
    let meanwhile = async |server| {
        tokio::time::sleep(Duration::from_millis(120)).await;
        answer(named(server, "a")).await
    };
    let (_, one, other) = tokio::join!(breaks_off(&server), meanwhile(&server), meanwhile(&server));
    assert_eq!(one.0, 200, "{one:?}");
    assert_eq!(one, other);
    assert_eq!(handle.submissions().len(), 1);

    // The same where half a request is already on its way to fal.
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    let upstream = FakeUpstream::saying(ok).await;
    let server = Server::fal(&upstream.origin).await;
    let (_, one, other) = tokio::join!(breaks_off(&server), meanwhile(&server), meanwhile(&server));
    assert_eq!((one, other), ((200, json!({})), (200, json!({}))));
    assert_eq!(upstream.got.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_repetition_is_read_to_its_end_although_its_answer_is_known() {
    let (server, handle) = Server::demo().await;
    let first = answer(named(&server, "a")).await;
    let length = 8 << 20;
    let host = server.base.trim_start_matches("http://");
    let head = format!(
        "POST {PROXY_PATH} HTTP/1.1\r\nhost: {host}\r\nx-fal-target-url: https://queue.fal.run/{DEV}\r\n\
         content-type: application/json\r\nidempotency-key: a\r\ncontent-length: {length}\r\n\r\n"
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..length / 0x10000 {
        stream.write_all(&[b' '; 0x10000]).await.unwrap();
    }
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 200");
    assert_eq!((first.0, handle.submissions().len()), (200, 1));
}
