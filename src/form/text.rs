//! The input as text that a person reads and edits, and texts that may be one.

use std::fmt;

use serde_json::{Map, Value};

use super::{Draft, Folded, Form, text_of};

/// Why a text is no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAnInput {
    /// It is no JSON from this line and column on.
    NotJson(usize, usize),
    /// It is JSON, but no object.
    NotAnObject,
}

/// What a pasted text is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// A command or a program that runs curl.
    Command,
    /// A model's OpenAPI document.
    Document,
    /// An input for this form.
    Input,
}

impl fmt::Display for NotAnInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson(line, column) => {
                write!(f, "This is not JSON: it goes wrong at line {line}, column {column}.")
            }
            Self::NotAnObject => f.write_str("The input has to be a JSON object: { … }."),
        }
    }
}

impl Form {
    /// What a draft would send, indented, with files folded.
    pub fn to_text(&self, draft: &Draft, folded: &mut Folded) -> String {
        let mut input = Value::Object(self.read(draft).input);
        folded.fold(&mut input);
        // The alternate form is the indented one.
        format!("{input:#}")
    }

    /// The draft that such a text stands for, files put back.
    ///
    /// # Errors
    /// When the text is no JSON object.
    pub fn from_text(&self, text: &str, folded: &mut Folded) -> Result<Draft, NotAnInput> {
        let mut input: Value = serde_json::from_str(text)
            .map_err(|error| NotAnInput::NotJson(error.line(), error.column()))?;
        folded.unfold(&mut input);
        let Value::Object(input) = input else { return Err(NotAnInput::NotAnObject) };
        Ok(self.draft_of(&input))
    }

    /// What a pasted text is meant for, when it is more than text. JSON that has nothing to do with
    /// this form may well be a prompt, and so may “curl the ribbon”.
    pub fn meaning(&self, text: &str) -> Option<Meaning> {
        let runs = |line: &str| line.trim_start().starts_with("curl ") || line.contains("$(curl ");
        if text.contains("://") && text.contains(" -") && text.lines().any(runs) {
            return Some(Meaning::Command);
        }
        if !text.trim_start().starts_with('{') {
            return None;
        }
        let object: Map<String, Value> = serde_json::from_str(text).ok()?;
        if object.contains_key("openapi") && object.contains_key("paths") {
            return Some(Meaning::Document);
        }
        let input = object.get("input").and_then(Value::as_object).unwrap_or(&object);
        let is_known = |name: &String| self.fields.iter().any(|field| field.name() == name);
        input.keys().any(is_known).then_some(Meaning::Input)
    }

    /// The labels of what will be sent and is not the model's default, with the default in brackets.
    pub fn changed(&self, draft: &Draft) -> Vec<String> {
        let changes = self.changes(draft).into_iter();
        let words = changes.map(|change| match change.default {
            Some(default) => [&change.title, " (default ", &text_of(&default), ")"].concat(),
            None => change.title,
        });
        words.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{FIRST, read};

    fn flux() -> Form {
        Form::new(&read(FIRST).unwrap().0, |_, _| true)
    }

    #[test]
    fn what_is_more_than_text_is_told_by_its_looks() {
        for (text, expected) in [
            ("curl https://queue.fal.run/a/b -d '{}'", Some(Meaning::Command)),
            ("#!/bin/sh\nset -eu\n  curl -sS 'https://x'\n", Some(Meaning::Command)),
            ("response=$(curl --request POST https://x)", Some(Meaning::Command)),
            ("curl the ribbon", None),
            ("a fox", None),
            ("{a fox}", None),
            (r#"{"fox": 1}"#, None),
            (r#" {"seed": 1}"#, Some(Meaning::Input)),
            (r#"{"input": {"prompt": "x"}, "logs": true}"#, Some(Meaning::Input)),
            (r#"{"openapi": "3.0.4", "paths": {}}"#, Some(Meaning::Document)),
        ] {
            assert_eq!(flux().meaning(text), expected, "{text}");
        }
    }

    #[test]
    fn an_input_is_the_same_both_ways() {
        let text = "{\n  \"prompt\": \"a fox\",\n  \"seed\": 123456789012345678901234567890,\n  \"more\": [1, 2.50]\n}";
        let (form, mut folded) = (flux(), Folded::default());
        let draft = form.from_text(text, &mut folded).unwrap();
        let again = form.to_text(&draft, &mut folded);
        assert_eq!(again.replace(char::is_whitespace, ""), text.replace(char::is_whitespace, ""));
        assert_eq!(form.changed(&draft), ["Prompt", "Seed"]);
        for (text, sentence) in [
            ("{\n \"a\": }", "This is not JSON: it goes wrong at line 2, column 7."),
            ("[]", "The input has to be a JSON object: { … }."),
        ] {
            let refusal = form.from_text(text, &mut folded).unwrap_err();
            assert_eq!(refusal.to_string(), sentence);
        }
    }
}
