//! How large a picture becomes: from presets, own sizes and proportions to pixels. It knows the few
//! numbers that no document states, and nothing of what is drawn.

use serde_json::Value;

use super::catalog::Endpoint;
use super::validate::detail;

/// The largest picture the demo draws, in pixels (4096 × 4096).
const LARGEST: u64 = 4096 * 4096;
/// Where nobody says otherwise, models work near one megapixel.
const WORKING_PIXELS: f64 = 1024.0 * 1024.0;
/// The *ultra* models are named after their four.
const ULTRA_PIXELS: f64 = 4.0 * WORKING_PIXELS;
/// Sides are whole blocks where the model chooses them.
const BLOCK: u32 = 16;
/// The longest side of a picture, as the schema has it for `image_size`, in whole blocks.
const LONGEST: f64 = 14_128.0;

/// The pixels of an `image_size`: a preset, or an object of width and height.
///
/// The preset sizes are those of fal's toolkit (`projects/fal/src/fal/toolkit/image/image.py`). The error
/// is one entry of a `detail` list.
pub(crate) fn of_image_size(size: &Value) -> Result<(u32, u32), Value> {
    let named = |name: &str| match name {
        "square_hd" => Some((1024, 1024)),
        "square" => Some((512, 512)),
        "portrait_4_3" => Some((768, 1024)),
        "portrait_16_9" => Some((576, 1024)),
        "landscape_4_3" => Some((1024, 768)),
        "landscape_16_9" => Some((1024, 576)),
        _ => None,
    };
    if let Some(size) = size.as_str().and_then(named) {
        return Ok(size);
    }
    let side = |name: &str| {
        size.get(name).and_then(whole).and_then(|n| u32::try_from(n).ok()).unwrap_or(512)
    };
    let (width, height) = (side("width"), side("height"));
    if u64::from(width) * u64::from(height) <= LARGEST {
        return Ok((width, height));
    }
    let path = [Value::from("body"), Value::from("image_size")];
    let sentence = "The demo engine draws pictures of up to 4096 × 4096 pixels (16.8 megapixels)";
    Err(detail(&path, "image_too_large", sentence, &[("max_width", 4096.into())], Some(size)))
}

/// The pixels of an `aspect_ratio` such as `16:9`, in the size of the endpoint's pictures.
pub(crate) fn of_aspect_ratio(endpoint: &Endpoint, ratio: &str) -> Option<(u32, u32)> {
    let (width, height) = ratio.split_once(':')?;
    let (width, height) = (width.parse::<u16>().ok()?, height.parse::<u16>().ok()?);
    let pixels = if endpoint.id.ends_with("-ultra") { ULTRA_PIXELS } else { WORKING_PIXELS };
    Some(of_shape(width.into(), height.into(), pixels))
}

/// The size the model would work in for a source picture of this size.
pub(crate) fn of_source(width: u32, height: u32) -> (u32, u32) {
    of_shape(width, height, WORKING_PIXELS)
}

/// About as many pixels in these proportions, each side in whole blocks.
fn of_shape(width: u32, height: u32, pixels: f64) -> (u32, u32) {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let scale = (pixels / (width * height)).sqrt();
    let side = |length: f64| {
        ((length * scale / f64::from(BLOCK)).round().max(1.0) * f64::from(BLOCK)).min(LONGEST)
            as u32
    };
    (side(width), side(height))
}

/// A JSON number without a fractional part; `7.0` is 7, as it is for the real model.
pub(crate) fn whole(value: &Value) -> Option<u64> {
    let float =
        || value.as_f64().filter(|n| n.fract() == 0.0 && (0.0..9e15).contains(n)).map(|n| n as u64);
    value.as_u64().or_else(float)
}

#[cfg(test)]
mod tests {
    use super::super::catalog::Catalog;
    use super::*;

    #[test]
    fn the_size_of_a_source_keeps_its_proportions() {
        for (size, expected) in [
            ((1024, 1024), (1024, 1024)),
            ((512, 512), (1024, 1024)),
            ((4000, 3000), (1184, 880)),
            ((100, 1), (10240, 96)),
            ((1920, 1080), (1360, 768)),
        ] {
            assert_eq!(of_source(size.0, size.1), expected, "{size:?}");
        }
        assert_eq!(of_source(1_000_000, 1), (14_128, 16), "no JPEG is wider than 65535");
    }

    #[test]
    fn ratios_are_met_in_the_size_of_the_model() {
        let catalog = Catalog::new();
        for (id, ratio, expected) in [
            ("fal-ai/flux-pro/kontext", "1:1", Some((1024, 1024))),
            ("fal-ai/flux-pro/kontext", "16:9", Some((1360, 768))),
            ("fal-ai/flux-pro/kontext", "9:21", Some((672, 1568))),
            ("fal-ai/flux-pro/v1.1-ultra", "1:1", Some((2048, 2048))),
            ("fal-ai/flux-pro/v1.1-ultra", "16:9", Some((2736, 1536))),
            ("fal-ai/flux-pro/v1.1-ultra", "wide", None),
        ] {
            let endpoint = catalog.find(id).unwrap();
            assert_eq!(of_aspect_ratio(endpoint, ratio), expected, "{id} {ratio}");
        }
    }
}
