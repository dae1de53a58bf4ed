//! Drafts that a form has to accept, made by chance from its fields.

use flux_studio::form::{CUSTOM, Draft, Entry, Field, Form, Need, text_of};
use flux_studio::schema::{Limit, Range, Shape, TextRules};
use serde_json::Value;

use crate::chance::Chance;

/// Numbers are counted in these, exactly.
const UNIT: i128 = 1_000_000_000_000;

/// A draft, and the fields that stand in it.
pub(crate) struct Filled {
    pub(crate) draft: Draft,
    pub(crate) live: Vec<Field>,
}

pub(crate) fn fill(form: &Form, chance: &mut Chance) -> Filled {
    let mut filled = Filled { draft: Draft::new(), live: Vec::new() };
    let sparse = 1 + chance.below(4);
    for field in &form.fields {
        filled.field(field, sparse, chance);
    }
    filled
}

impl Filled {
    fn field(&mut self, field: &Field, sparse: usize, chance: &mut Chance) {
        let is_left_out = field.need == Need::Optional && !chance.once_in(sparse);
        if !is_left_out {
            self.value(field, sparse, chance);
        }
    }

    pub(crate) fn value(&mut self, field: &Field, sparse: usize, chance: &mut Chance) {
        let sparse = sparse + 1;
        let is_json = field.property.shape == Shape::Json;
        if field.property.nullable && !is_json && chance.once_in(8) {
            self.draft.insert(&field.key, Entry::Null);
            self.live.push(field.clone());
            return;
        }
        let entry = match &field.property.shape {
            Shape::Object(..) => {
                field.children().iter().for_each(|child| self.field(child, sparse, chance));
                Some(Entry::from("{}"))
            }
            Shape::Tuple(_) => {
                field.children().iter().for_each(|place| self.value(place, sparse, chance));
                Some(Entry::from("[]"))
            }
            Shape::Preset { choices, .. } => {
                let choice = chance.of(choices);
                if chance.once_in(2) {
                    field.children().iter().for_each(|child| self.field(child, sparse, chance));
                    Some(Entry::from(CUSTOM))
                } else {
                    Some(Entry::from(text_of(choice)))
                }
            }
            Shape::List(item, rules) => {
                // No sane list needs more; the insane are filled wrong.
                let least = rules.min.unwrap_or(0).min(30);
                let most = rules.max.unwrap_or(least + 3).min(least + 3).max(least);
                // Different items by chance are hard to come by.
                let most = if rules.unique { least.max(1).min(most) } else { most };
                let count = least + chance.below(most - least + 1);
                match &item.shape {
                    Shape::Choice(choices) => {
                        let mut some: Vec<Value> = Vec::new();
                        for _ in 0..count * 30 {
                            if some.len() == count {
                                break;
                            }
                            let next = chance.of(choices);
                            if !rules.unique || !some.contains(next) {
                                some.push(next.clone());
                            }
                        }
                        Some(Entry::from(Value::Array(some).to_string()))
                    }
                    _ => {
                        for item in (0..count).filter_map(|index| field.item(index)) {
                            self.value(&item, sparse, chance);
                        }
                        Some(Entry::from(count.to_string()))
                    }
                }
            }
            Shape::Map(_) => {
                let count = chance.below(3);
                for (index, item) in (0..count).filter_map(|i| Some((i, field.item(i)?))) {
                    self.draft.insert(&field.name_key(index), format!("name {index}."));
                    self.value(&item, sparse, chance);
                }
                Some(Entry::from(count.to_string()))
            }
            Shape::Union(branches) => {
                let index = chance.below(branches.len());
                self.value(&field.branch(index).unwrap(), sparse, chance);
                Some(Entry::from(index.to_string()))
            }
            shape => literal(shape, field.need, chance),
        };
        if let Some(entry) = entry {
            self.draft.insert(&field.key, entry);
            self.live.push(field.clone());
        }
    }
}

