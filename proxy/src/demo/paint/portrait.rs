//! A head and shoulders, as a poster of the nineteen-twenties has them.
//!
//! It owns the sitter: hair, face, neck and dress out of a dozen smooth shapes, half in light and
//! half in shade. Nobody in particular is meant, and no likeness is attempted.

use super::Setting;
use super::canvas::{Canvas, Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{cosine, glow, mix, sine, smooth};
use super::noise::Noise;
use super::ramp::Ramp;
use super::shapes::{disc, oval, slab, stick};

struct Sitter {
    frame: Frame,
    scale: f32,
    lean: f32,
    centre: Point,
    back: Ramp,
    halo: Rgb,
    skin: Tone,
    hair: Rgb,
    dress: Rgb,
    trim: Rgb,
    lips: Rgb,
    ink: Rgb,
    long: bool,
    fringe: f32,
    rings: bool,
    texture: Noise,
}

/// Paints the portrait.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let sitter = Sitter::new(set);
    Canvas::painted(set.frame, |p| sitter.at(p))
}

impl Sitter {
    fn new(set: &mut Setting<'_>) -> Self {
        let (frame, palette) = (set.frame, set.palette);
        let chance = &mut set.chance;
        let depth = chance.unit();
        let skin =
            Tone::new(mix(0.84, 0.50, depth), mix(0.055, 0.085, depth), mix(58.0, 48.0, depth));
        let hair = chance.pick(
            palette.deep.lighter(-0.06),
            &[Tone::new(0.22, 0.03, 40.0), Tone::new(0.45, 0.11, 45.0), palette.deep],
        );
        Self {
            frame,
            scale: 0.5 * frame.room(),
            lean: chance.between(0.008, 0.03) * chance.pick(1.0, &[-1.0]),
            centre: Point::new(
                chance.between(-0.12, 0.12) * frame.half_width(),
                frame.half_height() - 0.92 * 0.5 * frame.room(),
            ),
            back: Ramp::even(&[palette.body.mix(palette.light, 0.35), palette.body, palette.shade]),
            halo: palette.accent.mix(palette.light, 0.2).rgb(),
            skin,
            hair: hair.rgb(),
            dress: palette.shade.vivid(1.15).lighter(-0.04).rgb(),
            trim: palette.light.rgb(),
            lips: Tone::new(mix(0.58, 0.44, depth), 0.14, 20.0).rgb(),
            ink: palette.deep.lighter(-0.1).rgb(),
            long: chance.happens(0.6),
            fringe: chance.between(-0.35, 0.35),
            rings: chance.happens(0.6),
            texture: Noise::new(chance.seed()),
        }
    }

    fn at(&self, p: Point) -> Rgb {
        // Half the room is one unit here; the origin is the middle of the picture's lower square.
        let q = Point::new((p.x - self.centre.x) / self.scale, (p.y - self.centre.y) / self.scale);
        let half = self.frame.half_height();
        let air = self.texture.fbm(p.x * 2.0, p.y * 2.0, 3);
        let mut light = self.back.at(0.5 + 0.45 * p.y / half + 0.12 * air);
        let sun = disc(q, Point::new(0.06, -0.25), 0.68);
        light = light.mix(self.halo.times(1.0 + 0.08 * air), self.cover(sun));
        light = self.body(q, light);
        // The head leans: turned about the nape.
        let (c, s) = (cosine(self.lean), sine(self.lean));
        let (x, y) = (q.x, q.y - 0.1);
        self.head(Point::new(c * x + s * y, c * y - s * x + 0.1), light)
    }

    /// The shape whose edge is `away`, over `under`; its colour is asked for only where it shows.
    fn lay(&self, under: Rgb, away: f32, colour: impl FnOnce() -> Rgb) -> Rgb {
        let cover = self.cover(away);
        if cover > 0.0 { under.mix(colour(), cover) } else { under }
    }

    fn cover(&self, away: f32) -> f32 {
        self.frame.cover(away * self.scale)
    }

    /// Skin, from shade (0) to light (1).
    fn skin(&self, light: f32) -> Rgb {
        self.skin.lighter(mix(-0.20, 0.05, light)).vivid(mix(1.25, 1.0, light)).rgb()
    }

    fn body(&self, q: Point, under: Rgb) -> Rgb {
        let mut light = under;
        let sway = 0.03 * self.texture.at(q.x * 3.0, q.y * 2.0);
        if self.long {
            let fall = slab(q, Point::new(0.0, 0.12), (0.34 + sway, 0.52), 0.28);
            light = self.lay(light, fall, || self.lock(q));
        }
        let neck =
            slab(q, Point::new(0.0, 0.30), (0.115 + 0.10 * smooth(0.35, 0.62, q.y), 0.34), 0.02);
        let shoulders = oval(q, Point::new(0.0, 1.06), (0.74, 0.58));
        let collar = oval(q, Point::new(0.0, 0.42), (0.27, 0.24));
        let lit = smooth(0.10, -0.10, q.x + 0.05);
        let shade = smooth(0.42, 0.24, q.y);
        light = self.lay(light, neck, || self.skin(lit * (1.0 - 0.7 * shade)));
        light = self.lay(light, shoulders.max(collar), || self.skin(0.25 + 0.75 * lit));
        light = self.lay(light, shoulders.max(-collar), || {
            let weave = 1.0 + 0.10 * self.texture.fbm(q.x * 5.0, q.y * 9.0, 3);
            self.dress.times(weave * (0.78 + 0.30 * smooth(0.5, -0.4, q.x)))
        });
        let hem = (collar.abs() - 0.012).max(shoulders);
        light.mix(self.trim, 0.9 * self.cover(hem))
    }

