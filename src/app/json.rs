//! The input as JSON: what will be sent, to the letter, and to be edited as such.

use leptos::prelude::*;

use super::el::{El, el, follow};
use super::studio::Studio;
use super::views::Desk;

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
            text.set(sheet.form.to_text(&sheet.draft(), &mut folded.write_value()));
            complaint.set(None);
        }
    });
    let typed = move |typed: String| {
        let sheet = studio.sheet.get_untracked();
        let read = sheet.form.from_text(&typed, &mut folded.write_value());
        complaint.set(match read {
            Ok(draft) => {
                sheet.fill_as(&draft, |now| state.set_value(now));
                None
            }
            Err(refusal) => Some([&refusal.to_string(), " The form keeps what it had."].concat()),
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

/// What differs from the model's defaults, and what the model does not know.
fn facts(studio: Studio) -> El {
    let sheet = studio.sheet.get();
    sheet.revision.track();
    let draft = sheet.draft();
    let list = |words: &'static str, names: Vec<String>| {
        let names = names.join(", ");
        (!names.is_empty())
            .then(|| el("p").class("field__hint").child(el("b").text(words)).text(names))
    };
    el("div")
        .child_if(list("Not the model's default: ", sheet.form.changed(&draft)))
        .child_if(list("Sent, though the model does not list it: ", sheet.form.unknown(&draft)))
}
