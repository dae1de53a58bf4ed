//! What was typed, kept for the next visit. Files are not kept: they are too large for the place
//! where small texts live.

use std::cell::Cell;

use super::storage::{self, Key};
use crate::form::Draft;
use crate::schema::Model;

thread_local! {
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
}

/// What was last typed for a model, by where its document is.
pub fn load(path: &str, model: &Model) -> Draft {
    let text = storage::read(Key::Draft(path)).or_else(|| {
        // Earlier versions of the page knew one document of each endpoint.
        storage::read(Key::Draft(model.endpoint.as_str()))
    });
    Draft::from_value(&serde_json::from_str(&text.unwrap_or_default()).unwrap_or_default())
}

/// Keeps what is typed for a model. Says so when that does not work, once.
pub fn save(path: &str, model: &Model, draft: &Draft) -> bool {
    let is_kept = storage::write(Key::Draft(path), &draft.to_value().to_string())
        && storage::write(Key::Fingerprint(path), &model.fingerprint);
    is_kept || IS_TOLD.replace(true)
}

/// Keeps the prompt, once more: the loader shows it before this program is there to read drafts. A
/// model that takes none leaves the last one be.
pub fn save_prompt(model: &Model, draft: &Draft) {
    if model.has_input("prompt") {
        storage::write(Key::Prompt, draft.get("prompt").unwrap_or_default());
    }
}

/// Forgets what was typed for a model.
pub fn forget(path: &str) {
    storage::remove(Key::Draft(path));
    storage::remove(Key::Fingerprint(path));
}

/// Whether what is kept was typed for another state of the model's document.
pub fn is_of_another_state(path: &str, model: &Model) -> bool {
    let known = storage::read(Key::Fingerprint(path))
        .or_else(|| storage::read(Key::Fingerprint(model.endpoint.as_str())));
    known.is_some_and(|known| known != model.fingerprint)
}
