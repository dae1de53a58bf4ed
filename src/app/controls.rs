//! The plain controls: text, numbers, switches, choices.

use super::el::{El, el};
use super::part::{Part, Role};
use super::words;
use crate::form::{Field, Slider};
use crate::number;

/// One line of text.
pub(super) fn line(part: Part) -> El {
    typed(part, input("text"))
}

/// Text of several lines; the box grows with it.
pub(super) fn text(part: Part, rows: &'static str) -> El {
    typed(part, el("textarea").attr("rows", rows))
}

fn typed(part: Part, control: El) -> El {
    part.labelled(control, Role::Text).maybe("placeholder", part.placeholder())
}

fn input(kind: &'static str) -> El {
    el("input").attr("type", kind)
}

/// Text with many choices to find one in by typing.
#[inline(never)]
pub(super) fn search(part: Part) -> El {
    let list = part.id("choices");
    let option = |choice: String| el("option").attr("value", choice);
    let choices = part.field(Field::choices);
    let options = el("datalist").attr("id", list.clone()).children(choices.into_iter().map(option));
    el("div").child(typed(part, input("text").class("search").attr("list", list))).child(options)
}

/// Any number of some choices.
#[inline(never)]
pub(super) fn several(part: Part) -> El {
    let tick = |choice: String| {
        let label = words::literal(&choice);
        let tick = input("checkbox").attr("value", choice.clone());
        el("label").class("check").child(part.choice(tick, Role::Tick(choice))).text(label)
    };
    let group = el("div").class("ticks").attr("role", "group");
    part.choices(group).children(part.field(Field::choices).into_iter().map(tick))
}

/// The name of a value in a map.
pub(super) fn name_of_value(map: Part, value: &Field) -> El {
    let name = Part::new(map.field(|map| map.name_of(value)), &map.sheet());
    let input = input("text").attr("placeholder", "Name").attr("aria-label", name.title());
    let input = name.control(input, Role::Text);
    el("div").class("items__name").child(input).keep(name)
}

/// A number in digits.
pub(super) fn number(part: Part, slider: Option<Slider>) -> El {
    let input = input("number").class("number");
    let input = match slider {
        Some(slider) => within(input, slider),
        None => input.attr("step", "any"),
    };
    // Not `Text`: an unfinished number such as "-" reads as empty, and writing that back would
    // take it from under the person's fingers.
    part.labelled(input, Role::Number).maybe("placeholder", part.field(Field::default_text))
}

/// The same number as a place between its bounds.
pub(super) fn slider(part: Part, slider: Slider) -> El {
    let input =
        within(input("range"), slider).attr("aria-label", [&part.title(), " slider"].concat());
    part.control(input, Role::Slider(number::text_of(slider.min)))
}

fn within(input: El, slider: Slider) -> El {
    input
        .attr("min", number::text_of(slider.min))
        .attr("max", number::text_of(slider.max))
        .attr("step", number::text_of(slider.step))
}

/// A number that makes a run repeatable: typed, thrown, or taken from the last result.
pub(super) fn seed(part: Part) -> El {
    use leptos::prelude::*;
    let last_seed = part.sheet().last_seed;
    let input = input("text").attr("inputmode", "numeric").attr("placeholder", "random each time");
    let button = |act: &'static str, name: &'static str, title: &'static str| {
        el("button")
            .attr("type", "button")
            .attr("data-act", act)
            .attr("data-key", part.field(|field| field.key.clone()))
            .attr("aria-label", name)
            .attr("title", title)
    };
    let last = button("last", "Reuse last seed", "The seed of the last result")
        .class("seed__last")
        .flag("hidden", move || last_seed.with(Option::is_none))
        .live_attr("data-text", move || last_seed.get());
    el("div")
        .class("seed")
        .child(part.labelled(input, Role::Text))
        .child(button("throw", "Randomise", "Throw a seed").text("⚄"))
        .child(last)
}

/// On or off.
pub(super) fn switch(part: Part) -> El {
    part.labelled(input("checkbox").attr("role", "switch").class("switch"), Role::Switch)
}

/// A few choices side by side.
pub(super) fn radios(part: Part) -> El {
    let radio = |choice: String| {
        let label = words::literal(&choice);
        el("label").class("radio").child(radio(part, choice)).text(label)
    };
    let options: Vec<El> = part.field(Field::choices).into_iter().map(radio).collect();
    radiogroup(part, "radios", options)
}

/// One of several choices.
pub(super) fn radio(part: Part, choice: String) -> El {
    part.choice(input("radio").attr("value", choice.clone()), Role::Option(choice))
}

/// The group that several choices form.
pub(super) fn radiogroup(part: Part, class: &'static str, options: Vec<El>) -> El {
    let group = el("div").class(class).attr("role", "radiogroup");
    part.required(part.choices(group)).children(options)
}

/// Many choices in a list.
pub(super) fn list(part: Part) -> El {
    let option = |value: String, label: String| el("option").attr("value", value).text(label);
    let unset = part.field(Field::default_text).is_none();
    let unset = unset.then(|| option(String::new(), "Left to the model".to_owned()));
    let choices = part.field(Field::choices).into_iter().map(|choice| {
        let label = words::literal(&choice);
        option(choice, label)
    });
    let options: Vec<El> = unset.into_iter().chain(choices).collect();
    part.labelled(el("select"), Role::List).children(options)
}
