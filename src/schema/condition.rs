//! What a document asks of a whole input: formats, `not`, `if`, how many keys of which names, how many
//! items of a kind, that only one of several kinds fits.
//!
//! This room owns the evaluation of JSON Schema 2020-12 against a value, as far as inputs use it, and
//! the words for what is wrong. It refuses to know fields: whoever asks says what has been judged already, and there only
//! what is left is judged. Nothing here is used by a document that asks for none of it.

use std::{mem, ptr};

use serde_json::Value;

mod format;
mod keywords;
mod unions;
mod values;
mod words;

use super::Conditions;
use super::document::input_of;

use keywords::{is_true, list, part, target};
use words::name_of;

/// How many schemas, literals and items are looked at. An input that takes more is left to the
/// model: documents can ask for more than there is time.
const MOST_STEPS: usize = 100_000;
/// How many schemas may be within each other, for the same reason.
const DEEPEST: usize = 100;

/// Something in an input that is not what the document asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The keys and places that lead to it. The last may be a key that is missing.
    pub path: Vec<String>,
    /// What is wrong, as the rest of a sentence that begins with its label.
    pub words: String,
}

/// The first thing that is wrong with an input. `is_judged` tells whether somebody who knows better
/// has said yes to what is at a path: to its kind, its literals, its keys. `matches` is as for a form.
pub fn first_broken(
    conditions: &Conditions,
    input: &Value,
    matches: fn(&str, &str) -> bool,
    is_judged: &dyn Fn(&[String]) -> bool,
) -> Option<Broken> {
    let document = &conditions.document;
    let (_, schema) = input_of(document)?;
    let (path, way) = (Vec::new(), Vec::new());
    let mut walk = Walk { document, matches, is_judged, path, way, depth: 0, steps: MOST_STEPS };
    let verdict = walk.check(schema, input, Ask::Rest);
    verdict.err().filter(|_| walk.steps > 0)
}

type Verdict = Result<(), Broken>;

/// Which part of a schema is asked about.
#[derive(Clone, Copy, PartialEq)]
enum Ask {
    /// Everything.
    All,
    /// What has not been judged already.
    Rest,
    /// Only what a form judges.
    Form,
    /// Of that, only the kind of value, its literals and its keys.
    Kind,
}

impl Ask {
    /// Whether what no form judges is asked about.
    fn is_whole(self) -> bool {
        matches!(self, Self::All | Self::Rest)
    }
}

/// Who judges a keyword.
#[derive(Clone, Copy, PartialEq)]
enum By {
    /// A form, and it has the last word.
    Form,
    /// A form and the document alike.
    Both,
    /// The document.
    Document,
}

struct Walk<'d> {
    document: &'d Value,
    matches: fn(&str, &str) -> bool,
    is_judged: &'d dyn Fn(&[String]) -> bool,
    path: Vec<String>,
    /// The targets of references on the way here, each with the value it speaks of.
    way: Vec<(*const Value, *const Value)>,
    depth: usize,
    /// How many more may be taken.
    steps: usize,
}

impl<'d> Walk<'d> {
    fn check(&mut self, schema: &'d Value, value: &Value, ask: Ask) -> Verdict {
        if !self.pay(if self.depth < DEEPEST { 1 } else { MOST_STEPS }) {
            return Ok(());
        }
        self.depth += 1;
        let verdict = self.judge(schema, value, ask);
        self.depth -= 1;
        verdict
    }

    fn fits(&mut self, schema: &'d Value, value: &Value) -> bool {
        // What fits only where it does not fit has no answer: such a circle runs into the depth.
        let way = mem::take(&mut self.way);
        let is_one = self.check(schema, value, Ask::All).is_ok();
        self.way = way;
        is_one
    }

    fn inside(&mut self, step: &str, schema: &'d Value, value: &Value, ask: Ask) -> Verdict {
        self.path.push(step.to_owned());
        let verdict = self.check(schema, value, ask);
        self.path.pop();
        verdict
    }

    /// Counts what is about to be done, and whether there is still time for it.
    fn pay(&mut self, steps: usize) -> bool {
        self.steps = self.steps.saturating_sub(steps);
        self.steps > 0
    }

    /// Says what is wrong, if that is asked about.
    fn say(&self, ask: Ask, by: By, words: &[&str]) -> Verdict {
        let is_asked = match (ask, by) {
            (Ask::All, _) | (Ask::Rest, By::Document | By::Both) => true,
            (Ask::Rest, By::Form) => !(self.is_judged)(&self.path),
            (Ask::Form, by) => by != By::Document,
            (Ask::Kind, by) => by == By::Form,
        };
        if is_asked {
            Err(Broken { path: self.path.clone(), words: words.concat() })
        } else {
            Ok(())
        }
    }

