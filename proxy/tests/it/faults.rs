//! Every fault a test can ask the demo engine for, seen from the page's side.

use std::time::{Duration, Instant};

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use crate::support::{DEV, Server, answer, prompt};

#[tokio::test]
async fn answers_that_take_the_place_of_the_real_one() {
    let (server, handle) = Server::demo().await;
    let detail =
        json!([{ "loc": ["body", "prompt"], "msg": "no", "type": "content_policy_violation" }]);
    for (fault, code, kind, body) in [
        (Fault::unauthorized(), 401, "application/json", "{\"detail\":\"Cannot access application"),
        (Fault::proxy_unauthorized(), 401, "application/json", "\"Unauthorized\""),
        (
            Fault::locked(),
            403,
            "application/json",
            "{\"detail\":\"User is locked. Reason: Exhausted balance.",
        ),
        (Fault::not_found(), 404, "application/json", "{\"detail\":"),
        (Fault::too_large_html(), 413, "text/html", "<html>"),
        (Fault::unprocessable(&detail), 422, "application/json", "{\"detail\":[{"),
        (Fault::rate_limited(None), 429, "application/json", "{\"detail\":"),
        (Fault::server_error(), 500, "application/json", "{\"detail\":\"Internal Server Error\"}"),
        (Fault::bad_gateway_html(), 502, "text/html", "<html>"),
        (Fault::service_unavailable(), 503, "application/json", "{\"detail\":"),
        (Fault::malformed_json(), 200, "application/json", "{\"status\": \"IN_PRO"),
        (Fault::answer(418, "text/plain", "teapot"), 418, "text/plain", "teapot"),
        (Fault::json(409, &json!([])), 409, "application/json", "[]"),
        (Fault::answer(1, "text/plain", ""), 500, "text/plain", ""),
    ] {
        handle.fault(Phase::Submit, fault, Times::Once);
        let response = server.post(DEV, prompt()).send().await.unwrap();
        assert_eq!(response.status(), code);
        assert_eq!(response.headers()["content-type"], kind);
        let text = response.text().await.unwrap();
        assert!(text.starts_with(body), "{text}");
    }
    assert!(handle.submissions().iter().all(|submission| submission.request_id.is_none()));
    assert_eq!(
        server.post(DEV, prompt()).send().await.unwrap().status(),
        200,
        "every fault struck once"
    );
}

#[tokio::test]
async fn headers_of_a_fault() {
    let (server, handle) = Server::demo().await;
    handle.fault(
        Phase::Status,
        Fault::rate_limited(Some(7)).with_header("x-fal-error-type", "y"),
        Times::Once,
    );
    let response = server.get("fal-ai/flux/requests/1/status").send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "7");
    assert_eq!(response.headers()["x-fal-error-type"], "y");
}

#[tokio::test]
async fn faults_strike_their_phase_in_order_and_as_often_as_said() {
    let (server, handle) = Server::demo().await;
    let id = server.submit(DEV, &prompt()).await;
    server.until(&id, "COMPLETED").await;
    handle.fault(Phase::Status, Fault::server_error(), Times::Count(2));
    handle.fault(Phase::Status, Fault::not_found(), Times::Once);
    handle.fault(Phase::Result, Fault::locked(), Times::Always);
    handle.fault(Phase::Cancel, Fault::answer(405, "text/plain", "no PUT"), Times::Once);
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(server.status(&id).await.0);
    }
    assert_eq!(codes, [500, 500, 404, 200]);
    for _ in 0..3 {
        assert_eq!(server.result(&id).await.0, 403);
    }
    let put = || server.put(&format!("fal-ai/flux/requests/{id}/cancel")).send();
    assert_eq!(put().await.unwrap().status(), 405);
    assert_eq!(put().await.unwrap().status(), 400);
    handle.clear_faults();
    assert_eq!(server.result(&id).await.0, 200);
    assert_eq!((handle.count(Phase::Result), handle.count(Phase::Cancel)), (4, 2));
}

#[tokio::test]
async fn a_hanging_request_never_gets_an_answer() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Status, Fault::hang(), Times::Once);
    let request =
        server.get("fal-ai/flux/requests/1/status").timeout(Duration::from_millis(300)).send();
    assert!(request.await.unwrap_err().is_timeout());
    assert_eq!(server.status("1").await.0, 404);
}

