//! Documents, drafts and payloads that chance has been at: whatever comes out, nothing panics, and
//! what a form promises holds.
//!
//! Runs for `FLUX_STUDIO_FUZZ_SECONDS`, three unless told otherwise. A failure prints its seed, and
//! `FLUX_STUDIO_FUZZ_SEED` runs that one again.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant, SystemTime};

use flux_studio::form::{Draft, Entry, Field, Form, Need};
use flux_studio::schema::{BUNDLED, Shape, read};
use serde_json::{Map, Value};

use crate::chance::Chance;
use crate::conditions;
use crate::fill::fill;
use crate::odd;
use crate::payload::{completed, disturb};
use crate::subject::{collection, matches, say};

#[test]
fn nothing_that_chance_makes_breaks_a_promise() {
    let set = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let bundled =
        BUNDLED.map(|model| std::fs::read_to_string(format!("public/{}", model.path)).unwrap());
    let own = [bundled.to_vec(), odd::sound(), odd::unsound(), vec![conditions::text()]].concat();
    let more = collection("fuzzing with a collection of documents");
    let texts = Texts { own, more };
    if let Some(seed) = set("FLUX_STUDIO_FUZZ_SEED") {
        once(&texts, seed);
        return;
    }
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let first = now.as_nanos() as u64;
    let end = Instant::now() + Duration::from_secs(set("FLUX_STUDIO_FUZZ_SECONDS").unwrap_or(3));
    let mut tally = [0_u64; 3];
    let (mut slowest, mut slow_seed) = (Duration::ZERO, 0);
    while Instant::now() < end {
        let seed = first.wrapping_add(tally[0]);
        let started = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| once(&texts, seed)));
        let [models, sent] = outcome
            .unwrap_or_else(|_| panic!("broken: run again with FLUX_STUDIO_FUZZ_SEED={seed}"));
        if started.elapsed() > slowest {
            (slowest, slow_seed) = (started.elapsed(), seed);
        }
        tally = [tally[0] + 1, tally[1] + models, tally[2] + sent];
    }
    say(&format!(
        "fuzzed {} documents, {} of them models, {} requests; the slowest took {slowest:?} ({slow_seed})",
        tally[0], tally[1], tally[2]
    ));
    assert!(slowest < Duration::from_secs(10), "FLUX_STUDIO_FUZZ_SEED={slow_seed}: {slowest:?}");
}

struct Texts {
    own: Vec<String>,
    more: Vec<String>,
}

impl Texts {
    fn any(&self, chance: &mut Chance) -> &str {
        let is_own = self.more.is_empty() || chance.once_in(2);
        chance.of::<String>(if is_own { &self.own } else { &self.more })
    }
}

/// Changes a document and looks at what becomes of it: whether it is a model, and the requests.
fn once(texts: &Texts, seed: u64) -> [u64; 2] {
    let mut chance = Chance::new(seed);
    let text = mutated(texts, &mut chance);
    let Ok((model, notices)) = read(&text) else { return [0, 0] };
    assert!(notices.iter().all(|notice| !notice.message.is_empty()));
    let form = Form::new(&model, matches);
    look_at_fields(&form);
    let mut sent = 0;
    let mut drafts: Vec<Draft> = Vec::new();
    for _ in 0..4 {
        let mut draft = fill(&form, &mut chance).draft;
        sent += look_at_draft(&form, &draft);
        junk(&mut draft, &form, &mut chance);
        sent += look_at_draft(&form, &draft);
        let request = form.read(&draft).input;
        drafts.push(draft);
        let mut payload = match chance.once_in(3) {
            true => own_values(&form),
            false => request,
        };
        disturb(&mut payload, &form, &mut chance);
        sent += look_at_payload(&form, &payload);
    }
    // The same draft at another state of the document.
    if let Ok((model, _)) = read(&mutated(texts, &mut chance)) {
        let other = Form::new(&model, matches);
        for draft in &drafts {
            let (kept, dropped) = other.adopt(draft);
            assert!(dropped.iter().all(|dropped| !dropped.what.is_empty()));
            look_at_draft(&other, &kept);
            // What is told is gone, and what is gone is told.
            assert!(
                dropped.is_empty() == (kept == *draft)
                    || draft.iter().any(|(key, entry)| {
                        // These are read anew.
                        key.ends_with("|+") || matches!(entry, Entry::Raw(_))
                    })
            );
        }
    }
    [1, sent]
}

