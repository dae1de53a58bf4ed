//! What models other than those that draw answer: each part of a result in a viewer that fits, in the order
//! of the answer, and nothing hostile in a link.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::bytes::base64;
use super::jobs::Job;
use super::stage::{Stage, play};

/// What a result is shown as, part by part: tag and accessible name.
const SHOWN: &str = "
    const parts = jobs()[0].querySelector('.pictures').children;
    const label = (part) => {
        if (part.matches('p')) return ['refused', tidy(part.textContent).slice(0, 24)];
        if (part.matches('details')) return ['json', tidy(part.querySelector('summary').textContent)];
        if (part.matches('[role=group]')) return ['text', nameOf(part)];
        const player = part.querySelector('img, video, audio');
        return player
            ? [player.tagName.toLowerCase(), nameOf(player)]
            : ['file', tidy(part.querySelector('b').textContent)];
    };
    return [...parts].map(label)";

/// Half a second of silence as a WAV file in a data URI.
fn silence() -> String {
    let samples = vec![128_u8; 4_000];
    let size = u32::try_from(samples.len()).unwrap();
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + size).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1, 0, 1, 0]);
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend(8_000_u32.to_le_bytes());
    wav.extend([1, 0, 8, 0]);
    wav.extend(b"data");
    wav.extend(size.to_le_bytes());
    wav.extend(samples);
    format!("data:audio/wav;base64,{}", base64(&wav))
}

/// Lets the model answer this, and waits until the page has it.
async fn answered<'s>(stage: &'s Stage, prompt: &str, mut body: Value, times: Times) -> Job<'s> {
    // A name among the outputs of the model's document tells that this is a result.
    body.as_object_mut().unwrap().entry("seed").or_insert(json!(1));
    stage.engine.fault(Phase::Result, Fault::json(200, &body), times);
    let job = stage.page.generate_from(prompt).await;
    job.reaches("done").await;
    job
}

#[test]
fn every_part_of_an_answer_has_a_fitting_viewer() {
    play(async |stage| {
        // What is still loading has neither been played nor been lost.
        stage.engine.fault(Phase::File, Fault::hang(), Times::Always);
        let at = |name: &str| format!("{}/demo/files/x/{name}", stage.origin);
        let body = json!({
            "video": { "url": at("kite"), "content_type": "video/mp4", "width": 64, "height": 36 },
            "audio": { "url": at("wind.mp3"), "content_type": null },
            "caption": "A kite\nin the wind",
            "model_urls": {
                "glb": { "url": at("kite.glb"), "file_name": "kite.glb", "file_size": 2048 },
                "obj": null
            },
            "frames": [at("1.png"), at("2.png")],
            "boxes": [[1, 2, 3, 4]],
            "is_safe": true,
            "tokens": 52,
            "prompt": "a kite"
        });
        let job = answered(stage, "a kite", body, Times::Once).await;
        let expected = json!([
            ["video", "a kite"],
            ["audio", "a kite"],
            ["text", "Caption"],
            ["file", "kite.glb"],
            ["img", "a kite"],
            ["img", "a kite"],
            ["json", "Boxes"],
        ]);
        assert_eq!(stage.page.eval(SHOWN, &[]).await, expected);
        let card = job.card().await;
        for fact in ["64 × 36", "Is safe: true", "Tokens: 52"] {
            assert!(card.chips.iter().any(|chip| chip == fact), "{fact} in {card:#?}");
        }
        let players = "return [...jobs()[0].querySelectorAll('video, audio')].map(
            (player) => [player.controls, player.preload, player.autoplay])";
        let quiet = json!([true, "metadata", false]);
        assert_eq!(stage.page.eval(players, &[]).await, json!([quiet, quiet]));
        let links = "return [...jobs()[0].querySelectorAll('a')].map((a) => [a.target, a.rel])";
        let link = json!(["_blank", "noopener noreferrer"]);
        let links = stage.page.eval(links, &[]).await;
        assert_eq!(links, Value::from(vec![link; 5]));
        // All of it is there after a reload, without asking for the result again.
        stage.page.reload().await;
        stage.page.job(0).await.reaches("done").await;
        assert_eq!(stage.page.eval(SHOWN, &[]).await, expected);
    });
}

