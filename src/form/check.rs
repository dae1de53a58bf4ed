//! From a draft to a request, or to the list of what stands in its way.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::field::extra_key;
use super::{CUSTOM, Draft, Entry, Field, Form, Need, Problem, What, text_of};
use crate::number::Decimal;
use crate::schema::{ExtraKeys, ItemRules, Limit, Range, Shape, TextRules};

/// Whether a text matches a regular expression in JavaScript's notation. Somebody else's to know:
/// a browser has such a thing, and this room needs none of its own.
pub type Matches = fn(pattern: &str, text: &str) -> bool;

/// An input that the model's schema accepts. There is no other way to make one than
/// [`Form::check`].
#[derive(Debug, Clone, PartialEq)]
pub struct Request(Value);

impl Request {
    /// The body to send: the bare input, in the order of the form.
    pub fn to_json(&self) -> String {
        self.0.to_string()
    }

    /// The input as a JSON object.
    pub fn as_value(&self) -> &Value {
        &self.0
    }
}

/// What a draft stands for, right or wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What would be sent. Entries that are wrong stand in it as they were typed.
    pub input: Map<String, Value>,
    /// What is wrong, in the order of the form.
    pub problems: Vec<Problem>,
}

impl Form {
    /// Reads every field. Fields left alone are not sent.
    ///
    /// # Errors
    /// With every problem, in the order of the form.
    pub fn check(&self, draft: &Draft) -> Result<Request, Vec<Problem>> {
        let Reading { input, problems } = self.read(draft);
        if problems.is_empty() { Ok(Request(Value::Object(input))) } else { Err(problems) }
    }

    /// Reads every field, and goes on where something is wrong.
    pub fn read(&self, draft: &Draft) -> Reading {
        let mut reader = Reader { draft, matches: self.matches, problems: Vec::new() };
        let mut input = reader.object(&self.fields);
        reader.extras("", "The input", self.extra, &mut input);
        Reading { input, problems: reader.problems }
    }

    /// What is wrong with a field's own entry, whatever stands in the fields inside it.
    pub fn problem(&self, field: &Field, entry: Option<&Entry>) -> Option<What> {
        let mut alone = Draft::new();
        if let Some(entry) = entry {
            alone.insert(&field.key, entry.clone());
        }
        let mut reader = Reader { draft: &alone, matches: self.matches, problems: Vec::new() };
        reader.value(field);
        reader.problems.into_iter().find(|problem| problem.key == field.key).map(|p| p.what)
    }
}

