//! Several tabs with the same page: one asks the queue for all, what happens in one shows in the
//! others, and closing any of them loses nothing.

use std::time::{Duration, Instant};

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::json;
use thirtyfour::WindowHandle;

use super::page::Page;
use super::stage::{Stage, play};

/// Opens one more tab, in front; says which was in front before.
pub async fn another(page: &Page) -> (WindowHandle, WindowHandle) {
    let before = page.browser.window().await.expect("a tab");
    let new = page.browser.new_tab().await.expect("one more tab");
    page.browser.switch_to_window(new.clone()).await.expect("the new tab");
    page.open().await;
    (before, new)
}

async fn to(page: &Page, tab: &WindowHandle) {
    page.browser.switch_to_window(tab.clone()).await.expect("the other tab");
}

pub async fn close(page: &Page, tab: &WindowHandle, then: &WindowHandle) {
    to(page, tab).await;
    page.browser.close_window().await.expect("the tab closes");
    to(page, then).await;
}

/// How often the status is asked for in two seconds.
async fn asked(stage: &Stage) -> usize {
    let before = stage.engine.count(Phase::Status);
    tokio::time::sleep(Duration::from_secs(2)).await;
    stage.engine.count(Phase::Status) - before
}

#[test]
fn one_tab_asks_for_all_and_the_others_follow() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let card = page.generate_from("a kite in one tab").await.reaches("queued").await;
        let alone = asked(stage).await;
        let (first, second) = another(page).await;
        let job = page.job(0).await;
        assert_eq!(job.reaches("queued").await.request_id, card.request_id);
        let together = asked(stage).await;
        assert!(together <= alone + 1, "{alone} questions of one tab, {together} of two");
        // A job of the other tab is there as well, and so is what becomes of it.
        page.generate_from("a kite in the other").await.reaches("queued").await;
        to(page, &first).await;
        let other = page.job(1).await;
        assert_eq!(other.reaches("queued").await.name, "a kite in the other");
        stage.engine.release();
        other.is_done().await;
        page.job(0).await.is_done().await;
        to(page, &second).await;
        page.job(0).await.is_done().await;
        page.job(1).await.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 2);
        assert_eq!(stage.engine.count(Phase::Result), 2, "each result is fetched once");
        // What is removed in one is gone in all.
        page.job(1).await.press("Remove").await;
        to(page, &first).await;
        page.until("the job to go", async || (page.count_jobs().await == 1).then_some(())).await;
    });
}

/// Whether the tab in front asks the queue.
async fn is_asking(page: &Page) -> bool {
    let asked = "return performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('/api/fal/proxy')).length";
    let before = page.eval(asked, &[]).await.as_u64();
    tokio::time::sleep(Duration::from_secs(2)).await;
    page.eval(asked, &[]).await.as_u64() > before
}

#[test]
fn another_tab_takes_over_within_a_second_from_the_one_that_is_closed() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let card = page.generate_from("a kite handed over").await.reaches("queued").await;
        let (first, second) = another(page).await;
        page.job(0).await.reaches("queued").await;
        let (asking, other) = if is_asking(page).await { (second, first) } else { (first, second) };
        // The last question of the one that goes stays open, so the next is the other's.
        stage.engine.fault(Phase::Status, Fault::hang(), Times::Always);
        tokio::time::sleep(Duration::from_secs(3)).await;
        let before = stage.engine.count(Phase::Status);
        assert_eq!(asked(stage).await, 0, "one question is open");
        let closed = Instant::now();
        let taken_over = async {
            while stage.engine.count(Phase::Status) == before {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            closed.elapsed()
        };
        let patience = tokio::time::timeout(Duration::from_secs(1), taken_over);
        let (taken_over, ()) = tokio::join!(patience, close(page, &asking, &other));
        println!("handed over after {:?}", taken_over.expect("the other tab asks within a second"));
        stage.engine.clear_faults();
        stage.engine.release();
        // Long enough that a question on its way counts as lost when the page wakes.
        tokio::time::sleep(Duration::from_secs(2)).await;
        page.wake().await;
        let done = page.job(0).await.is_done().await;
        assert_eq!(done.request_id, card.request_id);
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_job_is_cancelled_from_the_tab_that_does_not_ask() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        page.generate_from("a kite to be stopped").await.reaches("queued").await;
        another(page).await;
        let job = page.job(0).await;
        job.reaches("queued").await;
        job.press("Cancel").await;
        job.reaches("cancelled").await;
        assert_eq!(stage.engine.count(Phase::Cancel), 1);
    });
}

