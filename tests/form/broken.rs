//! Drafts with one mistake in them, by chance.

use flux_studio::form::{Draft, Entry, Field, MOST_ITEMS, Need, item_key};
use flux_studio::schema::{ExtraKeys, Limit, Shape};

use crate::chance::Chance;
use crate::fill::Filled;

/// Breaks one of the fields that stand in a draft. Says which, and how; nothing when none can break.
pub(crate) fn broken(filled: &Filled, chance: &mut Chance) -> Option<(Draft, String, String)> {
    let start = chance.below(filled.live.len().max(1));
    let turned = filled.live.iter().cycle().skip(start).take(filled.live.len());
    for field in turned {
        let mut ways = ways(field, &filled.draft);
        if !ways.is_empty() {
            let (how, entry) = ways.swap_remove(chance.below(ways.len()));
            let mut draft = filled.draft.clone();
            match entry {
                How::Unset => draft.remove(&field.key),
                How::Entry(entry) => draft.insert(&field.key, entry),
                How::At(key, text) => draft.insert(&key, text),
                How::Count(count) => {
                    draft.insert(&field.key, count.to_string());
                    let old = filled.draft.count(&field.key).unwrap_or(0);
                    let mut more = Filled { draft, live: Vec::new() };
                    for item in (old..count).filter_map(|index| field.item(index)) {
                        more.value(&item, 4, chance);
                    }
                    draft = more.draft;
                }
            }
            return Some((draft, field.key.clone(), how.to_owned()));
        }
    }
    None
}

enum How {
    Unset,
    Entry(Entry),
    At(String, String),
    Count(usize),
}

fn ways(field: &Field, draft: &Draft) -> Vec<(&'static str, How)> {
    let mut ways = Vec::new();
    let entry = draft.entry(&field.key);
    let shape = &field.property.shape;
    let must = field.need == Need::Item
        || field.need == Need::Required && field.property.default.is_none();
    if must && !matches!(shape, Shape::Object(..)) {
        ways.push(("missing", How::Unset));
    }
    if !field.property.nullable {
        ways.push(("null", How::Entry(Entry::Null)));
    }
    if entry == Some(&Entry::Null) {
        return ways;
    }
    let mut typed = |how, text: &str| ways.push((how, How::Entry(Entry::from(text))));
    match shape {
        Shape::Text(rules) | Shape::Suggested(_, rules) => {
            if must && field.need == Need::Required {
                typed("blank", " \n");
            }
            if let Some(least) = rules.min_length.filter(|least| *least > 1) {
                typed("short", &"x".repeat(least - 1));
            }
            if let Some(most) = rules.max_length {
                typed("long", &"🦊".repeat(most + 1));
            }
            if rules.pattern.is_some() {
                typed("pattern", "🦊🦊");
            }
        }
        Shape::Number(range) => {
            typed("number", "x");
            if range.integer {
                typed("whole", "1.5");
            }
            let beyond = |limit: &Limit, by: i64| match limit.inclusive {
                true => format!("{:.0}", limit.value.nearly() + by as f64),
                false => limit.value.text.clone(),
            };
            if let Some(limit) = &range.min {
                typed("low", &beyond(limit, -1));
            }
            if let Some(limit) = &range.max {
                typed("high", &beyond(limit, 1));
            }
            if let Some(of) = &range.multiple_of
                && of.text != "1"
            {
                typed(
                    "multiple",
                    &[of.text.as_str(), if of.text.contains('.') { "1" } else { ".1" }].concat(),
                );
            }
        }
        Shape::Boolean => typed("boolean", "yes"),
        Shape::Choice(_) | Shape::Preset { .. } => typed("choice", "no such 🦊"),
        Shape::File(_) => {
            typed("file", "fox.png");
            typed("file", "javascript:alert(1)");
        }
        Shape::Json => typed("json", "{"),
        Shape::Union(_) => typed("branch", "99"),
        Shape::List(..) | Shape::Map(_) | Shape::Object(..) | Shape::Tuple(_) => typed("text", "x"),
        Shape::Any => {}
    }
    if !matches!(shape, Shape::Any | Shape::Json) {
        ways.push(("kind", How::Entry(Entry::Raw("[[{}]]".to_owned()))));
    }
    match shape {
        Shape::List(item, rules) if !matches!(item.shape, Shape::Choice(_)) => {
            if let Some(most) = rules.max.filter(|most| *most < MOST_ITEMS) {
                ways.push(("many", How::Count(most + 1)));
            }
            if let Some(least) = rules.min.filter(|least| *least > 0) {
                ways.push(("few", How::Count(least - 1)));
            }
        }
        Shape::List(_, rules) => {
            ways.push(("choice", How::Entry(Entry::from("[\"no such 🦊\"]"))));
            if rules.min.is_some_and(|least| least > 0) {
                ways.push(("few", How::Entry(Entry::from("[]"))));
            }
        }
        Shape::Map(_) if draft.count(&field.key).is_some_and(|count| count > 0) => {
            let name = [&item_key(&field.key, 0), "|k"].concat();
            ways.push(("nameless", How::At(name, String::new())));
        }
        Shape::Object(_, ExtraKeys::Refused) => {
            ways.push(("unknown", How::At(field.extra_key(), r#"{"no such":1}"#.to_owned())));
        }
        _ => {}
    }
    ways
}
