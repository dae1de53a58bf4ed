//! What came of a job, part by part: files in their viewers, texts, facts, and JSON for the rest.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::pictures::figure;
use super::words;
use crate::browser::{dom, files};
use crate::queue::{Output, Part, Shown, pretty, shortened};

/// Longest file name made of a prompt, in characters.
const NAME: usize = 60;

/// The most bytes of a text that are shown. The rest of it can be copied and saved.
const READABLE: usize = 16 * 1024;

/// The parts of a result and the facts about them.
pub(super) fn outputs(title: &str, mut output: Output) -> El {
    let size = output.files().find_map(|file| file.size);
    let size = size.map(|(width, height)| format!("{width} × {height}"));
    let seed = output.seed.as_ref().map(|seed| format!("seed {seed}"));
    let time = output.inference_seconds.as_deref().map(|seconds| {
        let shown = seconds
            .split_once('.')
            .and_then(|(_, decimals)| seconds.len().checked_sub(decimals.len().saturating_sub(2)));
        format!("{} s of inference", shown.and_then(|end| seconds.get(..end)).unwrap_or(seconds))
    });
    let mut facts: Vec<String> = [size, seed, time].into_iter().flatten().collect();
    let stem = stem(title, output.seed.as_deref());
    let several = output.files().nth(1).is_some();
    // Many models tell the prompt back.
    let is_echo = |part: &Part| {
        let asked = |text: &String| text.trim() == title.trim();
        part.name == "prompt" && matches!(&part.value, Shown::Text(text) if asked(text))
    };
    let count = output.parts.iter().filter(|part| !is_echo(part)).count();
    let note = match (count, output.left_out) {
        (0, _) => Some("The model answered without a result.".to_owned()),
        (_, 0) => None,
        (_, more) => Some(format!("{more} more parts of the answer are not shown.")),
    };
    let mut number = 0;
    let mut shown = el("div").class("pictures");
    for part in output.parts {
        if is_echo(&part) {
            continue;
        }
        let Part { name, value } = part;
        let label = words::literal(&name);
        let view = match value {
            Shown::Fact(fact) => {
                facts.push(joined(label, ": ", &fact));
                continue;
            }
            Shown::File(file) => {
                number += 1;
                let stem = if several {
                    joined(stem.clone(), "-", &number.to_string())
                } else {
                    stem.clone()
                };
                let name = joined(stem, ".", file.extension());
                figure(title, label, file, name)
            }
            Shown::Text(text) => {
                let head = el("p").class("reading__name").text(label.clone());
                let block = el("div").attr("role", "group").attr("aria-label", label);
                let part = shortened(&text, READABLE);
                reading(block.child(head), part, text, joined(stem.clone(), "", ".txt"))
            }
            Shown::Json(json) => {
                let head = el("summary").class("reading__name").text(label);
                let block = el("details").maybe("open", (count == 1).then(String::new)).child(head);
                let part = pretty(&json, READABLE);
                reading(block, part, json, joined(stem.clone(), "", ".json"))
            }
        };
        shown = shown.child(view);
    }
    let chip = |fact: String| el("li").class("chip").text(fact);
    el("div")
        .class("result")
        .child(el("ul").class("chips").children(facts.into_iter().map(chip)))
        .child(shown)
        .child_if(note.map(|note| el("p").class("job__note").text(note)))
}

fn joined(mut start: String, between: &str, end: &str) -> String {
    start.push_str(between);
    start.push_str(end);
    start
}

/// A text to read, or as much of it as is good to have in a page.
fn reading(block: El, shown: String, whole: String, file: String) -> El {
    let whole = StoredValue::new(whole);
    let copied = RwSignal::new(false);
    let copy = move || {
        spawn_local(async move {
            copied.set(dom::copy(&whole.get_value()).await);
        });
    };
    let button = || el("button").attr("type", "button");
    let name = move || if copied.get() { "Copied" } else { "Copy" }.to_owned();
    let copy = dom::can_copy().then(|| button().click(copy).live_text(name));
    let save = move || files::download_text(&whole.get_value(), &file);
    // What scrolls has to be reachable by key.
    let text = el("pre").class("reading__text").attr("tabindex", "0").text(shown);
    let actions = el("div").class("reading__actions");
    let actions = actions.child_if(copy).child(button().click(save).text("Download"));
    block.class("reading").child(text).child(actions)
}

/// A file name that says what the result is and can be found again by its seed.
fn stem(title: &str, seed: Option<&str>) -> String {
    let plain = |c: char| if c.is_ascii() && !c.is_ascii_alphanumeric() { ' ' } else { c };
    let words: String = title.chars().take(NAME).map(plain).collect();
    let words: Vec<&str> = words.split_whitespace().chain(seed).collect();
    words.join("-")
}
