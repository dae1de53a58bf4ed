//! The input as JSON: what will be sent, to the letter, and to be edited as such.

use leptos::prelude::*;
use serde_json::Value;

use super::el::{El, el, follow};
use super::studio::Studio;
use super::views::Desk;
use crate::form::{Folded, text_of};

/// The editor, what is wrong with what was typed, and what is remarkable about it.
#[inline(never)]
pub(super) fn editor(studio: Studio, desk: Desk) -> El {
    let Desk { text, complaint, state, folded } = desk;
    follow(move || {
        // Text that stands for what is in the form stays as it was typed.
        let sheet = studio.sheet.get();
        let now = sheet.revision.get();
        if state.get_value() != now {
            state.set_value(now);
            text.set(written(&mut folded.write_value(), Value::Object(sheet.input())));
            complaint.set(None);
        }
    });
    let typed = move |typed: String| {
        complaint.set(match serde_json::from_str(&typed) {
            Ok(Value::Object(object)) => {
                let mut payload = Value::Object(object);
                folded.update_value(|folded| folded.unfold(&mut payload));
                let sheet = studio.sheet.get_untracked();
                if let Value::Object(payload) = payload {
                    let draft = sheet.form.draft_of(&payload);
                    sheet.fill_as(&draft, |now| state.set_value(now));
                }
                None
            }
            Ok(_) => Some("The input has to be a JSON object: { … }.".to_owned()),
            Err(error) => {
                let (line, column) = (error.line().to_string(), error.column().to_string());
                let place = ["line ", &line, ", column ", &column].concat();
                Some(
                    [
                        "This is not JSON: it goes wrong at ",
                        &place,
                        ". The form keeps what it had.",
                    ]
                    .concat(),
                )
            }
        });
        text.set(typed);
    };
    let area = el("textarea")
        .class("code")
        .attr("rows", "18")
        .attr("spellcheck", "false")
        .attr("aria-label", "JSON")
        .attr("aria-describedby", "json-problem json-facts")
        .live_attr("aria-invalid", move || complaint.get().map(|_| "true".to_owned()))
        .value(move || text.get())
        .on_text("input", typed);
    el("div")
        .class("field")
        .child(area)
        .child(
            el("p")
                .class("field__problem")
                .attr("id", "json-problem")
                .attr("role", "status")
                .live_text(move || complaint.get().unwrap_or_default()),
        )
        .child(el("div").attr("id", "json-facts").live(move || Some(facts(studio))))
}

/// A payload as text, files folded.
pub(super) fn written(folded: &mut Folded, mut payload: Value) -> String {
    folded.fold(&mut payload);
    // The alternate form is the indented one.
    format!("{payload:#}")
}

/// What differs from the model's defaults, and what the model does not know.
fn facts(studio: Studio) -> El {
    let sheet = studio.sheet.get();
    sheet.revision.track();
    let draft = sheet.draft();
    let changes: Vec<String> = sheet
        .form
        .changes(&draft)
        .into_iter()
        .map(|change| match change.default {
            Some(default) => [&change.title, " (default ", &text_of(&default), ")"].concat(),
            None => change.title,
        })
        .collect();
    let list = |words: &'static str, names: Vec<String>| {
        let names = names.join(", ");
        (!names.is_empty())
            .then(|| el("p").class("field__hint").child(el("b").text(words)).text(names))
    };
    el("div")
        .child_if(list("Not the model's default: ", changes))
        .child_if(list("Sent, though the model does not list it: ", sheet.form.unknown(&draft)))
}
