//! Arithmetic that the painter's rooms share.
//!
//! It owns the curves between 0 and 1 and the trigonometry. The latter is written by hand on
//! purpose: `f32::sin` and its kin call the platform's maths library, whose last bit differs from
//! one system to the next, whereas `+ - * /` and `sqrt` are exact everywhere. A seed therefore
//! means the same picture on every machine. It knows nothing of colours or pictures.

/// From `a` (at 0) to `b` (at 1) in a straight line.
pub(super) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// How far `x` has come on the way from `from` to `to`, eased at both ends.
///
/// `from` may be the greater of the two: then the curve falls.
pub(super) fn smooth(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A bell that is 1 at 0, about a half at `reach`, and goes out without ever ending.
pub(super) fn glow(distance: f32, reach: f32) -> f32 {
    let x = distance / reach;
    1.0 / (1.0 + x * x)
}

/// `x` rounded down, as an integer; far cheaper than `f32::floor` where that is a library call.
pub(super) fn floor(x: f32) -> i32 {
    let cut = x as i32;
    if (cut as f32) > x { cut.saturating_sub(1) } else { cut }
}

/// What is left of `x` above its floor.
pub(super) fn fraction(x: f32) -> f32 {
    x - floor(x) as f32
}

/// The sine of an angle given in whole turns; good to about one part in a thousand.
pub(super) fn sine(turns: f32) -> f32 {
    let x = fraction(turns) * 2.0 - 1.0;
    // A parabola through the zeros, bent once more towards the true curve.
    let parabola = -4.0 * x * (1.0 - x.abs());
    0.225 * (parabola * parabola.abs() - parabola) + parabola
}

/// The cosine of an angle given in whole turns.
pub(super) fn cosine(turns: f32) -> f32 {
    sine(turns + 0.25)
}

/// The direction of the vector (x, y) in turns, -0.5 to 0.5; 0 for no vector at all.
pub(super) fn angle(y: f32, x: f32) -> f32 {
    let (long, short) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
    if long == 0.0 {
        return 0.0;
    }
    let a = short / long;
    let s = a * a;
    // Arc tangent on 0..=1 (Hastings), scaled from radians to turns.
    let radians = ((-0.046_496_48 * s + 0.159_314_22) * s - 0.327_622_76) * s * a + a;
    let eighth = radians / std::f32::consts::TAU;
    let quarter = if y.abs() > x.abs() { 0.25 - eighth } else { eighth };
    let half = if x < 0.0 { 0.5 - quarter } else { quarter };
    if y < 0.0 { -half } else { half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trigonometry_agrees_with_the_library() {
        for step in -300..300 {
            let turns = step as f32 / 97.0;
            let radians = turns * std::f32::consts::TAU;
            assert!((sine(turns) - radians.sin()).abs() < 2e-3, "sine of {turns}");
            assert!((cosine(turns) - radians.cos()).abs() < 2e-3, "cosine of {turns}");
            let back = angle(radians.sin(), radians.cos()) - turns;
            assert!((back - back.round()).abs() < 1e-3, "angle of {turns}");
        }
    }

    #[test]
    fn floor_goes_down_on_both_sides_of_zero() {
        assert_eq!([floor(1.5), floor(-0.5), floor(-2.0)], [1, -1, -2]);
        assert!((fraction(-0.25) - 0.75).abs() < 1e-6);
    }
}
