//! From settings to files: paints each picture, blacks out what the safety checker flagged, and encodes.
//! Blocking work without a clock or a queue; the same settings give the same bytes.

use std::io::Cursor;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage, imageops};

use super::paint::{self, Scene};
use super::settings::Settings;
use super::source::Sources;

const JPEG_QUALITY: u8 = 90;

/// A finished picture file.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(crate) bytes: Bytes,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) png: bool,
}

/// Why there are no pictures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DrawError {
    #[error("The work was stopped")]
    Stopped,
    #[error("The picture could not be encoded")]
    Encode(#[from] image::ImageError),
}

impl Picture {
    pub(crate) fn content_type(&self) -> &'static str {
        if self.png { "image/png" } else { "image/jpeg" }
    }

    pub(crate) fn extension(&self) -> &'static str {
        if self.png { "png" } else { "jpg" }
    }
}

/// Draws every picture of a request; looks at `stop` before each.
pub(crate) fn draw(
    settings: &Settings,
    sources: &Sources,
    stop: &AtomicBool,
) -> Result<Vec<Picture>, DrawError> {
    let Sources { picture, mask } = sources;
    let (width, height) =
        settings.size.or(picture.as_ref().map(RgbImage::dimensions)).unwrap_or((512, 512));
    (0..settings.count)
        .map(|index| {
            if stop.load(Ordering::Acquire) {
                return Err(DrawError::Stopped);
            }
            let scene = Scene {
                prompt: &settings.prompt,
                seed: settings.seed_bits,
                width,
                height,
                index,
                turn: settings.turn,
            };
            let painted = match (picture, mask) {
                _ if settings.flagged() => RgbImage::new(width, height),
                (Some(source), Some(mask)) => {
                    paint::inpaint(&scene, source, mask, settings.strength)
                }
                (Some(source), None) => paint::repaint(&scene, source, settings.strength),
                (None, _) => paint::paint(&scene),
            };
            // The size is a promise to the page, whatever the painter made of it.
            let painted = if painted.dimensions() == (width, height) {
                painted
            } else {
                imageops::resize(&painted, width, height, imageops::FilterType::Triangle)
            };
            Ok(Picture { bytes: encode(&painted, settings.png)?, width, height, png: settings.png })
        })
        .collect()
}

fn encode(picture: &RgbImage, png: bool) -> Result<Bytes, DrawError> {
    let (width, height) = picture.dimensions();
    let mut file = Cursor::new(Vec::new());
    if png {
        let encoder =
            PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Adaptive);
        encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8)?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
        encoder.write_image(picture.as_raw(), width, height, ExtendedColorType::Rgb8)?;
    }
    Ok(file.into_inner().into())
}
