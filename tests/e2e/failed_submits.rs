//! Everything that can go wrong with a submit, each in words of its own, and never a second submit.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::stage::play;
use super::table::{Expected, Table};

const CHARGED: &str = "may charge for it";

fn complaint() -> Value {
    json!([
        { "loc": ["body", "guidance_scale"], "msg": "Input should be less than 20", "type": "x" },
        { "loc": ["body", "image_size", "width"], "msg": "Too wide", "type": "x" },
    ])
}

#[test]
fn a_refusal_is_told_in_its_own_words() {
    play(async |stage| {
        let mut table = Table::default();
        let policy =
            json!([{ "loc": ["body", "prompt"], "msg": "No", "type": "content_policy_violation" }]);
        let rows = [
            (
                "401 of fal",
                Fault::unauthorized(),
                "The fal account",
                "did not accept the proxy's key",
                "FAL_KEY",
            ),
            (
                "401 of the proxy",
                Fault::proxy_unauthorized(),
                "The proxy",
                "did not let this page in",
                "Sign in",
            ),
            (
                "403 out of money",
                Fault::locked(),
                "The fal account",
                "locked the account",
                "billing",
            ),
            ("404", Fault::not_found(), "fal", "“Application not found”", "choose another one"),
            (
                "413 as a page",
                Fault::too_large_html(),
                "The proxy",
                "larger than the proxy accepts",
                "smaller picture",
            ),
            (
                "422",
                Fault::unprocessable(&complaint()),
                "The model",
                "refused the input",
                "Correct the fields",
            ),
            (
                "422 of the policy",
                Fault::unprocessable(&policy),
                "The model",
                "content policy",
                "Change the prompt",
            ),
            (
                "429",
                Fault::rate_limited(Some(7)),
                "The proxy",
                "Too many requests",
                "again in 7 seconds",
            ),
        ];
        for (name, fault, side, what, advice) in rows {
            let expected = Expected { state: "failed", side, what, advice };
            table.strike(stage, Phase::Submit, name, &[fault], &expected).await;
        }
        table.close();
    });
}

#[test]
fn an_answer_that_was_lost_leaves_the_job_unconfirmed() {
    play(async |stage| {
        let mut table = Table::default();
        let gateway_timeout = Fault::json(504, &json!({ "detail": "fal gave no answer" }));
        let rows = [
            ("half an answer", Fault::cut(), "The network", "broke off in the middle"),
            (
                "502 as a page",
                Fault::bad_gateway_html(),
                "The proxy",
                "A gateway in front of the proxy",
            ),
            ("504", gateway_timeout, "The proxy", "waited for fal in vain"),
            (
                "500 as plain text",
                Fault::answer(500, "text/plain", "Error"),
                "The proxy",
                "server failed",
            ),
            ("JSON that breaks off", Fault::malformed_json(), "The proxy", "not one of fal's"),
            // Whoever crashed may have passed it on before.
            ("500", Fault::server_error(), "fal", "internal error"),
            ("503", Fault::service_unavailable(), "The proxy", "could not reach fal"),
        ];
        for (name, fault, side, what) in rows {
            let expected = Expected { state: "unconfirmed", side, what, advice: CHARGED };
            table.strike(stage, Phase::Submit, name, &[fault], &expected).await;
        }
        table.close();
    });
}

#[test]
fn a_refusal_whose_status_a_proxy_flattened_is_told_the_same() {
    play(async |stage| {
        let mut table = Table::default();
        let rows = [
            (
                "401 as 200",
                Fault::unauthorized(),
                "The fal account",
                "did not accept the proxy's key",
            ),
            ("403 as 200", Fault::locked(), "The fal account", "locked the account"),
            ("404 as 200", Fault::not_found(), "fal", "“Application not found”"),
            ("422 as 200", Fault::unprocessable(&complaint()), "The model", "refused the input"),
            ("429 as 200", Fault::rate_limited(None), "The proxy", "Too many requests"),
            ("500 as 200", Fault::server_error(), "fal", "internal error"),
            (
                "502 as 200",
                Fault::bad_gateway_html(),
                "The proxy",
                "A gateway in front of the proxy",
            ),
        ];
        for (name, fault, side, what) in rows {
            let is_lost = matches!(name, "500 as 200" | "502 as 200");
            let (state, advice) = if is_lost { ("unconfirmed", CHARGED) } else { ("failed", "") };
            let expected = Expected { state, side, what, advice };
            table.strike(stage, Phase::Submit, name, &[fault, Fault::flattened()], &expected).await;
        }
        table.close();
    });
}

#[test]
fn a_refused_field_is_named_and_shown() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.fault(Phase::Submit, Fault::unprocessable(&complaint()), Times::Once);
        let job = page.generate_from("a refused kite").await;
        let card = job.reaches("failed").await;
        let named = ["guidance_scale: Input should be less than 20", "image_size.width: Too wide"];
        assert_eq!(card.fields, named);
        job.press("Show field").await;
        page.until_focused("guidance_scale").await;
        let said = page.complaint("guidance_scale").await.expect("the field is marked");
        assert!(said.contains("Input should be less than 20"), "{said}");
    });
}

#[test]
fn a_submit_that_was_accepted_unheard_is_not_sent_again() {
    for (accepted, fault) in [(false, Fault::refused()), (true, Fault::lost_reply())] {
        play(async |stage| {
            // Chrome itself repeats a request, a POST too, when a connection that has served before
            // closes without a byte. On a fresh one it is as good as told that nothing will come.
            stage.page.whole().await;
            stage.stop_proxy().await;
            let engine = stage.start_proxy().await;
            engine.fault(Phase::Submit, fault.clone(), Times::Once);
            let card =
                stage.page.generate_from("a kite unheard").await.reaches("unconfirmed").await;
            assert_eq!(card.side.as_deref(), Some("The network"));
            assert!(card.what.unwrap().contains("could not be reached"));
            assert!(card.advice.unwrap().contains(CHARGED));
            stage.page.wake().await;
            stage.page.reload().await;
            stage.page.job(0).await.reaches("unconfirmed").await;
            let submissions = engine.submissions();
            assert_eq!(submissions.len(), 1);
            assert_eq!(submissions[0].request_id.is_some(), accepted);
        });
    }
}
