//! Colour: how it is named, mixed and sent to the screen.
//!
//! It owns two spaces. [`Tone`] is OKLab, in which equal steps look equal: palettes and gradients
//! are made there. [`Rgb`] is linear light, in which light adds up as it does in the world: pixels
//! are blended there. It knows no palette and no picture.

use super::maths::{cosine, mix, sine};

/// Linear light, 1.0 being the brightest a screen can show; more is allowed until the end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rgb {
    /// Red light.
    pub(super) r: f32,
    /// Green light.
    pub(super) g: f32,
    /// Blue light.
    pub(super) b: f32,
}

impl Rgb {
    /// No light.
    pub(super) const BLACK: Self = Self { r: 0.0, g: 0.0, b: 0.0 };

    /// From this colour (at 0) to `other` (at 1).
    pub(super) fn mix(self, other: Self, t: f32) -> Self {
        Self { r: mix(self.r, other.r, t), g: mix(self.g, other.g, t), b: mix(self.b, other.b, t) }
    }

    /// This colour with `amount` of the light `other` added to it.
    pub(super) fn lit(self, other: Self, amount: f32) -> Self {
        Self {
            r: self.r + other.r * amount,
            g: self.g + other.g * amount,
            b: self.b + other.b * amount,
        }
    }

    /// `k` times as bright.
    pub(super) fn times(self, k: f32) -> Self {
        Self { r: self.r * k, g: self.g * k, b: self.b * k }
    }

    /// How bright the eye finds it, still in linear light.
    pub(super) fn luminance(self) -> f32 {
        0.2126 * self.r + 0.7152 * self.g + 0.0722 * self.b
    }

    /// The colour that a screen's three bytes stand for.
    pub(super) fn decode(bytes: [u8; 3]) -> Self {
        let [r, g, b] = bytes.map(|byte| decode(f32::from(byte) / 255.0));
        Self { r, g, b }
    }
}

/// A screen's value, 0 to 1, as linear light.
fn decode(value: f32) -> f32 {
    if value <= 0.040_45 {
        return value / 12.92;
    }
    // To the power of 2.4, in roots: 2 + 3/8, and the missing 1/40 as most of 1/32.
    let y = (value + 0.055) / 1.055;
    let fourth = y.sqrt().sqrt();
    let eighth = fourth.sqrt();
    y * y * fourth * eighth * mix(1.0, eighth.sqrt().sqrt(), 0.8)
}

/// One channel of linear light as the screen's value, 0 to 1: sRGB's curve out of square roots,
/// which every machine rounds alike.
pub(super) fn encode(light: f32) -> f32 {
    if light < 0.003_130_8 {
        return 12.92 * light.max(0.0);
    }
    let second = light.sqrt();
    let fourth = second.sqrt();
    0.662_002_7 * second + 0.684_122 * fourth - 0.323_583_6 * fourth.sqrt() - 0.022_541_147 * light
}

/// A colour as the eye sees it (OKLab).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tone {
    /// Lightness, 0 to 1.
    pub(super) l: f32,
    a: f32,
    b: f32,
}

impl Tone {
    /// The colour of lightness `l`, chroma `c` (0 is grey, 0.2 is loud) and hue in degrees.
    pub(super) fn new(l: f32, c: f32, hue: f32) -> Self {
        let turns = hue / 360.0;
        Self { l, a: c * cosine(turns), b: c * sine(turns) }
    }

    /// From this colour (at 0) to `other` (at 1), evenly to the eye.
    pub(super) fn mix(self, other: Self, t: f32) -> Self {
        let mixed = Self {
            l: mix(self.l, other.l, t),
            a: mix(self.a, other.a, t),
            b: mix(self.b, other.b, t),
        };
        // The straight way between opposite hues leads through mud: go round it, if not all the way.
        let wanted = mix(self.chroma(), other.chroma(), t);
        mixed.vivid((wanted / mixed.chroma().max(1e-4)).clamp(1.0, 1.8))
    }

    fn chroma(self) -> f32 {
        (self.a * self.a + self.b * self.b).sqrt()
    }

    /// Lighter by `step`, or darker if it is negative.
    pub(super) fn lighter(self, step: f32) -> Self {
        Self { l: (self.l + step).clamp(0.0, 1.0), ..self }
    }

    /// `k` times as colourful.
    pub(super) fn vivid(self, k: f32) -> Self {
        Self { a: self.a * k, b: self.b * k, ..self }
    }

    /// Its hue turned by so many degrees.
    pub(super) fn turned(self, degrees: f32) -> Self {
        let (c, s) = (cosine(degrees / 360.0), sine(degrees / 360.0));
        Self { a: c * self.a - s * self.b, b: s * self.a + c * self.b, ..self }
    }

    /// The same colour as light, with its chroma drawn in until a screen can show it.
    pub(super) fn rgb(self) -> Rgb {
        let mut tone = self;
        for _ in 0..12 {
            let rgb = tone.light();
            let shown = |x: f32| (-0.002..=1.002).contains(&x);
            if shown(rgb.r) && shown(rgb.g) && shown(rgb.b) {
                break;
            }
            tone = tone.vivid(0.88);
        }
        let rgb = tone.light();
        Rgb { r: rgb.r.max(0.0), g: rgb.g.max(0.0), b: rgb.b.max(0.0) }
    }

    fn light(self) -> Rgb {
        let cube = |x: f32| x * x * x;
        let l = cube(self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b);
        let m = cube(self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b);
        let s = cube(self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b);
        Rgb {
            r: 4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            g: -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
            b: -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_white_and_the_screen_curve_comes_back() {
        let white = Tone::new(1.0, 0.0, 0.0).rgb();
        assert!((white.r - 1.0).abs() < 0.01 && (white.b - 1.0).abs() < 0.01);
        for byte in 0..=255 {
            let back = encode(Rgb::decode([byte, 0, 0]).r) * 255.0;
            assert!((back - f32::from(byte)).abs() < 1.0, "{back} for {byte}");
        }
    }

    #[test]
    fn loud_colours_are_drawn_into_what_a_screen_shows() {
        let loud = Tone::new(0.6, 0.4, 140.0).rgb();
        assert!([loud.r, loud.g, loud.b].iter().all(|x| (0.0..=1.003).contains(x)));
    }
}
