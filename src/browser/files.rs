//! Files from the person and results for the person: reading into data URIs, object URLs,
//! downloads.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use thiserror::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, ClipboardEvent, DragEvent, Event, File, FileList, HtmlAnchorElement,
    HtmlImageElement, HtmlInputElement, HtmlMediaElement, Url,
};

use super::{clock, dom};
use crate::schema::{FileRules, LARGEST as LARGEST_DOCUMENT, Medium};

/// A file from the person's disk or clipboard.
pub type CarriedFile = File;

/// The most bytes of a file that are read. A data URI is a third larger, and fal takes
/// 10 MiB of characters (fal `toolkit/types.py`).
pub const LARGEST: f64 = 7.5 * 1024.0 * 1024.0;

/// How long a browser may take to read a text that is being saved.
const SAVING: Duration = Duration::from_secs(60);

/// A file as it will be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// The data URI.
    pub uri: String,
    /// The file's name.
    pub name: String,
}

/// Why a file was not taken.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refused {
    /// Not of the medium that the field takes.
    #[error("“{name}” is not {wanted}.")]
    WrongType {
        /// The file's name.
        name: String,
        /// What the field takes, with its article.
        wanted: &'static str,
    },
    /// More than a data URI may hold.
    #[error("“{0}” is too large: at most 7.5 MiB can be sent. Use a smaller copy, or paste a URL.")]
    TooLarge(String),
    /// Outside what the model's authors say they take.
    #[error("“{name}” is not what the model takes: {limits}.")]
    Limits {
        /// The file's name.
        name: String,
        /// What the model takes.
        limits: String,
    },
    /// The browser could not read or decode it.
    #[error("“{0}” could not be read: it is damaged, or in a format this browser does not know.")]
    Unreadable(String),
}

/// What the field takes, with its article.
fn wanted(medium: Medium) -> &'static str {
    match medium {
        Medium::Image => "an image",
        Medium::Video => "a video",
        Medium::Audio => "a sound file",
        Medium::Archive => "an archive",
        Medium::Any => "a file",
    }
}

/// The `accept` attribute for a medium.
pub fn accept(medium: Medium) -> &'static str {
    match medium {
        Medium::Image => "image/*",
        Medium::Video => "video/*",
        Medium::Audio => "audio/*",
        Medium::Archive => ".zip,.tar,.gz",
        Medium::Any => "",
    }
}

/// Reads a file into a data URI.
///
/// # Errors
/// With a sentence, when it is of the wrong kind, too large, outside the model's limits, or
/// unreadable.
pub async fn encode(file: File, rules: &FileRules) -> Result<Encoded, Refused> {
    let name = file.name();
    let medium = rules.medium;
    let family = match medium {
        Medium::Image => "image/",
        Medium::Video => "video/",
        Medium::Audio => "audio/",
        Medium::Archive | Medium::Any => "",
    };
    // Some systems know no type for some formats; whether it is a picture is then seen by decoding.
    let kind = file.type_();
    let is_unknown = kind.is_empty() && medium == Medium::Image;
    if !is_unknown && !kind.starts_with(family) {
        return Err(Refused::WrongType { name, wanted: wanted(medium) });
    }
    if file.size() > LARGEST {
        return Err(Refused::TooLarge(name));
    }
    let unreadable = || Refused::Unreadable(name.clone());
    let uri = read_as_data_url(&file).await.ok_or_else(unreadable)?;
    let size = match medium {
        Medium::Image => Some(decoded_size(&uri).await.ok_or_else(unreadable)?),
        _ => None,
    };
    let seconds = match medium {
        Medium::Video | Medium::Audio => seconds_of(&uri).await,
        _ => None,
    };
    if let Some(limits) = rules.broken_by(file.size() as u64, size, seconds) {
        return Err(Refused::Limits { name, limits });
    }
    Ok(Encoded { uri, name })
}

async fn read_as_data_url(file: &Blob) -> Option<String> {
    let reader = web_sys::FileReader::new().ok()?;
    let done = js_sys::Promise::new(&mut |resolve, _| reader.set_onloadend(Some(&resolve)));
    reader.read_as_data_url(file).ok()?;
    JsFuture::from(done).await.ok()?;
    reader.result().ok()?.as_string().filter(|uri| uri.starts_with("data:"))
}

