//! Time, chance, and whether anybody is looking.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;

use super::presence;
use crate::queue::{Millis, Surroundings};

/// Milliseconds since the epoch.
pub fn now() -> Millis {
    js_sys::Date::now() as Millis
}

/// Whole seconds from one moment of a server's calendar, or from now, until another. Source: the dates
/// of HTTP are in GMT, and say so.
pub fn seconds_between(from: Option<&str>, to: &str) -> Option<u32> {
    let read = |moment: &str| Some(js_sys::Date::parse(moment)).filter(|_| moment.ends_with("GMT"));
    let from = from.and_then(read).unwrap_or_else(js_sys::Date::now);
    let left = ((read(to)? - from) / 1000.0).ceil();
    (left > 0.0).then_some(left as u32)
}

/// A number in 0.0..1.0.
pub fn dice() -> f64 {
    js_sys::Math::random()
}

/// What a step of the job machine may know.
pub fn surroundings() -> Surroundings {
    Surroundings { now: now(), dice: dice(), hidden: presence::is_hidden() }
}

/// Does something after a while, unless what is returned is dropped before.
pub fn later(time: Duration, act: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(time.as_millis().try_into().unwrap_or(u32::MAX), act)
}

/// Waits.
pub async fn sleep(time: Duration) {
    TimeoutFuture::new(time.as_millis().try_into().unwrap_or(u32::MAX)).await;
}

/// What a task comes to, unless it takes longer than this.
pub async fn within<T>(time: Duration, task: impl Future<Output = T>) -> Option<T> {
    match select(pin!(task), pin!(sleep(time))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// A name that no other job has.
pub fn fresh_name() -> String {
    format!("{:x}-{:x}", now(), (dice() * 2f64.powi(48)) as u64)
}
