//! Layers of cut paper, lit from above.
//!
//! It owns two arrangements, waves of hills and sunken contours, and the soft shadow that each
//! sheet throws on the one beneath. Every sheet has one flat colour: the rest is shadow and fibre.

use super::Setting;
use super::brief::{Hour, Thing};
use super::canvas::{Canvas, Frame, Point};
use super::colour::Rgb;
use super::maths::{mix, smooth};
use super::motifs::Boat;
use super::noise::Noise;
use super::ramp::Ramp;
use super::relief::Relief;
use super::shapes::disc;

/// From where a sheet's shadow is thrown, and how soft it is, in units.
const LAMP: (f32, f32) = (-0.010, -0.018);
const SOFT: f32 = 0.042;

/// Paints the picture.
pub(super) fn paint(set: &mut Setting<'_>) -> Canvas {
    let scenic = [Thing::Boat, Thing::Sun, Thing::Moon, Thing::Trees, Thing::Snow]
        .iter()
        .any(|thing| set.brief.has(*thing));
    let chance = if set.brief.scenery { 1.0 } else { 0.45 };
    if scenic || set.chance.happens(chance) { hills(set) } else { contours(set) }
}

/// A sheet over `under`: `away` is the distance to its edge, `shade` that of the shadow's edge.
fn lay(frame: Frame, under: Rgb, sheet: Rgb, away: f32, shade: f32) -> Rgb {
    // Two shadows, a wide pale one and a tight dark one, read as paper lifted off paper.
    let wide = smooth(SOFT, -SOFT * 0.6, shade) * 0.42;
    let tight = smooth(SOFT * 0.22, -SOFT * 0.1, away) * 0.30;
    let shadow = under.times((1.0 - wide) * (1.0 - tight));
    // The cut edge catches the lamp.
    let rim = 1.0 + 0.16 * smooth(-0.0045, 0.0, away);
    shadow.mix(sheet.times(rim), frame.cover(away))
}

/// The tooth of paper: a factor near 1.
fn fibre(noise: Noise, p: Point) -> f32 {
    1.0 + 0.022 * noise.at(p.x * 210.0, p.y * 210.0) + 0.025 * noise.at(p.x * 45.0, p.y * 60.0)
}

