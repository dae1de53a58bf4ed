//! What the demo engine draws: the right number, size, format and bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{GenericImageView, ImageFormat, RgbImage};
use serde_json::{Value, json};

use crate::support::{DEV, IMAGE_TO_IMAGE, Server, answer, prompt};

fn size_of(bytes: &[u8]) -> (u32, u32) {
    image::load_from_memory(bytes).unwrap().dimensions()
}

fn with(mut input: Value, more: Value) -> Value {
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// A PNG of stripes, as a page would send it.
fn source(width: u32, height: u32) -> String {
    let picture = RgbImage::from_fn(width, height, |x, _| {
        if x % 16 < 8 { image::Rgb([200, 40, 40]) } else { image::Rgb([20, 30, 90]) }
    });
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).unwrap();
    format!("data:image/png;base64,{}", STANDARD.encode(file.into_inner()))
}

#[tokio::test]
async fn presets_and_own_sizes_are_met_to_the_pixel() {
    let (server, _) = Server::demo().await;
    for (size, expected) in [
        (json!("square_hd"), (1024, 1024)),
        (json!("square"), (512, 512)),
        (json!("portrait_4_3"), (768, 1024)),
        (json!("portrait_16_9"), (576, 1024)),
        (json!("landscape_4_3"), (1024, 768)),
        (json!("landscape_16_9"), (1024, 576)),
        (json!({ "width": 333, "height": 77 }), (333, 77)),
        (json!({ "width": 1, "height": 1 }), (1, 1)),
        (json!({ "width": 100 }), (100, 512)),
        (json!({}), (512, 512)),
        (json!({ "width": 14142, "height": 8 }), (14142, 8)),
    ] {
        let input = json!({ "prompt": "a harbour", "image_size": size, "num_inference_steps": 1 });
        let (_, result) = server.outcome(DEV, &input).await;
        let image = &result["images"][0];
        assert_eq!(
            (&image["width"], &image["height"]),
            (&json!(expected.0), &json!(expected.1)),
            "{size}"
        );
        let bytes = server
            .client
            .get(image["url"].as_str().unwrap())
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        assert_eq!(size_of(&bytes), expected, "{size}");
    }
    let pictures =
        server.pictures(DEV, &json!({ "prompt": "a harbour", "num_inference_steps": 1 })).await;
    assert_eq!(size_of(&pictures[0]), (1024, 768), "the document's default");
}

#[tokio::test]
async fn formats() {
    let (server, _) = Server::demo().await;
    for (format, expected, kind, extension) in [
        ("jpeg", ImageFormat::Jpeg, "image/jpeg", ".jpg"),
        ("png", ImageFormat::Png, "image/png", ".png"),
    ] {
        let input = with(prompt(), json!({ "output_format": format }));
        let (_, result) = server.outcome(DEV, &input).await;
        let image = &result["images"][0];
        assert_eq!(image["content_type"], kind);
        let url = image["url"].as_str().unwrap();
        assert!(url.ends_with(extension), "{url}");
        let response = server.client.get(url).send().await.unwrap();
        for (name, value) in [
            ("content-type", kind),
            ("cache-control", "public, max-age=31536000, immutable"),
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(response.headers()[name], value);
        }
        assert_eq!(image::guess_format(&response.bytes().await.unwrap()).unwrap(), expected);
        let other = url.replace(extension, ".gif");
        assert_eq!(server.client.get(other).send().await.unwrap().status(), 404);
        assert_eq!(server.client.post(url).send().await.unwrap().status(), 405);
    }
}

#[tokio::test]
async fn several_pictures_differ_and_can_be_had_again() {
    let (server, _) = Server::demo().await;
    let input = with(prompt(), json!({ "num_images": 4, "seed": 7 }));
    let pictures = server.pictures(DEV, &input).await;
    assert_eq!(pictures.len(), 4);
    for (index, picture) in pictures.iter().enumerate() {
        assert!(!pictures[..index].contains(picture), "picture {index} is a copy");
    }
    assert_eq!(server.pictures(DEV, &input).await, pictures, "same seed and prompt, same bytes");
    let alone = server.pictures(DEV, &with(prompt(), json!({ "seed": 7 }))).await;
    assert_eq!(alone[0], pictures[0]);
    let other_seed = server.pictures(DEV, &with(prompt(), json!({ "seed": 8 }))).await;
    assert_ne!(other_seed[0], pictures[0]);
    let other_prompt =
        server.pictures(DEV, &with(prompt(), json!({ "seed": 7, "prompt": "a blue whale" }))).await;
    assert_ne!(other_prompt[0], pictures[0]);
    let unseeded = [server.pictures(DEV, &prompt()).await, server.pictures(DEV, &prompt()).await];
    assert_ne!(unseeded[0], unseeded[1], "no seed, no repetition");
}

