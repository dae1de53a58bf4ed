//! Each answer to each call: as it is, and with its status flattened to 200, as some proxies do.
//!
//! The expectations are those of fal's protocol and of two rules: only fal can fail a job that it
//! has, and nobody pays twice because of a guess. A column is a phase and whose side is at fault.

use flux_studio::queue::{Call, Cancel, Connection, Effect, Event, Lost, Phase, Reply, Side, step};

use crate::{WORLD, endpoint, failure_of, job, reply, request_id};

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Ask {
    Submit,
    Status,
    Result,
    Cancel,
}
pub(crate) use Ask::{Cancel as CancelIt, Result as Fetch, Status, Submit};

/// A row: what is answered, then what becomes of submit, status, result and cancel. The second set
/// is for a status of 200, and differs where nothing else tells what the status told. `waits` goes on
/// asking; `·` is left to `hard`, or to taste.
pub(crate) type Row = (u16, &'static str, [&'static str; 4], [&'static str; 4]);

const FAL: [&str; 4] = ["failed fal", "waits fal", "failed fal", "refused fal"];
const MODEL: [&str; 4] = ["failed model", "waits model", "failed model", "refused model"];
const ACCOUNT: [&str; 4] = ["failed account", "waits account", "waits account", "refused account"];
const PROXY: [&str; 4] = ["failed proxy", "waits proxy", "waits proxy", "refused proxy"];
const UNCLEAR: [&str; 4] = ["unconfirmed proxy", "waits proxy", "waits proxy", "refused proxy"];
const LOST: [&str; 4] =
    ["unconfirmed network", "waits network", "waits network", "refused network"];
const WORDS: [&str; 4] = ["failed fal", "waits fal", "waits fal", "refused fal"];
const CRASHED: [&str; 4] = ["unconfirmed fal", "waits fal", "waits fal", "refused fal"];

pub(crate) const ROWS: &[Row] = &[
    // The proxy's own words.
    (400, r#""Invalid request""#, PROXY, PROXY),
    (400, r#""Invalid request: not permitted by allowedEndpoints""#, PROXY, PROXY),
    (400, r#""Missing the x-fal-target-url header""#, PROXY, PROXY),
    (401, r#""Unauthorized""#, PROXY, PROXY),
    (403, "Forbidden", PROXY, PROXY),
    (401, r#""Missing fal.ai credentials""#, PROXY, PROXY),
    (412, r#""Invalid x-fal-target-url header""#, PROXY, PROXY),
    (415, r#"{"error":"Unsupported media type"}"#, PROXY, FAL),
    (429, "Too many requests. Sign in for more.", PROXY, PROXY),
    (413, "<!DOCTYPE html><pre>PayloadTooLargeError: too large</pre>", PROXY, PROXY),
    // fal's gate.
    (
        401,
        r#"{"detail":"Authentication is required to access this application."}"#,
        ACCOUNT,
        ACCOUNT,
    ),
    (403, r#"{"detail":"User is locked. Reason: Exhausted balance. Top up."}"#, ACCOUNT, ACCOUNT),
    (403, r#"{"detail":"User is locked. Reason: Admin lock."}"#, ACCOUNT, ACCOUNT),
    (403, r#"{"detail":"User is locked. Reason: TOP_UP."}"#, ACCOUNT, ACCOUNT),
    (403, r#"{"detail":"Access denied"}"#, ACCOUNT, ACCOUNT),
    (402, r#"{"detail":"Payment required"}"#, ACCOUNT, ACCOUNT),
    // What the queue does not know.
    (
        404,
        r#"{"status":"NOT_FOUND"}"#,
        ["·", "expired", "expired", "asks"],
        ["·", "expired", "expired", "asks"],
    ),
    (
        404,
        r#"{"detail":"Request not found"}"#,
        ["failed fal", "expired", "expired", "refused fal"],
        ["failed fal", "expired", "expired", "refused fal"],
    ),
    (404, r#"{"detail":"Path /fal-ai/nowhere not found"}"#, WORDS, WORDS),
    (
        405,
        r#"{"detail":"Method Not Allowed"}"#,
        ["failed fal", "waits fal", "·", "refused proxy"],
        ["·", "waits fal", "·", "refused fal"],
    ),
    // Without its status it may be anybody's who waited.
    (408, r#"{"detail":"Request Timeout"}"#, WORDS, CRASHED),
    // The model's own.
    (
        422,
        r#"{"detail":[{"loc":["body","prompt"],"msg":"Field required","type":"missing"}]}"#,
        MODEL,
        MODEL,
    ),
    (
        400,
        r#"{"detail":[{"loc":["body"],"msg":"No","type":"content_policy_violation"}]}"#,
        MODEL,
        MODEL,
    ),
    (
        500,
        r#"{"detail":[{"loc":["body"],"msg":"No","type":"internal_server_error"}]}"#,
        MODEL,
        MODEL,
    ),
    (
        504,
        r#"{"detail":[{"loc":["body"],"msg":"No","type":"generation_timeout"}]}"#,
        ["·", "waits model", "failed model", "refused model"],
        MODEL,
    ),
    // fal's platform.
    (500, r#"{"detail":"Internal Server Error"}"#, CRASHED, CRASHED),
    (503, r#"{"detail":"Gone","error_type":"runner_disconnected"}"#, FAL, FAL),
    (
        504,
        r#"{"detail":"Late","error_type":"startup_timeout"}"#,
        ["·", "waits fal", "failed fal", "refused fal"],
        FAL,
    ),
    (400, r#"{"error":{"type":"bad_request","message":"Bad input"}}"#, FAL, FAL),
    (400, r#"{"error":"Bad input"}"#, FAL, FAL),
    (400, r#"{"message":"Bad input"}"#, FAL, FAL),
    // Gateways, and servers on the way that give up or crash.
    (502, r#"{"detail":"Bad Gateway"}"#, UNCLEAR, UNCLEAR),
    (503, r#"{"detail":"Service Unavailable"}"#, UNCLEAR, UNCLEAR),
    (504, r#"{"detail":"Gateway Timeout"}"#, UNCLEAR, UNCLEAR),
    (502, r#"{"error":"fetch failed"}"#, UNCLEAR, UNCLEAR),
    (503, r#"{"error":{"message":"Service Temporarily Unavailable."}}"#, UNCLEAR, UNCLEAR),
    (504, r#"{"statusCode":504,"error":"Gateway Time-out","message":"Late"}"#, UNCLEAR, UNCLEAR),
    (504, r#"{"message":"Endpoint request timed out"}"#, UNCLEAR, UNCLEAR),
    (502, "Error 502: Bad Gateway", UNCLEAR, UNCLEAR),
    (503, "no healthy upstream", UNCLEAR, UNCLEAR),
    (
        503,
        "upstream connect error or disconnect/reset before headers. reset reason: overflow",
        UNCLEAR,
        UNCLEAR,
    ),
    (504, r#""upstream request timeout""#, UNCLEAR, UNCLEAR),
    (500, "Internal Server Error", UNCLEAR, UNCLEAR),
    // In a sentence about something these may be a model's words: it is not known whose they are.
    (502, r#"{"error":"No answer: 502 Bad Gateway from queue"}"#, UNCLEAR, CRASHED),
    (504, r#"{"detail":"The request timed out"}"#, UNCLEAR, CRASHED),
    (504, "timed out while waiting for headers", UNCLEAR, CRASHED),
    (502, r#"{"error":"socket hang up"}"#, UNCLEAR, CRASHED),
    (502, r#"{"error":"read ECONNRESET"}"#, UNCLEAR, CRASHED),
    (502, r#"{"message":"connect ETIMEDOUT 203.0.113.7:443"}"#, UNCLEAR, CRASHED),
    (502, r#""TypeError: terminated""#, UNCLEAR, CRASHED),
    // Pages where JSON should be.
    (504, "<title>a.example | 524: A timeout occurred</title>", UNCLEAR, UNCLEAR),
    (504, "<title>a.example | 522: Connection timed out</title>", UNCLEAR, UNCLEAR),
    (200, "<!doctype html><title>Studio</title>", PROXY, PROXY),
    (401, "<html>Sign in</html>", PROXY, PROXY),
    (404, "<html>No such page</html>", PROXY, PROXY),
    (405, "<html>Not allowed</html>", PROXY, PROXY),
    (500, "<pre>TypeError: fetch failed</pre>", UNCLEAR, UNCLEAR),
    (500, "<title>Error</title><pre>Internal Server Error</pre>", UNCLEAR, UNCLEAR),
    (500, "<title>500 Internal Server Error</title>", UNCLEAR, UNCLEAR),
    (502, "<html>502 Bad Gateway</html>", UNCLEAR, UNCLEAR),
    (502, "<title>queue.fal.run | 502: Bad gateway</title>", UNCLEAR, UNCLEAR),
    (503, "<title>503 Service Temporarily Unavailable</title>", UNCLEAR, UNCLEAR),
    (504, "<title>504 Gateway Time-out</title>", UNCLEAR, UNCLEAR),
    // Any page may have such a title, and most pages with 200 come from a wrong address.
    (503, "<html>Maintenance</html>", UNCLEAR, PROXY),
    // Little or nothing.
    (200, "", UNCLEAR, UNCLEAR),
    (405, "", PROXY, UNCLEAR),
    (500, " \n", UNCLEAR, UNCLEAR),
    (200, r#"{"request_id":"r-"#, UNCLEAR, UNCLEAR),
    (422, r#"{"detail":[{"loc":["bo"#, PROXY, UNCLEAR),
    (500, r#"{"deta"#, UNCLEAR, UNCLEAR),
    (200, "null", UNCLEAR, UNCLEAR),
    (
        200,
        r#"{"ok":true}"#,
        ["·", "waits proxy", "waits proxy", "refused proxy"],
        ["·", "waits proxy", "waits proxy", "refused proxy"],
    ),
    (200, r#"[{"url":"https://a.example/b.png"}]"#, UNCLEAR, UNCLEAR),
    (200, "7", UNCLEAR, UNCLEAR),
    (200, r#""a result in words""#, WORDS, WORDS),
    // The queue's own words in the wrong place.
    (
        400,
        r#"{"detail":"Bad input","request_id":"r-1"}"#,
        FAL,
        ["queued", "waits fal", "failed fal", "refused fal"],
    ),
];

/// Gives an answer to a job that waits for it, and says what became of it. What the page is told to
/// do has to fit.
pub(crate) fn outcome(ask: Ask, answer: Result<Reply, Lost>) -> String {
    let (id, connection) = (request_id(), Connection::default());
    let asked = Connection { cancel: Cancel::Asked, ..Connection::default() };
    let (phase, call) = match ask {
        Submit => (Phase::Sending, Call::Submit(endpoint())),
        Status => (Phase::Running(id.clone(), connection, None), Call::Status(endpoint(), id)),
        Fetch => (Phase::Fetching(id.clone(), connection), Call::Result(endpoint(), id)),
        CancelIt => (Phase::Running(id.clone(), asked, None), Call::Cancel(endpoint(), id)),
    };
    let before = job(phase);
    let (after, effects) = step(before, Event::Answered(call.clone(), answer.clone()), WORLD);
    let side = match failure_of(&after).map(|failure| failure.side) {
        Some(Side::Page) => "page",
        Some(Side::Network) => "network",
        Some(Side::Proxy) => "proxy",
        Some(Side::Account) => "account",
        Some(Side::Fal) => "fal",
        Some(Side::Model) => "model",
        None => "",
    };
    let again = |question: Call| matches!(&effects[..], [Effect::Send(call, after)] if *call == question && *after > 0);
    let soon = |question: Call| effects == [Effect::Send(question, 0)];
    let status = Call::Status(endpoint(), request_id());
    let result = Call::Result(endpoint(), request_id());
    let (word, fits) = match (&after.phase, ask) {
        (Phase::Queued(..), _) => (
            "queued",
            matches!(&effects[..], [Effect::Save, Effect::Send(call, _)] if *call == status),
        ),
        (_, CancelIt) if after.connection().is_some_and(|c| c.cancel == Cancel::Taken) => {
            ("taken", effects == [Effect::Save, Effect::Send(status, 0)])
        }
        (_, CancelIt) if side.is_empty() => ("asks", soon(status)),
        (_, CancelIt) => ("refused", effects == [Effect::Save]),
        (Phase::Running(..), Status) if side.is_empty() => ("running", again(status)),
        (Phase::Running(..) | Phase::Fetching(..), _) if !side.is_empty() => ("waits", again(call)),
        (Phase::Running(..), _) => ("running", again(status)),
        (Phase::Fetching(..), _) => ("fetching", soon(result)),
        (Phase::Done(..), _) => ("done", effects == [Effect::Save]),
        (Phase::Failed(..), _) => ("failed", effects == [Effect::Save]),
        (Phase::Unconfirmed(_), _) => ("unconfirmed", effects == [Effect::Save]),
        (Phase::Cancelled(_), _) => ("cancelled", effects == [Effect::Save]),
        (Phase::Expired(_), _) => ("expired", effects == [Effect::Save]),
        (Phase::Sending, _) => ("sending", false),
    };
    assert!(fits, "{ask:?} {answer:?}: {word} with {effects:?}");
    format!("{word} {side}").trim_end().to_owned()
}

#[test]
fn every_bad_answer_has_its_outcome() {
    let mut wrong = Vec::new();
    let mut check = |answer: &Result<Reply, Lost>, expected: &[&str; 4]| {
        for (ask, expected) in [Submit, Status, Fetch, CancelIt].into_iter().zip(expected) {
            let got = outcome(ask, answer.clone());
            if *expected != "·" && got != *expected {
                wrong.push(format!("{ask:?} {answer:?}: expected {expected}, got {got}"));
            }
        }
    };
    for (status, body, as_it_is, flattened) in ROWS {
        check(&reply(*status, body), as_it_is);
        check(&reply(200, body), flattened);
    }
    for lost in [Lost::Network, Lost::Cut, Lost::Timeout(15)] {
        check(&Err(lost), &LOST);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_good_answer_has_its_outcome() {
    for (ask, status, body, expected) in [
        (Submit, 200, r#"{"status":"IN_QUEUE","request_id":"r-1","queue_position":0}"#, "queued"),
        (Submit, 202, r#"{"request_id":"r-1","gateway_request_id":"g"}"#, "queued"),
        (Status, 202, r#"{"status":"IN_QUEUE","queue_position":2}"#, "queued"),
        (Status, 202, r#"{"status":"IN_PROGRESS","logs":null}"#, "running"),
        (Status, 200, "\u{feff}{\"status\":\"IN_PROGRESS\",\"logs\":[]}\n", "running"),
        (Status, 200, r#"{"status":"SOMETHING_NEW"}"#, "running"),
        (Status, 200, r#"{"status":"COMPLETED"}"#, "fetching"),
        (
            Status,
            200,
            r#"{"status":"COMPLETED","error":"No","error_type":"bad_request"}"#,
            "fetching",
        ),
        (Fetch, 200, r#"{"images":[{"url":"https://a.example/b.png"}],"seed":1}"#, "done"),
        (Fetch, 200, r#"{"images":[]}"#, "done"),
        (Fetch, 400, r#"{"detail":"Request is still in progress"}"#, "running"),
        (Fetch, 499, r#"{"detail":"Stopped","error_type":"client_cancelled"}"#, "cancelled"),
        (Fetch, 200, r#"{"drifted":{"url":"https://a.example/b.png"}}"#, "done"),
        (Fetch, 202, r#"{"status":"IN_PROGRESS","request_id":"r-1"}"#, "running"),
        (CancelIt, 202, r#"{"status":"CANCELLATION_REQUESTED"}"#, "taken"),
        (CancelIt, 200, r#"{"status":"OK"}"#, "taken"),
        (CancelIt, 400, r#"{"status":"ALREADY_COMPLETED"}"#, "asks"),
    ] {
        for status in [status, 200] {
            assert_eq!(outcome(ask, reply(status, body)), expected, "{ask:?} {status} {body}");
        }
    }
    assert_eq!(outcome(Fetch, reply(499, r#"{"detail":"Stopped"}"#)), "cancelled");
}
