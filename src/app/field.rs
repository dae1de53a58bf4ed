//! A field: its label, its control, its help, and what is wrong with it.

use leptos::prelude::*;

use super::el::{El, el};
use super::sheet::Sheet;
use super::{controls, file, presets};
use crate::form::{Control, Field};

/// A field on its way to becoming a view. A handle: whatever holds it copies four bytes.
#[derive(Clone, Copy)]
pub(super) struct Part(StoredValue<(Field, Sheet)>);

impl Part {
    fn new(field: &Field, sheet: &Sheet) -> Self {
        Self(StoredValue::new((field.clone(), sheet.clone())))
    }

    /// Looks at the field.
    pub(super) fn field<T>(self, look: impl FnOnce(&Field) -> T) -> T {
        self.0.with_value(|(field, _)| look(field))
    }

    /// The sheet it is on.
    pub(super) fn sheet(self) -> Sheet {
        self.0.with_value(|(_, sheet)| sheet.clone())
    }

    /// The name by which the field's parts refer to each other.
    pub(super) fn id(self, role: &str) -> String {
        self.field(|field| format!("{role}-{}", field.path))
    }

    /// The control's `name`.
    pub(super) fn path(self) -> String {
        self.field(|field| field.path.clone())
    }

    /// The label.
    pub(super) fn title(self) -> String {
        self.field(|field| field.title().to_owned())
    }

    /// What is set, or else what the server would use.
    pub(super) fn shown(self) -> String {
        self.0.with_value(|(field, sheet)| {
            let entry = sheet.get(&field.path);
            entry.or_else(|| field.default_text()).unwrap_or_default()
        })
    }

    /// What is set, as text.
    pub(super) fn entry(self) -> String {
        self.0.with_value(|(field, sheet)| sheet.get(&field.path)).unwrap_or_default()
    }

    /// Sets it by the person's hand. Only a text can be empty; anything else that is emptied is
    /// unset.
    pub(super) fn set(self, text: String) {
        self.0.with_value(|(field, sheet)| {
            let entry = Some(text).filter(|text| !text.is_empty() || field.is_text());
            sheet.set(&field.path, entry);
        });
    }

    /// Sets it and its children back to unset.
    pub(super) fn clear(self) {
        self.0.with_value(|(field, sheet)| {
            for child in &field.children {
                sheet.set(&child.path, None);
            }
            sheet.set(&field.path, None);
        });
    }

    fn is_set(self) -> bool {
        self.0.with_value(|(field, sheet)| sheet.get(&field.path).is_some())
    }

    /// What is wrong, once the person has been here.
    pub(super) fn complaint(self) -> Option<String> {
        self.0.with_value(|(field, sheet)| {
            let margin = sheet.margin(&field.path);
            if margin.remark.is_some() || !margin.visited {
                return margin.remark;
            }
            let what = field.problem(&|path: &str| sheet.get(path))?;
            Some(format!("{} {what}.", field.title()))
        })
    }

    fn is_required(self) -> bool {
        self.field(|field| field.property.required)
    }

    /// Gives a control its names and says what is wrong with it.
    pub(super) fn control(self, control: El) -> El {
        let required = self.is_required().then(|| "true".to_owned());
        self.named(control.attr("id", self.id("field"))).maybe("aria-required", required)
    }

    /// The same for one of several controls, which a label cannot point to.
    pub(super) fn named(self, control: El) -> El {
        self.described(control.attr("name", self.path()))
    }

    /// Ties help and problem to a control or a group of them.
    pub(super) fn described(self, control: El) -> El {
        let described_by = format!("{} {}", self.id("hint"), self.id("problem"));
        control
            .attr("aria-describedby", described_by)
            .live_attr("aria-invalid", move || self.complaint().map(|_| "true".to_owned()))
    }

    /// What stands in an empty control: the default, or a suggestion.
    pub(super) fn placeholder(self) -> Option<String> {
        self.field(|field| {
            let example = field.property.examples.first().map(crate::form::text_of);
            field.default_text().or(example)
        })
    }
}

/// The view of a field and its children.
pub(super) fn field_view(field: &Field, sheet: &Sheet) -> El {
    let part = Part::new(field, sheet);
    let (labels, aside, control) = match field.control() {
        Control::Line => (true, None, Some(controls::line(part))),
        Control::Text | Control::Json => (true, None, Some(controls::text(part))),
        Control::Number { slider, .. } => {
            let number = controls::number(part, slider);
            (true, Some(number), slider.map(|slider| controls::slider(part, slider)))
        }
        Control::Seed => (true, None, Some(controls::seed(part))),
        Control::Switch => (true, Some(controls::switch(part)), None),
        Control::Radios(choices) => (false, None, Some(controls::radios(part, choices))),
        Control::List(choices) => (true, None, Some(controls::list(part, choices))),
        Control::Presets(choices) => {
            (false, Some(presets::readout(part)), Some(presets::presets(part, choices)))
        }
        Control::File(medium) => (false, None, Some(file::file(part, medium))),
        Control::Group => (false, None, Some(group(part))),
    };
    frame(part, labels, aside, control)
}

/// The fields of an object.
pub(super) fn group(part: Part) -> El {
    let sheet = part.sheet();
    let views = |field: &Field| field.children.iter().map(|c| field_view(c, &sheet)).collect();
    let children: Vec<El> = part.field(views);
    el("div")
        .class("group")
        .attr("role", "group")
        .attr("aria-label", part.title())
        .children(children)
}

/// Label and what stands beside it, control, help, problem. `labels` says whether the label
/// belongs to a single control; a group names itself.
fn frame(part: Part, labels: bool, aside: Option<El>, control: Option<El>) -> El {
    let title = match labels {
        true => el("label").attr("for", part.id("field")),
        false => el("span").attr("id", part.id("title")),
    };
    let mark = part
        .is_required()
        .then(|| el("span").class("field__mark").attr("aria-hidden", "true").text("*"));
    let head = el("div")
        .class("field__head")
        .child(title.class("field__title").text(part.title()).child_if(mark))
        .child_if(clear_button(part))
        .child_if(aside);
    let description = part.field(|field| field.property.description.clone());
    let problem = move || part.complaint().unwrap_or_default();
    el("div")
        .class("field")
        .child(head)
        .child_if(control)
        .child(el("p").class("field__hint").attr("id", part.id("hint")).text(description))
        .child(el("p").class("field__problem").attr("id", part.id("problem")).live_text(problem))
}

/// Puts an optional field back to unset.
fn clear_button(part: Part) -> Option<El> {
    if part.is_required() {
        return None;
    }
    let title = match part.field(Field::default_text) {
        Some(default) if default.len() < 40 => format!("Back to the default, {default}"),
        _ => "Leave it to the model".to_owned(),
    };
    let button = el("button")
        .attr("type", "button")
        .class("quiet field__clear")
        .attr("aria-label", format!("Clear {}", part.title()))
        .attr("title", title)
        .flag("hidden", move || !part.is_set())
        .click(move || part.clear())
        .text("↺");
    Some(button)
}
