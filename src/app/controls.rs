//! The plain controls: text, numbers, switches, choices.

use leptos::prelude::*;

use super::el::{El, el};
use super::field::Part;
use super::words;
use crate::browser::{clock, dom};
use crate::form::{Control, Entry, Field, Slider, chosen_of, literals_of};
use crate::number;

/// One line of text.
pub(super) fn line(part: Part) -> El {
    typed(part, el("input").attr("type", "text"))
}

/// Text of several lines; the box grows with it.
pub(super) fn text(part: Part, rows: &'static str) -> El {
    typed(part, el("textarea").attr("rows", rows))
}

fn typed(part: Part, control: El) -> El {
    let control = part.control(control);
    // Only what may be null can stop being what its placeholder says.
    let control = match part.field(|field| field.property.nullable) {
        true => control.live_attr("placeholder", move || part.placeholder()),
        false => control.maybe("placeholder", part.placeholder()),
    };
    control.value(move || part.entry()).on_text("input", move |text| part.set(text))
}

/// Text with many choices to find one in by typing.
pub(super) fn search(part: Part, choices: Vec<String>) -> El {
    let list = part.id("choices");
    let option = |choice: String| el("option").attr("value", choice);
    let options = el("datalist").attr("id", list.clone()).children(choices.into_iter().map(option));
    let input = typed(part, el("input").attr("type", "text").attr("list", list));
    el("div").child(input.class("search")).child(options)
}

/// Any number of some choices.
pub(super) fn several(part: Part, choices: Vec<String>) -> El {
    let chosen = move || part.entry_with(|entry| entry.map(chosen_of)).unwrap_or_default();
    let option = |choice: String| {
        let label = words::literal(&choice);
        let (own, is) = (choice.clone(), choice.clone());
        let toggle = move |event| {
            // In the order of the schema, whatever the order of ticking.
            let keep = |known: &String| if *known == own { event_target_checked(&event) } else { chosen().contains(known) };
            let all = part.field(|field| match field.control() {
                Control::Several(all) => all,
                _ => Vec::new(),
            });
            let kept: Vec<String> = all.into_iter().filter(keep).collect();
            part.set(part.field(|field| literals_of(field, &kept)));
        };
        let box_ = el("input")
            .attr("type", "checkbox")
            .attr("name", part.field(Field::path))
            .attr("value", choice)
            .checked(move || chosen().contains(&is))
            .on("change", toggle);
        el("label").class("check").child(box_).text(label)
    };
    let options: Vec<El> = choices.into_iter().map(option).collect();
    let group = el("div").class("checks").attr("role", "group").attr("aria-labelledby", part.id("title"));
    part.described(group).children(options)
}

/// The name of a value in a map.
pub(super) fn name_of_value(part: Part, index: usize) -> El {
    let sheet = part.sheet();
    let key = part.field(|field| field.name_key(index));
    let shown = (sheet.clone(), key.clone());
    el("input")
        .attr("type", "text")
        .attr("aria-label", [&part.title(), " ", &(index + 1).to_string(), " name"].concat())
        .attr("placeholder", "Name")
        .value(move || shown.0.get(&shown.1).unwrap_or_default())
        .on_text("input", move |text| sheet.set(&key, Some(Entry::Text(text))))
}

/// A number in digits.
pub(super) fn number(part: Part, slider: Option<Slider>) -> El {
    let input = el("input").attr("type", "number").class("number");
    let input = match slider {
        Some(slider) => within(input, slider),
        None => input.attr("step", "any"),
    };
    // Not `value`: an unfinished number such as "-" reads as empty, and writing that back would
    // take it from under the person's fingers.
    part.control(input)
        .maybe("placeholder", part.field(Field::default_text))
        .mirror(move |element| dom::show_number(element, &part.entry()))
        .on("input", move |event| part.set(dom::typed_number(&event)))
}

/// The same number as a place between its bounds.
pub(super) fn slider(part: Part, slider: Slider) -> El {
    let shown = move || match part.shown() {
        text if text.is_empty() => number::text_of(slider.min),
        text => text,
    };
    within(el("input").attr("type", "range"), slider)
        .attr("name", part.field(Field::path))
        .attr("aria-label", format!("{} slider", part.title()))
        .attr("aria-describedby", part.id("hint"))
        .value(shown)
        .on_text("input", move |text| part.set(text))
}

fn within(input: El, slider: Slider) -> El {
    input
        .attr("min", number::text_of(slider.min))
        .attr("max", number::text_of(slider.max))
        .attr("step", number::text_of(slider.step))
}

/// A number that makes a run repeatable: typed, thrown, or taken from the last result.
pub(super) fn seed(part: Part) -> El {
    let last_seed = part.sheet().last_seed;
    let input = el("input").attr("type", "text").attr("inputmode", "numeric");
    let input = part
        .control(input)
        .attr("placeholder", "random each time")
        .value(move || part.entry())
        .on_text("input", move |text| part.set(text));
    let throw = el("button")
        .attr("type", "button")
        .attr("aria-label", "Randomise")
        .attr("title", "Throw a seed")
        .click(move || part.set(((clock::dice() * 4_294_967_296.0) as u32).to_string()))
        .text("⚄");
    let reuse = move || {
        if let Some(seed) = last_seed.get_untracked() {
            part.set(seed);
        }
    };
    let last = el("button")
        .attr("type", "button")
        .class("seed__last")
        .attr("aria-label", "Reuse last seed")
        .attr("title", "The seed of the last result")
        .flag("hidden", move || last_seed.with(Option::is_none))
        .click(reuse)
        .live_attr("data-text", move || last_seed.get());
    el("div").class("seed").child(input).child(throw).child(last)
}

/// On or off.
pub(super) fn switch(part: Part) -> El {
    part.control(el("input").attr("type", "checkbox").attr("role", "switch").class("switch"))
        .checked(move || part.shown() == "true")
        .on("change", move |event| part.set(event_target_checked(&event).to_string()))
}

/// A few choices side by side.
pub(super) fn radios(part: Part, choices: Vec<String>) -> El {
    let radio = |choice: String| {
        let label = words::literal(&choice);
        el("label").class("radio").child(radio(part, choice, |_| {})).text(label)
    };
    let options: Vec<El> = choices.into_iter().map(radio).collect();
    radiogroup(part, "radios", options)
}

/// One of several choices; `before` runs before it is taken.
pub(super) fn radio(part: Part, choice: String, before: fn(Part)) -> El {
    let own = choice.clone();
    el("input")
        .attr("type", "radio")
        .attr("name", part.field(Field::path))
        .attr("value", choice.clone())
        .checked(move || part.shown() == own)
        .on("change", move |_| {
            before(part);
            part.set(choice.clone());
        })
}

/// The group that several choices form.
pub(super) fn radiogroup(part: Part, class: &'static str, options: Vec<El>) -> El {
    let group = el("div").class(class).attr("role", "radiogroup");
    part.described(group.attr("aria-labelledby", part.id("title"))).children(options)
}

/// Many choices in a list.
pub(super) fn list(part: Part, choices: Vec<String>) -> El {
    let option = |value: String, label: String| el("option").attr("value", value).text(label);
    let unset = part.field(Field::default_text).is_none();
    let unset = unset.then(|| option(String::new(), "Left to the model".to_owned()));
    let choices = choices.into_iter().map(|choice| {
        let label = words::literal(&choice);
        option(choice, label)
    });
    let options: Vec<El> = unset.into_iter().chain(choices).collect();
    part.control(el("select"))
        .value(move || part.shown())
        .on_text("change", move |text| part.set(text))
        .children(options)
}
