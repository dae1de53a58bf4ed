//! The demo engine's queue: states, positions, cancellation, memory.

use std::time::Duration;

use flux_proxy::demo::{Phase, Schedule, Script};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{DEV, IMAGE_TO_IMAGE, Server, answer, prompt, queue};

fn slow() -> Value {
    json!({ "prompt": "a red fox", "image_size": { "width": 16, "height": 16 }, "num_inference_steps": 20 })
}

#[tokio::test]
async fn the_whole_life_of_a_request() {
    let (server, handle) = Server::demo().await;
    handle.hold();

    let response = server.post(DEV, prompt()).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-flux-studio-engine"], "demo");
    assert_eq!(response.headers()["content-type"], "application/json");
    let id = response.headers()["x-fal-request-id"].to_str().unwrap().to_owned();
    assert_eq!(id.len(), 36);
    let address = format!("https://queue.fal.run/fal-ai/flux/requests/{id}");
    let addresses = json!({
        "request_id": id, "response_url": address,
        "status_url": format!("{address}/status"), "cancel_url": format!("{address}/cancel"),
    });
    let with = |more: Value| {
        let mut all = addresses.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body, with(json!({ "status": "IN_QUEUE", "queue_position": 0 })));

    assert_eq!(
        server.status(&id).await,
        (202, with(json!({ "status": "IN_QUEUE", "queue_position": 0 })))
    );
    assert_eq!(
        server.result(&id).await,
        (400, json!({ "detail": "Request is still in progress" }))
    );

    handle.release();
    let status = server.until(&id, "COMPLETED").await;
    let seconds = status["metrics"]["inference_time"].as_f64().unwrap();
    assert!(seconds > 0.002, "three steps of a millisecond each: {seconds}");
    assert_eq!(
        status,
        with(json!({ "status": "COMPLETED", "metrics": { "inference_time": seconds } }))
    );
    assert_eq!(server.status(&id).await.0, 200);

    let (status, result) = server.result(&id).await;
    assert_eq!(status, 200);
    let seed = result["seed"].as_u64().unwrap();
    assert!(u32::try_from(seed).is_ok());
    let url = format!("{}/demo/files/{id}/0.jpg", server.base);
    assert_eq!(
        result,
        json!({
            "images": [{ "url": url, "width": 64, "height": 48, "content_type": "image/jpeg" }],
            "timings": { "inference": seconds }, "seed": seed,
            "has_nsfw_concepts": [false], "prompt": "a red fox",
        })
    );
}

#[tokio::test]
async fn a_running_request_logs_its_steps_for_who_asks() {
    let (server, handle) =
        Server::demo_with(Script { step: Duration::from_millis(20), ..Script::quick() }).await;
    let id = server.submit(DEV, &slow()).await;
    server.until(&id, "IN_PROGRESS").await;
    handle.hold();
    let path = format!("fal-ai/flux/requests/{id}/status");
    let (code, with) = answer(server.get(&format!("{path}?logs=1"))).await;
    assert_eq!((code, &with["status"]), (202, &json!("IN_PROGRESS")));
    for entry in with["logs"].as_array().unwrap() {
        assert!(entry["message"].as_str().unwrap().contains("/20 ["), "{entry}");
        assert!(entry["timestamp"].as_str().unwrap().ends_with('Z'), "{entry}");
        assert_eq!((&entry["level"], &entry["source"]), (&json!("STDERR"), &json!("USER")));
    }
    for path in [path.clone(), format!("{path}?logs=0")] {
        let (_, without) = answer(server.get(&path)).await;
        assert_eq!(without["status"], "IN_PROGRESS");
        assert_eq!(without.get("logs"), None);
    }
    handle.release();
    server.until(&id, "COMPLETED").await;
    let (_, done) = answer(server.get(&format!("{path}?logs=1"))).await;
    let logs = done["logs"].as_array().unwrap();
    assert_eq!(logs.len(), 21);
    assert!(
        logs[20]["message"].as_str().unwrap().starts_with("100%|██████████| 20/20 ["),
        "{}",
        logs[20]
    );
}

