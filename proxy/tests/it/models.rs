//! Each model of the demo engine: that it takes what its own document offers, keeps what the document
//! promises, and draws what its inputs are about.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{GenericImageView, ImageFormat, Rgb, RgbImage};
use serde_json::{Map, Value, json};

use crate::support::{
    DEV, IMAGE_TO_IMAGE, INPAINTING, KONTEXT, LORA, REDUX, SCHNELL, Server, ULTRA, answer, app,
    document,
};

/// One part of a document, with the others it refers to.
fn schema(document: &Value, of: &str) -> Value {
    let components = document["components"].clone();
    let mut schema = document["paths"].as_object().unwrap().values().find_map(|path| match of {
        "input" => path.pointer("/post/requestBody/content/application~1json/schema").cloned(),
        _ => {
            let output = "/get/responses/200/content/application~1json/schema";
            path.pointer(output).filter(|schema| **schema != status()).cloned()
        }
    });
    let schema = schema.as_mut().unwrap();
    schema["components"] = components;
    schema.take()
}

fn status() -> Value {
    json!({ "$ref": "#/components/schemas/QueueStatus" })
}

/// What a person sends who accepts every suggestion of the form.
fn suggested(document: &Value) -> Value {
    let reference = schema(document, "input")["$ref"].as_str().unwrap().to_owned();
    let input = document.pointer(reference.trim_start_matches('#')).unwrap();
    let mut suggested = Map::new();
    for (name, field) in input["properties"].as_object().unwrap() {
        let value = field.get("default").or_else(|| field.pointer("/examples/0"));
        suggested.extend(value.map(|value| (name.clone(), value.clone())));
    }
    Value::Object(suggested)
}

/// Sends a model's own suggestions and looks at all that comes back.
async fn keeps_its_promises(endpoint: &str, size: (u32, u32), steps: usize) {
    let (server, _) = Server::demo().await;
    let document: Value = serde_json::from_str(&document(endpoint)).unwrap();
    let input = suggested(&document);
    let (code, result) = server.outcome(endpoint, &input).await;
    assert_eq!(code, 200, "{result}");
    let output = jsonschema::draft202012::new(&schema(&document, "output")).unwrap();
    let broken: Vec<String> = output.iter_errors(&result).map(|error| error.to_string()).collect();
    assert_eq!(broken, Vec::<String>::new());
    assert_eq!(result["prompt"], input.get("prompt").cloned().unwrap_or_else(|| json!("")));
    let images = result["images"].as_array().unwrap();
    assert_eq!((images.len(), &result["has_nsfw_concepts"]), (1, &json!([false])));
    assert_eq!((&images[0]["width"], &images[0]["height"]), (&json!(size.0), &json!(size.1)));
    let url = images[0]["url"].as_str().unwrap();
    let bytes = server.client.get(url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
    assert_eq!(image::load_from_memory(&bytes).unwrap().dimensions(), size);

    let id = url.rsplit('/').nth(1).unwrap();
    let request = format!("{}/requests/{id}/status?logs=1", app(endpoint));
    let (_, status) = answer(server.get(&request)).await;
    assert_eq!((&status["status"], status.get("error")), (&json!("COMPLETED"), None));
    assert_eq!(status["logs"].as_array().unwrap().len(), steps + 1);
}

#[tokio::test]
async fn flux_dev_keeps_its_promises() {
    keeps_its_promises(DEV, (1024, 768), 28).await;
}

#[tokio::test]
async fn image_to_image_keeps_its_promises() {
    keeps_its_promises(IMAGE_TO_IMAGE, (1184, 880), 38).await;
}

#[tokio::test]
async fn redux_keeps_its_promises() {
    keeps_its_promises(REDUX, (1024, 768), 28).await;
}

#[tokio::test]
async fn schnell_keeps_its_promises() {
    keeps_its_promises(SCHNELL, (1024, 768), 4).await;
}

#[tokio::test]
async fn flux_lora_keeps_its_promises() {
    keeps_its_promises(LORA, (1024, 768), 28).await;
}

#[tokio::test]
async fn inpainting_keeps_its_promises() {
    keeps_its_promises(INPAINTING, (1184, 880), 23).await;
}

#[tokio::test]
async fn kontext_keeps_its_promises() {
    keeps_its_promises(KONTEXT, (1184, 880), 28).await;
}

#[tokio::test]
async fn ultra_keeps_its_promises() {
    keeps_its_promises(ULTRA, (2736, 1536), 28).await;
}

fn with(input: &Value, more: Value) -> Value {
    let mut input = input.clone();
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

/// A picture as a page would send it.
fn sent(picture: &RgbImage, format: ImageFormat) -> String {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    format!("data:{};base64,{}", format.to_mime_type(), STANDARD.encode(file.into_inner()))
}

fn stripes(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if (x + y) % 64 < 32 { Rgb([200, 40, 40]) } else { Rgb([20, 30, 90]) }
    })
}

