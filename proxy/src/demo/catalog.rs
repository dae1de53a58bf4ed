//! The endpoints the demo engine knows: the OpenAPI documents that the page ships, read from the same
//! files. One document is one [`Endpoint`]; adding a file here adds a model to the demo.

use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::call::app_of;

const DOCUMENTS: [&str; 2] = [
    include_str!("../../../public/models/fal-ai/flux/dev.json"),
    include_str!("../../../public/models/fal-ai/flux/dev/image-to-image.json"),
];

/// Every endpoint the engine can answer for.
#[derive(Debug)]
pub(crate) struct Catalog(Vec<Arc<Endpoint>>);

/// One model: its address and what it accepts.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) app: String,
    /// The whole document, in which `$ref`s are resolved.
    pub(crate) document: Value,
    /// The schema the validator was made from: a reference to the input.
    pub(crate) schema: Value,
    /// The input schema, whose `default`s fill what a request leaves out.
    pub(crate) input: Map<String, Value>,
    pub(crate) validator: Validator,
}

impl Catalog {
    pub(crate) fn new() -> Self {
        // A test reads every document, so nothing is left out in silence here.
        Self(DOCUMENTS.iter().filter_map(|text| Endpoint::read(text)).map(Arc::new).collect())
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Arc<Endpoint>> {
        self.0.iter().find(|endpoint| endpoint.id == id)
    }

    /// The ids, as a sentence lists them.
    pub(crate) fn names(&self) -> String {
        self.0.iter().map(|endpoint| endpoint.id.as_str()).collect::<Vec<_>>().join(" and ")
    }
}

impl Endpoint {
    /// Takes a document in fal's shape apart: the input is what the one `post` path wants.
    fn read(text: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(text).ok()?;
        let (path, post) = document
            .get("paths")?
            .as_object()?
            .iter()
            .find_map(|(path, item)| Some((path, item.get("post")?)))?;
        let id = path.trim_start_matches('/').to_owned();
        let reference =
            post.pointer("/requestBody/content/application~1json/schema/$ref")?.as_str()?;
        let input = document.pointer(reference.strip_prefix('#')?)?.as_object()?.clone();
        let schema = json!({ "$ref": reference, "components": document.get("components")? });
        // The documents say OpenAPI 3.0 and are written in JSON Schema 2020-12.
        let validator = jsonschema::draft202012::new(&schema).ok()?;
        Some(Self { app: app_of(&id), id, document, schema, input, validator })
    }

    /// The schema of one input field.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.input.get("properties")?.get(name)
    }

    /// Where a field stands in the order a person sees.
    pub(crate) fn position(&self, name: &str) -> usize {
        let order = self.input.get("x-fal-order-properties").and_then(Value::as_array);
        order.and_then(|order| order.iter().position(|entry| entry == name)).unwrap_or(usize::MAX)
    }

    /// Follows a `$ref` if `schema` is one.
    pub(crate) fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let target = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix('#'));
        target.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(schema)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_document_is_read() {
        let catalog = Catalog::new();
        assert_eq!(catalog.0.len(), DOCUMENTS.len());
        assert_eq!(catalog.names(), "fal-ai/flux/dev and fal-ai/flux/dev/image-to-image");
        for endpoint in &catalog.0 {
            assert_eq!(endpoint.app, "fal-ai/flux");
            let title = endpoint.document.pointer("/info/x-fal-metadata/endpointId").unwrap();
            assert_eq!(title, &endpoint.id);
            for path in endpoint.document["paths"].as_object().unwrap().keys() {
                assert!(path.starts_with(&format!("/{}", endpoint.id)), "{path}");
            }
            let properties = endpoint.input["properties"].as_object().unwrap();
            let order = endpoint.input["x-fal-order-properties"].as_array().unwrap();
            assert_eq!(properties.len(), order.len());
            for name in order {
                assert!(properties.contains_key(name.as_str().unwrap()));
            }
        }
    }

    #[test]
    fn the_examples_and_defaults_of_a_document_fit_its_own_schema() {
        for endpoint in &Catalog::new().0 {
            let mut input = Map::new();
            for (name, schema) in endpoint.input["properties"].as_object().unwrap() {
                let value = schema.get("default").or_else(|| schema.pointer("/examples/0"));
                input.extend(value.map(|value| (name.clone(), value.clone())));
            }
            assert!(endpoint.validator.is_valid(&Value::Object(input)), "{}", endpoint.id);
        }
    }
}
