//! A field: its label, its control, its help, and what is wrong with it.
//!
//! A form may have a thousand fields, so each of them is plain elements with a `data-key`, and one
//! effect that keeps them in step with the field's cell. What a person does in them is heard by the
//! form as a whole, in `entries`.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;

use super::el::{El, ElState, el};
use super::sheet::{Cell, Sheet};
use super::{controls, file, items, kinds, presets};
use crate::browser::dom;
use crate::form::{Control, Entry, Field, Need, chosen_of, text_of};
use crate::schema::{FileRules, Shape, Span, spans};

/// A field on its way to becoming a view. A handle: whatever holds it copies a few bytes.
#[derive(Clone, Copy)]
pub(super) struct Part(StoredValue<Inner, LocalStorage>);

struct Inner {
    field: Field,
    sheet: Sheet,
    cell: Cell,
    bound: Vec<(Role, Element)>,
    /// The button that clears the field, from when there is first something to clear.
    clear: RefCell<Option<ElState>>,
}

/// What an element of a field shows of it.
#[derive(Clone)]
pub(super) enum Role {
    /// The entry as it was typed.
    Text,
    /// The entry as a number, which may be unfinished.
    Number,
    /// The entry or else the default, as a place on a scale that begins here.
    Slider(String),
    /// The entry or else the default.
    List,
    /// Whether the entry or else the default is this literal.
    Option(String),
    /// Whether the entry has this literal among others.
    Tick(String),
    /// Whether the entry or else the default is true.
    Switch,
    /// The entry, unless it is a whole file.
    Url,
    /// Nothing but whether something is wrong.
    Group,
    /// Has a way to clear the field while there is something to clear.
    Head,
    /// The entry is an explicit `null`.
    Null,
    /// What is wrong.
    Problem,
}

use leptos::reactive::owner::LocalStorage;

impl Part {
    pub(super) fn new(field: Field, sheet: &Sheet) -> Self {
        let cell = sheet.cell(&field.key);
        Self(StoredValue::new_local(Inner {
            field,
            sheet: sheet.clone(),
            cell,
            bound: Vec::new(),
            clear: RefCell::default(),
        }))
    }

    /// Looks at the field.
    pub(super) fn field<T>(self, look: impl FnOnce(&Field) -> T) -> T {
        self.0.with_value(|inner| look(&inner.field))
    }

    /// The sheet it is on.
    pub(super) fn sheet(self) -> Sheet {
        self.0.with_value(|inner| inner.sheet.clone())
    }

    /// The name by which the field's parts refer to each other.
    pub(super) fn id(self, role: &str) -> String {
        self.field(|field| [role, "-", &field.key].concat())
    }

    /// The label.
    pub(super) fn title(self) -> String {
        self.field(|field| field.title.clone())
    }

    /// What is entered, as text; wakes who looks.
    pub(super) fn entry(self) -> Option<String> {
        self.0.with_value(|inner| {
            inner.cell.with(|slot| slot.entry.as_ref().map(|entry| entry.as_str().to_owned()))
        })
    }

    /// What is entered, or else what the server would use; wakes who looks.
    pub(super) fn shown(self) -> String {
        self.entry().or_else(|| self.field(Field::default_text)).unwrap_or_default()
    }

    /// Binds an element to the field.
    pub(super) fn bind(self, element: El, role: Role) -> El {
        element.once(Box::new(move |element| {
            self.0.update_value(|inner| inner.bound.push((role, element.clone())));
        }))
    }

    /// Marks an element as the field's: what is done in it is done to the field.
    pub(super) fn keyed(self, element: El) -> El {
        element.attr("data-key", self.field(|field| field.key.clone()))
    }

    /// A control that a person enters something into.
    #[inline(never)]
    pub(super) fn control(self, control: El, role: Role) -> El {
        let (path, required) = self.field(|field| (field.path(), field.need == Need::Required));
        let control = self.keyed(control).attr("name", path);
        let required = required.then(|| "true".to_owned());
        self.bind(self.described(control).maybe("aria-required", required), role)
    }

