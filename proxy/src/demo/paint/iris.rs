//! An eye, so close that it fills the picture.
//!
//! It owns the iris with its fibres, the pupil, the lids and the coat or skin around them.

use super::Setting;
use super::brief::Thing;
use super::canvas::{Canvas, Frame, Point};
use super::colour::{Rgb, Tone};
use super::maths::{angle, glow, mix, sine, smooth};
use super::noise::Noise;
use super::ramp::Ramp;
use super::shapes::{disc, oval};

struct Eye {
    frame: Frame,
    centre: Point,
    radius: f32,
    slit: f32,
    fibres: Noise,
    iris: Ramp,
    rim: Rgb,
    coat: Ramp,
    hair: Noise,
    stripes: f32,
    tilt: f32,
    white: Rgb,
    window: Rgb,
}

/// Paints the eye.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let eye = Eye::new(set);
    Canvas::painted(set.frame, |p| eye.at(p))
}

impl Eye {
    fn new(set: &mut Setting<'_>) -> Self {
        let (frame, palette) = (set.frame, set.palette);
        let stripes = if set.brief.has(Thing::Stripes) { 1.0 } else { 0.0 };
        let body = palette.body.vivid(1.25).lighter(0.04);
        let inner = body.mix(palette.accent, 0.75).lighter(0.14);
        let coat = if stripes > 0.0 {
            Ramp::even(&[
                Tone::new(0.16, 0.02, 50.0),
                Tone::new(0.45, 0.12, 50.0),
                Tone::new(0.70, 0.15, 62.0),
                Tone::new(0.93, 0.05, 80.0),
            ])
        } else {
            // Fur and skin are brown more often than not; a trace of the palette holds them together.
            let brown = |tone: Tone| tone.mix(Tone::new(tone.l, 0.055, 48.0), 0.72).vivid(0.8);
            Ramp::even(&[
                brown(palette.deep.lighter(-0.10)),
                brown(palette.deep.mix(palette.shade, 0.5)),
                brown(palette.body),
                brown(palette.light.lighter(-0.05)),
            ])
        };
        Self {
            frame,
            centre: Point::new(
                set.chance.between(-0.06, 0.06) * frame.half_width(),
                set.chance.between(-0.04, 0.06) * frame.half_height(),
            ),
            radius: frame.room() * set.chance.between(0.29, 0.34),
            slit: if set.brief.has(Thing::Slit) { 0.30 } else { 1.0 },
            fibres: Noise::new(set.chance.seed()),
            iris: Ramp::new(&[
                (0.0, palette.shade.mix(body, 0.3)),
                (0.16, inner),
                (0.34, inner.mix(body, 0.5)),
                (0.66, body),
                (0.88, palette.shade),
                (1.0, palette.deep.lighter(-0.1)),
            ]),
            rim: palette.deep.lighter(-0.14).rgb(),
            coat,
            hair: Noise::new(set.chance.seed()),
            stripes,
            tilt: set.chance.between(-0.10, 0.16) * set.chance.pick(1.0, &[-1.0]),
            white: palette.light.mix(palette.body, 0.35).lighter(-0.12).rgb(),
            window: Tone::new(0.96, 0.02, 230.0).rgb(),
        }
    }

    fn at(&self, p: Point) -> Rgb {
        // The eye is a lens between two arcs, a little aslant.
        let (x, y) = (p.x - self.centre.x, p.y - self.centre.y - self.tilt * (p.x - self.centre.x));
        let r = self.radius;
        let arc = 1.75 * r;
        let upper = disc(Point::new(x, y), Point::new(0.06 * r, arc - 0.90 * r), arc);
        let lower = disc(Point::new(x, y), Point::new(-0.05 * r, 0.88 * r - arc), arc);
        let lid = upper.max(lower) + 0.012 * r * self.hair.at(x / r * 3.0, 0.5);
        let mut light = if lid < self.frame.pixel() { self.ball(p, upper) } else { Rgb::BLACK };
        let cover = self.frame.cover(lid);
        if cover < 1.0 {
            light = self.skin(Point::new(x / r, y / r), lid / r).mix(light, cover);
        }
        // The wet edge of the lower lid.
        let wet = smooth(0.022, 0.0, (lid / r + 0.014).abs()) * smooth(-0.1, 0.4, y / r);
        light.lit(self.window, 0.16 * wet)
    }

