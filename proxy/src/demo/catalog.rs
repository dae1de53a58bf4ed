//! The endpoints the demo engine knows: the OpenAPI documents that the page ships, read from the same
//! files. One document is one [`Endpoint`], and [`DOCUMENTS`] is the only list: adding a file there adds a
//! model to the demo.

use std::sync::Arc;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::call::app_of;

const DOCUMENTS: [&str; 8] = [
    include_str!("../../../public/models/fal-ai/flux/dev.json"),
    include_str!("../../../public/models/fal-ai/flux/dev/image-to-image.json"),
    include_str!("../../../public/models/fal-ai/flux/dev/redux.json"),
    include_str!("../../../public/models/fal-ai/flux/schnell.json"),
    include_str!("../../../public/models/fal-ai/flux-lora.json"),
    include_str!("../../../public/models/fal-ai/flux-lora/inpainting.json"),
    include_str!("../../../public/models/fal-ai/flux-pro/kontext.json"),
    include_str!("../../../public/models/fal-ai/flux-pro/v1.1-ultra.json"),
];

/// Every endpoint the engine can answer for.
#[derive(Debug)]
pub(crate) struct Catalog(Vec<Arc<Endpoint>>);

/// One model: its address and what it accepts.
#[derive(Debug)]
pub(crate) struct Endpoint {
    pub(crate) id: String,
    pub(crate) app: String,
    /// The document as it was written.
    pub(crate) text: &'static str,
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
        let ids: Vec<&str> = self.0.iter().map(|endpoint| endpoint.id.as_str()).collect();
        match ids.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => ids.concat(),
        }
    }
}

impl Endpoint {
    /// Takes a document in fal's shape apart: the input is what the one `post` path wants.
    pub(crate) fn read(text: &'static str) -> Option<Self> {
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
        Some(Self { app: app_of(&id), id, text, document, schema, input, validator })
    }

    /// The schema of one input field.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.input.get("properties")?.get(name)
    }

    /// Whether the document gives this text as an example of what a field may hold.
    pub(crate) fn is_example(&self, name: &str, text: &str) -> bool {
        let examples = self.field(name).and_then(|field| field.get("examples")?.as_array());
        examples.is_some_and(|examples| examples.iter().any(|example| example == text))
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
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every document under a folder.
    fn shipped(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let found = entries.map(|path| if path.is_dir() { shipped(&path) } else { vec![path] });
        found.collect::<Vec<_>>().concat()
    }

    #[test]
    fn every_shipped_document_is_read() {
        let catalog = Catalog::new();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../public/models");
        let mut known: Vec<PathBuf> =
            catalog.0.iter().map(|endpoint| folder.join(format!("{}.json", endpoint.id))).collect();
        let mut files = shipped(&folder);
        known.sort();
        files.sort();
        assert_eq!(known, files);
        for endpoint in &catalog.0 {
            let name = endpoint.document.pointer("/info/x-fal-metadata/endpointId").unwrap();
            assert_eq!(name, &endpoint.id);
            let paths = endpoint.document["paths"].as_object().unwrap();
            assert_eq!(paths.len(), 4, "{}", endpoint.id);
            for path in paths.keys() {
                assert!(path.starts_with(&format!("/{}", endpoint.id)), "{path}");
            }
            let properties = endpoint.input["properties"].as_object().unwrap();
            let order = endpoint.input["x-fal-order-properties"].as_array().unwrap();
            assert_eq!(properties.len(), order.len(), "{}", endpoint.id);
            for name in order {
                assert!(properties.contains_key(name.as_str().unwrap()), "{name}");
            }
        }
    }

    #[test]
    fn the_names_make_a_sentence() {
        let mut catalog = Catalog::new();
        assert!(catalog.names().starts_with("fal-ai/flux/dev, fal-ai/flux/dev/image-to-image, "));
        assert!(
            catalog.names().ends_with("fal-ai/flux-pro/kontext and fal-ai/flux-pro/v1.1-ultra")
        );
        catalog.0.truncate(2);
        assert_eq!(catalog.names(), "fal-ai/flux/dev and fal-ai/flux/dev/image-to-image");
        catalog.0.truncate(1);
        assert_eq!(catalog.names(), "fal-ai/flux/dev");
    }

    #[test]
    fn the_examples_and_defaults_of_a_document_fit_its_own_schema() {
        for endpoint in &Catalog::new().0 {
            let properties = endpoint.input["properties"].as_object().unwrap();
            // Each field's first value makes a whole input, in which every other value has its turn.
            let mut values = Vec::new();
            let mut whole = Map::new();
            for (name, schema) in properties {
                let examples = schema.get("examples").and_then(Value::as_array);
                let all = schema.get("default").into_iter().chain(examples.into_iter().flatten());
                let all: Vec<&Value> = all.collect();
                whole.extend(all.first().map(|value| (name.clone(), (*value).clone())));
                values.extend(all.into_iter().map(|value| (name.clone(), value.clone())));
            }
            for (name, value) in values {
                let mut input = whole.clone();
                input.insert(name.clone(), value);
                assert!(
                    endpoint.validator.is_valid(&Value::Object(input)),
                    "{} {name}",
                    endpoint.id
                );
            }
        }
    }

    #[test]
    fn the_parts_of_a_document_fit_themselves_too() {
        for endpoint in &Catalog::new().0 {
            for (name, part) in endpoint.document["components"]["schemas"].as_object().unwrap() {
                for (field, schema) in part["properties"].as_object().unwrap() {
                    let mut alone = schema.clone();
                    alone["components"] = endpoint.document["components"].clone();
                    let validator = jsonschema::draft202012::new(&alone).unwrap();
                    let examples = schema.get("examples").and_then(Value::as_array);
                    for value in
                        schema.get("default").into_iter().chain(examples.into_iter().flatten())
                    {
                        assert!(
                            validator.is_valid(value),
                            "{} {name}.{field}: {value}",
                            endpoint.id
                        );
                    }
                }
            }
        }
    }
}
