//! What a schema asks of a value that may be of several kinds.

use serde_json::Value;

use super::keywords::{Schema, is_schema, list};
use super::words::name_of;
use super::{Ask, By, Verdict, Walk};

impl<'d> Walk<'d> {
    pub(super) fn union(
        &mut self,
        word: &str,
        schema: &'d Schema,
        value: &Value,
        ask: Ask,
    ) -> Verdict {
        let kinds = list(schema, word);
        if !kinds.iter().all(is_schema) {
            return Ok(());
        }
        // A form knows nothing of its own of kinds that shut each other out.
        let (each, most) = match ask {
            Ask::Form | Ask::Kind => (ask, 1),
            _ => (Ask::All, if word == "oneOf" { 2 } else { 1 }),
        };
        let fitting = kinds.iter().filter(|kind| self.check(kind, value, each).is_ok());
        let fitting: Vec<&Value> = fitting.take(most).collect();
        match fitting[..] {
            [] if !kinds.is_empty() => self.of_no_kind(kinds, value, ask),
            [one, other] => {
                let names = name_of(self.document, one).zip(name_of(self.document, other));
                let words = match names.filter(|(one, other)| one != other) {
                    Some((one, other)) => ["both ", &one, " and ", &other].concat(),
                    None => "of several kinds at once".to_owned(),
                };
                self.say(ask, By::Document, &["is ", &words, ", and may be only one of them"])
            }
            _ => Ok(()),
        }
    }

    fn of_no_kind(&mut self, kinds: &'d [Value], value: &Value, ask: Ask) -> Verdict {
        let mut first_fitting =
            |ask: Ask| kinds.iter().find(|kind| self.check(kind, value, ask).is_ok());
        // What a form takes it for is what the person means.
        if ask.is_whole()
            && let Some(meant) = first_fitting(Ask::Form)
        {
            return self.check(meant, value, Ask::All);
        }
        // Of a kind that nearly fits there is more to say.
        let nearly = if ask.is_whole() { first_fitting(Ask::Kind) } else { None };
        let names = kinds.iter().take(5).map(|kind| name_of(self.document, kind));
        let names = names.collect::<Option<Vec<String>>>().filter(|names| names.len() < 5);
        let words = names.map(|names| ["must be ", &names.join(" or ")].concat());
        let words = words.unwrap_or_else(|| "is of none of the kinds that it may be of".to_owned());
        // A form shows the fields of an input, and not the kinds that the whole of it may be of.
        let by = if self.path.is_empty() { By::Document } else { By::Form };
        match (self.say(ask, by, &[&words]), nearly) {
            (Err(_), Some(nearly)) => self.check(nearly, value, Ask::All),
            (verdict, _) => verdict,
        }
    }
}
