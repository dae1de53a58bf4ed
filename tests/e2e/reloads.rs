//! Jobs outlive the page: after a reload they go on by themselves, and nothing is sent twice.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::json;

use super::stage::{at_pace, play};

#[test]
fn a_queued_job_goes_on_after_a_reload() {
    play(async |stage| {
        stage.engine.hold();
        let card = stage.page.generate_from("a patient kite").await.reaches("queued").await;
        stage.page.reload().await;
        let job = stage.page.job(0).await;
        assert_eq!(job.reaches("queued").await.request_id, card.request_id);
        stage.engine.release();
        let done = job.is_done().await;
        assert_eq!(done.request_id, card.request_id);
        assert_eq!(done.images[0].alt, "a patient kite");
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_running_job_goes_on_after_a_reload() {
    let slow = Script { step: Duration::from_millis(60), ..Script::quick() };
    at_pace(slow).play(async |stage| {
        let card = stage.page.generate_from("a busy kite").await.reaches("running").await;
        stage.engine.hold();
        stage.page.reload().await;
        let job = stage.page.job(0).await;
        assert_eq!(job.reaches("running").await.request_id, card.request_id);
        stage.engine.release();
        job.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_reload_before_the_answer_leaves_the_job_unconfirmed_and_sends_nothing_again() {
    play(async |stage| {
        stage.engine.fault(Phase::Submit, Fault::slow(Duration::from_secs(2)), Times::Once);
        let job = stage.page.generate_from("a hasty kite").await;
        assert_eq!(job.card().await.state, "sending");
        let arrived = async || (stage.engine.count(Phase::Submit) == 1).then_some(());
        stage.page.until("the submit to arrive", arrived).await;
        stage.page.reload().await;
        let card = stage.page.job(0).await.reaches("unconfirmed").await;
        assert_eq!(card.side.as_deref(), Some("This page"));
        assert!(card.what.unwrap().starts_with("The page was closed or reloaded"));
        assert!(card.advice.unwrap().contains("may charge for it"));
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn what_is_done_or_failed_is_still_there_after_a_reload() {
    play(async |stage| {
        let page = &stage.page;
        page.generate_from("a lasting kite").await.is_done().await;
        let field = json!([{ "loc": ["body", "seed"], "msg": "Odd", "type": "value_error" }]);
        stage.engine.fault(Phase::Submit, Fault::unprocessable(&field), Times::Once);
        page.generate_from("a failing kite").await.reaches("failed").await;
        let before = [page.job(0).await.card().await, page.job(1).await.card().await];
        page.reload().await;
        let after = [page.job(0).await.is_done().await, page.job(1).await.card().await];
        assert_eq!(before, after);
        assert_eq!(page.count_jobs().await, 2);
        assert_eq!(stage.engine.submissions().len(), 2);
    });
}

#[test]
fn a_request_that_the_queue_has_forgotten_is_expired() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        page.generate_from("a forgotten kite").await.reaches("queued").await;
        stage.stop_proxy().await;
        let engine = stage.start_proxy().await;
        page.wake().await;
        let job = page.job(0).await;
        let card = job.reaches("expired").await;
        assert!(card.note.unwrap().contains("no longer knows this request"), "a reason is given");
        assert!(engine.submissions().is_empty());
        // The person may have it made once more.
        job.press("Try again").await;
        page.job(1).await.is_done().await;
        assert_eq!(engine.submissions().len(), 1);
    });
}

#[test]
fn pictures_inside_the_answer_are_kept() {
    play(async |stage| {
        let page = &stage.page;
        page.control("sync_mode", "").await.click().await.unwrap();
        let card = page.generate_from("an inline kite").await.is_done().await;
        assert!(card.images[0].src.starts_with("blob:"), "{}", card.images[0].src);
        assert_eq!((card.images[0].width, card.images[0].height), (1024, 768));
        assert_eq!(stage.only_submission()["sync_mode"], true);
        assert_eq!(stage.engine.count(Phase::Result), 1);
        page.reload().await;
        let again = page.job(0).await.is_done().await;
        assert!(again.images[0].src.starts_with("blob:"), "{}", again.images[0].src);
        assert_eq!((again.images[0].width, again.images[0].height), (1024, 768));
        assert_eq!(again.chips, card.chips);
        assert_eq!(stage.engine.count(Phase::Result), 1, "fal keeps it for minutes");
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}
