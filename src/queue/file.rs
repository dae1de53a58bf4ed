//! A file of a result: where it is, what shows it, and whether its address may be opened at all.

use serde_json::Value;

/// What a file is shown with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// As a picture.
    Picture,
    /// In a player with a picture.
    Video,
    /// In a player without one.
    Sound,
    /// By its name, to be opened or saved.
    Plain,
}

/// One file of a result.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Where it is, or why it is not shown.
    pub url: Result<FileUrl, RefusedUrl>,
    /// What it is shown with.
    pub viewer: Viewer,
    /// The media type, when the answer or a data URI says.
    pub content_type: Option<String>,
    /// Its name, when the answer says.
    pub name: Option<String>,
    /// How large it is, when the answer says.
    pub bytes: Option<usize>,
    /// Width and height in pixels, when the answer says.
    pub size: Option<(u32, u32)>,
    /// Whether the safety checker flagged it.
    pub flagged: bool,
}

/// An address that a file may be shown from or opened at: `https:`, `blob:`, `data:` of the
/// viewer's medium, or `http:` on this machine. A reply is somebody else's data, and neither `src`
/// nor `href` runs checks of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileUrl(String);

/// The scheme or start of an address that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedUrl(pub String);

/// Endings of names that tell what shows a file.
const ENDINGS: [(&str, Viewer); 4] = [
    ("png jpg jpeg webp gif avif svg bmp", Viewer::Picture),
    ("mp4 webm mov m4v mkv", Viewer::Video),
    ("mp3 wav ogg flac m4a aac opus", Viewer::Sound),
    (
        "glb gltf obj ply stl fbx usdz zip tar json txt csv npy npz pdf srt safetensors",
        Viewer::Plain,
    ),
];

/// Words in the names of properties that hold files, and what shows those.
const WORDS: [(&str, Viewer); 7] = [
    ("image", Viewer::Picture),
    ("picture", Viewer::Picture),
    ("mask", Viewer::Picture),
    ("video", Viewer::Video),
    ("audio", Viewer::Sound),
    ("url", Viewer::Plain),
    ("file", Viewer::Plain),
];

