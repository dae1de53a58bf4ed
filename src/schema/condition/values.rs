//! What a schema asks of a text, a number, a list and an object.

use std::cmp::Ordering;
use std::slice;

use serde_json::Value;

use super::format::format;
use super::keywords::{Schema, count, entries, is_of, is_true, kinds, list, part, texts};
use super::words::{in_words, kind_in_words, many, name_of};
use super::{Ask, By, Verdict, Walk};
use crate::number::{Decimal, same};
use crate::schema::property::weight;
use crate::schema::rules::decimal;

impl<'d> Walk<'d> {
    pub(super) fn kind(&mut self, schema: &'d Schema, value: &Value, ask: Ask) -> Verdict {
        let kinds = kinds(schema);
        if !kinds.is_empty() && !kinds.iter().any(|kind| is_of(kind, value)) {
            let words: Vec<&str> = kinds.into_iter().map(kind_in_words).collect();
            self.say(ask, By::Form, &["must be ", &words.join(" or ")])?;
        }
        let only = schema.get("const").map(slice::from_ref);
        for literals in [only.unwrap_or_default(), list(schema, "enum")] {
            let size: usize = literals.iter().map(|literal| 1 + weight(literal) / 256).sum();
            let is_one = |literal| same(literal, value);
            if !literals.is_empty() && self.pay(size) && !literals.iter().any(is_one) {
                let words = in_words(literals).unwrap_or_else(|| "one of the choices".to_owned());
                self.say(ask, By::Form, &["must be ", &words])?;
            }
        }
        Ok(())
    }

    pub(super) fn text(&mut self, schema: &'d Schema, text: &str, ask: Ask) -> Verdict {
        // A text may be a file of megabytes.
        let is_limited = ["minLength", "maxLength", "pattern", "format"]
            .iter()
            .any(|word| schema.contains_key(*word));
        if !is_limited || !self.pay(text.len() / 4096) {
            return Ok(());
        }
        let length = text.chars().count();
        if let Some(least) = count(schema, "minLength").filter(|least| length < *least) {
            self.say(ask, By::Both, &["needs at least ", &many(least, "character")])?;
        }
        if let Some(most) = count(schema, "maxLength").filter(|most| length > *most) {
            let words = match text.starts_with("data:") {
                true => "needs an https URL: a file in the request is longer than ",
                false => "can have at most ",
            };
            self.say(ask, By::Both, &[words, &many(most, "character")])?;
        }
        let pattern = schema.get("pattern").and_then(Value::as_str);
        if let Some(pattern) = pattern.filter(|pattern| !(self.matches)(pattern, text)) {
            self.say(ask, By::Both, &["must match ", pattern])?;
        }
        let format = schema.get("format").and_then(Value::as_str).and_then(format);
        if let Some((_, words)) = format.filter(|(is_one, _)| !is_one(text)) {
            self.say(ask, By::Document, &["must be ", words])?;
        }
        Ok(())
    }

    pub(super) fn number(&mut self, schema: &'d Schema, value: &Value, ask: Ask) -> Verdict {
        let digits = value.as_number().map_or(0, |number| number.as_str().len());
        let number = Decimal::of(value).filter(|_| self.pay(digits / 256));
        let Some(number) = number else { return Ok(()) };
        for (inclusive, exclusive, outside, words) in [
            ("minimum", "exclusiveMinimum", Ordering::Less, ["at least ", "more than "]),
            ("maximum", "exclusiveMaximum", Ordering::Greater, ["at most ", "less than "]),
        ] {
            // OpenAPI 3.0 has `exclusiveMinimum: true` beside a `minimum`.
            for (word, is_open) in [(inclusive, is_true(schema, exclusive)), (exclusive, true)] {
                let Some(limit) = schema.get(word).and_then(decimal) else { continue };
                let place = number.compare(&limit);
                if place == outside || is_open && place.is_eq() {
                    let words = if is_open { words[1] } else { words[0] };
                    self.say(ask, By::Both, &["must be ", words, &limit.text])?;
                }
            }
        }
        let grain = schema.get("multipleOf").and_then(decimal);
        if let Some(grain) = grain.filter(|grain| !number.is_multiple_of(grain)) {
            self.say(ask, By::Both, &["must be a multiple of ", &grain.text])?;
        }
        Ok(())
    }