#[test]
fn a_tab_that_is_closed_while_it_sends_leaves_an_unconfirmed_job_to_the_others() {
    play(async |stage| {
        let page = &stage.page;
        // There is something to share, so both know of each other.
        page.generate_from("a kite before").await.is_done().await;
        let (first, second) = another(page).await;
        page.job(0).await.is_done().await;
        stage.engine.fault(Phase::Submit, Fault::slow(Duration::from_secs(5)), Times::Once);
        let sending = page.generate_from("a kite in mid air").await;
        assert_eq!(sending.card().await.state, "sending");
        let arrived = async || (stage.engine.count(Phase::Submit) == 2).then_some(());
        page.until("the submit to arrive", arrived).await;
        to(page, &first).await;
        assert_eq!(page.job(1).await.card().await.state, "sending", "it is with the other tab");
        close(page, &second, &first).await;
        page.job(1).await.reaches("unconfirmed").await;
        assert_eq!(stage.engine.submissions().len(), 2);
    });
}

/// Has a script run before the page's own, in the tab in front.
async fn before_the_page(page: &Page, source: &str) {
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await;
}

#[test]
fn a_browser_that_refuses_locks_is_no_hindrance() {
    play(async |stage| {
        let page = &stage.page;
        let refuse = "navigator.locks.request = async () => { throw new DOMException('No', 'SecurityError'); };";
        before_the_page(page, refuse).await;
        page.reload().await;
        page.generate_from("a kite without a lock").await.is_done().await;
        page.reload().await;
        page.job(0).await.is_done().await;
    });
}

const NO_LOCKS: &str = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined });";

#[test]
fn without_locks_a_job_that_another_tab_sends_is_left_to_it() {
    play(async |stage| {
        let page = &stage.page;
        before_the_page(page, NO_LOCKS).await;
        page.reload().await;
        page.generate_from("a kite before").await.is_done().await;
        let first = page.browser.window().await.expect("a tab");
        let second = page.browser.new_tab().await.expect("one more tab");
        to(page, &second).await;
        before_the_page(page, NO_LOCKS).await;
        page.open().await;
        page.job(0).await.is_done().await;
        stage.engine.fault(Phase::Submit, Fault::slow(Duration::from_secs(3)), Times::Once);
        page.generate_from("a kite that takes its time").await;
        to(page, &first).await;
        page.until("the news", async || (page.count_jobs().await == 2).then_some(())).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(page.job(1).await.card().await.state, "sending");
        page.job(1).await.is_done().await;
        to(page, &second).await;
        page.job(1).await.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 2);
    });
}

