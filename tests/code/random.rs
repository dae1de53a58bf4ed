//! Any text pasted, and any input there and back.

use flux_studio::code::{Language, Pasted, Way, pasted, snippet};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value};

use crate::endpoint_id;

/// Pieces of commands and of JSON, so that random texts get beyond the first word.
const PIECES: [&str; 34] = [
    "curl",
    " ",
    "\n",
    "\\\n",
    "\r\n",
    "\\",
    "'",
    "\"",
    "$'",
    "\\u",
    "\\x",
    "d83e",
    "<<",
    "<<<",
    "<<-",
    "X",
    "\nX\n",
    "@-",
    "-d",
    "--data=",
    "--json",
    "-H",
    "x-fal-target-url:",
    "https://fal.run/a/b",
    "{",
    "}",
    "\"input\"",
    ":",
    "[",
    "#",
    "|",
    ")",
    "é🦊",
    "\u{feff}",
];

fn any_text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(&PIECES[..]), 0..40).prop_map(|all| all.concat());
    let command = pieces.clone().prop_map(|rest| format!("curl {rest}"));
    let body = pieces.clone().prop_map(|body| format!("curl -d $'{body}' <<X\n{body}\nX"));
    prop_oneof![any::<String>(), pieces, command, body]
}

/// Texts of which most mean something to a shell.
fn any_string() -> impl Strategy<Value = String> {
    let telling = [
        "'", "\"", "\\", "$(x)", "${y}", "`", "\nJSON\n", "<<", "#", "\"###", "é", "\u{202e}", "🦊",
    ];
    let telling =
        prop::collection::vec(select(telling.to_vec()), 0..8).prop_map(|all| all.concat());
    prop_oneof![any::<String>(), telling]
}

fn any_value() -> impl Strategy<Value = Value> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?(e[1-9])?"
        .prop_map(|digits| serde_json::from_str(&digits).expect("a number"));
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number,
        any_string().prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((any_string(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_input() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec((any_string(), any_value()), 0..5)
        .prop_map(|entries| entries.into_iter().collect())
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_pasted(text in any_text()) {
        if let Err(refusal) = pasted(&text) {
            prop_assert!(refusal.to_string().ends_with('.'));
        }
    }

    #[test]
    fn every_input_comes_back_from_its_command(input in any_input(), pretty: bool, fal: bool) {
        let value = Value::Object(input.clone());
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let endpoint = endpoint_id("fal-ai/flux/dev");
        let way = if fal { Way::Fal } else { Way::Proxy("https://a.example/api/fal/proxy") };
        let program = snippet(Language::Curl, way, &endpoint, &text);
        prop_assert_eq!(pasted(&program), Ok(Pasted { endpoint: Some(endpoint), input }));
    }

    #[test]
    fn every_program_holds_an_input_of_the_same_meaning(input in any_input()) {
        let value = Value::Object(input);
        let endpoint = endpoint_id("fal-ai/flux/dev");
        for (language, before, after) in [
            (Language::JavaScript, "String.raw`", "`;"),
            (Language::Python, "r\"\"\"", "\"\"\""),
            (Language::Rust, "r###\"", "\"###"),
        ] {
            let program = snippet(language, Way::Fal, &endpoint, &value.to_string());
            let (_, rest) = program.split_once(before).expect("a beginning");
            let (body, _) = rest.split_once(after).expect("an end");
            prop_assert_eq!(&serde_json::from_str::<Value>(body).expect(body), &value);
        }
    }
}
