//! What a press means, of a key or of the mouse. It refuses to know what is done about it.

use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent, UiEvent};

use super::dom;

/// The name of the key that was pressed.
pub fn key_of(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}

/// Whether it is Ctrl+Enter or Cmd+Enter.
pub fn is_submit_shortcut(event: &Event) -> bool {
    event
        .dyn_ref::<KeyboardEvent>()
        .is_some_and(|key| key.key() == "Enter" && (key.ctrl_key() || key.meta_key()))
}

/// Whether the key is held down, and this is not the press.
pub fn is_repeated(event: &Event) -> bool {
    event.dyn_ref::<KeyboardEvent>().is_some_and(KeyboardEvent::repeat)
}

/// Whether it would press the button that has the focus.
pub fn would_press(event: &Event) -> bool {
    key_of(event) == "Enter" && dom::target_within(event, "button").is_some()
}

/// Whether it would send a form off, though it happened in a control.
pub fn would_submit(event: &Event) -> bool {
    key_of(event) == "Enter" && dom::target_within(event, "input:not([type=file])").is_some()
}

/// Whether a click follows another so closely that both are one double-click: by habit some people click
/// twice where once is meant.
pub fn is_double(event: &Event) -> bool {
    // The system counts them, by the person's own setting of how close that is.
    event.dyn_ref::<UiEvent>().is_some_and(|click| click.detail() > 1)
}
