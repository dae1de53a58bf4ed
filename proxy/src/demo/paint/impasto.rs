//! Painting a picture over with brush strokes that follow it.
//!
//! It owns the passes, from the broad brush to the fine one, and the rule of which way a stroke
//! goes: along the edges that are there, and with a slow current where there are none. What the
//! picture shows is unknown to it.

use super::brush::Stroke;
use super::canvas::{Canvas, Point};
use super::chance::Chance;
use super::colour::{Rgb, encode};
use super::maths::{angle, cosine, sine};
use super::noise::Noise;

/// The brushes, broad to fine: half the width in units, and how much there has to be to paint
/// before it is taken up at all.
const BRUSHES: [(f32, f32); 3] = [(0.026, 0.0), (0.013, 0.05), (0.0065, 0.10)];

/// `picture` again, in brush strokes; `scale` makes the brushes broader.
pub(super) fn impasto(picture: &Canvas, scale: f32, chance: &mut Chance) -> Canvas {
    let mut canvas = picture.clone();
    let (current, hair) = (Noise::new(chance.seed()), Noise::new(chance.seed()));
    for (half, least) in BRUSHES {
        let half = (half * scale).max(1.2 * picture.frame.pixel());
        for start in starts(picture, half * 1.9, chance) {
            if let Some(stroke) = stroke(picture, start, half, least, current, chance) {
                stroke.lay(&mut canvas, hair);
            }
        }
    }
    canvas
}

/// Where strokes begin: a jittered grid, in an order that shows no direction.
fn starts(picture: &Canvas, pitch: f32, chance: &mut Chance) -> Vec<Point> {
    let frame = picture.frame;
    let count = |half: f32| (2.0 * half / pitch) as u32 + 1;
    let (columns, rows) = (count(frame.half_width()), count(frame.half_height()));
    let mut starts: Vec<(u32, Point)> = (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (column, row)))
        .map(|(column, row)| {
            let x = (column as f32 + chance.unit()) * pitch - frame.half_width();
            let y = (row as f32 + chance.unit()) * pitch - frame.half_height();
            (chance.seed(), Point::new(x, y))
        })
        .collect();
    starts.sort_by_key(|(order, _)| *order);
    starts.into_iter().map(|(_, start)| start).collect()
}

/// The stroke that begins at `start`, or none if this brush has nothing to add there.
fn stroke(
    picture: &Canvas,
    start: Point,
    half: f32,
    least: f32,
    current: Noise,
    chance: &mut Chance,
) -> Option<Stroke> {
    let name = chance.unit();
    let wavering = chance.between(0.92, 1.08);
    if least > 0.0 && detail(picture, start, half * 1.5) < least {
        return None;
    }
    let colour = dab(picture, start, half);
    let mut path = vec![start];
    let (mut p, mut heading) = (start, None);
    for step in 0..7 {
        let turns = direction(picture, p, half, current, heading);
        let next = p.moved(cosine(turns) * half * 1.7, sine(turns) * half * 1.7);
        // A stroke ends where the picture turns into something else.
        if step > 0 && apart(dab(picture, next, half * 0.5), colour) > 0.16 {
            break;
        }
        path.push(next);
        (p, heading) = (next, Some(turns));
    }
    Some(Stroke { path, half, colour: colour.times(wavering), name })
}

/// Which way to go from `p`, in turns; nearest to `heading` of the two ways along an edge.
fn direction(picture: &Canvas, p: Point, half: f32, current: Noise, heading: Option<f32>) -> f32 {
    let (across, down) = slope(picture, p, half * 1.3);
    let drift = 0.5 * current.fbm(p.x * 0.9, p.y * 1.3, 2);
    // Both are lines rather than arrows: doubled, opposite ways become the same and can be added.
    let edge = angle(down, across) + 0.25;
    let strength = ((across * across + down * down).sqrt() * 5.0).min(1.0);
    let x = strength * cosine(edge * 2.0) + 0.22 * cosine(drift * 2.0);
    let y = strength * sine(edge * 2.0) + 0.22 * sine(drift * 2.0);
    let line = angle(y, x) / 2.0;
    match heading {
        Some(heading) if cosine(line - heading) < 0.0 => line + 0.5,
        _ => line,
    }
}

/// How the picture changes round `p` to the right and down: in lightness, and a little in warmth,
/// for edges between colours that are equally light.
fn slope(picture: &Canvas, p: Point, reach: f32) -> (f32, f32) {
    let value = |x: f32, y: f32| {
        let light = picture.at(p.moved(x * reach, y * reach));
        encode(light.luminance()) + 0.4 * (encode(light.r) - encode(light.b))
    };
    let (a, b, c, d) = (value(-1.0, -1.0), value(1.0, -1.0), value(-1.0, 1.0), value(1.0, 1.0));
    (b + d - a - c, c + d - a - b)
}

/// How much there is to see within `reach` of `p`.
fn detail(picture: &Canvas, p: Point, reach: f32) -> f32 {
    let here = picture.at(p);
    [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)]
        .iter()
        .map(|(x, y)| apart(here, picture.at(p.moved(x * reach, y * reach))))
        .fold(0.0, f32::max)
}

/// The colour that a brush takes up at `p`: a small mean.
fn dab(picture: &Canvas, p: Point, half: f32) -> Rgb {
    let reach = half * 0.5;
    [(0.0, 0.0), (1.0, 1.0), (-1.0, 1.0), (1.0, -1.0), (-1.0, -1.0)]
        .iter()
        .fold(Rgb::BLACK, |sum, (x, y)| sum.lit(picture.at(p.moved(x * reach, y * reach)), 0.2))
}

/// How different two colours look, roughly.
fn apart(a: Rgb, b: Rgb) -> f32 {
    let channel = |a: f32, b: f32| (encode(a) - encode(b)).abs();
    (channel(a.r, b.r) + channel(a.g, b.g) + channel(a.b, b.b)) / 3.0
}
