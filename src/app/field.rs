//! A field: its label, its control, its help, and what is wrong with it.

use leptos::prelude::*;

use super::sheet::Sheet;
use super::{controls, file, on, presets};
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

    /// Sets it by the person's hand.
    pub(super) fn set(self, text: String) {
        self.0.with_value(|(field, sheet)| sheet.set(&field.path, Some(text)));
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
            let cell = sheet.cell(&field.path)?;
            if let Some(remark) = cell.remark.get() {
                return Some(remark);
            }
            if !cell.visited.get() {
                return None;
            }
            let what = field.problem(&|path: &str| sheet.get(path))?;
            Some(format!("{} {what}.", field.title()))
        })
    }

    /// `aria-invalid`.
    pub(super) fn invalid(self) -> Option<String> {
        self.complaint().map(|_| "true".to_owned())
    }

    /// `aria-describedby`: the help, and what is wrong.
    pub(super) fn described_by(self) -> String {
        format!("{} {}", self.id("hint"), self.id("problem"))
    }

    /// `aria-required`.
    pub(super) fn required(self) -> Option<String> {
        self.field(|field| field.property.required.then(|| "true".to_owned()))
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
pub(super) fn field_view(field: &Field, sheet: &Sheet) -> AnyView {
    let part = Part::new(field, sheet);
    let none = || ().into_any();
    match field.control() {
        Control::Line => frame(part, true, none(), controls::line(part)),
        Control::Text | Control::Json => frame(part, true, none(), controls::text(part)),
        Control::Number { slider: Some(slider), .. } => {
            frame(part, true, controls::number(part, Some(slider)), controls::slider(part, slider))
        }
        Control::Number { slider: None, .. } => {
            frame(part, true, controls::number(part, None), none())
        }
        Control::Seed => frame(part, true, none(), controls::seed(part)),
        Control::Switch => frame(part, true, controls::switch(part), none()),
        Control::Radios(choices) => frame(part, false, none(), controls::radios(part, choices)),
        Control::List(choices) => frame(part, true, none(), controls::list(part, choices)),
        Control::Presets(choices) => {
            frame(part, false, presets::readout(part), presets::presets(part, choices))
        }
        Control::File(medium) => frame(part, false, none(), file::file(part, medium)),
        Control::Group => frame(part, false, none(), group(part)),
    }
}

/// The fields of an object.
pub(super) fn group(part: Part) -> AnyView {
    let sheet = part.sheet();
    let views = |field: &Field| field.children.iter().map(|c| field_view(c, &sheet)).collect();
    let children: Vec<AnyView> = part.field(views);
    view! {
        <div class="group" role="group" aria-label=part.title()>
            {children}
        </div>
    }
    .into_any()
}

/// Label and what stands beside it, control, help, problem. `labels` says whether the label
/// belongs to a single control; a group names itself.
fn frame(part: Part, labels: bool, aside: AnyView, control: AnyView) -> AnyView {
    let (for_control, own_id) =
        if labels { (Some(part.id("field")), None) } else { (None, Some(part.id("title"))) };
    let description = part.field(|field| field.property.description.clone());
    view! {
        <div class="field">
            <div class="field__head">
                <label class="field__title" for=for_control id=own_id>
                    {part.title()}
                    {part.required().map(|_| view! { <span class="field__mark" aria-hidden="true">"*"</span> }.into_any())}
                </label>
                {clear_button(part)}
                {aside}
            </div>
            {control}
            <p class="field__hint" id=part.id("hint")>{description}</p>
            <p class="field__problem" id=part.id("problem")>{move || part.complaint()}</p>
        </div>
    }
    .into_any()
}

/// Puts an optional field back to unset.
fn clear_button(part: Part) -> Option<AnyView> {
    if part.required().is_some() {
        return None;
    }
    let title = match part.field(Field::default_text) {
        Some(default) if default.len() < 40 => format!("Back to the default, {default}"),
        _ => "Leave it to the model".to_owned(),
    };
    let button = view! {
        <button
            type="button"
            class="quiet field__clear"
            hidden=move || !part.is_set()
            aria-label=format!("Clear {}", part.title())
            title=title
            on:click=on::click(move || part.clear())
        >
            <span aria-hidden="true">"↺"</span>
        </button>
    };
    Some(button.into_any())
}
