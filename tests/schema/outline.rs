//! A model as text, with everything that is known of it.

use std::fmt::Write;
use std::sync::Arc;

use flux_studio::schema::{
    ExtraKeys, FileRules, ItemRules, Model, Notice, Property, Range, Shape, TextRules,
};
use serde_json::Value;

/// `name* “Title” shape = default ~ examples: description`; `*` is required, `?` nullable, `!`
/// important, `-` hidden. What is in a field stands below it; the name of an item is its place's.
pub(crate) fn outline(model: &Model, notices: &[Notice]) -> String {
    let mut text = String::new();
    if model.extra == ExtraKeys::Refused {
        text.push_str("closed\n");
    }
    lines(&model.inputs, "", 0, &mut text);
    for notice in notices {
        let words = notice.message.split([',', ' ', ':']).collect::<Vec<_>>();
        let why = match &words[..] {
            ["This", "nests", ..] => "too deep",
            ["This", "contains", ..] => "contains itself",
            ["The", "document", "allows", ..] => "too many",
            ["The", "document", "describes", ..] => "tangle",
            ["The", "document", "does", ..] => "contradiction",
            ["The", "document", "refers", ..] => "dangling",
            _ => notice.message,
        };
        writeln!(text, "! {}: {why}", notice.path).unwrap();
    }
    text.trim_end().to_owned()
}

fn lines(properties: &[Arc<Property>], place: &str, depth: usize, text: &mut String) {
    for property in properties {
        let mark = |on: bool, mark| if on { mark } else { "" };
        let indent = "  ".repeat(depth);
        let name = if property.name.is_empty() { place } else { &property.name };
        write!(text, "{indent}{name}").unwrap();
        for (on, sign) in [
            (property.required, "*"),
            (property.nullable, "?"),
            (property.important, "!"),
            (property.hidden, "-"),
        ] {
            text.push_str(mark(on, sign));
        }
        if !property.title.is_empty() {
            write!(text, " “{}”", property.title).unwrap();
        }
        let (shape, place, inner) = shape(&property.shape);
        write!(text, " {shape}").unwrap();
        if let Some(default) = &property.default {
            write!(text, " = {default}").unwrap();
        }
        if !property.examples.is_empty() {
            write!(text, " ~ {}", Value::Array(property.examples.clone())).unwrap();
        }
        if !property.description.is_empty() {
            write!(text, ": {}", property.description.replace('\n', "¶")).unwrap();
        }
        if property.notice.is_some() {
            text.push_str(" (!)");
        }
        text.push('\n');
        lines(inner, place, depth + 1, text);
    }
}

fn shape(shape: &Shape) -> (String, &'static str, &[Arc<Property>]) {
    let list = |choices: &[Value]| Value::Array(choices.to_vec()).to_string();
    match shape {
        Shape::Text(rules) => (words(rules), "", &[]),
        Shape::Number(range) => (limits(range), "", &[]),
        Shape::Boolean => ("switch".to_owned(), "", &[]),
        Shape::Choice(choices) => (list(choices), "", &[]),
        Shape::Suggested(choices, rules) => {
            (format!("{} or {}", list(choices), words(rules)), "", &[])
        }
        Shape::Preset { choices, custom } => (format!("{} or", list(choices)), "", custom),
        Shape::File(rules) => (file(rules), "", &[]),
        Shape::List(item, rules) => {
            (format!("list{}", items(rules)), "each", std::slice::from_ref(item))
        }
        Shape::Tuple(places) => ("tuple".to_owned(), "", places),
        Shape::Object(inner, ExtraKeys::Allowed) => ("object".to_owned(), "", inner),
        Shape::Object(inner, ExtraKeys::Refused) => ("closed object".to_owned(), "", inner),
        Shape::Map(value) => ("map".to_owned(), "each", std::slice::from_ref(value)),
        Shape::Union(branches) => ("one of".to_owned(), "|", branches),
        Shape::Any => ("anything".to_owned(), "", &[]),
        Shape::Json => ("JSON".to_owned(), "", &[]),
    }
}

fn words(rules: &TextRules) -> String {
    let mut text = if rules.long { "long text" } else { "text" }.to_owned();
    span(rules.min_length, rules.max_length, &mut text);
    if let Some(pattern) = &rules.pattern {
        write!(text, " /{pattern}/").unwrap();
    }
    text
}

fn items(rules: &ItemRules) -> String {
    let mut text = String::new();
    span(rules.min, rules.max, &mut text);
    text.push_str(if rules.unique { " unique" } else { "" });
    text
}

fn span(least: Option<usize>, most: Option<usize>, text: &mut String) {
    let end = |end: Option<usize>| end.map_or(String::new(), |end| end.to_string());
    if least.or(most).is_some() {
        write!(text, " {}..{}", end(least), end(most)).unwrap();
    }
}

fn file(rules: &FileRules) -> String {
    let limits = rules.words();
    let gap = if limits.is_empty() { "" } else { ", " };
    format!("{:?} file{gap}{limits}", rules.medium)
}

fn limits(range: &Range) -> String {
    let mut text = if range.integer { "integer" } else { "number" }.to_owned();
    for (limit, signs) in [(&range.min, [">", "≥"]), (&range.max, ["<", "≤"])] {
        if let Some(limit) = limit {
            let sign = signs[usize::from(limit.inclusive)];
            write!(text, " {sign}{}", limit.value.text).unwrap();
        }
    }
    for (grain, sign) in [(&range.multiple_of, "n×"), (&range.step, "step ")] {
        if let Some(grain) = grain {
            write!(text, " {sign}{}", grain.text).unwrap();
        }
    }
    text
}
