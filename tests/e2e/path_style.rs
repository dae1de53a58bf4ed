//! A proxy whose address stands in place of that of fal's queue, and proxies with a door of their own.

use serde_json::{Value, json};

use super::gateway::{ELSEWHERE, Gateway, PREFIX, Rules};
use super::page::Page;
use super::settings::{self, move_to, passed};
use super::stage::{Stage, play, with_config};

/// Chooses a style in the open dialog.
async fn choose_style(page: &Page, name: &str) {
    page.find("combobox", "Proxy style").await;
    let script = "const select = find('combobox', 'Proxy style');
        select.value = arguments[0];
        select.dispatchEvent(new Event('change', { bubbles: true }))";
    page.eval(script, &[json!(name)]).await;
}

/// Writes into a control of the open dialog.
async fn enter(page: &Page, name: &str, text: &str) {
    page.find("dialog", "Settings").await;
    page.eval("document.querySelector('.protection').open = true", &[]).await;
    let field = page.find("textbox", name).await;
    page.write(&field, text).await;
}

/// Saves what was changed in Settings, and waits for the page to come back.
async fn save(page: &Page) {
    page.eval("window.outdated = true", &[]).await;
    page.press("Save and reload").await;
    page.started().await;
}

/// A stage with the page at a gateway in path style, as a person sets it up.
fn at_gateway(change: fn(&mut Rules), act: impl AsyncFnOnce(&Stage, &Gateway)) {
    play(async |stage| {
        let mut rules = Rules::of(&stage.origin);
        change(&mut rules);
        let gateway = Gateway::start(rules).await;
        stage.allow_origin(&gateway.origin);
        stage.expect_failing(PREFIX);
        let page = &stage.page;
        page.press("Settings").await;
        choose_style(page, "path").await;
        // A slash at the end makes no difference.
        move_to(page, &format!("{}/", gateway.url())).await;
        act(stage, &gateway).await;
        assert!(stage.engine.submissions().is_empty(), "the page's own proxy was used");
    });
}

#[test]
fn a_prompt_becomes_a_picture_through_the_path_and_no_address_of_a_reply_is_used() {
    at_gateway(
        |_| (),
        async |stage, gateway| {
            let page = &stage.page;
            let card = page.generate_from("a kite by another way").await.is_done().await;
            assert!(card.images[0].src.starts_with(&gateway.origin), "{card:#?}");
            let submissions = gateway.engine.submissions();
            assert_eq!(submissions.len(), 1);
            assert_eq!(submissions[0].input, json!({ "prompt": "a kite by another way" }));
            let id = card.request_id.unwrap();
            let paths: Vec<String> =
                gateway.seen().iter().map(|seen| format!("{} {}", seen.method, seen.uri)).collect();
            for expected in [
                format!("POST {PREFIX}/fal-ai/flux/dev"),
                format!("GET {PREFIX}/fal-ai/flux/requests/{id}/status?logs=1"),
                format!("GET {PREFIX}/fal-ai/flux/requests/{id}"),
            ] {
                assert!(paths.contains(&expected), "no {expected} in {paths:#?}");
            }
            for seen in gateway.seen() {
                assert!(!seen.headers.contains_key("x-fal-target-url"), "{seen:?}");
            }
            // The replies named other addresses, and nobody went there: what a test leaves behind is
            // looked over for requests to any origin that it did not allow.
            let script = "const [url, done] = arguments;
            fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
                .then((reply) => reply.text()).then(done, (error) => done(String(error)))";
            let url = format!("{}/fal-ai/flux/dev", gateway.url());
            let reply = page.browser.execute_async(script, vec![json!(url)]).await.unwrap();
            let reply = reply.json().as_str().unwrap_or_default().to_owned();
            assert!(reply.contains(ELSEWHERE), "the gateway names none: {reply}");
        },
    );
}

#[test]
fn a_job_is_cancelled_and_a_job_is_found_again_through_the_path() {
    at_gateway(
        |_| (),
        async |stage, gateway| {
            let page = &stage.page;
            gateway.engine.hold();
            let job = page.generate_from("a patient kite").await;
            job.reaches("queued").await;
            job.press("Cancel").await;
            job.reaches("cancelled").await;
            let kept = page.generate_from("a kite that stays").await;
            kept.reaches("queued").await;
            page.reload().await;
            gateway.engine.release();
            page.wake().await;
            page.job(1).await.is_done().await;
            assert_eq!(gateway.engine.submissions().len(), 2, "nothing is sent again");
        },
    );
}

#[test]
fn the_test_of_the_connection_passes_through_the_path() {
    at_gateway(
        |_| (),
        async |stage, gateway| {
            let page = &stage.page;
            page.press("Settings").await;
            page.find("combobox", "Proxy style").await;
            let style = page.eval("return find('combobox', 'Proxy style').value", &[]).await;
            assert_eq!(style, "path", "the choice is kept");
            let lines = settings::test(page).await;
            assert_eq!(passed(&lines), [true; 7], "{lines:?}");
            assert!(gateway.engine.submissions().is_empty(), "a test costs nothing");
            assert!(gateway.seen().iter().all(|seen| seen.method != "POST"));
        },
    );
}

