//! What a finished job brought: files, texts, facts, and whatever else the model answered.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::file::{self, File, Viewer};

/// The most parts of one result that are shown.
const MOST: usize = 200;

/// How deep in a result files are looked for.
const DEEPEST: usize = 4;

/// The longest result that is written with its job, in bytes.
const LONGEST: usize = 32 * 1024;

/// A result, read by the shape of its values and not by a model's name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    /// What it is made of, in the order of the answer.
    pub parts: Vec<Part>,
    /// How many more parts the answer had.
    pub left_out: usize,
    /// The seed that was used, digit for digit.
    pub seed: Option<String>,
    /// Seconds the model says it worked, as it says them.
    pub inference_seconds: Option<String>,
    /// The answer itself.
    text: Arc<str>,
    /// Whether it is short and holds no file.
    is_short: bool,
}

/// One part of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The name of its property, after those it stands in.
    pub name: String,
    /// What it is.
    pub value: Shown,
}

/// What a part of a result is.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// Something to look at, to listen to or to save.
    File(File),
    /// Words to read.
    Text(String),
    /// A number, a yes or a no.
    Fact(String),
    /// Anything else, as the model wrote it.
    Json(String),
}

impl Output {
    /// Reads a result's body. A file is any object with a string `url`.
    pub(super) fn read(body: &Map<String, Value>, text: &str) -> Self {
        let mut output = Self {
            seed: body.get("seed").and_then(|seed| match seed {
                Value::Number(number) => Some(number.to_string()),
                Value::String(text) => Some(text.clone()),
                _ => None,
            }),
            inference_seconds: body
                .get("timings")
                .and_then(|t| Some(t.get("inference")?.as_number()?.to_string())),
            ..Self::default()
        };
        for (name, value) in body {
            if !matches!(name.as_str(), "seed" | "timings" | "has_nsfw_concepts") {
                output.take(name, value, file::names_file(name), DEEPEST);
            }
        }
        output.flag(body.get("has_nsfw_concepts").unwrap_or(&Value::Null));
        let is_data = |file: &mut File| file.url.as_ref().is_ok_and(file::FileUrl::is_data);
        output.is_short = text.len() <= LONGEST && !output.files().any(is_data);
        output.text = text.into();
        output
    }

    /// Reads a result from its text, as it was kept.
    pub fn from_text(text: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        Some(Self::read(body.as_object()?, text))
    }

    /// The answer itself, as the model wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, if it is short and holds no file, so that it can be written with its job.
    pub fn short(&self) -> Option<&str> {
        Some(&*self.text).filter(|_| self.is_short)
    }

    /// The files, in their order.
    pub fn files(&mut self) -> impl Iterator<Item = &mut File> {
        self.parts.iter_mut().filter_map(|part| match &mut part.value {
            Shown::File(file) => Some(file),
            _ => None,
        })
    }

    /// Takes a value in. `named` says whether a bare address in it is a file.
    fn take(&mut self, name: &str, value: &Value, named: bool, depth: usize) {
        let is_nothing = match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        if is_nothing {
            return;
        }
        let url = address(value, named);
        if url.is_none() && holds_file(value, named, depth) {
            let depth = depth.saturating_sub(1);
            match value {
                Value::Array(list) => {
                    for (index, value) in list.iter().enumerate() {
                        let number = (list.len() > 1).then(|| (index + 1).to_string());
                        self.take(&joined(name, number.as_deref()), value, true, depth);
                    }
                }
                Value::Object(map) => {
                    for (key, value) in map {
                        let named = named || file::names_file(key);
                        self.take(&joined(name, Some(key)), value, named, depth);
                    }
                }
                _ => {}
            }
            return;
        }
        if self.parts.len() >= MOST {
            self.left_out += 1;
            return;
        }
        let value = match (url, value) {
            (Some(url), about) => Shown::File(File::read(url, about, name)),
            (None, Value::String(text)) => Shown::Text(text.clone()),
            (None, Value::Bool(_) | Value::Number(_)) => Shown::Fact(value.to_string()),
            (None, _) => Shown::Json(value.to_string()),
        };
        self.parts.push(Part { name: name.to_owned(), value });
    }

    /// The checker's list is about the pictures, or about the videos where there are no pictures.
    fn flag(&mut self, flags: &Value) {
        let flags = match flags {
            Value::Array(list) => list.as_slice(),
            single => std::slice::from_ref(single),
        };
        let pictures = self.files().any(|file| file.viewer == Viewer::Picture);
        let about = if pictures { Viewer::Picture } else { Viewer::Video };
        for (file, flag) in self.files().filter(|file| file.viewer == about).zip(flags) {
            file.flagged = *flag == Value::Bool(true);
        }
    }
}

/// The address, when a value is a file.
fn address(value: &Value, named: bool) -> Option<&str> {
    match value {
        Value::String(text) => Some(text.as_str()).filter(|text| file::is_file(text, named)),
        _ => value.get("url")?.as_str(),
    }
}

