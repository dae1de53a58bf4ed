//! The second half of the program: what a first visit does without.
//!
//! `xtask` splits the built program by the names of functions, and the loader fetches the second half
//! when it is asked to. Whatever `xtask` moves there may be called only after [`ready`]; in a build
//! that has not been split there is nothing to wait for.

use std::cell::Cell;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static THERE: Cell<bool> = const { Cell::new(false) };
}

/// Whether somebody has waited for the whole program, and it came.
pub fn is_there() -> bool {
    THERE.get()
}

/// Lets it come, for who will soon wait for it.
pub fn begin() {
    drop(asked());
}

/// Waits until the whole program is there.
///
/// # Errors
/// With what the loader says of it, as a sentence for the person.
pub async fn ready() -> Result<(), String> {
    if let Some(promise) = asked() {
        JsFuture::from(promise.map_err(lost)?).await.map_err(lost)?;
    }
    THERE.set(true);
    Ok(())
}

fn lost(error: JsValue) -> String {
    let reason = error.dyn_into::<js_sys::Error>().map(|error| String::from(error.message()));
    let reason = reason.unwrap_or_default();
    ["A part of the page could not be loaded: ", &reason].concat()
}

/// What the loader promises; nothing in a build that has not been split.
fn asked() -> Option<Result<Promise, JsValue>> {
    let ask = Reflect::get(&js_sys::global(), &"fluxStudioLater".into()).ok()?;
    let ask: Function = ask.dyn_into().ok()?;
    Some(ask.call0(&JsValue::UNDEFINED).map(Promise::from))
}
