//! Northern lights over a lake at night.
//!
//! It owns the curtains of light and their mirror image; stars are [`super::sky`]'s.

use super::Setting;
use super::brief::Thing;
use super::canvas::{Canvas, Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{glow, mix, smooth};
use super::noise::Noise;
use super::ramp::Ramp;
use super::relief::{Outline, Relief};
use super::sky::star;

/// One curtain: a band that winds from left to right, fading upwards.
struct Curtain {
    path: Noise,
    rays: Noise,
    foot: f32,
    tall: f32,
    strength: f32,
    hem: Rgb,
    crown: Rgb,
}

/// A night with everything in it.
struct Night {
    frame: Frame,
    shore: f32,
    air: Ramp,
    stars: Noise,
    /// How thick the milky way is.
    dust: Relief,
    mist: Noise,
    dust_light: Rgb,
    curtains: Vec<Curtain>,
    far: Outline,
    near: Outline,
    land: Rgb,
    ripples: Noise,
}

/// Paints the scene.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let night = Night::new(set);
    Canvas::painted(set.frame, |p| night.at(p))
}

impl Night {
    fn new(set: &mut Setting<'_>) -> Self {
        let (frame, palette) = (set.frame, set.palette);
        let half = frame.half_height();
        let shore = half * set.chance.between(0.42, 0.62);
        // Stars asked for by name get a calmer sky: the milky way instead of the curtains.
        let calm = set.brief.has(Thing::Stars);
        let own = set.brief.tints.is_empty() && set.chance.happens(0.5);
        let hems = if own { set.chance.pick(155.0, &[165.0, 185.0]) } else { f32::NAN };
        let curtains = (0..set.chance.whole(2, 3))
            .map(|i| {
                let turn = set.chance.between(-18.0, 18.0);
                let hem = if own {
                    Tone::new(0.85, 0.19, hems + turn)
                } else {
                    palette.body.lighter(0.18).vivid(1.3).turned(turn)
                };
                let crown = if own {
                    Tone::new(0.55, 0.2, 310.0 + turn)
                } else {
                    palette.accent.lighter(-0.1).vivid(1.1)
                };
                Curtain {
                    path: Noise::new(set.chance.seed()),
                    rays: Noise::new(set.chance.seed()),
                    foot: mix(shore - 0.3 * half, -0.25 * half, i as f32 / 2.0),
                    tall: half * set.chance.between(0.7, 1.15),
                    strength: set.chance.between(0.9, 1.25) * if calm { 0.16 } else { 1.0 },
                    hem: hem.rgb(),
                    crown: crown.rgb(),
                }
            })
            .collect();
        let dark = palette.deep.vivid(1.1);
        Self {
            frame,
            shore,
            air: Ramp::even(&[
                dark.lighter(-0.13),
                dark.lighter(-0.07),
                palette.shade.lighter(-0.10),
            ]),
            stars: Noise::new(set.chance.seed()),
            dust: milky_way(set),
            mist: Noise::new(set.chance.seed()),
            dust_light: palette
                .shade
                .lighter(0.25)
                .mix(Tone::new(0.75, 0.07, 275.0), 0.5)
                .rgb()
                .times(if calm { 0.75 } else { 0.13 }),
            curtains,
            far: mountains(set, shore),
            near: woods(set, shore),
            land: palette.deep.lighter(-0.15).vivid(0.7).rgb(),
            ripples: Noise::new(set.chance.seed()),
        }
    }

    fn at(&self, p: Point) -> Rgb {
        let wet = self.frame.cover(self.shore - p.y);
        let dry = if wet < 1.0 { self.above(p) } else { Rgb::BLACK };
        if wet <= 0.0 {
            return dry;
        }
        let half = self.frame.half_height();
        let depth = (p.y - self.shore) / (half - self.shore).max(1e-3);
        let far = 1.0 / (0.08 + depth.max(0.0));
        let wave = self.ripples.fbm(p.x * (2.0 + far), 8.0 * far, 2);
        let shake = wave * half * (0.006 + 0.05 * depth);
        let image = Point::new(
            p.x + shake * 0.5,
            (2.0 * self.shore - p.y - shake.abs() * 2.0).min(self.shore - 1e-4),
        );
        let water = self.above(image).times(0.74).mix(self.air.at(0.2), 0.25 * depth);
        // A thread of mist lies where water and land meet.
        let mist = smooth(0.10, 0.0, depth.abs()) * (0.25 + 0.2 * self.mist.at(p.x * 2.0, 0.5));
        dry.mix(water.mix(self.air.at(1.0).times(1.6), mist.max(0.0)), wet)
    }

