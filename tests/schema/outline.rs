//! A model as text, with everything that is known of it.

use std::fmt::Write;

use flux_studio::schema::{Limit, Model, Notice, Property, Range, Shape};
use serde_json::Value;

/// `name* “Title” shape = default ~ examples: description`; `*` is required, `?` nullable.
pub(crate) fn outline(model: &Model, notices: &[Notice]) -> String {
    let mut text = String::new();
    lines(&model.inputs, 0, &mut text);
    for notice in notices {
        assert_eq!(notice.message, "No control fits this schema, so the field is edited as JSON.");
        writeln!(text, "! {}", notice.path).unwrap();
    }
    text.trim_end().to_owned()
}

fn lines(properties: &[Property], depth: usize, text: &mut String) {
    for property in properties {
        let mark = |on: bool, mark| if on { mark } else { "" };
        let (required, nullable) = (mark(property.required, "*"), mark(property.nullable, "?"));
        let (shape, inner) = shape(&property.shape);
        let indent = "  ".repeat(depth);
        let (name, title) = (&property.name, &property.title);
        write!(text, "{indent}{name}{required}{nullable} “{title}” {shape}").unwrap();
        if let Some(default) = &property.default {
            write!(text, " = {default}").unwrap();
        }
        if !property.examples.is_empty() {
            write!(text, " ~ {}", Value::Array(property.examples.clone())).unwrap();
        }
        if !property.description.is_empty() {
            write!(text, ": {}", property.description.replace('\n', "¶")).unwrap();
        }
        text.push('\n');
        lines(inner, depth + 1, text);
    }
}

fn shape(shape: &Shape) -> (String, &[Property]) {
    let list = |choices: &[Value]| Value::Array(choices.to_vec()).to_string();
    match shape {
        Shape::Text(rules) => {
            let long = if rules.long { "long text" } else { "text" };
            let end = |end: Option<usize>| end.map_or(String::new(), |end| end.to_string());
            match (rules.min_length, rules.max_length) {
                (None, None) => (long.to_owned(), &[]),
                (least, most) => (format!("{long} {}..{}", end(least), end(most)), &[]),
            }
        }
        Shape::Integer(range) => (format!("integer{}", limits(range)), &[]),
        Shape::Number(range) => (format!("number{}", limits(range)), &[]),
        Shape::Boolean => ("switch".to_owned(), &[]),
        Shape::Choice(choices) => (list(choices), &[]),
        Shape::Preset { choices, custom } => (format!("{} or", list(choices)), custom),
        Shape::File(medium) => (format!("{medium:?} file"), &[]),
        Shape::Object(inner) => ("object".to_owned(), inner),
        Shape::Json => ("JSON".to_owned(), &[]),
    }
}

fn limits<T: std::fmt::Display>(range: &Range<T>) -> String {
    let mut text = String::new();
    let mut limit = |limit: &Option<Limit<T>>, signs: [&str; 2]| {
        if let Some(limit) = limit {
            let sign = signs[usize::from(limit.inclusive)];
            write!(text, " {sign}{}", limit.value).unwrap();
        }
    };
    limit(&range.min, [">", "≥"]);
    limit(&range.max, ["<", "≤"]);
    if let Some(of) = &range.multiple_of {
        write!(text, " n×{of}").unwrap();
    }
    text
}
