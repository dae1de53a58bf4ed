//! A skyline at night, mirrored in a wet street, behind lights that are out of focus.
//!
//! It owns the buildings, their windows and the street; the lights before it are [`super::bokeh`]'s. Nothing in it is a real place.

use super::Setting;
use super::bokeh;
use super::brief::{Hour, Thing};
use super::canvas::{Canvas, Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{floor, fraction, glow, mix, smooth};
use super::noise::Noise;
use super::ramp::Ramp;
use super::relief::Relief;

/// One row of buildings, at one distance.
struct Block {
    plan: Noise,
    /// Width of a plot.
    plot: f32,
    low: f32,
    high: f32,
    wall: Rgb,
    lamps: f32,
    window: f32,
}

struct City {
    frame: Frame,
    street: f32,
    sky: Ramp,
    clouds: Relief,
    blocks: Vec<Block>,
    warm: Rgb,
    other: Rgb,
    ripples: Noise,
    rain: f32,
}

/// Paints the scene.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let city = City::new(set);
    let mut canvas = Canvas::painted(set.frame, |p| city.at(p));
    bokeh::scatter(&mut canvas, set, city.street);
    canvas
}

impl City {
    fn new(set: &mut Setting<'_>) -> Self {
        // A city is painted for its lights, whatever the hour.
        let (frame, palette) = (set.frame, set.palette.at_night());
        let half = frame.half_height();
        let street = half * set.chance.between(0.38, 0.6);
        let low = match set.hour {
            Hour::Dusk => palette.accent.lighter(-0.06),
            Hour::Day | Hour::Night => palette.shade.mix(palette.accent, 0.35).lighter(0.02),
        }
        .vivid(0.65)
        .lighter(-0.05);
        let air = Ramp::new(&[
            (0.0, palette.deep.lighter(-0.11)),
            (0.55, palette.shade.lighter(-0.12)),
            (1.0, low),
        ]);
        let tall = (street + half).min(1.5);
        let haze = Noise::new(set.chance.seed());
        let count = 4;
        let blocks = (0..count)
            .map(|i| {
                let near = i as f32 / (count - 1) as f32;
                Block {
                    plan: Noise::new(set.chance.seed()),
                    plot: mix(0.055, 0.15, near) * set.chance.between(0.85, 1.2),
                    low: tall * mix(0.30, 0.06, near),
                    high: tall * mix(0.82, 0.50, near),
                    wall: air
                        .at(0.97)
                        .mix(palette.deep.lighter(-0.13).rgb(), mix(0.40, 0.97, near)),
                    lamps: mix(0.25, 0.36, near),
                    window: mix(0.0075, 0.0145, near),
                }
            })
            .collect();
        Self {
            frame,
            street,
            sky: air,
            clouds: Relief::new(frame, 4, |p| haze.fbm(p.x * 1.6, p.y * 3.4, 3)),
            blocks,
            warm: Tone::new(0.86, 0.12, 78.0).rgb(),
            other: palette.body.mix(palette.accent, 0.5).lighter(0.15).rgb(),
            ripples: Noise::new(set.chance.seed()),
            rain: if set.brief.has(Thing::Rain) { 1.0 } else { 0.0 },
        }
    }

    fn at(&self, p: Point) -> Rgb {
        let light = if p.y < self.street { self.above(p) } else { self.wet(p) };
        if self.rain <= 0.0 {
            return light;
        }
        // Streaks: noise that is very long in one direction.
        let streak = self.ripples.at((p.x + p.y * 0.08) * 150.0, p.y * 5.0);
        light.lit(self.sky.at(1.0), 0.35 * smooth(0.45, 0.9, streak))
    }

