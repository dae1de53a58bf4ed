//! Trouble on the way to a job that is with the queue: it is told on the card, and the job goes on. Only
//! fal can fail a job.

use std::time::{Duration, Instant};

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::json;

use super::stage::{at_pace, play};
use super::table::Table;

#[test]
fn a_status_that_does_not_come_is_told_and_the_job_goes_on() {
    play(async |stage| {
        let mut table = Table::default();
        let rows = [
            ("502 as a page", Fault::bad_gateway_html(), "A gateway in front of the proxy"),
            ("500", Fault::server_error(), "internal error"),
            ("429", Fault::rate_limited(None), "Too many requests"),
            ("401 of fal", Fault::unauthorized(), "did not accept the proxy's key"),
            ("401 of the proxy", Fault::proxy_unauthorized(), "wants a sign-in"),
            ("403 out of money", Fault::locked(), "locked the account"),
            ("JSON that breaks off", Fault::malformed_json(), "not one of fal's"),
            ("half an answer", Fault::cut(), "broke off in the middle"),
            ("no answer at all", Fault::refused(), "could not be reached"),
        ];
        for (number, (name, fault, part)) in rows.into_iter().enumerate() {
            stage.engine.hold();
            stage.engine.fault(Phase::Status, fault, Times::Always);
            let job = stage.page.generate_from(name).await;
            let card = job.is_troubled().await;
            assert_eq!(card.state, "queued", "{name}");
            table.trouble(name, &card, part);
            // However often it is asked, it stays a matter of the connection.
            let asked = stage.engine.count(Phase::Status);
            stage.page.wake().await;
            let again = async || (stage.engine.count(Phase::Status) > asked).then_some(());
            stage.page.until("another question", again).await;
            assert_eq!(job.card().await.state, "queued", "{name}");
            stage.engine.clear_faults();
            stage.engine.release();
            stage.page.wake().await;
            let done = job.is_done().await;
            assert_eq!(done.trouble, None, "{name}");
            assert_eq!(stage.engine.submissions().len(), number + 1, "{name}");
        }
        table.close();
    });
}

#[test]
fn a_running_job_keeps_running_while_the_connection_is_gone() {
    let slow = Script { step: Duration::from_millis(60), ..Script::quick() };
    at_pace(slow).play(async |stage| {
        let job = stage.page.generate_from("a kite in a tunnel").await;
        job.reaches("running").await;
        stage.engine.hold();
        stage.engine.fault(Phase::Status, Fault::refused(), Times::Always);
        let card = job.is_troubled().await;
        assert_eq!(card.state, "running");
        assert_eq!(card.buttons, ["Copy link", "Cancel"], "{card:#?}");
        stage.engine.clear_faults();
        stage.engine.release();
        job.is_done().await;
    });
}

#[test]
fn a_job_of_which_nothing_is_heard_any_more_can_be_taken_off_the_list() {
    play(async |stage| {
        stage.engine.hold();
        stage.engine.fault(Phase::Status, Fault::refused(), Times::Always);
        let job = stage.page.generate_from("a kite on the moon").await;
        let removable = async || {
            // However long the page would wait until it asks again.
            stage.page.wake().await;
            let card = job.card().await;
            card.buttons.iter().any(|name| name == "Remove").then_some(card)
        };
        let card = stage.page.until("Remove", removable).await;
        assert_eq!(card.state, "queued");
        assert_eq!(card.buttons, ["Remove", "Copy link", "Cancel"]);
        job.press("Remove").await;
        assert_eq!(stage.page.count_jobs().await, 0);
        stage.page.open().await;
        stage.page.find("button", "Find a job by its request id").await;
        assert_eq!(stage.page.count_jobs().await, 0, "it is gone for good");
        assert_eq!(stage.engine.count(Phase::Cancel), 0, "and goes on at the queue");
    });
}

#[test]
fn a_status_that_takes_too_long_is_given_up_and_asked_again() {
    play(async |stage| {
        stage.engine.hold();
        stage.engine.fault(Phase::Status, Fault::hang(), Times::Once);
        let job = stage.page.generate_from("a silent kite").await;
        let hanging = async || (stage.engine.count(Phase::Status) >= 2).then_some(());
        stage.page.until("the question that hangs", hanging).await;
        let start = Instant::now();
        // Longer than anything else here: the page's own patience.
        while job.card().await.trouble.is_none() {
            assert!(start.elapsed() < Duration::from_secs(25), "the page waits for ever");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let card = job.card().await;
        assert_eq!(card.state, "queued");
        assert!(card.trouble.unwrap().contains("gave no answer within 15 seconds"));
        stage.engine.release();
        job.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_question_left_open_by_a_sleep_is_asked_anew_when_the_page_wakes() {
    play(async |stage| {
        stage.engine.hold();
        let job = stage.page.generate_from("a kite on a sleeping phone").await;
        job.reaches("queued").await;
        stage.engine.fault(Phase::Status, Fault::hang(), Times::Once);
        stage.page.wake().await;
        let asked = || stage.engine.count(Phase::Status);
        // Nothing is asked beside the question that is open.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let before = asked();
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(asked(), before, "it is open");
        stage.engine.release();
        stage.page.wake().await;
        // Long before the page would give the open one up.
        let done = tokio::time::timeout(Duration::from_secs(8), job.is_done()).await;
        assert_eq!(done.expect("it is asked at once").trouble, None);
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn an_unknown_word_for_a_status_is_no_reason_to_stop() {
    play(async |stage| {
        stage.engine.fault(Phase::Status, Fault::unknown_status(), Times::Count(3));
        let job = stage.page.generate_from("a newfangled kite").await;
        let card = job.is_done().await;
        assert_eq!(card.trouble, None);
    });
}

#[test]
fn a_result_that_does_not_come_is_told_and_fetched_again() {
    play(async |stage| {
        let mut table = Table::default();
        let rows = [
            ("502 as a page", Fault::bad_gateway_html(), "A gateway in front of the proxy"),
            ("429", Fault::rate_limited(None), "Too many requests"),
            ("401 of fal", Fault::unauthorized(), "did not accept the proxy's key"),
            ("403 out of money", Fault::locked(), "locked the account"),
            ("JSON that breaks off", Fault::malformed_json(), "not one of fal's"),
            ("half an answer", Fault::cut(), "broke off in the middle"),
            ("no answer at all", Fault::refused(), "could not be reached"),
        ];
        for (name, fault, part) in rows {
            stage.engine.fault(Phase::Result, fault, Times::Always);
            let job = stage.page.generate_from(name).await;
            let card = job.is_troubled().await;
            assert_eq!(card.state, "running", "{name}");
            table.trouble(name, &card, part);
            stage.engine.clear_faults();
            stage.page.wake().await;
            job.is_done().await;
        }
        table.close();
        let early = Fault::json(400, &json!({ "detail": "Request is still in progress" }));
        stage.engine.fault(Phase::Result, early, Times::Once);
        stage.page.generate_from("asked too early").await.is_done().await;
    });
}
