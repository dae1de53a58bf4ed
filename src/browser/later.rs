//! The second half of the program: what a first visit does without.
//!
//! `xtask` splits the built program by the names of functions, and the loader fetches the second half
//! when it is asked to. Whatever `xtask` moves there may be called only after [`ready`]; in a build
//! that has not been split there is nothing to wait for.

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Waits until the whole program is there.
///
/// # Errors
/// When the page's server does not answer; asking again may help.
pub async fn ready() -> Result<(), &'static str> {
    let global = js_sys::global();
    let ask = Reflect::get(&global, &"fluxStudioLater".into());
    let Some(ask) = ask.ok().and_then(|ask| ask.dyn_into::<Function>().ok()) else { return Ok(()) };
    let answer = ask.call0(&JsValue::UNDEFINED).map(Promise::from);
    let lost = "A part of the page could not be loaded: its server does not answer. Try again.";
    match answer {
        Ok(answer) => JsFuture::from(answer).await.map(|_| ()).map_err(|_| lost),
        Err(_) => Err(lost),
    }
}
