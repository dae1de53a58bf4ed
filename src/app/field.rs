//! A field: its label, its control, its help, and what is wrong with it.

use leptos::prelude::*;

use super::el::{El, el};
use super::sheet::{Cell, Sheet};
use super::{controls, file, items, kinds, presets};
use crate::form::{Control, Draft, Entry, Field, Need, text_of};
use crate::schema::{Span, spans};

/// A field on its way to becoming a view. A handle: whatever holds it copies a few bytes.
#[derive(Clone, Copy)]
pub(super) struct Part(StoredValue<(Field, Sheet, Cell)>);

impl Part {
    pub(super) fn new(field: Field, sheet: &Sheet) -> Self {
        let cell = sheet.cell(&field.key);
        Self(StoredValue::new((field, sheet.clone(), cell)))
    }

    /// Looks at the field.
    pub(super) fn field<T>(self, look: impl FnOnce(&Field) -> T) -> T {
        self.0.with_value(|(field, ..)| look(field))
    }

    /// The sheet it is on.
    pub(super) fn sheet(self) -> Sheet {
        self.0.with_value(|(_, sheet, _)| sheet.clone())
    }

    /// The name by which the field's parts refer to each other.
    pub(super) fn id(self, role: &str) -> String {
        self.field(|field| [role, "-", &field.key].concat())
    }

    /// The label.
    pub(super) fn title(self) -> String {
        self.field(|field| field.title.clone())
    }

    /// What is set, or else what the server would use.
    pub(super) fn shown(self) -> String {
        self.0.with_value(|(field, _, cell)| {
            let entry = cell.with(|slot| slot.entry.as_ref().map(|entry| entry.as_str().to_owned()));
            entry.or_else(|| field.default_text()).unwrap_or_default()
        })
    }

    /// What is set, as text.
    pub(super) fn entry(self) -> String {
        self.entry_with(|entry| entry.map(|entry| entry.as_str().to_owned())).unwrap_or_default()
    }

    /// Looks at what is set.
    pub(super) fn entry_with<T>(self, look: impl FnOnce(Option<&Entry>) -> T) -> T {
        self.0.with_value(|(.., cell)| cell.with(|slot| look(slot.entry.as_ref())))
    }

    /// Sets it by the person's hand. Only a text can be empty; anything else that is emptied is
    /// unset.
    pub(super) fn set(self, text: String) {
        self.0.with_value(|(field, sheet, _)| {
            let entry = Some(text).filter(|text| !text.is_empty() || field.is_text());
            sheet.set(&field.key, entry.map(Entry::Text));
        });
    }

    /// Sets it to `null`.
    pub(super) fn set_null(self) {
        self.clear();
        self.0.with_value(|(field, sheet, _)| sheet.set(&field.key, Some(Entry::Null)));
    }

    /// Sets it and everything in it back to unset.
    pub(super) fn clear(self) {
        self.edit(Draft::remove);
    }

    /// Changes the entries in it; gets their draft and the field's key.
    pub(super) fn edit(self, change: impl FnOnce(&mut Draft, &str)) {
        self.0.with_value(|(field, sheet, _)| sheet.edit(|draft| change(draft, &field.key)));
    }

    fn is_set(self) -> bool {
        self.0.with_value(|(field, sheet, cell)| {
            if cell.with(|slot| slot.entry.is_some()) {
                return true;
            }
            // A group is set by what is in it.
            !field.children().is_empty() && {
                sheet.flips.track();
                sheet.draft().is_touched(&field.key)
            }
        })
    }

    /// What is wrong, once the person has been here.
    pub(super) fn complaint(self) -> Option<String> {
        self.0.with_value(|(field, sheet, cell)| sheet.complaint(field, cell))
    }

    fn need(self) -> Need {
        self.field(|field| field.need)
    }

    /// Gives a control its names and says what is wrong with it.
    pub(super) fn control(self, control: El) -> El {
        let required = (self.need() == Need::Required).then(|| "true".to_owned());
        self.named(control.attr("id", self.id("field"))).maybe("aria-required", required)
    }

    /// The same for one of several controls, which a label cannot point to.
    pub(super) fn named(self, control: El) -> El {
        self.described(control.attr("name", self.field(Field::path)))
    }

    /// Ties help and problem to a control or a group of them.
    pub(super) fn described(self, control: El) -> El {
        let described_by = [self.id("hint"), self.id("problem")].join(" ");
        control
            .attr("aria-describedby", described_by)
            .live_attr("aria-invalid", move || self.complaint().map(|_| "true".to_owned()))
    }

    /// What stands in an empty control: that it is null, the default, or a suggestion.
    pub(super) fn placeholder(self) -> Option<String> {
        if self.entry_with(|entry| entry == Some(&Entry::Null)) {
            return Some("null".to_owned());
        }
        self.field(|field| {
            let example = field.property.examples.first().map(text_of);
            field.default_text().or(example)
        })
    }
}

