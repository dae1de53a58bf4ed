//! What one can ask of the queue for a job, as method and path.

use super::{EndpointId, RequestId};

/// The address of something at fal's queue. The browser never goes there: the proxy does.
pub fn queue_url(path: &str) -> String {
    ["https://queue.fal.run/", path].concat()
}

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

impl Method {
    /// The body where there is nothing to say. Some proxies parse that of every PUT, and fail on none.
    pub fn empty_body(self) -> Option<&'static str> {
        (self == Self::Put).then_some("{}")
    }
}

/// One request to the queue. Paths are built here from validated ids and nowhere else: URLs found in
/// replies are data.
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
}

impl Call {
    /// The request it is about, once there is one.
    pub fn request_id(&self) -> Option<&RequestId> {
        match self {
            Self::Submit(_) => None,
            Self::Status(_, id) | Self::Result(_, id) | Self::Cancel(_, id) => Some(id),
        }
    }

    /// The method of the call.
    pub fn method(&self) -> Method {
        match self {
            Self::Submit(_) => Method::Post,
            Self::Cancel(..) => Method::Put,
            Self::Status(..) | Self::Result(..) => Method::Get,
        }
    }

    /// What it is about, below the queue's address.
    pub fn path(&self) -> String {
        let request = |endpoint: &EndpointId, id: &RequestId, rest: &str| {
            [endpoint.app(), "/requests/", id.as_str(), rest].concat()
        };
        match self {
            Self::Submit(endpoint) => endpoint.as_str().to_owned(),
            Self::Status(endpoint, id) => request(endpoint, id, "/status?logs=1"),
            Self::Result(endpoint, id) => request(endpoint, id, ""),
            Self::Cancel(endpoint, id) => request(endpoint, id, "/cancel"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_put_has_a_body() {
        let bodies = [Method::Get, Method::Post, Method::Put].map(Method::empty_body);
        assert_eq!(bodies, [None, None, Some("{}")]);
    }

    #[test]
    fn only_the_submit_uses_the_whole_endpoint() {
        let endpoint = EndpointId::parse("fal-ai/flux/dev").expect("an id");
        let id = RequestId::parse("abc-1").expect("an id");
        let of = |call: Call| (call.method(), queue_url(&call.path()));
        assert_eq!(
            of(Call::Submit(endpoint.clone())),
            (Method::Post, "https://queue.fal.run/fal-ai/flux/dev".into())
        );
        let under = "https://queue.fal.run/fal-ai/flux/requests/abc-1";
        assert_eq!(
            of(Call::Status(endpoint.clone(), id.clone())),
            (Method::Get, format!("{under}/status?logs=1"))
        );
        assert_eq!(of(Call::Result(endpoint.clone(), id.clone())), (Method::Get, under.to_owned()));
        assert_eq!(of(Call::Cancel(endpoint, id)), (Method::Put, format!("{under}/cancel")));
    }
}
