//! The page with fal's own server proxies between it and fal, as they are published: each has its
//! traps, and the page works with all of them. The page is on another origin than its proxy, so CORS is
//! as real as the rest. What only the queue's script can bring about is a fault; everything else
//! happens.

use std::path::Path;

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::{Value, json};

use super::adapter::{Adapter, Framework, Setup, packages};
use super::bytes::{data_uri, noise, picture};
use super::fal::{Fal, KEY};
use super::files::{choose_image_to_image, pick, previewed};
use super::job_life::slow;
use super::jobs::Job;
use super::settings::{self, move_to, passed};
use super::stage::{Stage, play};

/// An adapter as its README sets it up.
fn plain(framework: Framework) -> Setup {
    Setup { framework, key: Some(KEY), limit: None, token: None }
}

/// Plays on a stage where the page's proxy is an adapter, with a queue of this pace behind it.
fn behind(setup: Setup, script: Script, act: impl AsyncFnOnce(&Stage, &Fal)) {
    let Some(packages) = packages() else { return };
    play(async |stage| {
        let fal = Fal::start(script).await;
        let adapter = Adapter::start(setup, packages, &fal);
        for origin in [&adapter.origin, &fal.origin] {
            stage.allow_origin(origin);
        }
        move_to(&stage.page, &adapter.proxy_url()).await;
        let own = stage.engine.requests();
        act(stage, &fal).await;
        assert_eq!(stage.engine.requests(), own, "the page's own server was asked");
        let name = setup.framework.client_proxy();
        let by = fal.seen("x-fal-client-proxy");
        assert!(by.iter().all(|by| by == name), "somebody else was at fal: {by:?}");
    });
}