    /// Everything above the shore.
    fn above(&self, p: Point) -> Rgb {
        let land = p.y - self.near.at(p.x);
        let cover = self.frame.cover(-land);
        let far = p.y - self.far.at(p.x);
        let sky = if cover < 1.0 { self.sky(p) } else { Rgb::BLACK };
        let distant = self.land.mix(self.air.at(1.0), 0.6);
        sky.mix(distant, self.frame.cover(-far)).mix(self.land, cover)
    }

    fn sky(&self, p: Point) -> Rgb {
        let half = self.frame.half_height();
        let down = (p.y + half) / (self.shore + half);
        let dust = self.dust.at(p);
        let mut light = self.air.at(down).lit(self.dust_light, dust);
        let dots = star(self.stars, self.frame, p) * (0.55 + 0.7 * dust);
        light = light.lit(Rgb { r: 0.9, g: 0.95, b: 1.0 }, dots * smooth(1.0, 0.75, down));
        for curtain in &self.curtains {
            light = curtain.over(p, light);
        }
        light
    }
}

/// Far mountains over a shore at the height `shore`.
fn mountains(set: &mut Setting<'_>, shore: f32) -> Outline {
    let (noise, half) = (Noise::new(set.chance.seed()), set.frame.half_height());
    Outline::new(set.frame, |x| shore - half * (0.04 + 0.26 * noise.ridged(x * 1.4, 4.5, 5)))
}

/// The near shore, wooded: fine noise serves for tree tops.
fn woods(set: &mut Setting<'_>, shore: f32) -> Outline {
    let (noise, half) = (Noise::new(set.chance.seed()), set.frame.half_height());
    Outline::new(set.frame, |x| {
        let rise = 0.07 + 0.13 * noise.at(x * 1.1, 0.5);
        let trees = 0.10 * noise.ridged(x * 30.0, 2.5, 3);
        shore - half * (rise.max(0.0) * 0.8 + trees * smooth(-0.02, 0.06, rise))
    })
}

impl Curtain {
    fn over(&self, p: Point, light: Rgb) -> Rgb {
        // The hem winds; each place of the sky is a little further along it than its x says.
        let winding = self.path.at(p.x * 0.9, p.y * 0.3);
        let foot = self.foot + self.tall * 0.5 * winding;
        let up = (foot - p.y) / self.tall;
        let body = smooth(-0.16, 0.05, up) * fade(up);
        if body < 0.004 {
            return light;
        }
        let along = p.x + 0.4 * winding + 0.03 * self.path.at(p.x * 5.0, 3.5);
        let fold = smooth(-0.65, 0.55, self.rays.at(along * 1.9, 0.5));
        let rays = 0.50 + 0.8 * self.rays.fbm(along * 17.0, up * 0.5, 2);
        let colour = self.hem.mix(self.crown, smooth(0.15, 0.8, up));
        light.lit(colour, self.strength * body * fold * rays.max(0.0))
    }
}

/// How a curtain fades upwards from its bright hem.
fn fade(up: f32) -> f32 {
    let up = up.max(0.0);
    0.85 / (1.0 + 14.0 * up * up) + 0.25 * smooth(0.14, 0.0, up)
}

/// The milky way, aslant over the sky: clouds that are thickest along a line, with dark rifts.
fn milky_way(set: &mut Setting<'_>) -> Relief {
    let (clouds, rifts) = (Noise::new(set.chance.seed()), Noise::new(set.chance.seed()));
    let lean = set.chance.between(0.5, 1.1) * set.chance.pick(1.0, &[-1.0]);
    let lift = set.frame.half_height() * 0.35;
    Relief::new(set.frame, 3, |p| {
        let off = (p.y + lift + lean * p.x) / (1.0 + lean * lean).sqrt()
            + 0.10 * clouds.at(p.x * 2.0, p.y * 2.0);
        let band = glow(off, 0.15);
        let cloud = smooth(-0.45, 0.6, clouds.fbm(p.x * 4.5, p.y * 4.5, 5));
        let rift = smooth(0.60, 0.95, rifts.ridged(p.x * 2.6, p.y * 2.6, 5)) * glow(off, 0.07);
        band * band * cloud * (1.0 - 0.85 * rift)
    })
}