/// The view of a field and what is in it.
pub(super) fn field_view(field: Field, sheet: &Sheet) -> El {
    let control = field.control();
    let part = Part::new(field, sheet);
    let (labels, aside, control) = match control {
        Control::Line => (true, None, Some(controls::line(part))),
        Control::Text => (true, None, Some(controls::text(part, "5"))),
        Control::Json => (true, None, Some(controls::text(part, "3"))),
        Control::Number(slider) => {
            let number = controls::number(part, slider);
            (true, Some(number), slider.map(|slider| controls::slider(part, slider)))
        }
        Control::Seed => (true, None, Some(controls::seed(part))),
        Control::Switch => (true, Some(controls::switch(part)), None),
        Control::Radios(choices) => (false, None, Some(controls::radios(part, choices))),
        Control::List(choices) => (true, None, Some(controls::list(part, choices))),
        Control::Search(choices) => (true, None, Some(controls::search(part, choices))),
        Control::Several(choices) => (false, None, Some(controls::several(part, choices))),
        Control::Presets(choices) => {
            (false, Some(presets::readout(part)), Some(presets::presets(part, choices)))
        }
        Control::File(rules) => (false, None, Some(file::file(part, rules.medium))),
        Control::Items | Control::Map => {
            (false, Some(items::allowed(part)), Some(items::items(part)))
        }
        Control::Union => (false, None, Some(kinds::kinds(part))),
        Control::Group => (false, None, Some(group(part))),
    };
    frame(part, labels, aside, control)
}

/// The control of a field that stands under another's label.
pub(super) fn group(part: Part) -> El {
    let sheet = part.sheet();
    let children = part.field(Field::children);
    el("div")
        .class("group")
        .attr("role", "group")
        .attr("aria-label", part.title())
        .children(children.into_iter().map(|child| field_view(child, &sheet)))
}

/// Label and what stands beside it, control, help, problem. `labels` says whether the label
/// belongs to a single control; a group names itself.
fn frame(part: Part, labels: bool, aside: Option<El>, control: Option<El>) -> El {
    let title = match labels {
        true => el("label").attr("for", part.id("field")),
        false => el("span").attr("id", part.id("title")),
    };
    let mark = (part.need() == Need::Required)
        .then(|| el("span").class("field__mark").attr("aria-hidden", "true").text("*"));
    let head = el("div")
        .class("field__head")
        .child(title.class("field__title").text(part.title()).child_if(mark))
        .child_if(null_button(part))
        .child_if(clear_button(part))
        .child_if(aside);
    let problem = move || part.complaint().unwrap_or_default();
    el("div")
        .class("field")
        .child(head)
        .child_if(control)
        .child(hint(part))
        .child(el("p").class("field__problem").attr("id", part.id("problem")).live_text(problem))
}

/// The help of a field: what its authors say, what a file may be like, why there is but JSON.
fn hint(part: Part) -> El {
    let hint = el("p").class("field__hint").attr("id", part.id("hint"));
    part.field(|field| {
        let property = &field.property;
        let mut hint = spans(&property.description).into_iter().fold(hint, described);
        let limits = match field.control() {
            Control::File(rules) => rules.words(),
            _ => String::new(),
        };
        for more in [limits.as_str(), property.notice.unwrap_or_default()] {
            if !more.is_empty() {
                let gap = if property.description.is_empty() { "" } else { "\n" };
                hint = hint.text([gap, more].concat());
            }
        }
        hint
    })
}

fn described(hint: El, span: Span<'_>) -> El {
    match span {
        Span::Text(text) => hint.text(text.to_owned()),
        Span::Code(text) => hint.child(el("code").text(text.to_owned())),
        Span::Strong(text) => hint.child(el("b").text(text.to_owned())),
        Span::Link(text, target) => hint.child(
            el("a")
                .attr("href", target.to_owned())
                .attr("target", "_blank")
                .attr("rel", "noopener noreferrer")
                .text(text.to_owned()),
        ),
    }
}

/// Sends an explicit `null`, where that is not what the server does anyway.
fn null_button(part: Part) -> Option<El> {
    let makes_sense = |field: &Field| field.property.nullable && field.property.default.is_some();
    if !part.field(makes_sense) {
        return None;
    }
    let is_null = move || part.entry_with(|entry| entry == Some(&Entry::Null));
    let press = move || if is_null() { part.clear() } else { part.set_null() };
    let button = small_button(["Send null for ", &part.title()].concat(), "∅")
        .attr("title", "Send null: none at all, instead of the default")
        .live_attr("aria-pressed", move || Some(is_null().to_string()))
        .click(press);
    Some(button)
}

/// Puts an optional field back to unset.
fn clear_button(part: Part) -> Option<El> {
    if part.need() != Need::Optional {
        return None;
    }
    let title = match part.field(Field::default_text) {
        Some(default) if default.len() < 40 => ["Back to the default, ", &default].concat(),
        _ => "Leave it to the model".to_owned(),
    };
    let button = small_button(["Clear ", &part.title()].concat(), "↺")
        .attr("title", title)
        .flag("hidden", move || !part.is_set())
        .click(move || part.clear());
    Some(button)
}

/// A small button with a sign on it and a name for those who do not see it.
pub(super) fn small_button(name: String, sign: &'static str) -> El {
    el("button").attr("type", "button").class("quiet field__clear").attr("aria-label", name).text(sign)
}
