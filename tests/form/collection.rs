//! Whole documents, hand-written ones and those fal publishes, through the form and to a validator
//! that knows nothing of this program.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use flux_studio::form::{Draft, Field, Form, Problem, What, is_within};
use flux_studio::schema::{BUNDLED, Property, Shape};
use serde_json::{Map, Value};

use crate::broken::broken;
use crate::chance::Chance;
use crate::fill::{Filled, fill};
use crate::odd;
use crate::payload::{completed, disturb};
use crate::subject::{Subject, collection, say};

/// Drafts of each sort for each document.
const DRAFTS: usize = 200;

fn ours() -> Vec<String> {
    let path = |name: &str| format!("public/{name}");
    let bundled = BUNDLED.iter().map(|model| std::fs::read_to_string(path(model.path)).unwrap());
    bundled.chain(odd::sound()).collect()
}

fn count_of(property: &Property, is: &dyn Fn(&Property) -> bool) -> usize {
    let inner = match &property.shape {
        Shape::Object(all, _)
        | Shape::Tuple(all)
        | Shape::Union(all)
        | Shape::Preset { custom: all, .. } => all.iter().map(|one| count_of(one, is)).sum(),
        Shape::List(item, _) | Shape::Map(item) => count_of(item, is),
        _ => 0,
    };
    inner + usize::from(is(property))
}

#[test]
fn nearly_every_document_of_a_collection_is_wholly_a_form() {
    let (mut fields, mut json, mut with_json, mut conditional) = (0, 0, 0, 0);
    let texts = collection("which documents have a JSON field");
    for text in &texts {
        let subject = Subject::new(text);
        let count = |is: &dyn Fn(&Property) -> bool| -> usize {
            subject.model.inputs.iter().map(|property| count_of(property, is)).sum()
        };
        let found = count(&|property| property.shape == Shape::Json);
        let noticed = count(&|property| property.notice.is_some());
        assert!(noticed >= subject.notices.len().min(1), "{}", subject.id());
        for notice in &subject.notices {
            say(&format!("{}: {}: {}", subject.id(), notice.path, notice.message));
        }
        fields += count(&|_| true);
        json += found;
        with_json += usize::from(found > 0);
        conditional += usize::from(subject.model.conditions.is_some());
    }
    say(&format!(
        "{} documents, {with_json} of them with JSON fields; {json} of {fields} fields are JSON",
        texts.len()
    ));
    say(&format!("{conditional} ask more of an input than its fields judge"));
    assert!(conditional * 20 <= texts.len(), "{conditional} of {}", texts.len());
    assert!(with_json * 1000 <= texts.len() * 15, "{with_json} of {}", texts.len());
}

/// Everything that fills itself in: what is required from its examples, the rest from the defaults.
fn own_values(form: &Form, examples_first: bool) -> Map<String, Value> {
    let value = |field: &Field| {
        let (example, default) = (field.property.examples.first(), field.property.default.as_ref());
        let value = match examples_first || field.property.required {
            true => example.or(default),
            false => default,
        };
        Some((field.name().to_owned(), value?.clone()))
    };
    form.fields.iter().filter_map(value).collect()
}

