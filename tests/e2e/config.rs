//! `config.json`, by which whoever hosts the page sets it up; and the page without one.

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use super::page::Page;
use super::stage::with_config;

#[test]
fn a_locked_proxy_cannot_be_changed() {
    let config = json!({ "proxyUrl": "api/fal/proxy", "locked": true }).to_string();
    with_config(Some(&config)).play(async |stage| {
        let page = &stage.page;
        let choose = "localStorage.setItem('flux-studio.proxy', 'https://elsewhere.example/proxy')";
        page.eval(choose, &[]).await;
        page.reload().await;
        page.press("Settings").await;
        let field = page.find("textbox", "Proxy URL").await;
        assert_eq!(
            field.value().await.unwrap().unwrap(),
            format!("{}/api/fal/proxy", stage.origin)
        );
        assert_eq!(field.attr("readonly").await.unwrap().as_deref(), Some("true"));
        let hint = "return document.getElementById('proxy-hint').textContent";
        let hint = page.eval(hint, &[]).await;
        assert!(hint.as_str().unwrap().contains("has fixed the address"), "{hint}");
        page.press("Close").await;
        page.generate_from("a locked kite").await.is_done().await;
    });
}

#[test]
fn the_notice_stands_in_the_bar() {
    let config =
        json!({ "proxyUrl": "api/fal/proxy", "notice": "Back <b>soon</b> & well" }).to_string();
    with_config(Some(&config)).play(async |stage| {
        let banner = stage.page.eval("return spoken(document.querySelector('header'))", &[]).await;
        assert!(
            banner.as_str().unwrap().contains("Back <b>soon</b> & well"),
            "text is text: {banner}"
        );
    });
}

#[test]
fn the_hosts_defaults_are_where_a_form_starts() {
    let fields = json!({ "num_images": 2, "image_size": { "width": 256, "height": 192 }, "output_format": "png", "seed": 5 });
    let config = json!({ "proxyUrl": "api/fal/proxy", "defaults": { "fal-ai/flux/dev": fields } })
        .to_string();
    with_config(Some(&config)).play(async |stage| {
        let page = &stage.page;
        let filled = async || (page.entry("num_images").await == "2").then_some(());
        page.until("the defaults to be filled in", filled).await;
        assert_eq!(page.chosen("image_size").await.as_deref(), Some("custom"));
        assert_eq!(page.entry("image_size.height").await, "192");
        let card = page.generate_from("a hosted kite").await.is_done().await;
        assert_eq!(card.images.len(), 2);
        let mut input = json!({ "prompt": "a hosted kite" });
        input.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        assert_eq!(stage.only_submission(), input);
        // They are a start and no more: what the person set counts from then on.
        page.fill("num_images", "1").await;
        page.press("Clear Seed").await;
        page.reload().await;
        assert_eq!(page.entry("num_images").await, "1");
        assert_eq!(page.entry("seed").await, "");
    });
}

#[test]
fn the_hosts_models_are_the_shelf() {
    let models = ["models/fal-ai/flux/dev/image-to-image.json", "models/gone.json"];
    let config = json!({ "proxyUrl": "api/fal/proxy", "models": models }).to_string();
    with_config(Some(&config)).play(async |stage| {
        let page = &stage.page;
        stage.expect_failing("models/gone.json");
        page.find("textbox", "Image Url URL").await;
        page.press("Model").await;
        page.find("listbox", "Models").await;
        let names = "return [...document.querySelectorAll('[role=option]')].map(nameOf)";
        assert_eq!(page.eval(names, &[]).await.as_array().unwrap().len(), 2);
        // One that is not there is said, and leaves the form as it is.
        let gone = page.browser.find(thirtyfour::By::Css("[role=option]:last-child")).await.unwrap();
        gone.click().await.unwrap();
        let said = "return find('alert', null)?.textContent.includes('no model at models/gone.json') ?? false";
        page.until_true("a notice that says so", said, &[]).await;
        page.find("textbox", "Image Url URL").await;
        page.press("Dismiss").await;
        page.until_true("the notice to go", "return !find('alert', null)", &[]).await;
    });
}