/// Every case with every adapter, each a test of its own.
macro_rules! with_every_adapter {
    ($($case:ident)*) => {
        mod express {
            $(#[test] fn $case() { super::$case(super::Framework::Express); })*
        }
        mod hono {
            $(#[test] fn $case() { super::$case(super::Framework::Hono); })*
        }
        mod remix {
            $(#[test] fn $case() { super::$case(super::Framework::Remix); })*
        }
        mod svelte {
            $(#[test] fn $case() { super::$case(super::Framework::Svelte); })*
        }
    };
}

with_every_adapter! {
    a_prompt_becomes_a_picture
    the_test_of_the_connection_says_what_is_the_case
    a_header_for_a_protected_proxy_stays_with_the_proxy
    a_small_picture_arrives_byte_for_byte
    what_the_model_refuses_lands_at_its_field
    a_job_is_cancelled_while_it_waits_and_while_it_runs
    a_locked_account_is_named
    a_job_that_fal_does_not_know_is_expired
    a_result_that_is_gone_is_expired
    a_proxy_without_a_key_is_named
    the_traps_are_where_they_were
}

fn a_prompt_becomes_a_picture(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        let page = &stage.page;
        let card = page.generate_from("a red fox in snow").await.is_done().await;
        assert_eq!((card.images[0].width, card.images[0].height), (1024, 768));
        assert!(card.images[0].src.starts_with(&fal.origin), "{card:#?}");
        let submissions = fal.engine.submissions();
        assert_eq!(submissions.len(), 1);
        assert_eq!(submissions[0].raw, r#"{"prompt":"a red fox in snow"}"#);
        assert_eq!(submissions[0].request_id, card.request_id);
        let keys = fal.seen("authorization");
        assert!(keys.iter().all(|key| *key == format!("Key {KEY}")), "{keys:?}");
    });
}

fn the_test_of_the_connection_says_what_is_the_case(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        let page = &stage.page;
        page.press("Settings").await;
        let lines = settings::test(page).await;
        let mut expected = [true; 7];
        if framework == Framework::Express {
            // It takes 100 KB, and refuses without CORS headers: the browser says so.
            expected[6] = false;
            assert!(lines[6].text.contains("A request of 128 KiB does not get through"));
            assert!(lines[6].text.contains(r#"express.json({ limit: "16mb" })"#), "{lines:?}");
            let refused = stage.complaints().await;
            assert!(refused.iter().any(|line| line.contains("CORS policy")), "{refused:?}");
        }
        assert_eq!(passed(&lines), expected, "{lines:?}");
        assert!(lines[1].text.contains(&stage.origin), "{lines:?}");
        assert!(fal.engine.submissions().is_empty(), "a test costs nothing");
    });
}

#[test]
fn express_with_a_higher_limit_passes_every_check() {
    let setup = Setup { limit: Some("16mb"), ..plain(Framework::Express) };
    behind(setup, Script::quick(), async |stage, _| {
        stage.page.press("Settings").await;
        let lines = settings::test(&stage.page).await;
        assert_eq!(passed(&lines), [true; 7], "{lines:?}");
        assert!(lines[6].text.contains("up to 8 MiB"), "{lines:?}");
    });
}

fn a_header_for_a_protected_proxy_stays_with_the_proxy(framework: Framework) {
    let setup = Setup { token: Some("open sesame"), ..plain(framework) };
    behind(setup, Script::quick(), async |stage, fal| {
        let page = &stage.page;
        let card = page.generate_from("a kite outside").await.reaches("failed").await;
        assert!(card.what.unwrap().contains("wants a sign-in"));
        assert!(fal.engine.requests().is_empty(), "the door is open");
        page.press("Settings").await;
        page.find("dialog", "Settings").await;
        page.eval("document.querySelector('.protection').open = true", &[]).await;
        let headers = page.find("textbox", "Extra request headers").await;
        page.write(&headers, "X-App-Token: open sesame").await;
        page.eval("window.outdated = true", &[]).await;
        page.press("Save and reload").await;
        page.started().await;
        page.generate_from("a kite inside").await.is_done().await;
        assert_eq!(fal.engine.submissions().len(), 1);
        let tokens = fal.seen("x-app-token");
        assert!(!tokens.is_empty() && tokens.iter().all(String::is_empty), "{tokens:?}");
    });
}

/// Picks a picture and generates from it; true when it arrived as it was.
async fn arrives(stage: &Stage, fal: &Fal, path: &Path, width: u32) -> bool {
    let page = &stage.page;
    choose_image_to_image(page).await;
    page.fill("num_inference_steps", "10").await;
    pick(page, path).await;
    previewed(page, width).await;
    let card = page.generate_from("a kite as a watercolour").await.is_done().await;
    assert_eq!(card.images.len(), 1);
    let submissions = fal.engine.submissions();
    assert_eq!(submissions.len(), 1);
    submissions[0].input["image_url"] == data_uri(path)
}

fn a_small_picture_arrives_byte_for_byte(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        let path = picture(&stage.files, "kite.png", 96, 64);
        assert!(arrives(stage, fal, &path, 96).await);
    });
}

/// Above the 100 KB that Express takes by itself.
const LARGE: u32 = 256;

#[test]
fn a_large_picture_goes_through_where_no_limit_is_and_through_express_with_a_higher_one() {
    for setup in [
        plain(Framework::Hono),
        plain(Framework::Remix),
        plain(Framework::Svelte),
        // As the README of this project says.
        Setup { limit: Some("16mb"), ..plain(Framework::Express) },
    ] {
        behind(setup, Script::quick(), async |stage, fal| {
            let path = noise(&stage.files, "kite.png", LARGE);
            assert!(arrives(stage, fal, &path, LARGE).await, "{setup:?}");
        });
    }
}

/// Picks a large picture and generates from it; with the job goes its length as it is sent.
async fn generate_from_large(stage: &Stage) -> (Job<'_>, usize) {
    let page = &stage.page;
    choose_image_to_image(page).await;
    let path = noise(&stage.files, "kite.png", LARGE);
    pick(page, &path).await;
    previewed(page, LARGE).await;
    (page.generate_from("a heavy kite").await, data_uri(&path).len())
}

#[test]
fn a_picture_beyond_a_limit_behind_cors_is_told_as_larger_than_the_proxy_accepts() {
    let setup = Setup { limit: Some("200kb"), ..plain(Framework::Express) };
    behind(setup, Script::quick(), async |stage, fal| {
        let card = generate_from_large(stage).await.0.reaches("failed").await;
        assert_eq!(card.side.as_deref(), Some("The proxy"));
        assert!(card.what.unwrap().contains("larger than the proxy accepts"));
        assert!(card.facts.unwrap().contains("413"));
        assert!(fal.engine.submissions().is_empty());
    });
}

#[test]
fn a_picture_beyond_the_limit_of_express_is_told_as_a_matter_of_size() {
    behind(plain(Framework::Express), Script::quick(), async |stage, fal| {
        let (job, length) = generate_from_large(stage).await;
        let card = job.reaches("unconfirmed").await;
        // Express refuses before its CORS headers are set: the browser keeps the refusal to itself.
        let refused = stage.complaints().await;
        assert!(refused.iter().any(|line| line.contains("CORS policy")), "{refused:?}");
        let (what, advice) = (card.what.unwrap(), card.advice.unwrap());
        let size = format!("the size of the request, {} KiB", length / 1024);
        assert!(what.contains(&size), "{what}");
        assert!(advice.contains("Use a smaller picture"), "{advice}");
        assert!(advice.contains("raise its body limit"), "{advice}");
        assert!(advice.contains("may charge for it"), "{advice}");
        assert!(fal.engine.submissions().is_empty());
    });
}

fn what_the_model_refuses_lands_at_its_field(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        let url = page.find("textbox", "Image Url URL").await;
        page.write(&url, "https://pictures.example/kite.png").await;
        let job = page.generate_from("a kite by address").await;
        // The queue takes it; it is the result that is a 422, and with Express not even that.
        let card = job.reaches("failed").await;
        assert!(card.request_id.is_some(), "{card:#?}");
        assert_eq!(fal.engine.count(Phase::Result), 1);
        assert_eq!(card.side.as_deref(), Some("The model"));
        assert!(card.what.unwrap().contains("refused the input"));
        assert!(card.fields[0].starts_with("image_url: The demo engine"), "{:?}", card.fields);
        job.press("Show field").await;
        page.until_focused("image_url").await;
    });
}