#[test]
fn the_host_can_say_the_style_and_lock_it() {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    // Whoever answers there, the address is what counts.
    let url = format!("http://{address}{PREFIX}");
    let config = json!({ "proxyUrl": url, "proxyStyle": "path", "locked": true }).to_string();
    with_config(Some(&config)).play(async |stage| {
        let page = &stage.page;
        let origin = format!("http://{address}");
        stage.allow_origin(&origin);
        stage.expect_failing(PREFIX);
        page.eval("localStorage.setItem('flux-studio.proxy-style', 'header')", &[]).await;
        page.reload().await;
        page.press("Settings").await;
        page.find("combobox", "Proxy style").await;
        let script = "const select = find('combobox', 'Proxy style');
            return [select.value, select.disabled, find('textbox', 'Proxy URL').readOnly]";
        assert_eq!(page.eval(script, &[]).await, json!(["path", true, true]));
        let sent = async || {
            let sent = stage.sent().await;
            sent.iter()
                .any(|sent| sent.url.starts_with(&url) && sent.url.ends_with("/status"))
                .then_some(())
        };
        page.until("a question through the path", sent).await;
        assert!(stage.sent().await.iter().all(|sent| sent.target.is_none()));
    });
}

const TOKEN: &str = "X-App-Token: open sesame";

#[test]
fn a_header_for_a_protected_proxy_goes_with_every_request_to_it_and_to_nobody_else() {
    let protect = |rules: &mut Rules| {
        rules.token = Some(("x-app-token", "open sesame"));
        rules.headers = "content-type, x-app-token";
    };
    at_gateway(protect, async |stage, gateway| {
        let page = &stage.page;
        let card = page.generate_from("a kite outside").await.reaches("failed").await;
        assert!(card.what.unwrap().contains("wants a sign-in"));
        page.press("Settings").await;
        enter(page, "Extra request headers", TOKEN).await;
        save(page).await;
        page.generate_from("a kite inside").await.is_done().await;
        assert_eq!(gateway.engine.submissions().len(), 1);
        page.press("Settings").await;
        let lines = settings::test(page).await;
        assert_eq!(passed(&lines), [true; 7], "{lines:?}");
        let seen = gateway.seen();
        let carried = seen.iter().filter(|seen| seen.headers.contains_key("x-app-token")).count();
        assert!(carried > 5, "{carried} of {}", seen.len());

        // With another proxy it is neither shown nor sent.
        let own = format!("{}/api/fal/proxy", stage.origin);
        let field = page.find("textbox", "Proxy URL").await;
        page.write(&field, &own).await;
        let shown = "return find('textbox', 'Extra request headers').value";
        page.eval("document.querySelector('.protection').open = true", &[]).await;
        assert_eq!(page.eval(shown, &[]).await, "");
        page.write(&field, &gateway.url()).await;
        assert_eq!(page.eval(shown, &[]).await, TOKEN);
    });
}

#[test]
fn a_header_that_is_no_way_in_is_refused_with_the_reason() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Settings").await;
        page.find("dialog", "Settings").await;
        for (line, part) in [
            ("Authorization: Bearer x", "pass it on to fal in place of the key"),
            ("X-Fal-Queue-Priority: low", "pass on to fal whatever begins with x-fal-"),
            ("Cookie: a=b", "browsers do not let a page set this one"),
            ("Content-Type: text/plain", "the page sets this one itself"),
            ("X-App-Token", "a name, a colon and a value"),
            ("X-App-Token: Key a:b", "looks like a fal key"),
        ] {
            enter(page, "Extra request headers", line).await;
            page.press("Save and reload").await;
            let said = "return document.getElementById('headers-problem').textContent";
            let told = async || {
                let said = page.eval(said, &[]).await;
                said.as_str()
                    .is_some_and(|said| said.starts_with("Line 1: ") && said.contains(part))
                    .then_some(())
            };
            page.until(part, told).await;
            let invalid = "return find('textbox', 'Extra request headers').ariaInvalid";
            assert_eq!(page.eval(invalid, &[]).await, "true");
        }
        let kept = page.eval("return localStorage.getItem('flux-studio.proxy-access')", &[]).await;
        assert_eq!(kept, Value::Null);
    });
}

#[test]
fn a_proxy_on_another_origin_gets_its_cookies_once_that_is_switched_on() {
    let protect = |rules: &mut Rules| rules.cookie = true;
    at_gateway(protect, async |stage, gateway| {
        let page = &stage.page;
        // The person signs in there.
        stage.expect_failing("favicon.ico");
        let sign_in = format!("{}/sign-in", gateway.origin);
        page.browser.goto(sign_in.as_str()).await.unwrap();
        page.open().await;
        let card = page.generate_from("a kite unknown").await.reaches("failed").await;
        assert!(card.what.unwrap().contains("wants a sign-in"));
        page.press("Settings").await;
        page.find("dialog", "Settings").await;
        page.eval("document.querySelector('.protection').open = true", &[]).await;
        page.find("switch", "Send cookies to the proxy").await.click().await.unwrap();
        save(page).await;
        page.generate_from("a kite known").await.is_done().await;
        page.press("Settings").await;
        let lines = settings::test(page).await;
        assert_eq!(passed(&lines), [true; 7], "{lines:?}");
    });
}
