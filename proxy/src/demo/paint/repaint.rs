//! Painting from another picture.
//!
//! It owns what becomes of a source: it is cut to the frame, graded towards the scene's palette by
//! its own light and dark, mixed with the scene where the strength asks for it, and painted over.
//! It never looks at what the source shows. Where a mask says what is to be painted, it puts the rest
//! of the source back.

use image::RgbImage;
use image::imageops::{self, FilterType};

use super::Setting;
use super::canvas::{Canvas, Frame, Point};
use super::chance::Chance;
use super::colour::{Rgb, encode};
use super::develop::Film;
use super::impasto::impasto;
use super::maths::{mix, smooth};
use super::ramp::Ramp;

/// From which strength on the scene's own picture shows through.
const MERGES: f32 = 0.45;

/// The source repainted, and how to develop it. `draw` paints what the scene looks like by itself,
/// which takes its time and is not always wanted.
pub(super) fn repaint(
    set: &mut Setting<'_>,
    source: &RgbImage,
    draw: impl FnOnce(&mut Setting<'_>) -> Canvas,
    strength: f32,
) -> (Canvas, Film) {
    let cut = cut(source, set.frame);
    let palette = set.palette;
    let grade = Ramp::even(&[
        palette.deep.lighter(-0.12),
        palette.shade,
        palette.body,
        palette.body.mix(palette.light, 0.6),
        palette.light.lighter(0.03),
    ]);
    let (least, most) = range(&cut);
    let toned = smooth(0.0, 1.0, strength);
    let merged = 0.5 * smooth(MERGES, 1.0, strength);
    let own = (strength > MERGES).then(|| draw(set));
    let accent = palette.accent.rgb();
    let base = Canvas::painted(set.frame, |p| {
        let light = pixel(&cut, set.frame, p);
        // The source's own range is stretched to the palette's, lest a grey day stay grey.
        let value = (encode(light.luminance()) - least) / (most - least).max(0.05);
        let gaudy = light.r.max(light.g).max(light.b) - light.r.min(light.g).min(light.b);
        let graded = grade.at(value).mix(accent, 0.30 * smooth(0.15, 0.7, gaudy));
        let light = light.mix(graded, toned);
        // The scene is lit by the source, so that it keeps the source's forms.
        let scene = own.as_ref().map(|own| own.at(p).times(mix(0.25, 1.7, value.clamp(0.0, 1.0))));
        scene.map_or(light, |scene| light.mix(scene, merged))
    });
    let mut chance = Chance::new(set.chance.bits());
    let strokes = impasto(&base, 0.45 + 0.75 * strength, &mut chance);
    let wet = smooth(0.0, 0.35, strength);
    let canvas = Canvas::painted(set.frame, |p| base.at(p).mix(strokes.at(p), wet));
    let film =
        Film { vignette: Film::SCENE.vignette * strength, grain: Film::SCENE.grain * strength };
    (canvas, film)
}

/// `painted` where `mask` is white, `source` where it is black, and between the two a mixture.
pub(super) fn masked(source: &RgbImage, mask: &RgbImage, mut painted: RgbImage) -> RgbImage {
    let frame = Frame::new(painted.width(), painted.height());
    // A mask of another size means the same places, not the same pixels.
    let (width, height) = source.dimensions();
    let mask = cut(&imageops::resize(mask, width, height, FilterType::Triangle), frame);
    let source = cut(source, frame);
    for ((new, old), mask) in painted.pixels_mut().zip(source.pixels()).zip(mask.pixels()) {
        let [r, g, b] = mask.0.map(u32::from);
        // A mask saved as JPEG is never quite black or white.
        let share = match (2 * r + 5 * g + b) / 8 {
            0..=8 => 0,
            247.. => 255,
            grey => grey,
        };
        for (new, old) in new.0.iter_mut().zip(old.0) {
            let mixed = u32::from(*new) * share + u32::from(old) * (255 - share);
            *new = ((mixed + 127) / 255) as u8;
        }
    }
    painted
}

/// The largest part of `source` that has the shape of `frame`, at its size.
fn cut(source: &RgbImage, frame: Frame) -> RgbImage {
    let (wide, tall) = (source.width().max(1), source.height().max(1));
    let scale = (frame.width as f32 / wide as f32).max(frame.height as f32 / tall as f32);
    let side = |pixels: u32, limit: u32| ((pixels as f32 / scale + 0.5) as u32).clamp(1, limit);
    let (across, down) = (side(frame.width, wide), side(frame.height, tall));
    let part =
        imageops::crop_imm(source, (wide - across) / 2, (tall - down) / 2, across, down).to_image();
    imageops::resize(&part, frame.width, frame.height, FilterType::Triangle)
}

/// The light at `p` of a picture that has the size of `frame`.
fn pixel(picture: &RgbImage, frame: Frame, p: Point) -> Rgb {
    let x = (((p.x + frame.half_width()) * frame.unit) as u32).min(frame.width.saturating_sub(1));
    let y = (((p.y + frame.half_height()) * frame.unit) as u32).min(frame.height.saturating_sub(1));
    Rgb::decode(picture.get_pixel(x, y).0)
}

/// Between which values most of `picture` lies, 0 to 1.
fn range(picture: &RgbImage) -> (f32, f32) {
    let every = (picture.width() as usize * picture.height() as usize / 4096).max(1);
    let mut values: Vec<f32> = picture
        .pixels()
        .step_by(every)
        .map(|pixel| encode(Rgb::decode(pixel.0).luminance()))
        .collect();
    values.sort_by(f32::total_cmp);
    let at = |share: f32| values.get((share * values.len() as f32) as usize).copied();
    (at(0.02).unwrap_or(0.0), at(0.98).unwrap_or(1.0))
}