#[tokio::test]
async fn a_seed_comes_back_digit_for_digit() {
    let (server, _) = Server::demo().await;
    for (sent, back) in [
        ("0", "0"),
        ("4294967296", "4294967296"),
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615", "18446744073709551615"),
        ("-1", "-1"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("7.0", "7"),
    ] {
        let body = format!(
            r#"{{"prompt":"a","image_size":{{"width":8,"height":8}},"num_inference_steps":1,"seed":{sent}}}"#
        );
        let (_, submitted) = answer(server.post(DEV, body)).await;
        let id = submitted["request_id"].as_str().unwrap();
        server.until(id, "COMPLETED").await;
        let text = server
            .get(&format!("fal-ai/flux/requests/{id}"))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        assert!(text.contains(&format!(r#""seed":{back},"#)), "{text}");
    }
    let (code, refused) = server
        .outcome(
            DEV,
            &serde_json::from_str(r#"{"prompt":"a","seed":18446744073709551616}"#).unwrap(),
        )
        .await;
    assert_eq!(code, 422);
    assert_eq!(
        (&refused["detail"][0]["loc"], &refused["detail"][0]["type"]),
        (&json!(["body", "seed"]), &json!("less_than_equal"))
    );
    let null = server.outcome(DEV, &with(prompt(), json!({ "seed": null }))).await;
    assert!(null.1["seed"].is_u64(), "{null:?}");
}

#[tokio::test]
async fn sync_mode_puts_the_picture_into_the_answer() {
    let (server, _) = Server::demo().await;
    let input = with(prompt(), json!({ "sync_mode": true, "output_format": "png", "seed": 3 }));
    let (_, result) = server.outcome(DEV, &input).await;
    let url = result["images"][0]["url"].as_str().unwrap();
    let inline = STANDARD.decode(url.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
    assert_eq!(size_of(&inline), (64, 48));
    let linked = server.pictures(DEV, &with(input, json!({ "sync_mode": false }))).await;
    assert_eq!(linked[0], inline);
}

#[tokio::test]
async fn pictures_have_the_address_the_page_used() {
    let (server, _) = Server::demo().await;
    let request = server
        .post(DEV, prompt())
        .header("host", "localhost:9")
        .header("x-forwarded-proto", "https");
    let (_, submitted) = answer(request).await;
    let id = submitted["request_id"].as_str().unwrap();
    server.until(id, "COMPLETED").await;
    let (_, result) = server.result(id).await;
    assert_eq!(result["images"][0]["url"], format!("https://localhost:9/demo/files/{id}/0.jpg"));
}

#[tokio::test]
async fn the_safety_checker_blacks_out_what_it_flags() {
    let (server, _) = Server::demo().await;
    let flagged = with(
        prompt(),
        json!({ "prompt": "A NUDE statue", "num_images": 2, "output_format": "png" }),
    );
    let (code, result) = server.outcome(DEV, &flagged).await;
    assert_eq!((code, &result["has_nsfw_concepts"]), (200, &json!([true, true])));
    let url = result["images"][1]["url"].as_str().unwrap();
    let bytes = server.client.get(url).send().await.unwrap().bytes().await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (64, 48));
    assert!(picture.pixels().all(|pixel| pixel.0 == [0, 0, 0]));

    for innocent in [
        with(flagged, json!({ "enable_safety_checker": false })),
        with(prompt(), json!({ "prompt": "a denuded hill" })),
    ] {
        let (_, result) = server.outcome(DEV, &innocent).await;
        assert_eq!(result["has_nsfw_concepts"][0], false);
        let url = result["images"][0]["url"].as_str().unwrap();
        let bytes = server.client.get(url).send().await.unwrap().bytes().await.unwrap();
        assert!(
            image::load_from_memory(&bytes)
                .unwrap()
                .into_rgb8()
                .pixels()
                .any(|pixel| pixel.0 != [0, 0, 0])
        );
    }
}

#[tokio::test]
async fn image_to_image_starts_from_the_source() {
    let (server, _) = Server::demo().await;
    let input = json!({ "prompt": "as a wood-block print", "image_url": source(300, 200), "num_inference_steps": 10, "seed": 5 });
    let first = server.pictures(IMAGE_TO_IMAGE, &input).await;
    assert_eq!(size_of(&first[0]), (1248, 832));
    assert_eq!(server.pictures(IMAGE_TO_IMAGE, &input).await, first);
    let weaker =
        server.pictures(IMAGE_TO_IMAGE, &with(input.clone(), json!({ "strength": 0.1 }))).await;
    assert_ne!(weaker, first);
    let reseeded = server.pictures(IMAGE_TO_IMAGE, &with(input, json!({ "seed": 6 }))).await;
    assert_ne!(reseeded, first);
}

#[tokio::test]
async fn image_to_image_enters_late_when_much_is_kept() {
    let (server, _) = Server::demo().await;
    let input = json!({ "prompt": "a", "image_url": source(16, 16), "num_inference_steps": 40, "strength": 0.25 });
    let id = server.submit(IMAGE_TO_IMAGE, &input).await;
    server.until(&id, "COMPLETED").await;
    let (_, status) = answer(server.get(&format!("fal-ai/flux/requests/{id}/status?logs=1"))).await;
    assert_eq!(
        status["logs"].as_array().unwrap().len(),
        11,
        "40 steps at a strength of 0.25 are 10"
    );
}

/// The head of a PNG that claims 10000 × 6000 pixels.
fn huge() -> String {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    file.extend(10_000_u32.to_be_bytes());
    file.extend(6_000_u32.to_be_bytes());
    file.extend([8, 2, 0, 0, 0]);
    let crc = file[12..].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    });
    file.extend((!crc).to_be_bytes());
    file.extend(b"\0\0\0\x01IDAT\0\0\0\0\0");
    format!("data:image/png;base64,{}", STANDARD.encode(file))
}

#[tokio::test]
async fn sources_that_cannot_be_used() {
    let (server, _) = Server::demo().await;
    for (url, kind, words) in [
        ("https://example.com/a.png".to_owned(), "file_download_error", "does not fetch"),
        (
            "data:image/png;base64,aGVsbG8=".to_owned(),
            "image_load_error",
            "JPEG, PNG, WebP and GIF",
        ),
        (source(64, 64).replace("base64,", "base64,%"), "image_load_error", "base64"),
        ("not an address".to_owned(), "image_load_error", "data URI"),
        (huge(), "image_too_large", "60000000 pixels"),
    ] {
        let id = server.submit(IMAGE_TO_IMAGE, &json!({ "prompt": "a", "image_url": url })).await;
        let status = server.until(&id, "COMPLETED").await;
        let (code, result) = server.result(&id).await;
        assert_eq!(code, 422);
        let detail = &result["detail"][0];
        assert_eq!(
            (&detail["loc"], &detail["type"]),
            (&json!(["body", "image_url"]), &json!(kind))
        );
        assert!(detail["msg"].as_str().unwrap().contains(words), "{detail}");
        assert_eq!(detail.get("input"), None);
        assert_eq!(status["error"], detail["msg"]);
    }
}

#[tokio::test]
async fn more_pixels_than_the_demo_draws() {
    let (server, _) = Server::demo().await;
    let size = json!({ "width": 14142, "height": 14142 });
    let (code, result) = server.outcome(DEV, &json!({ "prompt": "a", "image_size": size })).await;
    assert_eq!(code, 422);
    let detail = &result["detail"][0];
    assert_eq!(
        (&detail["loc"], &detail["type"]),
        (&json!(["body", "image_size"]), &json!("image_too_large"))
    );
    assert!(detail["msg"].as_str().unwrap().contains("4096 × 4096"), "{detail}");
}