fn own_values(form: &Form) -> Map<String, Value> {
    let value = |field: &Field| {
        let value = field.property.default.as_ref().or(field.property.examples.first())?;
        Some((field.name().to_owned(), value.clone()))
    };
    form.fields.iter().filter_map(value).collect()
}

fn look_at_fields(form: &Form) {
    let mut seen = HashSet::new();
    let mut rest = form.fields.clone();
    while let Some(field) = rest.pop() {
        if seen.len() > 3000 {
            return;
        }
        assert!(seen.insert(field.key.clone()), "two fields at {:?}", field.key);
        let there = form.at(&field.key).unwrap_or_else(|| panic!("nothing at {:?}", field.key));
        assert_eq!(there, field);
        assert!(!field.path().contains('|'));
        assert!(!field.key.contains(char::is_whitespace), "{:?}", field.key);
        let (_, _) = (field.control(), field.default_text());
        assert!(field.default_branch().is_none_or(|index| field.branch(index).is_some()));
        rest.extend(field.children());
        rest.extend([0, 7].into_iter().filter_map(|index| field.item(index)));
        rest.extend((0..64).map_while(|index| field.branch(index)));
    }
}

fn look_at_draft(form: &Form, draft: &Draft) -> u64 {
    let reading = form.read(draft);
    for problem in &reading.problems {
        let is_there = problem.key.is_empty() || form.at(&problem.key).is_some();
        assert!(is_there, "{problem:?} in {draft:?}");
        assert!(!problem.to_string().is_empty());
    }
    for change in form.changes(draft) {
        assert_ne!(change.default, Some(Value::Null));
    }
    form.unknown(draft);
    for (key, _) in draft.iter().take(20) {
        let loc: Vec<String> = key.split(['.', '|']).map(str::to_owned).collect();
        if let Some(field) = form.find(&loc, draft) {
            assert!(form.at(&field.key).is_some());
        }
    }
    let Ok(request) = form.check(draft) else { return 0 };
    assert_eq!(*request.as_value(), Value::Object(reading.input));
    let text = request.to_json();
    assert_eq!(serde_json::from_str::<Value>(&text).ok().as_ref(), Some(request.as_value()));
    let again = form.draft_of(request.as_value().as_object().unwrap());
    let sent = form.check(&again);
    assert_eq!(sent.as_ref(), Ok(&request), "{draft:?}, then {again:?}");
    assert!(form.changes(&again).len() <= form.fields.len());
    1
}

fn look_at_payload(form: &Form, payload: &Map<String, Value>) -> u64 {
    let draft = form.draft_of(payload);
    let expected = completed(form, payload, &draft);
    assert_eq!(form.read(&draft).input, expected, "{draft:?}");
    look_at_draft(form, &draft)
}

/// Entries that no control would make.
fn junk(draft: &mut Draft, form: &Form, chance: &mut Chance) {
    let texts = [
        "",
        " ",
        "0",
        "1",
        "3",
        "99999999999999999999",
        "-1",
        "x",
        "null",
        "[]",
        "{}",
        "{\"a\":1}",
        "[1,2,2]",
        "true",
        "custom",
        "1e400",
        "\u{0}",
        "{",
        "https://a.example/",
        "🦊",
    ];
    for _ in 0..chance.below(6) {
        let keys: Vec<String> = draft.iter().map(|(key, _)| key.to_owned()).collect();
        let mut key = match keys.is_empty() || chance.once_in(3) {
            true if form.fields.is_empty() => "x".to_owned(),
            true => chance.of(&form.fields).key.clone(),
            false => chance.of(&keys).clone(),
        };
        key.push_str(chance.of::<&str>(&["", "", "", ".0", "|0", "|+", "|k", ".x", "|1.a", "|n"]));
        let text = (*chance.of::<&str>(&texts)).to_owned();
        match chance.below(6) {
            0 => draft.remove(&key),
            1 => draft.insert(&key, Entry::Null),
            2 => draft.insert(&key, Entry::Raw(text)),
            _ => draft.insert(&key, text),
        }
    }
    if chance.once_in(4) {
        let lists =
            form.fields.iter().filter(|field| matches!(field.property.shape, Shape::List(..)));
        for list in lists.filter(|list| list.need == Need::Optional) {
            let count = draft.count(&list.key).unwrap_or(0).min(9);
            let order: Vec<usize> = (0..count).rev().filter(|_| !chance.once_in(3)).collect();
            draft.arrange(&list.key, &order);
        }
    }
}

