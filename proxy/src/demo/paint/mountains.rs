//! Ridge behind ridge in the haze: alps, wooded hills or dunes.
//!
//! It owns the outlines and the way distance takes their colour. The sky is [`super::sky`]'s.

use super::Setting;
use super::brief::{Hour, Thing};
use super::canvas::{Canvas, Point};
use super::colour::Rgb;
use super::maths::{floor, fraction, mix, smooth};
use super::motifs;
use super::noise::Noise;
use super::ramp::Ramp;
use super::relief::Outline;
use super::sky::Sky;

/// What the ridges are made of.
#[derive(Clone, Copy, PartialEq)]
enum Ground {
    Rock,
    Hills,
    Dunes,
}

/// One ridge from the left edge to the right.
struct Ridge {
    /// Its edge against the sky.
    edge: Outline,
    /// The ground, without the trees on it.
    ground: Outline,
    /// How much its facets show.
    relief: f32,
    colour: Rgb,
    lit: Rgb,
    mist: Rgb,
    depth: f32,
    texture: Noise,
}

impl Ridge {
    /// The colour of its face at `p`, `below` its outline.
    fn face(&self, p: Point, below: f32, ground: Ground, tall: f32) -> Rgb {
        // Facets: the slope of the outline is carried down, slanted and frayed, as gullies are.
        let dunes = ground == Ground::Dunes;
        let (reach, slant, fades) = if dunes { (0.012, 0.9, 0.5) } else { (0.03, 0.30, 0.22) };
        let fray = if dunes { 0.0 } else { 0.03 * self.texture.at(p.x * 12.0, p.y * 9.0) };
        let x = p.x - below * slant + fray;
        let slope = self.ground.slope(x, reach);
        let facet = smooth(0.5, -0.7, slope) * smooth(fades * tall, 0.0, below);
        let grain = self.texture.fbm(p.x * 14.0, p.y * 20.0, 2);
        let face = self.colour.mix(self.lit, (facet * self.relief + 0.10 * grain).clamp(0.0, 1.0));
        let drift = self.texture.fbm(p.x * 1.6, p.y * 4.0, 2);
        let mist = smooth(-0.02 * tall, 0.20 * tall, below + 0.07 * tall * drift)
            * (1.0 - self.depth * 0.62).max(0.0);
        face.mix(self.mist, mist)
    }
}

/// Paints the scene.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let frame = set.frame;
    let ground = ground(set);
    let half = frame.half_height();
    let horizon = half * set.chance.between(0.0, 0.3);
    let sky = Sky::new(set, horizon + half * 0.12);
    let count = set.chance.whole(5, 7);
    let tall = (2.0 * half).min(1.4);
    let ridges: Vec<Ridge> = (0..count)
        .map(|i| ridge(set, &sky, ground, (i as f32 + 1.0) / count as f32, horizon, tall))
        .collect();
    let flock = (set.brief.has(Thing::Birds) || set.chance.happens(0.35))
        .then(|| motifs::Flock::new(set, -half * 0.35));
    let mut canvas = Canvas::painted(frame, |p| {
        let (mut sum, mut clear) = (Rgb::BLACK, 1.0);
        // From the nearest to the farthest, as long as anything shines through.
        for ridge in ridges.iter().rev() {
            let below = p.y - ridge.edge.at(p.x);
            let cover = frame.cover(-below);
            if cover > 0.0 {
                sum = sum.lit(ridge.face(p, below.max(0.0), ground, tall), clear * cover);
                clear *= 1.0 - cover;
            }
            if clear <= 0.0 {
                return sum;
            }
        }
        let air = sky.at(p);
        sum.lit(flock.as_ref().map_or(air, |flock| flock.over(p, air)), clear)
    });
    if set.brief.has(Thing::Snow) {
        motifs::snowfall(&mut canvas, set.chance.seed());
    }
    canvas
}

fn ground(set: &mut Setting<'_>) -> Ground {
    if set.brief.has(Thing::Desert) {
        Ground::Dunes
    } else if set.brief.has(Thing::Snow) {
        Ground::Rock
    } else if set.brief.has(Thing::Trees) {
        Ground::Hills
    } else {
        set.chance.pick(Ground::Rock, &[Ground::Rock, Ground::Hills])
    }
}

