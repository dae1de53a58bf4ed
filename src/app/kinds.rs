//! A value of one of several kinds: which kind, and its field. What was entered as another kind
//! stays there.

use leptos::prelude::*;

use super::controls::{radio, radiogroup};
use super::el::{El, el};
use super::field::{Part, field_view};
use crate::form::Field;
use crate::schema::Shape;

/// The choice of a kind, and the field of the one that is chosen.
pub(super) fn kinds(part: Part) -> El {
    let titles: Vec<String> = part.field(|field| match &field.property.shape {
        Shape::Union(branches) => branches.iter().map(|branch| branch.title.clone()).collect(),
        _ => Vec::new(),
    });
    let choice = |(index, title): (usize, String)| {
        el("label").class("radio").child(radio(part, index.to_string(), |_| {})).text(title)
    };
    let choices: Vec<El> = titles.into_iter().enumerate().map(choice).collect();
    let chosen = Memo::new(move |_| {
        let entry = part.entry_with(|entry| entry.and_then(|entry| entry.as_str().parse().ok()));
        entry.or_else(|| part.field(Field::default_branch))
    });
    let branch = move || {
        let branch = part.field(|field| field.branch(chosen.get()?))?;
        let sheet = part.sheet();
        // Under the label of the whole: what is entered there chooses the kind as well.
        Some(
            el("div")
                .class("group")
                .on("input", move |_| choose(part, chosen.get_untracked()))
                .child(field_view(branch, &sheet)),
        )
    };
    el("div").class("kinds").child(radiogroup(part, "radios", choices)).live(branch)
}

/// The kind that is the default's is only shown as chosen until somebody enters a value of it.
fn choose(part: Part, kind: Option<usize>) {
    let is_chosen = part.entry_with(|entry| entry.is_some());
    if let Some(kind) = kind.filter(|_| !is_chosen) {
        part.set(kind.to_string());
    }
}
