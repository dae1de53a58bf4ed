//! A program whose request fails says what the answer said and ends with an error, also behind a proxy
//! that turns every status into 200.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::json;

use crate::interpreter::INTERPRETERS;
use crate::{NASTY, Server};

/// Lets a request fail in every interpreter and expects a word of the answer.
fn fails(input: &str, phase: Phase, fault: impl Fn() -> Option<Fault>, flatten: bool, word: &str) {
    for interpreter in INTERPRETERS {
        let server = Server::start();
        if let Some(fault) = fault() {
            server.engine.fault(phase, fault, Times::Always);
        }
        if flatten {
            for phase in [Phase::Submit, Phase::Status, Phase::Result] {
                server.engine.fault(phase, Fault::flattened(), Times::Always);
            }
        }
        let program = server.program(interpreter.language, "fal-ai/flux/dev", input);
        let Some(ran) = interpreter.run(&program) else { continue };
        let name = interpreter.name;
        assert!(!ran.success, "{name} ends well: {}", ran.stdout);
        assert_eq!(ran.stdout, "", "{name}");
        assert!(ran.stderr.contains(word), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_refused_submit_is_shown() {
    for flatten in [false, true] {
        fails(NASTY, Phase::Submit, || Some(Fault::locked()), flatten, "Exhausted balance");
        fails(NASTY, Phase::Submit, || Some(Fault::proxy_unauthorized()), flatten, "Unauthorized");
    }
}

#[test]
fn a_page_in_place_of_an_answer_is_shown() {
    let page = || Some(Fault::answer(200, "text/html", "<!doctype html><title>Shop</title>"));
    fails(NASTY, Phase::Submit, page, false, "Shop");
    fails(NASTY, Phase::Status, page, false, "Shop");
}

#[test]
fn a_job_that_is_gone_ends_the_waiting() {
    let gone = || Some(Fault::json(404, &json!({"status": "NOT_FOUND"})));
    for flatten in [false, true] {
        fails(NASTY, Phase::Status, gone, flatten, "NOT_FOUND");
    }
}

#[test]
fn a_failed_result_is_shown() {
    let input = r#"{"prompt": "a red fox", "num_inference_steps": 4000}"#;
    for flatten in [false, true] {
        fails(input, Phase::Result, || None, flatten, "num_inference_steps");
    }
}
