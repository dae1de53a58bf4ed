//! What was typed, kept for the next visit. Files are not kept: they are too large for the place
//! where small texts live.

use super::storage::{self, Key};
use crate::form::Draft;
use crate::queue;

/// What was last typed for a model.
pub fn load(model: &str) -> Draft {
    let text = storage::read(Key::Draft(model)).unwrap_or_default();
    queue::draft_from_text(&text)
}

/// Keeps what is typed for a model.
pub fn save(model: &str, draft: &Draft) {
    storage::write(Key::Draft(model), &queue::draft_to_text(draft));
    // The loader shows it before this program is there to read drafts.
    storage::write(Key::Prompt, draft.get("prompt").unwrap_or_default());
}
