//! Smooth quantities, worked out at a few places and read off everywhere.
//!
//! It owns the saving that this is: noise upon noise costs far more than looking a number up. It
//! knows nothing of what the numbers mean; a height, a thickness or a distance are all the same.

use super::canvas::{Frame, Point};
use super::maths::mix;

/// A line from the left edge to the right: one height for each column of pixels.
#[derive(Clone, Debug)]
pub(super) struct Outline {
    frame: Frame,
    heights: Vec<f32>,
}

impl Outline {
    /// The line that runs at `height` above each x.
    pub(super) fn new(frame: Frame, height: impl Fn(f32) -> f32) -> Self {
        let heights = (0..frame.width).map(|column| height(frame.point(column, 0).x)).collect();
        Self { frame, heights }
    }

    /// Its height at `x`; beyond the edges, that of the edge.
    pub(super) fn at(&self, x: f32) -> f32 {
        let column = ((x + self.frame.half_width()) * self.frame.unit).max(0.0) as usize;
        let last = self.heights.len().saturating_sub(1);
        self.heights.get(column.min(last)).copied().unwrap_or_default()
    }

    /// How steeply it falls at `x`, seen over `reach` to both sides.
    pub(super) fn slope(&self, x: f32, reach: f32) -> f32 {
        (self.at(x + reach) - self.at(x - reach)) / (2.0 * reach)
    }
}

/// A smooth quantity over the canvas, worked out at every few pixels and read between them.
#[derive(Clone, Debug)]
pub(super) struct Relief {
    left: f32,
    top: f32,
    columns: usize,
    /// Samples to a unit.
    density: f32,
    samples: Vec<f32>,
}

impl Relief {
    /// `height` over all of `frame` and a margin round it, once every `step` pixels.
    pub(super) fn new(frame: Frame, step: u32, height: impl Fn(Point) -> f32) -> Self {
        let density = frame.unit / step.max(1) as f32;
        let margin = 4.0 / density;
        let (left, top) = (-frame.half_width() - margin, -frame.half_height() - margin);
        let count = |half: f32| (2.0 * (half + margin) * density) as u32 + 2;
        let (columns, rows) = (count(frame.half_width()), count(frame.half_height()));
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let samples = places
            .map(|(column, row)| {
                height(Point::new(left + column as f32 / density, top + row as f32 / density))
            })
            .collect();
        Self { left, top, columns: columns as usize, density, samples }
    }

    /// The quantity at `p`; beyond the margin, that of the edge.
    pub(super) fn at(&self, p: Point) -> f32 {
        let x = ((p.x - self.left) * self.density).clamp(0.0, self.columns as f32 - 1.001);
        let rows = self.samples.len().checked_div(self.columns).unwrap_or(0);
        let y = ((p.y - self.top) * self.density).clamp(0.0, (rows as f32 - 1.001).max(0.0));
        let (column, row) = (x as usize, y as usize);
        let sample = |i: usize| self.samples.get(i).copied().unwrap_or_default();
        let first = row * self.columns + column;
        let second = first + self.columns;
        let across = x - column as f32;
        let upper = mix(sample(first), sample(first + 1), across);
        let lower = mix(sample(second), sample(second + 1), across);
        mix(upper, lower, y - row as f32)
    }

    /// How steeply it rises at `p` to the right and down, per unit.
    pub(super) fn slope(&self, p: Point) -> (f32, f32) {
        let reach = 1.0 / self.density;
        let across = self.at(p.moved(reach, 0.0)) - self.at(p.moved(-reach, 0.0));
        let down = self.at(p.moved(0.0, reach)) - self.at(p.moved(0.0, -reach));
        (across / (2.0 * reach), down / (2.0 * reach))
    }
}
