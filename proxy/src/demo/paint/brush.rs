//! A loaded brush.
//!
//! It owns the mark that one stroke leaves: hairs along it, a ridge of paint at its edges, and the
//! dry end where the paint runs out. Where strokes go, and in what colour, is for its callers.

use super::canvas::{Canvas, Point};
use super::colour::Rgb;
use super::maths::{mix, smooth};
use super::noise::Noise;

/// One stroke.
#[derive(Clone, Debug)]
pub(super) struct Stroke {
    /// Where the brush goes; its points are close together.
    pub(super) path: Vec<Point>,
    /// Half the width of the brush, in units.
    pub(super) half: f32,
    /// The paint on it.
    pub(super) colour: Rgb,
    /// Tells its hairs from those of other strokes.
    pub(super) name: f32,
}

impl Stroke {
    /// Puts the stroke on `canvas`; `hair` is the brush.
    pub(super) fn lay(&self, canvas: &mut Canvas, hair: Noise) {
        let total: f32 = self.path.windows(2).map(length).sum();
        let mut gone = 0.0;
        for pair in self.path.windows(2) {
            if let [from, to] = pair {
                self.lay_piece(canvas, hair, (*from, *to), gone, total.max(1e-6));
            }
            gone += length(pair);
        }
    }

    fn lay_piece(
        &self,
        canvas: &mut Canvas,
        hair: Noise,
        (from, to): (Point, Point),
        gone: f32,
        total: f32,
    ) {
        let frame = canvas.frame;
        let long = from.distance(to);
        if long <= 0.0 {
            return;
        }
        let (dx, dy) = ((to.x - from.x) / long, (to.y - from.y) / long);
        // Pieces overlap a little, or bends would show gaps on their outer side.
        let lap = frame.pixel() + self.half * 0.12;
        let wide = self.half + frame.pixel();
        let (top, bottom) = (from.y.min(to.y) - wide, from.y.max(to.y) + wide);
        // Of each row, only what lies between the piece's four sides.
        let span = |y: f32| {
            let y = y - from.y;
            let (a, b) = between(dy, -y * dx, -wide, wide);
            let (c, d) = between(dx, y * dy, -lap, long + lap);
            (from.x + a.max(c), from.x + b.min(d))
        };
        canvas.glaze_rows((top, bottom), span, |p, under| {
            let (x, y) = (p.x - from.x, p.y - from.y);
            let along = x * dx + y * dy;
            let across = x * dy - y * dx;
            let t = ((gone + along) / total).clamp(0.0, 1.0);
            let swell = smooth(0.0, 0.10, t).max(0.0).sqrt() * mix(1.0, 0.72, t);
            let cover = frame.cover(across.abs() - self.half * swell);
            if cover <= 0.0 {
                return under;
            }
            let side = across / self.half;
            let hairs = hair.at(side * 5.0 + self.name * 17.3, t * 3.0 + self.name * 5.1);
            let dry = smooth(0.55, 1.0, t);
            let paint = smooth(dry * 1.5 - 1.0, dry * 1.5 - 0.55, hairs + 0.35);
            // Paint stands up at the edge of a stroke, and the lamp is above.
            let ridge = 0.20
                * smooth(0.35, 1.0, side.abs() / swell.max(0.2))
                * if side * dx.signum() > 0.0 { 1.0 } else { -1.0 };
            let relief = 1.0 + 0.22 * hairs + ridge;
            under.mix(self.colour.times(relief), cover * paint)
        });
    }
}

fn length(pair: &[Point]) -> f32 {
    match pair {
        [from, to] => from.distance(*to),
        _ => 0.0,
    }
}

/// From where to where `x * slope + offset` stays between `low` and `high`.
fn between(slope: f32, offset: f32, low: f32, high: f32) -> (f32, f32) {
    if slope.abs() < 1e-4 {
        let all = if offset >= low && offset <= high { f32::MAX } else { -f32::MAX };
        return (-all, all);
    }
    let (a, b) = ((low - offset) / slope, (high - offset) / slope);
    (a.min(b), a.max(b))
}
