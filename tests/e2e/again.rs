//! What must not make two jobs of one, and how a job is asked for once more.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::json;

use super::stage::{play, with_config};
use super::tabs::another;

#[test]
fn a_link_to_a_job_that_this_browser_has_makes_no_second_one() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let card = page.generate_from("a kite with a link").await.reaches("queued").await;
        let id = card.request_id.expect("an id");
        let link = format!("{}/#request=fal-ai/flux/dev/requests/{id}", stage.origin);
        page.browser.goto("about:blank").await.expect("an empty page");
        page.browser.goto(&link).await.expect("the link opens");
        page.whole().await;
        page.job(0).await.reaches("queued").await;
        let said = "return document.querySelector('#studio > [role=status]').textContent
            === 'That job is here already.'";
        page.until_true("the page to say so", said, &[]).await;
        assert_eq!(page.count_jobs().await, 1);
        stage.engine.release();
        assert_eq!(page.job(0).await.is_done().await.name, "a kite with a link");
    });
}

#[test]
fn a_link_waits_for_a_proxy_to_be_set() {
    with_config(Some(r#"{"proxyUrl": ""}"#)).play_unopened(async |stage| {
        let page = &stage.page;
        let unknown = "764cabcf-b745-4b3e-ae38-1200304cf45b";
        let link = format!("{}/#request=fal-ai/flux/dev/requests/{unknown}", stage.origin);
        page.browser.goto(&link).await.expect("the link opens");
        let open = "return !!document.querySelector('dialog[open]')";
        page.until_true("Settings", open, &[]).await;
        let input = page.find("textbox", "Proxy URL").await;
        page.write(&input, &format!("{}/api/fal/proxy", stage.origin)).await;
        page.press("Save and reload").await;
        let card = page.job(0).await.reaches("expired").await;
        assert_eq!(card.request_id.as_deref(), Some(unknown));
    });
}

#[test]
fn a_job_that_another_proxy_did_not_know_is_asked_for_again_in_every_tab() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        page.generate_from("a kite asked for twice").await.reaches("queued").await;
        let (first, _) = another(page).await;
        page.job(0).await.reaches("queued").await;
        let unknown = Fault::json(404, &json!({ "status": "NOT_FOUND" }));
        stage.engine.fault(Phase::Status, unknown, Times::Once);
        page.job(0).await.reaches("expired").await;
        page.job(0).await.press("Ask again").await;
        page.job(0).await.reaches("queued").await;
        page.browser.switch_to_window(first).await.expect("the first tab");
        page.job(0).await.reaches("queued").await;
        stage.engine.release();
        page.job(0).await.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_key_that_is_held_down_sends_one_job() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        page.fill("prompt", "a kite on a long string").await;
        let held = "const box = document.querySelector('#studio [name=prompt]');
            for (let press = 0; press < 10; press += 1) {
                const init = { key: 'Enter', ctrlKey: true, repeat: press > 0, bubbles: true };
                box.dispatchEvent(new KeyboardEvent('keydown', init));
            }";
        page.eval(held, &[]).await;
        page.job(0).await.reaches("queued").await;
        page.generate_from("a kite after it").await.reaches("queued").await;
        assert_eq!(page.count_jobs().await, 2);
        assert_eq!(stage.engine.submissions().len(), 2);
    });
}

#[test]
fn settings_that_reload_the_page_wait_for_a_submit_on_its_way() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        stage.engine.fault(Phase::Submit, Fault::slow(Duration::from_secs(3)), Times::Once);
        let job = page.generate_from("a kite that must not be cut off").await;
        assert_eq!(job.card().await.state, "sending");
        page.press("Settings").await;
        page.eval("document.querySelector('.protection').open = true", &[]).await;
        let headers = page.find("textbox", "Extra request headers").await;
        page.write(&headers, "X-Team: kites").await;
        page.eval("window.isOld = true", &[]).await;
        page.press("Save and reload").await;
        page.until_true("the reload", "return !window.isOld", &[]).await;
        page.whole().await;
        page.job(0).await.reaches("queued").await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}