fn decoded(bytes: &[u8]) -> RgbImage {
    image::load_from_memory(bytes).unwrap().into_rgb8()
}

/// The mean difference of two pictures on one side of a line, 0 to 255.
fn apart(a: &RgbImage, b: &RgbImage, columns: std::ops::Range<u32>) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let (mut sum, mut count) = (0.0, 0.0);
    for (x, y, pixel) in a.enumerate_pixels().filter(|(x, ..)| columns.contains(x)) {
        for (a, b) in pixel.0.iter().zip(b.get_pixel(x, y).0) {
            sum += f64::from(a.abs_diff(b));
            count += 1.0;
        }
    }
    sum / count
}

#[tokio::test]
async fn inpainting_paints_inside_the_mask_and_nowhere_else() {
    let (server, _) = Server::demo().await;
    let source = stripes(1024, 1024);
    // White on the right: that is what is to be painted anew.
    let mask = RgbImage::from_fn(1024, 1024, |x, _| Rgb([if x < 512 { 0 } else { 255 }; 3]));
    let input = json!({
        "prompt": "a white flower", "image_url": sent(&source, ImageFormat::Png), "seed": 5,
        "mask_url": sent(&mask, ImageFormat::Png), "num_inference_steps": 1, "output_format": "png",
    });
    let first = server.pictures(INPAINTING, &input).await;
    let picture = decoded(&first[0]);
    assert_eq!(apart(&picture, &source, 0..512).to_bits(), 0.0_f64.to_bits(), "to the bit");
    assert!(apart(&picture, &source, 512..1024) > 15.0);
    assert_eq!(server.pictures(INPAINTING, &input).await, first, "same seed, same bytes");
    let other = server.pictures(INPAINTING, &with(&input, json!({ "seed": 6 }))).await;
    assert!(apart(&decoded(&other[0]), &picture, 512..1024) > 1.0);
    let weaker = server.pictures(INPAINTING, &with(&input, json!({ "strength": 0.1 }))).await;
    let weaker = apart(&decoded(&weaker[0]), &source, 512..1024);
    assert!(weaker < apart(&picture, &source, 512..1024), "{weaker}");

    // A mask of another size, out of a lossy file, and a lossy result.
    let mask = image::imageops::resize(&mask, 256, 256, image::imageops::FilterType::Nearest);
    let lossy = json!({ "mask_url": sent(&mask, ImageFormat::Jpeg), "output_format": "jpeg" });
    let lossy = decoded(&server.pictures(INPAINTING, &with(&input, lossy)).await[0]);
    assert!(apart(&lossy, &source, 0..500) < 4.0, "{}", apart(&lossy, &source, 0..500));
    assert!(apart(&lossy, &source, 524..1024) > 15.0);

    // In a shape of its own, source and mask are cut alike.
    let cut = with(&input, json!({ "image_size": "landscape_16_9" }));
    let cut = decoded(&server.pictures(INPAINTING, &cut).await[0]);
    let middle = image::imageops::crop_imm(&source, 0, 224, 1024, 576).to_image();
    assert_eq!(apart(&cut, &middle, 0..512).to_bits(), 0.0_f64.to_bits());
    assert!(apart(&cut, &middle, 512..1024) > 15.0);
}

#[tokio::test]
async fn a_mask_that_cannot_be_used_is_named() {
    let (server, _) = Server::demo().await;
    let source = sent(&stripes(16, 16), ImageFormat::Png);
    let usable = json!({ "prompt": "a", "image_url": source, "mask_url": source });
    for (field, url, kind) in [
        ("mask_url", "https://example.com/mask.png", "file_download_error"),
        ("mask_url", "data:image/png;base64,AAAA", "image_load_error"),
        ("image_url", "https://example.com/a.png", "file_download_error"),
    ] {
        let (code, result) =
            server.outcome(INPAINTING, &with(&usable, json!({ field: url }))).await;
        assert_eq!(code, 422);
        let detail = &result["detail"][0];
        assert_eq!((&detail["loc"], &detail["type"]), (&json!(["body", field]), &json!(kind)));
    }
}

