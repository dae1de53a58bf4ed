//! The five colours that a picture is made of.
//!
//! It owns the schemes, mixed by hand in OKLab, and the making of a scheme from the colours that a
//! prompt names. What is painted in which of them is for the styles to say.

use super::brief::{Brief, Hour, Thing};
use super::chance::Chance;
use super::colour::Tone;

/// Five colours, by the part they play.
#[derive(Clone, Copy, Debug)]
pub(super) struct Palette {
    /// The darkest: nearest ridges, ink, night.
    pub(super) deep: Tone,
    /// A strong dark.
    pub(super) shade: Tone,
    /// The picture's main colour.
    pub(super) body: Tone,
    /// The lightest: haze, paper, the sky at the horizon.
    pub(super) light: Tone,
    /// The one that stands out against the others.
    pub(super) accent: Tone,
}

/// A scheme before it is mixed: lightness, chroma and hue of each of the five.
type Recipe = [(f32, f32, f32); 5];

const DUSK: Recipe = [
    (0.24, 0.07, 285.0),
    (0.42, 0.12, 305.0),
    (0.63, 0.15, 15.0),
    (0.89, 0.08, 70.0),
    (0.75, 0.17, 45.0),
];

const SCHEMES: &[Recipe] = &[
    // Lagoon and coral.
    [
        (0.25, 0.06, 230.0),
        (0.45, 0.09, 210.0),
        (0.66, 0.10, 190.0),
        (0.94, 0.03, 95.0),
        (0.70, 0.17, 32.0),
    ],
    // Pine and brass.
    [
        (0.23, 0.04, 170.0),
        (0.39, 0.07, 160.0),
        (0.60, 0.09, 148.0),
        (0.93, 0.05, 98.0),
        (0.80, 0.15, 82.0),
    ],
    // Indigo and peach.
    [
        (0.22, 0.09, 275.0),
        (0.41, 0.15, 275.0),
        (0.63, 0.12, 300.0),
        (0.92, 0.05, 60.0),
        (0.79, 0.13, 52.0),
    ],
    // Wine and rose.
    [
        (0.23, 0.08, 5.0),
        (0.42, 0.14, 12.0),
        (0.68, 0.13, 12.0),
        (0.94, 0.03, 50.0),
        (0.80, 0.12, 78.0),
    ],
    // Arctic with a low sun.
    [
        (0.25, 0.06, 252.0),
        (0.46, 0.09, 245.0),
        (0.70, 0.08, 228.0),
        (0.96, 0.02, 205.0),
        (0.81, 0.13, 72.0),
    ],
    // Ochre and petrol.
    [
        (0.25, 0.05, 215.0),
        (0.46, 0.08, 205.0),
        (0.67, 0.08, 198.0),
        (0.94, 0.05, 88.0),
        (0.74, 0.15, 66.0),
    ],
    // Plum and mint.
    [
        (0.25, 0.08, 328.0),
        (0.43, 0.12, 335.0),
        (0.70, 0.11, 348.0),
        (0.95, 0.03, 20.0),
        (0.84, 0.11, 168.0),
    ],
    // Cobalt and marigold.
    [
        (0.24, 0.10, 264.0),
        (0.44, 0.17, 262.0),
        (0.66, 0.13, 245.0),
        (0.94, 0.04, 92.0),
        (0.82, 0.16, 78.0),
    ],
    // Terracotta and sage.
    [
        (0.27, 0.05, 35.0),
        (0.50, 0.11, 38.0),
        (0.70, 0.12, 48.0),
        (0.94, 0.04, 80.0),
        (0.72, 0.08, 150.0),
    ],
    DUSK,
];

const EMBER: Recipe = [
    (0.17, 0.05, 25.0),
    (0.36, 0.13, 27.0),
    (0.60, 0.20, 38.0),
    (0.91, 0.13, 92.0),
    (0.76, 0.18, 58.0),
];

