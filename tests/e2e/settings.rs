//! The Settings dialog: addresses that are taken or refused, the test of the connection, and a proxy at
//! another origin.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::page::Page;
use super::server::{Server, deserted_origin};
use super::stage::play;

/// Opens the dialog and writes an address.
async fn enter(page: &Page, url: &str) {
    if !page.has("dialog", "Settings").await {
        page.press("Settings").await;
    }
    let field = page.find("textbox", "Proxy URL").await;
    page.write(&field, url).await;
}

/// Goes over to another proxy, which takes a reload.
pub async fn move_to(page: &Page, url: &str) {
    enter(page, url).await;
    page.eval("window.outdated = true", &[]).await;
    page.press("Save and reload").await;
    page.started().await;
}

/// A line of the report.
#[derive(Debug, serde::Deserialize)]
pub struct Line {
    pub passed: bool,
    pub text: String,
}

/// The report, once it is whole.
async fn report(page: &Page) -> Vec<Line> {
    let whole = "return find('list', 'Connection report')?.ariaBusy === 'false'";
    page.until_true("the whole report", whole, &[]).await;
    let list = page.find("list", "Connection report").await;
    let script = "return [...arguments[0].querySelectorAll('li')]
        .map((li) => ({ passed: li.textContent.includes('✓'), text: tidy(spoken(li)) }))";
    let lines = page.eval(script, &[list.to_json().unwrap()]).await;
    serde_json::from_value(lines).unwrap()
}

/// Tests the connection anew and waits for its report.
pub async fn test(page: &Page) -> Vec<Line> {
    let old = "find('list', 'Connection report')?.setAttribute('aria-label', 'old')";
    page.eval(old, &[]).await;
    page.press("Test connection").await;
    page.find("list", "Connection report").await;
    report(page).await
}

pub fn passed(lines: &[Line]) -> Vec<bool> {
    lines.iter().map(|line| line.passed).collect()
}

#[test]
fn bad_addresses_are_refused_each_with_its_reason() {
    play(async |stage| {
        let page = &stage.page;
        let mut sentences = std::collections::BTreeSet::new();
        for (url, part) in [
            ("", "Enter the address of your proxy"),
            (
                "http://proxy.example/api",
                "plain http is only accepted for a proxy on this computer",
            ),
            ("https://me:secret@proxy.example/api", "Leave the name and password out"),
            ("https://queue.fal.run/fal-ai/flux/dev", "This is fal itself"),
            ("ftp://proxy.example", "starts with https://"),
            ("localhost:3333/api", "Write the whole address, with https:// in front"),
            ("https://proxy.example./api", "Leave out the dot at the end"),
            ("https://", "not a complete URL"),
        ] {
            enter(page, url).await;
            page.press("Test connection").await;
            let script = "const e = document.activeElement.closest('dialog').querySelector('[aria-invalid=true]');
                return e && tidy(e.getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent).join(' '))";
            let told = async || {
                page.eval(script, &[])
                    .await
                    .as_str()
                    .filter(|said| said.contains(part))
                    .map(str::to_owned)
            };
            sentences.insert(page.until(&format!("{part:?} for {url:?}"), told).await);
        }
        assert_eq!(sentences.len(), 8);
        let kept = page.eval("return localStorage.getItem('flux-studio.proxy')", &[]).await;
        assert_eq!(kept, Value::Null, "no bad address is kept");
    });
}

#[test]
fn the_test_of_a_working_connection_passes_every_check() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Settings").await;
        let field = page.find("textbox", "Proxy URL").await;
        assert_eq!(
            field.value().await.unwrap().unwrap(),
            format!("{}/api/fal/proxy", stage.origin)
        );
        let lines = test(page).await;
        assert_eq!(passed(&lines), [true; 7], "{lines:?}");
        for (line, part) in lines.iter().zip([
            "The proxy answers",
            "It accepts this page's origin",
            "It forwards to fal",
            // It does not claim to have been at fal.
            "the demo engine answers",
            "It lets jobs be cancelled",
            "Its answers come from no cache",
            "up to 8 MiB",
        ]) {
            assert!(line.text.contains(part), "{part} in {lines:?}");
        }
        assert!(stage.engine.submissions().is_empty(), "a test costs nothing");
        page.press("Done").await;
        assert!(!page.has("dialog", "Settings").await);
    });
}

#[test]
fn a_failing_connection_says_how_far_it_gets() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Settings").await;
        const KEY: [bool; 7] = [true, true, true, false, true, true, false];
        const FORWARDS: [bool; 7] = [true, true, false, false, false, false, false];
        for (fault, expected, line, part) in [
            (Fault::unauthorized(), KEY, 3, "did not accept the proxy's key"),
            (Fault::locked(), KEY, 3, "locked the account"),
            (Fault::proxy_unauthorized(), FORWARDS, 2, "wants a sign-in"),
            (Fault::bad_gateway_html(), FORWARDS, 2, "A gateway in front of the proxy"),
            (Fault::malformed_json(), FORWARDS, 2, "not one of fal's"),
            (Fault::cut(), [false; 7], 0, "broke off in the middle"),
        ] {
            stage.engine.fault(Phase::Status, fault, Times::Once);
            let lines = test(page).await;
            let told: Vec<bool> = passed(&lines);
            assert_eq!(told, expected, "{lines:?}");
            assert!(lines[line].text.contains(part), "{lines:?}");
            for later in lines[line + 1..].iter().filter(|line| !line.passed) {
                assert!(later.text.ends_with("not checked"), "{lines:?}");
            }
        }
    });
}