#[tokio::test]
async fn variations_and_edits_start_from_the_picture() {
    let (server, _) = Server::demo().await;
    let (striped, plain) = (stripes(640, 480), RgbImage::from_pixel(640, 480, Rgb([90, 120, 90])));
    let (striped, plain) = (sent(&striped, ImageFormat::Png), sent(&plain, ImageFormat::Png));
    let size = json!({ "image_size": { "width": 320, "height": 200 }, "num_images": 2 });
    for (endpoint, more, expected) in [
        (REDUX, size, (320, 200)),
        (KONTEXT, json!({ "prompt": "as a woodcut" }), (1184, 880)),
        (KONTEXT, json!({ "prompt": "as a woodcut", "aspect_ratio": "1:1" }), (1024, 1024)),
        (KONTEXT, json!({ "prompt": "as a woodcut", "aspect_ratio": null }), (1184, 880)),
    ] {
        let input = with(&json!({ "image_url": striped, "seed": 3, "output_format": "png" }), more);
        let first = server.pictures(endpoint, &input).await;
        let picture = decoded(&first[0]);
        assert_eq!(picture.dimensions(), expected, "{endpoint}");
        assert_eq!(server.pictures(endpoint, &input).await, first, "{endpoint}");
        if let Some(second) = first.get(1) {
            assert_ne!(second, &first[0], "{endpoint}");
        }
        let other = server.pictures(endpoint, &with(&input, json!({ "image_url": plain }))).await;
        let apart = apart(&decoded(&other[0]), &picture, 0..expected.0);
        assert!(apart > 10.0, "{endpoint}: {apart}");
    }
}

#[tokio::test]
async fn loras_change_the_style_by_their_names_and_scales() {
    let (server, _) = Server::demo().await;
    let plain = json!({
        "prompt": "a harbour", "image_size": { "width": 96, "height": 64 },
        "num_inference_steps": 1, "seed": 9, "output_format": "png",
    });
    let of = async |loras: Value| {
        let input = with(&plain, json!({ "loras": loras }));
        server.pictures(LORA, &input).await.remove(0)
    };
    let without = server.pictures(LORA, &plain).await.remove(0);
    assert_eq!(of(json!([])).await, without);
    assert_eq!(of(json!([{ "path": "a/ink", "scale": 0 }])).await, without);
    assert_eq!(server.pictures(DEV, &plain).await[0], without, "the same painter");
    let ink = of(json!([{ "path": "a/ink" }])).await;
    assert!(apart(&decoded(&ink), &decoded(&without), 0..96) > 2.0);
    assert_eq!(of(json!([{ "path": "a/ink", "scale": 1 }])).await, ink, "1 is the default");
    for other in [
        json!([{ "path": "a/ink", "scale": 0.5 }]),
        json!([{ "path": "a/oil" }]),
        json!([{ "path": "a/ink" }, { "path": "a/oil" }]),
    ] {
        assert_ne!(of(other.clone()).await, ink, "{other}");
    }
}

#[tokio::test]
async fn ultra_leans_on_a_picture_as_far_as_it_is_told() {
    let (server, _) = Server::demo().await;
    let alone = json!({ "prompt": "silk", "aspect_ratio": "21:9", "seed": 2, "raw": true });
    let url = sent(&stripes(64, 64), ImageFormat::Png);
    let led = |strength: f64| {
        with(&alone, json!({ "image_url": url, "image_prompt_strength": strength }))
    };
    let without = server.pictures(ULTRA, &alone).await;
    assert_eq!(decoded(&without[0]).dimensions(), (3136, 1344));
    assert_eq!(server.pictures(ULTRA, &led(0.0)).await, without);
    assert_ne!(server.pictures(ULTRA, &led(0.8)).await, without);
}

#[tokio::test]
async fn a_scale_of_tolerance_takes_the_place_of_the_switch() {
    let (server, _) = Server::demo().await;
    let input = json!({ "prompt": "nude", "image_url": sent(&stripes(64, 64), ImageFormat::Png) });
    for (more, flagged) in [
        (json!({}), true),
        (json!({ "safety_tolerance": "1" }), true),
        (json!({ "safety_tolerance": "6" }), false),
    ] {
        let (_, result) = server.outcome(KONTEXT, &with(&input, more)).await;
        assert_eq!(result["has_nsfw_concepts"], json!([flagged]));
    }
}