/// Hills or waves, one behind the other, under a disc in a haloed sky.
fn hills(set: &mut Setting<'_>) -> Canvas {
    let (frame, palette) = (set.frame, set.palette);
    let (half, room) = (frame.half_height(), frame.room());
    let count = set.chance.whole(5, 7);
    let night = set.hour == Hour::Night;
    let ramp = if night {
        Ramp::even(&[palette.shade.mix(palette.body, 0.55), palette.shade, palette.deep])
    } else {
        Ramp::even(&[
            palette.light.mix(palette.body, 0.3),
            palette.body,
            palette.shade,
            palette.deep,
        ])
    };
    let sky_ramp = if night {
        Ramp::even(&[palette.deep, palette.shade.lighter(-0.06), palette.shade.lighter(0.04)])
    } else {
        Ramp::even(&[
            palette.body.mix(palette.accent, 0.25),
            palette.light.mix(palette.accent, 0.3),
            palette.light,
        ])
    };
    let sun = Point::new(
        set.chance.between(-0.4, 0.4) * frame.half_width(),
        half * set.chance.between(-0.45, -0.1),
    );
    let radius = room * set.chance.between(0.10, 0.15);
    let face = if night { palette.light } else { palette.accent }.rgb();
    let sheets: Vec<(Relief, Rgb)> = (0..count)
        .map(|i| {
            let depth = (i as f32 + 1.0) / count as f32;
            let outline = Noise::new(set.chance.seed());
            let foot = mix(-0.05, 0.86, i as f32 / (count - 1).max(1) as f32) * half;
            let rise = 0.42 * half.min(1.0) * mix(1.0, 0.6, depth);
            let zoom = set.chance.between(0.8, 1.4);
            let peaks = set.brief.has(Thing::Snow) || (i % 2 == 0 && set.chance.happens(0.4));
            // A curve over x needs no second dimension: one line of samples, stretched down.
            let line: Vec<f32> = (0..=frame.width.max(1))
                .map(|column| {
                    let x = frame.point(column, 0).x;
                    let shape = if peaks {
                        1.5 * outline.ridged(x * zoom, 0.5, 2) - 0.7
                    } else {
                        outline.fbm(x * zoom, 0.5, 2)
                    };
                    foot - rise * shape
                })
                .collect();
            let relief = Relief::new(frame, 3, |p| {
                let column = ((p.x + frame.half_width()) * frame.unit).max(0.0) as usize;
                let y =
                    |column: usize| line.get(column).or(line.last()).copied().unwrap_or_default();
                let slope = (y(column + 2) - y(column.saturating_sub(2))) * frame.unit / 4.0;
                (y(column) - p.y) / (1.0 + slope * slope).sqrt()
            });
            (relief, ramp.at(depth * 0.96))
        })
        .collect();
    let paper = Noise::new(set.chance.seed());
    let boat = set.brief.has(Thing::Boat).then(|| {
        let at = Point::new(-sun.x.signum() * 0.3 * frame.half_width(), half * 0.36);
        Boat::new(frame, at, room * 0.3, palette.deep, palette.light, palette.accent)
    });
    let afloat = sheets.len() / 2;
    Canvas::painted(frame, |p| {
        let lit = p.moved(LAMP.0, LAMP.1);
        // The sky: rings of paper round the disc.
        let mut light = sky_ramp.at(1.0 - (p.distance(sun) / (radius * 7.5)).min(1.0) * 0.2);
        for ring in (1..5).rev() {
            let edge = radius * (1.0 + 1.15 * ring as f32);
            let tone = sky_ramp.at(0.15 + 0.19 * (5 - ring) as f32);
            light = lay(frame, light, tone, disc(p, sun, edge), disc(lit, sun, edge));
        }
        light = lay(frame, light, face, disc(p, sun, radius), disc(lit, sun, radius));
        for (i, (sheet, colour)) in sheets.iter().enumerate() {
            if i == afloat
                && let Some(boat) = &boat
            {
                light = boat.over(p, light);
            }
            let shade = sheet.at(lit.moved(0.0, SOFT * 0.55));
            if shade < SOFT {
                light = lay(frame, light, *colour, sheet.at(p), shade);
            }
        }
        light.times(fibre(paper, p))
    })
}

/// Sheet upon sheet with a hole in each, wider the higher it lies.
fn contours(set: &mut Setting<'_>) -> Canvas {
    let (frame, palette) = (set.frame, set.palette);
    let field = Noise::new(set.chance.seed());
    let paper = Noise::new(set.chance.seed());
    let zoom = set.chance.between(0.9, 1.5);
    let bend = set.chance.between(0.2, 0.6);
    let relief = Relief::new(frame, 3, |p| {
        let (x, y) = (p.x * zoom, p.y * zoom);
        let push = bend * field.at(x * 1.3 + 9.1, y * 1.3);
        field.fbm(x + push, y - push, 2)
    });
    let count = 8;
    let glowing = set.chance.happens(0.5);
    let [deep, shade, body, light] = palette.scale();
    let ramp = if glowing {
        Ramp::even(&[light, body, shade, deep])
    } else {
        Ramp::even(&[deep, shade, body, light])
    };
    let odd = set.chance.whole(2, 5);
    Canvas::painted(frame, |p| {
        let lit = p.moved(LAMP.0, LAMP.1);
        let steep = |p: Point| {
            let (across, down) = relief.slope(p);
            (across * across + down * down).sqrt().max(0.45)
        };
        let (here, there, slope) = (relief.at(p), relief.at(lit), steep(p));
        let light = (0..count).fold(ramp.at(0.0), |light, i| {
            let level = mix(-0.52, 0.42, i as f32 / (count - 1) as f32);
            let tone = if i == odd {
                palette.accent.rgb()
            } else {
                ramp.at((i as f32 + 1.0) / count as f32)
            };
            lay(frame, light, tone, (level - here) / slope, (level - there) / slope + SOFT * 0.1)
        });
        light.times(fibre(paper, p))
    })
}
