//! Whole documents, hand-written ones and those fal publishes, through the form and to a validator
//! that knows nothing of this program.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use flux_studio::form::{Draft, Field, Form, Problem, What, is_within};
use flux_studio::schema::{BUNDLED, Property, Shape};
use serde_json::{Map, Value};

use crate::broken::{Broken, Way, broken};
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

/// Why the form refuses what the validator lets pass, by the way in which the entry is wrong.
const STRICTER: [(Way, &str); 6] = [
    (Way::Blank, "what has to be entered is not blank; few documents say so with a least length"),
    (Way::File, "a file is an address or its data; to the documents it is any text"),
    (
        Way::Missing,
        "an empty place in a list or of a chosen kind does not say null, nor leave it out",
    ),
    (Way::Nameless, "a value has no name; to JSON nothing is a name too"),
    (Way::SameName, "two values have one name, and one would be lost"),
    (Way::Branch, "no such kind was chosen; what was entered happens to be a text that one takes"),
];
/// The same of what stands as one of several kinds of value.
const OTHER_KIND: &str = "the kind that was chosen does not take it; another would";
/// The same where the document refers to a description that it does not hold.
const GUESSED: &str = "the document does not hold the description; the form takes it for an object";

fn why_stricter(broken: &Broken) -> Option<(String, &'static str)> {
    if broken.is_guess {
        return Some(("no description".to_owned(), GUESSED));
    }
    let known = STRICTER.iter().find(|(way, _)| *way == broken.way);
    let known = known.map(|(way, why)| (format!("{way:?}").to_lowercase(), *why));
    known.or_else(|| broken.key.contains('|').then(|| ("other kind".to_owned(), OTHER_KIND)))
}

/// What came of the drafts of all documents.
#[derive(Default)]
struct Tally {
    /// Drafts accepted, payloads passed through, drafts refused here and there, refused only here.
    counts: [usize; 4],
    /// How often each reason was the only one, with a word for it.
    stricter: BTreeMap<(String, &'static str), usize>,
    /// The documents in which nothing can be wrong.
    flawless: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        for (why, count) in other.stricter {
            *self.stricter.entry(why).or_default() += count;
        }
        self.flawless.extend(other.flawless);
    }
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

fn try_drafts(subject: &Subject, seed: u64) -> Tally {
    let mut chance = Chance::new(seed);
    let mut tally = Tally::default();
    for _ in 0..DRAFTS {
        let filled = mended(&subject.form, fill(&subject.form, &mut chance));
        let request = match subject.form.check(&filled.draft) {
            Ok(request) => request.as_value().clone(),
            Err(problems) => panic!("{}: {problems:?} in {:?}", subject.id(), filled.draft),
        };
        let errors = subject.errors(&request);
        assert!(errors.is_empty(), "{}: {request}: {errors:?}", subject.id());
        assert_same_again(subject, &filled.draft, &request);
        tally.counts[0] += 1;

        match broken(subject, &filled, &mut chance) {
            Some(broken) => judge(subject, &broken, &mut tally),
            None => tally.flawless = vec![subject.id().to_owned()],
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
        tally.counts[1] += 1;
    }
    // Something can be wrong in every draft of a document, or in none.
    let refused = tally.counts[2] + tally.counts[3];
    assert_eq!(refused, if tally.flawless.is_empty() { DRAFTS } else { 0 }, "{}", subject.id());
    tally
}

/// A draft with one mistake is refused for it, at its field, and for nothing anywhere else.
fn judge(subject: &Subject, broken: &Broken, tally: &mut Tally) {
    let Broken { draft, key, way, .. } = broken;
    let reading = subject.form.read(draft);
    let problems = &reading.problems;
    let story = || format!("{}: {way:?} at {key}: {problems:?} in {draft:?}", subject.id());
    let is_told = |problem: &Problem| problem.key == *key && way.is_told_by(&problem.what);
    assert!(problems.iter().any(is_told), "{}", story());
    assert!(problems.iter().all(|problem| is_within(&problem.key, key)), "{}", story());
    assert!(subject.form.check(draft).is_err());
    if subject.validator.is_valid(&Value::Object(reading.input)) {
        let why = why_stricter(broken).unwrap_or_else(|| panic!("only here: {}", story()));
        *tally.stricter.entry(why).or_default() += 1;
        tally.counts[3] += 1;
    } else {
        tally.counts[2] += 1;
    }
}

#[test]
fn random_drafts_are_judged_as_the_documents_judge_them() {
    let ours = ours();
    let own = ours.len();
    let texts = [ours, collection("random drafts for a collection of documents")].concat();
    let next = AtomicUsize::new(0);
    let all = Mutex::new(Tally::default());
    let work = || {
        while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            let subject = Subject::new(text);
            let tally = try_drafts(&subject, subject.id().len() as u64);
            all.lock().unwrap().add(tally);
        }
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
    let Tally { counts: [accepted, passed, there, here], stricter, flawless } =
        all.into_inner().unwrap();
    let mut lines = vec![
        format!(
            "{} documents, {own} of them our own: {DRAFTS} drafts and payloads each",
            texts.len()
        ),
        format!("{accepted} drafts accepted, there too; {passed} payloads the same on their way"),
        format!("{} drafts with one mistake refused for it, at its field", there + here),
        format!("documents in which nothing can be wrong: {flawless:?}"),
        format!("{there} of the mistakes are refused there too, {here} only here:"),
    ];
    let reasons = stricter.iter().map(|((word, why), count)| format!("{count:>7} {word}: {why}"));
    lines.extend(reasons);
    say(&lines.join("\n"));
}
