//! The sky that the outdoor styles share.
//!
//! It owns the gradient of the hour, the clouds, the stars and the disc of sun or moon. It knows
//! the height of the horizon, but nothing of what stands before it.

use super::Setting;
use super::brief::{Hour, Thing};
use super::canvas::{Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{floor, glow, mix, smooth};
use super::noise::Noise;
use super::ramp::Ramp;
use super::relief::Relief;
use super::shapes::disc;

/// A sun or a moon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Orb {
    /// Where its middle is.
    pub(super) centre: Point,
    /// Its size.
    pub(super) radius: f32,
    /// Its light; brighter than white for a sun.
    pub(super) light: Rgb,
    /// Whether it has the moon's dark seas.
    moon: bool,
}

/// All of a sky.
#[derive(Clone, Debug)]
pub(super) struct Sky {
    frame: Frame,
    top: f32,
    horizon: f32,
    ramp: Ramp,
    /// The disc, if there is one.
    pub(super) orb: Option<Orb>,
    /// How thick the clouds are.
    clouds: Relief,
    cloud: Rgb,
    /// The moon's dark seas.
    seas: Noise,
    stars: Option<Noise>,
    /// How much of the disc the fog lets through.
    clear: f32,
}

impl Sky {
    /// The sky of `set`, down to `horizon`.
    pub(super) fn new(set: &mut Setting<'_>, horizon: f32) -> Self {
        let (frame, palette) = (set.frame, set.palette);
        let fog = set.brief.has(Thing::Fog);
        let top = -frame.half_height();
        // A sky that was asked for in a colour keeps to it: no glow of another one in the west.
        let flame = if set.brief.tints.is_empty() {
            palette.accent
        } else {
            palette.body.turned(20.0).lighter(0.12)
        };
        let stops = match set.hour {
            Hour::Day => [
                palette.body.mix(palette.light, 0.15),
                palette.body.mix(palette.light, 0.6),
                palette.light,
            ],
            Hour::Dusk => [
                palette.shade.lighter(-0.04),
                palette.body.mix(flame, 0.35),
                palette.light.mix(flame, 0.45),
            ],
            Hour::Night => [palette.deep.lighter(-0.11), palette.deep, palette.shade.lighter(0.02)],
        };
        let [high, middle, low] = stops;
        let ramp = Ramp::new(&[(0.0, high), (0.6, middle), (1.0, low)]);
        let cloud = match set.hour {
            Hour::Day => palette.light.lighter(0.04),
            Hour::Dusk => flame.mix(palette.light, 0.5),
            Hour::Night => palette.shade.lighter(0.06),
        };
        Self {
            frame,
            top,
            horizon,
            ramp,
            orb: Self::place_orb(set, horizon),
            clouds: clouds(set, top, horizon),
            seas: Noise::new(set.chance.seed()),
            cloud: cloud.rgb(),
            clear: if fog { 0.45 } else { 1.0 },
            stars: (set.hour == Hour::Night && !fog).then(|| Noise::new(set.chance.seed())),
        }
    }

    fn place_orb(set: &mut Setting<'_>, horizon: f32) -> Option<Orb> {
        let asked = set.brief.has(Thing::Sun) || set.brief.has(Thing::Moon);
        let (frame, chance) = (set.frame, &mut set.chance);
        let side = chance.between(0.12, 0.6) * chance.pick(1.0, &[-1.0]);
        let lift = match set.hour {
            Hour::Dusk => chance.between(0.05, 0.3),
            Hour::Day | Hour::Night => chance.between(0.45, 0.75),
        };
        let size = chance.between(0.045, 0.10) * if set.hour == Hour::Dusk { 1.35 } else { 1.0 };
        let tall = horizon + frame.half_height();
        let wanted = asked || chance.happens(0.75);
        let moon = set.hour == Hour::Night;
        let tone = if moon {
            Tone::new(0.95, 0.02, 90.0)
        } else {
            set.palette.light.mix(set.palette.accent, 0.3).lighter(0.1)
        };
        wanted.then(|| Orb {
            centre: Point::new(side * frame.half_width(), horizon - lift * tall),
            radius: size * frame.room(),
            light: tone.rgb().times(if moon { 0.9 } else { 1.5 }),
            moon,
        })
    }

