//! Which fields take files, of which medium, and what a file may be like.
//!
//! fal marks few of them, so the name decides where there is no mark, by the rule of fal-js's own
//! schema tooling (its PR #212). Limits are advice of the model's authors: beside `x-fal` they are
//! also written flat. Source: fal `toolkit/constraints.py`.

use serde_json::Value;

use super::node::Node;
use super::rules::{count, decimal};
use crate::number::Decimal;

/// What a file field takes.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRules {
    /// The medium.
    pub medium: Medium,
    /// The most characters of what is sent for it: some models take addresses alone.
    pub max_length: Option<usize>,
    /// The most bytes.
    pub max_bytes: Option<u64>,
    /// The fewest and the most pixels of a picture's width.
    pub width: (Option<u64>, Option<u64>),
    /// The fewest and the most pixels of a picture's height.
    pub height: (Option<u64>, Option<u64>),
    /// The lowest and the highest ratio of width to height, in either orientation.
    pub ratio: (Option<Decimal>, Option<Decimal>),
    /// The shortest and the longest time, in seconds.
    pub seconds: (Option<Decimal>, Option<Decimal>),
}

/// The kinds of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// A still picture.
    Image,
    /// A film.
    Video,
    /// A sound.
    Audio,
    /// An archive of files.
    Archive,
    /// Whatever the model makes of it.
    Any,
}

impl FileRules {
    /// Of a text with this name, if it is a file; `around` is the list it is an item of.
    pub(super) fn of(name: &str, node: &Node<'_>, around: Option<&Node<'_>>) -> Option<Self> {
        let nodes = || std::iter::once(node).chain(around);
        let medium = nodes().find_map(marked).or_else(|| named(name))?;
        let read = |keyword: &str| {
            let here = |node: &Node<'_>| {
                node.limit("x-fal")
                    .and_then(|limits| limits.get(keyword))
                    .or_else(|| node.limit(keyword))
                    .cloned()
            };
            nodes().find_map(here)
        };
        let whole = |keyword: &str| read(keyword).as_ref().and_then(Value::as_u64);
        let number = |keyword: &str| read(keyword).as_ref().and_then(decimal);
        Some(Self {
            medium,
            max_length: count(node, "maxLength"),
            max_bytes: whole("max_file_size"),
            width: (whole("min_width"), whole("max_width")),
            height: (whole("min_height"), whole("max_height")),
            ratio: (number("min_aspect_ratio"), number("max_aspect_ratio")),
            seconds: (number("min_duration"), number("max_duration")),
        })
    }

    /// No limits but the medium.
    pub fn any(medium: Medium) -> Self {
        let none = (None, None);
        Self {
            medium,
            max_length: None,
            max_bytes: None,
            width: none,
            height: none,
            ratio: (None, None),
            seconds: (None, None),
        }
    }

    /// The limits in words, for the field's help; empty when there are none.
    pub fn words(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        let mut range = |low: Option<String>, high: Option<String>, what: &str| {
            words.extend(match (low, high) {
                (Some(low), Some(high)) => Some([low.as_str(), " to ", &high, what].concat()),
                (Some(low), None) => Some(["at least ", &low, what].concat()),
                (None, Some(high)) => Some(["at most ", &high, what].concat()),
                (None, None) => None,
            });
        };
        let text = |n: Option<u64>| n.map(|n| n.to_string());
        let decimal = |n: &Option<Decimal>| n.as_ref().map(|n| n.text.clone());
        let bytes = self.max_bytes.map(|bytes| match bytes / 1_000_000 {
            0 => [&(bytes / 1000).max(1).to_string(), " KB"].concat(),
            millions => [&millions.to_string(), " MB"].concat(),
        });
        range(None, self.max_length.map(|most| most.to_string()), " characters");
        range(None, bytes, "");
        range(text(self.width.0), text(self.width.1), " pixels wide");
        range(text(self.height.0), text(self.height.1), " pixels high");
        range(decimal(&self.ratio.0), decimal(&self.ratio.1), " wide for each high");
        range(decimal(&self.seconds.0), decimal(&self.seconds.1), " seconds");
        words.join(", ")
    }

    /// The limits in words, if a file of so many bytes, pixels and seconds is outside them. What is
    /// not known of it is not judged.
    pub fn broken_by(
        &self,
        bytes: u64,
        size: Option<(u32, u32)>,
        seconds: Option<f64>,
    ) -> Option<String> {
        let beyond = |(low, high): &(Option<Decimal>, Option<Decimal>), number: f64| {
            low.as_ref().is_some_and(|low| number < low.nearly())
                || high.as_ref().is_some_and(|high| number > high.nearly())
        };
        let outside = |(low, high): (Option<u64>, Option<u64>), side: u32| {
            let side = u64::from(side);
            low.is_some_and(|low| side < low) || high.is_some_and(|high| side > high)
        };
        let sides = size.is_some_and(|(width, height)| {
            let (wide, high) = (f64::from(width.max(1)), f64::from(height.max(1)));
            let shape = beyond(&self.ratio, wide / high);
            outside(self.width, width) || outside(self.height, height) || shape
        });
        let time = seconds.is_some_and(|seconds| beyond(&self.seconds, seconds));
        let is_broken = sides || time || self.max_bytes.is_some_and(|most| bytes > most);
        is_broken.then(|| self.words())
    }
}