    /// The same for the one that the label points to.
    pub(super) fn labelled(self, control: El, role: Role) -> El {
        self.control(control.attr("id", self.id("field")), role)
    }

    /// Ties help and problem to a control or a group of them.
    pub(super) fn described(self, control: El) -> El {
        let mut ids = self.id("problem");
        if self.field(has_help) {
            ids = [self.id("hint"), ids].join(" ");
        }
        control.attr("aria-describedby", ids)
    }

    /// What stands in an empty control: the default, or a suggestion.
    pub(super) fn placeholder(self) -> Option<String> {
        self.field(|field| {
            let example = field.property.examples.first().map(text_of);
            field.default_text().or(example)
        })
    }

    /// Brings every bound element in step with the cell.
    pub(super) fn sync(self, is_first: bool) {
        self.0.with_value(|inner| {
            let Inner { field, sheet, cell, bound, clear } = inner;
            let (entry, complaint) =
                cell.with(|slot| (slot.entry.clone(), sheet.complaint(field, slot)));
            // An unset field is made as it is to be shown, but for its default.
            let is_blank = is_first && entry.is_none() && complaint.is_none();
            let typed = entry.as_ref().map(Entry::as_str);
            let default = field.default_text();
            let shown = typed.or(default.as_deref()).unwrap_or_default();
            for (role, element) in bound {
                let shows_default =
                    matches!(role, Role::Slider(_) | Role::List | Role::Option(_) | Role::Switch);
                let looks_inside = matches!(role, Role::Head) && is_group(field);
                if is_blank && !shows_default && !looks_inside {
                    continue;
                }
                let is_control = match role {
                    Role::Text => dom::set_value(element, typed.unwrap_or_default()),
                    Role::Number => dom::show_number(element, typed.unwrap_or_default()),
                    Role::Slider(start) => {
                        let place = if shown.is_empty() { start } else { shown };
                        dom::set_value(element, place)
                    }
                    Role::List => dom::set_value(element, shown),
                    Role::Url => {
                        let url = typed.filter(|url| !url.starts_with("data:"));
                        dom::set_value(element, url.unwrap_or_default())
                    }
                    Role::Option(literal) => dom::set_checked(element, shown == literal),
                    Role::Switch => dom::set_checked(element, shown == "true"),
                    Role::Tick(literal) => {
                        let is =
                            entry.as_ref().is_some_and(|entry| chosen_of(entry).contains(literal));
                        dom::set_checked(element, is)
                    }
                    Role::Group => true,
                    Role::Head => {
                        let is_set = entry.is_some() || is_set_within(field, sheet);
                        show_clear(self, &mut clear.borrow_mut(), element, is_set);
                        false
                    }
                    Role::Null => {
                        let is = entry == Some(Entry::Null);
                        dom::set_attribute(
                            element,
                            "aria-pressed",
                            Some(if is { "true" } else { "false" }),
                        );
                        false
                    }
                    Role::Problem => {
                        element.set_text_content(Some(complaint.as_deref().unwrap_or_default()));
                        false
                    }
                };
                if is_control && !is_blank {
                    dom::set_attribute(element, "aria-invalid", complaint.as_ref().map(|_| "true"));
                }
            }
        });
    }
}

/// Shows or hides the button that clears a field. A thousand fields would be slowed down by a
/// thousand of them, so it is made when it is first needed.
fn show_clear(part: Part, button: &mut Option<ElState>, head: &Element, is_set: bool) {
    if button.is_none() && is_set {
        let title = match part.field(Field::default_text) {
            Some(default) if default.len() < 40 => ["Back to the default, ", &default].concat(),
            _ => "Leave it to the model".to_owned(),
        };
        let new = tool(part, "clear", ["Clear ", &part.title()].concat(), "↺").attr("title", title);
        let mut new = new.build();
        let after_label = head.first_element_child().and_then(|label| label.next_element_sibling());
        new.mount(head, after_label.as_ref().map(AsRef::as_ref));
        *button = Some(new);
    } else if let Some(button) = button {
        dom::set_flag(button.element(), "hidden", !is_set);
    }
}

