//! From a draft to a request, or to the list of what stands in its way.

use serde_json::{Map, Value};

use super::field::{extra_key, path_of};
use super::literal::{is_among, kind_of, literal, raw};
use super::{CUSTOM, Control, Draft, Entry, Field, Form, Need, Problem, What, condition};
use crate::number::{Decimal, same};
use crate::schema::{ExtraKeys, ItemRules, Shape};

/// Whether a text matches a regular expression in JavaScript's notation. Somebody else's to know:
/// a browser has such a thing, and this room needs none of its own.
pub type Matches = fn(pattern: &str, text: &str) -> bool;

/// What has no field is a problem of this.
pub(super) const THE_INPUT: &str = "The input";

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
    /// The keys in it that no field is for, as dotted paths.
    pub unknown: Vec<String>,
    /// Whether a switch that nobody has touched is sent as it shows.
    pub is_filled_in: bool,
}

impl Form {
    /// Reads every field. Fields left alone are not sent.
    ///
    /// # Errors
    /// With every problem, in the order of the form.
    pub fn check(&self, draft: &Draft) -> Result<Request, Vec<Problem>> {
        let Reading { input, problems, .. } = self.read(draft);
        if problems.is_empty() { Ok(Request(Value::Object(input))) } else { Err(problems) }
    }

    /// Reads every field, and goes on where something is wrong.
    pub fn read(&self, draft: &Draft) -> Reading {
        let mut reader = Reader::new(self, draft);
        let mut input = reader.object(&self.fields);
        reader.extras("", THE_INPUT, self.extra, &self.fields, &mut input);
        let Reader { mut problems, unknown, is_filled_in, .. } = reader;
        // A field that is wrong makes more wrong around it.
        if problems.is_empty()
            && let Some(conditions) = &self.conditions
        {
            problems.extend(condition::problem(self, conditions, &mut input, draft));
        }
        Reading { input, problems, unknown, is_filled_in }
    }

    /// What is wrong with a field's own entry, whatever stands in the fields inside it.
    pub fn problem(&self, field: &Field, entry: Option<&Entry>) -> Option<What> {
        let mut alone = Draft::new();
        if let Some(entry) = entry {
            alone.insert(&field.key, entry.clone());
        }
        let mut reader = Reader::new(self, &alone);
        reader.value(field);
        let is_of_inner = |what: &What| match what {
            What::Nameless | What::SameName(_) => true,
            What::Twice => field.control() != Control::Several,
            _ => false,
        };
        let own = |problem: &Problem| problem.key == field.key && !is_of_inner(&problem.what);
        reader.problems.into_iter().find(own).map(|problem| problem.what)
    }
}

struct Reader<'r> {
    draft: &'r Draft,
    matches: Matches,
    problems: Vec<Problem>,
    unknown: Vec<String>,
    is_filled_in: bool,
}

