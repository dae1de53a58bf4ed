//! Whose words an answer is, and whether it is fresh.

use crate::queue::failure::{Asked, Failure, meant};
use crate::queue::wire::{Body, Cache, Reply, is_unknown_request, speaks_of_error};

/// Whose words an answer is.
pub(super) enum Heard {
    /// The queue's, that there is no such request.
    Nobody,
    /// The queue's, on a request that there is.
    Somebody,
    /// fal's, and it refuses.
    Fal(Failure, u16),
    /// The proxy's, or those of somebody on the way.
    Other(Failure, u16),
}

/// Finds out whose words an answer is.
pub(super) fn heard(reply: &Reply) -> Heard {
    let mut body = Body::of(reply);
    let mut is_error = false;
    if let Body::Object(object) = &body {
        is_error = speaks_of_error(object);
        match object.get("status").and_then(|word| word.as_str()) {
            Some("IN_QUEUE" | "IN_PROGRESS" | "COMPLETED") => return Heard::Somebody,
            Some("NOT_FOUND" | "CANCELLATION_REQUESTED") => return Heard::Nobody,
            _ if is_unknown_request(reply, object) => return Heard::Nobody,
            _ => {}
        }
    }
    let meant = meant(reply, &body);
    // What is not there or not done, and what is well without being the queue's, is some other
    // server's.
    let is_others = matches!(meant, 404 | 405 | 501) || meant < 400 && !is_error;
    if is_others && !matches!(body, Body::Html) {
        body = Body::Empty;
    }
    let failure = Failure::of(Asked::Probe, reply, &body, meant);
    if failure.came_from_fal() { Heard::Fal(failure, meant) } else { Heard::Other(failure, meant) }
}

/// What speaks for a cache on the way: one that gave the answer out, or may keep it.
pub(super) fn kept(cache: &Cache) -> Option<String> {
    if let Some(age) = cache.age {
        let age = age.to_string();
        return Some(
            [
                "The answer came from a cache, ",
                &age,
                " seconds old: a job would seem to stand still.",
            ]
            .concat(),
        );
    }
    let control = cache.control.as_deref()?.to_ascii_lowercase();
    let directives = || control.split(',').map(str::trim);
    let forbids = |word: &str| matches!(word, "no-store" | "no-cache" | "private");
    let allows = |word: &str| match word.split_once('=') {
        Some(("max-age" | "s-maxage", age)) => age.trim_matches('"') != "0",
        _ => matches!(word, "public" | "immutable"),
    };
    (directives().any(allows) && !directives().any(forbids)).then(|| {
        [
            "The answers are marked “",
            control.get(..60).unwrap_or(&control),
            "”: a cache may keep one and give it out again, and a job would seem to stand still.",
        ]
        .concat()
    })
}
