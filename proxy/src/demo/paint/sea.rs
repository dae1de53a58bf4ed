//! A horizon and the water before it, with what stands and sails there.
//!
//! It owns the water: its ripples, the path of light under the sun and the reflections. The sky is
//! [`super::sky`]'s, the lighthouse and the boat are drawn in
//! [`super::lighthouse`] and [`super::motifs`].

use super::Setting;
use super::brief::{Hour, Thing};
use super::canvas::{Canvas, Frame, Point};
use super::colour::Rgb;
use super::lighthouse::Lighthouse;
use super::maths::{glow, mix, smooth};
use super::motifs::{Boat, Flock};
use super::noise::Noise;
use super::relief::{Outline, Relief};
use super::sky::Sky;

/// All that a place on the picture depends on.
struct Sea {
    frame: Frame,
    horizon: f32,
    sky: Sky,
    coast: Option<Outline>,
    land: Rgb,
    deep: Rgb,
    ripples: Noise,
    tower: Option<Lighthouse>,
    boat: Option<Boat>,
    flock: Option<Flock>,
    fog: f32,
    /// Banks of fog, thick and thin.
    drift: Relief,
}

/// Paints the scene.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let sea = Sea::new(set);
    Canvas::painted(set.frame, |p| sea.at(p))
}

impl Sea {
    fn new(set: &mut Setting<'_>) -> Self {
        let (frame, palette) = (set.frame, set.palette);
        let half = frame.half_height();
        let horizon = half * set.chance.between(0.05, 0.34);
        let sky = Sky::new(set, horizon);
        let fog = if set.brief.has(Thing::Fog) { 1.0 } else { 0.0 };
        let night = set.hour == Hour::Night;
        let wants_tower = set.brief.has(Thing::Lighthouse)
            || (!set.brief.has(Thing::Boat) && set.chance.happens(0.2));
        // A sea without anything on it would be a gradient.
        let alone = sky.orb.is_none() && !wants_tower;
        let wants_boat = set.brief.has(Thing::Boat) || alone || set.chance.happens(0.55);
        let side = match sky.orb {
            Some(orb) if orb.centre.x > 0.0 => -1.0,
            Some(_) => 1.0,
            None => set.chance.pick(1.0, &[-1.0]),
        };
        let tower = wants_tower.then(|| {
            let foot = Point::new(
                side * frame.half_width() * set.chance.between(0.42, 0.6),
                horizon + half * 0.12,
            );
            let height = frame.room() * set.chance.between(0.44, 0.54);
            let dim = if night { -0.38 } else { -0.04 };
            let band = if set.brief.tints.is_empty() {
                super::colour::Tone::new(0.52, 0.17, 27.0)
            } else {
                palette.accent.lighter(-0.12)
            };
            Lighthouse::new(
                set,
                foot,
                height,
                palette.light.vivid(0.5).lighter(dim),
                band.lighter(dim * 0.5),
                palette.deep.lighter(if night { -0.04 } else { 0.06 }),
            )
        });
        let boat = wants_boat.then(|| {
            let far = set.chance.between(0.10, 0.55);
            let at = Point::new(
                -side * frame.half_width() * set.chance.between(0.05, 0.5),
                mix(horizon, half, far),
            );
            let size = frame.room() * mix(0.12, 0.36, far);
            let sail = if night { palette.body.lighter(-0.1) } else { palette.light.lighter(0.02) };
            let jib = if night { palette.shade } else { palette.accent };
            Boat::new(frame, at, size, palette.deep, sail, jib)
        });
        let flock = (set.brief.has(Thing::Birds) || set.chance.happens(0.4))
            .then(|| Flock::new(set, -half * 0.3));
        Self {
            frame,
            horizon,
            land: palette
                .shade
                .mix(palette.body, if night { 0.0 } else { 0.5 })
                .lighter(if night { -0.12 } else { 0.0 })
                .rgb()
                .mix(sky.haze(), 0.45),
            coast: coast(set, horizon),
            deep: palette.shade.mix(palette.deep, if night { 0.8 } else { 0.25 }).rgb(),
            ripples: Noise::new(set.chance.seed()),
            drift: banks(set),
            sky,
            tower,
            boat,
            flock,
            fog,
        }
    }