    fn head(&self, q: Point, under: Rgb) -> Rgb {
        let mut light = under;
        let crown = oval(q, Point::new(0.0, -0.26), (0.355, 0.42))
            + 0.01 * self.texture.at(q.x * 8.0, q.y * 8.0);
        light = self.lay(light, crown, || self.lock(q));
        // A face narrows towards the chin.
        let narrow = 1.0 + 0.30 * smooth(-0.12, 0.22, q.y) * smooth(-0.12, 0.22, q.y);
        let face = oval(Point::new(q.x * narrow, q.y), Point::new(0.0, -0.13), (0.245, 0.345));
        light = self.lay(light, face, || self.face(q, face));
        if self.rings {
            for side in [-1.0, 1.0] {
                let drop = Point::new(side * 0.255, 0.06);
                let away =
                    disc(q, drop, 0.026).min(stick(q, drop, drop.moved(0.0, -0.09), 0.004, 0.004));
                light = light.mix(
                    self.halo.mix(self.trim, smooth(0.02, -0.02, q.y - 0.06 + side * 0.01)),
                    self.cover(away),
                );
            }
        }
        light
    }

    /// The face at `q`, where its outline is `away`.
    fn face(&self, q: Point, away: f32) -> Rgb {
        let nose_line = q.x - 0.012 - 0.030 * smooth(-0.2, 0.0, q.y) * smooth(0.06, 0.0, q.y);
        let lit = smooth(0.045, -0.015, nose_line) * 0.75 + 0.25 * smooth(0.3, -0.2, q.x);
        let blush = glow(disc(q, Point::new(-0.13, -0.01), 0.0), 0.06)
            + glow(disc(q, Point::new(0.12, -0.01), 0.0), 0.06);
        let mut skin = self.skin(lit).mix(self.lips, 0.16 * blush.min(1.0));
        skin = skin.mix(self.skin(0.0), 0.5 * smooth(0.03, -0.02, -away - 0.02));
        let mut front = self.features(q, skin);
        // Hair over the brow, parted to one side.
        let part = Point::new(self.fringe * 0.5, -0.62);
        let left = oval(q, part.moved(-0.26, 0.02), (0.30, 0.30));
        let right = oval(q, part.moved(0.26, 0.02), (0.30, 0.30));
        let fringe = left.min(right);
        front = front.mix(self.skin(0.0), 0.5 * smooth(0.05, -0.01, fringe));
        front = self.lay(front, fringe, || self.lock(q));
        front
    }

    /// Eyes that are closed, brows, nose and mouth.
    fn features(&self, q: Point, skin: Rgb) -> Rgb {
        let mut light = skin;
        for side in [-1.0, 1.0] {
            let x = (q.x - side * 0.112) / 0.066;
            let within = (x.abs() - 1.0) * 0.066;
            // The lid is a bowl; lashes thicken it outwards.
            let lid = q.y + 0.125 - 0.030 * (1.0 - x * x);
            let thick = 0.006 + 0.006 * smooth(-1.0, 1.0, x * side);
            let shadow = smooth(0.055, 0.0, (q.y + 0.150).abs()) * smooth(1.3, 0.5, x.abs());
            light = light.mix(self.dress, 0.28 * shadow);
            light = light.mix(self.ink, self.cover((lid.abs() - thick).max(within)));
            let b = (q.x - side * 0.118) / 0.090;
            let brow = q.y + 0.232 + 0.030 * (1.0 - b * b) - 0.008 * b * side;
            let taper = 0.011 * smooth(1.1, -0.9, b * side);
            light = light
                .mix(self.hair, 0.9 * self.cover((brow.abs() - taper).max((b.abs() - 1.0) * 0.09)));
        }
        let tip = Point::new(0.006, 0.012);
        let nostrils =
            disc(q, tip.moved(-0.026, 0.0), 0.008).min(disc(q, tip.moved(0.030, 0.0), 0.008));
        light = light.mix(self.skin(0.0).times(0.55), 0.75 * self.cover(nostrils));
        // Two arcs above, one below.
        let m = Point::new(q.x, q.y - 0.098);
        let upper = oval(m, Point::new(-0.026, -0.004), (0.045, 0.019))
            .min(oval(m, Point::new(0.026, -0.004), (0.045, 0.019)))
            .max(m.y);
        let lower = oval(m, Point::new(0.0, 0.0), (0.054, 0.026)).max(-m.y);
        light =
            light.mix(self.lips.times(0.8), self.cover(upper)).mix(self.lips, self.cover(lower));
        let seam = stick(m, Point::new(-0.062, 0.0), Point::new(0.062, 0.0), 0.0025, 0.0025);
        light.mix(self.ink, 0.6 * self.cover(seam))
    }

    /// Hair at `q`: strands, and the ring of light that lies on them.
    fn lock(&self, q: Point) -> Rgb {
        let along = self.texture.fbm(q.x * 26.0 + 4.0 * q.y * q.x, q.y * 2.0, 2);
        let band = glow(q.y + 0.50 + 0.4 * q.x * q.x, 0.07) * 0.35;
        self.hair.times(0.87 + 0.3 * along + 0.8 * band)
    }
}
