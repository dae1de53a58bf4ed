//! A field that takes a file: picked, dropped or pasted, or its URL.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::part::{Part, Role, tool};
use super::{items, words};
use crate::browser::files::{self, CarriedFile};
use crate::form::{Entry, Field, Need};
use crate::schema::Medium;

/// The drop target, with the picker and the URL in it.
#[inline(never)]
pub(super) fn file(part: Part, medium: Medium) -> El {
    let input = el("input")
        .attr("type", "file")
        .class("file__input")
        .attr("accept", files::accept(medium))
        .attr("aria-label", part.title());
    let picker = el("div")
        .class("file__drop")
        .child(part.labelled(input, Role::Group))
        .live(move || Some(choice(part, medium)));
    drop_target(el("div").class("file"), part).child(picker).child(url(part))
}

/// Lets an element take what is dropped on it: for a file field, or for a list of them.
pub(super) fn drop_target(target: El, part: Part) -> El {
    let over = RwSignal::new(false);
    let hover = move |event: &Event, is_over: bool| {
        event.prevent_default();
        event.stop_propagation();
        over.set(is_over);
    };
    let drop = move |event: Event| {
        hover(&event, false);
        let (files, text) = files::carried(&event);
        take(part, files, text);
    };
    target
        .live_attr("data-over", move || over.get().then(String::new))
        .on("dragover", move |event| hover(&event, true))
        .on("dragleave", move |event| hover(&event, false))
        .on("drop", drop)
}

fn url(part: Part) -> El {
    let input = el("input")
        .attr("type", "text")
        .attr("inputmode", "url")
        .attr("placeholder", "or paste a URL")
        .attr("aria-label", [&part.title(), " URL"].concat());
    part.control(input, Role::Url)
}

/// Where the name of the file is that an entry came from.
fn name_key(field: &Field) -> String {
    [&field.key, "|n"].concat()
}

/// What was chosen, as it will be sent; or what to do.
fn choice(part: Part, medium: Medium) -> El {
    let uri = part.entry().unwrap_or_default();
    if !uri.starts_with("data:") {
        let ask = "Choose a file, drop it here or paste it";
        return el("span").class("file__ask").text(ask);
    }
    let name = part.sheet().get(&part.field(name_key)).unwrap_or_default();
    let size = [&words::bytes(uri.len()), " as sent"].concat();
    let thumb = (medium == Medium::Image).then(|| {
        let alt = "Preview of the chosen file";
        el("img").class("file__thumb").attr("alt", alt).attr("src", uri)
    });
    let facts = el("span")
        .class("file__facts")
        .child(el("span").class("file__name").text(name))
        .child(el("span").text(size));
    // In a list the row has a button that takes it out.
    let is_item = part.field(|field| field.need == Need::Item);
    let remove = tool(part, "clear", ["Remove ", &part.title()].concat(), "Remove");
    let remove = (!is_item).then(|| remove.class("file__remove"));
    el("div").class("file__choice").child_if(thumb).child(facts).child_if(remove)
}

/// Puts files or a URL into the field, or says there why not; the rest of the form stays. A list
/// takes all of them, a single field the first.
#[inline(never)]
pub(super) fn take(part: Part, files: Vec<CarriedFile>, text: Option<String>) {
    let sheet = part.sheet();
    let item = part.field(Field::file_item);
    let field = part.field(Field::clone);
    let target = item.as_ref().unwrap_or(&field);
    let Some(rules) = target.file_rules() else { return };
    if files.is_empty() {
        if let Some(text) = text {
            let put = Some(Entry::from(text.trim()));
            match item {
                None => sheet.set(&field.key, put),
                Some(_) => drop(items::append(&sheet, &field, |draft, item| {
                    draft.insert(&item.key, text.trim())
                })),
            }
        }
        return;
    }
    let most = if item.is_some() { files.len() } else { 1 };
    for file in files.into_iter().take(most) {
        let (sheet, field, rules, is_item) =
            (sheet.clone(), field.clone(), rules.clone(), item.is_some());
        spawn_local(async move {
            let encoded = match files::encode(file, &rules).await {
                Ok(encoded) => encoded,
                Err(refused) => return sheet.remark(&field.key, refused.to_string()),
            };
            if is_item {
                items::append(&sheet, &field, |draft, item| {
                    draft.insert(&item.key, encoded.uri);
                    draft.insert(&name_key(item), encoded.name);
                });
            } else {
                sheet.set(&name_key(&field), Some(encoded.name.into()));
                sheet.set(&field.key, Some(encoded.uri.into()));
            }
        });
    }
}
