//! Lists and maps: rows that are added, taken out and put in another order.

use leptos::prelude::*;

use super::el::{El, el};
use super::field::field_view;
use super::part::{Part, Role, tool};
use super::sheet::Sheet;
use super::{controls, file};
use crate::browser::dom;
use crate::form::{Draft, Field};
use crate::schema::Shape;

/// The rows of a list or a map, and the way to more of them.
#[inline(never)]
pub(super) fn items(part: Part) -> El {
    let rows = el("div").class("items__rows").keyed(
        Box::new(move || (0..count(part)).map(|index| index.to_string()).collect()),
        Box::new(move |index| row(part, index.parse().unwrap_or_default())),
    );
    let most = part.field(|field| match &field.property.shape {
        Shape::List(_, rules) => rules.max,
        _ => None,
    });
    let add = tool(part, "add", ["Add ", &part.title()].concat(), "+ Add");
    let add = add.class("items__add");
    let add = match most {
        Some(most) => add.flag("disabled", move || count(part) >= most),
        None => add,
    };
    let group = el("div")
        .class("items")
        .attr("role", "group")
        .attr("id", part.id("items"))
        .attr("aria-labelledby", part.id("title"));
    let group = part.bind(part.described(group), Role::Group);
    let files = part.field(|field| field.file_item().is_some());
    let group = if files { file::drop_target(group, part) } else { group };
    group.child(rows).child(add)
}

fn count(part: Part) -> usize {
    part.entry().and_then(|count| count.parse().ok()).unwrap_or(0)
}

fn row(part: Part, index: usize) -> El {
    let Some(item) = part.field(|field| field.item(index)) else { return el("div") };
    let is_map = part.field(|field| matches!(field.property.shape, Shape::Map(_)));
    let name = is_map.then(|| controls::name_of_value(part, &item));
    let button = |act, verb: &str, sign| {
        tool(part, act, [verb, " ", &item.title].concat(), sign)
            .attr("data-index", index.to_string())
    };
    let tools = el("div")
        .class("items__tools")
        .child_if((index > 0).then(|| button("up", "Move up", "↑")))
        .child(button("remove", "Remove", "✕"));
    let view = field_view(item, &part.sheet());
    el("div").class("items__row").child_if(name).child(view).child(tools)
}

/// Takes an item out.
pub(super) fn remove(sheet: &Sheet, list: &Field, index: usize) {
    arrange(sheet, list, |order| order.retain(|at| *at != index));
    // The button that was pressed may be gone with its row; the list is a place to go on from.
    focus_tool(list, "[data-act=add]");
}

/// Puts an item one place further up, and goes with it.
pub(super) fn move_up(sheet: &Sheet, list: &Field, index: usize) {
    arrange(sheet, list, |order| {
        if (1..order.len()).contains(&index) {
            order.swap(index, index - 1);
        }
    });
    match index {
        // On top there is no such button.
        0 | 1 => focus_row(list, 1),
        _ => {
            let place = (index - 1).to_string();
            focus_tool(list, &["[data-act=up][data-index=\"", &place, "\"]"].concat());
        }
    }
}

fn focus_tool(list: &Field, tool: &str) {
    let tool = ["[data-key=", &dom::quoted(&list.key), "]", tool].concat();
    request_animation_frame(move || dom::focus_in(&tool));
}

fn arrange(sheet: &Sheet, list: &Field, order: impl FnOnce(&mut Vec<usize>)) {
    sheet.edit(|draft| {
        let mut all: Vec<usize> = (0..draft.count(&list.key).unwrap_or_default()).collect();
        order(&mut all);
        draft.arrange(&list.key, &all);
    });
}

/// Adds a row and leads to it.
pub(super) fn add(sheet: &Sheet, list: &Field) {
    let index = append(sheet, list, |_, _| {}) + 1;
    focus_row(list, index);
}

/// Moves the focus into a row, counted from 1.
fn focus_row(list: &Field, index: usize) {
    let id = dom::quoted(&["items-", &list.key].concat());
    let row = ["[id=", &id, "] > div > :nth-child(", &index.to_string(), ")"].concat();
    let first = [&row, " :is(input, textarea, select)"].concat();
    request_animation_frame(move || dom::focus_in(&first));
}

/// Adds a row and lets something be put into it; says where it is.
pub(super) fn append(sheet: &Sheet, list: &Field, fill: impl FnOnce(&mut Draft, &Field)) -> usize {
    let mut index = 0;
    sheet.edit(|draft| {
        index = draft.count(&list.key).unwrap_or_default();
        draft.insert(&list.key, (index + 1).to_string());
        if let Some(item) = list.item(index) {
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
