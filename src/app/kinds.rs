//! A value of one of several kinds: which kind, and its field. What was entered as another kind
//! stays there.

use leptos::prelude::*;

use super::controls::radiogroup;
use super::el::{El, el};
use super::field::field_view;
use super::part::{Part, Role};
use crate::form::Field;
use crate::schema::Shape;

/// The choice of a kind, and the field of the one that is chosen.
#[inline(never)]
pub(super) fn kinds(part: Part) -> El {
    let titles: Vec<String> = part.field(|field| match &field.property.shape {
        Shape::Union(branches) => branches.iter().map(|branch| branch.title.clone()).collect(),
        _ => Vec::new(),
    });
    let choice = |(index, title): (usize, String)| {
        // A name of its own: the value's own radios, if it has any, are another group.
        let name = [&part.field(Field::path), "|kind"].concat();
        let input = el("input").attr("type", "radio").attr("value", index.to_string());
        let input =
            part.bind(part.keyed(input).attr("name", name), Role::Option(index.to_string()));
        el("label").class("radio").child(input).text(title)
    };
    let choices: Vec<El> = titles.into_iter().enumerate().map(choice).collect();
    let chosen = Memo::new(move |_| {
        let entry = part.entry().and_then(|entry| entry.parse().ok());
        entry.or_else(|| part.field(Field::default_branch))
    });
    let branch = move || {
        let branch = part.field(|field| field.branch(chosen.get()?))?;
        Some(el("div").class("group").child(field_view(branch, &part.sheet())))
    };
    el("div").class("kinds").child(radiogroup(part, "radios", choices)).live(branch)
}