    /// The ball: white, iris, pupil and what is mirrored in it.
    fn ball(&self, p: Point, upper: f32) -> Rgb {
        let r = self.radius;
        let away = p.distance(self.centre);
        let t = away / r;
        let turns = angle(p.y - self.centre.y, p.x - self.centre.x);
        let pupil_away = if self.slit < 1.0 {
            oval(p, self.centre, (r * 0.15, r * 0.66))
        } else {
            disc(p, self.centre, r * 0.36)
        };
        let shade = mix(0.35, 1.0, smooth(0.0, 0.55, -upper / r));
        let mut light = self.white.times(0.75);
        if t > 0.95 {
            let vein = self.fibres.ridged(p.x / r * 3.0, p.y / r * 3.0, 3);
            light = light.times(1.0 - 0.27 * smooth(0.7, 1.0, vein));
        }
        if t < 1.1 {
            let face = self.fibre_light(t, turns, pupil_away / r);
            // The limbus is soft: iris and white run into each other.
            light = light.mix(face, smooth(1.05, 0.97, t));
        }
        light = light.mix(self.rim, smooth(0.012, -0.02, pupil_away / r) * 0.985);
        light = light.times(shade);
        // A window, bent by the ball, and its faint counterpart below.
        let pane = oval(p, self.centre.moved(-0.33 * r, -0.38 * r), (0.17 * r, 0.12 * r));
        let bar = (p.x - self.centre.x + 0.335 * r + 0.06 * (p.y - self.centre.y)).abs() / r;
        let glint = self.frame.cover(pane) * smooth(0.006, 0.016, bar);
        light = light.mix(self.window.times(1.1), 0.93 * glint);
        let below = smooth(
            0.0,
            -0.10 * r,
            oval(p, self.centre.moved(0.28 * r, 0.48 * r), (0.26 * r, 0.12 * r)),
        );
        light.lit(self.window, 0.13 * below + 0.05 * glow(pane.max(0.0), 0.1 * r))
    }

    /// The iris at `t` of its radius, in the direction of `turns`.
    fn fibre_light(&self, t: f32, turns: f32, pupil: f32) -> Rgb {
        // The noise is wound round the circle twice, in mirror image: it has no seam at the back.
        let round = (turns.abs() * 2.0 - 0.5).abs() + if turns < 0.0 { 7.3 } else { 0.0 };
        let sway = 0.012 * self.fibres.at(t * 5.0, round * 6.0);
        let fine = self.fibres.fbm((round + sway) * 95.0, t * 2.2, 2);
        let broad = self.fibres.fbm((round + sway * 2.0) * 26.0, t * 2.8 + 9.0, 3);
        let cells = self.fibres.ridged(round * 9.0, t * 4.5 + 3.0, 3);
        let collar = 0.5 + 0.05 * self.fibres.at(round * 14.0, 4.5);
        let inner = smooth(collar + 0.08, collar - 0.05, t);
        let depth = mix(smooth(0.36, 1.0, t), smooth(0.0, 0.9, pupil), 0.6);
        let light = self.iris.at(depth + 0.05 * broad - 0.10 * inner);
        let relief =
            0.82 + 0.55 * fine + 0.55 * broad + 0.5 * smooth(0.5, 0.95, cells) * (1.0 - inner)
                - 0.12 * inner;
        // Light enters above and leaves, gathered, on the other side of the lens.
        let gathered = 1.0 + 0.55 * smooth(-0.4, 1.0, sine(turns)) * smooth(0.25, 0.8, t);
        light
            .times((relief * gathered).clamp(0.12, 2.4))
            .mix(self.rim, 0.9 * smooth(0.84, 1.01, t + 0.02 * broad))
    }

    /// Coat or skin at `q`, measured in radii of the iris; `lid` is how far the eye's edge is.
    fn skin(&self, q: Point, lid: f32) -> Rgb {
        // Hair grows away from the eye: noise is stretched along that direction.
        let away = (q.x * q.x + q.y * q.y).sqrt();
        let turns = angle(q.y, q.x) + 0.02 * self.hair.fbm(q.x * 1.3, q.y * 1.3, 2);
        let round = (turns.abs() * 2.0 - 0.5).abs() + if turns < 0.0 { 5.7 } else { 0.0 };
        let hair = self.hair.fbm(round * 120.0, away * 5.0, 3);
        let tuft = self.hair.fbm(round * 20.0, away * 2.4, 3);
        // Stripes run round the eye and break up.
        let bend = away * 1.5 + 0.9 * self.hair.fbm(q.x * 0.9 + 3.0, q.y * 1.4, 3) + 0.05 * hair;
        let stripe = smooth(0.10, 0.55, sine(bend * 0.85)) * self.stripes;
        let pale = smooth(0.75, 0.1, (lid - 0.42).abs()) * smooth(-0.5, 0.7, -q.y) * self.stripes;
        let tone = 0.52 + 0.22 * hair + 0.22 * tuft + 0.40 * pale
            - 0.62 * stripe
            - 0.10 * smooth(0.6, 2.2, away);
        // The rim of the lid is bare and dark, and the socket lies in shade.
        let bare = smooth(0.085, 0.03, lid + 0.025 * hair);
        let crease = smooth(0.07, 0.0, (lid - 0.30 - 0.1 * q.x).abs())
            * smooth(0.1, -0.4, q.y)
            * (1.0 - 0.6 * self.stripes);
        let socket = mix(0.50, 1.0, smooth(0.05, 0.8, lid));
        self.coat.at(tone).times(socket * (1.0 - 0.55 * crease)).mix(self.rim, 0.95 * bare)
    }
}
