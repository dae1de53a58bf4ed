//! A request that was sent from somewhere else, as a person or a link names it.

use super::{EndpointId, RequestId};

/// Between an endpoint and the id, in fal's URLs and in links of this page.
const REQUESTS: &str = "/requests/";

/// What a link of this page begins its fragment with.
const FRAGMENT: &str = "#request=";

/// A request with fal, and where it was sent as far as that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRef {
    /// The endpoint, or the application it belongs to: fal's own URLs name no more than that.
    pub endpoint: Option<EndpointId>,
    /// The id.
    pub id: RequestId,
}

impl RequestRef {
    /// Reads a request's id, or any URL of it: the queue's, the dashboard's, a proxy's.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'', ',']);
        let Some((before, after)) = text.rsplit_once(REQUESTS) else {
            return RequestId::parse(text).map(|id| Self { endpoint: None, id });
        };
        let id = RequestId::parse(after.split(['/', '?', '#']).next().unwrap_or_default())?;
        let path = match before.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => before,
        };
        // A page of fal's about a model names the model after this.
        let path = path.strip_prefix("models/").unwrap_or(path);
        Some(Self { endpoint: EndpointId::parse(path), id })
    }

    /// Reads the fragment of a link to this page.
    pub fn from_fragment(fragment: &str) -> Option<(EndpointId, RequestId)> {
        let request = Self::parse(fragment.strip_prefix(FRAGMENT)?)?;
        Some((request.endpoint?, request.id))
    }

    /// The fragment of a link by which another browser takes up a request: where it was sent and its
    /// id, and nothing else.
    pub fn fragment(endpoint: &EndpointId, id: &RequestId) -> String {
        [FRAGMENT, endpoint.as_str(), REQUESTS, id.as_str()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(Option<String>, String)> {
        let request = RequestRef::parse(text)?;
        Some((request.endpoint.map(|e| e.to_string()), request.id.to_string()))
    }

    #[test]
    fn a_request_is_found_in_what_people_paste() {
        let id = "764cabcf-b745-4b3e-ae38-1200304cf45b";
        for (text, endpoint) in [
            (id.to_owned(), None),
            (format!(" \"{id}\",\n"), None),
            (format!("https://queue.fal.run/fal-ai/flux/requests/{id}"), Some("fal-ai/flux")),
            (
                format!("https://queue.fal.run/fal-ai/flux/requests/{id}/status?logs=1"),
                Some("fal-ai/flux"),
            ),
            (format!("queue: fal-ai/flux/dev/requests/{id}"), None),
            (format!("fal-ai/flux/dev/requests/{id}/cancel"), Some("fal-ai/flux/dev")),
            (
                format!("https://fal.ai/models/fal-ai/flux/dev/requests/{id}"),
                Some("fal-ai/flux/dev"),
            ),
            (format!("https://fal.ai/dashboard/requests/{id}"), None),
            (format!("https://queue.fal.run/requests/{id}"), None),
        ] {
            let expected = Some((endpoint.map(str::to_owned), id.to_owned()));
            assert_eq!(parts(&text), expected, "{text}");
        }
        for text in ["", "a fox", "https://fal.ai/", "https://queue.fal.run/a/b/requests/", "a/b"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }

    #[test]
    fn a_link_says_where_and_which_and_nothing_else() {
        let endpoint = EndpointId::parse("fal-ai/flux/dev").expect("an endpoint");
        let id = RequestId::parse("r-1").expect("an id");
        let fragment = RequestRef::fragment(&endpoint, &id);
        assert_eq!(fragment, "#request=fal-ai/flux/dev/requests/r-1");
        assert_eq!(RequestRef::from_fragment(&fragment), Some((endpoint, id)));
        for other in ["", "#", "#jobs", "#request=", "#request=r-1", "#proxy=https://a.example"] {
            assert_eq!(RequestRef::from_fragment(other), None, "{other}");
        }
    }
}