fn a_job_is_cancelled_while_it_waits_and_while_it_runs(framework: Framework) {
    behind(plain(framework), slow(), async |stage, fal| {
        let page = &stage.page;
        page.fill("num_inference_steps", "50").await;
        fal.engine.hold();
        let waiting = page.generate_from("a patient kite").await;
        waiting.reaches("queued").await;
        waiting.press("Cancel").await;
        let card = waiting.reaches("cancelled").await;
        assert_eq!(card.trouble, None, "{card:#?}");

        fal.engine.release();
        let running = page.generate_from("a busy kite").await;
        running.reaches("running").await;
        fal.engine.hold();
        running.press("Cancel").await;
        let card = running.reaches("cancelled").await;
        assert_eq!(card.trouble, None, "{card:#?}");
        assert!(card.images.is_empty());
        assert_eq!(fal.engine.count(Phase::Cancel), 2);
        fal.engine.release();
    });
}

fn a_locked_account_is_named(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        let page = &stage.page;
        fal.engine.fault(Phase::Submit, Fault::locked(), Times::Once);
        let card = page.generate_from("a kite on credit").await.reaches("failed").await;
        assert_eq!(card.side.as_deref(), Some("The fal account"));
        assert!(card.what.unwrap().contains("locked the account"));
        assert!(card.advice.unwrap().contains("billing"));

        // A job that was accepted before goes on.
        fal.engine.hold();
        fal.engine.fault(Phase::Status, Fault::locked(), Times::Always);
        let job = page.generate_from("a kite paid for").await;
        let card = job.is_troubled().await;
        assert_eq!(card.state, "queued");
        assert!(card.trouble.unwrap().contains("locked the account"));
        fal.engine.clear_faults();
        fal.engine.release();
        page.wake().await;
        assert_eq!(job.is_done().await.trouble, None);
        assert_eq!(fal.engine.submissions().len(), 2);
    });
}

