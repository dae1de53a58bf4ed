//! What a pasted text asks for: a JSON object, or a cURL command as browsers, fal's documentation and
//! this program write them.
//!
//! Of a command only the body and the endpoint are looked at. Its other headers, a key among them,
//! are dropped where they are read. No refusal quotes what was pasted.

use serde_json::{Map, Value};
use thiserror::Error;

use super::shell::{Command, command};
use crate::queue::EndpointId;

/// What a pasted text asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Pasted {
    /// The model, where the text names one.
    pub endpoint: Option<EndpointId>,
    /// The input, as it is.
    pub input: Map<String, Value>,
}

/// Why a pasted text is no input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotAPayload {
    /// Nothing there.
    #[error("There is no text to read. Copy a JSON object or a cURL command first.")]
    Empty,
    /// Neither of the two.
    #[error(
        "This is neither JSON nor a cURL command. Copy an object in braces, or all of a command."
    )]
    Unknown,
    /// Meant as JSON.
    #[error("This is not JSON: it goes wrong at line {line}, column {column}. Correct it there.")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// JSON of another kind.
    #[error("This JSON is no object. An input has names and values, in braces.")]
    NotAnObject,
    /// A command that breaks off.
    #[error("A quote in this command is not closed. Copy all of it; browsers call it cURL (bash).")]
    Unclosed,
    /// A command that sends nothing, or a file that cannot be seen from here.
    #[error("This command has no input in it. Copy the one that submits the job, with its --data.")]
    NoBody,
    /// A command whose body is not JSON.
    #[error(
        "What this command sends is not JSON: it goes wrong at its line {line}, column {column}."
    )]
    BadBody {
        /// The line of the body, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

/// What fal's clients take beside `input`, in one object with it.
const BESIDE_INPUT: &str = "input endpoint endpointId endpoint_id logs webhookUrl webhook_url \
                            mode pollInterval timeout startTimeout priority hint";

/// Reads a pasted text.
///
/// # Errors
/// With what is wrong and what to do about it, as a sentence for the person who pasted.
pub fn pasted(text: &str) -> Result<Pasted, NotAPayload> {
    let text = text.trim_start_matches('\u{feff}');
    let start = text.trim_start();
    let meant_as_json = start.starts_with('{') || start.starts_with('[');
    if start.is_empty() {
        return Err(NotAPayload::Empty);
    }
    if !meant_as_json && let Some(arguments) = arguments(text) {
        // Between the parts of JSON it means nothing, and within them it cannot stand.
        return from_command(&arguments.replace('\r', ""));
    }
    match object(text) {
        Ok(input) => Ok(unwrapped(input)),
        Err(NotAPayload::NotJson { .. }) if !meant_as_json => Err(NotAPayload::Unknown),
        Err(refusal) => Err(refusal),
    }
}

fn object(text: &str) -> Result<Map<String, Value>, NotAPayload> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(NotAPayload::NotAnObject),
        Err(e) => Err(NotAPayload::NotJson { line: e.line(), column: e.column() }),
    }
}

/// The input of an object that has it under `input`, or the object itself.
fn unwrapped(outer: Map<String, Value>) -> Pasted {
    if let Some(Value::Object(input)) = outer.get("input")
        && outer.keys().all(|key| BESIDE_INPUT.split(' ').any(|known| known == key))
    {
        let name =
            ["endpoint", "endpointId", "endpoint_id"].iter().find_map(|name| outer.get(*name));
        let endpoint = name.and_then(Value::as_str).and_then(EndpointId::parse);
        return Pasted { endpoint, input: input.clone() };
    }
    Pasted { endpoint: None, input: outer }
}

/// What comes after the word `curl` in the first line that runs it, alone or as `reply=$(curl …`.
fn arguments(text: &str) -> Option<&str> {
    let mut at = 0;
    for line in text.split('\n') {
        if let Some((before, after)) = line.split_once("curl ") {
            let before = before.trim_start();
            let is_run = matches!(before, "" | "$ ") || before.contains('=');
            if is_run && !before.starts_with('#') {
                return text.get(at + line.len() - after.len()..);
            }
        }
        at += line.len() + 1;
    }
    None
}

/// Reads the words of a command as curl would, as far as they tell what is sent where.
fn from_command(text: &str) -> Result<Pasted, NotAPayload> {
    let Command { words, mut stdin } = command(text).ok_or(NotAPayload::Unclosed)?;
    let mut endpoint = None;
    let mut body = String::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (name, joined) = option(word);
        let is_header = matches!(name, "H" | "header");
        if !is_header && name != "d" && name != "json" && !name.starts_with("data") {
            // The values of other options are seen as words; no harm, as they name no model.
            endpoint = endpoint.or_else(|| endpoint_of(if name == "url" { joined } else { word }));
            continue;
        }
        let value = match joined {
            "" => words.next().map_or("", String::as_str),
            joined => joined,
        };
        if is_header {
            let (name, target) = value.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("x-fal-target-url") {
                endpoint = endpoint_of(target.trim());
            }
        } else if value == "@-" {
            body.push_str(&std::mem::take(&mut stdin));
        } else if !value.starts_with('@') {
            body.push_str(value);
        }
    }
    if body.is_empty() {
        return Err(NotAPayload::NoBody);
    }
    // What a command sends is what the model gets: nothing is unwrapped.
    match object(&body) {
        Ok(input) => Ok(Pasted { endpoint, input }),
        Err(NotAPayload::NotJson { line, column }) => Err(NotAPayload::BadBody { line, column }),
        Err(refusal) => Err(refusal),
    }
}

