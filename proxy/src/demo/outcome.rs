//! What becomes of a request: the answer its result gives, and what its status says of it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::draw::Picture;

/// What became of a request.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The HTTP status of the result.
    pub(crate) code: StatusCode,
    /// The JSON text of the result.
    pub(crate) body: String,
    /// What the status says when it failed: a sentence and, for platform errors, a type.
    pub(crate) error: Option<(String, Option<&'static str>)>,
    /// Seconds.
    pub(crate) inference_time: Option<f64>,
    /// The files the result points to.
    pub(crate) pictures: Vec<Picture>,
}

impl Outcome {
    /// The end of a cancelled request: 499, as fal answers (fal-ai/fal `tests/e2e/test_apps.py`).
    pub(crate) fn cancelled() -> Self {
        let sentence = "Request was cancelled by the client";
        Self {
            code: StatusCode::from_u16(499).unwrap_or(StatusCode::BAD_REQUEST),
            body: json!({ "detail": sentence, "error_type": "client_cancelled" }).to_string(),
            error: Some((sentence.to_owned(), Some("client_cancelled"))),
            inference_time: None,
            pictures: Vec::new(),
        }
    }

    /// The end of a request the model refused: 422 with a `detail` list.
    pub(crate) fn refused(details: &[Value]) -> Self {
        let sentence = details.first().and_then(|detail| detail.get("msg")).and_then(Value::as_str);
        Self {
            code: StatusCode::UNPROCESSABLE_ENTITY,
            body: json!({ "detail": details }).to_string(),
            error: Some((sentence.unwrap_or("Unprocessable Entity").to_owned(), None)),
            inference_time: None,
            pictures: Vec::new(),
        }
    }

    /// The end of a request the engine could not carry out: 500.
    pub(crate) fn failed(sentence: &str) -> Self {
        Self {
            code: StatusCode::INTERNAL_SERVER_ERROR,
            body: json!({ "detail": sentence }).to_string(),
            error: Some((sentence.to_owned(), Some("internal_error"))),
            inference_time: None,
            pictures: Vec::new(),
        }
    }

    /// How much memory it takes, about.
    pub(crate) fn weight(&self) -> usize {
        self.body.len() + self.pictures.iter().map(|picture| picture.bytes.len()).sum::<usize>()
    }
}