    fn at(&self, p: Point) -> Rgb {
        let depth = (p.y - self.horizon) / (self.frame.half_height() - self.horizon).max(1e-3);
        let wet = self.frame.cover(self.horizon - p.y);
        let mut light = if wet > 0.0 { self.water(p, depth.max(0.0)) } else { Rgb::BLACK };
        if wet < 1.0 {
            light = self.air(p).mix(light, wet);
        }
        light = self.veil(p, light, 0.85 * glow(depth.abs(), 0.35));
        if let Some(tower) = &self.tower {
            light = tower.over(p, light);
        }
        if let Some(boat) = &self.boat {
            light = boat.over(p, light);
        }
        light = self.veil(p, light, 0.42);
        match &self.tower {
            Some(tower) => {
                let lit = light.lit(tower.lamp, tower.beam(p, 0.22 + 0.33 * self.fog));
                tower.iron(p, lit)
            }
            None => light,
        }
    }

    /// Sky and far coast, as they also are in the mirror of the water.
    fn air(&self, p: Point) -> Rgb {
        let mut light = self.sky.at(p);
        if let Some(flock) = &self.flock {
            light = flock.over(p, light);
        }
        if let Some(coast) = &self.coast {
            light = light.mix(self.land, self.frame.cover(coast.at(p.x) - p.y));
        }
        light
    }

    fn water(&self, p: Point, depth: f32) -> Rgb {
        // Waves are regular on the plane of the sea; seen from above it they crowd at the horizon.
        let far = 1.0 / (0.05 + depth * 0.95);
        let (x, z) = (p.x * (1.0 + 1.6 * far), 9.0 * far);
        let swell =
            self.ripples.fbm(x * 1.2, z * 2.2, 3) + 0.35 * self.ripples.at(x * 5.0, z * 9.0);
        let jitter = swell * (0.012 + 0.05 * depth) * self.frame.half_height();
        let mirrored = Point::new(p.x + jitter * 0.7, 2.0 * self.horizon - p.y + jitter * 2.2);
        let mut mirror = self.air(Point::new(mirrored.x, mirrored.y.min(self.horizon - 1e-4)));
        if let Some(tower) = self.tower.as_ref().filter(|tower| p.y > tower.waterline()) {
            let image = Point::new(p.x + jitter * 0.7, 2.0 * tower.waterline() - p.y + jitter);
            mirror = tower.over(image, mirror);
        }
        if let Some(boat) = &self.boat {
            let image = Point::new(p.x + jitter * 0.8, 2.0 * boat.waterline() - p.y + jitter);
            mirror = mirror
                .mix(boat.over(image, mirror), if p.y > boat.waterline() { 0.75 } else { 0.0 });
        }
        // Looking down, one sees into the water instead of its mirror.
        let clear = smooth(-0.1, 1.1, depth) * 0.62 + 0.16 * swell;
        let mut light = mirror.times(0.93).mix(self.deep, clear.clamp(0.06, 0.85));
        if let Some(orb) = self.sky.orb {
            let spread = orb.radius * (0.9 + 2.6 * depth);
            let path = glow((p.x - orb.centre.x) / spread, 1.0);
            let glint = smooth(0.22, 0.62, swell + 0.55 * path * path - 0.12);
            light = light.lit(orb.light, glint * path * path * mix(0.75, 0.30, depth));
        }
        if let Some(tower) = &self.tower {
            let path = glow((p.x - tower.lamp_at().x) / (0.02 + 0.06 * depth), 1.0);
            light = light.lit(tower.lamp, 0.35 * path * path * smooth(0.0, 0.6, swell + 0.2));
        }
        light
    }

    /// Fog over `light`: as thick as `amount` says, in drifting banks.
    fn veil(&self, p: Point, light: Rgb, amount: f32) -> Rgb {
        if self.fog <= 0.0 {
            return light.mix(self.sky.haze(), 0.25 * amount);
        }
        let banks = self.drift.at(p);
        light.mix(self.sky.haze(), (self.fog * amount * (1.0 + 0.8 * banks)).clamp(0.0, 0.95))
    }
}

/// Fog in long banks, about -1 to 1.
fn banks(set: &mut Setting<'_>) -> Relief {
    let noise = Noise::new(set.chance.seed());
    Relief::new(set.frame, 4, |p| noise.fbm(p.x * 1.1, p.y * 3.4, 4))
}

/// The outline of a far coast, if there is one.
fn coast(set: &mut Setting<'_>, horizon: f32) -> Option<Outline> {
    let noise = Noise::new(set.chance.seed());
    let half = set.frame.half_height();
    set.chance.happens(0.65).then(|| {
        Outline::new(set.frame, |x| {
            let tall = 0.11 * half * smooth(-0.25, 0.6, noise.at(x * 0.8, 9.5));
            horizon + 0.004 - tall * (0.7 + 0.6 * noise.fbm(x * 4.0, 1.5, 4))
        })
    })
}
