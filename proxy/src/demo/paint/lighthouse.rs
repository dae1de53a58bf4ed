//! A lighthouse on its rock, and its beam.
//!
//! It owns the drawing of both, by night as by day. It is laid over light that is already there and
//! knows nothing of the sea around it; what the beam lights up is for the caller to say.

use super::Setting;
use super::canvas::{Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{cosine, floor, glow, mix, sine, smooth};
use super::noise::Noise;
use super::shapes::{disc, oval, slab, stick};

/// A lighthouse on its rock.
pub(super) struct Lighthouse {
    frame: Frame,
    foot: Point,
    height: f32,
    wall: Rgb,
    band: Rgb,
    rock: Rgb,
    /// The light of the lamp.
    pub(super) lamp: Rgb,
    aim: (f32, f32),
    bumps: Noise,
}

impl Lighthouse {
    /// A lighthouse whose tower stands on its rock at `foot`.
    pub(super) fn new(
        set: &mut Setting<'_>,
        foot: Point,
        height: f32,
        wall: Tone,
        band: Tone,
        rock: Tone,
    ) -> Self {
        let tilt = set.chance.between(-0.05, 0.02);
        let side = if foot.x > 0.0 { -1.0 } else { 1.0 };
        Self {
            frame: set.frame,
            foot,
            height,
            wall: wall.rgb(),
            band: band.rgb(),
            rock: rock.rgb(),
            lamp: Tone::new(0.95, 0.08, 88.0).rgb().times(1.6),
            aim: (side * cosine(tilt), sine(tilt)),
            bumps: Noise::new(set.chance.seed()),
        }
    }

    /// How far the rock goes down below the foot, in heights of the tower.
    const DRAUGHT: f32 = 0.12;

    /// Where the rock meets the water.
    pub(super) fn waterline(&self) -> f32 {
        self.foot.y + Self::DRAUGHT * self.height
    }

    /// `p` in heights of the tower, from its foot.
    fn measured(&self, p: Point) -> Point {
        Point::new((p.x - self.foot.x) / self.height, (p.y - self.foot.y) / self.height)
    }

    /// Where the lamp is.
    pub(super) fn lamp_at(&self) -> Point {
        self.foot.moved(0.0, -self.height * 0.90)
    }

    /// The rock, the tower and the light in the lantern over `under`.
    pub(super) fn over(&self, p: Point, under: Rgb) -> Rgb {
        let q = self.measured(p);
        if q.x.abs() > 1.6 || q.y < -1.2 || q.y > Self::DRAUGHT {
            return under;
        }
        let light = if q.y > -0.32 { self.stone(q, under) } else { under };
        if q.x.abs() > 0.13 {
            return light;
        }
        self.tower(q, light)
    }

    /// The rock; `q` is in heights of the tower from its foot.
    fn stone(&self, q: Point, under: Rgb) -> Rgb {
        let bump = 0.07 * self.bumps.fbm(q.x * 5.0, q.y * 5.0, 4);
        let rock = (oval(q, Point::new(-0.1, 0.06), (0.95, 0.27)) + bump)
            .min(oval(q, Point::new(0.35, 0.06), (0.75, 0.15)) + bump);
        let cover = self.frame.cover(rock * self.height);
        if cover <= 0.0 {
            return under;
        }
        let facet = 0.75 + 1.1 * (self.bumps.fbm(q.x * 4.0, q.y * 11.0, 3)) - q.y * 1.2;
        under.mix(self.rock.times(facet.clamp(0.35, 2.2)), cover)
    }

    /// The tower and its lantern, in the same measure.
    fn tower(&self, q: Point, under: Rgb) -> Rgb {
        let cover = |away: f32| self.frame.cover(away * self.height);
        let mut light = under;
        // The tower is round: light from the left, shade on the right.
        let turn = |half: f32| {
            1.04 - 0.42 * smooth(-0.3, 1.0, q.x / half) - 0.15 * smooth(-0.6, -1.0, q.x / half)
        };
        let half = mix(0.062, 0.105, ((q.y + 0.80) / 0.68).clamp(0.0, 1.0));
        let tower = (q.x.abs() - half).max(-0.80 - q.y).max(q.y + 0.12);
        let banded = floor((q.y + 0.80) / 0.136) % 2 == 1;
        light =
            light.mix(if banded { self.band } else { self.wall }.times(turn(half)), cover(tower));
        for window in [-0.68, -0.42] {
            light = light.mix(
                self.rock.times(0.4),
                cover(slab(q, Point::new(-0.012, window), (0.010, 0.020), 0.008)),
            );
        }
        let glass = slab(q, Point::new(0.0, -0.885), (0.046, 0.06), 0.0);
        let bulb = disc(q, Point::new(0.0, -0.90), 0.030);
        light = light.mix(self.lamp.times(0.55), cover(glass));
        light.mix(self.lamp.times(1.3), cover(bulb))
    }

    /// The ironwork of the lantern, which stays dark before all that light.
    pub(super) fn iron(&self, p: Point, under: Rgb) -> Rgb {
        let q = self.measured(p);
        if q.x.abs() > 0.13 || q.y > -0.78 || q.y < -1.1 {
            return under;
        }
        let gallery = slab(q, Point::new(0.0, -0.815), (0.098, 0.014), 0.006);
        let rail = slab(q, Point::new(0.0, -0.855), (0.092, 0.003), 0.0);
        let dome = disc(q, Point::new(0.0, -0.945), 0.060).max(q.y + 0.945);
        let spike = stick(q, Point::new(0.0, -0.99), Point::new(0.0, -1.06), 0.006, 0.002);
        let bars = [-0.046, -0.016, 0.016, 0.046]
            .map(|bar| slab(q, Point::new(bar, -0.885), (0.003, 0.06), 0.0))
            .into_iter()
            .fold(rail, f32::min);
        let cover = |away: f32| self.frame.cover(away * self.height);
        under
            .mix(self.rock, 0.55 * cover(bars))
            .mix(self.rock.times(0.75), 0.9 * cover(gallery.min(dome).min(spike)))
    }

    /// How much of the lamp's light the air at `p` throws back; `thick` air throws more.
    pub(super) fn beam(&self, p: Point, thick: f32) -> f32 {
        let lamp = self.lamp_at();
        let (x, y) = (p.x - lamp.x, p.y - lamp.y);
        let along = x * self.aim.0 + y * self.aim.1;
        let across = (x * self.aim.1 - y * self.aim.0).abs();
        let cone = |along: f32| {
            let half = 0.012 * self.height + 0.105 * along;
            let core = smooth(1.0, 0.0, across / half);
            if along > 0.0 { core * core / (1.0 + 2.2 * along) } else { 0.0 }
        };
        let halo = glow(p.distance(lamp), self.height * 0.16);
        thick * (cone(along) + 0.55 * cone(-along)) + (0.35 + 0.5 * thick) * halo
    }
}