/// A document that was one once.
fn mutated(texts: &Texts, chance: &mut Chance) -> String {
    let text = texts.any(chance);
    if chance.once_in(5) {
        return mutated_bytes(text, chance);
    }
    let mut document: Value = serde_json::from_str(text).unwrap();
    let other: Value = serde_json::from_str(texts.any(chance)).unwrap();
    for _ in 0..chance.below(8) {
        let spare = node(&other, chance).clone();
        mutate(&mut document, spare, chance);
    }
    document.to_string()
}

fn mutated_bytes(text: &str, chance: &mut Chance) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..1 + chance.below(4) {
        let at = chance.below(bytes.len());
        let end = (at + chance.below(40)).min(bytes.len());
        match chance.below(5) {
            0 => drop(bytes.splice(at..end, [])),
            1 => bytes[at] = chance.next() as u8,
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece).for_each(drop);
            }
            3 => bytes[at] = *chance.of(b"{}[],:\"0-e\\t"),
            _ => bytes.truncate(bytes.len() - chance.below(bytes.len().min(9))),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A node of a document, rather a schema than not.
fn node<'d>(document: &'d Value, chance: &mut Chance) -> &'d Value {
    let mut node = document.pointer("/components/schemas").unwrap_or(document);
    for _ in 0..chance.below(9) {
        let next = match node {
            Value::Object(object) if !object.is_empty() => {
                object.values().nth(chance.below(object.len()))
            }
            Value::Array(list) if !list.is_empty() => list.get(chance.below(list.len())),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    node
}

const KEYWORDS: [&str; 38] = [
    "type",
    "properties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
    "allOf",
    "enum",
    "const",
    "$ref",
    "default",
    "examples",
    "required",
    "additionalProperties",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "pattern",
    "nullable",
    "format",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minProperties",
    "maxProperties",
    "patternProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "title",
    "x-fal-order-properties",
];

fn mutate(document: &mut Value, spare: Value, chance: &mut Chance) {
    let mut node = match document.pointer("/components/schemas").is_some() && !chance.once_in(9) {
        true => document.pointer_mut("/components/schemas").unwrap(),
        false => document,
    };
    let deep = 1 + chance.below(9);
    for depth in 0..deep {
        let is_last = depth + 1 == deep;
        let is_leaf = match &*node {
            Value::Object(object) => object.is_empty(),
            Value::Array(list) => list.is_empty(),
            _ => true,
        };
        if is_leaf {
            *node = if chance.once_in(2) { spare } else { crate::payload::odd(chance) };
            return;
        }
        match node {
            Value::Object(object) => {
                let name = object.keys().nth(chance.below(object.len())).unwrap().clone();
                if is_last {
                    match chance.below(7) {
                        0 => drop(object.shift_remove(&name)),
                        1 => drop(object.insert((*chance.of(&KEYWORDS)).to_owned(), spare)),
                        2 => {
                            let value = object[&name].clone();
                            object.insert([&name, "_url"].concat(), value);
                        }
                        3 => drop(object.insert(name, spare)),
                        4 => {
                            let other =
                                object.keys().nth(chance.below(object.len())).unwrap().clone();
                            let value = object[&name].take();
                            object[&name] = std::mem::replace(&mut object[&other], value);
                        }
                        5 => {
                            let names = [
                                "string", "integer", "number", "array", "object", "null", "boolean",
                            ];
                            object.insert("type".to_owned(), (*chance.of(&names)).into());
                        }
                        _ => object[&name] = crate::payload::odd(chance),
                    }
                    return;
                }
                node = &mut object[&name];
            }
            Value::Array(list) => {
                let at = chance.below(list.len());
                if is_last {
                    match chance.below(3) {
                        0 => drop(list.remove(at)),
                        1 => list.insert(at, spare),
                        _ => list[at] = crate::payload::odd(chance),
                    }
                    return;
                }
                node = &mut list[at];
            }
            _ => return,
        }
    }
}
