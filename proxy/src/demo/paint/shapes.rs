//! Plain shapes, as the distance to their edge.
//!
//! It owns the formulas: each answers how far a point is from the shape's edge, negative inside.
//! Distances combine (`min` joins, `max` with a minus cuts) and turn into smooth edges and soft
//! shadows; the colours are for the caller.

use super::canvas::Point;
use super::maths::mix;

/// A disc.
pub(super) fn disc(p: Point, centre: Point, radius: f32) -> f32 {
    p.distance(centre) - radius
}

/// A box of the given half sides, its corners rounded by `round`.
pub(super) fn slab(p: Point, centre: Point, half: (f32, f32), round: f32) -> f32 {
    let x = (p.x - centre.x).abs() - half.0 + round;
    let y = (p.y - centre.y).abs() - half.1 + round;
    let (ox, oy) = (x.max(0.0), y.max(0.0));
    (ox * ox + oy * oy).sqrt() + x.max(y).min(0.0) - round
}

/// A line from `a` to `b`, as thick on each side as `from` says at its start and `to` at its end.
pub(super) fn stick(p: Point, a: Point, b: Point, from: f32, to: f32) -> f32 {
    let (ax, ay) = (p.x - a.x, p.y - a.y);
    let (bx, by) = (b.x - a.x, b.y - a.y);
    let t = ((ax * bx + ay * by) / (bx * bx + by * by).max(1e-12)).clamp(0.0, 1.0);
    let (dx, dy) = (ax - bx * t, ay - by * t);
    (dx * dx + dy * dy).sqrt() - mix(from, to, t)
}

/// An ellipse; exact on its edge, near enough beside it.
pub(super) fn oval(p: Point, centre: Point, radii: (f32, f32)) -> f32 {
    let (x, y) = ((p.x - centre.x) / radii.0, (p.y - centre.y) / radii.1);
    let k = (x * x + y * y).sqrt();
    let (gx, gy) = (x / radii.0, y / radii.1);
    let slope = (gx * gx + gy * gy).sqrt();
    if slope > 0.0 { k * (k - 1.0) / slope } else { -radii.0.min(radii.1) }
}

/// The shape within straight lines from corner to corner.
pub(super) fn polygon(p: Point, corners: &[Point]) -> f32 {
    let mut nearest = f32::MAX;
    let mut inside = false;
    let ends = corners.iter().skip(1).chain(corners.iter().take(1));
    for (a, b) in corners.iter().zip(ends) {
        nearest = nearest.min(stick(p, *a, *b, 0.0, 0.0));
        // A ray to the right crosses the outline an odd number of times from inside.
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inside_is_negative_and_outside_positive() {
        let middle = Point::default();
        let outside = Point::new(3.0, 0.5);
        let square =
            [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)].map(|(x, y)| Point::new(x, y));
        let shapes: [fn(Point, &[Point]) -> f32; 4] = [
            |p, _| disc(p, Point::default(), 1.0),
            |p, _| slab(p, Point::default(), (1.0, 1.0), 0.2),
            |p, _| oval(p, Point::default(), (1.0, 2.0)),
            polygon,
        ];
        for shape in shapes {
            assert!(shape(middle, &square) < 0.0 && shape(outside, &square) > 0.0);
        }
        assert!((polygon(outside, &square) - 2.0).abs() < 1e-4);
    }
}
