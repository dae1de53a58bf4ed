//! Pictures from this device in an image-to-image model: picked, dropped, pasted, refused, or given as a URL.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use thirtyfour::Key;

use super::bytes::{base64, data_uri, junk, picture};
use super::page::Page;
use super::stage::{Stage, play};

/// Chooses the image-to-image model and waits for its form.
pub async fn choose_image_to_image(page: &Page) {
    page.press("Model").await;
    let list = page.find("listbox", "Models").await;
    let script = "return [...arguments[0].querySelectorAll('[role=option]')].map(nameOf)";
    let names = page.eval(script, &[list.to_json().unwrap()]).await;
    let names: Vec<&str> = names.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let name = names
        .iter()
        .find(|name| name.to_lowercase().contains("image to image") || name.contains("mage-to-"));
    let name = name.unwrap_or_else(|| panic!("no image-to-image model among {names:?}"));
    page.click("option", name).await;
    page.control("image_url", "[type=file]").await;
}

/// Hands a file to the picker.
pub async fn pick(page: &Page, path: &Path) {
    let picker = page.find("file", "Image Url").await;
    picker.send_keys(path.to_string_lossy().as_ref()).await.unwrap();
}

/// Waits for the preview of a picture of this width.
pub async fn previewed(page: &Page, width: u32) {
    let script = "const image = find('img', 'Preview of the chosen file');
        return !!image && image.complete && image.naturalWidth === arguments[0]";
    page.until_true("the preview", script, &[json!(width)]).await;
}

/// Lets an event with a file in its hands happen at the file field.
async fn hand_over(page: &Page, event: &str, path: &Path) {
    let script = r#"
        const bytes = Uint8Array.from(atob(arguments[1]), (letter) => letter.charCodeAt(0));
        const hands = new DataTransfer();
        hands.items.add(new File([bytes], arguments[2], { type: 'image/png' }));
        const options = { bubbles: true, cancelable: true };
        const event = arguments[0] === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: hands, ...options })
            : new DragEvent(arguments[0], { dataTransfer: hands, ...options });
        find('file', 'Image Url').dispatchEvent(event);
        return event.defaultPrevented"#;
    let bytes = base64(&fs::read(path).unwrap());
    let name = path.file_name().unwrap().to_string_lossy();
    let taken = page.eval(script, &[json!(event), json!(bytes), json!(name)]).await;
    assert_eq!(taken, true, "the page takes the {event} for itself");
}

async fn submitted_picture(stage: &Stage) -> String {
    let card = stage.page.generate().await.is_done().await;
    let submissions = stage.engine.submissions();
    let submission = submissions.last().expect("a submit");
    assert_eq!(submission.endpoint, "fal-ai/flux/dev/image-to-image");
    assert_eq!(submission.request_id, card.request_id);
    submission.input["image_url"].as_str().expect("a text").to_owned()
}

#[test]
fn a_picked_picture_is_sent_byte_for_byte() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite as a watercolour").await;
        choose_image_to_image(page).await;
        assert_eq!(page.entry("prompt").await, "a kite as a watercolour", "the prompt comes along");
        let path = picture(&stage.files, "kite.png", 96, 64);
        pick(page, &path).await;
        previewed(page, 96).await;
        let facts = "return [...document.querySelector('.file__facts').children].map(spoken)";
        let uri = data_uri(&path);
        let size = match uri.len() {
            length @ ..1024 => format!("{length} bytes as sent"),
            length => format!("{} KiB as sent", length / 1024),
        };
        assert_eq!(page.eval(facts, &[]).await, json!(["kite.png", size]));
        page.fill("num_inference_steps", "10").await;
        page.fill("strength", "0.4").await;
        assert_eq!(submitted_picture(stage).await, uri);
        let input = json!({ "image_url": uri, "prompt": "a kite as a watercolour", "strength": 0.4, "num_inference_steps": 10 });
        assert_eq!(stage.only_submission(), input);
        let card = page.job(0).await.card().await;
        assert_eq!((card.images[0].width, card.images[0].height), (1248, 832));

        page.press("Remove Image Url").await;
        page.press("Generate").await;
        page.find("alert", "Problems").await;
        assert!(page.complaint("image_url").await.unwrap().contains("Image Url is required."));
        assert_eq!(stage.engine.submissions().len(), 1);
    });
}

