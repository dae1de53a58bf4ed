//! Drafts with one mistake in them, by chance.

use flux_studio::form::{CUSTOM, Draft, Entry, Field, MOST_ITEMS, Need, What};
use flux_studio::schema::{ExtraKeys, Limit, Range, Shape, TextRules};
use serde_json::{Value, json};

use crate::chance::Chance;
use crate::fill::Filled;
use crate::subject::Subject;

/// A draft that was good until one thing in it was made wrong.
pub(crate) struct Broken {
    pub(crate) draft: Draft,
    /// The field that is wrong; empty for the input as a whole.
    pub(crate) key: String,
    pub(crate) way: Way,
    /// Whether the document does not say what may stand there.
    pub(crate) is_guess: bool,
}

/// The ways in which an entry can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    Missing,
    Blank,
    Null,
    /// A text where there is none.
    Text,
    /// JSON of another kind.
    Kind,
    Short,
    Long,
    Pattern,
    NoNumber,
    Fraction,
    Low,
    High,
    Grain,
    Choice,
    Branch,
    File,
    Json,
    Few,
    Many,
    Twice,
    Nameless,
    SameName,
    Unknown,
}

impl Way {
    /// Whether a problem is what is to be said of such an entry.
    pub(crate) fn is_told_by(self, what: &What) -> bool {
        match self {
            Self::Missing | Self::Blank => *what == What::Missing,
            Self::Null => *what == What::Null,
            Self::Text | Self::Kind => matches!(what, What::Kind(_)),
            Self::Short => matches!(what, What::Short(_)),
            Self::Long => matches!(what, What::Long(_) | What::NeedsUrl(_)),
            Self::Pattern => matches!(what, What::Pattern(_)),
            Self::NoNumber => matches!(what, What::NotAnInteger | What::NotANumber),
            Self::Fraction => *what == What::NotAnInteger,
            Self::Low | Self::High => matches!(what, What::Limit(_)),
            // What is off the grain may be out of bounds too.
            Self::Grain => matches!(what, What::Multiple(_) | What::Limit(_)),
            Self::Choice | Self::Branch => *what == What::NotAChoice,
            Self::File => *what == What::NotAFile,
            Self::Json => matches!(what, What::NotJson(..)),
            Self::Few => matches!(what, What::Few(_)),
            Self::Many => matches!(what, What::Many(_)),
            Self::Twice => *what == What::Twice,
            Self::Nameless => *what == What::Nameless,
            Self::SameName => matches!(what, What::SameName(_)),
            Self::Unknown => matches!(what, What::Unknown(_)),
        }
    }
}

enum How {
    Unset,
    /// Another entry in the field itself.
    Entry(Entry),
    /// Something at a key that belongs to it.
    At(String, String),
    /// So many items, of which the new ones are good.
    Count(usize),
}