#[tokio::test]
async fn positions_count_the_requests_ahead() {
    let (server, handle) = Server::demo_with(Script { workers: 1, ..Script::quick() }).await;
    handle.hold();
    let mut ids = Vec::new();
    for position in 0..4 {
        let (_, submitted) = answer(server.post(DEV, prompt())).await;
        assert_eq!(submitted["queue_position"], position);
        ids.push(submitted["request_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(server.cancel(&ids[1]).await, (202, json!({ "status": "CANCELLATION_REQUESTED" })));
    for (id, position) in [(&ids[0], 0), (&ids[2], 1), (&ids[3], 2)] {
        assert_eq!(server.status(id).await.1["queue_position"], position);
    }
    handle.release();
    let last = server.until(&ids[3], "COMPLETED").await;
    assert_eq!(last.get("queue_position"), None);
    assert_eq!(server.status(&ids[0]).await.1["status"], "COMPLETED", "first come, first served");
}

#[tokio::test]
async fn no_more_run_than_there_are_workers() {
    let (server, handle) = Server::demo_with(Script {
        workers: 2,
        step: Duration::from_millis(20),
        ..Script::quick()
    })
    .await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(server.submit(DEV, &slow()).await);
    }
    server.until(&ids[1], "IN_PROGRESS").await;
    handle.hold();
    let mut words = Vec::new();
    for id in &ids {
        let (_, status) = server.status(id).await;
        words.push((
            status["status"].as_str().unwrap().to_owned(),
            status["queue_position"].as_u64(),
        ));
    }
    let word = |word: &str, position| (word.to_owned(), position);
    let expected = [
        word("IN_PROGRESS", None),
        word("IN_PROGRESS", None),
        word("IN_QUEUE", Some(0)),
        word("IN_QUEUE", Some(1)),
        word("IN_QUEUE", Some(2)),
    ];
    assert_eq!(words, expected);
    handle.release();
    server.until(&ids[4], "COMPLETED").await;
}

#[tokio::test]
async fn one_request_meets_what_was_said_of_it_and_the_next_the_usual() {
    let (server, handle) = Server::demo().await;
    let (queue, run) = (Duration::from_millis(150), Duration::from_millis(300));
    let steps = [20, 120, 220].map(Duration::from_millis).to_vec();
    handle.schedule(Schedule { queue, run, steps });
    for expected in [["0/2", "1/2", "2/2"].as_slice(), &["0/3", "1/3", "2/3", "3/3"]] {
        let id = server.submit(DEV, &prompt()).await;
        server.until(&id, "COMPLETED").await;
        let path = format!("fal-ai/flux/requests/{id}/status?logs=1");
        let (_, done) = answer(server.get(&path)).await;
        let logs: Vec<_> = done["logs"].as_array().unwrap().iter().collect();
        assert_eq!(logs.len(), expected.len(), "{logs:?}");
        for (line, step) in logs.iter().zip(expected) {
            assert!(line["message"].as_str().unwrap().contains(step), "{line}");
        }
    }
    let sent = handle.requests();
    let sent: Vec<_> = sent.iter().filter(|seen| seen.phase == Phase::Submit).collect();
    let ended = handle.submissions();
    let took = |at: usize| ended[at].ended.unwrap().duration_since(sent[at].at).unwrap();
    // Too late is possible, too early is not.
    assert!(took(0) >= queue + run, "{:?}", took(0));
    assert!(took(1) < took(0), "{:?} and {:?}", took(1), took(0));
}

#[tokio::test]
async fn acceleration_shortens_the_steps() {
    let (server, _) =
        Server::demo_with(Script { step: Duration::from_millis(20), ..Script::quick() }).await;
    let mut times = Vec::new();
    for acceleration in ["none", "regular", "high"] {
        let mut input = slow();
        input["acceleration"] = json!(acceleration);
        let id = server.submit(DEV, &input).await;
        times.push(
            server.until(&id, "COMPLETED").await["metrics"]["inference_time"].as_f64().unwrap(),
        );
    }
    // 400, 280 and 200 ms of steps: sleeping too long is possible, too short is not.
    assert!(times[0] >= 0.4 && times[1] >= 0.28 && times[2] >= 0.2, "{times:?}");
    assert!(times[0] > times[2], "{times:?}");
}

async fn assert_cancelled(server: &Server, id: &str) {
    let status = server.until(id, "COMPLETED").await;
    assert_eq!(status["error_type"], "client_cancelled");
    assert_eq!(status["error"], "Request was cancelled by the client");
    let response = server.get(&format!("fal-ai/flux/requests/{id}")).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 499);
    assert_eq!(response.headers()["x-fal-error-type"], "client_cancelled");
    assert!(response.text().await.unwrap().contains("cancelled"));
    assert_eq!(server.cancel(id).await, (400, json!({ "status": "ALREADY_COMPLETED" })));
}

#[tokio::test]
async fn cancelling_a_queued_request_ends_it_and_frees_its_place() {
    let (server, handle) = Server::demo_with(Script { workers: 1, ..Script::quick() }).await;
    handle.hold();
    let first = server.submit(DEV, &prompt()).await;
    let second = server.submit(DEV, &prompt()).await;
    for id in [&first, &second] {
        assert_eq!(server.cancel(id).await, (202, json!({ "status": "CANCELLATION_REQUESTED" })));
        assert_cancelled(&server, id).await;
    }
    handle.release();
    let third = server.submit(DEV, &prompt()).await;
    server.until(&third, "COMPLETED").await;
    assert_eq!(server.result(&third).await.0, 200);
}

#[tokio::test]
async fn cancelling_a_running_request_stops_it_even_while_held() {
    let (server, handle) =
        Server::demo_with(Script { workers: 1, step: Duration::from_secs(60), ..Script::quick() })
            .await;
    let id = server.submit(DEV, &slow()).await;
    server.until(&id, "IN_PROGRESS").await;
    handle.hold();
    assert_eq!(server.cancel(&id).await, (202, json!({ "status": "CANCELLATION_REQUESTED" })));
    assert_cancelled(&server, &id).await;
    handle.release();
    let next = server.submit(DEV, &slow()).await;
    server.until(&next, "IN_PROGRESS").await;
}

#[tokio::test]
async fn a_late_cancel_changes_nothing() {
    let (server, _) = Server::demo().await;
    let id = server.submit(DEV, &prompt()).await;
    server.until(&id, "COMPLETED").await;
    assert_eq!(server.cancel(&id).await, (400, json!({ "status": "ALREADY_COMPLETED" })));
    let (status, result) = server.result(&id).await;
    assert_eq!((status, result["images"].as_array().unwrap().len()), (200, 1));
}

#[tokio::test]
async fn what_is_not_there() {
    let (server, handle) = Server::demo().await;
    let id = server.submit(DEV, &prompt()).await;
    server.until(&id, "COMPLETED").await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    let nowhere = json!({ "status": "NOT_FOUND" });
    let detail = |text: &str| json!({ "detail": text });
    let not_allowed = detail("Method Not Allowed");
    let knows = "The demo engine knows only fal-ai/flux/dev, fal-ai/flux/dev/image-to-image, \
        fal-ai/flux/dev/redux, fal-ai/flux/schnell, fal-ai/flux-lora, fal-ai/flux-lora/inpainting, \
        fal-ai/flux-pro/kontext and fal-ai/flux-pro/v1.1-ultra.";
    for (method, path, code, body) in [
        (Method::GET, format!("fal-ai/flux/requests/{unknown}/status"), 404, nowhere.clone()),
        (Method::GET, format!("fal-ai/flux/requests/{unknown}"), 404, nowhere.clone()),
        (Method::PUT, format!("fal-ai/flux/requests/{unknown}/cancel"), 404, nowhere.clone()),
        (Method::GET, format!("fal-ai/other/requests/{id}/status"), 404, nowhere.clone()),
        (Method::PUT, format!("fal-ai/other/requests/{id}/cancel"), 404, nowhere),
        (Method::GET, format!("fal-ai/flux/dev/requests/{id}/status"), 405, not_allowed.clone()),
        (Method::GET, format!("fal-ai/flux/dev/requests/{id}"), 405, not_allowed.clone()),
        (Method::PUT, format!("fal-ai/flux/dev/requests/{id}/cancel"), 405, not_allowed.clone()),
        (Method::POST, format!("fal-ai/flux/requests/{id}/cancel"), 405, not_allowed.clone()),
        (Method::GET, DEV.to_owned(), 405, not_allowed),
        (
            Method::GET,
            format!("fal-ai/flux/requests/{id}/status/stream"),
            404,
            detail(&format!("Path /fal-ai/flux/requests/{id}/status/stream not found")),
        ),
        (
            Method::POST,
            "fal-ai/flux/other".to_owned(),
            404,
            detail(&format!("Application fal-ai/flux/other not found. {knows}")),
        ),
    ] {
        let response = server.ask(method.clone(), &queue(&path)).body("{}").send().await.unwrap();
        assert_eq!(response.headers()["x-flux-studio-engine"], "demo");
        assert!(response.headers().contains_key("x-fal-request-id"));
        assert_eq!(response.status(), code, "{method} {path}");
        let text = response.text().await.unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), body, "{method} {path}");
    }
    let (status, body) =
        answer(server.ask(Method::POST, &format!("https://fal.run/{DEV}")).body("{}")).await;
    assert_eq!(status, 404);
    assert!(body["detail"].as_str().unwrap().contains("queue.fal.run only"));
    assert_eq!(handle.count(Phase::Other), 6);
}

