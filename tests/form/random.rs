//! Random drafts for the models that come with the program, judged by a JSON Schema validator that
//! knows nothing of this one's reading of a schema.

use std::sync::LazyLock;

use flux_studio::form::{CUSTOM, Draft, Field, Form, Request};
use flux_studio::number::Decimal;
use flux_studio::schema::{BUNDLED, Limit, Range, Shape};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::subject::Subject;
use crate::{checked, draft_of};

static SUBJECTS: LazyLock<Vec<Subject>> =
    LazyLock::new(|| BUNDLED.iter().map(|model| subject(model.path)).collect());

fn subject(path: &str) -> Subject {
    Subject::new(&std::fs::read_to_string(format!("public/{path}")).unwrap())
}

/// Texts of which some mean something to some field.
fn any_text() -> impl Strategy<Value = String> {
    let telling = [
        "",
        " ",
        "0",
        "-1",
        "1",
        "4",
        "28",
        "28.0",
        "3,5",
        "1e2",
        "1e-400",
        "true",
        "false",
        "custom",
        "square",
        "png",
        "none",
        "null",
        "{}",
        "18446744073709551615",
        "https://a.example/",
        "data:,",
    ];
    prop_oneof![
        3 => select(telling.map(str::to_owned).to_vec()),
        2 => any::<String>(),
        1 => any::<i128>().prop_map(|n| n.to_string()),
        2 => any::<f64>().prop_map(|n| n.to_string()),
        2 => (0.0..20.0).prop_map(|n: f64| n.to_string()),
    ]
}

/// Random text in random fields, and in some that do not exist.
fn any_draft(form: &'static Form) -> impl Strategy<Value = Draft> {
    let all = form.fields.iter().flat_map(|field| [vec![field.clone()], field.children()].concat());
    let mut keys: Vec<String> = all.map(|field| field.key).collect();
    keys.extend(["image_size.depth", "nothing", "|+", "image_size|+"].map(str::to_owned));
    prop::collection::vec((select(keys), any_text()), 0..14).prop_map(|entries| {
        let entries: Vec<(&str, &str)> =
            entries.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
        // Half of the drafts would fail for want of a prompt alone.
        let mut draft = draft_of(&[("prompt", "x"), ("image_url", "https://a.example/b")]);
        draft.extend(draft_of(&entries));
        draft
    })
}

/// Texts that a field has to accept; for required ones never none.
fn good_entries(field: Field) -> BoxedStrategy<Vec<(String, String)>> {
    let integer = |range: &Range| {
        let end = |limit: &Option<Limit>, open: i128, inward: i128| match limit {
            Some(limit) if limit.inclusive => limit.value.text.parse().unwrap(),
            Some(limit) => limit.value.text.parse::<i128>().unwrap() + inward,
            None => open,
        };
        let low = end(&range.min, i64::MIN.into(), 1);
        let high = end(&range.max, u64::MAX.into(), -1);
        (low..=high).prop_map(|n| n.to_string())
    };
    let text = match &field.property.shape {
        Shape::Text(_) => any::<String>().prop_map(|text| format!("a{text}")).boxed(),
        Shape::Number(range) if range.integer => integer(range).boxed(),
        Shape::Number(range) => {
            let end = |limit: &Option<Limit>| limit.as_ref().unwrap().value.nearly();
            let (low, high) = (end(&range.min), end(&range.max));
            (low..=high).prop_map(|n| n.to_string()).boxed()
        }
        Shape::Boolean => select(vec!["true".to_owned(), "false".to_owned()]).boxed(),
        Shape::Choice(choices) => select(texts(choices)).boxed(),
        Shape::Preset { choices, .. } => {
            select([texts(choices), vec![CUSTOM.to_owned()]].concat()).boxed()
        }
        Shape::File(_) => "(https://|data:image/png;base64,)[a-zA-Z0-9/]{0,40}".boxed(),
        // What is tried with random items in `collection`.
        Shape::List(..) => return Just(Vec::new()).boxed(),
        other => panic!("no bundled model has {other:?}"),
    };
    let children: Vec<_> = field.children().into_iter().map(good_entries).collect();
    let key = field.key.clone();
    let own = text.prop_map(move |text| vec![(key.clone(), text)]);
    let own = if field.property.required {
        own.boxed()
    } else {
        prop_oneof![1 => Just(Vec::new()), 2 => own].boxed()
    };
    (own, children).prop_map(|(own, children)| [vec![own], children].concat().concat()).boxed()
}

fn texts(choices: &[Value]) -> Vec<String> {
    choices.iter().map(|choice| choice.as_str().unwrap().to_owned()).collect()
}

/// The model's own schema accepts a request, and a form filled from it sends it again.
fn assert_good(subject: &Subject, request: &Request) -> Result<(), TestCaseError> {
    let value: Value = serde_json::from_str(&request.to_json()).unwrap();
    let errors = subject.errors(&value);
    prop_assert!(errors.is_empty(), "{value}: {errors:?}");
    let again = subject.form.draft_of(value.as_object().unwrap());
    let again = checked(&subject.form, &again);
    prop_assert_eq!(again.as_ref(), Ok(request));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn a_draft_has_problems_at_its_fields_or_the_schema_accepts_it(
        (at, draft) in (0..BUNDLED.len()).prop_flat_map(|at| (Just(at), any_draft(&SUBJECTS[at].form))),
    ) {
        let subject = &SUBJECTS[at];
        match checked(&subject.form, &draft) {
            Ok(request) => assert_good(subject, &request)?,
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                for problem in problems {
                    let named = subject.form.at(&problem.key).map(|field| field.title);
                    prop_assert_eq!(named, Some(problem.title));
                }
            }
        }
    }

    #[test]
    fn a_draft_of_good_values_is_always_a_request(
        (at, entries) in (0..BUNDLED.len()).prop_flat_map(|at| {
            (Just(at), SUBJECTS[at].form.fields.iter().cloned().map(good_entries).collect::<Vec<_>>())
        }),
    ) {
        let subject = &SUBJECTS[at];
        let entries = entries.concat();
        let entries: Vec<(&str, &str)> = entries.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
        let request = checked(&subject.form, &draft_of(&entries));
        prop_assert!(request.is_ok(), "{entries:?}: {request:?}");
        assert_good(subject, &request.unwrap())?;
    }

    /// Numbers are read by hand, without the tables of the standard library.
    #[test]
    fn a_short_decimal_is_the_float_that_everybody_reads(
        digits in 0u64..1_000_000_000_000_000, point in 0usize..15, minus in any::<bool>(),
    ) {
        let digits = format!("{digits:015}");
        let (whole, fraction) = digits.split_at(point);
        let text = format!("{}{whole}.{fraction}", if minus { "-" } else { "" });
        let number = Decimal::parse(&text).expect(&text);
        prop_assert_eq!(number.nearly(), text.parse::<f64>().unwrap(), "{}", text);
        prop_assert_eq!(Decimal::parse(&number.text), Some(number));
    }
}