    pub(super) fn items(&mut self, schema: &'d Schema, items: &[Value], ask: Ask) -> Verdict {
        // Older documents have the places of a tuple under `items`.
        let places = ["prefixItems", "items"].into_iter().map(|word| list(schema, word));
        let places = places.into_iter().find(|places| !places.is_empty()).unwrap_or_default();
        let rest = part(schema, "items");
        for (index, item) in items.iter().enumerate() {
            if let Some(inner) = places.get(index).or(rest) {
                self.inside(&index.to_string(), inner, item, ask)?;
            }
        }
        let number = items.len();
        self.between(schema, ["minItems", "maxItems"], number, "item", ask, By::Both)?;
        if is_true(schema, "uniqueItems") {
            let is_known = |(place, item)| items.iter().take(place).any(|other| same(other, item));
            if self.pay(number.saturating_mul(number)) && items.iter().enumerate().any(is_known) {
                self.say(ask, By::Both, &["has the same item twice"])?;
            }
        }
        let Some(kind) = part(schema, "contains").filter(|_| ask.is_whole()) else {
            return Ok(());
        };
        let number = items.iter().filter(|item| self.fits(kind, item)).count();
        let name = name_of(self.document, kind);
        let name = name.as_deref().unwrap_or("those that the model asks for");
        let least = count(schema, "minContains").unwrap_or(1);
        if number < least {
            let words = ["needs at least ", &many(least, "item"), " like ", name];
            self.say(ask, By::Document, &words)?;
        }
        if let Some(most) = count(schema, "maxContains").filter(|most| number > *most) {
            let words = ["can have at most ", &many(most, "item"), " like ", name];
            self.say(ask, By::Document, &words)?;
        }
        Ok(())
    }

    /// Whether there are as many as two keywords say.
    fn between(
        &mut self,
        schema: &'d Schema,
        [least, most]: [&str; 2],
        number: usize,
        name: &str,
        ask: Ask,
        by: By,
    ) -> Verdict {
        if let Some(least) = count(schema, least).filter(|least| number < *least) {
            self.say(ask, by, &["needs at least ", &many(least, name)])?;
        }
        if let Some(most) = count(schema, most).filter(|most| number > *most) {
            self.say(ask, by, &["can have at most ", &many(most, name)])?;
        }
        Ok(())
    }

    pub(super) fn object(
        &mut self,
        schema: &'d Schema,
        value: &Value,
        object: &Schema,
        ask: Ask,
    ) -> Verdict {
        for name in texts(schema.get("required")) {
            if self.pay(1) && !object.contains_key(name) {
                self.say_of(name, ask, By::Form, &["is required"])?;
            }
        }
        let known = schema.get("properties").and_then(Value::as_object);
        let patterns = || entries(schema, "patternProperties");
        let names = part(schema, "propertyNames").filter(|_| ask.is_whole());
        for (name, value) in object {
            let named = known.and_then(|known| known.get(name));
            if let Some(inner) = named {
                self.inside(name, inner, value, ask)?;
            }
            let mut is_extra = named.is_none();
            for (pattern, inner) in patterns() {
                if self.pay(1) && (self.matches)(pattern, name) {
                    is_extra = false;
                    self.inside(name, inner, value, ask)?;
                }
            }
            match part(schema, "additionalProperties").filter(|_| is_extra) {
                Some(Value::Bool(false)) => self.no_such(name, ask)?,
                Some(inner) => self.inside(name, inner, value, ask)?,
                None => {}
            }
            if let Some(names) = names
                && let Err(broken) = self.check(names, &Value::from(name.as_str()), Ask::All)
            {
                let words = ["has a name that is not allowed: “", name, "” ", &broken.words];
                self.say(ask, By::Document, &words)?;
            }
        }
        let limits = ["minProperties", "maxProperties"];
        self.between(schema, limits, object.len(), "value", ask, By::Document)?;
        if !ask.is_whole() {
            return Ok(());
        }
        let is_there = |(name, _): &(&String, &Value)| object.contains_key(*name);
        for (name, needed) in entries(schema, "dependentRequired").filter(is_there) {
            for needed in texts(Some(needed)) {
                if self.pay(1) && !object.contains_key(needed) {
                    self.say_of(needed, ask, By::Document, &["is required with “", name, "”"])?;
                }
            }
        }
        for (_, inner) in entries(schema, "dependentSchemas").filter(is_there) {
            self.check(inner, value, Ask::All)?;
        }
        Ok(())
    }

    /// Said where the key would stand, but of what it would stand in.
    fn no_such(&mut self, name: &str, ask: Ask) -> Verdict {
        let verdict = self.say_of(name, ask, By::Form, &["takes no “", name, "”"]);
        verdict.map_err(|mut broken| {
            broken.path.pop();
            broken
        })
    }
}
