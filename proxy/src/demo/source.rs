//! The source picture of an image-to-image request: from a data URI to pixels, within limits. A web
//! address is refused, because the demo engine opens no connections.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage, imageops};
use serde_json::{Value, json};

const MOST_PIXELS: u64 = 50_000_000;
/// The model works near one megapixel, in blocks of 16.
const WORKING_PIXELS: f64 = 1024.0 * 1024.0;
const BLOCK: u32 = 16;
/// The longest side of a picture, as the schema has it for `image_size`, in whole blocks.
const LONGEST: f64 = 14_128.0;

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
    pub(crate) fn detail(&self) -> Value {
        let kind = match self {
            Self::Remote => "file_download_error",
            Self::NotData | Self::Undecodable => "image_load_error",
            Self::TooLarge(_) => "image_too_large",
        };
        let url = format!("https://docs.fal.ai/errors#{kind}");
        let mut detail = json!({ "loc": ["body", "image_url"], "msg": self.to_string(), "type": kind, "url": url });
        if let (Self::TooLarge(_), Some(entry)) = (self, detail.as_object_mut()) {
            entry.insert("ctx".to_owned(), json!({ "max_pixels": MOST_PIXELS }));
        }
        detail
    }
}

/// Decodes a source picture, turned the way its camera held it, at the size the model would work in.
pub(crate) fn load(url: &str) -> Result<RgbImage, SourceError> {
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
    let (width, height) = working_size(picture.width(), picture.height());
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

/// About a megapixel in the proportions of the source, each side a multiple of 16.
fn working_size(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let scale = (WORKING_PIXELS / (width * height)).sqrt();
    let side = |length: f64| {
        ((length * scale / f64::from(BLOCK)).round().max(1.0) * f64::from(BLOCK)).min(LONGEST)
            as u32
    };
    (side(width), side(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_working_size_keeps_the_proportions() {
        for (size, expected) in [
            ((1024, 1024), (1024, 1024)),
            ((512, 512), (1024, 1024)),
            ((4000, 3000), (1184, 880)),
            ((100, 1), (10240, 96)),
            ((1920, 1080), (1360, 768)),
        ] {
            assert_eq!(working_size(size.0, size.1), expected, "{size:?}");
        }
        assert_eq!(working_size(1_000_000, 1), (14_128, 16), "no JPEG is wider than 65535");
    }

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
            assert_eq!(error.detail()["type"], kind, "{url}");
            assert_eq!(error.detail()["loc"], json!(["body", "image_url"]));
        }
    }
}
