//! The surface that is painted on, and its coordinates.
//!
//! It owns the pixels while they are still linear light. A place on it is a [`Point`] measured from
//! the middle in units that do not depend on the resolution, so that one idea can be drawn at any
//! size. It knows no colours of its own, and how the light becomes a file is for
//! [`mod@super::develop`].

use super::colour::Rgb;

/// A place on the canvas: the middle is the origin, y points down, and the shorter side of the
/// canvas is one unit long (on a narrow strip, a quarter of the longer one).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    /// To the right.
    pub(super) x: f32,
    /// Down.
    pub(super) y: f32,
}

impl Point {
    /// The point at (x, y).
    pub(super) fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The point reached from here by (x, y).
    pub(super) fn moved(self, x: f32, y: f32) -> Self {
        Self { x: self.x + x, y: self.y + y }
    }

    /// How far `other` is.
    pub(super) fn distance(self, other: Self) -> f32 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }
}

/// The size of a canvas, in pixels and in its own units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Pixels across.
    pub(super) width: u32,
    /// Pixels down.
    pub(super) height: u32,
    /// Pixels to a unit.
    pub(super) unit: f32,
}

impl Frame {
    /// The frame of a picture of that many pixels.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (short, long) = (width.min(height), width.max(height));
        Self { width, height, unit: (short as f32).max(long as f32 / 4.0).max(1.0) }
    }

    /// Half the width, in units: x goes from minus this to this.
    pub(super) fn half_width(&self) -> f32 {
        self.width as f32 / self.unit * 0.5
    }

    /// Half the height, in units: y goes from minus this to this.
    pub(super) fn half_height(&self) -> f32 {
        self.height as f32 / self.unit * 0.5
    }

    /// The size of the largest thing that fits in both ways, in units; 1 unless it is a strip.
    pub(super) fn room(&self) -> f32 {
        2.0 * self.half_width().min(self.half_height())
    }

    /// The side of a pixel, in units.
    pub(super) fn pixel(&self) -> f32 {
        1.0 / self.unit
    }

    /// The middle of a pixel.
    pub(super) fn point(&self, column: u32, row: u32) -> Point {
        Point {
            x: (column as f32 + 0.5) / self.unit - self.half_width(),
            y: (row as f32 + 0.5) / self.unit - self.half_height(),
        }
    }

    /// How much of a pixel is inside an edge that is `distance` away from it, negative being
    /// inside: what makes edges smooth.
    pub(super) fn cover(&self, distance: f32) -> f32 {
        (0.5 - distance * self.unit).clamp(0.0, 1.0)
    }
}

/// A picture in the making.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    /// Its size.
    pub(super) frame: Frame,
    pixels: Vec<Rgb>,
}

impl Canvas {
    /// A canvas on which each pixel is what `paint` says of its place.
    pub(super) fn painted(frame: Frame, mut paint: impl FnMut(Point) -> Rgb) -> Self {
        let places =
            (0..frame.height).flat_map(|row| (0..frame.width).map(move |column| (column, row)));
        let pixels = places.map(|(column, row)| paint(frame.point(column, row))).collect();
        Self { frame, pixels }
    }

    /// Paints over all of it: `paint` gets a place and what is there.
    pub(super) fn glaze(&mut self, mut paint: impl FnMut(Point, Rgb) -> Rgb) {
        let frame = self.frame;
        let places =
            (0..frame.height).flat_map(|row| (0..frame.width).map(move |column| (column, row)));
        for ((column, row), pixel) in places.zip(&mut self.pixels) {
            *pixel = paint(frame.point(column, row), *pixel);
        }
    }

    /// Paints over the pixels between two corners, as far as they are on the canvas.
    pub(super) fn glaze_box(
        &mut self,
        from: Point,
        to: Point,
        paint: impl FnMut(Point, Rgb) -> Rgb,
    ) {
        self.glaze_rows((from.y, to.y), |_| (from.x, to.x), paint);
    }

    /// Paints over the rows from one height to another, each from where to where `span` says.
    pub(super) fn glaze_rows(
        &mut self,
        (top, bottom): (f32, f32),
        span: impl Fn(f32) -> (f32, f32),
        mut paint: impl FnMut(Point, Rgb) -> Rgb,
    ) {
        let frame = self.frame;
        // Casts from floats saturate, so that places far outside cost nothing.
        let column =
            |x: f32| (((x + frame.half_width()) * frame.unit) as usize).min(frame.width as usize);
        let row =
            |y: f32| (((y + frame.half_height()) * frame.unit) as usize).min(frame.height as usize);
        let (first, last) = (row(top), (row(bottom) + 1).min(frame.height as usize));
        let lines = self.pixels.chunks_exact_mut((frame.width as usize).max(1)).enumerate();
        for (y, line) in lines.skip(first).take(last.saturating_sub(first)) {
            let mut p = frame.point(0, y as u32);
            let (left, right) = span(p.y);
            if right < left {
                continue;
            }
            let (left, right) = (column(left), column(right) + 1);
            for (x, pixel) in line.iter_mut().enumerate().take(right).skip(left) {
                p.x = frame.point(x as u32, 0).x;
                *pixel = paint(p, *pixel);
            }
        }
    }

    /// The colour at `p`, or at the nearest place on the canvas.
    pub(super) fn at(&self, p: Point) -> Rgb {
        let x = ((p.x + self.frame.half_width()) * self.frame.unit) as u32;
        let y = ((p.y + self.frame.half_height()) * self.frame.unit) as u32;
        let x = x.min(self.frame.width.saturating_sub(1)) as usize;
        let y = y.min(self.frame.height.saturating_sub(1)) as usize;
        self.pixels.get(y * self.frame.width as usize + x).copied().unwrap_or_default()
    }

    /// The pixels, line by line from the top.
    pub(super) fn pixels(&self) -> impl Iterator<Item = Rgb> {
        self.pixels.iter().copied()
    }
}
