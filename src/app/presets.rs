//! Choices that stand for a size, drawn to their ratio, and a size of one's own.

use leptos::prelude::*;

use super::field::{Part, group};
use super::{on, words};
use crate::form::CUSTOM;
use crate::schema::{pixel_size, ratio};

/// The longer side of a drawn ratio, in CSS pixels.
const DRAWN: u32 = 22;

/// Tiles, and the fields of the object when that is chosen.
pub(super) fn presets(part: Part, choices: Vec<String>) -> AnyView {
    let choices = choices.into_iter().chain([CUSTOM.to_owned()]);
    let tiles: Vec<AnyView> = choices.map(|choice| tile(part, choice)).collect();
    let is_custom = Memo::new(move |_| part.shown() == CUSTOM);
    view! {
        <div
            class="tiles"
            role="radiogroup"
            aria-labelledby=part.id("title")
            aria-describedby=part.described_by()
            aria-invalid=move || part.invalid()
        >
            {tiles}
        </div>
        {move || is_custom.get().then(|| group(part))}
    }
    .into_any()
}

fn tile(part: Part, choice: String) -> AnyView {
    let (value, own) = (choice.clone(), choice.clone());
    let is_custom = choice == CUSTOM;
    let label = if is_custom { "Custom".to_owned() } else { words::size_label(&choice) };
    let (width, height) = drawn(&choice);
    let shape = if is_custom { "dashed" } else { "" };
    let choose = move |_: &leptos::ev::Event| {
        if is_custom {
            take_over_pixels(part);
        }
        part.set(choice.clone());
    };
    view! {
        <label class="tile">
            <input
                type="radio"
                name=part.path()
                value=value
                prop:checked=move || part.shown() == own
                on:change=on::event(choose)
            />
            <span class="tile__shape" aria-hidden="true">
                <i class=shape style:width=format!("{width}px") style:height=format!("{height}px")></i>
            </span>
            {label}
        </label>
    }
    .into_any()
}

/// A custom size starts from the preset that was chosen before it.
fn take_over_pixels(part: Part) {
    let Some(size) = pixel_size(&part.shown()) else { return };
    let sheet = part.sheet();
    part.field(|field| {
        for child in &field.children {
            let side = match child.name() {
                "width" => size.width,
                "height" => size.height,
                _ => continue,
            };
            sheet.set(&child.path, Some(side.to_string()));
        }
    });
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
pub(super) fn readout(part: Part) -> AnyView {
    let pixels = move || {
        let shown = part.shown();
        if shown != CUSTOM {
            return pixel_size(&shown).map(|size| format!("{} × {}", size.width, size.height));
        }
        let sheet = part.sheet();
        let side = |name: &str| {
            part.field(|field| {
                let child = field.children.iter().find(|child| child.name() == name)?;
                let entry = sheet.get(&child.path).filter(|text| !text.is_empty());
                entry.or_else(|| child.default_text())
            })
        };
        Some(format!("{} × {}", side("width")?, side("height")?))
    };
    view! { <span class="value">{move || pixels()}</span> }.into_any()
}
