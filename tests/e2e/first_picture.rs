//! The first thing anybody does: write a prompt, press Generate, look at the picture.

use serde_json::json;

use super::stage::play;

#[test]
fn a_prompt_becomes_a_picture() {
    play(async |stage| {
        let page = &stage.page;
        let card = page.generate_from("a red fox in snow").await.is_done().await;
        assert_eq!(card.name, "a red fox in snow");
        assert_eq!(card.images.len(), 1);
        assert_eq!(card.images[0].alt, "a red fox in snow");
        assert_eq!((card.images[0].width, card.images[0].height), (1024, 768));
        assert!(card.images[0].src.starts_with(&format!("{}/demo/files/", stage.origin)));
        assert!(card.chips.iter().any(|chip| chip == "1024 × 768"), "{card:#?}");
        let seed = card.chips.iter().find_map(|chip| chip.strip_prefix("seed "));
        assert!(seed.is_some_and(|seed| seed.parse::<u64>().is_ok()), "{card:#?}");
        let badge = "return [...document.querySelectorAll('.badge')].filter(shown).map(nameOf)";
        assert_eq!(page.eval(badge, &[]).await, json!(["Demo"]));

        // What was left alone is not sent.
        assert_eq!(stage.only_submission(), json!({ "prompt": "a red fox in snow" }));
        let submission = &stage.engine.submissions()[0];
        assert_eq!(submission.endpoint, "fal-ai/flux/dev");
        assert_eq!(submission.request_id, card.request_id);
    });
}