    /// What is seen in the direction of `p`.
    pub(super) fn at(&self, p: Point) -> Rgb {
        let down = (p.y - self.top) / (self.horizon - self.top).max(1e-3);
        let mut light = self.ramp.at(down);
        if let Some(stars) = self.stars {
            light = light.lit(
                Rgb { r: 0.9, g: 0.95, b: 1.0 },
                star(stars, self.frame, p) * smooth(1.05, 0.5, down).max(0.0),
            );
        }
        let thick = self.clouds.at(p);
        light = light.mix(self.cloud, thick * 0.75);
        match self.orb {
            Some(orb) => self.shine(orb, p, light, thick),
            None => light,
        }
    }

    /// The colour at the horizon, into which distance fades.
    pub(super) fn haze(&self) -> Rgb {
        self.ramp.at(0.96)
    }

    fn shine(&self, orb: Orb, p: Point, light: Rgb, veil: f32) -> Rgb {
        let away = disc(p, orb.centre, orb.radius);
        let near = away.max(0.0);
        let (halo, wide) = if orb.moon { (0.12, 0.0) } else { (0.26, 0.30) };
        let light = light
            .times(1.0 + if orb.moon { 1.6 * glow(near, orb.radius * 3.5) } else { 0.0 })
            .lit(orb.light, halo * glow(near, orb.radius * 0.9))
            .mix(orb.light, wide * glow(near, orb.radius * 5.0) * (1.0 - 0.4 * veil));
        let mut face = orb.light;
        if orb.moon && near <= self.frame.pixel() {
            let seas = self.seas.fbm(p.x / orb.radius * 1.4, p.y / orb.radius * 1.4, 3);
            face = face.times(1.0 - 0.28 * smooth(-0.1, 0.5, seas));
        }
        light.mix(face, self.frame.cover(away) * (1.0 - 0.5 * veil) * self.clear)
    }
}

/// Clouds between two heights, as the hour and the fog allow them.
fn clouds(set: &mut Setting<'_>, top: f32, horizon: f32) -> Relief {
    let noise = Noise::new(set.chance.seed());
    let cover = if set.brief.has(Thing::Fog) { 0.25 } else { set.chance.between(0.15, 0.8) };
    Relief::new(set.frame, 3, |p| {
        let down = (p.y - top) / (horizon - top).max(1e-3);
        // Far clouds are thin and close together: the view flattens towards the horizon.
        let flat = mix(2.4, 7.0, down.clamp(0.0, 1.0));
        let tuft = noise.fbm(p.x * 1.3 + p.y, p.y * flat, 4);
        cover * smooth(-0.15, 0.75, tuft) * smooth(1.15, 0.6, down)
    })
}

/// The light of the star near `p`, if there is one.
pub(super) fn star(stars: Noise, frame: Frame, p: Point) -> f32 {
    [(34.0, 0.30, 0.0011), (11.0, 0.22, 0.0022)]
        .iter()
        .map(|(density, share, size)| {
            let (x, y) = (p.x * density, p.y * density);
            let (column, row) = (floor(x), floor(y));
            let speck = stars.speck(column, row) / share;
            if speck >= 1.0 {
                return 0.0;
            }
            let centre = Point::new(
                (column as f32 + mix(0.15, 0.85, stars.speck(row, column ^ 0x55))) / density,
                (row as f32 + mix(0.15, 0.85, stars.speck(!column, row))) / density,
            );
            // A star smaller than a pixel is shown as a fainter pixel.
            let radius = size * (0.4 + 0.6 * (1.0 - speck));
            let shown = radius.max(frame.pixel() * 0.7);
            let faint = (radius / shown) * (radius / shown);
            faint.max(0.2) * (1.4 - speck) * smooth(1.8, 0.2, p.distance(centre) / shown)
        })
        .sum()
}
