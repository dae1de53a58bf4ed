//! Flat geometry, as printed with few inks on a toned sheet.
//!
//! It owns the tiles of the grid and the large composition of circle, bar and arc. All edges are
//! exact; there is no light and no depth.

use super::Setting;
use super::canvas::{Canvas, Frame, Point};
use super::chance::Chance;
use super::colour::{Rgb, Tone};
use super::maths::{cosine, floor, fraction, sine};
use super::noise::Noise;
use super::palette::Palette;
use super::shapes::{disc, slab};

/// The inks, the lightest being the sheet itself.
struct Inks {
    paper: Rgb,
    black: Rgb,
    colours: [Rgb; 4],
}

impl Inks {
    fn new(palette: &Palette) -> Self {
        let strong = |tone: Tone| tone.vivid(1.15).rgb();
        Self {
            paper: palette.light.lighter(0.015).vivid(0.8).rgb(),
            black: palette.deep.rgb(),
            colours: [
                strong(palette.accent),
                strong(palette.body),
                strong(palette.shade),
                palette.body.mix(palette.light, 0.55).rgb(),
            ],
        }
    }

    /// An ink for a number from 0 to 1.
    fn pick(&self, chance: f32) -> Rgb {
        let all = self.colours.iter().chain([&self.black]);
        all.copied().nth((chance * 5.0) as usize).unwrap_or(self.paper)
    }
}

/// Paints the print.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let inks = Inks::new(&set.palette);
    if set.chance.happens(0.55) { tiles(set, &inks) } else { composition(set, &inks) }
}

fn tiles(set: &mut Setting<'_>, inks: &Inks) -> Canvas {
    let frame = set.frame;
    let plan = Noise::new(set.chance.seed());
    let side = frame.room().max(0.25) / set.chance.whole(3, 5) as f32;
    let tooth = Noise::new(set.chance.seed());
    Canvas::painted(frame, |p| {
        let (column, row) = (floor(p.x / side), floor(p.y / side));
        let cell = |n: i32| {
            plan.speck(column.wrapping_mul(9).wrapping_add(n), row.wrapping_mul(7).wrapping_sub(n))
        };
        // Within the tile, turned by quarters: -1 to 1 both ways.
        let (mut x, mut y) = (fraction(p.x / side) * 2.0 - 1.0, fraction(p.y / side) * 2.0 - 1.0);
        for _ in 0..(cell(1) * 4.0) as u32 {
            (x, y) = (-y, x);
        }
        let ground = if cell(2) < 0.42 { inks.paper } else { inks.pick(cell(3)) };
        let other = |n: i32| {
            let ink = inks.pick(cell(n));
            if ink == ground { inks.paper } else { ink }
        };
        let cover = |away: f32| frame.cover(away * side * 0.5);
        let q = Point::new(x, y);
        let corner = Point::new(-1.0, -1.0);
        let ink = other(4);
        let second = if other(5) == ink { ground } else { other(5) };
        let light = match (cell(6) * 9.0) as u32 {
            0 => ground.mix(ink, cover(disc(q, corner, 2.0))),
            1 => ground
                .mix(ink, cover(disc(q, corner, 2.0)))
                .mix(second, cover(disc(q, corner, 1.0))),
            2 => ground
                .mix(ink, cover(disc(q, Point::default(), 0.72)))
                .mix(second, cover(disc(q, Point::default(), 0.28))),
            3 => ground.mix(
                ink,
                cover(disc(q, Point::new(-1.0, 0.0), 1.0).min(disc(q, Point::new(1.0, 0.0), 1.0))),
            ),
            4 => ground.mix(ink, cover((x + y) / std::f32::consts::SQRT_2)),
            5 => ground.mix(ink, cover(((fraction((x + 1.0) * 2.0) - 0.5).abs() - 0.25) / 2.0)),
            6 => ground.mix(
                ink,
                cover(
                    (disc(q, corner, 1.0).abs() - 0.24)
                        .min(disc(q, corner, 1.9).abs() - 0.1)
                        .min(disc(q, corner, 0.3)),
                ),
            ),
            7 => ground
                .mix(ink, cover(disc(q, Point::new(0.0, -1.0), 1.0)))
                .mix(second, cover(disc(q, Point::new(0.0, 1.0), 1.0))),
            _ => {
                ground.mix(ink, cover(disc(q, corner, 2.0).max(disc(q, Point::new(1.0, 1.0), 2.0))))
            }
        };
        light.times(printed(tooth, p))
    })
}

