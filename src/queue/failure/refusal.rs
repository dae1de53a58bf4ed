//! The sentences for a reply that says no, by the status it stands for: one that comes with a text,
//! one that is a web page, and one that is neither.

use super::super::wire::Reply;
use super::clean::quote;
use super::{Asked, Cure, IN_DOUBT, Side, Verdict};

const ASK_THE_HOST: &str = "Ask whoever runs the proxy.";
const SET_A_KEY: &str = "Whoever runs the proxy has to set a valid FAL_KEY there.";
pub(super) const SMALLER: &str = "Use a smaller picture or paste its URL instead; \
                                  whoever runs the proxy can raise its body limit.";

const SIGN_IN: &str = "Sign in where the proxy is hosted, or ask whoever runs it.";
const GONE_MODEL: &str = "The model may have been renamed or withdrawn; choose another one.";

/// A reply that gives its reason in a sentence.
pub(super) fn of_text(asked: Asked, reply: &Reply, text: &str, meant: u16) -> Verdict {
    let said = quote(text);
    let lower = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let (side, what, cure) = match meant {
        _ if lower.starts_with("invalid request") || lower.contains("x-fal-target-url") => (
            Side::Proxy,
            format!("The proxy refused to pass the request on: “{said}”."),
            Cure::Change(
                "Its allow list has to let https://queue.fal.run/** and this model through.",
            ),
        ),
        _ if lower.starts_with("missing fal.ai cred") => {
            (Side::Proxy, "The proxy has no key for fal.".to_owned(), Cure::Change(SET_A_KEY))
        }
        _ if lower == "unauthorized" || lower == "forbidden" => (
            Side::Proxy,
            "The proxy did not let this page in: it wants a sign-in.".to_owned(),
            Cure::Change(SIGN_IN),
        ),
        402 | 403
            if meant == 402 || says(&["locked", "balance", "top_up", "top up", "admin lock"]) =>
        {
            (
                Side::Account,
                format!("fal has locked the account behind this proxy: “{said}”."),
                Cure::Change(if asked == Asked::Submit {
                    "Whoever runs the proxy has to settle this with fal, on its billing page or with its \
                 support. \
                 Jobs that were already accepted can still be fetched."
                } else {
                    "Whoever runs the proxy has to settle this with fal, on its billing page or with its support."
                }),
            )
        }
        401 => (
            Side::Account,
            format!("fal did not accept the proxy's key: “{said}”."),
            Cure::Change(SET_A_KEY),
        ),
        403 => (
            Side::Account,
            format!("The account behind this proxy may not use this model: “{said}”."),
            Cure::Change(ASK_THE_HOST),
        ),
        405 if asked == Asked::Cancel => return of_method(asked),
        412 | 415 => (
            Side::Proxy,
            format!("The proxy does not take what this page sends: “{said}”."),
            Cure::Change(ASK_THE_HOST),
        ),
        413 => return too_large(asked),
        422 => (
            Side::Model,
            format!("The model refused the input: “{said}”."),
            Cure::Change("Change the input and generate again."),
        ),
        429 => return too_many(asked, reply.retry_after, Some(&said)),
        502..=504 => return of_gateway(meant, Some(&said)),
        404 => (
            Side::Fal,
            format!("fal does not know what was asked for: “{said}”."),
            Cure::Change(GONE_MODEL),
        ),
        _ if lower == "not_found" => (
            Side::Fal,
            "fal does not know what was asked for.".to_owned(),
            Cure::Change(GONE_MODEL),
        ),
        408 => (
            Side::Fal,
            format!("The request took too long to reach fal: “{said}”."),
            Cure::Wait { ran: false },
        ),
        IN_DOUBT => (
            Side::Fal,
            format!("Something failed at fal or on the way to it: “{said}”."),
            Cure::Wait { ran: true },
        ),
        500.. => {
            (Side::Fal, format!("fal had an internal error: “{said}”."), Cure::Wait { ran: true })
        }
        _ => (Side::Fal, format!("fal refused the request: “{said}”."), Cure::Change(ASK_THE_HOST)),
    };
    Verdict::new(side, what, cure)
}

fn too_many(asked: Asked, retry_after: Option<u32>, said: Option<&str>) -> Verdict {
    let cure = match (asked, retry_after) {
        (Asked::Submit, Some(seconds)) => {
            Cure::Only(format!("The job was not accepted. Try again in {seconds} seconds."))
        }
        (Asked::Submit, None) => {
            Cure::Only("The job was not accepted. Wait a moment, then try again.".to_owned())
        }
        // The job is there, and asking is what was too much.
        _ => Cure::Wait { ran: false },
    };
    let what = match said {
        Some(said) => format!("Too many requests at once: “{said}”."),
        None => {
            "Too many requests at once, says the proxy or what stands in front of it.".to_owned()
        }
    };
    Verdict::new(Side::Proxy, what, cure)
}

fn of_method(asked: Asked) -> Verdict {
    if asked == Asked::Cancel {
        let what = "This proxy cannot cancel: it does not pass PUT requests on.";
        let advice = "The job goes on and its result will appear here.";
        return Verdict::new(Side::Proxy, what, Cure::Only(advice.to_owned()));
    }
    let what = "The proxy does not pass this kind of request on (405).";
    Verdict::new(Side::Proxy, what, Cure::Change("It has to let GET, POST and PUT through."))
}

/// A web page where JSON should be: a gateway, a login page, or simply the wrong address.
pub(super) fn of_page(asked: Asked, status: u16) -> Verdict {
    let (what, cure) = match status {
        413 => return too_large(asked),
        405 => return of_method(asked),
        502..=504 => return of_gateway(status, None),
        401 | 403 => ("The proxy's address answered with a login or block page.", SIGN_IN),
        429 => return too_many(asked, None, None),
        500.. => ("The proxy's server failed and answered with an error page.", ASK_THE_HOST),
        _ => (
            "The proxy URL answered with a web page: there is no proxy at that address.",
            "Check the proxy URL in Settings.",
        ),
    };
    Verdict::new(Side::Proxy, what, Cure::Change(cure))
}

fn of_gateway(status: u16, said: Option<&str>) -> Verdict {
    let what = match (status, said) {
        (504, Some(said)) => format!("The proxy waited for fal in vain: “{said}”."),
        (504, None) => "The proxy's gateway waited in vain for an answer.".to_owned(),
        (_, Some(said)) => format!("The proxy could not reach fal: “{said}”."),
        (_, None) => "A gateway in front of the proxy could not reach it.".to_owned(),
    };
    Verdict::new(Side::Proxy, what, Cure::Wait { ran: true })
}

/// JSON that breaks off, nothing, or JSON about something else.
pub(super) fn of_fragment(asked: Asked, status: u16) -> Verdict {
    match status {
        405 => of_method(asked),
        413 => too_large(asked),
        429 => too_many(asked, None, None),
        502..=504 => of_gateway(status, None),
        _ => Verdict::new(
            Side::Proxy,
            "The proxy's answer is not one of fal's: it is empty, damaged or about something else.",
            Cure::Change(if asked == Asked::Probe {
                "Check that this is the proxy's address, and that the proxy passes fal's answers on."
            } else {
                "Check the proxy URL in Settings; Test connection shows how far a request gets."
            }),
        ),
    }
}

fn too_large(asked: Asked) -> Verdict {
    let what = "The request is larger than the proxy accepts.";
    // Only a submit carries anything.
    let cure =
        if asked == Asked::Submit { Cure::Change(SMALLER) } else { Cure::Change(ASK_THE_HOST) };
    Verdict::new(Side::Proxy, what, cure)
}