#[tokio::test]
async fn a_refused_request_gets_not_even_a_head() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Submit, Fault::refused(), Times::Once);
    let error = server.post(DEV, prompt()).send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!(handle.submissions()[0].request_id, None);
}

#[tokio::test]
async fn a_cut_answer_has_a_head_and_breaks_off() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Status, Fault::cut(), Times::Once);
    let mut response = server.get("fal-ai/flux/requests/1/status").send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.chunk().await.unwrap().unwrap(), r#"{"status": "IN_PROGRESS", "request_"#);
    assert!(response.chunk().await.is_err());
}

#[tokio::test]
async fn a_lost_reply_leaves_a_request_behind_that_runs() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Submit, Fault::lost_reply(), Times::Once);
    assert!(server.post(DEV, prompt()).send().await.is_err());
    let id = handle.submissions()[0].request_id.clone().unwrap();
    server.until(&id, "COMPLETED").await;
    assert_eq!(server.result(&id).await.0, 200);
}

#[tokio::test]
async fn an_unknown_status_word_passes() {
    let (server, handle) = Server::demo().await;
    let id = server.submit(DEV, &prompt()).await;
    server.until(&id, "COMPLETED").await;
    handle.fault(Phase::Status, Fault::unknown_status(), Times::Count(1));
    let (code, status) = server.status(&id).await;
    assert_eq!(
        (code, &status["status"], &status["request_id"]),
        (200, &json!("SOMETHING_NEW"), &json!(id))
    );
    assert_eq!(server.status(&id).await.1["status"], "COMPLETED");
}

#[tokio::test]
async fn flattened_answers_are_200_whatever_they_say() {
    let (server, handle) = Server::demo().await;
    for phase in [Phase::Submit, Phase::Status, Phase::Result, Phase::Cancel] {
        handle.fault(phase, Fault::flattened(), Times::Always);
    }
    let (code, body) = answer(server.post("fal-ai/unknown/model", "{}")).await;
    assert_eq!(code, 200);
    assert!(body["detail"].as_str().unwrap().contains("not found"));
    assert_eq!(server.status("1").await, (200, json!({ "status": "NOT_FOUND" })));
    let id = server.submit(DEV, &json!({})).await;
    server.until(&id, "COMPLETED").await;
    let (code, result) = server.result(&id).await;
    assert_eq!((code, &result["detail"][0]["type"]), (200, &json!("missing")));
    assert_eq!(server.cancel(&id).await, (200, json!({ "status": "ALREADY_COMPLETED" })));
    // Other faults are flattened too.
    handle.fault(Phase::Status, Fault::locked(), Times::Once);
    let (code, body) = server.status(&id).await;
    assert_eq!(code, 200);
    assert!(body["detail"].as_str().unwrap().starts_with("User is locked."));
}

#[tokio::test]
async fn a_slow_answer_is_the_real_one() {
    let (server, handle) = Server::demo().await;
    handle.fault(Phase::Submit, Fault::slow(Duration::from_millis(120)), Times::Once);
    let started = Instant::now();
    let id = server.submit(DEV, &prompt()).await;
    assert!(started.elapsed() >= Duration::from_millis(120));
    server.until(&id, "COMPLETED").await;
}

#[tokio::test]
async fn files_can_fail_too() {
    let (server, handle) = Server::demo().await;
    let (_, result) = server.outcome(DEV, &prompt()).await;
    let url = result["images"][0]["url"].as_str().unwrap();
    handle.fault(Phase::File, Fault::answer(403, "text/plain", "expired"), Times::Once);
    assert_eq!(server.client.get(url).send().await.unwrap().status(), 403);
    assert_eq!(server.client.get(url).send().await.unwrap().status(), 200);
    assert_eq!(
        handle.requests().last().map(|seen| seen.target.clone()),
        Some(url.replace(&server.base, ""))
    );
}

#[tokio::test]
async fn nothing_is_written_down_before_the_first_handle() {
    let engine = flux_proxy::demo::Engine::new(flux_proxy::demo::Script::quick());
    let options = flux_proxy::Options {
        upstream: flux_proxy::Upstream::Demo(engine.clone()),
        ..Default::default()
    };
    let server = Server::start(options).await;
    server.submit(DEV, &prompt()).await;
    let handle = engine.handle();
    assert_eq!(handle.submissions(), []);
    server.submit(DEV, &prompt()).await;
    assert_eq!(handle.submissions().len(), 1);
    assert_ne!(handle.submissions()[0].input, Value::Null);
}
