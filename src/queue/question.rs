//! What can be asked of a proxy that can start no job. Asking it is for `probe`.

use super::Method;

/// A question to the proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// How a request does that cannot exist.
    Status,
    /// The same with the header that a submit has too.
    Typed,
    /// To cancel it, with a body of about so many bytes.
    Cancel(usize),
    /// Nothing: no target is named.
    Nothing,
    /// Whether anybody is there. What is said cannot be read.
    Knock,
}

/// How large the bodies are that are tried, in bytes: above the limit of Express, at that of nginx,
/// below that of the platforms, and what a picture of 6 MiB becomes.
pub(super) const SIZES: [usize; 4] = [128 << 10, 1 << 20, 4 << 20, 8 << 20];

impl Question {
    /// One of each kind.
    pub const ALL: [Self; 6] = [
        Self::Status,
        Self::Typed,
        Self::Cancel(0),
        Self::Cancel(SIZES[0]),
        Self::Nothing,
        Self::Knock,
    ];

    /// How it is sent.
    pub fn method(self) -> Method {
        if matches!(self, Self::Cancel(_)) { Method::Put } else { Method::Get }
    }

    /// What it is about, below the queue's address.
    pub fn path(self) -> Option<String> {
        const NOBODY: &str = "fal-ai/flux/requests/00000000-0000-0000-0000-000000000000";
        match self {
            Self::Status | Self::Typed => Some([NOBODY, "/status"].concat()),
            Self::Cancel(_) => Some([NOBODY, "/cancel"].concat()),
            Self::Nothing | Self::Knock => None,
        }
    }

    /// What is sent along, where that is not little.
    pub fn body(self) -> Option<String> {
        const FRAME: &str = r#"{"padding":""}"#;
        let Self::Cancel(size) = self else { return None };
        let padding = "x".repeat(size.checked_sub(FRAME.len())?);
        Some(["{\"padding\":\"", &padding, "\"}"].concat())
    }
}

/// A size as it is said: `128 KiB`, `4 MiB`.
pub fn in_units(bytes: usize) -> String {
    match bytes >> 20 {
        0 => [&(bytes >> 10).to_string(), " KiB"].concat(),
        mebibytes => [&mebibytes.to_string(), " MiB"].concat(),
    }
}