#[test]
fn what_mends_a_proxy_is_shown_for_each_server() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Settings").await;
        // A key is no matter of the server's configuration; that it cannot cancel is.
        stage.engine.fault(Phase::Cancel, Fault::json(405, &json!("no")), Times::Once);
        let lines = test(page).await;
        assert_eq!(passed(&lines), [true, true, true, true, false, true, false], "{lines:?}");
        assert!(lines[4].text.contains("let GET, POST and PUT through"), "{lines:?}");
        let shown = "return [...document.querySelectorAll('.checks details')].map((details) =>
            [details.querySelector('summary').textContent, details.querySelector('pre').textContent])";
        let shown = page.eval(shown, &[]).await;
        let servers: Vec<&str> =
            shown.as_array().unwrap().iter().map(|one| one[0].as_str().unwrap()).collect();
        let expected = ["Express", "Next.js", "Hono", "SvelteKit", "Remix", "nginx", "Caddy"];
        assert_eq!(servers, expected);
        let next = shown[1][1].as_str().unwrap();
        assert!(next.contains("// app/api/fal/proxy/route.ts\nexport const { GET, POST, PUT }"));
        assert!(stage.engine.submissions().is_empty(), "a test costs nothing");
    });
}

#[test]
fn a_wrong_address_is_found_out_after_the_reload() {
    play(async |stage| {
        let page = &stage.page;
        stage.expect_failing("/nobody");
        let deserted = deserted_origin().await;
        stage.allow_origin(&deserted);
        page.fill("prompt", "a kite that stays").await;
        for (url, expected, part) in [
            // A web page answers there, but no proxy.
            (
                format!("{}/index.html", stage.origin),
                [true, true, false, false, false, false, false],
                "there is no proxy at that address",
            ),
            (format!("{deserted}/nobody"), [false; 7], "could not be reached"),
        ] {
            enter(page, &url).await;
            page.eval("window.outdated = true", &[]).await;
            page.press("Test connection").await;
            page.started().await;
            // The page is a fresh one, and goes on where it was.
            let lines = report(page).await;
            assert_eq!(passed(&lines), expected, "{lines:?}");
            assert!(lines.iter().any(|line| line.text.contains(part)), "{lines:?}");
            assert_eq!(page.entry("prompt").await, "a kite that stays");
        }
    });
}

#[test]
fn another_proxy_is_used_after_a_reload_and_nothing_else_can_be_reached() {
    play(async |stage| {
        let page = &stage.page;
        let other = Server::start_for(&stage.origin).await;
        stage.allow_origin(&other.origin);
        page.fill("prompt", "a kite elsewhere").await;
        move_to(page, &other.proxy_url()).await;
        let card = page.generate().await.is_done().await;
        assert!(card.images[0].src.starts_with(&other.origin), "{card:#?}");
        assert_eq!(other.engine.submissions()[0].input, json!({ "prompt": "a kite elsewhere" }));
        assert!(stage.engine.submissions().is_empty());

        // Now the page may speak with these two and nobody else.
        let third = Server::start_for(&stage.origin).await;
        let script = "const [url, done] = arguments;
            fetch(url).then(() => done('reached'), () => done('refused'))";
        for (url, expected) in [(other.proxy_url(), "reached"), (third.proxy_url(), "refused")] {
            let answer = page.browser.execute_async(script, vec![json!(url)]).await.unwrap();
            assert_eq!(answer.json(), expected, "{url}");
        }
        let said = stage.complaints().await;
        assert!(said.iter().any(|line| line.contains("CSP violation: connect-src")), "{said:?}");
        assert!(third.engine.requests().is_empty());
    });
}

#[test]
fn colours_follow_the_choice_and_are_kept() {
    play(async |stage| {
        let page = &stage.page;
        let theme = "return document.documentElement.dataset.theme ?? 'system'";
        page.press("Settings").await;
        page.find("dialog", "Settings").await;
        for (literal, expected) in [("light", "light"), ("dark", "dark")] {
            let by = format!("dialog input[value={literal}]");
            let radio = page.browser.find(thirtyfour::By::Css(by)).await.unwrap();
            radio
                .find(thirtyfour::By::XPath("ancestor::label"))
                .await
                .unwrap()
                .click()
                .await
                .unwrap();
            assert_eq!(page.eval(theme, &[]).await, expected);
        }
        page.browser.action_chain().send_keys(Key::Escape).perform().await.unwrap();
        assert!(!page.has("dialog", "Settings").await, "Escape closes the dialog");
        page.reload().await;
        assert_eq!(page.eval(theme, &[]).await, "dark");
        page.press("Theme").await;
        assert_eq!(page.eval(theme, &[]).await, "system");
    });
}
