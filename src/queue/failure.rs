//! Everything that can go wrong, in words: what happened, whose side it is on, what to do.
//!
//! One function, [`Failure::of`], turns any reply that is not the hoped-for one into sentences: it
//! comes to a verdict, and says it as it fits what was asked. `reading` finds what a body says, `refusal`
//! and `model` know the verdicts, `kinds` the names of errors, `clean` what of other people's words may be shown, `report` what may
//! be passed on. The texts never contain what the person typed: `input` in a validation error may be a
//! whole picture.

mod clean;
mod forget;
mod kinds;
mod model;
mod reading;
mod refusal;
mod report;

pub(super) use self::reading::{IN_DOUBT, is_fals_own, meant};

use std::fmt;

use serde_json::{Map, Value};

use self::clean::{excerpt, quoted};
use self::kinds::Kind;
use self::reading::{complaints, names, request_id, said};
use self::refusal::{SMALLER, of_fragment, of_page, of_text};
use super::RequestId;
use super::wire::{Body, Lost, Reply};

/// What every proxy takes, in bytes: Express is content with the least.
const TAKEN_BY_ALL: usize = 100 * 1024;

/// The longest name of an error that is kept.
const NAME: usize = 120;

/// A failure a person can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose side it is on.
    pub side: Side,
    /// What happened, a sentence.
    pub what: String,
    /// What to do about it, a sentence.
    pub advice: String,
    /// The HTTP status, unless a proxy flattened it.
    pub status: Option<u16>,
    /// The names that fal or the model has for it.
    pub kind: Option<String>,
    /// The request, where the reply named it.
    pub request_id: Option<RequestId>,
    /// The beginning of the reply's body, without what looks like a file or a secret.
    pub excerpt: String,
    /// How many replies in a row came whole and were no result.
    pub unreadable: u32,
    /// What the model said about single inputs.
    pub fields: Vec<FieldFailure>,
}

/// A model's complaint about one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFailure {
    /// The way to the value, without the leading `body`: `image_size`, `width`.
    pub loc: Vec<String>,
    /// The complaint, as the model words it.
    pub message: String,
}

impl FieldFailure {
    /// Where it is, as a dotted path.
    pub fn place(&self) -> String {
        let steps: Vec<&str> = self.loc.iter().map(String::as_str).collect();
        steps.join(".")
    }
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// This page.
    Page,
    /// The connection, or the browser's rules about other origins.
    Network,
    /// The proxy and whatever stands in front of it.
    Proxy,
    /// The fal account behind the proxy.
    Account,
    /// fal's platform.
    Fal,
    /// The model, judging its input.
    Model,
}

impl Side {
    /// Every side there is.
    pub const ALL: [Self; 6] =
        [Self::Page, Self::Network, Self::Proxy, Self::Account, Self::Fal, Self::Model];
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Page => "This page",
            Self::Network => "The network",
            Self::Proxy => "The proxy",
            Self::Account => "The fal account",
            Self::Fal => "fal",
            Self::Model => "The model",
        })
    }
}

/// What was asked when it went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Submit,
    /// How the job does, or for its result: it goes on, and is asked for again.
    Poll,
    /// For the result, in vain.
    Result,
    Cancel,
    /// How far a request comes, for nobody's job.
    Probe,
}

/// What a reply comes to, whatever was asked.
struct Verdict {
    side: Side,
    what: String,
    cure: Cure,
}

