//! A short sound, made here: nothing is loaded for it. Browsers are silent until the person has done
//! something in the page.

use js_sys::Reflect;
use wasm_bindgen::JsValue;

use super::{HERE, bound, call, get, global, make};
use crate::browser::clock;

/// How long a note is, in seconds.
const NOTE: f64 = 0.14;
/// Sounds that follow each other faster than this are one, in milliseconds.
const APART: u64 = 1_000;

/// What is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tune {
    /// It went well.
    Rising,
    /// It did not.
    Falling,
}

/// What plays. Until the person has pressed something in the page it is silent, and goes on with the
/// next press.
fn player() -> Option<JsValue> {
    HERE.with(|here| {
        let player = here.player.take().or_else(|| {
            let player = make("AudioContext", &[]).ok()?;
            let wake = bound(&player, "resume").ok()?;
            for event in ["click", "keydown"] {
                call(&global("window"), "addEventListener", &[event.into(), wake.clone()]).ok();
            }
            Some(player)
        });
        here.player.set(player.clone());
        player
    })
}

/// Gets ready to play: some browsers want to have seen a press by then.
pub fn prepare_to_play() {
    player();
}

/// Plays, if the browser lets it.
pub fn play(tune: Tune) {
    let now = clock::now();
    let before = HERE.with(|here| here.played.replace(now));
    if now.abs_diff(before) < APART {
        return;
    }
    let Some(player) = player() else { return };
    call(&player, "resume", &[]).ok();
    let start = get(&player, "currentTime").as_f64().unwrap_or_default() + 0.05;
    let notes = match tune {
        Tune::Rising => [659.3, 987.8],
        Tune::Falling => [493.9, 329.6],
    };
    for (frequency, start) in notes.into_iter().zip([start, start + NOTE]) {
        // What cannot be played is not worth a word.
        note(&player, frequency, start).ok();
    }
}

/// One note that fades away.
fn note(player: &JsValue, frequency: f64, start: f64) -> Result<(), JsValue> {
    let tone = call(player, "createOscillator", &[])?;
    let volume = call(player, "createGain", &[])?;
    let end = start + NOTE * 3.0;
    let (start, end): (JsValue, JsValue) = (start.into(), end.into());
    let gain = get(&volume, "gain");
    Reflect::set(&get(&tone, "frequency"), &"value".into(), &frequency.into())?;
    Reflect::set(&gain, &"value".into(), &0.12.into())?;
    call(&gain, "setTargetAtTime", &[0.0.into(), start.clone(), (NOTE / 2.0).into()])?;
    call(&tone, "connect", std::slice::from_ref(&volume))?;
    call(&volume, "connect", &[get(player, "destination")])?;
    call(&tone, "start", &[start])?;
    call(&tone, "stop", &[end])?;
    Ok(())
}
