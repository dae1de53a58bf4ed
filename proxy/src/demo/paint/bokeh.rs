//! Lights so near that the lens cannot hold them: discs.
//!
//! It owns where they are, and what a lens makes of a point of light. What lies behind them is
//! already on the canvas.

use super::Setting;
use super::canvas::{Canvas, Point};
use super::colour::{Rgb, Tone};
use super::maths::{mix, smooth};
use super::shapes::disc;

/// A disc of light out of focus.
struct Blur {
    centre: Point,
    radius: f32,
    light: Rgb,
}

/// Adds the lights of a street that lies at the height `street`.
pub(super) fn scatter(canvas: &mut Canvas, set: &mut Setting<'_>, street: f32) {
    for blur in blurs(set, street) {
        blur.add(canvas);
    }
}

/// The lights out of focus: crowded near the street, fewer and larger before it.
fn blurs(set: &mut Setting<'_>, street: f32) -> Vec<Blur> {
    let (frame, palette) = (set.frame, set.palette);
    let (half, room) = (frame.half_height(), frame.room());
    let hues = [
        palette.accent.vivid(1.1),
        palette.body.lighter(0.08).vivid(1.2),
        Tone::new(0.82, 0.13, 75.0),
        palette.light,
    ];
    (0..set.chance.whole(34, 52))
        .map(|_| {
            let near = set.chance.unit();
            let drop = set.chance.between(-0.22, 0.30) * half * (0.4 + near);
            let tone = set.chance.pick(hues.first().copied().unwrap_or(palette.light), &hues);
            Blur {
                centre: Point::new(
                    set.chance.between(-1.05, 1.05) * frame.half_width(),
                    street + drop,
                ),
                radius: room * mix(0.010, 0.065, near * near * near),
                light: tone.rgb().times(mix(0.55, 0.16, near) * set.chance.between(0.5, 1.1)),
            }
        })
        .collect()
}

impl Blur {
    fn add(&self, canvas: &mut Canvas) {
        let frame = canvas.frame;
        let reach = self.radius * 2.2;
        canvas.glaze_box(
            self.centre.moved(-reach, -reach),
            self.centre.moved(reach, reach),
            |p, under| {
                let away = disc(p, self.centre, self.radius);
                // A lens leaves a disc that is a little brighter at its rim.
                let face =
                    frame.cover(away) * (0.75 + 0.45 * smooth(-0.25, 0.0, away / self.radius));
                let spill = 0.22 * smooth(reach - self.radius, 0.0, away.max(0.0));
                under.lit(self.light, face + spill * spill)
            },
        );
    }
}