struct Reader<'r> {
    draft: &'r Draft,
    matches: Matches,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn object(&mut self, fields: &[Field]) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            if let Some(value) = self.value(field) {
                object.insert(field.name().to_owned(), value);
            }
        }
        object
    }

    /// Adds the keys that no field is for.
    fn extras(
        &mut self,
        key: &str,
        title: &str,
        extra: ExtraKeys,
        object: &mut Map<String, Value>,
    ) {
        let text = self.draft.get(&extra_key(key)).unwrap_or_default();
        let Ok(Value::Object(extras)) = serde_json::from_str(text) else { return };
        for (name, value) in extras {
            if extra == ExtraKeys::Refused {
                self.wrong(key, title, What::Unknown(name.clone()));
            }
            object.entry(name).or_insert(value);
        }
    }

    fn wrong(&mut self, key: &str, title: &str, what: What) {
        self.problems.push(Problem { key: key.to_owned(), title: title.to_owned(), what });
    }

    fn missing(&mut self, field: &Field) {
        let is_left_to_server = field.property.default.is_some() && field.need == Need::Required;
        if field.need != Need::Optional && !is_left_to_server {
            self.wrong(&field.key, &field.title, What::Missing);
        }
    }

    /// What a field sends, if anything.
    fn value(&mut self, field: &Field) -> Option<Value> {
        let entry = self.draft.entry(&field.key);
        match entry {
            Some(Entry::Null) => {
                if !field.property.nullable {
                    self.wrong(&field.key, &field.title, What::Null);
                }
                return Some(Value::Null);
            }
            Some(Entry::Raw(json)) => {
                let value = serde_json::from_str(json).unwrap_or_default();
                if !matches!(field.property.shape, Shape::Any | Shape::Json) {
                    self.wrong(
                        &field.key,
                        &field.title,
                        What::Kind(kind_of(&field.property.shape)),
                    );
                }
                return Some(value);
            }
            Some(Entry::Text(_)) | None => {}
        }
        let text = entry.map(Entry::as_str);
        match &field.property.shape {
            Shape::Object(_, extra) => self.nested(field, *extra),
            Shape::Preset { .. } if text == Some(CUSTOM) => {
                let mut object = self.object(&field.children());
                self.extras(&field.key, &field.title, ExtraKeys::Allowed, &mut object);
                Some(Value::Object(object))
            }
            Shape::Tuple(_) => self.tuple(field),
            Shape::List(item, rules) => match (&item.shape, text) {
                (_, None) => {
                    self.missing(field);
                    None
                }
                (Shape::Choice(choices), Some(text)) => {
                    Some(self.several(field, text, choices, *rules))
                }
                (_, Some(_)) => Some(self.list(field, *rules)),
            },
            Shape::Map(_) => self.map(field),
            Shape::Union(_) => self.union(field),
            _ => self.scalar(field, text),
        }
    }

    fn nested(&mut self, field: &Field, extra: ExtraKeys) -> Option<Value> {
        let is_touched = self.draft.is_touched(&field.key);
        let is_left_to_server = field.need == Need::Optional || field.property.default.is_some();
        if !is_touched && is_left_to_server && field.need != Need::Item {
            return None;
        }
        let mut object = self.object(&field.children());
        self.extras(&field.key, &field.title, extra, &mut object);
        Some(Value::Object(object))
    }

    fn tuple(&mut self, field: &Field) -> Option<Value> {
        if !self.draft.is_touched(&field.key) {
            self.missing(field);
            return None;
        }
        let places: Vec<Value> =
            field.children().iter().map(|place| self.value(place).unwrap_or_default()).collect();
        Some(Value::Array(places))
    }

    fn list(&mut self, field: &Field, rules: ItemRules) -> Value {
        let count = self.draft.count(&field.key).unwrap_or_default();
        let items = (0..count).filter_map(|index| field.item(index));
        let items: Vec<Value> = items.map(|item| self.value(&item).unwrap_or_default()).collect();
        self.count(field, &items, rules);
        Value::Array(items)
    }

    fn several(&mut self, field: &Field, text: &str, choices: &[Value], rules: ItemRules) -> Value {
        let chosen: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
        if !chosen.iter().all(|value| choices.contains(value)) {
            self.wrong(&field.key, &field.title, What::NotAChoice);
        }
        self.count(field, &chosen, rules);
        Value::Array(chosen)
    }

    fn count(&mut self, field: &Field, items: &[Value], rules: ItemRules) {
        let few = rules.min.filter(|least| items.len() < *least).map(What::Few);
        let many = rules.max.filter(|most| items.len() > *most).map(What::Many);
        let before = |(place, item): (usize, &Value)| {
            items.iter().take(place).any(|other| same(other, item))
        };
        let twice = rules.unique && items.iter().enumerate().any(before);
        if let Some(what) = few.or(many).or(twice.then_some(What::Twice)) {
            self.wrong(&field.key, &field.title, what);
        }
    }

    fn map(&mut self, field: &Field) -> Option<Value> {
        let Some(count) = self.draft.count(&field.key) else {
            self.missing(field);
            return None;
        };
        let mut map = Map::new();
        for index in 0..count {
            let name = self.draft.get(&field.name_key(index)).unwrap_or_default().to_owned();
            let value = field.item(index).and_then(|item| self.value(&item)).unwrap_or_default();
            if name.is_empty() {
                self.wrong(&field.key, &field.title, What::Nameless);
            } else if map.contains_key(&name) {
                self.wrong(&field.key, &field.title, What::SameName(name));
                continue;
            }
            map.insert(name, value);
        }
        Some(Value::Object(map))
    }

    fn union(&mut self, field: &Field) -> Option<Value> {
        let chosen = self.draft.get(&field.key).and_then(|index| index.parse().ok());
        let Some(branch) = chosen.and_then(|index| field.branch(index)) else {
            self.missing(field);
            return None;
        };
        self.value(&branch)
    }

    fn scalar(&mut self, field: &Field, text: Option<&str>) -> Option<Value> {
        let is_value_when_empty = field.is_text() && field.need != Need::Required;
        let text = text.filter(|text| is_value_when_empty || !text.trim().is_empty());
        let Some(text) = text else {
            self.missing(field);
            return None;
        };
        match self.literal(&field.property.shape, text) {
            Ok(value) => Some(value),
            Err(what) => {
                self.wrong(&field.key, &field.title, what);
                Some(Value::String(text.to_owned()))
            }
        }
    }

    fn literal(&self, shape: &Shape, text: &str) -> Result<Value, What> {
        match shape {
            Shape::Text(rules) => self.text(text, rules),
            Shape::Suggested(choices, rules) => {
                match choices.iter().any(|choice| text_of(choice) == text) {
                    true => Ok(Value::String(text.to_owned())),
                    false => self.text(text, rules),
                }
            }
            Shape::Number(range) => number(text, range),
            Shape::Boolean => match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(What::NotAChoice),
            },
            Shape::Choice(choices) | Shape::Preset { choices, .. } => {
                let choice = choices.iter().find(|choice| text_of(choice) == text);
                choice.cloned().ok_or(What::NotAChoice)
            }
            Shape::File(_) => file(text),
            Shape::Any => Ok(any(text)),
            _ => serde_json::from_str(text).map_err(|e| What::NotJson(e.line(), e.column())),
        }
    }

    fn text(&self, text: &str, rules: &TextRules) -> Result<Value, What> {
        let length = text.chars().count();
        let matches = |pattern: &&String| !(self.matches)(pattern, text);
        match (rules.min_length, rules.max_length) {
            (Some(least), _) if length < least => Err(What::Short(least)),
            (_, Some(most)) if length > most => Err(What::Long(most)),
            _ => match rules.pattern.as_ref().filter(matches) {
                Some(pattern) => Err(What::Pattern(pattern.clone())),
                None => Ok(Value::String(text.to_owned())),
            },
        }
    }
}

