//! Files of the person on their way into a request.

use flux_studio::browser::files::{self, Encoded};
use flux_studio::number::Decimal;
use flux_studio::schema::{FileRules, Medium};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::File;

#[wasm_bindgen(inline_js = "
    export const file = (bytes, name, type) => new File([bytes], name, { type });
    export const png = async () => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 3, height: 2 });
        canvas.getContext('2d').fillRect(0, 0, 2, 1);
        const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
        return new Uint8Array(await blob.arrayBuffer());
    };
    export const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
")]
extern "C" {
    fn file(bytes: &Uint8Array, name: &str, kind: &str) -> File;
    #[wasm_bindgen(catch)]
    async fn png() -> Result<JsValue, JsValue>;
    fn base64(bytes: &Uint8Array) -> String;
}

/// A picture as a browser makes it, and its data URI.
pub(crate) async fn picture() -> (Uint8Array, String) {
    let bytes: Uint8Array = png().await.unwrap().unchecked_into();
    let uri = format!("data:image/png;base64,{}", base64(&bytes));
    (bytes, uri)
}

/// The sentence with which a file is refused.
async fn refusal(bytes: &Uint8Array, name: &str, kind: &str, medium: Medium) -> String {
    let rules = FileRules::any(medium);
    files::encode(file(bytes, name, kind), &rules).await.expect_err(name).to_string()
}

#[wasm_bindgen_test]
async fn a_picture_becomes_a_data_uri_of_the_same_bytes() {
    let (bytes, uri) = picture().await;
    let encoded =
        files::encode(file(&bytes, "fox.png", "image/png"), &FileRules::any(Medium::Image)).await;
    assert_eq!(encoded, Ok(Encoded { uri, name: "fox.png".to_owned() }));
    // What is no picture is not decoded.
    let zip = Uint8Array::from(&b"PK"[..]);
    let encoded =
        files::encode(file(&zip, "a.zip", "application/zip"), &FileRules::any(Medium::Archive))
            .await;
    assert_eq!(encoded.map(|file| file.uri), Ok("data:application/zip;base64,UEs=".to_owned()));
}

#[wasm_bindgen_test]
async fn a_file_is_refused_in_a_sentence() {
    let (bytes, _) = picture().await;
    let image = Medium::Image;
    assert_eq!(refusal(&bytes, "a.txt", "text/plain", image).await, "“a.txt” is not an image.");
    assert_eq!(
        refusal(&bytes, "a.png", "image/png", Medium::Video).await,
        "“a.png” is not a video."
    );
    let large = Uint8Array::new_with_length(8 * 1024 * 1024);
    let said = refusal(&large, "big.png", "image/png", image).await;
    assert!(said.starts_with("“big.png” ") && said.contains("7.5 MiB"), "{said}");
    // Damaged: the signature and nothing after it, and no picture at all.
    for bytes in
        [bytes.subarray(0, 20), Uint8Array::from(&b"hello"[..]), Uint8Array::new_with_length(0)]
    {
        let said = refusal(&bytes, "bad.png", "image/png", image).await;
        assert!(said.starts_with("“bad.png” could not be read"), "{said}");
    }
    // The limit itself is taken.
    let most = Uint8Array::new_with_length((7.5 * 1024.0 * 1024.0) as u32);
    assert!(files::encode(file(&most, "most.zip", ""), &FileRules::any(Medium::Any)).await.is_ok());
}

#[wasm_bindgen_test]
async fn what_the_model_does_not_take_is_refused_with_what_it_takes() {
    let (bytes, uri) = picture().await;
    let wide = FileRules { width: (Some(4), None), ..FileRules::any(Medium::Image) };
    let refused = files::encode(file(&bytes, "fox.png", "image/png"), &wide).await;
    let said = refused.expect_err("three pixels are too few").to_string();
    assert!(said.starts_with("“fox.png” ") && said.contains("at least 4 pixels wide"), "{said}");
    let fitting = FileRules { width: (Some(3), Some(3)), ..wide };
    let taken = files::encode(file(&bytes, "fox.png", "image/png"), &fitting).await;
    assert_eq!(taken.map(|file| file.uri), Ok(uri));
}

#[wasm_bindgen_test]
async fn a_sound_is_measured_before_it_is_taken() {
    // Two seconds of silence: 8000 bytes a second after a header of 44.
    let mut wave = b"RIFF\xa4\x3e\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x80\x3e\0\0".to_vec();
    wave.resize(44 + 16_000, 128);
    let wave = Uint8Array::from(wave.as_slice());
    let limit = |text: &str| Decimal::parse(text);
    let long = FileRules { seconds: (limit("2.5"), None), ..FileRules::any(Medium::Audio) };
    let refused = files::encode(file(&wave, "hush.wav", "audio/wav"), &long).await;
    let said = refused.expect_err("two seconds are too few").to_string();
    assert!(said.ends_with("takes: at least 2.5 seconds."), "{said}");
    let short = FileRules { seconds: (limit("1.5"), limit("2.5")), ..long };
    assert!(files::encode(file(&wave, "hush.wav", "audio/wav"), &short).await.is_ok());
    // What the browser cannot play is the model's to judge.
    let odd = Uint8Array::from(&b"no sound"[..]);
    assert!(files::encode(file(&odd, "odd.wav", "audio/wav"), &short).await.is_ok());
}

#[wasm_bindgen_test]
async fn a_text_is_read_unless_it_is_larger_than_any_document() {
    let text = Uint8Array::from("{\"ü\": 1}".as_bytes());
    let read = files::short_text(&file(&text, "openapi.json", "")).await;
    assert_eq!(read.as_deref(), Some("{\"ü\": 1}"));
    let large = Uint8Array::new_with_length(20 * 1024 * 1024);
    assert_eq!(files::short_text(&file(&large, "openapi.json", "application/json")).await, None);
}
