//! Other people's words, fit to be shown and passed on: short, on one line, and without what may be a
//! file, a secret or what somebody entered.
//!
//! What looks like a file or a secret is known by its looks here. What was entered is known from the
//! job, which `forget` compares with.

use serde_json::{Map, Value};

use super::super::wire::Body;

/// Longest piece of somebody else's text that is shown, in characters.
const QUOTE: usize = 300;

/// The most of a body that is kept for a report, in characters.
const EXCERPT: usize = 1_000;

/// Texts in a body beyond so many characters may be prompts or files: they are left out.
const LONGEST: usize = 200;

/// The most of a text that is looked at, in bytes.
const LOOKED_AT: usize = 4_000;

/// The shortest run of letters and digits that may be a key, and the shortest half of one.
const SECRET: usize = 24;
const HALF: usize = 8;

/// What stands where something was taken out.
pub(super) const GONE: &str = "[…]";

/// Somebody else's words, on one line and not too many of them.
pub(in crate::queue) fn quote(text: &str) -> String {
    let words = quoted(text, QUOTE);
    words.trim_end_matches('.').to_owned()
}

/// The same, with at most so many characters.
pub(super) fn quoted(text: &str, most: usize) -> String {
    shortened(clean(text), most)
}

/// The body of a reply, as far as it may be passed on.
pub(super) fn excerpt(body: &Body, text: &str) -> String {
    let mut out = String::new();
    match body {
        Body::Object(object) => write_object(object, &mut out),
        Body::Other(value) => write(value, &mut out),
        Body::Text(text) => out = clean(text),
        Body::Html => out = clean(text),
        Body::Broken => {
            // Nobody can tell what belongs to what from here on, or what it says.
            let ends = ["\"input\"", "\\u"].into_iter().filter_map(|mark| text.find(mark));
            out = clean(text.get(..ends.min().unwrap_or(text.len())).unwrap_or_default());
        }
        Body::Empty => {}
    }
    shortened(out, EXCERPT)
}

fn shortened(mut text: String, most: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => write_text(text, out),
        Value::Array(list) => {
            out.push('[');
            for (at, item) in list.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                if is_full(out) {
                    break;
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => write_object(object, out),
        Value::Number(number) => *out += &quoted(&number.to_string(), 40),
        Value::Bool(_) | Value::Null => *out += &value.to_string(),
    }
}

fn write_object(object: &Map<String, Value>, out: &mut String) {
    out.push('{');
    for (at, (name, value)) in object.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if is_full(out) {
            break;
        }
        write_text(name, out);
        out.push(':');
        let is_private = name == "input" || is_secrets_name(name);
        if is_private && !value.is_null() { write_text(GONE, out) } else { write(value, out) }
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    let is_long = text.chars().nth(LONGEST).is_some();
    let text = if is_long { GONE.to_owned() } else { clean(text) };
    *out += &Value::String(text).to_string();
}

fn is_full(out: &str) -> bool {
    out.len() > 4 * EXCERPT
}

/// A text on one line, without what looks like a file or a secret.
fn clean(text: &str) -> String {
    let mut start = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or_default();
    // Half a word may be a piece of what nobody would know any more.
    if let (true, Some(end)) = (start.len() < text.len(), start.rfind(char::is_whitespace)) {
        start = start.get(..end).unwrap_or_default();
    }
    let mut out = String::new();
    let mut announced = false;
    for word in start.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let is_odd = |c: char| c.is_ascii_digit() || c == ':';
        if announced && core.len() >= HALF && (core.len() >= 2 * HALF || core.contains(is_odd)) {
            out += GONE;
        } else {
            out += &clean_word(word);
        }
        announced = announces(core);
    }
    out
}

/// Whether the next word may be a secret: `Authorization: Key abc`, `key 'abc'`.
fn announces(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["bearer", "basic"].contains(&word.as_str()) || is_secrets_name(&word)
}

/// Whether a secret would be called so.
fn is_secrets_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["key", "token", "secret", "password", "signature", "cookie"];
    words.iter().any(|word| name.ends_with(word)) || name.starts_with("authori")
}

fn clean_word(word: &str) -> String {
    // A file.
    let is_file = |at: usize| {
        let before = word.get(..at).unwrap_or_default();
        let after = word.get(at + 5..).unwrap_or_default();
        !before.ends_with(|c: char| c.is_ascii_alphanumeric())
            && after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, ',' | ';'))
    };
    let lower = word.to_ascii_lowercase();
    if let Some((at, _)) = lower.match_indices("data:").find(|(at, _)| is_file(*at)) {
        return clean_word(word.get(..at).unwrap_or_default()) + GONE;
    }
    // What an address says beyond the place: names and passwords, tickets to what is not public.
    if let Some((scheme, rest)) = word.split_once("://") {
        let (place, asked) = match rest.find(['?', '#']) {
            Some(end) => (rest.get(..end).unwrap_or_default(), GONE),
            None => (rest, ""),
        };
        let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
        let host = host.rsplit_once('@').map_or(host.to_owned(), |(_, host)| [GONE, host].concat());
        return [&without_runs(scheme), "://", &host, &without_runs(path), asked].concat();
    }
    // A secret by its name: `key=abc`, `"token":"abc"`.
    let named = word.match_indices([':', '=']).find(|(at, _)| {
        let name = word.get(..*at).unwrap_or_default();
        let value = word.get(at + 1..).unwrap_or_default();
        let is_there = value.contains(|c: char| c.is_ascii_alphanumeric());
        is_there && is_secrets_name(name.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
    });
    if let Some((at, _)) = named {
        return without_runs(word.get(..at).unwrap_or_default()) + ":" + GONE;
    }
    without_runs(word)
}