/// Width and height in pixels, if the browser can make a picture of it.
async fn decoded_size(uri: &str) -> Option<(u32, u32)> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(uri);
    JsFuture::from(image.decode()).await.ok()?;
    Some((image.natural_width(), image.natural_height())).filter(|(width, _)| *width > 0)
}

/// How long a film or a sound is, if the browser can play it.
async fn seconds_of(uri: &str) -> Option<f64> {
    let player =
        dom::document().create_element("video").ok()?.dyn_into::<HtmlMediaElement>().ok()?;
    let ready = js_sys::Promise::new(&mut |resolve, reject| {
        player.set_onloadedmetadata(Some(&resolve));
        player.set_onerror(Some(&reject));
        player.set_src(uri);
    });
    JsFuture::from(ready).await.ok()?;
    Some(player.duration()).filter(|seconds| seconds.is_finite())
}

/// The files that were picked; the picker is emptied, so that the same can be picked again.
pub fn picked(change: &Event) -> Vec<File> {
    let input = change.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return Vec::new() };
    let files = all_of(input.files());
    input.set_value("");
    files
}

fn all_of(files: Option<FileList>) -> Vec<File> {
    let files = files.into_iter();
    files.flat_map(|files| (0..files.length()).filter_map(move |index| files.get(index))).collect()
}

/// Whether a file calls itself JSON.
pub fn is_json(file: &File) -> bool {
    file.type_() == "application/json" || file.name().ends_with(".json")
}

/// Reads a file as text, unless it is larger than any model's document.
pub async fn short_text(file: &File) -> Option<String> {
    if file.size() > LARGEST_DOCUMENT as f64 {
        return None;
    }
    JsFuture::from(file.text()).await.ok()?.as_string()
}

/// The files or else the text of a drop or a paste.
pub fn carried(event: &Event) -> (Vec<File>, Option<String>) {
    let dropped = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    let pasted = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
    let Some(data) = dropped.or(pasted) else { return (Vec::new(), None) };
    let text = data.get_data("text/uri-list").ok().filter(|text| !text.is_empty());
    let text = text.or_else(|| data.get_data("text/plain").ok()).filter(|text| !text.is_empty());
    (all_of(data.files()), text)
}

/// Whether it is files that are dragged; which, only the drop tells.
pub fn are_carried(drag: &Event) -> bool {
    let data = drag.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    data.is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// Turns a base64 data URI into an object URL, so that its text can be let go. What is no medium
/// becomes bytes: opened as a page, it would be a page of this origin.
pub fn object_url(uri: &str) -> Option<String> {
    let (head, data) = uri.strip_prefix("data:")?.split_once(',')?;
    let kind = head.strip_suffix(";base64")?;
    let is_medium = ["image/", "video/", "audio/"].iter().any(|family| kind.starts_with(family));
    let bytes: Vec<u8> = dom::window().atob(data).ok()?.chars().map(|c| c as u8).collect();
    let bytes = Uint8Array::from(bytes.as_slice());
    blob_url(&bytes, if is_medium { kind } else { "application/octet-stream" })
}

/// Lets go of what stands behind an object URL; other addresses are left alone.
pub fn revoke(url: &str) {
    if url.starts_with("blob:") {
        Url::revoke_object_url(url).ok();
    }
}

fn blob_url(part: &JsValue, kind: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(part), &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// Saves a text under a name.
pub fn download_text(text: &str, name: &str) {
    if let Some(url) = blob_url(&JsValue::from_str(text), "text/plain") {
        download(&url, name);
        // Nobody tells when it has been read.
        spawn_local(async move {
            clock::sleep(SAVING).await;
            revoke(&url);
        });
    }
}

/// Saves what stands behind an address under a name. Only works for the page's own origin and
/// for object URLs; a browser opens other addresses instead.
pub fn download(url: &str, name: &str) {
    let anchor = dom::document().create_element("a").ok();
    if let Some(anchor) = anchor.and_then(|a| a.dyn_into::<HtmlAnchorElement>().ok()) {
        anchor.set_href(url);
        anchor.set_download(name);
        anchor.set_target("_blank");
        anchor.set_rel("noopener noreferrer");
        anchor.click();
    }
}