fn holds_file(value: &Value, named: bool, depth: usize) -> bool {
    let Some(deeper) = depth.checked_sub(1) else { return false };
    let is_one = |value: &Value, named: bool| {
        address(value, named).is_some() || holds_file(value, named, deeper)
    };
    match value {
        Value::Array(list) => list.iter().any(|value| is_one(value, true)),
        Value::Object(map) => {
            map.iter().any(|(key, value)| is_one(value, named || file::names_file(key)))
        }
        _ => false,
    }
}

fn joined(name: &str, inner: Option<&str>) -> String {
    let mut path = name.to_owned();
    if let Some(inner) = inner {
        path.push(' ');
        path.push_str(inner);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::{RefusedUrl, pretty};
    use serde_json::json;

    fn read(body: &Value) -> Output {
        Output::read(body.as_object().unwrap(), &body.to_string())
    }

    /// Each part in a few letters: its name, and what it is shown as.
    fn outline(body: &Value) -> Vec<String> {
        let parts = read(body).parts.into_iter();
        let shown = parts.map(|part| match part.value {
            Shown::File(file) => match file.url {
                Ok(_) => format!("{}: {:?}", part.name, file.viewer),
                Err(refused) => format!("{}: refused {}", part.name, refused.0),
            },
            Shown::Text(text) => format!("{}: “{text}”", part.name),
            Shown::Fact(fact) => format!("{} = {fact}", part.name),
            Shown::Json(json) => format!("{}: {json}", part.name),
        });
        shown.collect()
    }

    #[test]
    fn a_flux_result_is_read_whole() {
        let body = json!({
            "images": [
                {"url": "https://x/1.jpeg", "width": 1024, "height": 768, "content_type": "image/jpeg"},
                {"url": "ftp://x/2", "width": 0, "height": 768}
            ],
            "timings": {"inference": 2.5},
            "seed": 18446744073709551615u64,
            "has_nsfw_concepts": [false, true],
            "prompt": "a fox"
        });
        let mut output = read(&body);
        assert_eq!(output.seed.as_deref(), Some("18446744073709551615"));
        assert_eq!(output.inference_seconds, Some("2.5".to_owned()));
        assert_eq!(output.parts.len(), 3);
        assert_eq!(output.parts[2].value, Shown::Text("a fox".to_owned()));
        let files: Vec<&mut File> = output.files().collect();
        assert_eq!(files[0].size, Some((1024, 768)));
        assert_eq!(files[0].extension(), "jpg");
        assert!(!files[0].flagged);
        assert_eq!(files[1].url, Err(RefusedUrl("ftp://x/2".into())));
        assert_eq!(files[1].size, None);
        assert!(files[1].flagged);
    }

    #[test]
    fn every_kind_of_output_finds_its_place() {
        let file = |url: &str| json!({ "url": url });
        for (body, expected) in [
            (json!({ "image": file("https://x/1") }), &["image: Picture"][..]),
            (json!({ "video": file("https://x/1"), "seed": 4 }), &["video: Video"]),
            (json!({ "audio": file("https://x/1") }), &["audio: Sound"]),
            (json!({ "output": file("https://x/1") }), &["output: Plain"]),
            (json!({ "images": [file("https://x/1")] }), &["images: Picture"]),
            (
                json!({ "images": ["https://x/1", null, "https://x/3"] }),
                &["images 1: Picture", "images 3: Picture"],
            ),
            (json!({ "results": ["https://x/1.glb"] }), &["results: Plain"]),
            (json!({ "video_url": "https://x/1" }), &["video_url: Video"]),
            (json!({ "homepage": "https://x/1" }), &["homepage: “https://x/1”"]),
            (
                json!({ "model_urls": {
                    "glb": file("https://x/1.glb"), "obj": null, "usdz": "https://x/2"
                } }),
                &["model_urls glb: Plain", "model_urls usdz: Plain"],
            ),
            (
                json!({ "results": [{ "masks": [file("https://x/1")], "label": "fox", "score": 0.50 }] }),
                &["results masks: Picture", "results label: “fox”", "results score = 0.5"],
            ),
            (json!({ "output": "a\nlong story" }), &["output: “a\nlong story”"]),
            (json!({ "nsfw": true, "tokens": 52 }), &["nsfw = true", "tokens = 52"]),
            (json!({ "boxes": [[1, 2], []] }), &["boxes: [[1,2],[]]"]),
            (json!({ "usage": { "cost": 0.5 } }), &["usage: {\"cost\":0.5}"]),
            (json!({ "texts": ["a", "b"] }), &["texts: [\"a\",\"b\"]"]),
            (json!({ "images": [], "image": null, "text": "", "data": {} }), &[]),
            (json!({ "file": { "url": null, "size": 0 } }), &["file: {\"url\":null,\"size\":0}"]),
            (json!({ "file": { "url": 7 } }), &["file: {\"url\":7}"]),
            // Not deduplicated, and in the order of the reply.
            (
                json!({ "text": "b", "image": file("https://x/1"), "images": [file("https://x/1")] }),
                &["text: “b”", "image: Picture", "images: Picture"],
            ),
            // What has a role of its own, and only at the top.
            (json!({ "seed": [1], "timings": { "a": 1 }, "has_nsfw_concepts": [true] }), &[]),
        ] {
            assert_eq!(outline(&body), expected, "{body}");
        }
    }

    #[test]
    fn hostile_addresses_never_become_a_link() {
        for url in ["javascript:alert(1)", "vbscript:x", "file:///etc/passwd", "//x/a.png", ""] {
            for name in ["image", "video", "audio", "output"] {
                let refused = format!("{name}: refused {url}");
                assert_eq!(outline(&json!({ name: { "url": url } })), [refused]);
            }
            // A bare text that is no address is a text.
            let bare = outline(&json!({ "image_url": url }));
            assert!(url.is_empty() || bare == [format!("image_url: “{url}”")], "{bare:?}");
        }
        let page = "data:text/html,<script>alert(1)</script>";
        assert_eq!(outline(&json!({ "image": { "url": page } })).len(), 1);
        assert!(outline(&json!({ "image": { "url": page } }))[0].starts_with("image: refused"));
        let claims = json!({ "video": { "url": page, "content_type": "video/mp4" } });
        assert!(outline(&claims)[0].starts_with("video: refused"));
    }

    #[test]
    fn files_are_looked_for_only_so_deep() {
        let nested = |levels: usize| {
            (0..levels).fold(json!({ "url": "https://x/1.png" }), |inner, _| json!({ "a": inner }))
        };
        assert_eq!(outline(&nested(5)), ["a a a a a: Picture"]);
        assert_eq!(outline(&nested(6)), [format!("a: {}", nested(5))]);
        // As deep as serde_json reads at all.
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(120), "]".repeat(120));
        let output = Output::from_text(&deep).unwrap();
        assert_eq!(output.parts.len(), 1);
        let Shown::Json(json) = &output.parts[0].value else { panic!("{output:?}") };
        assert!(pretty(json, 2_000).len() < 2_600);
        assert_eq!(Output::from_text(&format!("{{\"a\":{}", "[".repeat(100_000))), None);
    }

    #[test]
    fn of_many_parts_the_first_are_shown_and_the_rest_is_counted() {
        let file = json!({ "url": "https://x/1.png" });
        let body = json!({ "images": vec![file; 10_000], "text": "and words", "seed": 7 });
        let output = read(&body);
        assert_eq!((output.parts.len(), output.left_out), (MOST, 9_801));
        assert_eq!(output.seed.as_deref(), Some("7"));
        assert_eq!(output.short(), None);
        let facts: Map<String, Value> = (0..1_000).map(|n| (n.to_string(), json!(n))).collect();
        let output = read(&Value::Object(facts));
        assert_eq!((output.parts.len(), output.left_out), (MOST, 800));
    }

    #[test]
    fn flags_are_about_the_pictures_or_else_about_the_videos() {
        for (body, flagged) in [
            (
                json!({ "video": {"url": "https://x/1"}, "images": [{"url": "https://x/2"}],
                    "has_nsfw_concepts": [true] }),
                [false, true],
            ),
            (
                json!({ "videos": ["https://x/1", "https://x/2"], "has_nsfw_concepts": [false, true] }),
                [false, true],
            ),
            (
                json!({ "images": ["https://x/1", "https://x/2"], "has_nsfw_concepts": true }),
                [true, false],
            ),
            (
                json!({ "images": ["https://x/1", "https://x/2"], "has_nsfw_concepts": ["true", 1] }),
                [false, false],
            ),
        ] {
            let flags: Vec<bool> = read(&body).files().map(|file| file.flagged).collect();
            assert_eq!(flags, flagged, "{body}");
        }
    }

    #[test]
    fn what_is_short_and_holds_no_file_is_kept_to_the_letter() {
        let text = "\u{feff} {\"seed\": 1.50,\n \"text\": \"a\"} ";
        let output = Output::from_text(text).unwrap();
        assert_eq!((output.text(), output.short()), (text, Some(text)));
        assert_eq!(output.seed.as_deref(), Some("1.50"));
        for body in [
            json!({ "text": "a".repeat(LONGEST) }),
            json!({ "image": { "url": "data:image/png;base64,AA==" } }),
            json!({ "output": ["data:application/zip;base64,AA=="] }),
        ] {
            assert_eq!(read(&body).short(), None);
        }
        for text in ["", "[]", "null", "{\"a\":", "7"] {
            assert_eq!(Output::from_text(text), None, "{text}");
        }
    }
}
