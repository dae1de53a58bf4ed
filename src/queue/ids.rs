//! The two names a job goes by: the endpoint it was sent to and the id it was given.

use std::fmt;

/// A model's endpoint, such as `fal-ai/flux/dev`: at least an owner and an alias.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EndpointId(String);

impl EndpointId {
    /// Accepts path segments of letters, digits, `-`, `_` and `.`, at least two of them.
    pub fn parse(text: &str) -> Option<Self> {
        let mut count = 0;
        for segment in text.split('/') {
            count += 1;
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let dots_only = segment.chars().all(|c| c == '.');
            if dots_only || !segment.chars().all(plain) {
                return None;
            }
        }
        (count >= 2).then(|| Self(text.to_owned()))
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that names the application: status, result and cancel live under it, while the
    /// rest of the id belongs to the submit alone. Using the whole id there is answered 405.
    /// Source: fal-js `libs/client/src/utils.ts`, `parseEndpointId`.
    pub fn app(&self) -> &str {
        let own_space = ["workflows/", "comfy/"].iter().any(|space| self.0.starts_with(space));
        let segments = if own_space { 3 } else { 2 };
        let end = self.0.match_indices('/').nth(segments - 1).map_or(self.0.len(), |(at, _)| at);
        self.0.get(..end).unwrap_or(&self.0)
    }

    /// Where fal publishes what the model takes, as an OpenAPI document. That is not the queue's, and
    /// many proxies do not pass the question on.
    pub fn document(&self) -> String {
        ["https://fal.ai/api/openapi/queue/openapi.json?endpoint_id=", &self.0].concat()
    }
}

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The id the queue gave a request; a UUID today, any short word of letters, digits, `-` and `_`
/// here, because it becomes part of a URL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestId(String);

impl RequestId {
    /// Accepts 1 to 128 letters, digits, `-` or `_`.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let fits = (1..=128).contains(&text.len()) && text.chars().all(plain);
        fits.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_is_cut_from_the_endpoint() {
        for (id, app) in [
            ("fal-ai/flux/dev", "fal-ai/flux"),
            ("fal-ai/flux/dev/image-to-image", "fal-ai/flux"),
            ("fal-ai/aura-flow", "fal-ai/aura-flow"),
            ("workflows/me/wf/step", "workflows/me/wf"),
            ("comfy/me/app", "comfy/me/app"),
        ] {
            assert_eq!(EndpointId::parse(id).expect(id).app(), app);
        }
    }

    #[test]
    fn what_could_leave_the_queue_is_no_id() {
        for id in ["", "flux", "a/../b", "a//b", "a/b?c", "a/b c", "https://a/b", "/a/b", "a/."] {
            assert_eq!(EndpointId::parse(id), None, "{id}");
        }
        for id in ["", "a/b", "..", "a b", &"x".repeat(129)] {
            assert_eq!(RequestId::parse(id), None, "{id}");
        }
    }
}