fn literal(shape: &Shape, need: Need, chance: &mut Chance) -> Option<Entry> {
    let text = match shape {
        Shape::Text(rules) => text(rules, need, chance)?,
        Shape::Suggested(choices, rules) => match chance.once_in(2) {
            true => text_of(chance.of(choices)),
            false => text(rules, need, chance)?,
        },
        Shape::Number(range) => number(range, chance)?,
        Shape::Boolean => (*chance.of(&["true", "false"])).to_owned(),
        Shape::Choice(choices) => {
            let typed: Vec<&Value> =
                choices.iter().filter(|choice| !text_of(choice).trim().is_empty()).collect();
            text_of(typed.get(chance.below(typed.len().max(1)))?)
        }
        Shape::File(_) => {
            let files =
                ["https://a.example/b.png", "HTTP://a.example/", "data:image/png;base64,AA=="];
            (*chance.of(&files)).to_owned()
        }
        Shape::Any => {
            let texts = ["x", "7", "-0.50", "true", "null", "[1,{\"a\":2}]", "{", "1e999", "\"x\""];
            (*chance.of(&texts)).to_owned()
        }
        // The only one in the documents here is a tree in a tree in a tree.
        Shape::Json => r#"{"name":"x"}"#.to_owned(),
        _ => return None,
    };
    Some(Entry::Text(text))
}

fn text(rules: &TextRules, need: Need, chance: &mut Chance) -> Option<String> {
    // The patterns of the documents here match one of these.
    if let Some(pattern) = &rules.pattern {
        let texts = ["#a0b1c2", "abc", "2024-01-01", "x1"];
        return texts
            .into_iter()
            .find(|text| crate::subject::matches(pattern, text))
            .map(str::to_owned);
    }
    let least = rules.min_length.unwrap_or(usize::from(need == Need::Required)).min(10_000);
    let most = rules.max_length.unwrap_or(least + 20).min(least + 20);
    if most < least {
        return None;
    }
    let count = least + chance.below(most - least + 1);
    let letters = ['a', 'Z', ' ', '\n', '"', '\\', '🦊', 'ß', '0', '{', '\u{0}'];
    let first = if need == Need::Required { 'x' } else { ' ' };
    Some((0..count).map(|at| if at == 0 { first } else { *chance.of(&letters) }).collect())
}

fn number(range: &Range, chance: &mut Chance) -> Option<String> {
    let grain = match &range.multiple_of {
        Some(of) => units(&of.text)?,
        None if range.integer => UNIT,
        None => *chance.of(&[UNIT, UNIT / 4, UNIT / 1000, 1]),
    };
    // Both at once: a whole multiple of 0.5 is one of 1.
    let both = range.integer && grain % UNIT != 0;
    let grain = if both { grain.checked_mul(UNIT)? } else { grain };
    if grain <= 0 {
        return None;
    }
    let end = |limit: &Option<Limit>, up: bool| -> Option<Option<i128>> {
        let Some(limit) = limit else { return Some(None) };
        let at = units(&limit.value.text)?;
        let (place, rest) = (at.div_euclid(grain), at.rem_euclid(grain));
        Some(Some(match (up, rest == 0, limit.inclusive) {
            (true, true, true) | (false, _, true) | (false, false, false) => place,
            (true, ..) => place + 1,
            (false, true, false) => place - 1,
        }))
    };
    let (low, high) = match (end(&range.min, true)?, end(&range.max, false)?) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + 1000),
        (None, Some(high)) => (high - 1000, high),
        (None, None) if range.integer && range.multiple_of.is_none() && chance.once_in(4) => {
            let digits = format!("{}{}", 1 + chance.below(9), chance.next().to_string().repeat(2));
            return Some(digits);
        }
        (None, None) => (-1000, 1000),
    };
    if high < low {
        return None;
    }
    let place = match chance.below(6) {
        0 => low,
        1 => high,
        _ => low + (u128::from(chance.next()) % (high - low + 1).unsigned_abs()) as i128,
    };
    let sum = place.checked_mul(grain)?;
    let (whole, fraction) = (sum.unsigned_abs() / UNIT as u128, sum.unsigned_abs() % UNIT as u128);
    let sign = if sum < 0 { "-" } else { "" };
    let text = format!("{sign}{whole}.{fraction:012}");
    Some(text.trim_end_matches('0').trim_end_matches('.').to_owned())
}

/// `1.5` in millionths of millionths; none where it has more digits than those.
fn units(text: &str) -> Option<i128> {
    let (digits, power) = text.split_once('e').unwrap_or((text, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let power = 12 + power.parse::<i32>().ok()? - i32::try_from(fraction.len()).ok()?;
    let all: i128 = [whole, fraction].concat().parse().ok()?;
    let ten = 10_i128.checked_pow(power.unsigned_abs())?;
    if power < 0 { (all % ten == 0).then_some(all / ten) } else { all.checked_mul(ten) }
}
