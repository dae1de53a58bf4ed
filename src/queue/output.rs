//! What a finished job brought: pictures, their seed, and which of them were flagged.

use serde_json::{Map, Value};

/// A result, read by the shape of its values and not by a model's name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Output {
    /// The pictures, in the order of the answer.
    pub pictures: Vec<Picture>,
    /// The seed that was used, digit for digit.
    pub seed: Option<String>,
    /// Seconds the model says it worked, as it says them.
    pub inference_seconds: Option<String>,
}

/// One picture of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Where it is, or why it is not shown.
    pub url: Result<ImageUrl, RefusedUrl>,
    /// Width and height in pixels, when the answer says.
    pub size: Option<(u32, u32)>,
    /// The media type, when the answer says.
    pub content_type: Option<String>,
    /// Whether the safety checker flagged it.
    pub flagged: bool,
}

/// An address that a picture may be shown from: `https:`, `blob:`, `data:image/…`, or `http:` on
/// this machine. A reply is somebody else's data, and `src` runs no checks of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageUrl(String);

/// The scheme or start of an address that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedUrl(pub String);

impl ImageUrl {
    /// Checks an address from a reply.
    ///
    /// # Errors
    /// With the start of the address when it is of another kind.
    pub fn parse(text: &str) -> Result<Self, RefusedUrl> {
        let start: String = text.chars().take(32).collect::<String>().to_ascii_lowercase();
        let known = ["https://", "blob:", "data:image/"].iter().any(|s| start.starts_with(s));
        let plain = start.starts_with("http://").then(|| text.get("http://".len()..)).flatten();
        if known || plain.is_some_and(is_on_loopback) {
            Ok(Self(text.to_owned()))
        } else {
            Err(RefusedUrl(start))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the bytes stand in the address itself.
    pub fn is_data(&self) -> bool {
        self.0.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
    }
}

/// Whether what follows `http://` begins with a host on this machine, whole and without a name or
/// password before it. An address that is cut off right after its host is not one.
fn is_on_loopback(rest: &str) -> bool {
    let Some((host, _)) = rest.split_once('/') else { return false };
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split_once(']').map_or("", |(name, _)| name),
        None => host.split(':').next().unwrap_or_default(),
    };
    let odd = |c: char| matches!(c, '@' | '\\' | '?' | '#') || c.is_whitespace();
    !host.contains(odd)
        && ["localhost", "127.0.0.1", "::1"].contains(&name.to_ascii_lowercase().as_str())
}

impl Picture {
    /// The file name extension that fits, without a dot: by media type, then by the address.
    pub fn extension(&self) -> &str {
        let url = self.url.as_ref().map(ImageUrl::as_str).unwrap_or_default();
        let of_data = url.strip_prefix("data:").and_then(|rest| rest.split([';', ',']).next());
        match self.content_type.as_deref().or(of_data) {
            Some("image/jpeg" | "image/jpg") => "jpg",
            Some("image/png") => "png",
            Some("image/webp") => "webp",
            Some("image/gif") => "gif",
            Some("image/avif") => "avif",
            Some("image/svg+xml") => "svg",
            _ => {
                let path = url.split(['?', '#']).next().unwrap_or_default();
                let last = path.rsplit('/').next().unwrap_or_default();
                match last.rsplit_once('.') {
                    Some((_, "jpeg" | "jpg")) => "jpg",
                    Some((_, "webp")) => "webp",
                    Some((_, "gif")) => "gif",
                    _ => "png",
                }
            }
        }
    }
}

impl Output {
    /// Reads a result's body. A file is any object with a string `url`; it counts as a picture
    /// unless its media type says otherwise.
    pub(super) fn read(body: &Map<String, Value>) -> Self {
        let flags: Vec<bool> = body
            .get("has_nsfw_concepts")
            .and_then(Value::as_array)
            .map(|all| all.iter().map(|flag| flag.as_bool().unwrap_or(false)).collect())
            .unwrap_or_default();
        let mut pictures = Vec::new();
        for value in body.values() {
            let files = match value {
                Value::Array(files) => files.as_slice(),
                single => std::slice::from_ref(single),
            };
            pictures.extend(files.iter().filter_map(picture));
        }
        for (picture, flagged) in pictures.iter_mut().zip(flags) {
            picture.flagged = flagged;
        }
        Self {
            pictures,
            seed: body.get("seed").and_then(|seed| match seed {
                Value::Number(number) => Some(number.to_string()),
                Value::String(text) => Some(text.clone()),
                _ => None,
            }),
            inference_seconds: body
                .get("timings")
                .and_then(|t| Some(t.get("inference")?.as_number()?.to_string())),
        }
    }
}

fn picture(file: &Value) -> Option<Picture> {
    let url = file.get("url")?.as_str()?;
    let content_type = file.get("content_type").and_then(Value::as_str).map(str::to_owned);
    if content_type.as_deref().is_some_and(|kind| !kind.starts_with("image/")) {
        return None;
    }
    let side = |key: &str| file.get(key)?.as_u64()?.try_into().ok().filter(|n: &u32| *n > 0);
    Some(Picture {
        url: ImageUrl::parse(url),
        size: side("width").zip(side("height")),
        content_type,
        flagged: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_harmless_addresses_are_shown() {
        for url in [
            "https://v3.fal.media/files/a/b.png",
            "blob:https://a/1",
            "data:image/png;base64,AA==",
            "DATA:image/png;base64,AA==",
            "http://127.0.0.1:4173/demo/files/1/0.jpg",
            "http://localhost/a.png",
            "http://[::1]:80/a.png",
        ] {
            assert!(ImageUrl::parse(url).is_ok(), "{url}");
        }
        for url in [
            "http://example.com/a.png",
            "http://localhost@example.com/a.png",
            "http://localhost.example.com/a.png",
            "http://127.0.0.1.example.com/",
            "javascript:alert(1)",
            "data:text/html,<script>",
            "file:///etc/passwd",
            "/relative.png",
            "",
        ] {
            assert!(ImageUrl::parse(url).is_err(), "{url}");
        }
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
        let output = Output::read(body.as_object().unwrap());
        assert_eq!(output.seed.as_deref(), Some("18446744073709551615"));
        assert_eq!(output.inference_seconds, Some("2.5".to_owned()));
        assert_eq!(output.pictures.len(), 2);
        assert_eq!(output.pictures[0].size, Some((1024, 768)));
        assert_eq!(output.pictures[0].extension(), "jpg");
        assert!(!output.pictures[0].flagged);
        assert_eq!(output.pictures[1].url, Err(RefusedUrl("ftp://x/2".into())));
        assert_eq!(output.pictures[1].size, None);
        assert!(output.pictures[1].flagged);
    }

    #[test]
    fn extensions_come_from_the_type_then_the_address() {
        let of = |url: &str, kind: Option<&str>| {
            let content_type = kind.map(str::to_owned);
            Picture { url: ImageUrl::parse(url), size: None, content_type, flagged: false }
                .extension()
                .to_owned()
        };
        assert_eq!(of("https://x/a.png", Some("image/jpeg")), "jpg");
        assert_eq!(of("https://x/a.webp?b=c.d", None), "webp");
        assert_eq!(of("data:image/jpeg;base64,AA", None), "jpg");
        assert_eq!(of("https://x/a", None), "png");
    }
}
