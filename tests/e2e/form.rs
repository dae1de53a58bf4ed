//! The form before it is sent: defaults, limits, what is wrong and where, and the way back.

use serde_json::json;
use thirtyfour::Key;

use super::page::Page;
use super::stage::play;

async fn placeholder(page: &Page, path: &str) -> String {
    let control = page.control(path, ":not([type=range])").await;
    control.attr("placeholder").await.unwrap().unwrap_or_default()
}

async fn is_on(page: &Page, path: &str) -> bool {
    page.control(path, "").await.is_selected().await.unwrap()
}

/// Waits until a field is complained about, or until it is not.
async fn until_complaint(page: &Page, path: &str, wrong: bool) -> String {
    let look = async || {
        let complaint = page.complaint(path).await;
        (complaint.is_some() == wrong).then(|| complaint.unwrap_or_default())
    };
    page.until(&format!("{path} to be complained about: {wrong}"), look).await
}

#[test]
fn defaults_are_shown_without_being_set() {
    play(async |stage| {
        let page = &stage.page;
        for (path, default) in
            [("num_inference_steps", "28"), ("guidance_scale", "3.5"), ("num_images", "1")]
        {
            assert_eq!(page.entry(path).await, "", "{path}");
            assert_eq!(placeholder(page, path).await, default, "{path}");
            let slider = page.control(path, "[type=range]").await;
            assert_eq!(slider.value().await.unwrap().as_deref(), Some(default), "{path}");
        }
        for (path, default) in
            [("image_size", "landscape_4_3"), ("output_format", "jpeg"), ("acceleration", "none")]
        {
            assert_eq!(page.chosen(path).await.as_deref(), Some(default), "{path}");
        }
        assert!(!is_on(page, "sync_mode").await);
        assert!(is_on(page, "enable_safety_checker").await);
        let set = "return [...document.querySelectorAll('button')].filter(shown).map(nameOf)
            .filter((name) => name.startsWith('Clear '))";
        assert_eq!(
            page.eval(set, &[]).await,
            json!([]),
            "nothing is set, so nothing can be cleared"
        );
    });
}

#[test]
fn a_value_out_of_bounds_is_told_at_once_and_never_sent() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a bounded kite").await;
        for (path, wrong, sentence, right) in [
            ("num_inference_steps", "51", "Num Inference Steps must be at most 50.", "50"),
            ("num_inference_steps", "0", "Num Inference Steps must be at least 1.", "1"),
            ("num_inference_steps", "2.5", "Num Inference Steps must be a whole number.", "2"),
            ("guidance_scale", "20.5", "Guidance scale (CFG) must be at most 20.", "20"),
            ("num_images", "5", "Num Images must be at most 4.", "4"),
            ("seed", "twelve", "Seed must be a whole number.", "12"),
        ] {
            page.fill(path, wrong).await;
            let complaint = until_complaint(page, path, true).await;
            assert!(complaint.contains(sentence), "{path} {wrong}: {complaint:?}");
            page.press("Generate").await;
            page.find("alert", "Problems").await;
            page.fill(path, right).await;
            until_complaint(page, path, false).await;
        }
        assert_eq!(page.count_jobs().await, 0);
        page.generate().await.is_done().await;
        let sent = json!({ "prompt": "a bounded kite", "num_inference_steps": 2, "seed": 12, "guidance_scale": 20, "num_images": 4 });
        assert_eq!(stage.only_submission(), sent);
    });
}

#[test]
fn a_custom_size_has_bounds_too() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a wide kite").await;
        page.choose("image_size", "custom").await;
        page.fill("image_size.width", "0").await;
        let complaint = until_complaint(page, "image_size.width", true).await;
        assert!(complaint.contains("Width must be more than 0."), "{complaint}");
        page.press("Generate").await;
        let alert = page.find("alert", "Problems").await;
        let problem =
            page.find_in(Some(&alert), "button", Some("Width must be more than 0.")).await;
        problem.click().await.unwrap();
        assert_eq!(page.focused().await, "image_size.width");
        assert!(stage.engine.submissions().is_empty());
    });
}