#[test]
fn what_came_inside_the_answer_is_played_from_a_blob() {
    play(async |stage| {
        let body = json!({ "audio": { "url": silence() } });
        // Once for now, and once after the reload.
        answered(stage, "silence", body, Times::Count(2)).await;
        let ready = "const player = jobs()[0]?.querySelector('audio');
            return !!player && player.src.startsWith('blob:') && player.readyState > 0";
        stage.page.until_true("the sound to be ready", ready, &[]).await;
        stage.page.reload().await;
        stage.page.job(0).await.reaches("done").await;
        stage.page.until_true("the sound to be ready again", ready, &[]).await;
    });
}

#[test]
fn a_player_whose_file_is_gone_says_so() {
    play(async |stage| {
        let url = format!("{}/demo/files/x/gone.mp4", stage.origin);
        let job =
            answered(stage, "a lost film", json!({ "video": { "url": url } }), Times::Once).await;
        let card = job.until("the loss to be told", |card| !card.refused.is_empty()).await;
        assert!(card.refused[0].contains("cannot be played"), "{card:#?}");
    });
}

#[test]
fn an_answer_of_json_alone_is_shown_and_a_text_is_read_whole() {
    play(async |stage| {
        let numbers: Vec<u32> = (0..10_000).collect();
        let body = json!({ "embedding": { "values": numbers } });
        answered(stage, "numbers", body, Times::Once).await;
        let json = "const details = jobs()[0].querySelector('details');
            const text = details.querySelector('pre').textContent;
            return [details.open, text.startsWith('{\\n  \"values\": [\\n    0,'), text.endsWith('…'),
                text.length < 20000]";
        assert_eq!(stage.page.eval(json, &[]).await, json!([true, true, true, true]));

        let story = "Once <b>upon</b> a time\n\nthere was a fox.";
        let job = answered(stage, "a story", json!({ "output": story }), Times::Once).await;
        let shown = "return find('group', 'Output', jobs()[1]).querySelector('pre').textContent";
        assert_eq!(stage.page.eval(shown, &[]).await, story);
        let allowed = json!({
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"], "origin": stage.origin
        });
        stage.page.devtools("Browser.grantPermissions", allowed).await;
        job.press("Copy").await;
        job.until("the copy to be told", |card| card.buttons.contains(&"Copied".to_owned())).await;
        let paste = "const done = arguments[0];
            navigator.clipboard.readText().then(done, (error) => done(String(error)))";
        let pasted = stage.page.browser.execute_async(paste, vec![]).await.unwrap();
        assert_eq!(*pasted.json(), story);
    });
}

#[test]
fn no_hostile_address_becomes_a_link() {
    play(async |stage| {
        let url = "javascript:alert(1)";
        let body = json!({
            "output": { "url": url },
            "video": { "url": "data:text/html,<script>alert(1)</script>" },
            "audio": { "url": "http://example.com/a.mp3" },
            "model_urls": { "glb": { "url": "file:///etc/passwd" } },
            "file_url": url
        });
        let job = answered(stage, "a trap", body, Times::Once).await;
        let card = job.card().await;
        assert_eq!(card.refused.len(), 4, "{card:#?}");
        for (sentence, kind) in card.refused.iter().zip(["file", "video", "sound", "file"]) {
            assert!(sentence.starts_with(&format!("This {kind} is not shown: ")), "{sentence}");
        }
        let reachable =
            "return jobs()[0].querySelectorAll('a, video, audio, img, iframe, object').length";
        assert_eq!(stage.page.eval(reachable, &[]).await, json!(0));
    });
}

#[test]
fn of_very_many_files_some_are_shown_and_the_rest_is_counted() {
    play(async |stage| {
        let file = json!({ "url": format!("{}/demo/files/x/a.zip", stage.origin) });
        let body = json!({ "archives": vec![file; 10_000] });
        let job = answered(stage, "a hoard", body, Times::Once).await;
        let card = job.card().await;
        assert_eq!(card.buttons.iter().filter(|name| *name == "Download").count(), 200);
        let note = "9800 more parts of the answer are not shown.";
        assert_eq!(card.note.as_deref(), Some(note));
    });
}