#[tokio::test]
async fn what_is_finished_is_forgotten_by_number_and_by_age() {
    let (server, _) = Server::demo_with(Script { keep: 2, ..Script::quick() }).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let id = server.submit(DEV, &prompt()).await;
        server.until(&id, "COMPLETED").await;
        ids.push(id);
    }
    assert_eq!(server.status(&ids[0]).await.0, 404);
    for (id, expected) in [(&ids[0], 404), (&ids[1], 200), (&ids[2], 200)] {
        let url = format!("{}/demo/files/{id}/0.jpg", server.base);
        assert_eq!(server.client.get(url).send().await.unwrap().status(), expected);
    }

    let (server, _) =
        Server::demo_with(Script { keep_for: Duration::from_secs(1), ..Script::quick() }).await;
    let id = server.submit(DEV, &prompt()).await;
    server.until(&id, "COMPLETED").await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(server.status(&id).await, (404, json!({ "status": "NOT_FOUND" })));
}

#[tokio::test]
async fn what_arrived_is_told_as_it_came() {
    let (server, handle) = Server::demo().await;
    let raw =
        r#"{ "prompt": "a", "image_size": {"width":8,"height":8}, "seed": 18446744073709551615 }"#;
    let (_, submitted) = answer(server.post(DEV, raw)).await;
    server.post(IMAGE_TO_IMAGE, "no json").send().await.unwrap();
    let submissions = handle.submissions();
    assert_eq!(submissions.len(), 2);
    assert_eq!(submissions[0].raw, raw);
    assert_eq!(submissions[0].endpoint, DEV);
    assert_eq!(submissions[0].input["seed"].to_string(), "18446744073709551615");
    assert_eq!(submissions[0].request_id.as_deref(), submitted["request_id"].as_str());
    assert_eq!(
        (submissions[1].endpoint.as_str(), &submissions[1].input, &submissions[1].request_id),
        (IMAGE_TO_IMAGE, &Value::Null, &None)
    );
    let requests = handle.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (requests[0].phase, requests[0].method.as_str(), requests[0].target.as_str()),
        (Phase::Submit, "POST", queue(DEV).as_str())
    );
}
