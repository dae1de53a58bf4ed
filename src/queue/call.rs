//! What one can ask of the queue, as method and target URL.

use super::{EndpointId, RequestId};

/// Where fal's queue lives. The browser never goes there: the proxy does.
const QUEUE: &str = "https://queue.fal.run";

/// An HTTP method the queue understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read a status or a result.
    Get,
    /// Submit.
    Post,
    /// Cancel.
    Put,
}

/// One request to the queue. Targets are built here from validated ids and nowhere else: URLs
/// found in replies are data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Starts a job; the body is the bare input.
    Submit(EndpointId),
    /// Asks how a job is doing, with its logs.
    Status(EndpointId, RequestId),
    /// Fetches what came of it.
    Result(EndpointId, RequestId),
    /// Asks for it to be stopped.
    Cancel(EndpointId, RequestId),
    /// Asks for a request that cannot exist: costs nothing, and the answer shows how far the
    /// proxy lets a request through.
    Probe,
    /// Asks for the OpenAPI document that fal publishes of a model. It is not the queue's, and many
    /// proxies do not pass this on.
    Document(EndpointId),
}

impl Call {
    /// The method of the call.
    pub fn method(&self) -> Method {
        match self {
            Self::Submit(_) => Method::Post,
            Self::Cancel(..) => Method::Put,
            Self::Status(..) | Self::Result(..) | Self::Probe | Self::Document(_) => Method::Get,
        }
    }

    /// The absolute URL for `x-fal-target-url`.
    pub fn target(&self) -> String {
        let request = |endpoint: &EndpointId, id: &RequestId, rest: &str| {
            format!("{QUEUE}/{}/requests/{id}{rest}", endpoint.app())
        };
        match self {
            Self::Submit(endpoint) => format!("{QUEUE}/{endpoint}"),
            Self::Status(endpoint, id) => request(endpoint, id, "/status?logs=1"),
            Self::Result(endpoint, id) => request(endpoint, id, ""),
            Self::Cancel(endpoint, id) => request(endpoint, id, "/cancel"),
            Self::Document(endpoint) => {
                format!("https://fal.ai/api/openapi/queue/openapi.json?endpoint_id={endpoint}")
            }
            Self::Probe => {
                format!("{QUEUE}/fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/status")
            }
        }
    }

    /// The body when there is none to send of our own. Some proxies parse the body of every PUT,
    /// so a cancel carries an empty object.
    pub fn default_body(&self) -> Option<&'static str> {
        matches!(self.method(), Method::Put).then_some("{}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_submit_uses_the_whole_endpoint() {
        let endpoint = EndpointId::parse("fal-ai/flux/dev").expect("an id");
        let id = RequestId::parse("abc-1").expect("an id");
        let of = |call: Call| (call.method(), call.target(), call.default_body());
        assert_eq!(
            of(Call::Submit(endpoint.clone())),
            (Method::Post, "https://queue.fal.run/fal-ai/flux/dev".into(), None)
        );
        let under = "https://queue.fal.run/fal-ai/flux/requests/abc-1";
        assert_eq!(
            of(Call::Status(endpoint.clone(), id.clone())),
            (Method::Get, format!("{under}/status?logs=1"), None)
        );
        assert_eq!(
            of(Call::Result(endpoint.clone(), id.clone())),
            (Method::Get, under.to_owned(), None)
        );
        assert_eq!(
            of(Call::Cancel(endpoint, id)),
            (Method::Put, format!("{under}/cancel"), Some("{}"))
        );
    }
}