/// The name of an option and the value joined to it; no name for another word.
fn option(word: &str) -> (&str, &str) {
    if let Some(long) = word.strip_prefix("--") {
        return long.split_once('=').unwrap_or((long, ""));
    }
    let letters = word.strip_prefix('-').unwrap_or_default();
    // The first that takes a value has the rest of the letters for it: in `-od`, the `d` is one.
    let takes_value = |c| {
        matches!(c, 'd' | 'H' | 'A'..='F' | 'K' | 'P' | 'Q' | 'T' | 'U' | 'X' | 'Y')
            || matches!(c, 'b' | 'c' | 'e' | 'h' | 'm' | 'o' | 'r' | 't' | 'u' | 'w'..='z')
    };
    let at = letters.find(takes_value).unwrap_or_default();
    letters.get(at..).and_then(|from| from.split_at_checked(1)).unwrap_or_default()
}

/// The model whose submit or page has this URL.
fn endpoint_of(url: &str) -> Option<EndpointId> {
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = url.split(['?', '#']).next()?.split_once('/')?;
    let path = match host {
        "queue.fal.run" | "fal.run" => path,
        "fal.ai" | "www.fal.ai" => path.strip_prefix("models/")?,
        _ => return None,
    };
    // Status and result name the application only.
    if path.contains("/requests/") { None } else { EndpointId::parse(path.trim_end_matches('/')) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::{Language, Way, snippet};

    const FOX: &str = r#"{"prompt": "a red fox", "seed": 18446744073709551616}"#;

    fn object(text: &str) -> Map<String, Value> {
        serde_json::from_str(text).unwrap()
    }

    fn read(text: &str) -> (Option<String>, Map<String, Value>) {
        let pasted = pasted(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        (pasted.endpoint.map(|id| id.as_str().to_owned()), pasted.input)
    }

    #[test]
    fn an_object_is_an_input_with_every_digit() {
        for text in [FOX, &format!("\u{feff} \r\n{FOX}\n "), &format!("{{\"input\": {FOX}}}")] {
            assert_eq!(read(text), (None, object(FOX)), "{text}");
        }
        assert_eq!(object(FOX)["seed"].to_string(), "18446744073709551616");
        assert_eq!(read("{}"), (None, Map::new()));
    }

    #[test]
    fn a_wrapper_is_taken_off_only_when_it_is_one() {
        let wrapped = format!(
            r#"{{"endpoint": "fal-ai/flux/dev", "logs": true, "input": {FOX}, "webhookUrl": null}}"#
        );
        assert_eq!(read(&wrapped), (Some("fal-ai/flux/dev".into()), object(FOX)));
        assert_eq!(read(r#"{"endpoint": "no", "input": {}}"#), (None, Map::new()));
        for bare in [
            r#"{"input": {"a": 1}, "prompt": "x"}"#,
            r#"{"input": "text", "logs": true}"#,
            r#"{"endpoint": "fal-ai/flux/dev"}"#,
        ] {
            assert_eq!(read(bare), (None, object(bare)), "{bare}");
        }
    }

    #[test]
    fn commands_are_read_however_they_are_written() {
        for command in [
            // fal's documentation.
            "curl --request POST \\\n  --url https://queue.fal.run/fal-ai/flux/dev \\\n  --header \"Authorization: Key $FAL_KEY\" \\\n  --header \"Content-Type: application/json\" \\\n  --data 'BODY'",
            "response=$(curl --request POST \\\n  --url https://fal.run/fal-ai/flux/dev \\\n  --data 'BODY')\nREQUEST_ID=$(echo \"$response\" | grep -o x)",
            // Browsers.
            "curl 'https://app.example/api/fal/proxy' \\\n  -H 'accept: application/json' \\\n  -H 'referer: https://fal.ai/models/fal-ai/other/model' \\\n  -H 'X-Fal-Target-Url: https://queue.fal.run/fal-ai/flux/dev?fal_max_queue_length=3' \\\n  -b 'a=b; c' --compressed \\\n  --data-raw 'BODY'",
            "curl 'https://queue.fal.run/fal-ai/flux/dev' --compressed -X POST -H 'Sec-Fetch-Mode: cors' --data-raw $'BODY'",
            // People.
            "$ curl -sSd 'BODY' fal.run/fal-ai/flux/dev/",
            "curl -d'BODY' -XPOST https://fal.ai/models/fal-ai/flux/dev/",
            "curl -o x -H'x-fal-target-url:https://fal.run/fal-ai/flux/dev' --data='BODY'",
            "FAL_KEY=x curl --json 'BODY' --url=https://fal.ai/models/fal-ai/flux/dev | jq .",
            "#!/bin/sh\n# Needs curl 7.\n# curl\nset -e\n  curl https://fal.run/fal-ai/flux/dev -d @- <<'X'\nBODY\nX\ncurl -d '{}' https://fal.run/a/b",
            "curl -od 'https://fal.run/fal-ai/flux/dev' --data-binary @- << X && curl x\nBODY\nX",
        ] {
            let command = command.replace("BODY", FOX);
            assert_eq!(read(&command), (Some("fal-ai/flux/dev".into()), object(FOX)), "{command}");
        }
        let split = "curl --json '{\"a\": 1,' --json '\"b\": 2}'";
        assert_eq!(read(split), (None, object(r#"{"a":1,"b":2}"#)));
    }

    #[test]
    fn a_command_is_never_unwrapped_and_its_words_are_not_expanded() {
        let (_, input) = read(r#"curl -d "{\"input\": {\"a\": \"$(x) ${y}\"}}""#);
        assert_eq!(input, object(r#"{"input": {"a": "$(x) ${y}"}}"#));
    }

    #[test]
    fn what_a_browser_escapes_comes_back() {
        let (_, input) = read(
            r#"curl x --data-raw $'{"prompt":"it\'s \\"new\\"\\n\u0021 \ud83e\udd8a \xe9t\xe9"}'"#,
        );
        assert_eq!(input["prompt"], "it's \"new\"\n! 🦊 été");
    }

    #[test]
    fn urls_that_name_no_model_are_no_endpoint() {
        for url in [
            "https://queue.fal.run/fal-ai/flux/requests/abc/status",
            "https://fal.ai/api/fal/proxy",
            "https://fal.run.example/fal-ai/flux/dev",
            "https://example.org/fal.run/fal-ai/flux",
            "https://fal.run/flux",
            "https://fal.run/fal-ai/$MODEL",
            "/tmp/x",
        ] {
            assert_eq!(read(&format!("curl '{url}' -d '{{}}'")), (None, Map::new()), "{url}");
        }
    }

    #[test]
    fn what_is_no_payload_is_refused_with_the_reason() {
        use NotAPayload as No;
        for (text, expected) in [
            ("", No::Empty),
            (" \n\u{feff}", No::Unknown),
            ("\u{feff}\n", No::Empty),
            ("a red fox", No::Unknown),
            ("I like curl, it is fine", No::Unknown),
            ("# curl -d '{}'", No::Unknown),
            ("libcurl -d '{}'", No::Unknown),
            ("[1, 2]", No::NotAnObject),
            ("null", No::NotAnObject),
            ("\"text\"", No::NotAnObject),
            ("{\n  \"prompt\": }", No::NotJson { line: 2, column: 13 }),
            ("\n[1,", No::NotJson { line: 2, column: 3 }),
            ("{} {}", No::NotJson { line: 1, column: 4 }),
            ("curl", No::Unknown),
            ("curl https://fal.run/a/b", No::NoBody),
            ("curl -d", No::NoBody),
            ("curl -d '{", No::Unclosed),
            ("curl -d '[]'", No::NotAnObject),
            ("curl -d '{\n\"a\" 1}'", No::BadBody { line: 2, column: 5 }),
            ("curl -d a=1 -d b=2", No::BadBody { line: 1, column: 1 }),
            ("curl -d @body.json", No::NoBody),
            ("curl -d @- < body.json", No::NoBody),
            ("curl --json @-", No::NoBody),
        ] {
            assert_eq!(pasted(text), Err(expected), "{text:?}");
            let sentence = expected.to_string();
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
        assert!(matches!(pasted(&"{\"a\":".repeat(100_000)), Err(No::NotJson { .. })));
    }

    #[test]
    fn the_program_that_is_given_out_is_taken_back() {
        let endpoint = EndpointId::parse("fal-ai/flux/dev/image-to-image").unwrap();
        let text = r#"{"prompt": "it's \"$(x)\" `y` ${z} \\ \n JSON", "seed": 18446744073709551615,
            "image_url": "data:image/png;base64,AAAA", "JSON": [1.50, {"input": null}]}"#;
        for way in [Way::Proxy("https://a.example/it's?x=y"), Way::Fal] {
            let program = snippet(Language::Curl, way, &endpoint, text);
            assert_eq!(
                pasted(&program),
                Ok(Pasted { endpoint: Some(endpoint.clone()), input: object(text) })
            );
        }
    }
}
