//! A complete program for an input: it submits, waits, and prints the result.
//!
//! The programs are templates, as short as a person would write them. They go by the rules that
//! the page itself goes by: status and result are asked for under owner and alias, and bodies
//! decide, because some proxies turn every status into 200.

use crate::queue::EndpointId;

/// A language that a program can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// A POSIX shell script that needs nothing but curl.
    Curl,
    /// An ES module for Node or a browser.
    JavaScript,
    /// Python 3 with its standard library.
    Python,
    /// A `main.rs` with ureq and serde_json.
    Rust,
}

impl Language {
    /// Every language, in the order to offer them.
    pub const ALL: [Self; 4] = [Self::Curl, Self::JavaScript, Self::Python, Self::Rust];

    /// What the language is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Curl => "cURL",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Rust => "Rust",
        }
    }

    /// The program, with names in guillemets where something is put in. A line that is for one way
    /// only begins with the name of the way.
    fn template(self) -> &'static str {
        match self {
            Self::Curl => include_str!("templates/curl.txt"),
            Self::JavaScript => include_str!("templates/javascript.txt"),
            Self::Python => include_str!("templates/python.txt"),
            Self::Rust => include_str!("templates/rust.txt"),
        }
    }
}

/// How a program reaches fal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way<'a> {
    /// Through the proxy at this absolute URL, which adds the key.
    Proxy(&'a str),
    /// Through the proxy at this absolute URL, which stands in place of that of fal's queue.
    Path(&'a str),
    /// Straight to fal, with the key from the environment of whoever runs the program.
    Fal,
}

/// A program that asks `endpoint` for a picture. `input` is the JSON text of the body, pretty
/// printed or not; every digit of it is kept.
pub fn snippet(language: Language, way: Way<'_>, endpoint: &EndpointId, input: &str) -> String {
    let input = escaped(language, input);
    const WAYS: [&str; 3] = ["proxy| ", "path| ", "fal| "];
    let [through, below, straight] = WAYS;
    let (own, proxy) = match way {
        Way::Proxy(url) => (through, url),
        Way::Path(url) => (below, url),
        Way::Fal => (straight, ""),
    };
    // It stands between quotes of either kind.
    let proxy = proxy.replace('\'', "%27").replace('"', "%22").replace('\\', "%5C");
    let (base, query) = match proxy.find('?') {
        Some(at) if own == below => proxy.split_at(at),
        _ => (proxy.as_str(), ""),
    };
    let base = if own == below { base.trim_end_matches('/') } else { base };
    let template = language.template();
    let mut program = String::with_capacity(template.len() + input.len());
    let is_others = |line: &&str| WAYS.iter().any(|way| *way != own && line.starts_with(way));
    for line in template.trim_end().split('\n').filter(|line| !is_others(line)) {
        let line = line.strip_prefix(own).unwrap_or(line);
        for part in line.split('«') {
            // Only what stands before a closing guillemet is a name.
            let (name, rest) = part.split_once('»').unwrap_or(("", part));
            match name {
                "endpoint" => program.push_str(endpoint.as_str()),
                "app" => program.push_str(endpoint.app()),
                "proxy" => program.push_str(base),
                "query" => program.push_str(query),
                "input" => program.push_str(&input),
                _ => {}
            }
            program.push_str(rest);
        }
        program.push('\n');
    }
    program
}

/// The input as it can stand in a program. Everything that has to change stands inside a JSON
/// string, where an escape means the same: the shell's here-document and Python's raw `"""` take any
/// JSON as it is, as three quotes in a row are no JSON.
fn escaped(language: Language, input: &str) -> String {
    let input = input.trim();
    let mut text = String::with_capacity(input.len());
    let mut chars = input.chars();
    while let Some(c) = chars.next() {
        let special = match c {
            '`' => language == Language::JavaScript,
            '$' => language == Language::JavaScript && chars.as_str().starts_with('{'),
            // Three would end the raw string.
            '#' => language == Language::Rust && text.ends_with("\"##"),
            // They change the order in which the rest is shown; rustc refuses them for that.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
            _ => false,
        };
        if special {
            text.push_str("\\u");
            for digit in [12, 8, 4, 0] {
                text.extend(char::from_digit(u32::from(c) >> digit & 15, 16));
            }
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: Way<'_> = Way::Proxy("https://a.example/api/fal/proxy");
    const PATH: Way<'_> = Way::Path("https://a.example/queue/?k=1");

    fn dev() -> EndpointId {
        EndpointId::parse("fal-ai/flux/dev").unwrap()
    }

    #[test]
    fn nothing_of_the_template_is_left_and_everything_is_in() {
        for language in Language::ALL {
            for way in [PROXY, PATH, Way::Fal] {
                let program = snippet(language, way, &dev(), r#"{"prompt": "a red fox"}"#);
                assert!(!program.contains(['«', '»']), "{program}");
                assert!(!program.contains("proxy| ") && !program.contains("fal| "), "{program}");
                assert!(program.contains(r#"{"prompt": "a red fox"}"#), "{program}");
                assert!(program.contains("fal-ai/flux/dev"), "{program}");
                assert!(program.contains("fal-ai/flux/requests/"), "{program}");
                assert!(!program.contains("flux/dev/requests"), "{program}");
                // Python alone leaves two lines empty between functions.
                let gap = if language == Language::Python { "\n\n\n\n" } else { "\n\n\n" };
                assert!(program.ends_with('\n') && !program.contains(gap), "{program}");
                assert!(program.lines().all(|line| line.trim_end() == line), "{program}");
            }
        }
    }

    #[test]
    fn a_program_has_a_proxy_or_a_key_and_never_both() {
        for language in Language::ALL {
            let through = snippet(language, PROXY, &dev(), "{}");
            assert!(through.contains("https://a.example/api/fal/proxy"), "{through}");
            assert!(through.contains("x-fal-target-url"), "{through}");
            assert!(!through.contains("Authorization") && !through.contains("FAL_KEY"));
            let below = snippet(language, PATH, &dev(), "{}");
            assert!(below.contains("https://a.example/queue"), "{below}");
            assert!(below.contains("?k=1") && !below.contains("queue/?k=1"), "{below}");
            assert!(!below.contains("x-fal-target-url") && !below.contains("queue.fal.run"));
            assert!(!below.contains("Authorization") && !below.contains("FAL_KEY"));
            let straight = snippet(language, Way::Fal, &dev(), "{}");
            assert!(straight.contains("Authorization") && straight.contains("FAL_KEY"));
            assert!(!straight.contains("a.example") && !straight.contains("x-fal-target-url"));
        }
    }

    #[test]
    fn an_address_cannot_leave_its_quotes() {
        let way = Way::Proxy("https://a.example/it's\"\\$(x)?a=«input»&b={c}");
        for language in Language::ALL {
            let program = snippet(language, way, &dev(), "{}");
            let address = "https://a.example/it%27s%22%5C$(x)?a=«input»&b={c}";
            assert!(program.contains(address), "{program}");
        }
    }

    #[test]
    fn an_input_cannot_leave_its_quotes() {
        let input =
            "{\"prompt\": \"`x` ${y} $z '''\\\"\\\"\\\" \\\"#### «app»\", \"colour\": \"#fff\"}";
        let of = |language| snippet(language, PROXY, &dev(), input);
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert!(of(Language::Curl).contains(input));
        assert!(of(Language::Python).contains(input));
        let rust = of(Language::Rust);
        let written = input.replace("####", r"##\u0023#");
        assert!(rust.contains(&format!("r###\"{written}\"###;")), "{rust}");
        assert_eq!(same(&written), same(input));
        let script = of(Language::JavaScript);
        let written = input.replace('`', r"\u0060").replace("${", r"\u0024{");
        assert!(script.contains(&format!("String.raw`{written}`;")), "{script}");
        assert_eq!(same(&written), same(input));
    }

    #[test]
    fn what_would_reorder_the_program_on_the_screen_is_escaped() {
        for language in Language::ALL {
            let program = snippet(language, PROXY, &dev(), "{\"prompt\": \"a\u{202e}b\u{2066}é\"}");
            assert!(program.contains(r#""a\u202eb\u2066é""#), "{program}");
        }
    }

    #[test]
    fn an_endpoint_with_a_space_of_its_own_keeps_it() {
        let endpoint = EndpointId::parse("workflows/me/wf/step").unwrap();
        for language in Language::ALL {
            let program = snippet(language, PROXY, &endpoint, "{}");
            assert!(program.contains("workflows/me/wf/requests/"), "{program}");
        }
    }
}