/// What helps.
enum Cure {
    /// The same again, later; whether the model had worked by then.
    Wait { ran: bool },
    /// Somebody has to change something, as a sentence says.
    Change(&'static str),
    /// The same, and the model had worked by then.
    Rerun(&'static str),
    /// What this says, and no more: it fits what was asked.
    Only(String),
}

impl Verdict {
    fn new(side: Side, what: impl Into<String>, cure: Cure) -> Self {
        Self { side, what: what.into(), cure }
    }

    /// Of a kind that is known.
    fn of(side: Side, kind: Kind) -> Self {
        let cure = match (kind.advice, kind.ran) {
            ("", ran) => Cure::Wait { ran },
            (advice, true) => Cure::Rerun(advice),
            (advice, false) => Cure::Change(advice),
        };
        Self::new(side, kind.what + ".", cure)
    }
}

const MAY_BE_BILLED: &str = "fal may have accepted the job and may charge for it, so it is not sent again by itself. \
     Try again if you are willing to pay twice.";
const AGAIN_SOON: &str = "This usually passes: try again in a minute.";
const AGAIN_CHARGED: &str =
    "This usually passes: try again in a minute. fal may charge for both runs.";
const CHARGED: &str = "fal may charge for this run all the same.";
const GOES_ON: &str = "The job goes on at fal; this page keeps asking.";
const CANCEL_AGAIN: &str = "The job goes on; press Cancel again in a minute.";
const TEST_AGAIN: &str = "Test the connection again in a minute.";

/// What to do, as it fits what was asked: a job that goes on is not to be sent a second time.
fn advice(asked: Asked, Verdict { side, cure, .. }: Verdict) -> String {
    let (fix, ran) = match cure {
        Cure::Only(advice) => return advice,
        Cure::Wait { ran } => ("", ran),
        Cure::Change(fix) => (fix, false),
        Cure::Rerun(fix) => (fix, true),
    };
    // While a job goes on, only the way to it can be mended.
    let is_on_the_way = matches!(side, Side::Network | Side::Proxy | Side::Account);
    let helps = matches!(asked, Asked::Submit | Asked::Result) || is_on_the_way;
    let fix = if helps { fix } else { "" };
    let then = match asked {
        Asked::Poll => GOES_ON,
        Asked::Cancel => CANCEL_AGAIN,
        Asked::Submit if fix.is_empty() => AGAIN_SOON,
        Asked::Probe if fix.is_empty() => TEST_AGAIN,
        Asked::Result if fix.is_empty() => {
            if ran {
                AGAIN_CHARGED
            } else {
                AGAIN_SOON
            }
        }
        Asked::Result if ran => CHARGED,
        _ => "",
    };
    [fix, then].join(" ").trim().to_owned()
}

impl Failure {
    fn new(side: Side, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            side,
            what: what.into(),
            advice: advice.into(),
            status: None,
            kind: None,
            request_id: None,
            excerpt: String::new(),
            unreadable: 0,
            fields: Vec::new(),
        }
    }

    /// No answer, or half of one.
    pub(super) fn lost(asked: Asked, lost: Lost) -> Self {
        let what = match lost {
            Lost::Network => "The proxy could not be reached: it is down, the network is, or it \
                does not allow this page's origin (CORS)."
                .to_owned(),
            Lost::Cut => "The connection broke off in the middle of the proxy's answer.".to_owned(),
            Lost::Timeout(seconds) => format!("The proxy gave no answer within {seconds} seconds."),
        };
        let advice = match asked {
            Asked::Submit => MAY_BE_BILLED,
            Asked::Cancel => "The job goes on; press Cancel again when the connection is back.",
            Asked::Probe if lost == Lost::Network => {
                "Check that the address is right, that the proxy runs, and that it lets this page's origin in."
            }
            Asked::Probe => "Check that the proxy runs and can reach fal, then test again.",
            Asked::Poll | Asked::Result => {
                "The job goes on at fal; this page keeps asking. Settings can test the connection."
            }
        };
        Self::new(Side::Network, what, advice)
    }

    /// The same for a submit with a body of so many bytes. A proxy that finds it too large may say so
    /// without CORS headers, as Express does, and no browser shows that to a page.
    pub(super) fn lost_submit(lost: Lost, size: usize) -> Self {
        let failure = Self::lost(Asked::Submit, lost);
        if lost != Lost::Network || size <= TAKEN_BY_ALL {
            return failure;
        }
        let what = format!(
            "{} It may also be the size of the request, {} KiB: some proxies take no more than 100 KiB, \
             and refuse in a way that a browser does not let a page read.",
            failure.what,
            size / 1024
        );
        Self { what, advice: format!("{SMALLER} {MAY_BE_BILLED}"), ..failure }
    }

    /// The page went away before the answer to a submit came.
    pub(super) fn page_closed() -> Self {
        let what = "The page was closed or reloaded before the proxy's answer arrived.";
        Self::new(Side::Page, what, MAY_BE_BILLED)
    }

    /// A reply that is not the hoped-for one, and the status it stands for.
    pub(super) fn of(asked: Asked, reply: &Reply, body: &Body, meant: u16) -> Self {
        let (mut fields, mut kind) = (Vec::new(), None);
        let verdict = match body {
            Body::Object(object) => {
                let names = names(object);
                kind = (!names.is_empty()).then(|| quoted(&names.join(", "), NAME));
                match complaints(object) {
                    Some(details) => {
                        let (verdict, complaints, names) = model::of_details(details);
                        kind =
                            (!names.is_empty()).then(|| quoted(&names.join(", "), NAME)).or(kind);
                        fields = complaints;
                        verdict
                    }
                    None => of_object(asked, reply, object, meant),
                }
            }
            // fal speaks JSON: this is a server on the way that crashed.
            Body::Text(_) if meant == 500 => of_page(asked, meant),
            Body::Text(text) => of_text(asked, reply, text, meant),
            Body::Html => of_page(asked, meant),
            Body::Other(_) | Body::Broken | Body::Empty => of_fragment(asked, meant),
        };
        let (side, what) = (verdict.side, verdict.what.clone());
        Self {
            status: (reply.status >= 400).then_some(reply.status),
            kind,
            request_id: request_id(body),
            excerpt: excerpt(body, &reply.body),
            fields,
            ..Self::new(side, what, advice(asked, verdict))
        }
    }

    /// The same for a submit that nobody confirmed, after an id that fal does not know was tried.
    pub(super) fn with_unknown_id(self, id: &RequestId) -> Self {
        let what = format!(
            "fal knows no request {id} of this model. Whether the job arrived is still not known."
        );
        Self { what, ..self }
    }

    /// Whether it is an answer that somebody meant, and none that a server on the way gives while
    /// something is wrong.
    pub(super) fn is_whole(&self) -> bool {
        let passes = |status| matches!(status, 401 | 403 | 408 | 429 | 502..=504);
        self.status.is_some_and(|status| !passes(status))
    }

    /// An answer that belongs to another question.
    pub(super) fn out_of_place() -> Self {
        let what = "The answer that came belongs to another question: something between this page and \
                    fal keeps answers that it must not keep.";
        let advice = "The job goes on at fal; this page keeps asking. Have whoever runs the proxy \
                      switch off caching for it.";
        Self::new(Side::Proxy, what, advice)
    }

    /// The same for a submit of which nobody can know whether it was accepted.
    pub(super) fn perhaps_accepted(self) -> Self {
        Self { advice: MAY_BE_BILLED.to_owned(), ..self }
    }

    /// The same for a result that came whole, time and again, and is none.
    pub(super) fn given_up(self, body: &Body) -> Self {
        let (side, what) = match body {
            Body::Html => (Side::Proxy, "a web page"),
            Body::Empty => (Side::Proxy, "nothing"),
            Body::Broken => (Side::Proxy, "JSON that breaks off"),
            // A model's, or one of somebody on the way whose words nobody knows: fal can be asked again.
            Body::Text(_) => (Side::Fal, "a text"),
            Body::Other(Value::Array(_)) => (Side::Model, "a list"),
            Body::Other(Value::Null) => (Side::Model, "null"),
            Body::Object(_) | Body::Other(_) => (Side::Model, "a single value"),
        };
        let what = ["Time and again ", what, " came instead of a result."].concat();
        let advice = match side {
            Side::Proxy => {
                "Send the report to whoever runs the proxy. fal may charge for this run all the same."
            }
            _ => {
                "This page reads only results that are JSON objects; the report has the beginning \
                 of what came. fal may charge for this run all the same."
            }
        };
        Self { side, what, advice: advice.to_owned(), ..self }
    }

    /// Whether the answer came from fal itself, through the proxy.
    pub(super) fn came_from_fal(&self) -> bool {
        matches!(self.side, Side::Account | Side::Fal | Side::Model)
    }

    /// Whether a result may still be there behind it.
    pub(super) fn is_on_the_way(&self) -> bool {
        matches!(self.side, Side::Network | Side::Proxy | Side::Account)
    }
}

fn of_object(asked: Asked, reply: &Reply, object: &Map<String, Value>, meant: u16) -> Verdict {
    if let Some(kind) = names(object).iter().find_map(|name| kinds::of_platform(name, object)) {
        return Verdict::of(Side::Fal, kind);
    }
    match said(object).or_else(|| object.get("status")?.as_str().map(str::to_owned)) {
        Some(said) => of_text(asked, reply, &said, meant),
        None => of_fragment(asked, meant),
    }
}