/// Breaks one field, be it set or unset, or the input as a whole. Nothing where nothing can be wrong.
pub(crate) fn broken(subject: &Subject, filled: &Filled, chance: &mut Chance) -> Option<Broken> {
    let fields = in_reach(subject, filled);
    let start = chance.below(fields.len() + 1);
    for place in (0..=fields.len()).map(|turn| (start + turn) % (fields.len() + 1)) {
        let Some(field) = fields.get(place) else {
            if subject.model.extra == ExtraKeys::Allowed {
                continue;
            }
            let mut draft = filled.draft.clone();
            draft.insert("|+", r#"{"no such":1}"#);
            let (key, way) = (String::new(), Way::Unknown);
            return Some(Broken { draft, key, way, is_guess: false });
        };
        let mut ways = ways(field, &filled.draft);
        if ways.is_empty() {
            continue;
        }
        let (way, how) = ways.swap_remove(chance.below(ways.len()));
        let draft = changed(filled, field, how, chance);
        let is_guess = field.property.notice.is_some();
        return Some(Broken { draft, key: field.key.clone(), way, is_guess });
    }
    None
}

fn changed(filled: &Filled, field: &Field, how: How, chance: &mut Chance) -> Draft {
    let mut draft = filled.draft.clone();
    match how {
        How::Unset => {
            draft.remove(&field.key);
            // The name of a value in a map stays: one mistake is enough.
            let name = [&field.key, "|k"].concat();
            if let Some(entry) = filled.draft.entry(&name) {
                draft.insert(&name, entry.clone());
            }
        }
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
    draft
}

/// The fields that stand in a draft, and those that could.
fn in_reach(subject: &Subject, filled: &Filled) -> Vec<Field> {
    let is_object = |field: &&Field| match field.property.shape {
        Shape::Object(..) => filled.draft.entry(&field.key) != Some(&Entry::Null),
        Shape::Preset { .. } => filled.draft.get(&field.key) == Some(CUSTOM),
        _ => false,
    };
    let children = filled.live.iter().filter(is_object).flat_map(Field::children);
    let all = subject.form.fields.iter().cloned().chain(children);
    let unset = all.filter(|field| filled.draft.entry(&field.key).is_none());
    filled.live.iter().cloned().chain(unset).collect()
}

fn ways(field: &Field, draft: &Draft) -> Vec<(Way, How)> {
    let entry = draft.entry(&field.key);
    let shape = &field.property.shape;
    let mut ways = Vec::new();
    let must = field.need == Need::Item
        || field.need == Need::Required && field.property.default.is_none();
    if must && entry.is_some() && !matches!(shape, Shape::Object(..)) {
        ways.push((Way::Missing, How::Unset));
    }
    if !field.property.nullable {
        ways.push((Way::Null, How::Entry(Entry::Null)));
    }
    if let Some(json) = of_another_kind(shape) {
        ways.push((Way::Kind, How::Entry(Entry::Raw(json.to_string()))));
    }
    let mut typed = |way, text: &str| ways.push((way, How::Entry(Entry::from(text))));
    match shape {
        Shape::Text(rules) | Shape::Suggested(_, rules) => {
            if must && field.need == Need::Required {
                typed(Way::Blank, " \n");
            }
            text_ways(rules, &mut typed);
        }
        Shape::Number(range) => number_ways(range, &mut typed),
        Shape::Boolean => typed(Way::Choice, "yes"),
        Shape::Choice(_) | Shape::Preset { .. } => typed(Way::Choice, "no such 🦊"),
        Shape::File(rules) => {
            if let Some(most) = rules.max_length {
                typed(Way::Long, &["data:,", &"x".repeat(most)].concat());
            }
            typed(Way::File, "fox.png");
            typed(Way::File, "javascript:alert(1)");
        }
        Shape::Json => typed(Way::Json, "{"),
        Shape::Union(_) => typed(Way::Branch, "99"),
        Shape::List(..) | Shape::Map(_) | Shape::Object(..) | Shape::Tuple(_) => {
            typed(Way::Text, "x");
        }
        Shape::Any => {}
    }
    match shape {
        Shape::List(item, rules) => {
            let counts = [
                (Way::Many, rules.max.filter(|most| *most < MOST_ITEMS).map(|most| most + 1)),
                (Way::Few, rules.min.and_then(|least| least.checked_sub(1))),
                (Way::Twice, rules.unique.then_some(2)),
            ];
            for (way, count) in counts.into_iter().filter_map(|(way, count)| Some((way, count?))) {
                match &item.shape {
                    // The same one again and again: what is too many is told before.
                    Shape::Choice(choices) => {
                        let same = Value::Array(vec![choices[0].clone(); count]);
                        ways.push((way, How::Entry(Entry::from(same.to_string()))));
                    }
                    _ if way == Way::Twice => {}
                    _ => ways.push((way, How::Count(count))),
                }
            }
            if matches!(item.shape, Shape::Choice(_)) {
                ways.push((Way::Choice, How::Entry(Entry::from("[\"no such 🦊\"]"))));
            }
        }
        Shape::Map(_) => {
            let count = draft.count(&field.key).unwrap_or(0);
            if count > 0 {
                ways.push((Way::Nameless, How::At(field.name_key(0), String::new())));
            }
            if count > 1 {
                let name = draft.get(&field.name_key(0)).unwrap().to_owned();
                ways.push((Way::SameName, How::At(field.name_key(1), name)));
            }
        }
        Shape::Object(_, ExtraKeys::Refused) if entry != Some(&Entry::Null) => {
            let text = r#"{"no such":1}"#.to_owned();
            ways.push((Way::Unknown, How::At(field.extra_key(), text)));
        }
        _ => {}
    }
    ways
}

fn text_ways(rules: &TextRules, typed: &mut dyn FnMut(Way, &str)) {
    if let Some(least) = rules.min_length.filter(|least| *least > 1) {
        typed(Way::Short, &"x".repeat(least - 1));
    }
    if let Some(most) = rules.max_length {
        typed(Way::Long, &"🦊".repeat(most + 1));
    }
    if rules.pattern.is_some() {
        typed(Way::Pattern, "🦊🦊");
    }
}

fn number_ways(range: &Range, typed: &mut dyn FnMut(Way, &str)) {
    typed(Way::NoNumber, "x");
    if range.integer {
        typed(Way::Fraction, "1.5");
    }
    let beyond = |limit: &Limit, by: i64| match limit.inclusive {
        true => format!("{:.0}", limit.value.nearly() + by as f64),
        false => limit.value.text.clone(),
    };
    if let Some(limit) = &range.min {
        typed(Way::Low, &beyond(limit, -1));
    }
    if let Some(limit) = &range.max {
        typed(Way::High, &beyond(limit, 1));
    }
    if let Some(of) = range.multiple_of.as_ref().filter(|of| of.text != "1") {
        match of.text.parse::<i64>() {
            Ok(of) => typed(Way::Grain, &(of + 1).to_string()),
            Err(_) => typed(Way::Grain, &[of.text.as_str(), "1"].concat()),
        }
    }
}

/// JSON that such a field has no room for.
fn of_another_kind(shape: &Shape) -> Option<Value> {
    let kinds =
        [json!("no such 🦊"), json!(-0.5), json!(true), json!({ "no such": 1 }), json!([[{}]])];
    kinds.into_iter().rev().find(|value| !has_room(shape, value))
}

fn has_room(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Text(_) | Shape::Suggested(..) | Shape::File(_) => value.is_string(),
        Shape::Number(_) => value.is_number(),
        Shape::Boolean => value.is_boolean(),
        Shape::Choice(_) => false,
        Shape::Preset { .. } => value.is_object(),
        Shape::List(..) | Shape::Tuple(_) => value.is_array(),
        Shape::Object(..) | Shape::Map(_) => value.is_object(),
        Shape::Union(kinds) => kinds.iter().any(|kind| has_room(&kind.shape, value)),
        Shape::Any | Shape::Json => true,
    }
}
