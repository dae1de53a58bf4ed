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
pub const BUNDLED: [Bundled; 2] = [
    Bundled { path: "models/fal-ai/flux/dev.json", name: "FLUX.1 [dev]" },
    Bundled {
        path: "models/fal-ai/flux/dev/image-to-image.json",
        name: "FLUX.1 [dev] image to image",
    },
];

/// The document of the first of [`BUNDLED`], so that its form needs no further request.
pub const FIRST: &str = include_str!("../../public/models/fal-ai/flux/dev.json");

#[cfg(test)]
mod tests {
    use super::*;

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