    /// Says it of a key.
    fn say_of(&mut self, name: &str, ask: Ask, by: By, words: &[&str]) -> Verdict {
        self.path.push(name.to_owned());
        let verdict = self.say(ask, by, words);
        self.path.pop();
        verdict
    }

    fn judge(&mut self, schema: &'d Value, value: &Value, ask: Ask) -> Verdict {
        if *schema == Value::Bool(false) {
            return self.say(ask, By::Form, &["has to be left out"]);
        }
        let Some(schema) = schema.as_object() else { return Ok(()) };
        // A default that the document itself does not allow is the model's business.
        let is_default = ask == Ask::Rest && schema.get("default") == Some(value);
        if is_default || value.is_null() && is_true(schema, "nullable") {
            return Ok(());
        }
        self.kind(schema, value, ask)?;
        if let Some(target) = target(self.document, schema) {
            let visit = (ptr::from_ref(target), ptr::from_ref(value));
            // A circle asks nothing new.
            if !self.way.contains(&visit) {
                self.way.push(visit);
                let verdict = self.check(target, value, ask);
                self.way.pop();
                verdict?;
            }
        }
        for part in list(schema, "allOf") {
            self.check(part, value, ask)?;
        }
        match value {
            Value::String(text) => self.text(schema, text, ask)?,
            Value::Number(_) => self.number(schema, value, ask)?,
            Value::Array(items) => self.items(schema, items, ask)?,
            Value::Object(object) => self.object(schema, value, object, ask)?,
            Value::Null | Value::Bool(_) => {}
        }
        self.union("anyOf", schema, value, ask)?;
        self.union("oneOf", schema, value, ask)?;
        if !ask.is_whole() {
            return Ok(());
        }
        if let Some(not) = part(schema, "not")
            && self.fits(not, value)
        {
            let name = name_of(self.document, not).map(|name| ["cannot be ", &name].concat());
            let words = name.unwrap_or_else(|| "has a value that the model rules out".to_owned());
            self.say(ask, By::Document, &[&words])?;
        }
        if let Some(condition) = part(schema, "if") {
            let word = if self.fits(condition, value) { "then" } else { "else" };
            if let Some(then) = schema.get(word) {
                self.check(then, value, Ask::All)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `path: words` of what is wrong, where nobody has judged anything, or everything.
    fn broken(schema: &Value, input: &Value, is_judged: bool) -> String {
        let content = json!({ "application/json": { "schema": schema } });
        let post = json!({ "post": { "requestBody": { "content": content } } });
        let document = json!({ "paths": { "/me/odd": post }, "defs": {
            "tree": { "properties": { "name": { "maxLength": 2 }, "in": { "$ref": "#/defs/tree" } } },
            "circle": { "allOf": [{ "$ref": "#/defs/circle" }], "required": ["a"] },
            "liar": { "not": { "$ref": "#/defs/liar" } },
            "pet": { "required": ["name"], "oneOf": [{ "$ref": "#/defs/dog" }] },
            "dog": { "allOf": [{ "$ref": "#/defs/pet" }, { "required": ["tail"] }] },
        } });
        let contains = |pattern: &str, text: &str| text.contains(pattern);
        let judged = |_: &[String]| is_judged;
        let broken = first_broken(&Conditions { document }, input, contains, &judged);
        broken.map_or(String::new(), |Broken { path, words }| {
            [&path.join("."), ": ", &words].concat()
        })
    }

    #[test]
    fn what_is_asked_of_the_whole_is_told_in_words() {
        for (schema, input, expected) in [
            (json!({ "minProperties": 2 }), json!({ "a": 1 }), ": needs at least 2 values"),
            (
                json!({ "maxProperties": 1 }),
                json!({ "a": 1, "b": 2 }),
                ": can have at most 1 value",
            ),
            (
                json!({ "not": { "required": ["a", "b"] } }),
                json!({ "a": 1, "b": 2 }),
                ": cannot be an object with “a” and “b”",
            ),
            (
                json!({ "not": { "minProperties": 1 } }),
                json!({ "a": 1 }),
                ": has a value that the model rules out",
            ),
            (
                json!({ "propertyNames": { "pattern": "x" } }),
                json!({ "x": 1, "y": 2 }),
                ": has a name that is not allowed: “y” must match x",
            ),
            (
                json!({ "patternProperties": { "x": { "type": "integer" } } }),
                json!({ "ax": "" }),
                "ax: must be a whole number",
            ),
            (
                json!({ "patternProperties": { "x": true }, "additionalProperties": false }),
                json!({ "x": 1, "y": 2 }),
                ": takes no “y”",
            ),
            (
                json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] } }),
                json!({ "a": 1 }),
                "b: is required",
            ),
            (
                json!({ "if": { "required": ["a"] }, "else": { "properties": { "c": { "enum": [1, "2"] } } } }),
                json!({ "c": 3 }),
                "c: must be 1 or \"2\"",
            ),
            (
                json!({ "dependentRequired": { "a": ["b"] } }),
                json!({ "a": 1 }),
                "b: is required with “a”",
            ),
            (
                json!({ "dependentSchemas": { "a": { "maxProperties": 1 } } }),
                json!({ "a": 1, "b": 2 }),
                ": can have at most 1 value",
            ),
            (
                json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
                json!({ "a": 1, "b": 2 }),
                ": is both an object with “a” and an object with “b”, and may be only one of them",
            ),
            (
                json!({ "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
                json!({}),
                ": must be an object with “a” or an object with “b”",
            ),
            (
                json!({ "properties": { "a": { "contains": { "const": 7 }, "minContains": 2 } } }),
                json!({ "a": [7, 1] }),
                "a: needs at least 2 items like 7",
            ),
            (
                json!({ "properties": { "a": { "items": { "allOf": [{ "multipleOf": 2 }, { "multipleOf": 3 }] } } } }),
                json!({ "a": [6, 4] }),
                "a.1: must be a multiple of 3",
            ),
            (
                json!({ "properties": { "a": { "format": "date" } } }),
                json!({ "a": "now" }),
                "a: must be a date such as 2024-05-31",
            ),
            (
                json!({ "properties": { "a": { "maxLength": 9 } } }),
                json!({ "a": "data:image/png;base64,AA==" }),
                "a: needs an https URL: a file in the request is longer than 9 characters",
            ),
            (
                json!({ "$ref": "#/defs/tree" }),
                json!({ "in": { "in": { "name": "long" } } }),
                "in.in.name: can have at most 2 characters",
            ),
            (json!({ "$ref": "#/defs/circle" }), json!({}), "a: is required"),
            (json!({ "$ref": "#/defs/liar", "maxProperties": 0 }), json!({ "a": 1 }), ""),
            (json!({ "$ref": "#/defs/pet" }), json!({ "name": 1, "tail": 1 }), ""),
            (
                json!({ "$ref": "#/defs/pet" }),
                json!({ "name": 1 }),
                ": is of none of the kinds that it may be of",
            ),
            // Of two faults the first is told, and what is within before what is around it.
            (
                json!({ "maxProperties": 0, "properties": { "b": { "minLength": 1 }, "a": { "minLength": 2 } } }),
                json!({ "a": "", "b": "" }),
                "a: needs at least 2 characters",
            ),
        ] {
            assert_eq!(broken(&schema, &input, false), expected, "{schema} {input}");
        }
    }

    #[test]
    fn what_a_form_has_judged_is_left_to_it() {
        let kinds = json!([{ "type": "integer" }, { "type": "string", "format": "uuid" }]);
        for (schema, input, expected) in [
            (json!({ "properties": { "a": { "type": "integer" } } }), json!({ "a": "x" }), ""),
            (json!({ "properties": { "a": { "const": 1 } } }), json!({ "a": 2 }), ""),
            (json!({ "required": ["a"] }), json!({}), ""),
            (json!({ "properties": { "a": { "anyOf": kinds } } }), json!({ "a": [] }), ""),
            (
                json!({ "properties": { "a": { "anyOf": kinds } } }),
                json!({ "a": "x" }),
                "a: must be a UUID such as 123e4567-e89b-42d3-a456-426614174000",
            ),
            (json!({ "if": true, "then": { "required": ["a"] } }), json!({}), "a: is required"),
            (
                json!({ "properties": { "a": { "nullable": true, "not": {} } } }),
                json!({ "a": null }),
                "",
            ),
            (
                json!({ "properties": { "a": { "format": "uri", "default": "" } } }),
                json!({ "a": "" }),
                "",
            ),
        ] {
            assert_eq!(broken(&schema, &input, true), expected, "{schema} {input}");
        }
    }
}
