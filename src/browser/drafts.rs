//! What was typed, kept for the next visit. Files are not kept: they are too large for the place
//! where small texts live.

use super::storage::{self, Key};
use crate::form::Draft;
use crate::schema::Model;

/// What was last typed for a model.
pub fn load(endpoint: &str) -> Draft {
    let text = storage::read(Key::Draft(endpoint)).unwrap_or_default();
    Draft::from_value(&serde_json::from_str(&text).unwrap_or_default())
}

/// Keeps what is typed for a model.
pub fn save(model: &Model, draft: &Draft) {
    let endpoint = model.endpoint.as_str();
    storage::write(Key::Draft(endpoint), &draft.to_value().to_string());
    storage::write(Key::Fingerprint(endpoint), &model.fingerprint);
    // The loader shows it before this program is there to read drafts.
    storage::write(Key::Prompt, draft.get("prompt").unwrap_or_default());
}

/// Whether what is kept was typed for another state of the model's document.
pub fn is_of_another_state(model: &Model) -> bool {
    let known = storage::read(Key::Fingerprint(model.endpoint.as_str()));
    known.is_some_and(|known| known != model.fingerprint)
}
