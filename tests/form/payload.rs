//! JSON that no form made: of any kind, anywhere.

use flux_studio::form::{Draft, Entry, Field, Form, Need};
use flux_studio::schema::Shape;
use serde_json::{Map, Value};

use crate::chance::Chance;

const ODD: [&str; 34] = [
    "null",
    "true",
    "0",
    "-0",
    "1.0",
    "1E+5",
    "1e5",
    "0.10",
    "28.5",
    "1e-7",
    "-7",
    "100000",
    "123456789012345678901234567890",
    "-99999999999999999999999999999.000000000000000000001",
    "1e999",
    "1e-99999",
    "\"\"",
    "\" \"",
    "\"x\"",
    "\"custom\"",
    "\"7\"",
    "\"null\"",
    "\"https://a.example/b\"",
    "\" https://a.example/b \"",
    "\"data:,\"",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "{\"\":{}}",
    "{\"|+\":1,\"a.b\":[{}]}",
    "[\"a\",\"b\",\"a\"]",
    "{\"width\":1,\"x\":2}",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]}]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
];

pub(crate) fn odd(chance: &mut Chance) -> Value {
    serde_json::from_str::<Value>(chance.of::<&str>(&ODD)).unwrap()
}

/// Puts odd values in odd places of a payload.
pub(crate) fn disturb(payload: &mut Map<String, Value>, form: &Form, chance: &mut Chance) {
    for _ in 0..chance.below(5) {
        let name = match chance.below(3) {
            0 => (*chance.of(&["no such", "", "|+", "a.b", "prompt", "~"])).to_owned(),
            _ if form.fields.is_empty() => "x".to_owned(),
            _ => chance.of(&form.fields).name().to_owned(),
        };
        match payload.get_mut(&name) {
            Some(value) => disturb_value(value, chance),
            None => {
                payload.insert(name, odd(chance));
            }
        }
    }
}

fn disturb_value(value: &mut Value, chance: &mut Chance) {
    let deeper = !chance.once_in(3);
    match value {
        Value::Array(list) if deeper && !list.is_empty() => {
            let at = chance.below(list.len());
            disturb_value(&mut list[at], chance);
        }
        Value::Object(object) if deeper && !object.is_empty() => {
            let at = chance.below(object.len());
            let name = object.keys().nth(at).unwrap().clone();
            disturb_value(&mut object[&name], chance);
        }
        Value::Object(object) if chance.once_in(2) => {
            object.insert((*chance.of(&["zz", "", "a.b", "x"])).to_owned(), odd(chance));
        }
        Value::Array(list) if chance.once_in(2) => list.push(odd(chance)),
        value => *value = odd(chance),
    }
}

/// What a payload becomes on its way through a form: objects that have to be there come in.
pub(crate) fn completed(
    form: &Form,
    payload: &Map<String, Value>,
    draft: &Draft,
) -> Map<String, Value> {
    let mut payload = payload.clone();
    complete(&form.fields, &mut payload, draft);
    payload
}

fn complete(fields: &[Field], object: &mut Map<String, Value>, draft: &Draft) {
    for field in fields {
        let is_object = matches!(field.property.shape, Shape::Object(..));
        let is_needed = field.need != Need::Optional && field.property.default.is_none();
        match object.get_mut(field.name()) {
            Some(value) => complete_value(field, value, draft),
            None if is_object && is_needed => {
                let mut inner = Map::new();
                complete(&field.children(), &mut inner, draft);
                object.insert(field.name().to_owned(), inner.into());
            }
            // A switch that has to be there is off.
            None if matches!(field.property.shape, Shape::Boolean) && is_needed => {
                object.insert(field.name().to_owned(), false.into());
            }
            None => {}
        }
    }
}

fn complete_value(field: &Field, value: &mut Value, draft: &Draft) {
    if matches!(draft.entry(&field.key), Some(Entry::Raw(_) | Entry::Null)) {
        return;
    }
    match (&field.property.shape, value) {
        (Shape::Object(..) | Shape::Preset { .. }, Value::Object(object)) => {
            complete(&field.children(), object, draft);
        }
        (Shape::Tuple(_), Value::Array(list)) => {
            for (place, value) in field.children().iter().zip(list) {
                complete_value(place, value, draft);
            }
        }
        (Shape::List(..), Value::Array(list)) => {
            for (index, value) in list.iter_mut().enumerate() {
                complete_value(&field.item(index).unwrap(), value, draft);
            }
        }
        (Shape::Map(_), Value::Object(object)) => {
            for (index, value) in object.values_mut().enumerate() {
                complete_value(&field.item(index).unwrap(), value, draft);
            }
        }
        (Shape::Union(_), value) => {
            let branch = draft.get(&field.key).and_then(|index| field.branch(index.parse().ok()?));
            complete_value(&branch.unwrap(), value, draft);
        }
        _ => {}
    }
}
