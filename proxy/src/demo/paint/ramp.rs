//! Gradients.
//!
//! It owns the table that a gradient is looked up in: the way from tone to tone is worked out as
//! the eye sees it, once, and read off as light for every pixel. It chooses no colours.

use super::colour::{Rgb, Tone};

/// A gradient, worked out once and then only looked up.
#[derive(Clone, Debug)]
pub(super) struct Ramp(Vec<Rgb>);

impl Ramp {
    const STEPS: u16 = 512;

    /// The gradient through `stops`: each a place from 0 to 1 and the tone there, in order.
    pub(super) fn new(stops: &[(f32, Tone)]) -> Self {
        Self(
            (0..=Self::STEPS)
                .map(|step| tone_at(stops, f32::from(step) / f32::from(Self::STEPS)).rgb())
                .collect(),
        )
    }

    /// The gradient through `tones` at even distances.
    pub(super) fn even(tones: &[Tone]) -> Self {
        let last = tones.len().saturating_sub(1).max(1) as f32;
        let stops: Vec<_> =
            tones.iter().enumerate().map(|(i, tone)| (i as f32 / last, *tone)).collect();
        Self::new(&stops)
    }

    /// The colour at `t`; beyond the ends the end's own colour.
    pub(super) fn at(&self, t: f32) -> Rgb {
        let place = t.clamp(0.0, 1.0) * f32::from(Self::STEPS);
        let below = place as usize;
        let here = self.0.get(below).copied().unwrap_or_default();
        let next = self.0.get(below + 1).copied().unwrap_or(here);
        here.mix(next, place - below as f32)
    }
}

fn tone_at(stops: &[(f32, Tone)], t: f32) -> Tone {
    let before = stops.iter().rev().find(|(at, _)| *at <= t);
    let after = stops.iter().find(|(at, _)| *at > t);
    match (before, after) {
        (Some((from, a)), Some((to, b))) => a.mix(*b, (t - from) / (to - from)),
        (Some((_, tone)), None) | (None, Some((_, tone))) => *tone,
        (None, None) => Tone::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gradient_begins_and_ends_with_its_tones() {
        let (dark, light) = (Tone::new(0.2, 0.05, 30.0), Tone::new(0.9, 0.05, 200.0));
        let ramp = Ramp::even(&[dark, light]);
        assert_eq!((ramp.at(-1.0), ramp.at(2.0)), (dark.rgb(), light.rgb()));
        let steps: Vec<f32> = (0..=10).map(|i| ramp.at(i as f32 / 10.0).luminance()).collect();
        assert!(steps.is_sorted(), "{steps:?}");
    }

    #[test]
    fn no_tones_make_darkness() {
        assert_eq!(Ramp::even(&[]).at(0.5), Rgb::BLACK);
    }
}
