//! What a target asks for: one of the queue's calls, or the document of an endpoint. Reads method, path
//! and query; knows no jobs.

use axum::http::Method;
use reqwest::Url;

use super::script::Phase;
use crate::target::Target;

/// A request to the queue, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Submit {
        endpoint: String,
    },
    Status {
        app: String,
        id: String,
        logs: bool,
    },
    Result {
        app: String,
        id: String,
    },
    Cancel {
        app: String,
        id: String,
    },
    /// What fal's web site says of an endpoint.
    Document {
        endpoint: String,
    },
    /// A known address with a method it does not take, or a request address with the full endpoint id:
    /// the queue answers 405 to both.
    WrongMethod,
    Unknown,
}

impl Call {
    pub(crate) fn parse(method: &Method, target: &Target) -> Self {
        match target.document() {
            Some(endpoint) => Self::Document { endpoint: endpoint.to_owned() },
            None => Self::of_queue(method, target.url()),
        }
    }

    fn of_queue(method: &Method, url: &Url) -> Self {
        let segments: Vec<&str> =
            url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        let app_length = app_length(segments.first().copied());
        let Some(at) = segments.iter().position(|segment| *segment == "requests") else {
            return match *method {
                Method::POST if segments.len() >= app_length => {
                    Self::Submit { endpoint: segments.join("/") }
                }
                Method::POST => Self::Unknown,
                _ => Self::WrongMethod,
            };
        };
        if at != app_length {
            return if at > app_length { Self::WrongMethod } else { Self::Unknown };
        }
        let app = segments.get(..at).unwrap_or_default().join("/");
        match (segments.get(at + 1..).unwrap_or_default(), method) {
            ([id], &Method::GET) => Self::Result { app, id: (*id).to_owned() },
            ([id, "status"], &Method::GET) => {
                let logs = url
                    .query_pairs()
                    .any(|(name, value)| name == "logs" && matches!(value.as_ref(), "1" | "true"));
                Self::Status { app, id: (*id).to_owned(), logs }
            }
            ([id, "cancel"], &Method::PUT) => Self::Cancel { app, id: (*id).to_owned() },
            ([_] | [_, "status" | "cancel"], _) => Self::WrongMethod,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Submit { .. } => Phase::Submit,
            Self::Status { .. } => Phase::Status,
            Self::Result { .. } => Phase::Result,
            Self::Cancel { .. } => Phase::Cancel,
            Self::Document { .. } => Phase::Document,
            Self::WrongMethod | Self::Unknown => Phase::Other,
        }
    }
}

/// The part of an endpoint id that request addresses are made of (fal-js `libs/client/src/utils.ts`,
/// `parseEndpointId`): owner and alias, and one more where a namespace stands first.
pub(crate) fn app_of(endpoint: &str) -> String {
    let length = app_length(endpoint.split('/').next());
    endpoint.split('/').take(length).collect::<Vec<_>>().join("/")
}

fn app_length(first: Option<&str>) -> usize {
    if matches!(first, Some("workflows" | "comfy")) { 3 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queue_addresses() {
        let app = || "fal-ai/flux".to_owned();
        let id = || "7".to_owned();
        for (method, path, expected) in [
            (
                Method::POST,
                "fal-ai/flux/dev",
                Call::Submit { endpoint: "fal-ai/flux/dev".to_owned() },
            ),
            (
                Method::POST,
                "fal-ai/flux/dev/?fal_webhook=x",
                Call::Submit { endpoint: "fal-ai/flux/dev".to_owned() },
            ),
            (Method::POST, "fal-ai", Call::Unknown),
            (Method::GET, "fal-ai/flux/dev", Call::WrongMethod),
            (Method::GET, "fal-ai/flux/requests/7", Call::Result { app: app(), id: id() }),
            (
                Method::GET,
                "fal-ai/flux/requests/7/status",
                Call::Status { app: app(), id: id(), logs: false },
            ),
            (
                Method::GET,
                "fal-ai/flux/requests/7/status?logs=0",
                Call::Status { app: app(), id: id(), logs: false },
            ),
            (
                Method::GET,
                "fal-ai/flux/requests/7/status?logs=1",
                Call::Status { app: app(), id: id(), logs: true },
            ),
            (Method::PUT, "fal-ai/flux/requests/7/cancel", Call::Cancel { app: app(), id: id() }),
            (Method::GET, "fal-ai/flux/requests/7/cancel", Call::WrongMethod),
            (Method::POST, "fal-ai/flux/requests/7/status", Call::WrongMethod),
            (Method::GET, "fal-ai/flux/requests/7/status/stream", Call::Unknown),
            (Method::GET, "fal-ai/flux/dev/requests/7/status", Call::WrongMethod),
            (Method::GET, "fal-ai/flux/dev/image-to-image/requests/7", Call::WrongMethod),
            (Method::GET, "fal-ai/requests/7", Call::Unknown),
            (
                Method::GET,
                "workflows/me/wf/requests/7",
                Call::Result { app: "workflows/me/wf".to_owned(), id: id() },
            ),
        ] {
            let url = Url::parse(&format!("https://queue.fal.run/{path}")).unwrap();
            assert_eq!(Call::of_queue(&method, &url), expected, "{method} {path}");
        }
    }

    #[test]
    fn the_app_of_an_endpoint() {
        for (endpoint, app) in [
            ("fal-ai/flux/dev", "fal-ai/flux"),
            ("fal-ai/flux/dev/image-to-image", "fal-ai/flux"),
            ("fal-ai/flux", "fal-ai/flux"),
            ("workflows/me/wf/step", "workflows/me/wf"),
            ("comfy/me/app", "comfy/me/app"),
        ] {
            assert_eq!(app_of(endpoint), app);
        }
    }
}
