//! Event handlers of few types.
//!
//! What reaches the renderer as a type of its own is compiled into it anew: about a kilobyte for
//! each closure. Boxed, all clicks are of one type. For the same reason dynamic parts of views are
//! written as closures in place, which `erase_components` (see .cargo/config.toml) recognises.

use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::prelude::*;

/// A handler for clicks.
pub(super) fn click(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
}

/// A handler for the text of a control as it is typed or chosen.
pub(super) fn text(act: impl Fn(String) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(event_target_value(&event)))
}

/// A handler for a box that is ticked or not.
pub(super) fn ticked(act: impl Fn(bool) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(event_target_checked(&event)))
}

/// A handler for events that need to be looked at.
pub(super) fn event(act: impl Fn(&Event) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(&event))
}

/// A handler for keys.
pub(super) fn key(act: impl Fn(&KeyboardEvent) + 'static) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(move |event| act(&event))
}
