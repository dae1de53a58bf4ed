//! The painter's vocabulary.
//!
//! It owns the table from English words to what they ask for, and the little grammar that finds
//! "boats" under "boat". Weights: 4 for a technique ("paper"), 3 for a subject that only one style
//! can show ("eye"), 2 for an ordinary subject, 1 for a setting.

use super::brief::{Hour, Style, Thing, Tint};

/// One thing that a word asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cue {
    /// A style, and how strongly.
    Style(Style, u32),
    /// A time of day.
    Hour(Hour),
    /// A motif or a mood.
    Thing(Thing),
    /// A colour.
    Tint(Tint),
}

use Cue::{Hour as At, Style as In, Thing as With};

const fn tint(hue: f32, chroma: f32, lift: f32) -> Cue {
    Cue::Tint(Tint { hue, chroma, lift })
}

/// Words that ask for the same, and what they ask for.
const TABLE: &[(&str, &[Cue])] = &[
    // Techniques.
    ("paper papercut origami collage layered kirigami", &[In(Style::Papercut, 4)]),
    (
        "bauhaus geometric geometry poster minimalist cubist logo pattern icon",
        &[In(Style::Bauhaus, 4)],
    ),
    ("silk satin fabric liquid fluid abstract dream wave", &[In(Style::Silk, 2)]),
    ("marble agate stone kintsugi", &[In(Style::Silk, 3), With(Thing::Marble)]),
    (
        "oil impasto impressionist gogh monet watercolor watercolour brush painting painted gouache",
        &[With(Thing::Impasto)],
    ),
    ("wind music dance motion flow swirl hair feather", &[In(Style::Strokes, 2)]),
    // Subjects.
    (
        "mountain peak alps alpine ridge valley hill canyon cliff landscape volcano himalaya",
        &[In(Style::Mountains, 2)],
    ),
    ("forest tree pine wood jungle woodland", &[In(Style::Mountains, 2), With(Thing::Trees)]),
    ("wolf deer bear stag elk", &[In(Style::Mountains, 1), With(Thing::Trees)]),
    ("desert dune sahara mars camel", &[In(Style::Mountains, 2), With(Thing::Desert)]),
    ("snow snowy winter ice arctic glacier frozen", &[In(Style::Mountains, 1), With(Thing::Snow)]),
    ("sea ocean beach coast harbour harbor island lake river water bay", &[In(Style::Sea, 2)]),
    ("lighthouse beacon", &[In(Style::Sea, 3), With(Thing::Lighthouse)]),
    ("boat ship sail sailing sailboat yacht", &[In(Style::Sea, 3), With(Thing::Boat)]),
    ("bird gull seagull crane swallow raven", &[In(Style::Sea, 1), With(Thing::Birds)]),
    ("aurora borealis northern", &[In(Style::Aurora, 3), At(Hour::Night)]),
    (
        "star starry astronaut planet galaxy space cosmos milky nebula universe constellation",
        &[In(Style::Aurora, 2), At(Hour::Night), With(Thing::Stars)],
    ),
    (
        "city cityscape skyline street tokyo york building skyscraper cyberpunk urban downtown car",
        &[In(Style::City, 2)],
    ),
    ("neon bokeh light", &[In(Style::City, 1)]),
    (
        "flower rose dahlia lotus blossom petal peony tulip bloom garden floral bouquet lily orchid sunflower",
        &[In(Style::Flower, 2)],
    ),
    ("eye iris gaze pupil", &[In(Style::Iris, 3)]),
    ("tiger", &[In(Style::Iris, 1), With(Thing::Stripes), tint(58.0, 1.1, 0.0)]),
    ("cat kitten lynx dragon snake reptile lizard", &[In(Style::Iris, 1), With(Thing::Slit)]),
    ("owl lion leopard", &[In(Style::Iris, 1), tint(75.0, 1.1, 0.0)]),
    ("portrait woman man girl boy face person queen king", &[In(Style::Portrait, 2)]),
    // Weather and hours.
    ("fog foggy mist misty haze hazy", &[In(Style::Mountains, 1), With(Thing::Fog)]),
    ("rain rainy storm stormy", &[In(Style::City, 1), With(Thing::Rain)]),
    ("night midnight dark", &[In(Style::Aurora, 1), At(Hour::Night)]),
    ("moon moonlit moonlight", &[In(Style::Sea, 1), At(Hour::Night), With(Thing::Moon)]),
    (
        "sunset sunrise dusk dawn twilight evening",
        &[In(Style::Sea, 1), At(Hour::Dusk), With(Thing::Sun)],
    ),
    ("sun sunny summer day morning", &[At(Hour::Day), With(Thing::Sun)]),
    ("fire flame lava phoenix ember burning", &[In(Style::Silk, 1), With(Thing::Fire)]),
    // Colours.
    ("red crimson scarlet ruby fox", &[tint(27.0, 1.2, -0.02)]),
    ("orange amber copper pumpkin", &[tint(55.0, 1.1, 0.0)]),
    ("gold golden brass honey", &[tint(80.0, 1.0, 0.04)]),
    ("yellow lemon", &[tint(98.0, 1.1, 0.06)]),
    ("green emerald lime olive moss", &[tint(150.0, 1.0, 0.0)]),
    ("teal turquoise cyan aqua mint", &[tint(190.0, 0.85, 0.0)]),
    ("blue azure cobalt sapphire navy", &[tint(252.0, 1.1, -0.02)]),
    ("purple violet lavender lilac indigo", &[tint(300.0, 1.1, 0.0)]),
    ("pink magenta fuchsia cherry coral", &[tint(5.0, 1.0, 0.05)]),
    ("brown sepia coffee chocolate", &[tint(55.0, 0.5, -0.06)]),
    ("white silver ivory pale", &[tint(240.0, 0.15, 0.06)]),
    ("black grey gray monochrome charcoal noir", &[tint(260.0, 0.12, -0.05)]),
    ("pastel", &[tint(340.0, 0.55, 0.1)]),
];

/// What `word`, in lower case, asks for; nothing if it is not in the table.
pub(super) fn cues(word: &str) -> &'static [Cue] {
    let singular = word.strip_suffix('s').unwrap_or(word);
    TABLE
        .iter()
        .find(|(words, _)| words.split(' ').any(|known| known == word || known == singular))
        .map_or(&[], |(_, cues)| cues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_found_and_no_word_stands_twice() {
        assert_eq!(cues("boats"), cues("boat"));
        assert_eq!(cues("nonsense"), &[]);
        let mut all: Vec<_> = TABLE.iter().flat_map(|(words, _)| words.split(' ')).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
