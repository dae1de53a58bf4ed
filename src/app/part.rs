//! The elements that a field consists of, kept in step with its cell.
//!
//! A form may have a thousand fields, so each of them is plain elements with a `data-key`, and one
//! effect for all of them. What a person does in them is heard by the form as a whole, in `entries`.

use std::cell::RefCell;

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::tachys::renderer::types::Element;

use super::el::{El, ElState, el};
use super::sheet::{Cell, Sheet};
use crate::browser::dom;
use crate::form::{Entry, Field, Need, chosen_of, text_of};
use crate::schema::Shape;

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
    /// The sentence about what is wrong, from when there first is something.
    problem: RefCell<Option<ElState>>,
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
    /// Ends with what is wrong.
    Frame,
}

impl Part {
    pub(super) fn new(field: Field, sheet: &Sheet) -> Self {
        let cell = sheet.cell(&field.key);
        Self(StoredValue::new_local(Inner {
            field,
            sheet: sheet.clone(),
            cell,
            bound: Vec::new(),
            clear: RefCell::default(),
            problem: RefCell::default(),
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
        self.0.update_value(|inner| inner.bound.push((role, element.element().clone())));
        element
    }

    /// Marks an element as the field's: what is done in it is done to the field.
    pub(super) fn keyed(self, element: El) -> El {
        element.attr("data-key", self.field(|field| field.key.clone()))
    }

    /// A control that a person enters something into.
    #[inline(never)]
    pub(super) fn control(self, control: El, role: Role) -> El {
        let control = self.keyed(control).attr("name", self.field(Field::path));
        self.bind(self.required(self.described(control)), role)
    }

    /// One of several controls that together are the field.
    pub(super) fn choice(self, control: El, role: Role) -> El {
        self.bind(control.attr("name", self.field(Field::path)), role)
    }

    /// What the field's controls are together.
    pub(super) fn choices(self, group: El) -> El {
        let group = self.keyed(group).attr("aria-labelledby", self.id("title"));
        self.bind(self.described(group), Role::Group)
    }

    /// Says of a control that it has to be filled in, if so.
    pub(super) fn required(self, control: El) -> El {
        let is_required = self.field(|field| field.need == Need::Required);
        control.maybe("aria-required", is_required.then_some("true"))
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
            let Inner { field, sheet, cell, bound, clear, problem } = inner;
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
                    Role::Option(literal) => {
                        dom::set_checked(element, shown == literal);
                        false
                    }
                    Role::Switch => dom::set_checked(element, shown == "true"),
                    Role::Tick(literal) => {
                        let is =
                            entry.as_ref().is_some_and(|entry| chosen_of(entry).contains(literal));
                        dom::set_checked(element, is);
                        false
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
                    Role::Frame => {
                        show_problem(
                            self,
                            &mut problem.borrow_mut(),
                            element,
                            complaint.as_deref(),
                        );
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

/// Says what is wrong, at the end of the field. Like the button below, it is made when it is first
/// needed: a thousand fields would be slowed down by a thousand of them.
fn show_problem(
    part: Part,
    problem: &mut Option<ElState>,
    frame: &Element,
    complaint: Option<&str>,
) {
    if problem.is_none() && complaint.is_some() {
        let new = el("p").class("field__problem").attr("id", part.id("problem"));
        let mut new = new.build();
        new.mount(frame, None);
        *problem = Some(new);
    }
    if let Some(problem) = problem {
        problem.element().set_text_content(complaint);
    }
}

/// Shows or hides the button that clears a field.
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

/// Whether there is anything to say of a field besides its label.
pub(super) fn has_help(field: &Field) -> bool {
    let limits = field.file_rules().is_some_and(|rules| !rules.words().is_empty());
    !field.property.description.is_empty() || limits || field.property.notice.is_some()
}
