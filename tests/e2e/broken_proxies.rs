//! Proxies that are down, that cannot reach fal, or that take no more than so much.

use std::fs;
use std::time::Duration;

use flux_proxy::{FalKey, Options, Upstream};
use serde_json::json;

use super::bytes::picture;
use super::files::{choose_image_to_image, pick, previewed};
use super::server::deserted_origin;
use super::stage::{play, with_file, with_proxy};
use super::watch::Sent;

#[test]
fn a_proxy_that_is_down_leaves_the_job_unconfirmed_and_one_that_is_back_works() {
    play(async |stage| {
        let page = &stage.page;
        page.whole().await;
        stage.stop_proxy().await;
        let job = page.generate_from("a kite in the dark").await;
        let card = job.reaches("unconfirmed").await;
        assert_eq!(card.side.as_deref(), Some("The network"));
        assert!(card.what.unwrap().contains("could not be reached"));
        assert!(card.advice.unwrap().contains("may charge for it"));
        assert!(stage.engine.submissions().is_empty());
        let engine = stage.start_proxy().await;
        job.press("Try again").await;
        page.job(1).await.is_done().await;
        assert_eq!(engine.submissions().len(), 1);
    });
}

#[test]
fn a_server_that_is_gone_before_the_whole_program_came_leaves_the_input_and_works_when_it_is_back()
{
    play(async |stage| {
        let page = &stage.page;
        stage.expect_failing("_later.wasm");
        stage.stop_proxy().await;
        page.fill("prompt", "a hasty kite").await;
        let told = "return find('alert', null)?.textContent.includes(arguments[0]) ?? false";
        let away = json!("its server does not answer. Try again.");
        page.until_true("the page to say so", told, std::slice::from_ref(&away)).await;
        // Once: what has been read does not come back every time it is tried again.
        page.press("Dismiss").await;
        let asked = async || stage.sent().await.iter().filter(|sent| is_later(sent)).count();
        let before = asked().await;
        // Each try asks twice: for the file, and then what is wrong with it.
        page.until("two more tries", async || (asked().await > before + 3).then_some(())).await;
        assert_eq!(page.eval(told, &[away]).await, false, "it is said again");
        assert_eq!(page.count_jobs().await, 0);
        assert_eq!(page.entry("prompt").await, "a hasty kite");
        let engine = stage.start_proxy().await;
        page.press("Generate").await;
        page.job(0).await.is_done().await;
        assert_eq!(engine.submissions().len(), 1);
    });
}

/// Whether it asks for the second half of the program.
fn is_later(sent: &Sent) -> bool {
    sent.url.ends_with("_later.wasm")
}

#[test]
fn a_page_that_was_replaced_meanwhile_says_reload_and_keeps_what_was_typed() {
    with_file("_later.wasm", |file| fs::remove_file(file)).play(async |stage| {
        let page = &stage.page;
        stage.expect_failing("_later.wasm");
        page.fill("prompt", "a kite between two releases").await;
        page.fill("seed", "12").await;
        let told = "return find('alert', null)?.textContent
            .includes('its server answered 404. Reload the page.') ?? false";
        page.until_true("the page to say so", told, &[]).await;
        page.reload().await;
        assert_eq!(page.entry("prompt").await, "a kite between two releases");
        assert_eq!(page.entry("seed").await, "12");
        // Whoever hosts it can see on the console what it was.
        let said = stage.complaints().await;
        assert!(said.iter().all(|line| line.contains("_later.wasm")), "{said:?}");
    });
}

#[test]
fn a_picture_beyond_the_proxys_limit_is_told_as_such() {
    let narrow = Options { body_limit: 2048, ..Options::default() };
    with_proxy(narrow).play(async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        page.fill("prompt", "a heavy kite").await;
        pick(page, &picture(&stage.files, "heavy.png", 300, 300)).await;
        previewed(page, 300).await;
        let card = page.generate().await.reaches("failed").await;
        assert_eq!(card.side.as_deref(), Some("The proxy"));
        assert!(card.what.unwrap().contains("larger than the proxy accepts"));
        assert!(card.facts.unwrap().contains("413"));
        assert_eq!(page.entry("prompt").await, "a heavy kite");
        previewed(page, 300).await;
    });
}

/// A proxy with a key whose fal is somebody else.
fn proxy_before(upstream: &str, timeout: Duration) -> Options {
    Options {
        upstream: Upstream::Fal(FalKey::parse("a:b").expect("a key")),
        upstream_origin: Some(upstream.parse().expect("an address")),
        timeout,
        ..Options::default()
    }
}

#[test]
fn a_proxy_that_waits_for_fal_in_vain_says_so() {
    // Listens, accepts and never answers.
    let (listener, silent) = standing_still();
    with_proxy(proxy_before(&silent, Duration::from_millis(300))).play(async |stage| {
        let card = stage.page.generate_from("a kite for nobody").await.reaches("unconfirmed").await;
        assert_eq!(card.side.as_deref(), Some("The proxy"));
        assert!(card.what.unwrap().contains("waited for fal in vain"));
        assert!(card.advice.unwrap().contains("may charge for it"));
    });
    drop(listener);
}

#[test]
fn a_proxy_that_cannot_reach_fal_says_so() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let nowhere = runtime.block_on(deserted_origin());
    with_proxy(proxy_before(&nowhere, Duration::from_secs(5))).play(async |stage| {
        let card = stage.page.generate_from("a kite to nowhere").await.reaches("unconfirmed").await;
        assert_eq!(card.side.as_deref(), Some("The proxy"));
        assert!(card.what.unwrap().contains("could not reach fal"));
    });
}

/// A port where connections are made and nothing is ever said.
fn standing_still() -> (std::net::TcpListener, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    (listener, format!("http://{address}"))
}
