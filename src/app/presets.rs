//! Choices that stand for a size, drawn to their ratio, and a size of one's own.

use leptos::prelude::*;

use super::controls::{radio, radiogroup};
use super::el::{El, el};
use super::field::group;
use super::part::Part;
use super::sheet::Sheet;
use super::words;
use crate::form::{CUSTOM, Field};
use crate::schema::{pixel_size, ratio};

/// The longer side of a drawn ratio, in CSS pixels.
const DRAWN: u32 = 22;

/// Tiles, and the fields of the object when that is chosen.
pub(super) fn presets(part: Part) -> El {
    let choices = part.field(Field::choices).into_iter().chain([CUSTOM.to_owned()]);
    let tiles: Vec<El> = choices.map(|choice| tile(part, choice)).collect();
    let is_custom = Memo::new(move |_| part.shown() == CUSTOM);
    el("div")
        .class("presets")
        .child(radiogroup(part, "tiles", tiles))
        .live(move || is_custom.get().then(|| group(part)))
}

fn tile(part: Part, choice: String) -> El {
    let is_custom = choice == CUSTOM;
    let label = if is_custom { "Custom".to_owned() } else { words::size_label(&choice) };
    let (width, height) = drawn(&choice);
    let shape = el("i")
        .class(if is_custom { "tile__ratio tile__ratio--custom" } else { "tile__ratio" })
        .style("width", format!("{width}px"))
        .style("height", format!("{height}px"));
    el("label")
        .class("tile")
        .child(radio(part, choice))
        .child(el("span").class("tile__shape").attr("aria-hidden", "true").child(shape))
        .text(label)
}

/// A custom size starts from the preset that was chosen before it.
pub(super) fn take_over_pixels(sheet: &Sheet, field: &Field) {
    let entry = sheet.entry_now(&field.key).map(|entry| entry.as_str().to_owned());
    let shown = entry.or_else(|| field.default_text()).unwrap_or_default();
    let Some(size) = pixel_size(&shown) else { return };
    for (name, side) in [("width", size.width), ("height", size.height)] {
        if let Some(child) = field.child(name) {
            sheet.set(&child.key, Some(side.to_string().into()));
        }
    }
}

fn drawn(choice: &str) -> (u32, u32) {
    let (wide, high) = ratio(choice).unwrap_or((1, 1));
    // Of two squares the one with fewer pixels is drawn smaller.
    let small = pixel_size(choice).is_some_and(|size| size.width.max(size.height) <= 512);
    let longer = match (small, wide == high) {
        (true, _) => DRAWN * 2 / 3,
        (false, true) => DRAWN * 5 / 6,
        (false, false) => DRAWN,
    };
    (longer * wide / wide.max(high), longer * high / wide.max(high))
}

/// The pixels that are chosen.
pub(super) fn readout(part: Part) -> El {
    el("span").class("value").live_text(move || pixels(part).unwrap_or_default())
}

fn pixels(part: Part) -> Option<String> {
    let shown = part.shown();
    if shown != CUSTOM {
        return pixel_size(&shown).map(|size| format!("{} × {}", size.width, size.height));
    }
    let sheet = part.sheet();
    let side = |name: &str| {
        part.field(|field| {
            let child = field.child(name)?;
            let entry = sheet.get(&child.key).filter(|text| !text.is_empty());
            entry.or_else(|| child.default_text())
        })
    };
    Some(format!("{} × {}", side("width")?, side("height")?))
}
