//! A screen that stays on. Browsers end it when the page is hidden, and refuse it when the battery is
//! low: it is asked for again when the page is looked at again.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{HERE, call, get, global};
use crate::browser::presence;

/// How far the wish has come.
#[derive(Default)]
pub(super) enum State {
    #[default]
    Off,
    Asked,
    On(JsValue),
}

fn keeper() -> JsValue {
    get(&global("navigator"), "wakeLock")
}

/// Whether this browser can do it at all.
pub fn can_stay_on() -> bool {
    !keeper().is_undefined()
}

/// Keeps the screen on from now on, or no longer.
pub fn keep_on(is_wanted: bool) {
    HERE.with(|here| {
        here.is_screen_wanted.set(is_wanted);
        if is_wanted && !here.listens.replace(true) {
            presence::on_wake(settle);
        }
    });
    settle();
}

/// Does what is missing for the wish to come true.
fn settle() {
    HERE.with(|here| {
        let is_wanted = here.is_screen_wanted.get();
        here.screen.set(match here.screen.take() {
            // Whoever asked looks again when there is an answer.
            State::Asked => State::Asked,
            State::On(lock) if get(&lock, "released").is_truthy() => ask(is_wanted),
            State::On(lock) if is_wanted => State::On(lock),
            State::On(lock) => {
                call(&lock, "release", &[]).ok();
                State::Off
            }
            State::Off => ask(is_wanted),
        });
    });
}

fn ask(is_wanted: bool) -> State {
    if !is_wanted || presence::is_hidden() {
        return State::Off;
    }
    spawn_local(async move {
        let asked = call(&keeper(), "request", &["screen".into()])
            .unwrap_or_else(|error| Promise::reject(&error).into());
        let lock = JsFuture::from(Promise::resolve(&asked)).await;
        let is_on = lock.is_ok();
        HERE.with(|here| here.screen.set(lock.map_or(State::Off, State::On)));
        if is_on {
            settle();
        }
    });
    State::Asked
}