#[test]
fn without_a_configuration_the_page_asks_for_a_proxy() {
    for config in [None, Some("{"), Some("[]"), Some(r#"{"proxyUrl": 3}"#)] {
        with_config(config).play(async |stage| {
            let page = &stage.page;
            stage.expect_failing("config.json");
            page.press("Set the proxy URL").await;
            page.find("dialog", "Settings").await;
            page.press("Done").await;
            assert!(!page.has("dialog", "Settings").await, "who only looks may leave");
            // Generate leads there too, and nothing is made that could be lost.
            page.fill("prompt", "a kite without a proxy").await;
            page.press("Generate").await;
            page.find("dialog", "Settings").await;
            assert_eq!(page.count_jobs().await, 0);
            let field = page.find("textbox", "Proxy URL").await;
            page.write(&field, "api/fal/proxy").await;
            page.eval("window.outdated = true", &[]).await;
            page.press("Save and reload").await;
            page.started().await;
            page.generate().await.is_done().await;
            assert_eq!(stage.only_submission()["prompt"], "a kite without a proxy");
        });
    }
}

/// Opens the page up to its frame: `window.configure()` lets it go on.
pub async fn open_frame(page: &Page) -> WebElement {
    let late = "const real = window.fetch;
            window.fetch = async (asked, ...rest) => {
                if (String(asked.url ?? asked).includes('config.json'))
                    await new Promise((done) => { window.configure = done; });
                return real(asked, ...rest);
            }";
    let script = json!({ "source": late });
    page.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
    page.browser.goto(page.url.as_str()).await.expect("the page opens");
    page.until_true("the page to ask", "return !!window.configure", &[]).await;
    page.browser.find(By::Css("#shell textarea")).await.expect("the frame")
}

#[test]
fn what_is_written_before_the_configuration_is_there_is_kept() {
    with_config(None).play_unopened(async |stage| {
        let page = &stage.page;
        stage.expect_failing("config.json");
        let shell = open_frame(page).await;
        // In the frame one can write but not generate.
        shell.send_keys("a hasty kite").await.unwrap();
        assert!(!page.find("button", "Generate").await.is_enabled().await.unwrap());
        page.eval("window.configure()", &[]).await;
        page.started().await;
        assert_eq!(page.entry("prompt").await, "a hasty kite");
        page.press("Generate").await;
        page.find("dialog", "Settings").await;
        assert_eq!(page.count_jobs().await, 0);
    });
}

#[test]
fn an_address_that_is_refused_is_told_with_the_reason_and_shown_to_be_mended() {
    let address = "http://proxy.example/api";
    let config = json!({ "proxyUrl": address }).to_string();
    with_config(Some(&config)).play(async |stage| {
        let page = &stage.page;
        let said = "return spoken(document.querySelector('main'))";
        let said = page.eval(said, &[]).await;
        let reason = "plain http is only accepted for a proxy on this computer";
        assert!(said.as_str().unwrap().contains(reason), "{said}");
        page.press("Set the proxy URL").await;
        let field = page.find("textbox", "Proxy URL").await;
        assert_eq!(field.value().await.unwrap().as_deref(), Some(address));
        let problem = "return document.getElementById('proxy-problem').textContent";
        let problem = page.eval(problem, &[]).await;
        assert!(problem.as_str().unwrap().contains(reason), "{problem}");
        // Nothing was changed, so there is nothing to refuse.
        page.press("Done").await;
        assert!(!page.has("dialog", "Settings").await);
    });
}

#[test]
fn no_link_can_set_the_proxy() {
    with_config(None).play_unopened(async |stage| {
        let page = &stage.page;
        stage.expect_failing("config.json");
        let link = "?proxyUrl=https://evil.example/&proxy=https://evil.example/#proxyUrl=https://evil.example/";
        page.browser.goto(format!("{}{link}", page.url)).await.unwrap();
        page.started().await;
        page.find("button", "Set the proxy URL").await;
        let kept = page.eval("return localStorage.getItem('flux-studio.proxy')", &[]).await;
        assert_eq!(kept, Value::Null);
    });
}
