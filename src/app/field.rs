//! A field: its label, its control, and its help.

use super::el::{El, el};
use super::part::{Part, Role, has_help, tool};
use super::sheet::Sheet;
use super::{controls, file, items, kinds, presets};
use crate::form::{Control, Field, Need};
use crate::schema::{FileRules, Span, spans};

/// The view of a field and what is in it.
pub(super) fn field_view(field: Field, sheet: &Sheet) -> El {
    let control = field.control();
    let part = Part::new(field, sheet);
    let (labels, aside, control) = match control {
        Control::Line => (true, None, Some(controls::line(part))),
        Control::Text => (true, None, Some(controls::text(part, "5"))),
        Control::Json => (true, None, Some(controls::text(part, "3"))),
        Control::Number(slider) => {
            let number = controls::number(part, slider);
            (true, Some(number), slider.map(|slider| controls::slider(part, slider)))
        }
        Control::Seed => (true, None, Some(controls::seed(part))),
        Control::Switch => (true, Some(controls::switch(part)), None),
        Control::Radios => (false, None, Some(controls::radios(part))),
        Control::List => (true, None, Some(controls::list(part))),
        Control::Search => (true, None, Some(controls::search(part))),
        Control::Several => (false, None, Some(controls::several(part))),
        Control::Presets => (false, Some(presets::readout(part)), Some(presets::presets(part))),
        Control::File(medium) => (false, None, Some(file::file(part, medium))),
        Control::Items | Control::Map => {
            (false, Some(items::allowed(part)), Some(items::items(part)))
        }
        Control::Union => (false, None, Some(kinds::kinds(part))),
        Control::Group => (false, None, Some(group(part))),
    };
    frame(part, labels, aside, control)
}

/// The fields of an object.
pub(super) fn group(part: Part) -> El {
    let sheet = part.sheet();
    let children = part.field(Field::children);
    el("div")
        .class("group")
        .attr("role", "group")
        .attr("aria-label", part.title())
        .children(children.into_iter().map(|child| field_view(child, &sheet)))
}

/// Label and what stands beside it, control, help, problem. `labels` says whether the label
/// belongs to a single control; a group names itself.
fn frame(part: Part, labels: bool, aside: Option<El>, control: Option<El>) -> El {
    let title = match labels {
        true => el("label").attr("for", part.id("field")),
        false => el("span").attr("id", part.id("title")),
    };
    let (need, has_null) = part.field(|field| {
        // Where null is what the server takes by itself, unset says the same.
        (field.need, field.property.nullable && field.property.default.is_some())
    });
    let mark = (need == Need::Required)
        .then(|| el("span").class("field__mark").attr("aria-hidden", "true").text("*"));
    let null = has_null.then(|| {
        let button = tool(part, "null", ["Send null for ", &part.title()].concat(), "∅");
        let title = "Send null: none at all, instead of the default";
        part.bind(button.attr("title", title).attr("aria-pressed", "false"), Role::Null)
    });
    let head = el("div")
        .class("field__head")
        .child(title.class("field__title").text(part.title()).child_if(mark))
        .child_if(null)
        .child_if(aside);
    let head = if need == Need::Optional { part.bind(head, Role::Head) } else { head };
    let frame = el("div").class("field").child(head).child_if(control).child_if(hint(part));
    part.bind(frame, Role::Frame).keep(part)
}

/// The help of a field: what its authors say, what a file may be like, why there is but JSON.
fn hint(part: Part) -> Option<El> {
    part.field(|field| {
        let property = &field.property;
        let limits = field.file_rules().map(FileRules::words).unwrap_or_default();
        let notice = property.notice.unwrap_or_default();
        if !has_help(field) {
            return None;
        }
        let hint = el("p").class("field__hint").attr("id", part.id("hint"));
        let hint = spans(&property.description).into_iter().fold(hint, described);
        let lines = [limits.as_str(), notice].into_iter().filter(|line| !line.is_empty());
        Some(
            lines.fold(hint, |hint, line| hint.child(el("span").class("field__limits").text(line))),
        )
    })
}

fn described(hint: El, span: Span<'_>) -> El {
    let (tag, text, target) = match span {
        Span::Text(text) => return hint.text(text),
        Span::Code(text) => ("code", text, None),
        Span::Strong(text) => ("b", text, None),
        Span::Link(text, target) => ("a", text, Some(target)),
    };
    let link = target.is_some();
    let span = el(tag).maybe("href", target).text(text);
    hint.child(if link {
        span.attr("target", "_blank").attr("rel", "noopener noreferrer")
    } else {
        span
    })
}
