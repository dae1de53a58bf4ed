//! The shelf of models: asking the proxy for one, what is kept of each and what cannot be, and two that
//! are asked for at once.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::json;
use thirtyfour::Key;

use super::own_models::{drop_text, model, until_trouble};
use super::page::Page;
use super::stage::{play, with_config, with_models};

#[test]
fn a_draft_that_an_earlier_version_kept_by_endpoint_is_found() {
    play(async |stage| {
        let page = &stage.page;
        let kept = "localStorage.clear();
            localStorage.setItem('flux-studio.draft.fal-ai/flux/dev', '{\"seed\": \"12\"}')";
        stage.expect_failing("favicon.ico");
        // What the page keeps when it is left would be in its place.
        page.browser.goto(format!("{}config.json", page.url)).await.unwrap();
        page.eval(kept, &[]).await;
        page.open().await;
        assert_eq!(page.entry("seed").await, "12");
    });
}

#[test]
fn of_two_models_that_are_asked_for_the_last_is_shown_and_the_focus_stays() {
    let models = [("test/one", "One"), ("test/two", "Two"), ("test/three", "Three")]
        .map(|(endpoint, name)| model(endpoint, name, &json!({})));
    with_models(&models).play(async |stage| {
        let page = &stage.page;
        page.shows_model("One").await;
        let slow = "const real = window.fetch;
            window.fetch = async (asked, ...rest) => {
                if (String(asked.url ?? asked).includes('two.json'))
                    await new Promise((done) => { window.letGo = done; });
                window.wentOn = !!window.letGo;
                return real(asked, ...rest);
            }";
        page.eval(slow, &[]).await;
        let listed = async |place: usize| {
            page.press("Model").await;
            let listed = page.names_of("option", None).await.swap_remove(place);
            page.click("option", &listed).await;
        };
        listed(1).await;
        page.until_focused("Model").await;
        page.until_true("its document to be asked for", "return !!window.letGo", &[]).await;
        listed(2).await;
        page.shows_model("Three").await;
        let prompt = page.control("prompt", "").await;
        prompt.send_keys("typed meanwhile").await.unwrap();
        page.eval("window.letGo()", &[]).await;
        // The name on the shelf is what its document says, once that has been read.
        let read = async || {
            page.press("Model").await;
            let names = page.names_of("option", None).await;
            page.browser.action_chain().send_keys(Key::Escape).perform().await.ok()?;
            names.contains(&"Two".to_owned()).then_some(())
        };
        page.until("its document to be read", read).await;
        page.shows_model("Three").await;
        assert_eq!(page.entry("prompt").await, "typed meanwhile");
    });
}

/// Lets the browser keep nothing more whose name has this in it.
async fn full(page: &Page, part: &str) {
    let script = "const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (name, text) {
            if (name.includes(window.full))
                throw new DOMException('full', 'QuotaExceededError');
            return set.call(this, name, text);
        };
        window.full = arguments[0]";
    page.eval(script, &[json!(part)]).await;
}

#[test]
fn what_cannot_be_kept_is_told_once() {
    play(async |stage| {
        let page = &stage.page;
        full(page, "draft").await;
        page.fill("prompt", "a kite that is lost").await;
        until_trouble(page, "what you type now is lost when the page closes").await;
        page.press("Dismiss").await;
        page.fill("prompt", "another").await;
        page.fill("seed", "1").await;
        full(page, "document.").await;
        drop_text(page, "main", &model("me/mine", "Mine", &json!({})).to_string()).await;
        page.shows_model("Mine").await;
        let alerts = "return [...document.querySelectorAll('.trouble p')].map(spoken).join('|')";
        let said = "This browser keeps no more data: the model is gone when the page closes.";
        assert_eq!(page.eval(alerts, &[]).await, said);
        // And then it is not on the shelf, as if it could be had.
        page.reload().await;
        page.shows_model("FLUX.1 [dev]").await;
        page.press("Model").await;
        assert!(!page.names_of("option", None).await.contains(&"me/mine".to_owned()));
    });
}

/// Asks the proxy for a model.
async fn ask(page: &Page, endpoint: &str) {
    if !page.has("listbox", "Models").await {
        page.press("Model").await;
    }
    let field = page.find("textbox", "Endpoint id").await;
    page.write(&field, endpoint).await;
    page.press("From the proxy").await;
}

async fn until_refused(page: &Page, part: &str) {
    let script = "return [...document.querySelectorAll('.model__more [role=status]')]
        .some((status) => status.textContent.includes(arguments[0]))";
    page.until_true(&format!("the sentence {part:?}"), script, &[json!(part)]).await;
}

#[test]
fn the_proxy_is_asked_for_a_document() {
    let config = json!({ "proxyUrl": "api/fal/proxy", "models": ["models/fal-ai/flux/dev.json"] });
    with_config(Some(&config.to_string())).play(async |stage| {
        let page = &stage.page;
        ask(page, "flux").await;
        until_refused(page, "An endpoint id looks like fal-ai/flux/dev.").await;
        ask(page, "fal-ai/no-such-model").await;
        until_refused(page, "fal publishes no document of that name.").await;
        ask(page, " fal-ai/flux/schnell ").await;
        page.shows_model("FLUX.1 [schnell]").await;
        let gone = "return !find('listbox', 'Models')";
        page.until_true("the list to close", gone, &[]).await;
        page.generate_from("a kite from the proxy").await.is_done().await;
        assert_eq!(stage.engine.submissions()[0].endpoint, "fal-ai/flux/schnell");
        page.reload().await;
        page.shows_model("FLUX.1 [schnell]").await;
        assert_eq!(stage.engine.count(Phase::Document), 2, "what is kept is not asked for again");
    });
}

#[test]
fn a_proxy_that_passes_no_such_question_is_told_with_another_way() {
    play(async |stage| {
        let page = &stage.page;
        for (status, body) in [
            (412, json!({ "detail": "Invalid request" })),
            (400, json!("Missing the x-fal-target-url header")),
            (401, json!({ "detail": "Unauthorized" })),
            (429, json!({ "detail": "Too many requests" })),
            (502, json!({ "detail": "Bad gateway" })),
            (200, json!({ "detail": "not a document" })),
        ] {
            let part = match status {
                401 => "The proxy wants a sign-in",
                429 => "Wait, then try again",
                502 => "The proxy or fal failed (502)",
                200 => "What the proxy answered cannot be used",
                _ => "The proxy does not pass this question on",
            };
            stage.engine.fault(Phase::Document, Fault::json(status, &body), Times::Once);
            ask(page, "fal-ai/flux/schnell").await;
            until_refused(page, part).await;
            until_refused(page, "drop it here").await;
            let field = page.find("textbox", "Endpoint id").await;
            page.write(&field, "x").await;
            page.press("From the proxy").await;
            until_refused(page, "An endpoint id looks like").await;
        }
        stage.engine.fault(Phase::Document, Fault::cut(), Times::Once);
        ask(page, "fal-ai/flux/schnell").await;
        until_refused(page, "openapi.json").await;
    });
}

#[test]
fn the_endpoint_box_takes_enter_and_keeps_its_arrows() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Model").await;
        let field = page.find("textbox", "Endpoint id").await;
        field.send_keys("fal-ai/flux/schnell").await.unwrap();
        field.send_keys(thirtyfour::Key::Enter).await.unwrap();
        page.shows_model("FLUX.1 [schnell]").await;
    });
}