const SAND: Recipe = [
    (0.28, 0.07, 35.0),
    (0.48, 0.11, 45.0),
    (0.71, 0.11, 62.0),
    (0.94, 0.05, 85.0),
    (0.80, 0.13, 75.0),
];

impl Palette {
    /// The palette for what `brief` asks; where it asks nothing, one of the schemes.
    pub(super) fn choose(brief: &Brief, chance: &mut Chance) -> Self {
        let scheme = chance.pick(DUSK, SCHEMES);
        let drift = chance.between(-12.0, 12.0);
        let mixed = if !brief.tints.is_empty() {
            Self::from_tints(brief, chance)
        } else if brief.has(Thing::Fire) {
            Self::mixed(EMBER, drift * 0.5)
        } else if brief.has(Thing::Desert) {
            Self::mixed(SAND, drift * 0.5)
        } else if brief.hour == Some(Hour::Dusk) {
            Self::mixed(chance.pick(DUSK, &[EMBER, DUSK]), drift)
        } else {
            Self::mixed(scheme, drift)
        };
        let calm = if brief.has(Thing::Fog) { 0.6 } else { 1.0 };
        mixed.vivid(calm)
    }

    /// The same palette by night: its darks lean towards the blue that eyes see in the dark.
    pub(super) fn at_night(self) -> Self {
        let blue = |tone: Tone, by: f32| tone.mix(Tone::new(tone.l, 0.09, 268.0), by);
        Self {
            deep: blue(self.deep, 0.75),
            shade: blue(self.shade, 0.6),
            body: blue(self.body, 0.25),
            ..self
        }
    }

    fn mixed(recipe: Recipe, drift: f32) -> Self {
        let [deep, shade, body, light, accent] =
            recipe.map(|(l, c, hue)| Tone::new(l, c, hue + drift));
        Self { deep, shade, body, light, accent }
    }

    /// A scheme round the first colour the prompt names; the second, if any, stands out.
    fn from_tints(brief: &Brief, chance: &mut Chance) -> Self {
        let mut tints = brief.tints.iter().copied();
        let main = tints.next().unwrap_or_default();
        let lean = chance.between(8.0, 26.0) * if chance.happens(0.5) { 1.0 } else { -1.0 };
        let tone = |l: f32, c: f32, turn: f32| {
            Tone::new((l + main.lift).clamp(0.1, 0.97), c * main.chroma, main.hue + turn)
        };
        let accent = match tints.next() {
            Some(other) => Tone::new(0.72 + other.lift, 0.16 * other.chroma, other.hue),
            None if main.chroma < 0.4 => Tone::new(0.70, 0.14, chance.between(20.0, 90.0)),
            None => Tone::new(0.80, 0.13, main.hue + chance.pick(150.0, &[180.0, 50.0, -60.0])),
        };
        Self {
            deep: tone(0.24, 0.07, lean),
            shade: tone(0.42, 0.12, lean * 0.6),
            body: tone(0.64, 0.16, 0.0),
            light: tone(0.93, 0.05, -lean),
            accent,
        }
    }

    /// The same palette with every hue turned.
    pub(super) fn turned(self, degrees: f32) -> Self {
        Self {
            deep: self.deep.turned(degrees),
            shade: self.shade.turned(degrees),
            body: self.body.turned(degrees),
            light: self.light.turned(degrees),
            accent: self.accent.turned(degrees),
        }
    }

    /// The same palette, `k` times as colourful.
    pub(super) fn vivid(self, k: f32) -> Self {
        Self {
            deep: self.deep.vivid(k),
            shade: self.shade.vivid(k),
            body: self.body.vivid(k),
            light: self.light.vivid(k),
            accent: self.accent.vivid(k),
        }
    }

    /// From the darkest to the lightest.
    pub(super) fn scale(&self) -> [Tone; 4] {
        [self.deep, self.shade, self.body, self.light]
    }
}
