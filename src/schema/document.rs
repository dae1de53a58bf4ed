//! Finding a model in an OpenAPI document: which path is the submit, which schema is its body,
//! which the result.
//!
//! fal says `openapi: 3.0.4` and writes JSON Schema 2020-12; the document is read as the latter.

use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;

use super::node::Node;
use super::property::Reader;
use super::{Conditions, ExtraKeys, Model, Notice};
use crate::queue::EndpointId;

/// The largest document that is read, in bytes. Real ones are a hundredth of it.
pub const LARGEST: usize = 4 << 20;

/// Why a text is no model at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAModel {
    /// The text is too long to be worth reading.
    #[error("This document is too large: the documents of models have less than 4 MB.")]
    TooLarge,
    /// More fields than any page can show.
    #[error("This document describes more fields than a page can show.")]
    TooManyFields,
    /// The text is not JSON.
    #[error("This cannot be read as JSON: it goes wrong at line {line}, column {column}.")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// No path takes a submit.
    #[error(
        "This document has no path that takes a POST with a JSON body, so it describes no model."
    )]
    NoSubmit,
    /// The path of the submit is no endpoint id.
    #[error("“{0}” is not an endpoint id such as fal-ai/flux/dev.")]
    BadEndpoint(String),
}

/// Reads a model's OpenAPI document as fal publishes it.
///
/// # Errors
/// Only when there is no model to speak of; anything odd inside one becomes a [`Notice`].
pub fn read(text: &str) -> Result<(Model, Vec<Notice>), NotAModel> {
    if text.len() > LARGEST {
        return Err(NotAModel::TooLarge);
    }
    let document: Value = serde_json::from_str(text)
        .map_err(|e| NotAModel::NotJson { line: e.line(), column: e.column() })?;
    // The schema whose name ends in "Input" may be a nested one: only the path is a sure guide.
    let (path, body) = input_of(&document).ok_or(NotAModel::NoSubmit)?;
    let endpoint = EndpointId::parse(path.trim_start_matches('/'))
        .ok_or_else(|| NotAModel::BadEndpoint(path.chars().take(80).collect()))?;

    let mut reader = Reader::new(&document);
    let input = Node::new(&document, body);
    let inputs = reader.properties(&input, "");
    let others = input.get("additionalProperties");
    let others = others.filter(|_| input.get("patternProperties").is_none());
    let is_closed = others == Some(&Value::Bool(false));
    // The fields are those of the input itself, not of the kinds it may be of.
    let is_conditional = reader.is_conditional
        || input.is_conditional()
        || input.unions() > 0
        || others.is_some_and(Value::is_object);
    let extra = if is_closed { ExtraKeys::Refused } else { ExtraKeys::Allowed };
    if reader.is_exhausted() {
        return Err(NotAModel::TooManyFields);
    }
    let paths = document.get("paths").and_then(Value::as_object);
    let outputs = paths.and_then(|paths| paths.iter().find_map(result_of));
    let outputs = outputs.map(|schema| Node::new(&document, schema));
    let outputs = outputs.filter(|node| node.count("properties") < 1000);
    let outputs = outputs.map(|node| node.entries("properties")).unwrap_or_default();
    let name = document
        .pointer("/info/x-fal-metadata/displayName")
        .and_then(Value::as_str)
        .unwrap_or(endpoint.as_str())
        .to_owned();
    let outputs = outputs.into_iter().map(|(name, _)| name.clone()).collect();
    let fingerprint = fingerprint(text);
    let notices = reader.into_notices();
    let conditions = is_conditional.then(|| Arc::new(Conditions { document }));
    Ok((Model { endpoint, name, inputs, extra, outputs, fingerprint, conditions }, notices))
}

/// The schema of the input, and the path of the submit it is for.
pub(super) fn input_of(document: &Value) -> Option<(&String, &Value)> {
    document.get("paths")?.as_object()?.iter().find_map(submit_of)
}

/// FNV-1a: enough to see that a document changed.
fn fingerprint(text: &str) -> String {
    let sum = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    sum.to_string()
}