/// The ridge at `depth`: 0 is out of sight, 1 at the viewer's feet.
fn ridge(
    set: &mut Setting<'_>,
    sky: &Sky,
    ground: Ground,
    depth: f32,
    horizon: f32,
    tall: f32,
) -> Ridge {
    let (frame, palette) = (set.frame, set.palette);
    let half = frame.half_height();
    let outline = Noise::new(set.chance.seed());
    let wooded = ground == Ground::Hills
        && depth > 0.3
        && (set.brief.has(Thing::Trees) || set.chance.happens(0.6));
    let foot = mix(horizon + 0.04 * tall, half * 0.98, depth * depth);
    let scale = mix(2.6, 1.3, depth) * set.chance.between(0.8, 1.25);
    let rise = tall * mix(0.34, 0.15, depth) * set.chance.between(0.75, 1.2);
    let lean = set.chance.between(-0.12, 0.12) * tall;
    let bare = |x: f32| {
        let shape = match ground {
            Ground::Rock => {
                1.5 * outline.ridged(x * scale, 0.5, 6) - 0.55 + 0.4 * outline.at(x * 0.9, 7.5)
            }
            Ground::Hills => 0.45 + 0.75 * outline.fbm(x * scale * 0.8, 0.5, 5),
            Ground::Dunes => {
                0.15 + 0.85 * (1.0 - outline.fbm(x * scale * 0.45, 0.5, 2).abs() * 1.6)
            }
        };
        foot - rise * shape + lean * x
    };
    let bare = Outline::new(frame, bare);
    let size = if wooded { 0.085 * tall * mix(0.35, 1.5, depth * depth) } else { 0.0 };
    let edge = Outline::new(frame, |x| bare.at(x) - conifers(x, size, outline));
    let air = sky.haze();
    let ramp = match set.hour {
        Hour::Night => Ramp::even(&[
            palette.shade.lighter(0.05).vivid(0.7),
            palette.shade.lighter(-0.07).vivid(0.6),
            palette.deep.vivid(0.8),
            palette.deep.lighter(-0.12),
        ]),
        Hour::Day | Hour::Dusk => Ramp::even(&[
            palette.light.mix(palette.body, 0.35),
            palette.body,
            palette.shade,
            palette.deep.lighter(-0.03),
        ]),
    };
    let thick = if set.brief.has(Thing::Fog) { 0.62 } else { 0.30 };
    let through = |light: Rgb, at: f32| light.mix(air, (1.0 - at) * (thick + 0.25 * (1.0 - at)));
    let colour = if ground == Ground::Dunes { ramp.at(depth * 0.5 + 0.15) } else { ramp.at(depth) };
    let bright = match (set.brief.has(Thing::Snow), ground) {
        (true, _) => {
            palette.light.mix(palette.body, if set.hour == Hour::Night { 0.6 } else { 0.08 }).rgb()
        }
        (false, Ground::Dunes) => {
            palette.light.mix(palette.accent, 0.55).lighter(-0.1 * depth).rgb()
        }
        (false, _) => ramp.at(depth - 0.22),
    };
    Ridge {
        edge,
        ground: bare,
        relief: if set.brief.has(Thing::Snow) || ground == Ground::Dunes { 0.85 } else { 0.45 },
        colour: through(colour, depth),
        lit: through(bright, depth),
        mist: through(ramp.at(depth - 0.3), depth * 0.7).mix(air, 0.5),
        depth: if ground == Ground::Dunes { 1.4 } else { depth },
        texture: Noise::new(set.chance.seed()),
    }
}

/// How far a row of conifers stands up at `x`.
fn conifers(x: f32, size: f32, seed: Noise) -> f32 {
    if size <= 0.0 {
        return 0.0;
    }
    let spacing = size * 0.30;
    let middle = floor(x / spacing);
    (-2..=2)
        .map(|offset| {
            let tree = middle.wrapping_add(offset);
            let centre = (tree as f32 + seed.speck(tree, 3)) * spacing;
            let height = size * mix(0.35, 1.0, seed.speck(tree, 4));
            let away = (x - centre).abs() / (height * 0.27);
            if away >= 1.0 {
                return 0.0;
            }
            // Branches hang in tiers: a saw on the flank of a cone.
            let tiers = 0.16 * (0.5 - fraction(away * 4.0 + seed.speck(tree, 5))) * away.min(0.4);
            height * (1.0 - away + tiers)
        })
        .fold(0.0, f32::max)
}
