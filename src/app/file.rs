//! A field that takes a file: picked, dropped or pasted, or its URL.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::field::Part;
use super::sheet::Sheet;
use super::words;
use crate::browser::files::{self, CarriedFile};
use crate::form::{Control, Field};
use crate::schema::Medium;

/// The drop target, with the picker and the URL in it.
pub(super) fn file(part: Part, medium: Medium) -> El {
    let over = RwSignal::new(false);
    let hover = move |event: &Event, is_over: bool| {
        event.prevent_default();
        over.set(is_over);
    };
    let drop = move |event: Event| {
        hover(&event, false);
        let (file, text) = files::carried(&event);
        part.field(|field| take(&part.sheet(), field, medium, file, text));
    };
    let class = move || if over.get() { "file file--over" } else { "file" };
    let input = el("input")
        .attr("type", "file")
        .class("file__input")
        .attr("accept", files::accept(medium))
        .attr("aria-label", part.title())
        .on("change", move |event| {
            let file = files::picked(&event);
            part.field(|field| take(&part.sheet(), field, medium, file, None));
        });
    let picker = el("div")
        .class("file__drop")
        .child(part.control(input))
        .live(move || Some(choice(part, medium)));
    el("div")
        .live_attr("class", move || Some(class().to_owned()))
        .on("dragover", move |event| hover(&event, true))
        .on("dragleave", move |event| hover(&event, false))
        .on("drop", drop)
        .child(picker)
        .child(url(part))
}

fn url(part: Part) -> El {
    let shown = move || match part.entry() {
        uri if uri.starts_with("data:") => String::new(),
        url => url,
    };
    part.named(el("input").attr("type", "text").attr("inputmode", "url"))
        .attr("placeholder", "or paste a URL")
        .attr("aria-label", format!("{} URL", part.title()))
        .value(shown)
        .on_text("input", move |text| part.set(text))
}

/// What was chosen, as it will be sent; or what to do.
fn choice(part: Part, medium: Medium) -> El {
    let uri = part.entry();
    if !uri.starts_with("data:") {
        let ask = "Choose a file, drop it here or paste it";
        return el("span").class("file__ask").text(ask);
    }
    let sheet = part.sheet();
    let name = sheet.margin(&part.path()).file_name.unwrap_or_default();
    let size = format!("{} as sent", words::bytes(uri.len()));
    let thumb = (medium == Medium::Image).then(|| {
        let alt = "Preview of the chosen file";
        el("img").class("file__thumb").attr("alt", alt).attr("src", uri)
    });
    let facts = el("span")
        .class("file__facts")
        .child(el("span").class("file__name").text(name))
        .child(el("span").text(size));
    let remove = el("button")
        .attr("type", "button")
        .class("file__remove")
        .attr("aria-label", format!("Remove {}", part.title()))
        .click(move || part.clear())
        .text("Remove");
    el("div").class("file__choice").child_if(thumb).child(facts).child(remove)
}

/// Takes a file out of a paste; text is left to the control it was pasted into.
pub(super) fn pasted(event: &Event, sheet: &Sheet, field: &Field) {
    let (Control::File(medium), (Some(file), _)) = (field.control(), files::carried(event)) else {
        return;
    };
    event.prevent_default();
    take(sheet, field, medium, Some(file), None);
}

/// Puts a file or a URL into the field, or says there why not; the rest of the form stays.
fn take(
    sheet: &Sheet,
    field: &Field,
    medium: Medium,
    file: Option<CarriedFile>,
    text: Option<String>,
) {
    let (sheet, path) = (sheet.clone(), field.path.clone());
    let Some(file) = file else {
        if let Some(text) = text {
            sheet.set(&path, Some(text.trim().to_owned()));
        }
        return;
    };
    spawn_local(async move {
        match files::encode(file, medium).await {
            Ok(encoded) => sheet.set_file(&path, encoded.uri, encoded.name),
            Err(refused) => sheet.remark(&path, refused.to_string()),
        }
    });
}
