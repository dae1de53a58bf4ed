//! A submit that carries a name arrives once, however often it is sent.

use std::time::Duration;

use flux_proxy::PROXY_PATH;
use flux_proxy::demo::{Fault, Phase, Times};
use reqwest::RequestBuilder;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{DEV, Server, answer, prompt};

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
async fn what_arrived_in_part_may_come_again() {
    let (server, handle) = Server::demo().await;
    let host = server.base.trim_start_matches("http://");
    let mut half = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST {PROXY_PATH} HTTP/1.1\r\nhost: {host}\r\nx-fal-target-url: https://queue.fal.run/{DEV}\r\n\
         content-type: application/json\r\nidempotency-key: a\r\ncontent-length: 99\r\n\r\n{{"
    );
    half.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(half);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(answer(named(&server, "a")).await.0, 200);
    assert_eq!(handle.submissions().len(), 1);
}
