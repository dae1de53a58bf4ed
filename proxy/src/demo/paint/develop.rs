//! From light to a file's bytes, as a darkroom does it.
//!
//! It owns the last step that all styles share: the vignette, the shoulder that keeps highlights
//! from burning out, the grain, and the rounding to eight bits. It knows nothing of what is shown.

use image::RgbImage;

use super::canvas::Canvas;
use super::colour::{Rgb, encode};
use super::maths::{mix, smooth};
use super::noise::Noise;

/// How a picture is developed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Film {
    /// How much darker the corners get, 0 to 1.
    pub(super) vignette: f32,
    /// How strong the grain is; 1 can just be seen.
    pub(super) grain: f32,
}

impl Film {
    /// For scenes with depth.
    pub(super) const SCENE: Self = Self { vignette: 0.22, grain: 1.0 };
    /// For flat prints, which have no lens.
    pub(super) const PRINT: Self = Self { vignette: 0.06, grain: 1.4 };
}

/// The finished picture.
pub(super) fn develop(canvas: &Canvas, film: Film, seed: u32) -> RgbImage {
    let frame = canvas.frame;
    let grain = Noise::new(seed);
    let (half_width, half_height) = (frame.half_width(), frame.half_height());
    let mut bytes = Vec::with_capacity(frame.width as usize * frame.height as usize * 3);
    let places =
        (0..frame.height).flat_map(|row| (0..frame.width).map(move |column| (column, row)));
    for ((column, row), light) in places.zip(canvas.pixels()) {
        let p = frame.point(column, row);
        let (x, y) = (p.x / half_width, p.y / half_height);
        let dark = film.vignette * smooth(0.25, 2.0, x * x + y * y);
        let light = shoulder(light.times(1.0 - dark));
        // Two throws added: grain that is mostly faint. It also dithers, hence never quite none.
        let (x, y) = (column as i32, row as i32);
        let throw = grain.speck(x, y) + grain.speck(y, !x) - 1.0;
        let visible = film.grain * 0.013 * mix(1.0, 0.45, light.luminance()) + 0.5 / 255.0;
        for channel in [light.r, light.g, light.b] {
            let value = encode(channel) + throw * visible;
            bytes.push((value * 255.0 + 0.5).clamp(0.0, 255.0) as u8);
        }
    }
    RgbImage::from_raw(frame.width, frame.height, bytes)
        .unwrap_or_else(|| RgbImage::new(frame.width, frame.height))
}

/// Leaves most light as it is, bends what is bright, and never goes beyond white.
fn shoulder(light: Rgb) -> Rgb {
    const KNEE: f32 = 0.8;
    let bend = |x: f32| {
        if x <= KNEE {
            return x;
        }
        let over = (x - KNEE) / (1.0 - KNEE);
        KNEE + (1.0 - KNEE) * over / (1.0 + over * 0.9)
    };
    Rgb { r: bend(light.r), g: bend(light.g), b: bend(light.b) }
}
