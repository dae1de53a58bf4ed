//! Lists and maps: rows that are added, taken out and put in another order.

use leptos::prelude::*;

use super::el::{El, el};
use super::field::{Part, field_view, small_button};
use super::{controls, file};
use crate::browser::dom;
use crate::form::{Control, Draft, Field};
use crate::schema::Shape;

/// The rows of a list or a map, and the way to more of them.
pub(super) fn items(part: Part) -> El {
    let rows = el("div").class("items__rows").keyed(
        move || (0..count(part)).collect(),
        |index: &usize| index.to_string(),
        move |index| row(part, index),
    );
    let most = part.field(|field| match &field.property.shape {
        Shape::List(_, rules) => rules.max,
        _ => None,
    });
    let is_full = move || most.is_some_and(|most| count(part) >= most);
    let add = el("button")
        .attr("type", "button")
        .class("items__add")
        .attr("aria-label", ["Add ", &part.title()].concat())
        .flag("disabled", is_full)
        .click(move || add(part))
        .text("+ Add");
    let group = el("div")
        .class("items")
        .attr("role", "group")
        .attr("id", part.id("items"))
        .attr("aria-labelledby", part.id("title"));
    let group = part.described(group);
    let files = part.field(|field| file_item(field).is_some());
    let group = if files { file::drop_target(group, part) } else { group };
    group.child(rows).child(add)
}

/// The item's own field, when the items are files.
pub(super) fn file_item(field: &Field) -> Option<Field> {
    field.item(0).filter(|item| matches!(item.control(), Control::File(_)))
}

/// How many rows there are.
fn count(part: Part) -> usize {
    let typed = part.entry_with(|entry| entry.map(|entry| entry.as_str().parse().ok()));
    typed.flatten().unwrap_or(0)
}

fn row(part: Part, index: usize) -> El {
    let sheet = part.sheet();
    let Some(item) = part.field(|field| field.item(index)) else { return el("div") };
    let title = item.title.clone();
    let is_map = part.field(|field| matches!(field.property.shape, Shape::Map(_)));
    let name = is_map.then(|| controls::name_of_value(part, index));
    let tool = |verb: &str, sign, order: fn(Vec<usize>, usize) -> Vec<usize>| {
        small_button([verb, " ", &title].concat(), sign).click(move || {
            arrange(part, |all| order(all, index));
        })
    };
    let up = tool("Move up", "↑", |mut all, at| {
        all.swap(at, at.saturating_sub(1));
        all
    });
    let remove = tool("Remove", "✕", |mut all, at| {
        all.remove(at);
        all
    });
    let tools = el("div")
        .class("items__tools")
        .child_if((index > 0).then_some(up))
        .child(remove);
    el("div").class("items__row").child_if(name).child(field_view(item, &sheet)).child(tools)
}

fn arrange(part: Part, order: impl FnOnce(Vec<usize>) -> Vec<usize>) {
    part.edit(|draft, key| {
        let all: Vec<usize> = (0..draft.count(key).unwrap_or_default()).collect();
        draft.arrange(key, &order(all));
    });
    // The button that was pressed may be gone with its row; the list is a place to go on from.
    let add = ["[id='", &part.id("items"), "'] > .items__add"].concat();
    dom::focus_in(&add);
}

/// Adds a row and leads to it.
fn add(part: Part) {
    let index = append(part, |_, _| {});
    let row = ["[id='", &part.id("items"), "'] .items__row:nth-child(", &(index + 1).to_string(), ") :is(input,textarea,select,button)"].concat();
    request_animation_frame(move || dom::focus_in(&row));
}

/// Adds a row and lets something be put into it; says where it is.
pub(super) fn append(part: Part, fill: impl FnOnce(&mut Draft, &Field)) -> usize {
    let mut index = 0;
    part.edit(|draft, key| {
        index = draft.count(key).unwrap_or_default();
        draft.insert(key, (index + 1).to_string());
        if let Some(item) = part.field(|field| field.item(index)) {
            fill(draft, &item);
        }
    });
    index
}

/// How many items may be, beside the label.
pub(super) fn allowed(part: Part) -> El {
    let text = |count: Option<usize>| count.map(|count| count.to_string());
    let (least, most) = part.field(|field| match &field.property.shape {
        Shape::List(_, rules) => (text(rules.min), text(rules.max)),
        _ => (None, None),
    });
    let words = match (least, most) {
        (Some(least), Some(most)) if least == most => most,
        (Some(least), Some(most)) => [&least, " to ", &most].concat(),
        (Some(least), None) => ["at least ", &least].concat(),
        (None, Some(most)) => ["up to ", &most].concat(),
        (None, None) => String::new(),
    };
    el("span").class("field__allowed").text(words)
}
