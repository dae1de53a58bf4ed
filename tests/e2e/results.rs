//! Pictures once they are there: covered when flagged, refused when their address is not one to open,
//! saved as they are.

use std::fs;
use std::path::PathBuf;

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::json;

use super::bytes::base64;
use super::stage::{Stage, play};

/// Waits for the one file in the download folder, and takes it.
async fn downloaded(stage: &Stage) -> (String, Vec<u8>) {
    let look = async || {
        let files: Vec<PathBuf> =
            fs::read_dir(&stage.downloads).ok()?.flatten().map(|entry| entry.path()).collect();
        let [file] = files.as_slice() else { return None };
        let name = file.file_name()?.to_string_lossy().into_owned();
        let is_partial = name.ends_with(".crdownload") || name.starts_with('.');
        (!is_partial).then(|| file.clone())
    };
    let path = stage.page.until("a downloaded file", look).await;
    let bytes = fs::read(&path).expect("the downloaded file");
    fs::remove_file(&path).expect("a file to remove");
    (path.file_name().unwrap().to_string_lossy().into_owned(), bytes)
}

/// The bytes behind an address as the page gets them, in base64.
async fn served(stage: &Stage, url: &str) -> String {
    let script = "const [url, done] = arguments;
        fetch(url).then((answer) => answer.blob()).then((blob) => {
            const reader = new FileReader();
            reader.onload = () => done(reader.result.split(',')[1]);
            reader.readAsDataURL(blob);
        }).catch((error) => done(String(error)))";
    let answer = stage.page.browser.execute_async(script, vec![json!(url)]).await;
    answer.unwrap().json().as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_flagged_picture_is_covered_until_it_is_asked_for() {
    play(async |stage| {
        let job = stage.page.generate_from("a nude statue").await;
        let card = job.is_done().await;
        assert_eq!(card.covered, 1, "{card:#?}");
        assert!(!card.buttons.contains(&"Download".to_owned()), "{card:#?}");
        let blurred =
            "return getComputedStyle(jobs()[0].querySelector('img')).filter.includes('blur')";
        assert_eq!(stage.page.eval(blurred, &[]).await, true);
        job.press("Show").await;
        let card = job.until("the picture to be uncovered", |card| card.covered == 0).await;
        assert!(card.buttons.contains(&"Download".to_owned()), "{card:#?}");
        stage
            .page
            .until_true(
                "no blur",
                "return getComputedStyle(jobs()[0].querySelector('img')).filter === 'none'",
                &[],
            )
            .await;
        // Without the checker nothing is flagged.
        stage.page.control("enable_safety_checker", "").await.click().await.unwrap();
        let card = stage.page.generate().await.is_done().await;
        assert_eq!(card.covered, 0);
    });
}

#[test]
fn a_picture_behind_a_forbidden_address_is_not_opened() {
    play(async |stage| {
        let addresses = [
            "http://example.com/x.png",
            "javascript:alert(1)",
            "data:text/html,<script>alert(1)</script>",
            "//example.com/x.png",
            "file:///etc/passwd",
        ];
        let images: Vec<_> =
            addresses.iter().map(|url| json!({ "url": url, "width": 8, "height": 8 })).collect();
        let answer = Fault::json(200, &json!({ "images": images, "seed": 1 }));
        stage.engine.fault(Phase::Result, answer, Times::Once);
        let card = stage.page.generate_from("an address book").await.is_done().await;
        assert!(card.images.is_empty(), "{card:#?}");
        assert_eq!(card.refused.len(), addresses.len(), "{card:#?}");
        for (sentence, address) in card.refused.iter().zip(addresses) {
            assert!(
                sentence.contains("not shown: its address is neither https nor on this computer")
            );
            assert!(sentence.contains(&address[..16]), "{sentence}");
        }
        assert!(!card.buttons.contains(&"Download".to_owned()), "{card:#?}");
        stage.page.reload().await;
        let after = stage.page.job(0).await.card().await;
        assert_eq!(after.refused, card.refused, "nor after a reload");
    });
}

#[test]
fn what_cannot_be_loaded_or_is_not_there_is_said() {
    play(async |stage| {
        stage.engine.fault(Phase::File, Fault::not_found(), Times::Always);
        let job = stage.page.generate_from("a lost kite").await;
        job.reaches("done").await;
        let card = job.until("the loss to be told", |card| !card.refused.is_empty()).await;
        assert!(card.refused[0].contains("can no longer be loaded"), "{card:#?}");
        stage.engine.clear_faults();
        let nothing = Fault::json(200, &json!({ "images": [], "seed": 1 }));
        stage.engine.fault(Phase::Result, nothing, Times::Once);
        let card = stage.page.generate_from("no kite").await.is_done().await;
        assert_eq!(card.note.as_deref(), Some("The model answered without a result."));
    });
}

#[test]
fn a_download_is_the_served_file_under_a_telling_name() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("seed", "77").await;
        page.choose("image_size", "square").await;
        for (number, (format, extension, magic)) in
            [("jpeg", "jpg", &b"\xff\xd8\xff"[..]), ("png", "png", b"\x89PNG")]
                .into_iter()
                .enumerate()
        {
            page.choose("output_format", format).await;
            let job = page.generate_from("Two kites, one: wind/rain").await;
            let card = job.is_done().await;
            let address = &card.images[0].src;
            assert!(address.ends_with(&format!(".{extension}")), "{address}");
            job.press("Download").await;
            let (name, bytes) = downloaded(stage).await;
            assert_eq!(name, format!("Two-kites-one-wind-rain-77.{extension}"), "job {number}");
            assert!(bytes.starts_with(magic), "{name}");
            assert!(
                base64(&bytes) == served(stage, address).await,
                "{name} is not what was served"
            );
        }
        // The same picture, this time inside the answer: the engine draws the same bytes.
        let linked = served(stage, &page.job(1).await.card().await.images[0].src).await;
        page.control("sync_mode", "").await.click().await.unwrap();
        let job = page.generate().await;
        assert!(job.is_done().await.images[0].src.starts_with("blob:"));
        job.press("Download").await;
        let (name, bytes) = downloaded(stage).await;
        assert_eq!(name, "Two-kites-one-wind-rain-77.png");
        assert!(base64(&bytes) == linked);
    });
}

#[test]
fn several_pictures_are_shown_and_numbered() {
    play(async |stage| {
        stage.page.fill("num_images", "3").await;
        stage.page.choose("image_size", "square").await;
        let card = stage.page.generate_from("three kites").await.is_done().await;
        assert_eq!(card.images.len(), 3);
        assert_eq!(card.buttons.iter().filter(|name| *name == "Download").count(), 3);
        let links =
            "return [...jobs()[0].querySelectorAll('a')].map((a) => [a.href, a.target, a.rel])";
        let expected: Vec<_> = card
            .images
            .iter()
            .map(|image| json!([image.src, "_blank", "noopener noreferrer"]))
            .collect();
        assert_eq!(stage.page.eval(links, &[]).await, json!(expected));
    });
}