/// What a mark on the schema says, if it is one of a file.
fn marked(node: &Node<'_>) -> Option<Medium> {
    let mark = node.limit("_fal_ui_field").or_else(|| node.limit("ui")?.get("field"))?.as_str()?;
    match mark {
        "image" | "image_mask" => Some(Medium::Image),
        "video" => Some(Medium::Video),
        "audio" => Some(Medium::Audio),
        "archive" => Some(Medium::Archive),
        "file" | "url" => Some(Medium::Any),
        _ => None,
    }
}

fn named(name: &str) -> Option<Medium> {
    let is_file = name.ends_with("_url")
        || name.ends_with("_urls")
        || ["image", "images", "video", "audio", "file"].contains(&name);
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    is_file.then(|| {
        if says(&["data_url", "archive", "zip"]) && !says(&["image_data_url"]) {
            Medium::Archive
        } else if says(&["image", "mask", "frame", "garment", "human", "face"]) {
            Medium::Image
        } else if says(&["video"]) {
            Medium::Video
        } else if says(&["audio", "voice"]) {
            Medium::Audio
        } else {
            Medium::Any
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(name: &str, schema: &Value, around: Option<&Value>) -> Option<FileRules> {
        let list = around.map(|schema| Node::new(&Value::Null, schema));
        FileRules::of(name, &Node::new(&Value::Null, schema), list.as_ref())
    }

    #[test]
    fn the_mark_comes_before_the_name() {
        let medium = |name: &str, schema: &Value, around: Option<&Value>| {
            file(name, schema, around).map(|rules| rules.medium)
        };
        let mark = |word: &str| json!({ "_fal_ui_field": word });
        for (word, expected) in [
            ("image", Some(Medium::Image)),
            ("image_mask", Some(Medium::Image)),
            ("video", Some(Medium::Video)),
            ("audio", Some(Medium::Audio)),
            ("archive", Some(Medium::Archive)),
            ("url", Some(Medium::Any)),
            ("file", Some(Medium::Any)),
            ("textarea", None),
        ] {
            assert_eq!(medium("x", &mark(word), None), expected, "{word}");
            assert_eq!(medium("x", &json!({ "ui": { "field": word } }), None), expected, "{word}");
            // A list speaks for its items.
            assert_eq!(medium("x", &json!({}), Some(&mark(word))), expected, "{word}");
            let named = expected.or(Some(Medium::Audio));
            assert_eq!(medium("audio_url", &mark(word), None), named, "{word}");
        }
        assert_eq!(medium("x", &mark("image"), Some(&mark("video"))), Some(Medium::Image));
        assert_eq!(medium("x", &json!({ "_fal_ui_field": 7 }), None), None);
        for name in ["url", "path", "image_size", "video_length", "images_count", ""] {
            assert_eq!(medium(name, &json!({}), None), None, "{name}");
        }
    }

    #[test]
    fn a_branch_has_the_mark_of_its_union() {
        let schema = json!({ "ui": { "field": "video" }, "max_file_size": 1, "anyOf": [{ "type": "string" }] });
        let node = Node::new(&Value::Null, &schema);
        let branches = node.branches(&Value::Null);
        let rules = FileRules::of("x", &branches[0], None).unwrap();
        assert_eq!((rules.medium, rules.max_bytes), (Medium::Video, Some(1)));
    }

    #[test]
    fn a_file_is_judged_by_what_is_known_of_it() {
        let schema = json!({ "max_file_size": 100, "min_width": 10, "max_height": 20,
            "min_aspect_ratio": 0.5, "max_aspect_ratio": 2, "min_duration": 3, "max_duration": 10.05 });
        let rules = file("video_url", &schema, None).unwrap();
        for (bytes, size, seconds, is_broken) in [
            (100, None, None, false),
            (101, None, None, true),
            (1, Some((10, 20)), None, false),
            (1, Some((9, 10)), None, true),
            (1, Some((30, 21)), None, true),
            (1, Some((41, 20)), None, true),
            (1, Some((10, 0)), None, true),
            (1, None, Some(3.0), false),
            (1, None, Some(2.9), true),
            (1, None, Some(10.06), true),
        ] {
            let broken = rules.broken_by(bytes, size, seconds);
            assert_eq!(broken.is_some(), is_broken, "{bytes} {size:?} {seconds:?}");
        }
    }

    #[test]
    fn limits_are_told_in_words() {
        for (schema, words) in [
            (json!({}), ""),
            (json!({ "maxLength": 2083, "minLength": 1 }), "at most 2083 characters"),
            (json!({ "max_file_size": 10_485_760 }), "at most 10 MB"),
            (json!({ "max_file_size": 1 }), "at most 1 KB"),
            (json!({ "x-fal": { "min_width": 300 }, "min_width": 1 }), "at least 300 pixels wide"),
            (
                json!({ "min_width": 240, "max_width": 8000, "max_height": 7000 }),
                "240 to 8000 pixels wide, at most 7000 pixels high",
            ),
            (json!({ "x-fal": { "min_aspect_ratio": 0.4 } }), "at least 0.4 wide for each high"),
            (json!({ "min_duration": 3, "max_duration": 60.5 }), "3 to 60.5 seconds"),
            (json!({ "x-fal": 7, "max_width": "8000", "min_height": -1 }), ""),
        ] {
            assert_eq!(file("image_url", &schema, None).unwrap().words(), words, "{schema}");
        }
        // On the list, for each of its items.
        let list = json!({ "max_file_size": 2_000_000 });
        assert_eq!(file("image_urls", &json!({}), Some(&list)).unwrap().words(), "at most 2 MB");
        assert_eq!(file("image_url", &json!({}), None), Some(FileRules::any(Medium::Image)));
    }
}
