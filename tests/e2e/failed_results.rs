//! Jobs that fal itself reports as failed, and pictures that cannot be had or must not be shown.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::stage::play;
use super::table::{Expected, Table};

fn complaint() -> Value {
    json!([{ "loc": ["body", "seed"], "msg": "Odd seeds only", "type": "value_error" }])
}

#[test]
fn a_failed_result_fails_the_job_in_its_own_words() {
    play(async |stage| {
        let mut table = Table::default();
        let machine = json!({ "detail": "gone", "error_type": "runner_disconnected" });
        let startup = json!({ "detail": "late", "error_type": "startup_timeout" });
        let rows = [
            ("422", Fault::unprocessable(&complaint()), "The model", "refused the input"),
            ("500", Fault::server_error(), "fal", "internal error: “Internal Server Error”"),
            (
                "503 of the machine",
                Fault::json(503, &machine),
                "fal",
                "The machine that ran the job",
            ),
            ("504 of the start", Fault::json(504, &startup), "fal", "no free machine"),
        ];
        for (name, fault, side, what) in rows {
            let expected = Expected { state: "failed", side, what, advice: "" };
            table.strike(stage, Phase::Result, name, &[fault], &expected).await;
        }
        table.close();
    });
}

#[test]
fn a_failed_result_whose_status_a_proxy_flattened_fails_the_job_the_same() {
    play(async |stage| {
        let mut table = Table::default();
        for (name, fault, side, what) in [
            ("422 as 200", Fault::unprocessable(&complaint()), "The model", "refused the input"),
            ("500 as 200", Fault::server_error(), "fal", "internal error"),
        ] {
            let expected = Expected { state: "failed", side, what, advice: "" };
            table.strike(stage, Phase::Result, name, &[fault, Fault::flattened()], &expected).await;
        }
        table.close();
    });
}

#[test]
fn what_the_model_refuses_is_named_by_field_with_a_way_there() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.fault(Phase::Result, Fault::unprocessable(&complaint()), Times::Once);
        let job = page.generate_from("a refused kite").await;
        let card = job.reaches("failed").await;
        assert_eq!(card.fields, ["seed: Odd seeds only"]);
        job.press("Show field").await;
        page.until_focused("seed").await;
        assert!(page.complaint("seed").await.unwrap().contains("Odd seeds only"));
        // It is a remark about what was there: it goes with the next key.
        page.fill("seed", "3").await;
        let gone = async || page.complaint("seed").await.is_none().then_some(());
        page.until("the remark to go", gone).await;
    });
}

#[test]
fn a_failure_is_reported_without_the_input_unless_that_is_ticked() {
    play(async |stage| {
        let page = &stage.page;
        let prompt = "a kite that nobody is to hear of";
        let complaint = json!([{
            "loc": ["body", "seed"], "msg": "Input should be at most 20", "type": "less_than_equal",
            "ctx": { "le": 20 }, "input": prompt, "url": "https://docs.fal.ai/errors?about=seeds",
        }]);
        stage.engine.fault(Phase::Result, Fault::unprocessable(&complaint), Times::Once);
        let job = page.generate_from(prompt).await;
        let card = job.reaches("failed").await;
        assert_eq!(card.fields, ["seed: Input should be at most 20"]);
        assert!(card.advice.unwrap().contains("low enough"), "by its kind, not by its words");
        let listen = "navigator.clipboard.writeText = async (text) => { window.copied = text; }";
        page.eval(listen, &[]).await;
        let copied = async |name: &str| {
            job.press(name).await;
            page.find("button", "Report copied").await;
            let text = page.eval("return window.copied", &[]).await;
            text.as_str().expect("a text").to_owned()
        };
        let report = copied("Copy report").await;
        let id = card.request_id.expect("a request");
        for part in
            ["Side: The model", "Status: 422", "Type: less_than_equal", &format!("Request: {id}")]
        {
            assert!(report.contains(part), "{part}: {report}");
        }
        assert!(!report.contains("kite") && !report.contains("about=seeds"), "{report}");

        page.click("checkbox", "Include the input").await;
        let report = copied("Copy report").await;
        assert!(report.contains(&format!("\"prompt\": \"{prompt}\"")), "{report}");
        // It is there after a reload too, and unticked.
        page.reload().await;
        page.eval(listen, &[]).await;
        page.find("button", "Copy report").await;
        let report = copied("Copy report").await;
        assert!(report.contains("\"msg\":\"Input should be at most 20\""), "{report}");
        assert!(!report.contains("kite"), "{report}");
    });
}
