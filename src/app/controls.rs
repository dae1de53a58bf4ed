//! The plain controls: text, numbers, switches, choices.

use leptos::html::Input;
use leptos::prelude::*;

use super::field::Part;
use super::studio::Studio;
use super::{on, words};
use crate::browser::clock;
use crate::form::{Field, Slider};

/// One line of text.
pub(super) fn line(part: Part) -> AnyView {
    view! {
        <input
            type="text"
            id=part.id("field")
            name=part.path()
            placeholder=part.placeholder()
            aria-describedby=part.described_by()
            aria-invalid=move || part.invalid()
            aria-required=part.required()
            prop:value=move || part.entry()
            on:input=on::text(move |text| part.set(text))
        />
    }
    .into_any()
}

/// Text of several lines; the box grows with it.
pub(super) fn text(part: Part) -> AnyView {
    view! {
        <textarea
            id=part.id("field")
            name=part.path()
            rows="5"
            placeholder=part.placeholder()
            aria-describedby=part.described_by()
            aria-invalid=move || part.invalid()
            aria-required=part.required()
            prop:value=move || part.entry()
            on:input=on::text(move |text| part.set(text))
        ></textarea>
    }
    .into_any()
}

/// A number in digits.
pub(super) fn number(part: Part, slider: Option<Slider>) -> AnyView {
    let node = NodeRef::<Input>::new();
    // Not `prop:value`: an unfinished number such as "-" reads as empty, and writing that back
    // would take it from under the person's fingers.
    Effect::new(move |_| {
        let text = part.entry();
        if let Some(input) = node.get() {
            let unfinished = input.validity().bad_input() && !text.is_empty();
            if input.value() != text && !unfinished {
                input.set_value(&text);
            }
        }
    });
    let read = move |text: String| {
        let unfinished = node.get_untracked().is_some_and(|input| input.validity().bad_input());
        part.set(if unfinished { "-".to_owned() } else { text });
    };
    view! {
        <input
            type="number"
            class="number"
            node_ref=node
            id=part.id("field")
            name=part.path()
            min=slider.map(|slider| slider.min.to_string())
            max=slider.map(|slider| slider.max.to_string())
            step=slider.map(|slider| slider.step.to_string()).or_else(|| Some("any".to_owned()))
            placeholder=part.field(Field::default_text)
            aria-describedby=part.described_by()
            aria-invalid=move || part.invalid()
            aria-required=part.required()
            on:input=on::text(read)
        />
    }
    .into_any()
}

/// The same number as a place between its bounds.
pub(super) fn slider(part: Part, slider: Slider) -> AnyView {
    view! {
        <input
            type="range"
            name=part.path()
            aria-label=format!("{} slider", part.title())
            aria-describedby=part.id("hint")
            min=Some(slider.min.to_string())
            max=Some(slider.max.to_string())
            step=Some(slider.step.to_string())
            prop:value=move || {
                let shown = part.shown();
                if shown.is_empty() { slider.min.to_string() } else { shown }
            }
            on:input=on::text(move |text| part.set(text))
        />
    }
    .into_any()
}

/// A number that makes a run repeatable: typed, thrown, or taken from the last result.
pub(super) fn seed(part: Part) -> AnyView {
    let studio = expect_context::<Studio>();
    let throw = move || part.set(((clock::dice() * 4_294_967_296.0) as u32).to_string());
    let reuse = move || {
        if let Some(seed) = studio.last_seed.get_untracked() {
            part.set(seed);
        }
    };
    view! {
        <div class="seed">
            <input
                type="text"
                inputmode="numeric"
                id=part.id("field")
                name=part.path()
                placeholder=Some("random each time".to_owned())
                aria-describedby=part.described_by()
                aria-invalid=move || part.invalid()
                prop:value=move || part.entry()
                on:input=on::text(move |text| part.set(text))
            />
            <button type="button" aria-label="Randomise" title="Throw a seed" on:click=on::click(throw)>
                <span aria-hidden="true">"⚄"</span>
            </button>
            <button
                type="button"
                class="seed__last"
                hidden=move || studio.last_seed.with(Option::is_none)
                aria-label="Reuse last seed"
                title="The seed of the last result"
                on:click=on::click(reuse)
            >
                <span aria-hidden="true">"↺ "</span>
                {move || studio.last_seed.get()}
            </button>
        </div>
    }
    .into_any()
}

/// On or off.
pub(super) fn switch(part: Part) -> AnyView {
    view! {
        <input
            type="checkbox"
            role="switch"
            class="switch"
            id=part.id("field")
            name=part.path()
            aria-describedby=part.described_by()
            prop:checked=move || part.shown() == "true"
            on:change=on::ticked(move |ticked| part.set(ticked.to_string()))
        />
    }
    .into_any()
}

/// A few choices side by side.
pub(super) fn radios(part: Part, choices: Vec<String>) -> AnyView {
    let radio = |choice: String| {
        let (value, own) = (choice.clone(), choice.clone());
        let label = words::literal(&choice);
        view! {
            <label class="radio">
                <input
                    type="radio"
                    name=part.path()
                    value=value
                    prop:checked=move || part.shown() == own
                    on:change=on::event(move |_| part.set(choice.clone()))
                />
                {label}
            </label>
        }
        .into_any()
    };
    let options: Vec<AnyView> = choices.into_iter().map(radio).collect();
    view! {
        <div
            class="radios"
            role="radiogroup"
            aria-labelledby=part.id("title")
            aria-describedby=part.described_by()
            aria-invalid=move || part.invalid()
        >
            {options}
        </div>
    }
    .into_any()
}

/// Many choices in a list.
pub(super) fn list(part: Part, choices: Vec<String>) -> AnyView {
    let option =
        |value: String, label: String| view! { <option value=value>{label}</option> }.into_any();
    let unset = part.field(Field::default_text).is_none();
    let unset = unset.then(|| option(String::new(), "Left to the model".to_owned()));
    let choices = choices.into_iter().map(|choice| {
        let label = words::literal(&choice);
        option(choice, label)
    });
    let options: Vec<AnyView> = unset.into_iter().chain(choices).collect();
    view! {
        <select
            id=part.id("field")
            name=part.path()
            aria-describedby=part.described_by()
            aria-invalid=move || part.invalid()
            prop:value=move || part.shown()
            on:change=on::text(move |text| part.set(text))
        >
            {options}
        </select>
    }
    .into_any()
}