#[test]
fn what_a_document_suggests_is_a_request_that_it_accepts() {
    let mut faults = Vec::new();
    let texts = [ours(), collection("the requests that documents suggest")].concat();
    for text in &texts {
        let subject = Subject::new(text);
        for examples_first in [false, true] {
            let payload = own_values(&subject.form, examples_first);
            let mut draft = subject.form.draft_of(&payload);
            // What is required and has no example.
            let filled = fill(&subject.form, &mut Chance::new(1));
            for field in &subject.form.fields {
                if field.property.required && !payload.contains_key(field.name()) {
                    let of_field =
                        filled.draft.iter().filter(|(key, _)| is_within(key, &field.key));
                    for (key, entry) in of_field {
                        draft.insert(key, entry.clone());
                    }
                }
            }
            let reading = subject.form.read(&draft);
            let errors = subject.errors(&Value::Object(reading.input));
            let problems: Vec<String> = reading.problems.iter().map(ToString::to_string).collect();
            assert!(
                errors.is_empty() || !problems.is_empty(),
                "{}: accepted, and refused there: {errors:?}",
                subject.id()
            );
            for (problem, said) in reading.problems.iter().zip(problems) {
                // An example of nothing is no reason to send nothing.
                let is_blank = problem.what == What::Missing;
                assert!(is_blank || !errors.is_empty(), "{}: only here: {said}", subject.id());
                let why: String = errors.join("; ").chars().take(160).collect();
                let fault = format!("{}: {said} {why}", subject.id());
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
    }
    say(&format!("{} suggestions are no good:\n{}", faults.len(), faults.join("\n")));
    assert!(faults.len() * 50 <= texts.len(), "{} of {}", faults.len(), texts.len());
}

/// The same again: a form filled from a request sends it once more.
fn assert_same_again(subject: &Subject, draft: &Draft, request: &Value) {
    let again = subject.form.draft_of(request.as_object().unwrap());
    let sent = subject.form.check(&again);
    assert_eq!(
        sent.as_ref().map(|sent| sent.as_value()),
        Ok(request),
        "{}: {draft:?}, then {again:?}",
        subject.id()
    );
}

/// A draft by chance keeps no condition by chance: what its sentence gives as an example does.
fn mended(form: &Form, mut filled: Filled) -> Filled {
    for _ in 0..9 {
        let Err(problems) = form.check(&filled.draft) else { break };
        if let [Problem { key, what: What::Condition(words), .. }] = &problems[..]
            && let Some((_, example)) = words.split_once(" such as ")
        {
            filled.draft.insert(key, example);
        }
    }
    filled
}

fn try_drafts(subject: &Subject, seed: u64, tally: &mut BTreeMap<String, usize>) {
    let mut chance = Chance::new(seed);
    let mut count = |what: &str| *tally.entry(what.to_owned()).or_default() += 1;
    for _ in 0..DRAFTS {
        let filled = mended(&subject.form, fill(&subject.form, &mut chance));
        let request = match subject.form.check(&filled.draft) {
            Ok(request) => request.as_value().clone(),
            Err(problems) => panic!("{}: {problems:?} in {:?}", subject.id(), filled.draft),
        };
        let errors = subject.errors(&request);
        assert!(errors.is_empty(), "{}: {request}: {errors:?}", subject.id());
        assert_same_again(subject, &filled.draft, &request);
        count("accepted");

        if let Some((draft, key, how)) = broken(&filled, &mut chance) {
            let reading = subject.form.read(&draft);
            assert!(
                reading.problems.iter().any(|problem| problem.key == key),
                "{}: {how} at {key}: {:?} in {draft:?}",
                subject.id(),
                reading.problems
            );
            assert!(subject.form.check(&draft).is_err());
            let there = !subject.validator.is_valid(&Value::Object(reading.input));
            count(if there { "refused, there too" } else { "refused, only here" });
            if !there {
                count(&format!("only here: {how}"));
            }
        }

        let mut payload = request.as_object().unwrap().clone();
        disturb(&mut payload, &subject.form, &mut chance);
        let draft = subject.form.draft_of(&payload);
        let reading = subject.form.read(&draft);
        let expected = completed(&subject.form, &payload, &draft);
        assert_eq!(reading.input, expected, "{}: {draft:?}", subject.id());
        // What is accepted in the end is accepted there too, unknown keys and all.
        if reading.problems.is_empty() {
            let errors = subject.errors(&Value::Object(reading.input));
            assert!(errors.is_empty(), "{}: {expected:?}: {errors:?}", subject.id());
        }
        for problem in &reading.problems {
            let is_there = problem.key.is_empty() || subject.form.at(&problem.key).is_some();
            assert!(is_there, "{}: {problem:?}", subject.id());
        }
        count("payloads");
    }
}

#[test]
fn random_drafts_are_judged_as_the_documents_judge_them() {
    let texts = [ours(), collection("random drafts for a collection of documents")].concat();
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(BTreeMap::new());
    let work = || {
        let mut mine = BTreeMap::new();
        while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let subject = Subject::new(text);
            try_drafts(&subject, subject.id().len() as u64, &mut mine);
        }
        for (what, count) in mine {
            *tally.lock().unwrap().entry(what).or_default() += count;
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    say(&format!("{:?}", tally.into_inner().unwrap() as BTreeMap<String, usize>));
}