fn is_group(field: &Field) -> bool {
    matches!(field.property.shape, Shape::Object(..) | Shape::Tuple(_))
}

/// A group is set by what is in it.
fn is_set_within(field: &Field, sheet: &Sheet) -> bool {
    if !is_group(field) {
        return false;
    }
    sheet.flips.track();
    sheet.is_touched(&field.key)
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
        Control::File(medium) => (false, None, Some(file::file(part, medium))),
        Control::Items | Control::Map => {
            (false, Some(items::allowed(part)), Some(items::items(part)))
        }
        Control::Union => (false, None, Some(kinds::kinds(part))),
        Control::Group => (false, None, Some(group(part))),
    };
    frame(part, labels, aside, control)
}

/// The fields of an object.
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
    let (need, has_null) = part.field(|field| {
        // Where null is what the server takes by itself, unset says the same.
        (field.need, field.property.nullable && field.property.default.is_some())
    });
    let mark = (need == Need::Required)
        .then(|| el("span").class("field__mark").attr("aria-hidden", "true").text("*"));
    let null = has_null.then(|| {
        let button = tool(part, "null", ["Send null for ", &part.title()].concat(), "∅");
        let title = "Send null: none at all, instead of the default";
        part.bind(button.attr("title", title).attr("aria-pressed", "false"), Role::Null)
    });
    let head = el("div")
        .class("field__head")
        .child(title.class("field__title").text(part.title()).child_if(mark))
        .child_if(null)
        .child_if(aside);
    let head = if need == Need::Optional { part.bind(head, Role::Head) } else { head };
    let problem = el("p").class("field__problem").attr("id", part.id("problem"));
    el("div")
        .class("field")
        .child(head)
        .child_if(control)
        .child_if(hint(part))
        .child(part.bind(problem, Role::Problem))
        .keep(part)
}

impl El {
    /// Keeps a field's elements in step with its cell, from an element around them.
    pub(super) fn keep(self, part: Part) -> Self {
        let is_first = std::cell::Cell::new(true);
        self.mirror(move |_| part.sync(is_first.replace(false)))
    }
}

/// A small button that does something to a field: a sign, and a name for those who do not see it.
pub(super) fn tool(part: Part, act: &'static str, name: String, sign: &'static str) -> El {
    el("button")
        .attr("type", "button")
        .class("quiet field__clear")
        .attr("data-act", act)
        .attr("data-key", part.field(|field| field.key.clone()))
        .attr("aria-label", name)
        .text(sign)
}

fn has_help(field: &Field) -> bool {
    let limits = field.file_rules().is_some_and(|rules| !rules.words().is_empty());
    !field.property.description.is_empty() || limits || field.property.notice.is_some()
}

/// The help of a field: what its authors say, what a file may be like, why there is but JSON.
fn hint(part: Part) -> Option<El> {
    part.field(|field| {
        let property = &field.property;
        let limits = field.file_rules().map(FileRules::words).unwrap_or_default();
        let notice = property.notice.unwrap_or_default();
        if !has_help(field) {
            return None;
        }
        let hint = el("p").class("field__hint").attr("id", part.id("hint"));
        let hint = spans(&property.description).into_iter().fold(hint, described);
        let lines = [limits.as_str(), notice].into_iter().filter(|line| !line.is_empty());
        Some(lines.fold(hint, |hint, line| {
            hint.child(el("span").class("field__limits").text(line.to_owned()))
        }))
    })
}

fn described(hint: El, span: Span<'_>) -> El {
    let (tag, text, target) = match span {
        Span::Text(text) => return hint.text(text.to_owned()),
        Span::Code(text) => ("code", text, None),
        Span::Strong(text) => ("b", text, None),
        Span::Link(text, target) => ("a", text, Some(target.to_owned())),
    };
    let link = target.is_some();
    let span = el(tag).maybe("href", target).text(text.to_owned());
    hint.child(if link {
        span.attr("target", "_blank").attr("rel", "noopener noreferrer")
    } else {
        span
    })
}