/// The path and body schema of the one operation that is a POST.
fn submit_of<'d>((path, item): (&'d String, &'d Value)) -> Option<(&'d String, &'d Value)> {
    let body = item.get("post")?.get("requestBody")?;
    Some((path, json_schema(body)?))
}

/// The schema of the result: the GET of a request itself, not of its status.
fn result_of<'d>((path, item): (&'d String, &'d Value)) -> Option<&'d Value> {
    if !path.ends_with("/requests/{request_id}") {
        return None;
    }
    json_schema(item.pointer("/get/responses/200")?)
}

fn json_schema(content: &Value) -> Option<&Value> {
    let types: &Map<String, Value> = content.get("content")?.as_object()?;
    types.get("application/json")?.get("schema")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Decimal;
    use crate::schema::{FileRules, Limit, Medium, Range, Shape, TextRules};

    fn bundled(path: &str) -> (Model, Vec<Notice>) {
        let text = std::fs::read_to_string(format!("public/models/{path}.json")).unwrap();
        read(&text).unwrap()
    }

    #[test]
    fn the_bundled_models_read_without_a_notice() {
        for path in ["fal-ai/flux/dev", "fal-ai/flux/dev/image-to-image"] {
            let (model, notices) = bundled(path);
            assert_eq!(model.endpoint.as_str(), path);
            assert_eq!(notices, []);
            assert!(model.name.starts_with("FLUX.1 [dev]"), "{}", model.name);
            assert!(model.inputs.iter().all(|input| !input.description.is_empty()));
            assert!(!model.inputs.iter().any(|input| input.shape == Shape::Json));
            assert_eq!(
                model.outputs.iter().filter(|name| name.as_str() == "images").count(),
                1,
                "{:?}",
                model.outputs
            );
        }
    }

    #[test]
    fn flux_dev_has_its_ten_inputs_in_order() {
        let (model, _) = bundled("fal-ai/flux/dev");
        let names: Vec<_> = model.inputs.iter().map(|input| input.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "prompt",
                "image_size",
                "num_inference_steps",
                "seed",
                "guidance_scale",
                "sync_mode",
                "num_images",
                "enable_safety_checker",
                "output_format",
                "acceleration"
            ]
        );
        let by_name = |name: &str| model.inputs.iter().find(|i| i.name == name).unwrap();
        assert!(by_name("prompt").required);
        assert_eq!(
            by_name("prompt").shape,
            Shape::Text(TextRules { long: true, ..TextRules::default() })
        );
        assert!(by_name("seed").nullable);
        let integer = Range { integer: true, ..Range::default() };
        assert_eq!(by_name("seed").shape, Shape::Number(integer.clone()));
        let limit = |text, inclusive| {
            let value = Decimal::parse(text).unwrap();
            Some(Limit { value, inclusive })
        };
        assert_eq!(
            by_name("num_inference_steps").shape,
            Shape::Number(Range {
                min: limit("1", true),
                max: limit("50", true),
                ..integer.clone()
            })
        );
        let Shape::Preset { choices, custom } = &by_name("image_size").shape else {
            panic!("image_size is a preset or an object")
        };
        assert_eq!(choices.len(), 6);
        assert_eq!(
            custom[0].shape,
            Shape::Number(Range { min: limit("0", false), max: limit("14142", true), ..integer })
        );
    }

    #[test]
    fn a_picture_is_a_file_by_its_name() {
        let (model, _) = bundled("fal-ai/flux/dev/image-to-image");
        assert_eq!(model.inputs[0].name, "image_url");
        assert_eq!(model.inputs[0].shape, Shape::File(FileRules::any(Medium::Image)));
        assert!(model.inputs[0].required);
    }

    #[test]
    fn what_is_no_model_is_refused_in_a_sentence() {
        assert!(matches!(read("{"), Err(NotAModel::NotJson { line: 1, column: 1 })));
        for text in ["[]", "{}", r#"{"paths":{"/a/b":{"get":{}}}}"#] {
            assert_eq!(read(text), Err(NotAModel::NoSubmit), "{text}");
        }
        let odd = r#"{"paths":{"/no":{"post":{"requestBody":{"content":{"application/json":{"schema":{}}}}}}}}"#;
        assert_eq!(read(odd), Err(NotAModel::BadEndpoint("/no".into())));
    }
}