/// Text where it is no JSON: so that names, numbers and lists can all be typed as they are.
pub(super) fn any(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}

fn file(text: &str) -> Result<Value, What> {
    let text = text.trim();
    let start: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    let is_known = ["https://", "http://", "data:"].iter().any(|scheme| start.starts_with(scheme));
    if is_known { Ok(Value::String(text.to_owned())) } else { Err(What::NotAFile) }
}

fn number(text: &str, range: &Range) -> Result<Value, What> {
    let not_one = if range.integer { What::NotAnInteger } else { What::NotANumber };
    let number = Decimal::parse(text).ok_or_else(|| not_one.clone())?;
    let json = if range.integer { number.whole() } else { Some(number.text.clone()) };
    let json = json.ok_or_else(|| not_one.clone())?;
    let beyond = |limit: &Option<Limit>, side: Ordering, words: [&str; 2]| {
        let limit = limit.as_ref()?;
        let place = number.compare(&limit.value);
        let is_beyond = place == side || (place == Ordering::Equal && !limit.inclusive);
        let words = if limit.inclusive { words[0] } else { words[1] };
        is_beyond.then(|| What::Limit([words, " ", &limit.value.text].concat()))
    };
    let low = beyond(&range.min, Ordering::Less, ["at least", "more than"]);
    let high = || beyond(&range.max, Ordering::Greater, ["at most", "less than"]);
    if let Some(what) = low.or_else(high) {
        return Err(what);
    }
    match range.multiple_of.as_ref().filter(|of| !number.is_multiple_of(of)) {
        Some(of) => Err(What::Multiple(of.text.clone())),
        None => serde_json::from_str(&json).map_err(|_| not_one),
    }
}

/// Equal as JSON Schema has it: numbers by their value.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    match (Decimal::of(one), Decimal::of(other)) {
        (Some(one), Some(other)) => one.compare(&other) == Ordering::Equal,
        _ => one == other,
    }
}

/// The kind of value a shape takes, with its article.
fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text(_) | Shape::Suggested(..) => "a text",
        Shape::Number(range) if range.integer => "a whole number",
        Shape::Number(_) => "a number",
        Shape::Boolean => "true or false",
        Shape::Choice(_) | Shape::Preset { .. } => "one of the choices",
        Shape::File(_) => "an https URL or a file",
        Shape::List(..) | Shape::Tuple(_) => "a list",
        Shape::Object(..) | Shape::Map(_) => "an object",
        Shape::Union(_) | Shape::Any | Shape::Json => "of another kind",
    }
}
