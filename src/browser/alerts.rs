//! What reaches a person who does not look at the page: a notification, a sound, the tab's icon, and
//! a screen that stays on meanwhile.
//!
//! Browsers lack one or the other, refuse it, or want to be asked; this module owns which, and does
//! nothing where it may not. It refuses to know what it is done for, and whether it was asked for.

mod icon;
mod notice;
mod screen;
mod sound;

pub use icon::show_count;
pub use notice::{Permission, ask, notify, permission};
pub use screen::{can_stay_on, keep_on};
pub use sound::{Tune, play, prepare_to_play};

use std::cell::Cell;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

thread_local! {
    static HERE: Here = const { Here::new() };
}

/// What is kept between calls. In one place: each of its own weighs on every first visit.
struct Here {
    /// Whether the browser has refused to make a notification.
    is_noticeless: Cell<bool>,
    /// Whether the screen is to stay on.
    is_screen_wanted: Cell<bool>,
    /// How far that has come.
    screen: Cell<screen::State>,
    /// What plays, once it is there.
    player: Cell<Option<JsValue>>,
    /// When something was played last.
    played: Cell<u64>,
    /// Whether somebody listens for a look at the page.
    listens: Cell<bool>,
}

impl Here {
    const fn new() -> Self {
        Self {
            is_noticeless: Cell::new(false),
            is_screen_wanted: Cell::new(false),
            screen: Cell::new(screen::State::Off),
            player: Cell::new(None),
            played: Cell::new(0),
            listens: Cell::new(false),
        }
    }
}

// By name: a declaration of each of these would weigh on every first visit, in the glue.

/// A property; undefined where there is none.
fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// Something of the browser's.
fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name)
}

/// Calls a method.
fn call(object: &JsValue, method: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(object, method).dyn_into()?;
    method.apply(object, &arguments.iter().collect::<Array>())
}

/// Makes one of a class, where the browser has that and lets it be made.
fn make(class: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let class: Function = global(class).dyn_into()?;
    Reflect::construct(&class, &arguments.iter().collect::<Array>())
}

/// A method as a function of its own, to be called by the browser.
fn bound(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    call(&get(object, method), "bind", std::slice::from_ref(object))
}
