//! The painter: draws a picture for a prompt, out of nothing but arithmetic.
//!
//! It is not a model and does not pretend to be one. It reads the few words that it knows, draws
//! the rest by lot from a seed, and paints in one of eleven styles. It owns the way from a [`Scene`]
//! to pixels and nothing else: no clock, no file, no network, no thread; the queue, the encoding
//! and the delays of the demo engine are its caller's. Arithmetic is kept to what every machine
//! rounds alike, so that a scene has exactly one picture.

mod aurora;
mod bauhaus;
mod bokeh;
mod brief;
mod brush;
mod canvas;
mod chance;
mod city;
mod colour;
mod develop;
mod flower;
mod impasto;
mod iris;
mod lighthouse;
mod maths;
mod motifs;
mod mountains;
mod noise;
mod palette;
mod papercut;
mod portrait;
mod ramp;
mod relief;
mod repaint;
mod sea;
mod shapes;
mod silk;
mod sky;
mod strokes;
#[cfg(test)]
mod tests;
mod words;

use image::RgbImage;

use self::brief::{Brief, Hour, Style, Thing};
use self::canvas::{Canvas, Frame};
use self::chance::Chance;
use self::develop::{Film, develop};
use self::palette::Palette;

/// A picture to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    /// What it is to show, in the user's words.
    pub(crate) prompt: &'a str,
    /// Which of all its pictures it is.
    pub(crate) seed: u64,
    /// Pixels across.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
    /// Which picture of its batch it is.
    pub(crate) index: u32,
    /// By how many degrees its colours are turned; nothing else of it changes.
    pub(crate) turn: f32,
}

/// What every style is given: where to paint, what was asked for, and the lots to draw.
struct Setting<'a> {
    frame: Frame,
    brief: &'a Brief,
    palette: Palette,
    hour: Hour,
    chance: Chance,
}

impl<'a> Setting<'a> {
    fn new(scene: &Scene<'_>, brief: &'a Brief) -> Self {
        let words = chance::seed_of(&scene.prompt.trim().to_lowercase());
        let lot = chance::scramble(scene.seed).wrapping_add(u64::from(scene.index) << 32);
        let mut chance = Chance::new(words ^ chance::scramble(lot));
        let hour = brief
            .hour
            .unwrap_or(chance.pick(Hour::Day, &[Hour::Day, Hour::Dusk, Hour::Dusk, Hour::Night]));
        let palette = Palette::choose(brief, &mut chance);
        let palette = if scene.turn == 0.0 { palette } else { palette.turned(scene.turn) };
        let palette = if hour == Hour::Night { palette.at_night() } else { palette };
        Self { frame: Frame::new(scene.width, scene.height), brief, palette, hour, chance }
    }

    /// The style that the prompt speaks for, or one by lot.
    fn style(&mut self) -> Style {
        let any = [
            Style::Sea,
            Style::Aurora,
            Style::City,
            Style::Silk,
            Style::Strokes,
            Style::Papercut,
            Style::Bauhaus,
            Style::Flower,
        ];
        let drawn = self.chance.pick(Style::Mountains, &any);
        self.brief.style.unwrap_or(drawn)
    }
}

/// The picture for `scene`: always the same one.
pub(crate) fn paint(scene: &Scene<'_>) -> RgbImage {
    let brief = Brief::read(scene.prompt);
    let mut set = Setting::new(scene, &brief);
    let (canvas, film) = draw(&mut set);
    develop(&canvas, film, set.chance.seed())
}

/// The picture for `scene` painted over `source`, which is cut to its size.
///
/// `strength`, 0.0 to 1.0, says how far the result leaves the source: at 0 it is the source itself,
/// at 1 only its composition is left.
pub(crate) fn repaint(scene: &Scene<'_>, source: &RgbImage, strength: f64) -> RgbImage {
    let brief = Brief::read(scene.prompt);
    let mut set = Setting::new(scene, &brief);
    let strength = strength.clamp(0.0, 1.0) as f32;
    let (canvas, film) = repaint::repaint(&mut set, source, |set| draw(set).0, strength);
    develop(&canvas, film, set.chance.seed())
}

/// The picture for `scene` painted into `source` where `mask` is white; where it is black, the source
/// stays as it is. Both are cut to the scene's size.
pub(crate) fn inpaint(
    scene: &Scene<'_>,
    source: &RgbImage,
    mask: &RgbImage,
    strength: f64,
) -> RgbImage {
    let painted = repaint(scene, source, strength);
    repaint::masked(source, mask, painted)
}

/// By how many degrees the name of a style turns the colours: 40 to 120, one way or the other.
pub(crate) fn turn_of(name: &str) -> f32 {
    let mut chance = Chance::new(chance::seed_of(name));
    let turn = chance.between(40.0, 120.0);
    if chance.happens(0.5) { turn } else { -turn }
}

fn draw(set: &mut Setting<'_>) -> (Canvas, Film) {
    let style = set.style();
    let (paint, film): (fn(&mut Setting<'_>) -> Canvas, Film) = match style {
        Style::Mountains => (mountains::paint, Film::SCENE),
        Style::Sea => (sea::paint, Film::SCENE),
        Style::Aurora => (aurora::paint, Film::SCENE),
        Style::City => (city::paint, Film::SCENE),
        Style::Silk => (silk::paint, Film::SCENE),
        Style::Strokes => (strokes::paint, Film::PRINT),
        Style::Papercut => (papercut::paint, Film::PRINT),
        Style::Bauhaus => (bauhaus::paint, Film::PRINT),
        Style::Flower => (flower::paint, Film::SCENE),
        Style::Iris => (iris::paint, Film::SCENE),
        Style::Portrait => (portrait::paint, Film::PRINT),
    };
    let canvas = paint(set);
    if set.brief.has(Thing::Impasto) && style != Style::Strokes {
        return (impasto::impasto(&canvas, 0.62, &mut set.chance), Film::PRINT);
    }
    (canvas, film)
}
