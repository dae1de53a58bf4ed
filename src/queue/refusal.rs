//! The sentences for a reply that says no, by the status it stands for: one that comes with a text,
//! one that is a web page, and one that is neither.

use super::failure::{AGAIN_SOON, Asked, Failure, Side, quote};
use super::wire::Reply;

const ASK_THE_HOST: &str = "Ask whoever runs the proxy.";
pub(super) const SMALLER: &str = "Use a smaller picture or paste its URL instead; \
                                  whoever runs the proxy can raise its body limit.";

/// A reply that gives its reason in a sentence.
pub(super) fn of_text(asked: Asked, reply: &Reply, text: &str, meant: u16) -> Failure {
    let said = quote(text);
    let lower = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if lower.starts_with("invalid request") || lower.contains("x-fal-target-url") {
        let what = format!("The proxy refused to pass the request on: “{said}”.");
        let advice = "Its allow list has to let https://queue.fal.run/** and this model through.";
        return Failure::new(Side::Proxy, what, advice);
    }
    if lower == "unauthorized" {
        let what = "The proxy did not let this page in: it wants a sign-in.";
        let advice = "Sign in where the proxy is hosted, or ask whoever runs it.";
        return Failure::new(Side::Proxy, what, advice);
    }
    let (side, what, advice) = match meant {
        402 | 403 if meant == 402 || says(&["locked", "balance", "top_up", "top up"]) => (
            Side::Account,
            format!("fal has locked the account behind this proxy: “{said}”."),
            "Whoever runs the proxy can mend this on fal's billing page. \
             Jobs that were already accepted can still be fetched.",
        ),
        401 => (
            Side::Account,
            format!("fal did not accept the proxy's key: “{said}”."),
            "Whoever runs the proxy has to set a valid FAL_KEY there.",
        ),
        403 => (
            Side::Account,
            format!("The account behind this proxy may not use this model: “{said}”."),
            ASK_THE_HOST,
        ),
        405 if asked == Asked::Cancel => return of_method(asked),
        413 => return too_large(),
        422 => (
            Side::Model,
            format!("The model refused the input: “{said}”."),
            "Change the input and generate again.",
        ),
        429 => return too_many(reply, &said),
        502..=504 => return of_gateway(meant, Some(&said)),
        404 => (
            Side::Fal,
            format!("fal does not know what was asked for: “{said}”."),
            "The model may have been renamed or withdrawn; choose another one.",
        ),
        _ if lower == "not_found" => (
            Side::Fal,
            "fal does not know what was asked for.".to_owned(),
            "The model may have been renamed or withdrawn; choose another one.",
        ),
        500.. => (Side::Fal, format!("fal had an internal error: “{said}”."), AGAIN_SOON),
        _ => (Side::Fal, format!("fal refused the request: “{said}”."), ASK_THE_HOST),
    };
    Failure::new(side, what, advice)
}

fn too_many(reply: &Reply, said: &str) -> Failure {
    let advice = match reply.retry_after {
        Some(seconds) => format!("The job was not accepted. Try again in {seconds} seconds."),
        None => "The job was not accepted. Wait a moment, then try again.".to_owned(),
    };
    Failure::new(Side::Proxy, format!("Too many requests at once: “{said}”."), advice)
}

fn of_method(asked: Asked) -> Failure {
    match asked {
        Asked::Cancel => Failure::new(
            Side::Proxy,
            "This proxy cannot cancel: it does not pass PUT requests on.",
            "The job goes on and its result will appear here.",
        ),
        _ => Failure::new(
            Side::Proxy,
            "The proxy does not pass this kind of request on (405).",
            "It has to let GET, POST and PUT through.",
        ),
    }
}

/// A web page where JSON should be: a gateway, a login page, or simply the wrong address.
pub(super) fn of_page(asked: Asked, status: u16) -> Failure {
    match status {
        413 => too_large(),
        405 => of_method(asked),
        502..=504 => of_gateway(status, None),
        401 | 403 => Failure::new(
            Side::Proxy,
            "The proxy's address answered with a login or block page.",
            "Sign in where the proxy is hosted, or ask whoever runs it.",
        ),
        500.. => Failure::new(
            Side::Proxy,
            "The proxy's server failed and answered with an error page.",
            ASK_THE_HOST,
        ),
        _ => Failure::new(
            Side::Proxy,
            "The proxy URL answered with a web page: there is no proxy at that address.",
            "Check the proxy URL in Settings.",
        ),
    }
}

fn of_gateway(status: u16, said: Option<&str>) -> Failure {
    let what = match (status, said) {
        (504, Some(said)) => format!("The proxy waited for fal in vain: “{said}”."),
        (504, None) => "The proxy's gateway waited in vain for an answer.".to_owned(),
        (_, Some(said)) => format!("The proxy could not reach fal: “{said}”."),
        (_, None) => "A gateway in front of the proxy could not reach it.".to_owned(),
    };
    Failure::new(Side::Proxy, what, AGAIN_SOON)
}

/// JSON that breaks off, nothing, or JSON about something else.
pub(super) fn of_fragment(asked: Asked, status: u16) -> Failure {
    match status {
        405 => of_method(asked),
        413 => too_large(),
        502..=504 => of_gateway(status, None),
        _ => Failure::new(
            Side::Proxy,
            "The proxy's answer is not one of fal's: it is empty, damaged or about something else.",
            "Check the proxy URL in Settings; Test connection shows how far a request gets.",
        ),
    }
}

fn too_large() -> Failure {
    Failure::new(Side::Proxy, "The request is larger than the proxy accepts.", SMALLER)
}