    fn above(&self, p: Point) -> Rgb {
        let half = self.frame.half_height();
        let down = (p.y + half) / (self.street + half);
        let cloud = self.clouds.at(p);
        let mut light = self.sky.at(down).times(1.0 + 0.35 * cloud * down);
        for block in &self.blocks {
            // The street's light hangs in the air between the rows.
            light = light.lit(self.warm, 0.045 * glow(self.street - p.y, 0.12));
            light = self.row(block, p, light);
        }
        light
    }

    fn row(&self, block: &Block, p: Point, under: Rgb) -> Rgb {
        let column = floor(p.x / block.plot);
        let within = fraction(p.x / block.plot) * block.plot;
        let tall = |column: i32| {
            let chance = block.plan.speck(column, 1);
            mix(block.low, block.high, chance * chance)
        };
        let gap = block.plot * 0.06 * block.plan.speck(column, 2);
        let roof = self.street - tall(column);
        // A third of the towers step back near the top, and some end in a mast.
        let step = if block.plan.speck(column, 3) < 0.35 { block.plot * 0.2 } else { 0.0 };
        let side = (gap - within).max(within - block.plot + gap);
        let body = side.max(roof + step * 1.1 - p.y);
        let upper = (side + step).max(roof - p.y);
        let mast = ((within - block.plot * 0.5).abs() - 0.0016)
            .max(roof - block.plot * 0.55 - p.y)
            .max(p.y - roof - 0.01);
        let has_mast = block.plan.speck(column, 4) < 0.22;
        let outline = body.min(upper).min(if has_mast { mast } else { f32::MAX });
        let cover = self.frame.cover(outline);
        if cover <= 0.0 {
            return under;
        }
        let mut wall = block.wall.times(
            1.0 + 0.5 * smooth(0.35, 0.0, self.street - p.y)
                + 0.12 * (block.plan.speck(column, 5) - 0.5),
        );
        wall = wall.lit(self.windows(block, column, p), 1.0);
        under.mix(wall, cover)
    }

    /// The light of the window at `p`, if there is one and somebody is at home.
    fn windows(&self, block: &Block, house: i32, p: Point) -> Rgb {
        let (wide, tall) = (block.window, block.window * 1.45);
        let (across, floor_number) = (floor(p.x / wide), floor(p.y / tall));
        let x = (fraction(p.x / wide) - 0.5).abs() * wide - wide * 0.29;
        let y = (fraction(p.y / tall) - 0.5).abs() * tall - tall * 0.29;
        let home = block
            .plan
            .speck(across.wrapping_add(house.wrapping_mul(31)), floor_number.wrapping_add(977));
        // Whole floors work late in some houses.
        let late = if block.plan.speck(house, floor_number) < 0.12 { 0.35 } else { 0.0 };
        if home > block.lamps + late {
            return Rgb::BLACK;
        }
        let hue = block.plan.speck(across, !floor_number);
        let light = if hue < 0.2 { self.other } else { self.warm };
        light.times(
            self.frame.cover(x.max(y)) * mix(0.25, 0.95, block.plan.speck(!across, floor_number)),
        )
    }

    /// The street: the skyline upside down, drawn out by the wet.
    fn wet(&self, p: Point) -> Rgb {
        let depth = (p.y - self.street) / (self.frame.half_height() - self.street).max(1e-3);
        let wave = self.ripples.fbm(p.x * 5.0, p.y * 26.0 / (0.5 + depth), 2);
        let shake = wave * (0.003 + 0.008 * depth);
        let mut light = Rgb::BLACK;
        // Several looks into the mirror, along the height, blur it as wet asphalt does.
        for look in 0..5 {
            let reach = 1.1 + 0.13 * look as f32 * (0.3 + depth);
            let image = Point::new(
                p.x + shake,
                self.street - (p.y - self.street) * reach - 0.004 - shake.abs(),
            );
            light = light.lit(self.above(image), 0.2);
        }
        let kerb = glow(depth, 0.03) * 0.25;
        light.times(mix(0.85, 0.6, depth) * (1.0 + 0.4 * wave)).lit(self.warm, kerb)
    }
}
