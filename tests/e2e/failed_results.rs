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
