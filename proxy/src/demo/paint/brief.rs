//! What a prompt asks of the painter.
//!
//! It owns the reading of a prompt: word by word, through the table in [`super::words`], into the
//! style, hour, colours and things that the styles look for. It does not parse grammar and does
//! not guess: a word that is not in the table only changes the seed.

use super::words::{self, Cue};

/// The ways in which a picture can be painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    /// Ridge behind ridge in the haze.
    Mountains,
    /// A horizon, water and what stands and sails there.
    Sea,
    /// Northern lights over a lake.
    Aurora,
    /// A skyline at night in a wet street.
    City,
    /// Folded cloth, or veined stone.
    Silk,
    /// Ribbons of paint along a field.
    Strokes,
    /// Layers of cut paper.
    Papercut,
    /// Flat geometry on a grid.
    Bauhaus,
    /// Ring upon ring of petals.
    Flower,
    /// An eye, close up.
    Iris,
    /// A head and shoulders as a poster has them.
    Portrait,
}

/// When a scene takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hour {
    /// Plain light.
    Day,
    /// The sun at the horizon.
    Dusk,
    /// Stars or a moon.
    Night,
}

/// What a scene can have in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thing {
    /// Distance dissolves.
    Fog,
    /// White summits, falling flakes.
    Snow,
    /// Falling streaks.
    Rain,
    /// Dunes instead of rock.
    Desert,
    /// Conifers.
    Trees,
    /// A lighthouse with its beam.
    Lighthouse,
    /// A sailing boat.
    Boat,
    /// A disc in the sky by day.
    Sun,
    /// A disc in the sky by night.
    Moon,
    /// A sky full of stars.
    Stars,
    /// A few birds, far off.
    Birds,
    /// Burning colours.
    Fire,
    /// A coat with dark stripes.
    Stripes,
    /// A pupil that is a slit.
    Slit,
    /// Veins of gold in stone.
    Marble,
    /// Painted over with a loaded brush.
    Impasto,
}

/// A colour that a prompt names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tint {
    /// Degrees round the OKLab circle.
    pub(super) hue: f32,
    /// 1 for a plain colour, near 0 for a grey.
    pub(super) chroma: f32,
    /// How much lighter than usual everything becomes.
    pub(super) lift: f32,
}

impl Default for Tint {
    fn default() -> Self {
        Self { hue: 250.0, chroma: 1.0, lift: 0.0 }
    }
}

/// All that was understood of one prompt.
#[derive(Clone, Debug, Default)]
pub(super) struct Brief {
    /// The style most words speak for, if any does.
    pub(super) style: Option<Style>,
    /// The first hour that is named.
    pub(super) hour: Option<Hour>,
    /// The colours that are named, in order.
    pub(super) tints: Vec<Tint>,
    /// Whether it speaks of a landscape or of anything else out of doors.
    pub(super) scenery: bool,
    things: Vec<Thing>,
}

impl Brief {
    /// Reads `prompt`.
    pub(super) fn read(prompt: &str) -> Self {
        let mut brief = Self::default();
        let mut votes: Vec<(Style, u32)> = Vec::new();
        for word in prompt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            for cue in words::cues(&word.to_lowercase()) {
                match *cue {
                    Cue::Style(style, weight) => {
                        brief.scenery |= matches!(style, Style::Mountains | Style::Sea);
                        votes.push((style, weight));
                    }
                    Cue::Hour(hour) => brief.hour = brief.hour.or(Some(hour)),
                    Cue::Thing(thing) => brief.things.push(thing),
                    Cue::Tint(tint) => brief.tints.push(tint),
                }
            }
        }
        brief.style = favourite(&votes);
        brief
    }

    /// Whether the prompt speaks of `thing`.
    pub(super) fn has(&self, thing: Thing) -> bool {
        self.things.contains(&thing)
    }
}

/// The style with the most votes; of equals, the one named first.
fn favourite(votes: &[(Style, u32)]) -> Option<Style> {
    let total =
        |style: Style| votes.iter().filter(|(s, _)| *s == style).map(|(_, n)| n).sum::<u32>();
    votes.iter().map(|(style, _)| *style).rev().max_by_key(|style| total(*style))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_steer_style_hour_and_things() {
        let brief = Brief::read("A lighthouse in FOG, at night");
        assert_eq!(brief.style, Some(Style::Sea));
        assert_eq!(brief.hour, Some(Hour::Night));
        assert!(brief.has(Thing::Fog) && brief.has(Thing::Lighthouse));
        assert_eq!(Brief::read("close-up of a tiger's eye").style, Some(Style::Iris));
        assert_eq!(Brief::read("mountains, paper cut").style, Some(Style::Papercut));
    }

    #[test]
    fn unknown_words_ask_for_nothing() {
        let brief = Brief::read("qwertz 123 …");
        assert_eq!((brief.style, brief.hour, brief.tints.len()), (None, None, 0));
    }
}
