//! The documents that fal publishes of its models, asked for through the proxy: in the open, with no key.

use flux_proxy::demo::Phase;
use flux_proxy::{Options, Origins, Pattern};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{FakeUpstream, KEY, MODELS, Server, answer, document, fal_options};

fn address(id: &str) -> String {
    format!("https://fal.ai/api/openapi/queue/openapi.json?endpoint_id={id}")
}

#[tokio::test]
async fn a_document_is_fetched_without_the_key() {
    let upstream = FakeUpstream::saying(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 17\r\n\
         set-cookie: a=b\r\ncache-control: max-age=60\r\n\r\n{\"openapi\":\"3.0\"}",
    )
    .await;
    let mut options = fal_options(&upstream.origin);
    // Not even an operator's own pattern makes a public document cost a key.
    options.allow.push(Pattern::parse("https://fal.ai/**").unwrap());
    options.origins = Origins::parse(&["https://studio.example"]).unwrap();
    let server = Server::start(options).await;
    let request = server
        .ask(Method::GET, &address("fal-ai%2Fflux%2Fdev"))
        .header("origin", "https://studio.example")
        .header("authorization", "Bearer of-the-page")
        .header("cookie", "session=of-the-page")
        .header("x-fal-queue-priority", "low")
        .header("user-agent", "page/1");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    for (name, expected) in [
        ("access-control-allow-origin", Some("https://studio.example")),
        ("cache-control", Some("no-store")),
        ("set-cookie", None),
    ] {
        let value = response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(value, expected, "{name}");
    }
    assert_eq!(response.text().await.unwrap(), r#"{"openapi":"3.0"}"#);

    let got = upstream.last();
    assert_eq!(
        got.line,
        "GET /api/openapi/queue/openapi.json?endpoint_id=fal-ai/flux/dev HTTP/1.1"
    );
    for (name, expected) in [
        ("accept", Some("application/json")),
        ("user-agent", Some("page/1")),
        ("authorization", None),
        ("cookie", None),
        ("content-type", None),
        ("x-fal-target-url", None),
        ("x-fal-queue-priority", None),
    ] {
        assert_eq!(got.header(name), expected, "{name}");
    }
    let text = format!("{got:?}");
    assert!(!text.contains(KEY) && !text.contains("of-the-page"), "{text}");
}

#[tokio::test]
async fn what_fal_says_of_an_unknown_model_is_kept() {
    let upstream = FakeUpstream::saying(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{\"detail\":\"\"}",
    )
    .await;
    let server = Server::fal(&upstream.origin).await;
    let (status, body) = answer(server.ask(Method::GET, &address("a/b"))).await;
    assert_eq!((status, body), (404, json!({ "detail": "" })));
}

#[tokio::test]
async fn nothing_else_of_that_host_is_reached() {
    let upstream = FakeUpstream::saying("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let fal = Server::fal(&upstream.origin).await;
    let demo = Server::start(Options::default()).await;
    for server in [&fal, &demo] {
        for (method, target) in [
            (Method::GET, "https://fal.ai/api/openapi/queue/openapi.json".to_owned()),
            (Method::GET, "https://fal.ai/api/keys?endpoint_id=fal-ai/flux".to_owned()),
            (Method::GET, address("fal-ai/../flux")),
            (Method::GET, address("fal-ai/flux&expand=all")),
            (Method::GET, address("flux")),
            (Method::GET, address("fal-ai/flux").replace("https:", "http:")),
            (Method::POST, address("fal-ai/flux")),
            (Method::PUT, address("fal-ai/flux")),
        ] {
            let (status, body) = answer(server.ask(method.clone(), &target)).await;
            assert_eq!(status, 400, "{method} {target}");
            assert!(body.as_str().unwrap().starts_with("Invalid request: "), "{body}");
        }
    }
    assert_eq!(upstream.got.lock().unwrap().len(), 0);
}

#[tokio::test]
async fn the_demo_engine_publishes_its_catalogue() {
    let (server, handle) = Server::demo().await;
    for id in MODELS {
        let response = server.ask(Method::GET, &address(id)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{id}");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.headers()["x-flux-studio-engine"], "demo");
        assert_eq!(response.text().await.unwrap(), document(id));
    }
    let (status, body) = answer(server.ask(Method::GET, &address("fal-ai/unknown"))).await;
    assert_eq!(status, 404);
    let Value::String(sentence) = &body["detail"] else { panic!("{body}") };
    assert!(sentence.starts_with("Application fal-ai/unknown not found."), "{sentence}");
    assert!(MODELS.iter().all(|id| sentence.contains(id)), "{sentence}");
    assert_eq!(handle.count(Phase::Document), MODELS.len() + 1);
}
