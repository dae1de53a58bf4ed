//! The pictures that a request brings along, a source and a mask: from a data URI to pixels, within
//! limits. A web address is refused, because the demo engine opens no connections; only for the examples
//! of its own documents it has pictures to stand in for them, so that an example works as it does at fal.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage, imageops};
use serde_json::{Value, json};

use super::catalog::Endpoint;
use super::paint::{self, Scene};
use super::settings::Settings;
use super::size;

const MOST_PIXELS: u64 = 50_000_000;

/// What the painter starts from; neither for a picture out of words alone.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) picture: Option<RgbImage>,
    /// White where the picture is to be painted anew.
    pub(crate) mask: Option<RgbImage>,
}

/// Why there is no source picture. The names of the kinds are fal's (docs.fal.ai, errors).
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error(
        "The demo engine does not fetch pictures from the internet. Choose a picture from this device, or use fal"
    )]
    Remote,
    #[error("The picture is not a base64 data URI")]
    NotData,
    #[error("The picture could not be read. The demo engine reads JPEG, PNG, WebP and GIF")]
    Undecodable,
    #[error("The picture has {0} pixels; at most 50 million are accepted")]
    TooLarge(u64),
}

impl SourceError {
    /// The error as one entry of a `detail` list. The input is not repeated: it is a whole picture.
    fn detail(&self, field: &str) -> Value {
        let kind = match self {
            Self::Remote => "file_download_error",
            Self::NotData | Self::Undecodable => "image_load_error",
            Self::TooLarge(_) => "image_too_large",
        };
        let url = format!("https://docs.fal.ai/errors#{kind}");
        let mut detail =
            json!({ "loc": ["body", field], "msg": self.to_string(), "type": kind, "url": url });
        if let (Self::TooLarge(_), Some(entry)) = (self, detail.as_object_mut()) {
            entry.insert("ctx".to_owned(), json!({ "max_pixels": MOST_PIXELS }));
        }
        detail
    }
}

impl Sources {
    /// Reads the pictures of a request; this takes its time.
    ///
    /// The error is one entry of a `detail` list.
    pub(crate) fn load(endpoint: &Endpoint, settings: &Settings) -> Result<Self, Value> {
        let one = |field: &str, url: &Option<String>, example: fn() -> RgbImage| match url {
            None => Ok(None),
            Some(url) if endpoint.is_example(field, url) => Ok(Some(example())),
            Some(url) => load(url).map(Some).map_err(|error| error.detail(field)),
        };
        Ok(Self {
            picture: one("image_url", &settings.image_url, example)?,
            mask: one("mask_url", &settings.mask_url, example_mask)?,
        })
    }
}

/// Stands in for the pictures that the documents give as examples.
fn example() -> RgbImage {
    let prompt = "a lighthouse and a boat at dusk";
    paint::paint(&Scene { prompt, seed: 4, width: 1184, height: 880, index: 0, turn: 0.0 })
}

/// Stands in for the masks: a disc in the middle.
fn example_mask() -> RgbImage {
    RgbImage::from_fn(1184, 880, |x, y| {
        let (across, down) = (x.abs_diff(592), y.abs_diff(440));
        image::Rgb([if across * across + down * down < 240 * 240 { 255 } else { 0 }; 3])
    })
}

/// Decodes a source picture, turned the way its camera held it, at the size the model would work in.
fn load(url: &str) -> Result<RgbImage, SourceError> {
    let bytes = data(url)?;
    let reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| SourceError::Undecodable)?;
    let mut decoder = reader.into_decoder().map_err(|_| SourceError::Undecodable)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MOST_PIXELS {
        return Err(SourceError::TooLarge(pixels));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| SourceError::Undecodable)?;
    picture.apply_orientation(orientation);
    let (width, height) = size::of_source(picture.width(), picture.height());
    let picture = picture.into_rgb8();
    if picture.dimensions() == (width, height) {
        return Ok(picture);
    }
    Ok(imageops::resize(&picture, width, height, imageops::FilterType::Triangle))
}

fn data(url: &str) -> Result<Vec<u8>, SourceError> {
    let url = url.trim();
    let Some(rest) = url.strip_prefix("data:") else {
        let remote = url.starts_with("https://") || url.starts_with("http://");
        return Err(if remote { SourceError::Remote } else { SourceError::NotData });
    };
    let (head, data) = rest.split_once(',').ok_or(SourceError::NotData)?;
    if !head.ends_with(";base64") {
        return Err(SourceError::NotData);
    }
    STANDARD.decode(data).map_err(|_| SourceError::NotData)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base64_data_is_a_picture_here() {
        for (url, kind) in [
            ("https://example.com/a.png", "file_download_error"),
            ("http://example.com/a.png", "file_download_error"),
            ("blob:https://example.com/1", "image_load_error"),
            ("data:image/png,abc", "image_load_error"),
            ("data:image/png;base64", "image_load_error"),
            ("data:image/png;base64,***", "image_load_error"),
            ("data:image/png;base64,AAAA", "image_load_error"),
            ("data:image/heic;base64,AAAAGGZ0eXBoZWlj", "image_load_error"),
        ] {
            let error = load(url).unwrap_err();
            let detail = error.detail("mask_url");
            assert_eq!(detail["type"], kind, "{url}");
            assert_eq!(detail["loc"], json!(["body", "mask_url"]));
        }
    }
}