#[test]
fn without_locks_a_tab_that_is_opened_meanwhile_asks_who_sends() {
    play(async |stage| {
        let page = &stage.page;
        before_the_page(page, NO_LOCKS).await;
        page.reload().await;
        stage.engine.fault(Phase::Submit, Fault::slow(Duration::from_secs(6)), Times::Once);
        page.generate_from("a kite in slow air").await;
        let first = page.browser.window().await.expect("a tab");
        let second = page.browser.new_tab().await.expect("one more tab");
        to(page, &second).await;
        before_the_page(page, NO_LOCKS).await;
        page.open().await;
        let job = page.job(0).await;
        // Longer than it waits for an answer.
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(job.card().await.state, "sending", "it is with the other tab");
        job.is_done().await;
        to(page, &first).await;
        page.job(0).await.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn without_locks_two_tabs_do_not_drive_each_other() {
    play(async |stage| {
        let page = &stage.page;
        before_the_page(page, NO_LOCKS).await;
        page.reload().await;
        stage.engine.hold();
        page.generate_from("a kite for two").await.reaches("queued").await;
        let second = page.browser.new_tab().await.expect("one more tab");
        to(page, &second).await;
        before_the_page(page, NO_LOCKS).await;
        page.open().await;
        page.job(0).await.reaches("queued").await;
        stage.engine.fault(Phase::Status, Fault::server_error(), Times::Always);
        page.job(0).await.is_troubled().await;
        // Each backs off by itself: after 1 s, 2 s, 4 s.
        let before = stage.engine.count(Phase::Status);
        tokio::time::sleep(Duration::from_secs(6)).await;
        let asked = stage.engine.count(Phase::Status) - before;
        assert!(asked <= 8, "{asked} questions of two tabs in 6 s");
        stage.engine.clear_faults();
        stage.engine.release();
        page.job(0).await.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

/// Lets a tab be seen or not, as `window.unseen` says.
const SIGHT: &str = "window.unseen = false;
    Object.defineProperty(Document.prototype, 'hidden', { get: () => window.unseen });";

#[test]
fn a_result_that_comes_after_another_tab_has_taken_over_is_kept() {
    play(async |stage| {
        let page = &stage.page;
        before_the_page(page, SIGHT).await;
        page.reload().await;
        stage.engine.fault(Phase::Result, Fault::slow(Duration::from_secs(5)), Times::Once);
        page.generate_from("a kite between two hands").await;
        let asked = async || (stage.engine.count(Phase::Result) == 1).then_some(());
        page.until("the result to be asked for", asked).await;
        // From now on nobody else hears anything of it.
        stage.engine.fault(Phase::Status, Fault::hang(), Times::Always);
        page.eval("window.unseen = true; return 1", &[]).await;
        let (first, second) = another(page).await;
        page.job(0).await.is_done().await;
        assert_eq!(stage.engine.count(Phase::Result), 1, "the answer of the first tab");
        close(page, &first, &second).await;
        page.reload().await;
        page.job(0).await.is_done().await;
    });
}

/// Hides the tab in front, or shows it, for the page in it.
async fn is_seen(page: &Page, is: bool) {
    let script = "window.unseen = !arguments[0];
        document.dispatchEvent(new Event('visibilitychange'));
        return 1";
    page.eval(script, &[json!(is)]).await;
}

/// Two tabs, both seen, of which the second knows of a job that waits.
pub async fn two_in_sight(stage: &Stage) -> (WindowHandle, WindowHandle) {
    let page = &stage.page;
    before_the_page(page, SIGHT).await;
    page.reload().await;
    stage.engine.hold();
    page.generate_from("a kite in sight").await.reaches("queued").await;
    let first = page.browser.window().await.expect("a tab");
    let second = page.browser.new_tab().await.expect("one more tab");
    to(page, &second).await;
    before_the_page(page, SIGHT).await;
    page.open().await;
    page.job(0).await.reaches("queued").await;
    (first, second)
}

#[test]
fn a_tab_that_is_seen_takes_over_from_one_that_is_not() {
    play(async |stage| {
        let page = &stage.page;
        let (first, second) = two_in_sight(stage).await;
        assert!(!is_asking(page).await, "one that asks is enough");
        to(page, &first).await;
        assert!(is_asking(page).await);
        // Nobody turns to the other one; it has been in sight all the time.
        is_seen(page, false).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!is_asking(page).await, "the tab that nobody sees asks no more");
        to(page, &second).await;
        assert!(is_asking(page).await);
        // And back.
        to(page, &first).await;
        is_seen(page, true).await;
        assert!(!is_asking(page).await, "two in sight are no reason to change");
        to(page, &second).await;
        stage.engine.release();
        page.job(0).await.is_done().await;
    });
}

#[test]
fn a_tab_that_makes_a_job_takes_over_from_one_that_nobody_sees() {
    play(async |stage| {
        let page = &stage.page;
        let (first, second) = two_in_sight(stage).await;
        // With the last job there is nothing that either would be woken for.
        to(page, &first).await;
        page.job(0).await.press("Cancel").await;
        page.job(0).await.reaches("cancelled").await;
        page.job(0).await.press("Remove").await;
        page.until_true("the job to go", "return jobs().length === 0", &[]).await;
        page.eval("window.unseen = true; return 1", &[]).await;
        to(page, &second).await;
        page.until_true("the job to go here too", "return jobs().length === 0", &[]).await;
        page.generate_from("a kite in the other tab").await.reaches("queued").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(is_asking(page).await);
        to(page, &first).await;
        assert!(!is_asking(page).await, "the tab that nobody sees asks no more");
        to(page, &second).await;
        stage.engine.release();
        page.job(0).await.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 2);
    });
}

#[test]
fn a_tab_that_was_open_before_the_first_job_hears_of_it() {
    play(async |stage| {
        let page = &stage.page;
        let (first, second) = another(page).await;
        stage.engine.hold();
        let card = page.generate_from("the first kite of all").await.reaches("queued").await;
        to(page, &first).await;
        let job = page.job(0).await;
        assert_eq!(job.reaches("queued").await.request_id, card.request_id);
        close(page, &second, &first).await;
        stage.engine.release();
        job.is_done().await;
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}
