//! Ribbons of paint along an unseen current.
//!
//! It owns the current, which winds round a few eddies, and the choice of colour along it. The
//! mark of the brush is [`super::brush`]'s.

use super::Setting;
use super::brush::Stroke;
use super::canvas::{Canvas, Point};
use super::colour::Tone;
use super::maths::{angle, cosine, glow, mix, sine};
use super::noise::Noise;
use super::ramp::Ramp;

/// Which way paint flows.
struct Current {
    drift: Noise,
    heading: f32,
    bend: f32,
    eddies: Vec<(Point, f32, f32)>,
}

impl Current {
    fn new(set: &mut Setting<'_>) -> Self {
        let (frame, chance) = (set.frame, &mut set.chance);
        let eddies = (0..chance.whole(1, 4))
            .map(|_| {
                let at = Point::new(
                    chance.between(-0.8, 0.8) * frame.half_width(),
                    chance.between(-0.8, 0.8) * frame.half_height(),
                );
                (at, chance.between(0.14, 0.32), chance.pick(1.0, &[-1.0]))
            })
            .collect();
        Self {
            drift: Noise::new(chance.seed()),
            heading: chance.between(-0.15, 0.15),
            bend: chance.between(0.22, 0.5),
            eddies,
        }
    }

    /// The direction at `p`, in turns.
    fn at(&self, p: Point) -> f32 {
        let turns = self.heading + self.bend * self.drift.fbm(p.x * 0.9, p.y * 0.9, 2);
        let (mut x, mut y) = (cosine(turns), sine(turns));
        for (centre, reach, sense) in &self.eddies {
            let (dx, dy) = (p.x - centre.x, p.y - centre.y);
            let away = (dx * dx + dy * dy).sqrt().max(1e-4);
            let pull = 2.6 * glow(away, *reach) * glow(away, *reach);
            x += pull * sense * -dy / away;
            y += pull * sense * dx / away;
        }
        angle(y, x)
    }
}

/// Paints the ribbons.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let (frame, palette) = (set.frame, set.palette);
    let current = Current::new(set);
    let (tint, hair) = (Noise::new(set.chance.seed()), Noise::new(set.chance.seed()));
    let bright = set.chance.happens(0.45);
    let [deep, shade, body, light] = palette.scale();
    let ramp = if bright {
        Ramp::even(&[light, body.mix(light, 0.4), body, palette.accent, shade])
    } else {
        Ramp::even(&[deep, shade, body, palette.accent, light])
    };
    let ground: [Tone; 2] = if bright {
        [light, body.mix(light, 0.6)]
    } else {
        [deep.lighter(-0.05), shade.lighter(-0.06)]
    };
    let back = Ramp::even(&ground);
    let half = frame.half_height();
    let mut canvas = Canvas::painted(frame, |p| {
        back.at(0.5 + 0.5 * p.y / half + 0.25 * tint.at(p.x * 2.0, p.y * 2.0))
    });
    let area = 4.0 * frame.half_width() * half;
    // Broad and few first, then fine and many.
    for (count, wide, long) in
        [(60.0, 0.034, 0.85), (170.0, 0.017, 0.7), (300.0, 0.008, 0.6), (260.0, 0.0032, 0.7)]
    {
        for _ in 0..(count * area) as u32 {
            let start = Point::new(
                set.chance.between(-1.1, 1.1) * frame.half_width(),
                set.chance.between(-1.1, 1.1) * half,
            );
            let half = wide * set.chance.between(0.6, 1.25);
            let value = 0.5
                + 0.62 * tint.fbm(start.x * 1.4 + 4.0, start.y * 1.4, 2)
                + set.chance.between(-0.17, 0.17);
            let stray = set.chance.happens(0.06);
            let colour = if stray { palette.accent.rgb() } else { ramp.at(value) };
            let stroke = Stroke {
                path: path(&current, start, long * set.chance.between(0.4, 1.0), half),
                half,
                colour: colour.times(mix(0.88, 1.12, set.chance.unit())),
                name: set.chance.unit(),
            };
            stroke.lay(&mut canvas, hair);
        }
    }
    canvas
}

/// The way of something that floats from `start` for a distance of `long`.
fn path(current: &Current, start: Point, long: f32, half: f32) -> Vec<Point> {
    let step = (half * 0.9).clamp(0.008, 0.022);
    let mut path = vec![start];
    let mut p = start;
    for _ in 0..(long / step) as u32 {
        let turns = current.at(p);
        p = p.moved(cosine(turns) * step, sine(turns) * step);
        path.push(p);
    }
    path
}
