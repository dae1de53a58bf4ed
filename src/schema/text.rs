//! Words out of a schema made fit for a person: labels from names, descriptions without the
//! indentation of the source code they were written in.

use serde_json::Value;

/// `num_inference_steps` → `Num Inference Steps`, as FastAPI titles it.
pub(super) fn title_of(name: &str) -> String {
    let mut title = String::with_capacity(name.len());
    for word in name.split('_').filter(|word| !word.is_empty()) {
        if !title.is_empty() {
            title.push(' ');
        }
        let mut letters = word.chars();
        title.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        title.push_str(letters.as_str());
    }
    if title.is_empty() { name.to_owned() } else { title }
}

/// Joins wrapped lines, keeps paragraphs and list items, and drops the sentence that only repeats
/// the default, which the form shows anyway.
pub(super) fn description_of(raw: &str) -> String {
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in raw.lines().map(str::trim) {
        let is_item = line.starts_with("- ") || line.starts_with("* ");
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() && !is_item => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(line.to_owned()),
        }
    }
    paragraphs
        .iter()
        .map(|paragraph| without_default_sentence(paragraph))
        .filter(|paragraph| !paragraph.is_empty())
        .collect::<Vec<String>>()
        .join("\n")
}

/// The sentence ends with its value: in quotes of code, or at the next blank.
fn without_default_sentence(paragraph: &str) -> String {
    let Some((before, rest)) = paragraph.split_once("Default value: ") else {
        return paragraph.trim().to_owned();
    };
    let after = match rest.strip_prefix('`').and_then(|rest| rest.split_once('`')) {
        Some((_, after)) => after,
        None => rest.split_once(' ').map_or("", |(_, after)| after),
    };
    let after = after.strip_prefix('.').unwrap_or(after);
    [before.trim(), after.trim()].join(" ").trim().to_owned()
}

/// A literal as it is typed and as it stands in a control's `value`.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_titles() {
        for (name, title) in [
            ("prompt", "Prompt"),
            ("num_inference_steps", "Num Inference Steps"),
            ("_x__y", "X Y"),
            ("__", "__"),
            ("", ""),
        ] {
            assert_eq!(title_of(name), title);
        }
    }

    #[test]
    fn descriptions_lose_their_source_code_indentation() {
        let raw =
            "\n    The size of the\n    picture.\n\n    Second paragraph. Default value: `3`\n";
        assert_eq!(description_of(raw), "The size of the picture.\nSecond paragraph.");
        assert_eq!(description_of("Default value: `jpeg`"), "");
        assert_eq!(description_of("A. Default value: `0.5`. B."), "A. B.");
        assert_eq!(description_of("A. Default value: 0.5 B."), "A. B.");
        assert_eq!(description_of("Either\n  - one\n  - or\n    two"), "Either\n- one\n- or two");
    }
}
