//! From what was typed to what is sent: the exact requests and the exact sentences. `random` shows
//! that nothing else can come out of a form than a request its model accepts.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

mod broken;
#[allow(dead_code, reason = "the queue is tested with more of it")]
#[path = "../chance/mod.rs"]
mod chance;
mod collection;
mod conditions;
mod fill;
mod fuzz;
mod groups;
mod odd;
mod payload;
mod random;
mod subject;

use flux_studio::form::{CUSTOM, Draft, Form, Problem, Request};
use flux_studio::schema::{BUNDLED, FIRST, read};
use serde_json::{Value, json};

use crate::subject::matches;

fn draft_of(entries: &[(&str, &str)]) -> Draft {
    let mut draft = Draft::new();
    for (path, text) in entries {
        draft.insert(path, *text);
    }
    draft
}

fn checked(form: &Form, draft: &Draft) -> Result<Request, Vec<Problem>> {
    form.check(draft)
}

fn flux() -> Form {
    Form::new(&read(FIRST).unwrap().0, matches)
}

fn image_to_image() -> Form {
    let text = std::fs::read_to_string(format!("public/{}", BUNDLED[1].path)).unwrap();
    Form::new(&read(&text).unwrap().0, matches)
}

/// What a draft with a prompt sends besides it, character for character.
fn sends(entries: &[(&str, &str)], expected: &str) {
    let mut draft = draft_of(&[("prompt", "x")]);
    draft.extend(draft_of(entries));
    let request = checked(&flux(), &draft).unwrap_or_else(|p| panic!("{entries:?}: {p:?}"));
    let rest = if expected.is_empty() { String::new() } else { format!(",{expected}") };
    assert_eq!(request.to_json(), format!(r#"{{"prompt":"x"{rest}}}"#), "{entries:?}");
}

/// The sentences a draft is refused with.
fn refuses(form: &Form, entries: &[(&str, &str)], expected: &[&str]) {
    let problems = checked(form, &draft_of(entries)).expect_err(&format!("{entries:?}"));
    let sentences: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(sentences, expected, "{entries:?}");
}

#[test]
fn each_field_is_sent_as_its_kind_of_value() {
    sends(&[], "");
    sends(&[("image_size", "square_hd")], r#""image_size":"square_hd""#);
    sends(
        &[("image_size", "square_hd"), ("image_size.width", "64")],
        r#""image_size":"square_hd""#,
    );
    sends(&[("image_size", CUSTOM)], r#""image_size":{}"#);
    sends(
        &[("image_size.height", "768"), ("image_size", CUSTOM), ("image_size.width", "1 024")],
        r#""image_size":{"width":1024,"height":768}"#,
    );
    sends(
        &[("image_size", CUSTOM), ("image_size.width", "14142")],
        r#""image_size":{"width":14142}"#,
    );
    sends(&[("num_inference_steps", "1")], r#""num_inference_steps":1"#);
    sends(&[("num_inference_steps", "50.0")], r#""num_inference_steps":50"#);
    sends(&[("num_inference_steps", "1e1")], r#""num_inference_steps":10"#);
    sends(&[("guidance_scale", "20")], r#""guidance_scale":20"#);
    sends(&[("guidance_scale", " 1,5 ")], r#""guidance_scale":1.5"#);
    sends(
        &[("sync_mode", "true"), ("enable_safety_checker", "false")],
        r#""sync_mode":true,"enable_safety_checker":false"#,
    );
    sends(&[("num_images", "4")], r#""num_images":4"#);
    sends(
        &[("output_format", "png"), ("acceleration", "high")],
        r#""output_format":"png","acceleration":"high""#,
    );
    // Everything at once goes in the order of the form, not of the typing.
    sends(
        &[("acceleration", "none"), ("seed", "7"), ("num_images", "1"), ("guidance_scale", "3.5")],
        r#""seed":7,"guidance_scale":3.5,"num_images":1,"acceleration":"none""#,
    );
    // What no field is for is not sent, unless it is kept as such.
    sends(&[("strength", "1"), ("image_size.depth", "1"), ("", "1")], "");
    sends(&[("|+", r#"{"strength":1}"#)], r#""strength":1"#);
}

#[test]
fn nothing_and_zero_are_not_the_same() {
    for name in [
        "num_inference_steps",
        "seed",
        "guidance_scale",
        "num_images",
        "image_size",
        "sync_mode",
        "acceleration",
    ] {
        sends(&[(name, "")], "");
        sends(&[(name, " \n ")], "");
    }
    sends(&[("seed", "0")], r#""seed":0"#);
    sends(&[("sync_mode", "false")], r#""sync_mode":false"#);
    sends(&[("image_size", CUSTOM), ("image_size.width", "")], r#""image_size":{}"#);
}

#[test]
fn text_is_sent_as_it_was_typed() {
    for prompt in [
        "  a fox\n\tin snow ",
        "\"};alert(1)//",
        "ein Füchschen 🦊\u{0}",
        "null",
        "true",
        "7",
        "data:",
    ] {
        let request = checked(&flux(), &draft_of(&[("prompt", prompt)])).unwrap();
        let sent: Value = serde_json::from_str(&request.to_json()).unwrap();
        assert_eq!(sent, json!({ "prompt": prompt }));
    }
}

#[test]
fn a_seed_keeps_every_digit() {
    for seed in [
        "1",
        "-1",
        "9007199254740993",
        "9223372036854775808",
        "18446744073709551615",
        "-9223372036854775808",
    ] {
        sends(&[("seed", seed)], &format!(r#""seed":{seed}"#));
    }
    sends(&[("seed", "18 446 744 073 709 551 615")], r#""seed":18446744073709551615"#);
    for seed in ["18446744073709551616", "-9223372036854775809", &"1".repeat(60)] {
        sends(&[("seed", seed)], &format!(r#""seed":{seed}"#));
    }
}

#[test]
fn what_is_wrong_is_said_in_a_sentence() {
    for (path, text, expected) in [
        ("prompt", "", "Prompt is required."),
        ("prompt", " \n\t", "Prompt is required."),
        ("num_inference_steps", "0", "Num Inference Steps must be at least 1."),
        ("num_inference_steps", "51", "Num Inference Steps must be at most 50."),
        ("num_inference_steps", "28.5", "Num Inference Steps must be a whole number."),
        ("num_inference_steps", "1e2", "Num Inference Steps must be at most 50."),
        ("num_inference_steps", "1e-1", "Num Inference Steps must be a whole number."),
        ("num_images", "-", "Num Images must be a whole number."),
        ("seed", "lucky", "Seed must be a whole number."),
        ("guidance_scale", "0.99", "Guidance scale (CFG) must be at least 1."),
        ("guidance_scale", "20,01", "Guidance scale (CFG) must be at most 20."),
        ("guidance_scale", "1.000,5", "Guidance scale (CFG) must be a number."),
        ("guidance_scale", "NaN", "Guidance scale (CFG) must be a number."),
        ("guidance_scale", "1e999", "Guidance scale (CFG) must be a number."),
        ("image_size", "Square", "Image Size must be one of the choices."),
        ("image_size.width", "0", "Width must be more than 0."),
        ("image_size.height", "14143", "Height must be at most 14142."),
        ("output_format", "gif", "Output Format must be one of the choices."),
        ("image_url", "", "Image Url is required."),
        ("image_url", "fox.png", "Image Url must be an https URL or a file."),
        ("image_url", "javascript:alert(1)", "Image Url must be an https URL or a file."),
        ("strength", "0", "Strength must be at least 0.01."),
    ] {
        let form =
            [flux(), image_to_image()].into_iter().find(|form| form.at(path).is_some()).unwrap();
        let good = [("prompt", "x"), ("image_url", "https://a.example/b.png")];
        let mut draft = draft_of(&good);
        if path.contains('.') {
            draft.insert("image_size", CUSTOM);
        }
        draft.insert(path, text);
        let entries: Vec<(&str, &str)> =
            draft.iter().map(|(key, entry)| (key, entry.as_str())).collect();
        refuses(&form, &entries, &[expected]);
        // The field by itself says the same, and only that field.
        let field = form.at(path).unwrap();
        let what = form.problem(&field, draft.entry(path)).unwrap();
        assert_eq!(format!("{} {what}.", field.title), expected);
    }
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_form() {
    refuses(
        &flux(),
        &[("num_images", "9"), ("image_size", CUSTOM), ("image_size.height", "x"), ("seed", "y")],
        &[
            "Prompt is required.",
            "Height must be a whole number.",
            "Seed must be a whole number.",
            "Num Images must be at most 4.",
        ],
    );
}
