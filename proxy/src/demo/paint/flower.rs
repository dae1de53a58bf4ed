//! Ring upon ring of petals, seen from above.
//!
//! It owns the petals: their outline, their veins and the shadow each ring throws on the next one
//! out. Leaves and stems are left out on purpose: the flower fills the picture.

use super::Setting;
use super::brief::Hour;
use super::canvas::{Canvas, Frame, Point};
use super::colour::Rgb;
use super::maths::{angle, cosine, floor, fraction, glow, mix, sine, smooth};
use super::noise::Noise;
use super::ramp::Ramp;

/// A ring of equal petals.
struct Ring {
    count: f32,
    /// By how much the first petal is turned, in petals.
    phase: f32,
    reach: f32,
    /// How pointed they are: 0 is round.
    point: f32,
    depth: f32,
    seed: Noise,
}

struct Flower {
    frame: Frame,
    centre: Point,
    rings: Vec<Ring>,
    heart: f32,
    petal: Ramp,
    tip: Rgb,
    ground: Ramp,
    dust: Noise,
    pollen: Rgb,
    dark: Rgb,
}

/// Paints the flower.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let flower = Flower::new(set);
    Canvas::painted(set.frame, |p| flower.at(p))
}

impl Flower {
    fn new(set: &mut Setting<'_>) -> Self {
        let (frame, palette) = (set.frame, set.palette);
        let size = frame.room() * set.chance.between(0.50, 0.64);
        let heart = size * set.chance.between(0.10, 0.2);
        let petals = set.chance.whole(7, 15) as f32;
        let count = set.chance.whole(5, 9);
        let point = set.chance.between(0.0, 1.0);
        let rings = (0..count)
            .map(|i| {
                let t = i as f32 / (count - 1) as f32;
                Ring {
                    count: (petals * mix(0.8, 1.25, t)) as u32 as f32,
                    phase: i as f32 * 0.5 + set.chance.between(-0.12, 0.12),
                    reach: mix(heart * 1.55, size, t * (0.7 + 0.3 * t)),
                    point,
                    depth: t,
                    seed: Noise::new(set.chance.seed()),
                }
            })
            .collect();
        let (bright, dark) = (palette.body.vivid(1.15), palette.shade.vivid(1.1));
        let night = set.hour == Hour::Night;
        let ground = if night {
            Ramp::even(&[palette.deep.lighter(-0.12), palette.deep, palette.shade.lighter(-0.05)])
        } else {
            Ramp::even(&[
                palette.deep.lighter(-0.03),
                palette.shade.mix(palette.deep, 0.3),
                palette.body.mix(palette.light, 0.35).vivid(0.6),
            ])
        };
        Self {
            frame,
            centre: Point::new(
                set.chance.between(-0.3, 0.3) * frame.half_width(),
                set.chance.between(-0.2, 0.2) * frame.half_height(),
            ),
            rings,
            heart,
            petal: Ramp::new(&[
                (0.0, dark.lighter(-0.1)),
                (0.35, dark.mix(bright, 0.5)),
                (0.72, bright),
                (1.0, bright.mix(palette.light, 0.6)),
            ]),
            tip: palette.light.mix(palette.accent, 0.25).rgb(),
            ground,
            dust: Noise::new(set.chance.seed()),
            pollen: palette.accent.lighter(0.06).rgb(),
            dark: palette.deep.lighter(-0.05).rgb(),
        }
    }

    fn at(&self, p: Point) -> Rgb {
        let (x, y) = (p.x - self.centre.x, p.y - self.centre.y);
        let away = (x * x + y * y).sqrt();
        let turns = angle(y, x);
        let mut light = if away > self.heart * 1.5 { self.blur(p) } else { self.dark };
        // In the middle of its petals a ring hides all that lie outside it.
        let hides = |ring: &Ring| away > ring.reach * 0.36 && away < ring.reach * 0.56;
        let seen = self.rings.iter().position(hides).map_or(self.rings.len(), |first| first + 1);
        for ring in self.rings.iter().take(seen).rev() {
            if away < ring.reach * 1.2 {
                light = self.ring(ring, away, turns, light);
            }
        }
        self.pistil(x, y, away, light)
    }

    /// What lies behind, far out of focus.
    fn blur(&self, p: Point) -> Rgb {
        let soft = self.dust.fbm(p.x * 1.1, p.y * 1.1, 2);
        let light = self.ground.at(0.42 + 0.5 * soft - 0.25 * p.y);
        let cell = Point::new(p.x * 3.1, p.y * 3.1);
        let (column, row) = (floor(cell.x), floor(cell.y));
        let centre = Point::new(
            column as f32 + mix(0.4, 0.6, self.dust.speck(column, row)),
            row as f32 + mix(0.4, 0.6, self.dust.speck(!column, row)),
        );
        let radius = mix(0.16, 0.38, self.dust.speck(row, column));
        let seen = if self.dust.speck(column, !row) < 0.4 { 0.05 } else { 0.0 };
        light.lit(self.tip, seen * smooth(radius, radius * 0.6, cell.distance(centre)))
    }

