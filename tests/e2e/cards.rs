//! What a job's card says of what can be done, and where the focus is when that changes.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::json;
use thirtyfour::{By, WebElement};

use super::documents::document;
use super::job_life::slow;
use super::page::Page;
use super::stage::{at_pace, play, with_models};

/// What Cancel can do for a job that the model is at work for.
const STOPPING: &str = "Cancel asks it to stop; it may still be billed.";

/// What is said of Cancel below a job.
async fn hint(page: &Page, number: usize) -> String {
    let script = "return textOf(jobs()[arguments[0]], '.job__stopping')";
    let text = page.eval(script, &[json!(number)]).await;
    text.as_str().expect("a place for the hint").to_owned()
}

#[test]
fn what_cancel_can_do_is_said_while_the_model_is_at_work() {
    at_pace(slow()).play(async |stage| {
        let page = &stage.page;
        page.fill("num_inference_steps", "50").await;
        stage.engine.hold();
        let job = page.generate_from("a kite to be stopped").await;
        job.reaches("queued").await;
        assert_eq!(hint(page, 0).await, "", "what waits stops before it begins");
        stage.engine.release();
        job.reaches("running").await;
        stage.engine.hold();
        let told = async || (hint(page, 0).await == STOPPING).then_some(());
        page.until("what Cancel can do", told).await;

        stage.engine.fault(Phase::Cancel, Fault::slow(Duration::from_secs(3)), Times::Once);
        job.press("Cancel").await;
        let asked = "Asked to stop · may still be billed";
        let card = job.until(asked, |card| card.standing.as_deref() == Some(asked)).await;
        assert_eq!(card.state, "running");
        assert_eq!(hint(page, 0).await, "", "it has been asked");
        assert_eq!(page.focused().await, "Cancel", "whoever pressed it is still there");
        job.press("Cancel").await;
        job.reaches("cancelled").await;
        assert_eq!(stage.engine.count(Phase::Cancel), 1, "once is enough");
        let here = "return document.activeElement === jobs()[0].querySelector('header')";
        page.until_true("the focus to be where Cancel was", here, &[]).await;
        stage.engine.release();
    });
}

#[test]
fn a_double_click_is_one_press_and_pays_once() {
    play(async |stage| {
        let page = &stage.page;
        let twice = async |button: &WebElement| {
            page.browser.action_chain().double_click_element(button).perform().await.unwrap();
        };
        page.whole().await;
        page.fill("prompt", "a kite clicked twice").await;
        stage.engine.fault(Phase::Submit, Fault::unauthorized(), Times::Always);
        twice(&page.find("button", "Generate").await).await;
        page.job(0).await.reaches("failed").await;
        stage.engine.clear_faults();
        let again = page.browser.find(By::XPath("//article//button[.='Try again']")).await.unwrap();
        twice(&again).await;
        page.job(1).await.is_done().await;
        assert_eq!(page.count_jobs().await, 2);
        assert_eq!(stage.engine.count(Phase::Submit), 2);

        // Two clicks that are none are two jobs.
        for number in 2..4 {
            page.press("Generate").await;
            page.job(number).await.is_done().await;
        }
        let remove = By::XPath("//section[@aria-label='Jobs']/article[1]//button[.='Remove']");
        twice(&page.browser.find(remove).await.unwrap()).await;
        page.until_true("the first to go", "return jobs().length < 4", &[]).await;
        assert_eq!(page.count_jobs().await, 3, "the next one stays");
    });
}

#[test]
fn there_is_nothing_to_cancel_while_the_result_is_fetched() {
    play(async |stage| {
        stage.engine.fault(Phase::Result, Fault::slow(Duration::from_secs(3)), Times::Once);
        let job = stage.page.generate_from("a kite on its way").await;
        let fetching = "Fetching the result";
        let card = job.until(fetching, |card| card.standing.as_deref() == Some(fetching)).await;
        assert_eq!(card.state, "running");
        assert_eq!(card.buttons, ["Copy link"], "{card:#?}");
        assert_eq!(hint(&stage.page, 0).await, "");
        job.is_done().await;
    });
}

#[test]
fn what_hinders_the_question_and_the_cancel_is_told_once() {
    play(async |stage| {
        let page = &stage.page;
        let gateway = "A gateway in front of the proxy";
        stage.engine.hold();
        stage.engine.fault(Phase::Status, Fault::bad_gateway_html(), Times::Always);
        let job = page.generate_from("a kite behind a gateway").await;
        let told = job.is_troubled().await.trouble.unwrap();
        assert!(told.contains(gateway), "{told}");
        stage.engine.fault(Phase::Cancel, Fault::bad_gateway_html(), Times::Always);
        job.press("Cancel").await;
        let refused = async || {
            let told = job.card().await.trouble.unwrap_or_default();
            told.starts_with("Not cancelled.").then_some(told)
        };
        let told = page.until("the refusal", refused).await;
        assert_eq!(told.matches(gateway).count(), 1, "{told}");
        stage.engine.clear_faults();
        stage.engine.release();
        page.wake().await;
        job.is_done().await;
    });
}