/// A word without those of its runs that look like keys, or like pieces of a file.
fn without_runs(word: &str) -> String {
    let in_run =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '=' | '-' | ':');
    let mut out = String::new();
    let mut rest = word;
    while !rest.is_empty() {
        let start = rest.find(in_run).unwrap_or(rest.len());
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(run.find(|c| !in_run(c)).unwrap_or(run.len()));
        out += before;
        out += if is_secret(run) { GONE } else { run };
        rest = after;
    }
    out
}

fn is_secret(run: &str) -> bool {
    let has = |part: &str, is: fn(&char) -> bool| part.chars().any(|c| is(&c));
    let looks_so = |part: &str| {
        let (digit, upper) = (has(part, char::is_ascii_digit), has(part, char::is_ascii_uppercase));
        let plain = part.chars().all(|c| c.is_ascii_alphanumeric());
        let mixed = upper && (digit || !has(part, char::is_ascii_lowercase));
        part.len() >= SECRET && (mixed || (plain && digit))
    };
    let parts: Vec<&str> = run.split(':').collect();
    let is_pair = |pair: &[&str]| pair.iter().all(|half| half.len() >= HALF);
    parts.iter().any(|part| looks_so(part)) || parts.windows(2).any(is_pair)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(value: &Value) -> String {
        let body = match value {
            Value::Object(object) => Body::Object(object.clone()),
            other => Body::Other(other.clone()),
        };
        excerpt(&body, "")
    }

    #[test]
    fn files_and_secrets_are_taken_out_of_a_sentence() {
        let key = "1f0e4c2a-9d7b-4b6e-8a55-0c1d2e3f4a5b:00112233445566778899aabbccddeeff";
        for (text, expected) in [
            ("No  such\n file.", "No such file."),
            ("Not a picture: data:image/png;base64,AAAA", "Not a picture: […]"),
            ("'DATA:,x' metadata: none", "'[…] metadata: none"),
            ("see https://a.example/b.png?sig=abc#x now", "see https://a.example/b.png[…] now"),
            ("https://me:pass@a.example/b", "https://[…]a.example/b"),
            (key, "[…]"),
            (&format!("({key})"), "([…])"),
            (&format!("Authorization: Key {key}"), "Authorization: Key […]"),
            ("Key abcdef12 is unknown", "Key […] is unknown"),
            ("invalid key: wrong format", "invalid key: wrong format"),
            ("Bearer eyJhbGciOi.J9", "Bearer […]"),
            ("api_key=abc&x=1", "api_key:[…]"),
            ("00112233445566778899aabbccddeeff", "[…]"),
            ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB", "[…]"),
            // What helps is left.
            ("1f0e4c2a-9d7b-4b6e-8a55-0c1d2e3f4a5b", "1f0e4c2a-9d7b-4b6e-8a55-0c1d2e3f4a5b"),
            ("archive_file_count_below_minimum", "archive_file_count_below_minimum"),
            (
                "Path /fal-ai/flux-1/dev/image-to-image not found",
                "Path /fal-ai/flux-1/dev/image-to-image not found",
            ),
            ("at 2026-11-22T10:04:05.123Z", "at 2026-11-22T10:04:05.123Z"),
            ("UnprocessableEntityException", "UnprocessableEntityException"),
        ] {
            assert_eq!(clean(text), expected, "{text}");
        }
        let long = "word ".repeat(2_000) + key;
        assert!(clean(&long).len() <= LOOKED_AT && !clean(&long).contains("1f0e4c2a"));
        // A key that the end of what is looked at cuts in two.
        let cut = "x ".repeat((LOOKED_AT - 20) / 2) + key;
        assert!(!clean(&cut).contains("1f0e"), "{}", clean(&cut));
    }

    #[test]
    fn an_excerpt_leaves_out_what_was_entered_and_what_is_long() {
        for (body, expected) in [
            (json!({ "a": 1, "input": { "prompt": "x" } }), r#"{"a":1,"input":"[…]"}"#),
            (
                json!({ "detail": [{ "input": "x", "ok": null }] }),
                r#"{"detail":[{"input":"[…]","ok":null}]}"#,
            ),
            (
                json!({ "token": "x", "x": { "API-Key": 7 } }),
                r#"{"token":"[…]","x":{"API-Key":"[…]"}}"#,
            ),
            (json!({ "msg": "ä ".repeat(101) }), r#"{"msg":"[…]"}"#),
            (json!(["a\nb", true]), r#"["a b",true]"#),
        ] {
            assert_eq!(of(&body), expected);
        }
        let many = of(&json!({ "detail": vec![json!({ "msg": "no" }); 100_000] }));
        assert!(many.chars().count() <= EXCERPT + 1, "{}", many.len());
        assert_eq!(
            excerpt(&Body::Broken, r#"{"detail":[{"loc":[],"input":"a fo"#),
            r#"{"detail":[{"loc":[],"#
        );
    }
}
