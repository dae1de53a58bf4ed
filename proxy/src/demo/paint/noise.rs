//! Smooth noise over the plane: the grain of clouds, ridges, silk and brush hair.
//!
//! It owns gradient noise and the ways of stacking it. It knows no picture: what a coordinate
//! means is its caller's affair.

use super::chance::{cell, unit};
use super::maths::{floor, mix};

/// Each octave is turned against the one before, so that the lattices never line up and show.
const TURN: (f32, f32) = (0.8, 0.6);

/// One field of noise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noise(u32);

impl Noise {
    /// The field that belongs to `seed`.
    pub(super) fn new(seed: u32) -> Self {
        Self(seed)
    }

    /// Gradient noise, about -1 to 1 and 0 on the lattice of whole numbers.
    pub(super) fn at(self, x: f32, y: f32) -> f32 {
        let (left, top) = (floor(x), floor(y));
        let (dx, dy) = (x - left as f32, y - top as f32);
        let corner = |ix: i32, iy: i32| {
            let bits = cell(left.wrapping_add(ix), top.wrapping_add(iy), self.0);
            let gx = (bits & 0xffff) as f32 / 32_767.5 - 1.0;
            let gy = (bits >> 16) as f32 / 32_767.5 - 1.0;
            gx * (dx - ix as f32) + gy * (dy - iy as f32)
        };
        let ease = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
        let across = ease(dx);
        let upper = mix(corner(0, 0), corner(1, 0), across);
        let lower = mix(corner(0, 1), corner(1, 1), across);
        1.7 * mix(upper, lower, ease(dy))
    }

    /// Noise upon finer noise: clouds. About -1 to 1.
    pub(super) fn fbm(self, x: f32, y: f32, octaves: u32) -> f32 {
        self.stack(x, y, octaves, |n| n)
    }

    /// Folded noise upon finer folded noise: sharp crests over wide valleys. 0 to 1.
    pub(super) fn ridged(self, x: f32, y: f32, octaves: u32) -> f32 {
        self.stack(x, y, octaves, |n| {
            let crest = 1.0 - n.abs().min(1.0);
            crest * crest
        })
    }

    /// A weighted mean of `octaves` fields, each twice as fine and half as strong as the last.
    fn stack(self, x: f32, y: f32, octaves: u32, fold: impl Fn(f32) -> f32) -> f32 {
        let (mut x, mut y) = (x, y);
        let (mut sum, mut weight, mut total) = (0.0, 1.0, 0.0);
        let mut field = self;
        for _ in 0..octaves {
            sum += weight * fold(field.at(x, y));
            total += weight;
            weight *= 0.5;
            let (cosine, sine) = TURN;
            (x, y) = (2.03 * (cosine * x - sine * y) + 11.7, 2.03 * (sine * x + cosine * y) + 5.3);
            field = Self(field.0.wrapping_add(0x9e37_79b9));
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }

    /// A number from 0 to 1 for the cell that (x, y) lies in, unrelated to its neighbours'.
    pub(super) fn speck(self, x: i32, y: i32) -> f32 {
        unit(cell(x, y, self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_continuous_and_bounded() {
        let noise = Noise::new(3);
        for step in -2000..2000 {
            let x = step as f32 * 0.013;
            let here = noise.fbm(x, 0.4, 4);
            assert!((here - noise.fbm(x + 1e-3, 0.4, 4)).abs() < 0.05, "a jump at {x}");
            assert!(here.abs() < 1.8, "{here} at {x}");
            assert!((0.0..=1.0).contains(&noise.ridged(x, 2.5, 5)));
        }
    }

    #[test]
    fn seeds_differ() {
        assert_ne!(Noise::new(1).at(0.3, 0.7), Noise::new(2).at(0.3, 0.7));
    }
}
