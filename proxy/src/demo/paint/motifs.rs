//! Small things that are drawn rather than computed: what turns weather into a place.
//!
//! It owns birds, the sailing boat and falling snow; [`super::lighthouse`] is large enough for a
//! file of its own. Each is laid
//! over light that is already there and knows nothing of the scene around it.

use super::Setting;
use super::canvas::{Canvas, Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{floor, mix, smooth};
use super::noise::Noise;
use super::shapes::{polygon, slab, stick};

/// A few birds, far away.
pub(super) struct Flock {
    frame: Frame,
    birds: Vec<(Point, f32, f32)>,
    ink: Rgb,
    centre: Point,
    reach: f32,
}

impl Flock {
    /// A flock whose middle flies at the height `y`.
    pub(super) fn new(set: &mut Setting<'_>, y: f32) -> Self {
        let room = set.frame.room();
        let chance = &mut set.chance;
        let centre = Point::new(
            chance.between(-0.5, 0.5) * set.frame.half_width(),
            y * chance.between(0.7, 1.3),
        );
        let birds = (0..chance.whole(3, 8))
            .map(|_| {
                let at = centre
                    .moved(chance.between(-0.12, 0.12) * room, chance.between(-0.05, 0.05) * room);
                (at, chance.between(0.010, 0.019) * room, chance.between(0.15, 0.75))
            })
            .collect();
        Self {
            frame: set.frame,
            birds,
            ink: set.palette.deep.lighter(-0.05).rgb(),
            centre,
            reach: 0.2 * room,
        }
    }

    /// The flock over `light`.
    pub(super) fn over(&self, p: Point, light: Rgb) -> Rgb {
        if p.distance(self.centre) > self.reach {
            return light;
        }
        let away = self.birds.iter().fold(f32::MAX, |nearest, (at, span, lift)| {
            let x = (p.x - at.x).abs() / span;
            // A wing is an arc: up from the body, and down again towards the tip.
            let wing = at.y - span * lift * x * (1.7 - x);
            let thick = span * 0.10 * (1.15 - x);
            nearest.min(((p.y - wing).abs() - thick).max((x - 1.0) * span))
        });
        light.mix(self.ink, 0.85 * self.frame.cover(away))
    }
}

/// A small sailing boat.
pub(super) struct Boat {
    frame: Frame,
    at: Point,
    size: f32,
    hull: Rgb,
    sail: Rgb,
    jib: Rgb,
}

impl Boat {
    /// A boat whose waterline is at `at`; `size` is the height of its mast.
    pub(super) fn new(
        frame: Frame,
        at: Point,
        size: f32,
        hull: Tone,
        sail: Tone,
        jib: Tone,
    ) -> Self {
        Self { frame, at, size, hull: hull.rgb(), sail: sail.rgb(), jib: jib.rgb() }
    }

    /// The height of its waterline.
    pub(super) fn waterline(&self) -> f32 {
        self.at.y
    }

    /// The boat over `under`.
    pub(super) fn over(&self, p: Point, under: Rgb) -> Rgb {
        let s = self.size;
        let q = Point::new((p.x - self.at.x) / s, (p.y - self.at.y) / s);
        if q.x.abs() > 0.8 || q.y < -1.2 || q.y > 0.1 {
            return under;
        }
        let cover = |away: f32| self.frame.cover(away * s);
        let corners = |points: &[(f32, f32)]| {
            points.iter().map(|(x, y)| Point::new(*x, *y)).collect::<Vec<_>>()
        };
        // Sails belly: their leech is pushed out by a parabola.
        let belly = |p: Point, by: f32| {
            let t = (p.y + 0.55) / 0.45;
            Point::new(p.x - by * (1.0 - t * t).max(0.0), p.y)
        };
        let main =
            polygon(belly(q, 0.05), &corners(&[(0.02, -1.05), (0.02, -0.17), (0.50, -0.17)]));
        let jib =
            polygon(belly(q, -0.03), &corners(&[(-0.03, -0.92), (-0.03, -0.17), (-0.36, -0.13)]));
        let mast = stick(q, Point::new(0.0, -0.05), Point::new(0.0, -1.1), 0.011, 0.006);
        let hull =
            polygon(q, &corners(&[(-0.50, -0.14), (0.52, -0.12), (0.40, 0.02), (-0.34, 0.02)]));
        let shade = |x: f32| 0.82 + 0.3 * smooth(0.5, 0.0, x.abs());
        under
            .mix(self.sail.times(shade(q.x)), cover(main))
            .mix(self.jib.times(shade(q.x)), cover(jib))
            .mix(self.hull.times(0.6), cover(mast))
            .mix(self.hull.times(1.0 - smooth(-0.12, 0.03, q.y) * 0.45), cover(hull))
            .mix(
                self.sail.times(0.8),
                cover(slab(q, Point::new(0.01, -0.115), (0.47, 0.008), 0.0).max(hull)),
            )
    }
}

/// Flakes at three distances, the nearest large and out of focus.
pub(super) fn snowfall(canvas: &mut Canvas, seed: u32) {
    let flakes = Noise::new(seed);
    let frame = canvas.frame;
    canvas.glaze(|p, under| {
        let fallen: f32 =
            [(23.0, 0.0030, 0.75, 0.2), (11.0, 0.007, 0.5, -0.3), (4.3, 0.02, 0.16, 0.4)]
                .iter()
                .map(|(density, radius, strength, lean)| {
                    // Each veil hangs aslant in its own way, so that no grid shows.
                    let q = Point::new((p.x + lean * p.y) * density, (p.y - lean * p.x) * density);
                    let (column, row) = (floor(q.x), floor(q.y));
                    let size = radius * density * mix(0.4, 1.0, flakes.speck(!row, column));
                    let at = |bits: f32| mix(size, 1.0 - size, bits);
                    let centre = Point::new(
                        column as f32 + at(flakes.speck(column, row)),
                        row as f32 + at(flakes.speck(row, !column)),
                    );
                    let falls =
                        if flakes.speck(column ^ 0x2a, row) < 0.45 { *strength } else { 0.0 };
                    falls * smooth(size + frame.pixel() * density, size * 0.4, q.distance(centre))
                })
                .sum();
        under.mix(Rgb { r: 0.93, g: 0.96, b: 1.0 }, fallen.min(0.9))
    });
}