impl FileUrl {
    /// Checks an address from a reply.
    ///
    /// # Errors
    /// With the start of the address when it is of another kind.
    pub fn parse(text: &str, viewer: Viewer) -> Result<Self, RefusedUrl> {
        let start: String = text.chars().take(32).collect::<String>().to_ascii_lowercase();
        let data = match viewer {
            Viewer::Picture => "data:image/",
            Viewer::Video => "data:video/",
            Viewer::Sound => "data:audio/",
            Viewer::Plain => "data:",
        };
        let known = ["https://", "blob:", data].iter().any(|s| start.starts_with(s));
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
        is_data(&self.0)
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

fn is_data(url: &str) -> bool {
    url.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

/// Whether a property is named like one that holds files.
pub(super) fn names_file(property: &str) -> bool {
    WORDS.iter().any(|(word, _)| property.contains(word))
}

/// Whether a text is the address of a file and not something to read: the bytes themselves, or a
/// link where the property's name, or a list, says that there may be one.
pub(super) fn is_file(text: &str, named: bool) -> bool {
    let is_link = named && (text.starts_with("https://") || text.starts_with("http://"));
    let is_bytes = is_data(text) && text.contains(";base64,");
    (is_link || is_bytes) && !text.contains([' ', '\n'])
}

impl File {
    /// Reads a file by its address, what the reply says about it, and the name of its property.
    pub(super) fn read(url: &str, about: &Value, property: &str) -> Self {
        let text = |key: &str| about.get(key)?.as_str().filter(|text| !text.is_empty());
        let side = |key: &str| about.get(key)?.as_u64()?.try_into().ok().filter(|n: &u32| *n > 0);
        let data = url.get(5..).filter(|_| is_data(url));
        let data = data.and_then(|rest| rest.split([';', ',']).next());
        let said = text("content_type");
        let viewer = viewer(said, data, url, property);
        Self {
            url: FileUrl::parse(url, viewer),
            viewer,
            content_type: said.or(data).map(str::to_owned),
            name: text("file_name").map(str::to_owned),
            bytes: about.get("file_size").and_then(Value::as_u64).and_then(|n| n.try_into().ok()),
            size: side("width").zip(side("height")),
            flagged: false,
        }
    }

    /// The file name extension that fits, without a dot: by media type, then by the address. Only
    /// a plain file may have one that its viewer does not know.
    pub fn extension(&self) -> &str {
        let kind = self.content_type.as_deref().unwrap_or_default();
        let by_kind = match kind.rsplit('/').next().unwrap_or_default() {
            "svg+xml" => "svg",
            "mpeg" if self.viewer == Viewer::Sound => "mp3",
            "quicktime" => "mov",
            "x-wav" => "wav",
            "plain" => "txt",
            other => other,
        };
        let by_address = self.url.as_ref().map_or("", |url| ending(url.as_str()));
        let fits = |ending: &&str| match of_ending(ending) {
            Some(viewer) => viewer == self.viewer,
            None => {
                let letters = ending.bytes().all(|b| b.is_ascii_alphanumeric());
                self.viewer == Viewer::Plain && letters && (1..=4).contains(&ending.len())
            }
        };
        match [by_kind, by_address].into_iter().find(fits) {
            Some("jpeg") => "jpg",
            Some(ending) => ending,
            None => match self.viewer {
                Viewer::Picture => "png",
                Viewer::Video => "mp4",
                Viewer::Sound => "mp3",
                Viewer::Plain => "bin",
            },
        }
    }
}

/// What follows the last dot of the last part of an address.
fn ending(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    last.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn of_ending(ending: &str) -> Option<Viewer> {
    let known = |list: &str| list.split(' ').any(|known| known.eq_ignore_ascii_case(ending));
    ENDINGS.iter().find(|(list, _)| known(list)).map(|(_, viewer)| *viewer)
}

fn of_kind(kind: &str) -> Viewer {
    match kind.split('/').next() {
        Some("image") => Viewer::Picture,
        Some("video") => Viewer::Video,
        Some("audio") => Viewer::Sound,
        _ => Viewer::Plain,
    }
}

/// By the media type that the reply names, then by the address, then by the property's name. That
/// something is a stream of bytes says nothing.
fn viewer(said: Option<&str>, data: Option<&str>, url: &str, property: &str) -> Viewer {
    if let Some(kind) = said.filter(|kind| !kind.ends_with("octet-stream")) {
        return of_kind(kind);
    }
    let by_address = match data {
        Some(kind) => Some(of_kind(kind)).filter(|viewer| *viewer != Viewer::Plain),
        None => of_ending(ending(url)),
    };
    // The last word counts: `image_to_video` is a video.
    let by_name = || {
        (0..property.len()).rev().find_map(|at| {
            let rest = property.get(at..)?;
            let found = WORDS.iter().find(|(word, _)| rest.starts_with(word));
            found.map(|(_, viewer)| *viewer).filter(|viewer| *viewer != Viewer::Plain)
        })
    };
    by_address.or_else(by_name).unwrap_or(Viewer::Plain)
}

#[cfg(test)]
mod tests {
    use super::Viewer::{Picture, Plain, Sound, Video};
    use super::*;
    use serde_json::json;

    #[test]
    fn only_harmless_addresses_are_opened() {
        for viewer in [Picture, Video, Sound, Plain] {
            for url in [
                "https://v3.fal.media/files/a/b.png",
                "HTTPS://v3.fal.media/files/a/b.png",
                "blob:https://a/1",
                "http://127.0.0.1:4173/demo/files/1/0.jpg",
                "http://localhost/a.png",
                "http://[::1]:80/a.png",
            ] {
                assert!(FileUrl::parse(url, viewer).is_ok(), "{url}");
            }
            for url in [
                "http://example.com/a.png",
                "http://localhost@example.com/a.png",
                "http://localhost.example.com/a.png",
                "http://127.0.0.1.example.com/",
                "javascript:alert(1)",
                "JavaScript:alert(1)",
                " javascript:alert(1)",
                "java\nscript:alert(1)",
                "vbscript:x",
                "file:///etc/passwd",
                "ftp://x/2",
                "filesystem:https://a/b",
                "about:blank",
                "//example.com/x.png",
                "/relative.png",
                "data",
                "",
            ] {
                assert!(FileUrl::parse(url, viewer).is_err(), "{url}");
            }
        }
    }

    #[test]
    fn bytes_in_an_address_are_of_the_viewers_medium() {
        for (url, viewers) in [
            ("data:image/png;base64,AA==", &[Picture, Plain][..]),
            ("DATA:image/png;base64,AA==", &[Picture, Plain]),
            ("data:video/mp4;base64,AA==", &[Video, Plain]),
            ("data:audio/wav;base64,AA==", &[Sound, Plain]),
            ("data:text/html,<script>", &[Plain]),
        ] {
            for viewer in [Picture, Video, Sound, Plain] {
                let opened = FileUrl::parse(url, viewer).is_ok();
                assert_eq!(opened, viewers.contains(&viewer), "{url} {viewer:?}");
            }
        }
    }

    #[test]
    fn the_viewer_is_chosen_by_type_then_address_then_name() {
        for (kind, url, property, viewer) in [
            (Some("image/png"), "https://x/a.mp4", "video", Picture),
            (Some("video/mp4"), "https://x/a", "images", Video),
            (Some("audio/mpeg"), "https://x/a", "output", Sound),
            (Some("model/gltf-binary"), "https://x/a.png", "image", Plain),
            (Some("application/octet-stream"), "https://x/a.mp4", "output", Video),
            (Some("application/octet-stream"), "https://x/a", "audio", Sound),
            (Some("binary/octet-stream"), "https://x/a.glb", "image_mesh", Plain),
            (Some(""), "https://x/a.webm", "output", Video),
            (None, "https://x/a.WEBP?b=c.mp4#d.mp3", "video", Picture),
            (None, "https://x/a.wav", "output", Sound),
            (None, "https://x/a.zip", "images", Plain),
            (None, "data:video/mp4;base64,AA==", "images", Video),
            (None, "data:application/zip;base64,AA==", "archive", Plain),
            (None, "data:text/html,<b>.mp4", "images", Picture),
            (None, "https://x/a", "images 2", Picture),
            (None, "https://x/a", "image_to_video", Video),
            (None, "https://x/a", "video_mask_url", Picture),
            (None, "https://x/a", "model_urls glb", Plain),
            (None, "https://image.mp4", "output", Video),
            (None, "https://x", "output", Plain),
        ] {
            let about = json!({ "content_type": kind });
            assert_eq!(File::read(url, &about, property).viewer, viewer, "{kind:?} {url}");
        }
    }

    #[test]
    fn what_a_reply_says_of_a_file_is_read_and_the_rest_is_absent() {
        let about = json!({
            "url": "https://x/a", "content_type": "video/mp4", "file_name": "kite.mp4",
            "file_size": 1_234_567, "width": 8, "height": 4, "duration": 5.2, "fps": null
        });
        let file = File::read("https://x/a", &about, "video");
        assert_eq!(file.name.as_deref(), Some("kite.mp4"));
        assert_eq!((file.bytes, file.size), (Some(1_234_567), Some((8, 4))));
        let odd = json!({
            "content_type": null, "file_name": "", "file_size": "7", "width": 0, "height": -4
        });
        let file = File::read("https://x/a", &odd, "video");
        assert_eq!((file.name, file.content_type), (None, None));
        assert_eq!((file.bytes, file.size), (None, None));
    }

    #[test]
    fn extensions_come_from_the_type_then_the_address() {
        for (kind, url, property, extension) in [
            (Some("image/jpeg"), "https://x/a.png", "image", "jpg"),
            (None, "https://x/a.webp?b=c.d", "image", "webp"),
            (None, "https://x/a.jpeg", "image", "jpg"),
            (None, "data:image/jpeg;base64,AA", "image", "jpg"),
            (None, "https://x/a", "image", "png"),
            (Some("image/svg+xml"), "https://x/a", "image", "svg"),
            (Some("image/exe"), "https://x/a.exe", "image", "png"),
            (Some("image/../x"), "https://x/a", "image", "png"),
            (Some("video/mp4"), "https://x/a", "video", "mp4"),
            (Some("video/quicktime"), "https://x/a", "video", "mov"),
            (Some("video/mpeg"), "https://x/a", "video", "mp4"),
            (Some("audio/mpeg"), "https://x/a", "audio", "mp3"),
            (Some("audio/x-wav"), "https://x/a", "audio", "wav"),
            (None, "https://x/a", "audio", "mp3"),
            (Some("model/gltf-binary"), "https://x/a.glb", "model", "glb"),
            (Some("text/plain"), "https://x/a", "captions", "txt"),
            (Some("application/zip"), "https://x/a", "archive", "zip"),
            (None, "https://x/a.7z", "archive", "7z"),
            (None, "https://x/a.tar.gz", "archive", "gz"),
            (None, "https://x/a.averylongone", "archive", "bin"),
        ] {
            let about = json!({ "content_type": kind });
            let file = File::read(url, &about, property);
            assert_eq!(file.extension(), extension, "{kind:?} {url}");
        }
    }

    #[test]
    fn a_text_is_a_file_only_where_one_is_meant() {
        for (text, property, expected) in [
            ("https://x/a.png", "image_url", true),
            ("http://x/a", "file", true),
            ("https://x/a.png", "caption", false),
            ("https://x/a.png and more", "image_url", false),
            ("see https://x", "image_url", false),
            ("javascript:alert(1)", "image_url", false),
            ("data:image/png;base64,AA==", "output", true),
            ("data: none;base64,", "output", false),
            ("data:none", "output", false),
            ("", "image_url", false),
        ] {
            assert_eq!(is_file(text, names_file(property)), expected, "{property} {text:?}");
        }
    }
}
