//! Folded cloth in raking light; or, with gold in its cracks, stone.
//!
//! It owns the warp: noise looked up at a place that noise has moved, twice. The result is taken
//! for a height, so that it can be lit. It knows nothing of scenes; a prompt only colours it.

use super::Setting;
use super::brief::Thing;
use super::canvas::{Canvas, Point};
use super::maths::{glow, mix, sine, smooth};
use super::noise::Noise;
use super::ramp::Ramp;
use super::relief::Relief;

/// Paints the cloth.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let frame = set.frame;
    let (first, second, third) = (
        Noise::new(set.chance.seed()),
        Noise::new(set.chance.seed()),
        Noise::new(set.chance.seed()),
    );
    let veined =
        set.brief.has(Thing::Marble) || (!set.brief.has(Thing::Fire) && set.chance.happens(0.3));
    let zoom = set.chance.between(1.0, 1.5);
    let stretch = set.chance.between(0.55, 1.0);
    let pull = set.chance.between(0.55, 0.95);
    let lean = set.chance.between(-0.6, 0.6);
    // Only smooth things are worked out here, so every other pixel is enough.
    let warp = |p: Point| {
        let (x, y) = ((p.x + lean * p.y) * zoom, p.y * zoom * stretch);
        let (a, b) = (first.fbm(x, y, 2), first.fbm(x + 5.2, y + 1.3, 2));
        let (u, v) = (x + pull * a, y + pull * b);
        let (c, d) = (second.fbm(u + 1.7, v + 9.2, 2), second.fbm(u + 8.3, v + 2.8, 2));
        (x + 1.5 * pull * c, y + 1.5 * pull * d)
    };
    let cloth = Relief::new(frame, 2, |p| {
        let (x, y) = warp(p);
        let height = third.fbm(x * 1.1, y * 1.1, 3);
        height + 0.10 * sine(1.5 * height + 0.5 * x)
    });
    let hue = Relief::new(frame, 4, |p| {
        let (x, y) = warp(p);
        second.at(x * 0.6 + 3.1, y * 0.6 + 7.7)
    });
    let palette = set.palette;
    let main = Ramp::even(&[
        palette.deep.lighter(-0.04),
        palette.shade,
        palette.body,
        palette.light.mix(palette.body, 0.25),
    ]);
    let other = Ramp::even(&[
        palette.deep,
        palette.shade.mix(palette.accent, 0.45),
        palette.accent,
        palette.light,
    ]);
    let (sheen, gold) =
        (palette.light.lighter(0.03).rgb(), palette.accent.mix(palette.light, 0.25).rgb());
    let weave = Noise::new(set.chance.seed());
    Canvas::painted(frame, |p| {
        let height = cloth.at(p);
        let (across, down) = cloth.slope(p);
        let steep = 0.30;
        // The normal of the surface, against a lamp high on the left.
        let length = (1.0 + steep * steep * (across * across + down * down)).sqrt();
        let facing = (1.0 + steep * (across * 0.75 + down * 0.9)) / length / 1.55;
        let tint = smooth(-0.25, 0.75, hue.at(p) + height * 0.3);
        let depth = 0.46 + 0.62 * height;
        let base = main.at(depth).mix(other.at(depth), tint);
        let mut light = base.times(mix(0.42, 1.5, smooth(-0.05, 1.15, facing)));
        light = light.lit(sheen, 0.42 * smooth(0.80, 1.12, facing) * smooth(0.80, 1.12, facing));
        if veined {
            // A vein runs where the height crosses a level; dividing by the slope keeps it thin.
            let slope = (across * across + down * down).sqrt().max(0.35);
            for (level, width) in [(0.05, 0.0030), (0.38, 0.0016), (-0.3, 0.0022)] {
                let away = (height - level).abs() / slope;
                let broken = smooth(-0.35, 0.25, weave.at(p.x * 3.0, p.y * 3.0));
                let vein = smooth(width * 2.0, width * 0.5, away) * broken;
                light = light
                    .mix(gold.times(0.65 + 0.8 * facing), vein)
                    .lit(gold, 0.05 * glow(away, 0.012) * broken);
            }
        }
        light
    })
}
