//! What a person can do with jobs: several at a time, stopped, repeated, taken off the page.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::json;

use super::stage::{at_pace, play};

/// Slow enough to be caught at work.
pub fn slow() -> Script {
    Script { step: Duration::from_millis(60), ..Script::quick() }
}

#[test]
fn two_jobs_at_a_time_both_finish_and_the_newer_one_is_on_top() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let first = page.generate_from("a red kite").await;
        let second = page.generate_from("a green kite").await;
        first.reaches("queued").await;
        second.reaches("queued").await;
        assert!(page.has("button", "Generate").await, "Generate is not blocked by what is running");
        stage.engine.release();
        let (first, second) = (first.is_done().await, second.is_done().await);
        assert_eq!((first.name.as_str(), second.name.as_str()), ("a red kite", "a green kite"));
        assert_ne!(first.request_id, second.request_id);
        assert_ne!(first.images[0].src, second.images[0].src);
        let names = "return [...document.querySelectorAll('article')].map(nameOf)";
        assert_eq!(page.eval(names, &[]).await, json!(["a green kite", "a red kite"]));
        assert_eq!(stage.engine.submissions().len(), 2);
    });
}

#[test]
fn a_queued_job_tells_its_place_and_can_be_cancelled() {
    let one_worker = Script { workers: 1, ..Script::quick() };
    at_pace(one_worker).play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        page.generate_from("the first").await;
        let job = page.generate_from("the second").await;
        let queued = job.reaches("queued").await;
        assert!(queued.standing.unwrap().contains("position 1"));
        assert_eq!(queued.buttons, ["Copy link", "Cancel"]);
        job.press("Cancel").await;
        let card = job.reaches("cancelled").await;
        assert!(card.images.is_empty());
        assert!(card.buttons.iter().any(|name| name == "Try again"), "{card:#?}");

        // Some proxies parse the body of every PUT, so there has to be one.
        let sent = stage.sent().await;
        let puts: Vec<_> = sent.iter().filter(|request| request.method == "PUT").collect();
        assert_eq!(puts.len(), 1);
        assert_eq!(puts[0].body.as_deref(), Some("{}"));
        let cancelled = format!(
            "https://queue.fal.run/fal-ai/flux/requests/{}/cancel",
            card.request_id.unwrap()
        );
        assert_eq!(puts[0].target.as_deref(), Some(cancelled.as_str()));

        stage.engine.release();
        page.job(0).await.is_done().await;
        assert_eq!(job.card().await.state, "cancelled", "what is over stays over");
    });
}

#[test]
fn a_running_job_counts_its_steps_and_can_be_cancelled() {
    at_pace(slow()).play(async |stage| {
        let page = &stage.page;
        page.fill("num_inference_steps", "50").await;
        let job = page.generate_from("a slow kite").await;
        job.reaches("running").await;
        stage.engine.hold();
        let steps = "const progress = jobs()[0].querySelector('progress');
            return progress && nameOf(progress) === 'Steps' && progress.max === 50 && progress.value > 0";
        page.until_true("the steps to be counted", steps, &[]).await;
        assert_eq!(job.card().await.buttons, ["Copy link", "Cancel"]);
        job.press("Cancel").await;
        let card = job.reaches("cancelled").await;
        assert!(card.images.is_empty());
        assert_eq!(stage.engine.count(Phase::Cancel), 1);
        stage.engine.release();
    });
}

#[test]
fn a_cancel_that_comes_too_late_leaves_the_picture() {
    play(async |stage| {
        let job = {
            stage.engine.hold();
            stage.page.generate_from("nearly there").await
        };
        job.reaches("queued").await;
        let word = json!({ "status": "ALREADY_COMPLETED" });
        stage.engine.fault(Phase::Cancel, Fault::json(400, &word), Times::Once);
        job.press("Cancel").await;
        stage.engine.release();
        job.is_done().await;
    });
}

#[test]
fn a_proxy_that_cannot_cancel_is_named_and_the_job_goes_on() {
    play(async |stage| {
        stage.engine.hold();
        let job = stage.page.generate_from("an unstoppable kite").await;
        job.reaches("queued").await;
        let refusal = Fault::json(405, &json!({ "detail": "Method Not Allowed" }));
        stage.engine.fault(Phase::Cancel, refusal, Times::Once);
        job.press("Cancel").await;
        let card = job.is_troubled().await;
        assert!(card.trouble.unwrap().starts_with("Not cancelled. This proxy cannot cancel"));
        assert_eq!(card.state, "queued");
        // A connection that is lost besides does not take its place.
        stage.engine.fault(Phase::Status, Fault::server_error(), Times::Always);
        let both = async || {
            let told = job.card().await.trouble.unwrap_or_default();
            told.contains("internal error").then_some(told)
        };
        let told = stage.page.until("both to be told", both).await;
        assert!(told.starts_with("Not cancelled. This proxy cannot cancel"), "{told}");
        stage.engine.clear_faults();
        stage.engine.release();
        job.is_done().await;
    });
}

#[test]
fn a_job_can_be_reused_repeated_and_removed() {
    play(async |stage| {
        let page = &stage.page;
        page.choose("image_size", "square").await;
        page.fill("seed", "42").await;
        stage.engine.fault(Phase::Submit, Fault::unauthorized(), Times::Once);
        let failed = page.generate_from("a kite to repeat").await;
        failed.reaches("failed").await;

        page.fill("prompt", "something else").await;
        page.choose("image_size", "portrait_16_9").await;
        page.fill("seed", "").await;
        failed.press("Reuse settings").await;
        let refilled =
            "return document.querySelector('#studio [name=prompt]').value === arguments[0]";
        page.until_true("the prompt to be back", refilled, &[json!("a kite to repeat")]).await;
        assert_eq!(page.entry("seed").await, "42");
        assert_eq!(page.chosen("image_size").await.as_deref(), Some("square"));

        failed.press("Try again").await;
        let again = page.job(1).await;
        let card = again.is_done().await;
        assert_eq!((card.images[0].width, card.images[0].height), (512, 512));
        assert_eq!(failed.card().await.state, "failed", "the failed job stays where it was");
        let submissions = stage.engine.submissions();
        assert_eq!(submissions.len(), 2);
        assert_eq!(submissions[0].raw, submissions[1].raw);

        failed.press("Remove").await;
        page.until_true("the job to go", "return jobs().length === 1", &[]).await;
        page.reload().await;
        let left = page.job(0).await.is_done().await;
        assert_eq!(left.request_id, card.request_id);
        assert_eq!(page.count_jobs().await, 1, "what was removed does not come back");
    });
}