    /// One ring over `under`.
    fn ring(&self, ring: &Ring, away: f32, turns: f32, under: Rgb) -> Rgb {
        let place = turns * ring.count + ring.phase;
        let main = floor(place + 0.5);
        let mut light = under;
        // Neighbours overlap: each petal lies on the one to its left, so they are laid in turn,
        // the odd ones first.
        let order =
            if main % 2 == 0 { [main - 1, main + 1, main] } else { [main, main - 1, main + 1] };
        for petal in order {
            let across = place - petal as f32;
            // Farther off than this neither a petal nor its shadow reaches.
            if across.abs() < 1.1 {
                light = self.petal(ring, petal, away, across, light);
            }
        }
        light
    }

    fn petal(&self, ring: &Ring, number: i32, away: f32, across: f32, under: Rgb) -> Rgb {
        // The last petal of a turn is the first of the next.
        let name = number.rem_euclid((ring.count as i32).max(1));
        let reach = ring.reach * mix(0.93, 1.05, ring.seed.speck(name, 1));
        let t = away / reach;
        let side = across + 0.05 * (ring.seed.speck(name, 2) - 0.5);
        // Half the width at `t`: swelling, then round or pointed at the end.
        let rest = (1.0 - t).max(0.0);
        let round = (1.0 - smooth(0.55, 1.0, t) * smooth(0.55, 1.0, t)).max(0.0).sqrt();
        let sharp = (rest * 1.9).min(1.0);
        let half = 0.80 * smooth(-0.25, 0.62, t) * mix(round, sharp, ring.point);
        // Distances across are in petals; this is what one measures here.
        let pitch = std::f32::consts::TAU * away / ring.count;
        let edge = ((side.abs() - half) * pitch * 0.8).max((t - 1.0) * reach);
        let shadow = 0.50 * smooth(0.055 * (0.4 + reach), -0.01, edge);
        let cover = self.frame.cover(edge);
        let under = under.mix(self.dark.mix(under, 0.25), shadow * (1.0 - cover));
        if cover <= 0.0 {
            return under;
        }
        let s = side / half.max(0.05);
        let vein = ring.seed.fbm(s * 7.0 + name as f32 * 3.7, t * 2.5, 2);
        let cup = 0.16 * cosine(s * 0.32) - 0.10 * s;
        let tone =
            0.10 + 0.62 * smooth(0.15, 1.0, t) + 0.08 * (1.0 - ring.depth) + cup + 0.09 * vein;
        let crease = 0.10 * glow(s, 0.06) * (1.0 - t);
        let rim = smooth(-0.012, 0.0, edge) * 0.30 + 0.30 * smooth(0.78, 1.02, t);
        let tint = mix(0.92, 1.08, ring.seed.speck(name, 3));
        let face = self.petal.at(tone - crease).times(tint).mix(self.tip, rim * 0.8);
        under.mix(face, cover)
    }

    /// The heart: seeds in the spiral that sunflowers have.
    fn pistil(&self, x: f32, y: f32, away: f32, under: Rgb) -> Rgb {
        let edge = away - self.heart;
        let shadow = 0.55 * smooth(0.06, -0.02, edge);
        let mut light = under.mix(self.dark, shadow * (1.0 - self.frame.cover(edge)));
        if edge > 0.02 {
            return light;
        }
        light = light.mix(self.dark, self.frame.cover(edge));
        // Seed n sits at the radius sqrt(n), turned by the golden angle; look at those near by.
        const SEEDS: f32 = 260.0;
        let spacing = self.heart / SEEDS.sqrt();
        let here = (away / spacing) * (away / spacing);
        let span = (3.6 * (away / spacing) + 5.0) as i32;
        let nearest = floor(here);
        for n in (nearest - span).max(0)..=(nearest + span).min(SEEDS as i32) {
            let radius = (n as f32 + 0.5).sqrt() * spacing;
            let turns = fraction(n as f32 * 0.381_966);
            let seed = Point::new(radius * cosine(turns), radius * sine(turns));
            let apart = Point::new(x, y).distance(seed) / spacing;
            if apart < 1.0 {
                let t = radius / self.heart;
                let bead = self.pollen.mix(self.dark, 0.55 * smooth(0.75, 0.15, t));
                let lit = 0.55 + 0.75 * smooth(0.7, 0.0, apart) - 0.25 * (y - seed.y) / spacing;
                light = light.mix(bead.times(lit), smooth(0.86, 0.62, apart));
            }
        }
        light
    }
}
