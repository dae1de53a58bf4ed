//! Whether anybody sees the page, and when that changes. It refuses to know what follows from it.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::EventTarget;

use super::dom::{document, window};

/// Calls back whenever the page is looked at again or the network comes back.
pub fn on_wake(callback: impl Fn() + 'static) {
    let callback = move || {
        if !is_hidden() {
            callback();
        }
    };
    listen(&[(&document(), "visibilitychange"), (&window(), "online")], callback);
}

/// Calls back when the page is not seen any more.
pub fn on_hide(callback: impl Fn() + 'static) {
    let callback = move || {
        if is_hidden() {
            callback();
        }
    };
    listen(&[(&document(), "visibilitychange")], callback);
}

/// Calls back when the page is about to go away.
pub fn on_leave(callback: impl Fn() + 'static) {
    listen(&[(&window(), "pagehide")], callback);
}

/// Whether nobody sees the page.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// Calls back at these events for as long as the page is there.
fn listen(events: &[(&EventTarget, &str)], callback: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(callback);
    for (target, event) in events {
        target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref()).ok();
    }
    callback.forget();
}