#[test]
fn a_missing_prompt_is_led_to() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Generate").await;
        let alert = page.find("alert", "Problems").await;
        page.until_focused("Problems").await;
        page.find_in(Some(&alert), "button", Some("Prompt is required."))
            .await
            .click()
            .await
            .unwrap();
        page.until_focused("prompt").await;
        assert!(page.complaint("prompt").await.unwrap().contains("Prompt is required."));
        assert_eq!(page.count_jobs().await, 0);
        assert!(stage.engine.submissions().is_empty());
        // Blanks are no prompt either.
        page.fill("prompt", "   ").await;
        page.press("Generate").await;
        page.find("alert", "Problems").await;
        page.generate_from("a kite").await.is_done().await;
        assert!(!page.has("alert", "Problems").await);
    });
}

#[test]
fn set_fields_can_be_cleared_one_by_one_and_all_at_once() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("num_inference_steps", "4").await;
        page.fill("seed", "7").await;
        page.choose("output_format", "png").await;
        page.choose("image_size", "custom").await;
        for title in ["Num Inference Steps", "Image Size"] {
            page.press(&format!("Clear {title}")).await;
        }
        assert_eq!(page.entry("num_inference_steps").await, "");
        assert_eq!(page.chosen("image_size").await.as_deref(), Some("landscape_4_3"));
        page.generate_from("a cleared kite").await.is_done().await;
        let input = json!({ "prompt": "a cleared kite", "seed": 7, "output_format": "png" });
        assert_eq!(stage.only_submission(), input);

        page.press("Reset settings").await;
        assert_eq!(page.entry("prompt").await, "a cleared kite");
        let job = page.generate().await;
        job.is_done().await;
        assert_eq!(stage.engine.submissions()[1].input, json!({ "prompt": "a cleared kite" }));
    });
}

#[test]
fn what_was_set_survives_a_reload() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite\nin two lines").await;
        page.choose("image_size", "custom").await;
        page.fill("image_size.width", "320").await;
        page.fill("seed", "99").await;
        page.control("enable_safety_checker", "").await.click().await.unwrap();
        page.choose("acceleration", "regular").await;
        page.reload().await;
        assert_eq!(page.entry("prompt").await, "a kite\nin two lines");
        assert_eq!(page.chosen("image_size").await.as_deref(), Some("custom"));
        assert_eq!(page.entry("image_size.width").await, "320");
        assert_eq!(page.entry("seed").await, "99");
        assert!(!is_on(page, "enable_safety_checker").await);
        assert_eq!(page.chosen("acceleration").await.as_deref(), Some("regular"));
        assert!(page.complaint("prompt").await.is_none());
    });
}

#[test]
fn a_slider_and_its_number_are_one_value() {
    play(async |stage| {
        let page = &stage.page;
        let slider = page.find("slider", "Num Inference Steps slider").await;
        slider.send_keys(Key::Right + Key::Right).await.unwrap();
        let entry = async || (page.entry("num_inference_steps").await == "30").then_some(());
        page.until("the number to follow", entry).await;
        page.fill("num_inference_steps", "12").await;
        assert_eq!(slider.value().await.unwrap().as_deref(), Some("12"));
        slider.send_keys(Key::Home).await.unwrap();
        assert_eq!(page.entry("num_inference_steps").await, "1");
    });
}

#[test]
fn seeds_are_thrown_and_taken_from_the_last_result() {
    play(async |stage| {
        let page = &stage.page;
        page.press("Randomise").await;
        let thrown = async || Some(page.entry("seed").await).filter(|seed| !seed.is_empty());
        let thrown = page.until("a seed", thrown).await;
        assert!(thrown.parse::<u32>().is_ok(), "{thrown}");
        page.press("Clear Seed").await;
        let card = page.generate_from("a lucky kite").await.is_done().await;
        page.press("Reuse last seed").await;
        assert!(card.chips.contains(&format!("seed {}", page.entry("seed").await)), "{card:#?}");
        // The same seed with the same settings is the same picture.
        let again = page.generate().await.is_done().await;
        assert_eq!(
            stage.engine.submissions()[1].input["seed"].to_string(),
            page.entry("seed").await
        );
        assert_eq!(card.chips[1], again.chips[1]);
    });
}
