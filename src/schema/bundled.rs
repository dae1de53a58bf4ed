//! The models that come with the program.

/// A model's document among the page's own files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// Where the document is, relative to the page.
    pub path: &'static str,
    /// The model's name, known before its document is fetched.
    pub name: &'static str,
}

/// The models to choose from when `config.json` names none; the first is opened on a first visit.
pub const BUNDLED: [Bundled; 8] = [
    Bundled { path: "models/fal-ai/flux/dev.json", name: "FLUX.1 [dev]" },
    Bundled {
        path: "models/fal-ai/flux/dev/image-to-image.json",
        name: "FLUX.1 [dev] image to image",
    },
    Bundled { path: "models/fal-ai/flux/dev/redux.json", name: "FLUX.1 [dev] Redux" },
    Bundled { path: "models/fal-ai/flux/schnell.json", name: "FLUX.1 [schnell]" },
    Bundled { path: "models/fal-ai/flux-lora.json", name: "FLUX.1 [dev] with LoRAs" },
    Bundled { path: "models/fal-ai/flux-lora/inpainting.json", name: "FLUX.1 [dev] inpainting" },
    Bundled { path: "models/fal-ai/flux-pro/kontext.json", name: "FLUX.1 Kontext [pro]" },
    Bundled { path: "models/fal-ai/flux-pro/v1.1-ultra.json", name: "FLUX1.1 [pro] ultra" },
];

/// The document of the first of [`BUNDLED`], so that its form needs no further request.
pub const FIRST: &str = include_str!("../../public/models/fal-ai/flux/dev.json");

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every document under a folder.
    fn documents(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let found = entries.map(|path| if path.is_dir() { documents(&path) } else { vec![path] });
        found.collect::<Vec<_>>().concat()
    }

    #[test]
    fn no_shipped_document_is_left_out() {
        let mut listed = BUNDLED.map(|bundled| PathBuf::from(format!("public/{}", bundled.path)));
        let mut shipped = documents(Path::new("public/models"));
        listed.sort();
        shipped.sort();
        assert_eq!(shipped, listed);
    }

    #[test]
    fn every_bundled_model_is_where_and_what_it_says() {
        for bundled in BUNDLED {
            let text = std::fs::read_to_string(format!("public/{}", bundled.path)).unwrap();
            let (model, _) = crate::schema::read(&text).unwrap();
            assert_eq!(model.name, bundled.name);
            assert_eq!(format!("models/{}.json", model.endpoint), bundled.path);
        }
        let (first, _) = crate::schema::read(FIRST).unwrap();
        assert_eq!(first.name, BUNDLED[0].name);
    }
}
