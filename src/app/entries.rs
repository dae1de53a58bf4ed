//! What a person does in the form. One listener hears all of it: the element that it happened in
//! says by its `data-key` which field it belongs to, and by its `data-act` what it does.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;

use super::el::El;
use super::file;
use super::items;
use super::part::Part;
use super::presets;
use super::sheet::Sheet;
use super::studio::Studio;
use crate::browser::{clock, dom, files, later};
use crate::form::{CUSTOM, Control, Draft, Entry, Field, chosen_of, literals_of};

/// Lets the form hear everything that is done in it.
pub(super) fn heard(form: El, studio: Studio) -> El {
    let hear = move |event: Event, act: fn(&Sheet, &Event)| {
        let sheet = studio.sheet.get_untracked();
        studio.once_ready(move || act(&sheet, &event));
    };
    // Whoever goes into the form will soon type.
    form.on("focusin", |_| later::begin())
        .on("input", move |event| hear(event, typed))
        .on("change", move |event| hear(event, chosen))
        .on("click", move |event| {
            if dom::target_within(&event, "[data-act]").is_some() {
                hear(event, pressed);
            }
        })
}

/// The element that an event happened in, and the key of the field that it is part of.
fn place(event: &Event) -> Option<(Element, String)> {
    let keyed = dom::target_within(event, "[data-key]")?;
    Some((dom::target_within(event, "*")?, dom::attribute(&keyed, "data-key")?))
}

/// Sets an entry by the person's hand. Only a text can be empty; anything else that is emptied is
/// unset.
fn set(sheet: &Sheet, field: &Field, text: String) {
    let entry = Some(text).filter(|text| !text.is_empty() || field.is_text());
    sheet.set(&field.key, entry.map(Entry::Text));
}

fn typed(sheet: &Sheet, event: &Event) {
    let Some((element, key)) = place(event) else { return };
    match sheet.form.at(&key) {
        Some(field) if dom::is_typed_into(&element) => set(sheet, &field, dom::typed(&element)),
        Some(_) => {}
        // The name of a value in a map.
        None => sheet.set(&key, Some(Entry::Text(dom::typed(&element)))),
    }
}

fn chosen(sheet: &Sheet, event: &Event) {
    let Some((element, key)) = place(event) else { return };
    let Some(field) = sheet.form.at(&key) else { return };
    match field.control() {
        // The box for its address tells of a change too.
        Control::File(_) if dom::is_typed_into(&element) => {}
        Control::File(_) => file::take(Part::new(field, sheet), files::picked(event), None),
        Control::Switch => set(sheet, &field, event_target_checked(event).to_string()),
        Control::Several => {
            let literal = event_target_value(event);
            let known = sheet.entry_now(&key).map(|entry| chosen_of(&entry)).unwrap_or_default();
            let is_kept = |one: &String| match *one == literal {
                true => event_target_checked(event),
                false => known.contains(one),
            };
            // In the order of the schema, whatever the order of ticking.
            let kept: Vec<String> = field.choices().into_iter().filter(is_kept).collect();
            set(sheet, &field, literals_of(&field, &kept));
        }
        control => {
            let is_choice = matches!(
                control,
                Control::Radios | Control::List | Control::Union | Control::Presets
            );
            if !is_choice || dom::is_typed_into(&element) {
                return;
            }
            let literal = event_target_value(event);
            if literal == CUSTOM && control == Control::Presets {
                presets::take_over_pixels(sheet, &field);
            }
            set(sheet, &field, literal);
        }
    }
}

fn pressed(sheet: &Sheet, event: &Event) {
    let Some(button) = dom::target_within(event, "[data-act]") else { return };
    let Some((_, key)) = place(event) else { return };
    let act = dom::attribute(&button, "data-act").unwrap_or_default();
    let index = dom::attribute(&button, "data-index").and_then(|index| index.parse().ok());
    let Some(field) = sheet.form.at(&key) else { return };
    match act.as_str() {
        "clear" => {
            clear(sheet, &key);
            // The button goes with what it has cleared.
            request_animation_frame(move || dom::keep_focus(&key));
        }
        "null" => {
            let was_null = sheet.entry_now(&key) == Some(Entry::Null);
            clear(sheet, &key);
            if !was_null {
                sheet.set(&key, Some(Entry::Null));
            }
        }
        "throw" => set(sheet, &field, ((clock::dice() * 4_294_967_296.0) as u32).to_string()),
        "last" => {
            if let Some(seed) = sheet.last_seed.get_untracked() {
                set(sheet, &field, seed);
            }
        }
        "add" => items::add(sheet, &field),
        "remove" => items::remove(sheet, &field, index.unwrap_or_default()),
        "up" => items::move_up(sheet, &field, index.unwrap_or_default()),
        _ => {}
    }
}

fn clear(sheet: &Sheet, key: &str) {
    sheet.edit(|draft: &mut Draft| draft.remove(key));
}
