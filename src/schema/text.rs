//! Words out of a schema made fit for a person: labels from names, descriptions without the
//! indentation of the source code they were written in.

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
    title
}

/// Joins wrapped lines, keeps paragraphs, and drops the sentence that only repeats the default,
/// which the form shows anyway.
pub(super) fn description_of(raw: &str) -> String {
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in raw.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs
        .iter()
        .map(|paragraph| without_default_sentence(paragraph).trim())
        .filter(|paragraph| !paragraph.is_empty())
        .collect::<Vec<&str>>()
        .join("\n")
}

fn without_default_sentence(paragraph: &str) -> &str {
    match paragraph.find("Default value: ") {
        Some(at) => paragraph.get(..at).unwrap_or(paragraph),
        None => paragraph,
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
    }
}