#[test]
fn a_picked_picture_is_there_again_when_its_model_is_and_the_focus_stays_with_the_field() {
    play(async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        pick(page, &picture(&stage.files, "kite.png", 96, 64)).await;
        previewed(page, 96).await;
        let long = "a kite ".repeat(3000);
        let prompt = page.control("prompt", "").await;
        page.insert(&prompt, &long).await;
        page.press("Model").await;
        page.click("option", "FLUX.1 [dev]").await;
        page.shows_model("FLUX.1 [dev]").await;
        assert_eq!(page.entry("prompt").await, long);
        choose_image_to_image(page).await;
        previewed(page, 96).await;
        assert_eq!(page.entry("prompt").await, long);
        // What had the focus is gone with the file.
        page.press("Remove Image Url").await;
        page.until_focused("image_url").await;
    });
}

#[test]
fn a_picture_can_be_dropped_or_pasted() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite from elsewhere").await;
        choose_image_to_image(page).await;
        page.fill("num_inference_steps", "10").await;
        for (event, width) in [("drop", 40), ("paste", 48)] {
            let path = picture(&stage.files, &format!("{event}.png"), width, 32);
            hand_over(page, event, &path).await;
            previewed(page, width).await;
            assert_eq!(submitted_picture(stage).await, data_uri(&path), "{event}");
        }
    });
}

#[test]
fn what_is_no_picture_is_refused_and_everything_else_stays() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite that stays").await;
        choose_image_to_image(page).await;
        page.fill("seed", "5").await;
        let good = picture(&stage.files, "good.png", 64, 64);
        pick(page, &good).await;
        previewed(page, 64).await;
        for (path, part) in [
            (junk(&stage.files, "notes.txt", 10), "“notes.txt” is not an image."),
            (
                junk(&stage.files, "large.png", 7_864_321),
                "“large.png” is too large: at most 7.5 MiB can be sent.",
            ),
            (junk(&stage.files, "limit.png", 7_864_320), "“limit.png” could not be read"),
            (junk(&stage.files, "garbage.png", 500), "“garbage.png” could not be read"),
            (junk(&stage.files, "empty.png", 0), "“empty.png” could not be read"),
        ] {
            pick(page, &path).await;
            let told =
                async || page.complaint("image_url").await.filter(|said| said.contains(part));
            page.until(&format!("the sentence {part:?}"), told).await;
            assert_eq!(page.entry("prompt").await, "a kite that stays");
            assert_eq!(page.entry("seed").await, "5");
        }
        assert!(stage.engine.submissions().is_empty());
        // The picture that was there before is still the one that is sent.
        previewed(page, 64).await;
        assert_eq!(submitted_picture(stage).await, data_uri(&good));
    });
}

#[test]
fn a_url_is_sent_as_it_stands() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "a kite by address").await;
        choose_image_to_image(page).await;
        let url = page.find("textbox", "Image Url URL").await;
        page.write(&url, "kite.png").await;
        page.press("Generate").await;
        page.find("alert", "Problems").await;
        assert!(
            page.complaint("image_url").await.unwrap().contains("must be an https URL or a file")
        );
        assert!(stage.engine.submissions().is_empty());

        page.write(&url, "https://pictures.example/kite.png?size=large&x=%20#top").await;
        url.send_keys(Key::Tab).await.unwrap();
        let left = url.value().await.unwrap().unwrap_or_default();
        assert_eq!(left, "https://pictures.example/kite.png?size=large&x=%20#top");
        let job = page.generate().await;
        // The demo engine opens no connections, and says so as a model would.
        let card = job.reaches("failed").await;
        let address = "https://pictures.example/kite.png?size=large&x=%20#top";
        assert_eq!(
            stage.only_submission(),
            json!({ "image_url": address, "prompt": "a kite by address" })
        );
        assert_eq!(card.side.as_deref(), Some("The model"));
        assert!(
            card.fields[0].starts_with("image_url: The demo engine does not fetch"),
            "{card:#?}"
        );
        job.press("Show field").await;
        page.until_focused("image_url").await;
    });
}
