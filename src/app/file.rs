//! A field that takes a file: picked, dropped or pasted, or its URL.

use leptos::ev::{ClipboardEvent, DragEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::field::Part;
use super::sheet::Sheet;
use super::{on, words};
use crate::browser::files::{self, CarriedFile};
use crate::form::{Control, Field};
use crate::schema::Medium;

/// The drop target, with the picker and the URL in it.
pub(super) fn file(part: Part, medium: Medium) -> AnyView {
    let over = RwSignal::new(false);
    let hover = move |ev: &DragEvent, is_over: bool| {
        ev.prevent_default();
        over.set(is_over);
    };
    let drop = move |ev: &DragEvent| {
        hover(ev, false);
        let (file, text) = files::carried(ev.data_transfer());
        part.field(|field| take(&part.sheet(), field, medium, file, text));
    };
    view! {
        <div
            class=move || if over.get() { "file file--over" } else { "file" }
            on:dragover=drag(move |ev| hover(ev, true))
            on:dragleave=drag(move |ev| hover(ev, false))
            on:drop=drag(drop)
        >
            <div class="file__drop">
                <input
                    type="file"
                    class="file__input"
                    id=part.id("field")
                    name=part.path()
                    accept=files::accept(medium)
                    aria-label=part.title()
                    aria-describedby=part.described_by()
                    aria-invalid=move || part.invalid()
                    on:change=on::event(move |ev| {
                        let file = files::picked(ev);
                        part.field(|field| take(&part.sheet(), field, medium, file, None));
                    })
                />
                {move || choice(part, medium)}
            </div>
            <input
                type="text"
                inputmode="url"
                name=part.path()
                placeholder=Some("or paste a URL".to_owned())
                aria-label=format!("{} URL", part.title())
                aria-describedby=part.described_by()
                aria-invalid=move || part.invalid()
                prop:value=move || {
                    let entry = part.entry();
                    if entry.starts_with("data:") { String::new() } else { entry }
                }
                on:input=on::text(move |text| if text.is_empty() { part.clear() } else { part.set(text) })
            />
        </div>
    }
    .into_any()
}

fn drag(act: impl Fn(&DragEvent) + 'static) -> Box<dyn FnMut(DragEvent)> {
    Box::new(move |event| act(&event))
}

/// What was chosen, as it will be sent; or what to do.
fn choice(part: Part, medium: Medium) -> AnyView {
    let uri = part.entry();
    if !uri.starts_with("data:") {
        return view! { <span class="file__ask">"Choose a file, drop it here or paste it"</span> }
            .into_any();
    }
    let cell = part.sheet().cell(&part.path()).cloned();
    let name = cell.and_then(|cell| cell.file_name.get()).unwrap_or_default();
    let size = format!("{} as sent", words::bytes(uri.len()));
    let thumb = (medium == Medium::Image).then(|| {
        view! { <img class="file__thumb" src=uri alt="Preview of the chosen file" /> }.into_any()
    });
    let remove = format!("Remove {}", part.title());
    view! {
        {thumb}
        <span class="file__facts">
            <span class="file__name">{name}</span>
            <span class="file__size">{size}</span>
        </span>
        <button type="button" class="file__remove" aria-label=remove on:click=on::click(move || part.clear())>
            "Remove"
        </button>
    }
    .into_any()
}

/// Takes a file out of a paste; text is left to the control it was pasted into.
pub(super) fn pasted(ev: &ClipboardEvent, sheet: &Sheet, field: &Field) {
    let (Control::File(medium), (Some(file), _)) =
        (field.control(), files::carried(ev.clipboard_data()))
    else {
        return;
    };
    ev.prevent_default();
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
