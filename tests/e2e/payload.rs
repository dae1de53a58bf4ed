//! What stands in the form is what fal gets: every field, every preset, every digit.

use serde_json::{Value, json};

use super::stage::play;

#[test]
fn every_field_reaches_the_payload() {
    play(async |stage| {
        let page = &stage.page;
        page.choose("image_size", "portrait_16_9").await;
        page.fill("num_inference_steps", "3").await;
        page.fill("seed", "18446744073709551615").await;
        page.fill("guidance_scale", "7.5").await;
        page.control("sync_mode", "").await.click().await.unwrap();
        page.fill("num_images", "2").await;
        page.control("enable_safety_checker", "").await.click().await.unwrap();
        page.choose("output_format", "png").await;
        page.choose("acceleration", "high").await;
        let prompt = "“Quotes”, a \\ backslash, ümläuts and 🦊";
        let card = page.generate_from(prompt).await.is_done().await;
        let expected = json!({
            "prompt": prompt,
            "image_size": "portrait_16_9",
            "num_inference_steps": 3,
            "seed": u64::MAX,
            "guidance_scale": 7.5,
            "sync_mode": true,
            "num_images": 2,
            "enable_safety_checker": false,
            "output_format": "png",
            "acceleration": "high",
        });
        assert_eq!(stage.only_submission(), expected);
        let raw = &stage.engine.submissions()[0].raw;
        assert!(raw.contains("\"seed\":18446744073709551615,"), "{raw}");

        // And back: the answer's seed has all its digits too.
        assert!(card.chips.contains(&"seed 18446744073709551615".to_owned()), "{card:#?}");
        let sizes: Vec<_> = card.images.iter().map(|image| (image.width, image.height)).collect();
        assert_eq!(sizes, [(576, 1024), (576, 1024)]);
        assert!(card.images.iter().all(|image| image.alt == prompt));
    });
}

#[test]
fn every_size_is_drawn_as_chosen() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("num_inference_steps", "1").await;
        let presets = [
            ("square_hd", (1024, 1024)),
            ("square", (512, 512)),
            ("portrait_4_3", (768, 1024)),
            ("portrait_16_9", (576, 1024)),
            ("landscape_4_3", (1024, 768)),
            ("landscape_16_9", (1024, 576)),
        ];
        let mut rows: Vec<(Value, (u32, u32))> = Vec::new();
        for (literal, size) in presets {
            page.choose("image_size", literal).await;
            page.generate_from(literal).await;
            rows.push((json!(literal), size));
        }
        // A size of one's own starts from the preset before it.
        page.choose("image_size", "custom").await;
        assert_eq!(page.entry("image_size.width").await, "1024");
        assert_eq!(page.entry("image_size.height").await, "576");
        page.fill("image_size.width", "640").await;
        page.fill("image_size.height", "384").await;
        page.generate_from("custom").await;
        rows.push((json!({ "width": 640, "height": 384 }), (640, 384)));

        for (number, (value, size)) in rows.into_iter().enumerate() {
            let card = page.job(number).await.is_done().await;
            assert_eq!((card.images[0].width, card.images[0].height), size, "{value}");
            let submission = &stage.engine.submissions()[number];
            assert_eq!(submission.input["image_size"], value);
            assert_eq!(submission.input["prompt"], card.name);
        }
    });
}

#[test]
fn numbers_keep_the_form_in_which_they_are_exact() {
    play(async |stage| {
        let page = &stage.page;
        let rows = [
            ("0", "seed", "0"),
            ("-5", "seed", "-5"),
            ("9007199254740993", "seed", "9007199254740993"),
            ("28.0", "num_inference_steps", "28"),
            ("1", "guidance_scale", "1"),
            ("2.75", "guidance_scale", "2.75"),
        ];
        stage.engine.hold();
        for (number, (typed, path, sent)) in rows.into_iter().enumerate() {
            page.fill(path, typed).await;
            page.generate_from("numbers").await.reaches("queued").await;
            let raw = stage.engine.submissions()[number].raw.clone();
            let there = [format!("\"{path}\":{sent},"), format!("\"{path}\":{sent}}}")];
            assert!(there.iter().any(|text| raw.contains(text)), "{typed}: {raw}");
        }
        stage.engine.release();
    });
}