impl<'r> Reader<'r> {
    fn new(form: &Form, draft: &'r Draft) -> Self {
        Self {
            draft,
            matches: form.matches,
            problems: Vec::new(),
            unknown: Vec::new(),
            is_filled_in: false,
        }
    }

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
        fields: &[Field],
        object: &mut Map<String, Value>,
    ) {
        let text = self.draft.get(&extra_key(key)).unwrap_or_default();
        let Ok(Value::Object(extras)) = serde_json::from_str(text) else { return };
        for (name, value) in extras {
            // What a field is for has to come out of that field.
            if fields.iter().any(|field| field.name() == name) {
                continue;
            }
            if extra == ExtraKeys::Refused {
                self.wrong(key, title, What::Unknown(name.clone()));
            }
            let path = path_of(key);
            let dot = if path.is_empty() { "" } else { "." };
            self.unknown.push([&path, dot, &name].concat());
            object.insert(name, value);
        }
    }

    fn wrong(&mut self, key: &str, title: &str, what: What) {
        self.problems.push(Problem { key: key.to_owned(), title: title.to_owned(), what });
    }

    fn not_of_kind(&mut self, field: &Field) {
        self.wrong(&field.key, &field.title, What::Kind(kind_of(&field.property.shape)));
    }

    fn missing(&mut self, field: &Field) {
        if field.is_needed() {
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
                // Some models have `""` for no file.
                let is_no_file = matches!(field.property.shape, Shape::File(_))
                    && field.property.default.as_ref() == Some(&value);
                let what = raw(&field.property.shape, &value, self.matches);
                if let Some(what) = what.filter(|_| !is_no_file) {
                    self.wrong(&field.key, &field.title, what);
                }
                return Some(value);
            }
            Some(Entry::Text(_)) | None => {}
        }
        let text = entry.map(Entry::as_str);
        // Fields with fields in them have no text of their own, except for a word or a number.
        let own = text.filter(|text| !text.trim().is_empty());
        let value = match (&field.property.shape, own) {
            (Shape::Object(_, extra), None | Some("{}")) => return self.nested(field, *extra),
            (Shape::Tuple(_), None | Some("[]")) => return self.tuple(field),
            (Shape::Preset { .. }, Some(CUSTOM)) => {
                return Some(self.with_extras(field, ExtraKeys::Allowed));
            }
            (Shape::List(..) | Shape::Map(_) | Shape::Union(_), None) => {
                self.missing(field);
                return None;
            }
            (Shape::Union(_), Some(own)) => return self.union(field, own),
            (Shape::List(item, rules), Some(own)) => match &item.shape {
                Shape::Choice(choices) => self.several(field, own, choices, item.nullable, *rules),
                _ => self.list(field, *rules),
            },
            (Shape::Map(_), Some(_)) => self.map(field),
            (Shape::Object(..) | Shape::Tuple(_), Some(_)) => None,
            _ => return self.scalar(field, text),
        };
        if value.is_none() {
            self.not_of_kind(field);
        }
        value.or_else(|| own.map(Value::from))
    }

    fn nested(&mut self, field: &Field, extra: ExtraKeys) -> Option<Value> {
        let is_sent = field.is_needed() || self.draft.is_touched(&field.key);
        is_sent.then(|| self.with_extras(field, extra))
    }

    fn with_extras(&mut self, field: &Field, extra: ExtraKeys) -> Value {
        let fields = field.children();
        let mut object = self.object(&fields);
        self.extras(&field.key, &field.title, extra, &fields, &mut object);
        Value::Object(object)
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

    fn list(&mut self, field: &Field, rules: ItemRules) -> Option<Value> {
        let count = self.draft.count(&field.key)?;
        let items = (0..count).filter_map(|index| field.item(index));
        let items: Vec<Value> = items.map(|item| self.value(&item).unwrap_or_default()).collect();
        self.count(field, &items, rules);
        Some(Value::Array(items))
    }

    fn several(
        &mut self,
        field: &Field,
        text: &str,
        choices: &[Value],
        nullable: bool,
        rules: ItemRules,
    ) -> Option<Value> {
        let Ok(Value::Array(chosen)) = serde_json::from_str(text) else { return None };
        let is_choice = |value: &Value| is_among(choices, value) || nullable && value.is_null();
        if chosen.iter().all(is_choice) {
            self.count(field, &chosen, rules);
        } else {
            self.wrong(&field.key, &field.title, What::NotAChoice);
        }
        Some(Value::Array(chosen))
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
        let count = self.draft.count(&field.key)?;
        let mut map = Map::new();
        for index in 0..count {
            let name = self.draft.get(&field.name_key(index)).unwrap_or_default().to_owned();
            let value = field.item(index).and_then(|item| self.value(&item)).unwrap_or_default();
            let what = match (name.is_empty(), map.contains_key(&name)) {
                (true, false) => Some(What::Nameless),
                (false, true) => Some(What::SameName(name.clone())),
                // The nameless are told of once.
                _ => None,
            };
            if let Some(what) = what {
                self.wrong(&field.key, &field.title, what);
            }
            map.entry(name).or_insert(value);
        }
        Some(Value::Object(map))
    }

    fn union(&mut self, field: &Field, own: &str) -> Option<Value> {
        let Some(branch) = own.parse().ok().and_then(|index| field.branch(index)) else {
            self.wrong(&field.key, &field.title, What::NotAChoice);
            return Some(Value::String(own.to_owned()));
        };
        self.value(&branch)
    }

    fn scalar(&mut self, field: &Field, text: Option<&str>) -> Option<Value> {
        let Some(text) = text else {
            // A switch is on or off whether or not somebody has touched it.
            if matches!(field.property.shape, Shape::Boolean) && field.is_needed() {
                self.is_filled_in = true;
                return Some(Value::Bool(field.default_text().is_some_and(|text| text == "true")));
            }
            self.missing(field);
            return None;
        };
        // Of what has to be entered, nothing is no value, unless the server has something else.
        let is_left_out = field.need != Need::Item && field.is_needed();
        if text.trim().is_empty() && (is_left_out || !field.is_text()) {
            self.missing(field);
            return field.is_text().then(|| Value::String(text.to_owned()));
        }
        match literal(&field.property.shape, text, self.matches) {
            Ok(value) => Some(value),
            Err(what) => {
                self.wrong(&field.key, &field.title, what);
                let is_number = matches!(field.property.shape, Shape::Number(_));
                let number = Decimal::parse(text).filter(|_| is_number);
                let json = number.and_then(|number| serde_json::from_str(&number.text).ok());
                Some(json.unwrap_or_else(|| Value::String(text.to_owned())))
            }
        }
    }
}
