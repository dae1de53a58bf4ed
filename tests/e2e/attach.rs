//! Jobs that were sent from somewhere else, and jobs that wait together: found by their request id,
//! taken up from a link, given the id that nobody confirmed, cancelled all at once.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::json;

use super::bytes::picture;
use super::files::{choose_image_to_image, pick, previewed};
use super::page::Page;
use super::stage::{Stage, at_pace, play};

const FIND: &str = "Find a job by its request id";
const BOX: &str = "Request id or fal URL";

/// Sends a job that is held, and lets this browser forget everything.
async fn sent_from_elsewhere(stage: &Stage, prompt: &str) -> String {
    stage.engine.hold();
    let card = stage.page.generate_from(prompt).await.reaches("queued").await;
    let wanted = json!({ "origin": stage.origin, "storageTypes": "all" });
    stage.page.devtools("Page.navigate", json!({ "url": "about:blank" })).await;
    stage.page.devtools("Storage.clearDataForOrigin", wanted).await;
    card.request_id.expect("an id")
}

async fn enter(page: &Page, text: &str) {
    let input = page.find("textbox", BOX).await;
    page.write(&input, text).await;
}

#[test]
fn a_job_is_found_by_its_id_or_its_url_and_goes_on_here() {
    play(async |stage| {
        let page = &stage.page;
        let id = sent_from_elsewhere(stage, "a kite from elsewhere").await;
        page.open().await;
        assert_eq!(page.count_jobs().await, 0, "this browser knows nothing");
        page.press(FIND).await;
        enter(page, "the one with the kite").await;
        page.press("Find job").await;
        page.until_true(
            "told what an id is",
            "return document.body.innerText.includes('That is no request id')",
            &[],
        )
        .await;
        enter(page, &format!("https://queue.fal.run/fal-ai/flux/requests/{id}/status")).await;
        page.press("Find job").await;
        let job = page.job(0).await;
        assert_eq!(job.reaches("queued").await.request_id.as_deref(), Some(&*id));
        // It is one job, however often it is found, and it is kept like the others.
        page.press(FIND).await;
        enter(page, &id).await;
        page.press("Find job").await;
        page.reload().await;
        page.job(0).await.reaches("queued").await;
        assert_eq!(page.count_jobs().await, 1);
        stage.engine.release();
        let done = page.job(0).await.is_done().await;
        assert_eq!(done.images.len(), 1);
        assert_eq!(done.buttons.iter().filter(|name| *name == "Reuse settings").count(), 0);
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_link_hands_a_job_to_another_browser_once() {
    play(async |stage| {
        let page = &stage.page;
        let id = sent_from_elsewhere(stage, "a kite in a link").await;
        let link = format!("{}/#request=fal-ai/flux/dev/requests/{id}", stage.origin);
        // What lets this person in is in the address too.
        let own = link.replace("/#", "/?pass=mine#");
        page.browser.goto(&own).await.expect("the link opens");
        page.whole().await;
        let job = page.job(0).await;
        assert_eq!(job.reaches("queued").await.request_id.as_deref(), Some(&*id));
        assert_eq!(
            page.eval("return location.href", &[]).await,
            json!(format!("{}/?pass=mine", stage.origin))
        );
        // Its own link says the same and nothing else.
        page.browser
            .execute(
                "
            window.copied = null;
            navigator.clipboard.writeText = async (text) => { window.copied = text; };",
                vec![],
            )
            .await
            .unwrap();
        job.press("Copy link").await;
        page.until_true(
            "the link on the clipboard",
            "return window.copied === arguments[0]",
            &[json!(link)],
        )
        .await;
        page.eval(
            "location.hash = arguments[0]; return 1",
            &[json!(link.split_once('#').unwrap().1)],
        )
        .await;
        page.until_true("the link is heard of", "return location.hash === ''", &[]).await;
        page.reload().await;
        stage.engine.release();
        page.job(0).await.is_done().await;
        assert_eq!(page.count_jobs().await, 1);
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn an_unconfirmed_job_goes_on_with_the_id_that_somebody_found() {
    play(async |stage| {
        let page = &stage.page;
        // Chrome repeats a request by itself on a connection that has served before.
        page.whole().await;
        stage.stop_proxy().await;
        let engine = stage.start_proxy().await;
        stage.expect_failing("/api/fal/proxy");
        engine.fault(Phase::Submit, Fault::lost_reply(), Times::Once);
        page.generate_from("a kite of unknown fate").await.reaches("unconfirmed").await;
        let id = engine.submissions()[0].request_id.clone().expect("the engine gave it one");
        enter(page, &format!("https://queue.fal.run/fal-ai/other/requests/{id}")).await;
        page.press("Attach").await;
        page.until_true(
            "told whose it is",
            "return document.body.innerText.includes('That is a request to fal-ai/other')",
            &[],
        )
        .await;
        enter(page, &id).await;
        page.press("Attach").await;
        let done = page.job(0).await.is_done().await;
        assert_eq!(done.request_id, Some(id));
        assert_eq!(done.name, "a kite of unknown fate");
        assert_eq!(engine.submissions().len(), 1);
        page.reload().await;
        page.job(0).await.is_done().await;
    });
}

#[test]
fn all_that_wait_are_cancelled_at_once_and_what_is_at_work_goes_on() {
    let one_worker = Script { workers: 1, step: Duration::from_millis(60), ..Script::quick() };
    at_pace(one_worker).play(async |stage| {
        let page = &stage.page;
        let running = page.generate_from("the kite at work").await;
        running.reaches("running").await;
        assert!(!page.has("button", "Cancel all queued").await);
        let waiting = [page.generate_from("one").await, page.generate_from("two").await];
        for job in &waiting {
            job.reaches("queued").await;
        }
        page.press("Cancel all queued").await;
        for job in &waiting {
            job.reaches("cancelled").await;
        }
        running.is_done().await;
        assert_eq!(stage.engine.count(Phase::Cancel), 2);
    });
}

#[test]
fn a_wish_to_cancel_outlives_the_page() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        stage.engine.fault(Phase::Cancel, Fault::slow(Duration::from_secs(20)), Times::Once);
        let job = page.generate_from("a kite nobody wants").await;
        job.reaches("queued").await;
        job.press("Cancel").await;
        let left = async || (stage.engine.count(Phase::Cancel) == 1).then_some(());
        page.until("the wish to leave", left).await;
        page.reload().await;
        page.job(0).await.reaches("cancelled").await;
        assert_eq!(stage.engine.count(Phase::Cancel), 2);
    });
}

#[test]
fn settings_are_reused_with_their_files_after_a_reload() {
    play(async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        pick(page, &picture(&stage.files, "kite.png", 96, 64)).await;
        previewed(page, 96).await;
        page.generate_from("a kite over a photo").await.is_done().await;
        page.reload().await;
        page.press("Reset settings").await;
        page.job(0).await.press("Reuse settings").await;
        previewed(page, 96).await;
        page.press("Generate").await;
        page.job(0).await.is_done().await;
        let sent = stage.engine.submissions();
        assert_eq!(sent[0].input["image_url"], sent[1].input["image_url"]);
    });
}