#[test]
fn steps_rise_in_more_jobs_than_anybody_follows_by_tenths() {
    let script = Script { workers: 5, step: Duration::from_millis(200), ..Script::quick() };
    at_pace(script).play(async |stage| {
        let page = &stage.page;
        page.choose("image_size", "square").await;
        page.fill("num_inference_steps", "50").await;
        // Otherwise the first is done before the last is made.
        stage.engine.hold();
        for number in 0..5 {
            page.generate_from(&format!("kite {number}")).await.reaches("queued").await;
        }
        stage.engine.release();
        let steps = "const bars = jobs().map((job) => job.querySelector('progress:not([hidden])'));
            const steps = bars.map((bar) => bar?.value ?? 0);";
        let begun = format!("{steps} return steps.length === 5 && steps.every((done) => done > 0)");
        page.until_true("steps in all five", &begun, &[]).await;
        let before = page.eval(&format!("{steps} return steps"), &[]).await;
        let risen = format!("{steps} return steps.every((done, at) => done > arguments[0][at])");
        page.until_true("the steps of all five to rise", &risen, &[before]).await;
    });
}

#[test]
fn a_button_keeps_the_focus_when_its_job_begins() {
    at_pace(slow()).play(async |stage| {
        let page = &stage.page;
        page.fill("num_inference_steps", "50").await;
        for (number, name) in ["Copy link", "Cancel"].into_iter().enumerate() {
            stage.engine.hold();
            let job = page.generate_from(&format!("a kite and {name}")).await;
            job.reaches("queued").await;
            let focus = "window.kept = find('button', arguments[1], jobs()[arguments[0]]);
                kept.focus();
                return document.activeElement === kept";
            assert_eq!(page.eval(focus, &[json!(number), json!(name)]).await, true, "{name}");
            stage.engine.release();
            job.reaches("running").await;
            let stays = "return kept.isConnected && document.activeElement === kept";
            assert_eq!(page.eval(stays, &[]).await, true, "{name}");
        }
        assert_eq!(page.eval("return kept.title", &[]).await, STOPPING);
    });
}

#[test]
fn the_focus_goes_on_when_a_card_is_removed() {
    play(async |stage| {
        let page = &stage.page;
        page.choose("image_size", "square").await;
        for prompt in ["one kite", "two kites", "three kites"] {
            page.generate_from(prompt).await.is_done().await;
        }
        page.job(2).await.press("Remove").await;
        page.until_focused("two kites").await;
        page.job(0).await.press("Remove").await;
        page.until_focused("Jobs").await;
        page.control("prompt", "").await.focus().await.unwrap();
        page.eval("find('button', 'Remove', jobs()[0]).click()", &[]).await;
        page.until_true("the last one to go", "return jobs().length === 0", &[]).await;
        assert_eq!(page.focused().await, "prompt", "it was somewhere else");
    });
}

#[test]
fn a_refused_field_is_shown_in_the_form_of_its_own_model() {
    let text = json!({ "type": "string" });
    let models = [
        document("test/one", "One", &json!({ "prompt": text, "seed": { "type": "integer" } }), &[]),
        document("test/two", "Two", &json!({ "prompt": text }), &[]),
    ];
    with_models(&models).play(async |stage| {
        let page = &stage.page;
        page.shows_model("One").await;
        let detail =
            json!([{ "loc": ["body", "seed"], "msg": "Odd seeds only", "type": "value_error" }]);
        stage.engine.fault(Phase::Submit, Fault::unprocessable(&detail), Times::Once);
        let job = page.generate_from("a kite of the first").await;
        job.reaches("failed").await;
        page.press("Model").await;
        let other = page.names_of("option", None).await.swap_remove(1);
        page.click("option", &other).await;
        page.shows_model("Two").await;
        job.press("Show field").await;
        page.shows_model("One").await;
        page.until_focused("seed").await;
        let said = page.complaint("seed").await.expect("the field is marked");
        assert!(said.contains("Odd seeds only"), "{said}");
    });
}

#[test]
fn a_long_prompt_is_spoken_by_its_first_words_and_a_failure_with_what_happened() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.fault(Phase::Submit, Fault::unauthorized(), Times::Once);
        let job = page.generate_from(&["a kite"; 20].join(" ")).await;
        let what = job.reaches("failed").await.what.expect("what happened");
        let expected = format!("{}a…: failed. {what}", "a kite ".repeat(8));
        let said =
            "return document.querySelector('#studio > [role=status]').textContent === arguments[0]";
        page.until_true(&expected, said, &[json!(expected)]).await;
    });
}

#[test]
fn every_button_of_a_card_is_in_sight_on_the_smallest_screen() {
    play(async |stage| {
        let page = &stage.page;
        let size = json!({ "width": 320, "height": 700, "deviceScaleFactor": 1, "mobile": false });
        page.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let unknown = Fault::json(404, &json!({ "status": "NOT_FOUND" }));
        stage.engine.fault(Phase::Status, unknown, Times::Always);
        let job = page.generate_from("a kite on a small screen").await;
        let card = job.reaches("expired").await;
        assert_eq!(card.buttons, ["Ask again", "Try again", "Reuse settings", "Remove"]);
        let places = "return [...jobs()[0].querySelectorAll('button')].map((button) => {
            const { left, right } = button.getBoundingClientRect();
            return left >= 0 && right <= innerWidth;
        })";
        assert_eq!(page.eval(places, &[]).await, json!([true, true, true, true]));
    });
}