/// fal's answer about a request it does not know, or knows no more.
fn unknown() -> Fault {
    Fault::json(404, &json!({ "status": "NOT_FOUND" }))
}

fn a_job_that_fal_does_not_know_is_expired(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        fal.engine.hold();
        let job = stage.page.generate_from("a forgotten kite").await;
        job.reaches("queued").await;
        fal.engine.fault(Phase::Status, unknown(), Times::Always);
        let card = job.reaches("expired").await;
        assert!(card.note.unwrap().contains("no longer knows this request"));
        fal.engine.clear_faults();
        fal.engine.release();
        job.press("Try again").await;
        stage.page.job(1).await.is_done().await;
    });
}

fn a_result_that_is_gone_is_expired(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, fal| {
        let page = &stage.page;
        fal.engine.fault(Phase::Result, unknown(), Times::Always);
        let job = page.generate_from("a late kite").await;
        let after = job.reaches("expired").await;
        assert!(after.request_id.is_some());
        assert!(after.note.unwrap().contains("no longer knows this request"));
        assert!(after.images.is_empty());
        assert_eq!(fal.engine.submissions().len(), 1);
    });
}

fn a_proxy_without_a_key_is_named(framework: Framework) {
    let setup = Setup { key: None, ..plain(framework) };
    behind(setup, Script::quick(), async |stage, fal| {
        let page = &stage.page;
        let card = page.generate_from("a kite without a string").await.reaches("failed").await;
        assert_eq!(card.side.as_deref(), Some("The fal account"));
        assert!(card.what.unwrap().contains("did not accept the proxy's key"));
        assert!(card.advice.unwrap().contains("FAL_KEY"));
        // The adapters do not notice by themselves.
        let keys = fal.seen("authorization");
        assert!(!keys.is_empty() && keys.iter().all(|key| key == "Key undefined"), "{keys:?}");
        page.press("Settings").await;
        let lines = settings::test(page).await;
        let expected = [true, true, true, false, true, true, false];
        assert_eq!(passed(&lines), expected, "{lines:?}");
        assert!(lines[3].text.contains("FAL_KEY=…"), "{lines:?}");
        assert!(lines[6].text.ends_with("not checked"), "{lines:?}");
        assert!(fal.engine.requests().is_empty());
    });
}

/// What the page has to put up with. When a newer version of an adapter does better, this says so.
fn the_traps_are_where_they_were(framework: Framework) {
    behind(plain(framework), Script::quick(), async |stage, _| {
        let proxy = stage.page.eval("return localStorage.getItem('flux-studio.proxy')", &[]).await;
        let status = async |method: &str, body: Option<&str>| {
            let script = "const [proxy, method, body, done] = arguments;
                const target = 'https://queue.fal.run/fal-ai/flux/requests/0'
                    + (method === 'PUT' ? '/cancel' : '');
                const headers = { 'x-fal-target-url': target };
                fetch(proxy, { method, body, headers }).then(
                    (answer) => done(answer.status), (error) => done(String(error)))";
            let arguments = vec![proxy.clone(), json!(method), json!(body)];
            let answer = stage.page.browser.execute_async(script, arguments).await.unwrap();
            answer.json().clone()
        };
        let told: Vec<Value> = vec![
            status("GET", None).await,
            status("PUT", Some("{}")).await,
            status("PUT", None).await,
        ];
        let expected = match framework {
            // 404 becomes 200.
            Framework::Express => [200, 200, 200],
            // A cancel without a body is too much for it.
            Framework::Hono | Framework::Remix => [404, 404, 500],
            Framework::Svelte => [404, 404, 404],
        };
        assert_eq!(told, expected.map(Value::from));
    });
}
