//! Files of the person on their way into a request.

use flux_studio::browser::files::{self, Encoded};
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
    files::encode(file(bytes, name, kind), &FileRules::any(medium))
        .await
        .expect_err(name)
        .to_string()
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
    // What the model's authors take is another matter.
    let small = FileRules { width: (Some(300), None), max_bytes: Some(1), ..FileRules::any(image) };
    let (bytes, _) = picture().await;
    let refused = files::encode(file(&bytes, "small.png", "image/png"), &small).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "“small.png” is not what the model takes: at most 1 byte, at least 300 pixels wide."
    );
    // The limit itself is taken.
    let most = Uint8Array::new_with_length((7.5 * 1024.0 * 1024.0) as u32);
    assert!(files::encode(file(&most, "most.zip", ""), &FileRules::any(Medium::Any)).await.is_ok());
}