/// One thing of the large composition.
enum Form {
    Disc(Point, f32),
    Ring(Point, f32, f32),
    Half(Point, f32, f32),
    Bar(Point, (f32, f32), f32),
    Stripes(Point, (f32, f32), f32),
}

impl Form {
    fn random(chance: &mut Chance, frame: Frame, size: f32) -> Self {
        let at = Point::new(
            chance.between(-0.62, 0.62) * frame.half_width(),
            chance.between(-0.62, 0.62) * frame.half_height(),
        );
        let turn = chance.pick(0.0, &[0.125, 0.25, 0.375, -0.0833]);
        match chance.whole(0, 5) {
            0 => Self::Disc(at, size * 0.6),
            1 => Self::Ring(at, size * 0.7, size * chance.between(0.03, 0.14)),
            2 => Self::Half(at, size * 0.85, turn),
            3 => Self::Stripes(at, (size * 0.55, size * 0.55), turn),
            _ => Self::Bar(
                at,
                (size * chance.between(0.8, 1.7), size * chance.between(0.02, 0.16)),
                turn,
            ),
        }
    }

    fn away(&self, p: Point) -> f32 {
        match *self {
            Self::Disc(at, radius) => disc(p, at, radius),
            Self::Ring(at, radius, width) => disc(p, at, radius).abs() - width,
            Self::Half(at, radius, turn) => disc(p, at, radius).max(turned(p, at, turn).y),
            Self::Bar(at, half, turn) => slab(turned(p, at, turn), Point::default(), half, 0.0),
            Self::Stripes(at, half, turn) => {
                let q = turned(p, at, turn);
                let pitch = half.1 / 4.5;
                let stripe = ((fraction(q.y / pitch) - 0.5).abs() - 0.22) * pitch;
                slab(q, Point::default(), half, 0.0).max(stripe)
            }
        }
    }
}

fn composition(set: &mut Setting<'_>, inks: &Inks) -> Canvas {
    let (frame, room) = (set.frame, set.frame.room());
    let hero = Point::new(
        set.chance.between(-0.3, 0.3) * frame.half_width(),
        set.chance.between(-0.25, 0.2) * frame.half_height(),
    );
    let mut forms =
        vec![(Form::Disc(hero, room * set.chance.between(0.24, 0.34)), inks.pick(0.0), false)];
    for i in 0..set.chance.whole(8, 12) {
        let size = room
            * if i < 3 { set.chance.between(0.22, 0.38) } else { set.chance.between(0.05, 0.2) };
        let ink = inks.pick(set.chance.unit());
        forms.push((Form::random(&mut set.chance, frame, size), ink, set.chance.happens(0.6)));
    }
    let tooth = Noise::new(set.chance.seed());
    Canvas::painted(frame, |p| {
        let light = forms.iter().fold(inks.paper, |light, (form, ink, sheer)| {
            // Sheer inks darken each other where they overlap, as in a real print.
            let over = Rgb { r: light.r * ink.r, g: light.g * ink.g, b: light.b * ink.b };
            let shown = if *sheer { over.mix(*ink, 0.35) } else { *ink };
            light.mix(shown, frame.cover(form.away(p)))
        });
        light.times(printed(tooth, p))
    })
}

/// `p` seen from `at`, with the axes turned.
fn turned(p: Point, at: Point, turn: f32) -> Point {
    let (x, y) = (p.x - at.x, p.y - at.y);
    let (c, s) = (cosine(turn), sine(turn));
    Point::new(c * x + s * y, c * y - s * x)
}

/// How much ink the paper took: a factor near 1.
fn printed(tooth: Noise, p: Point) -> f32 {
    1.0 + 0.03 * tooth.fbm(p.x * 90.0, p.y * 90.0, 2)
}
