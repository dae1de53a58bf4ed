//! What may come back, or not, from each of the four calls. The fault lasts until the page has said what
//! is the matter, and is mended then.

use std::time::Duration;

use flux_proxy::demo::{Fault, Handle, Phase, Times};
use serde_json::json;

use super::super::jobs::Card;
use super::super::page::Page;
use super::super::stage::{Stage, play};
use super::{End, Part, ends, said};

/// Where a job ends, and a part of what is said before; nothing where a fault makes no sense.
pub(super) type Cell = Option<(&'static str, &'static str)>;

/// The columns of the table.
pub(super) const COLUMNS: [Phase; 4] = [Phase::Submit, Phase::Status, Phase::Result, Phase::Cancel];

struct Row {
    fault: &'static str,
    strikes: Vec<Fault>,
    /// To submit, status, result and cancel.
    cells: [Cell; 4],
}

const IN_VAIN: &str = "no answer in time";
const UNREACHED: &str = "could not be reached";
const BROKEN: &str = "broke off in the middle";
const STRANGE: &str = "is not one of fal's";

/// A job that is unconfirmed without an answer to its submit, and goes on without one to anything else.
pub(super) fn lost(said: &'static str) -> [Cell; 4] {
    [Some(("unconfirmed", said)), Some(("done", said)), Some(("done", said)), Some(("done", said))]
}

/// A job that is refused, but that goes on once fal has it.
fn refused(said: &'static str) -> [Cell; 4] {
    [Some(("failed", said)), Some(("done", said)), Some(("done", said)), Some(("done", said))]
}

/// The same, but what is said in place of a result is the result.
fn failed(said: &'static str) -> [Cell; 4] {
    [Some(("failed", said)), Some(("done", said)), Some(("failed", said)), Some(("done", said))]
}

/// Where a job may end by it; what is said of one that goes on is the same for all of a kind.
fn at_ends([submit, _, result, _]: [Cell; 4]) -> [Cell; 4] {
    [submit, None, result, None]
}

fn row(fault: &'static str, strikes: impl Into<Vec<Fault>>, cells: [Cell; 4]) -> Row {
    Row { fault, strikes: strikes.into(), cells }
}

fn rows() -> Vec<Row> {
    let complaint = json!([{ "loc": ["body", "seed"], "msg": "Odd seeds only", "type": "odd" }]);
    let detail = |status, sentence: &str| Fault::json(status, &json!({ "detail": sentence }));
    let left = json!({ "detail": "Gone", "error_type": "client_disconnected" });
    let flat = |fault: Fault| [fault, Fault::flattened()];
    let [_, status, result, _] = lost(UNREACHED);
    vec![
        row("closed without an answer", [Fault::refused()], lost(UNREACHED)),
        row(
            "carried out, but the answer is lost",
            [Fault::lost_reply()],
            [Some(("unconfirmed", UNREACHED)), status, result, Some(("cancelled", UNREACHED))],
        ),
        row(IN_VAIN, [Fault::hang()], lost("gave no answer within")),
        row("half an answer", [Fault::cut()], lost(BROKEN)),
        row("JSON that breaks off", [Fault::malformed_json()], lost(STRANGE)),
        row("an empty body", [Fault::answer(200, "application/json", "")], lost(STRANGE)),
        row("a list", [Fault::json(200, &json!([1, 2]))], lost(STRANGE)),
        row(
            "JSON about something else",
            [Fault::json(200, &json!({ "hello": "world" }))],
            lost(STRANGE),
        ),
        row(
            "a web page with 200",
            [Fault::answer(200, "text/html", "<!doctype html><title>Sign in</title>")],
            refused("answered with a web page"),
        ),
        row("502 as a page", [Fault::bad_gateway_html()], lost("A gateway in front of the proxy")),
        row("504 as a page", [Fault::gateway_timeout_html()], lost("gateway waited in vain")),
        row("the proxy refuses the address", [Fault::proxy_refusal()], refused("refused to pass")),
        row("401 of the proxy", [Fault::proxy_unauthorized()], refused("wants a sign-in")),
        row("401 of fal", [Fault::unauthorized()], refused("did not accept the proxy's key")),
        row("403 out of money", [Fault::locked()], refused("locked the account")),
        row("403 of the model", [detail(403, "Access denied")], refused("may not use this model")),
        row("404", [Fault::not_found()], refused("“Application not found”")),
        row(
            "404 of a request",
            [Fault::json(404, &json!({ "status": "NOT_FOUND" }))],
            [
                Some(("failed", "fal does not know what was asked for")),
                Some(("expired", "no longer knows this request")),
                Some(("expired", "no longer knows this request")),
                None,
            ],
        ),
        row(
            "405",
            [detail(405, "Method Not Allowed")],
            [
                Some(("failed", "“Method Not Allowed”")),
                Some(("done", "“Method Not Allowed”")),
                Some(("done", "“Method Not Allowed”")),
                Some(("done", "This proxy cannot cancel")),
            ],
        ),
        row("408", [detail(408, "Request Timeout")], refused("took too long to reach fal")),
        row("413 as a page", [Fault::too_large_html()], refused("larger than the proxy accepts")),
        row("422", [Fault::unprocessable(&complaint)], failed("The model refused the input")),
        row(
            "429 with Retry-After",
            [Fault::answer(429, "text/plain", "Slow down.").with_header("retry-after", "1")],
            refused("Too many requests at once: “Slow down”"),
        ),
        row(
            "499, stopped",
            [Fault::json(499, &json!({ "detail": "Stopped", "error_type": "client_cancelled" }))],
            [None, None, Some(("cancelled", "Stopped before there was a result")), None],
        ),
        row("499, left", [Fault::json(499, &left)], failed("nobody was listening")),
        row("500", [Fault::server_error()], lost("internal error")),
        row(
            "500 of the proxy",
            [Fault::answer(500, "text/plain", "Internal Server Error")],
            lost("server failed"),
        ),
        row("503", [Fault::service_unavailable()], lost("could not reach fal")),
        row("401 of fal as 200", flat(Fault::unauthorized()), refused("the proxy's key")),
        row(
            "403 out of money as 200",
            flat(Fault::locked()),
            at_ends(refused("locked the account")),
        ),
        row("404 as 200", flat(Fault::not_found()), at_ends(refused("“Application not found”"))),
        row(
            "422 as 200",
            flat(Fault::unprocessable(&complaint)),
            at_ends(failed("refused the input")),
        ),
        row("429 as 200", flat(Fault::rate_limited(None)), at_ends(refused("Too many requests"))),
        row("500 as 200", flat(Fault::server_error()), lost("internal error")),
        row("502 as a page as 200", flat(Fault::bad_gateway_html()), lost("A gateway in front of")),
        row("503 as 200", flat(Fault::service_unavailable()), lost("could not reach fal")),
        row("504 as a page as 200", flat(Fault::gateway_timeout_html()), lost("waited in vain")),
        row(
            "a gateway's text as 200",
            [Fault::answer(200, "text/plain", "upstream request timeout")],
            lost("waited for fal in vain"),
        ),
        row(
            "slow answers",
            [Fault::slow(Duration::from_millis(1500))],
            [
                Some(("done", "Sending")),
                Some(("done", "Queued")),
                Some(("done", "Fetching the result")),
                Some(("cancelled", "Cancelling")),
            ],
        ),
    ]
}

/// The page waits for nothing as long as it usually does.
async fn hurry(stage: &Stage) {
    let script = "const later = setTimeout;
        setTimeout = (act, millis) => later(act, millis >= 15000 ? millis / 20 : millis);";
    stage.page.eval(script, &[]).await;
}

/// Plays all rows for one call.
fn strike(part: &'static str, at: Phase) {
    let column = COLUMNS.iter().position(|phase| *phase == at).expect("one of the four");
    play(async |stage| {
        let mut table = Part::new(part);
        for Row { fault, strikes, cells } in rows() {
            let Some(cell) = cells[column] else { continue };
            if fault == IN_VAIN {
                hurry(stage).await;
            }
            let engine = new_connection(stage).await;
            let said = struck(&stage.page, &engine, at, &strikes, (fault, cell)).await;
            engine.clear_faults();
            // What stands still is stopped by a cancel, however late.
            if cell.0 != "cancelled" {
                engine.release();
            }
            stage.page.wake().await;
            let end = End { state: cell.0, submits: 1 };
            ends(&stage.page, &engine, &[(fault, &end)]).await;
            table.take(fault, part, &said, &end);
            // The next one has the page to itself, as it was loaded last.
            stage.page.job(0).await.press("Remove").await;
            let is_gone = async || (stage.page.count_jobs().await == 0).then_some(());
            stage.page.until("the job to go", is_gone).await;
        }
        table.close();
    });
}

/// Chrome itself repeats a request, a POST too, when a connection that has served before closes without
/// a byte. On one that has not, it tells the page.
async fn new_connection(stage: &Stage) -> Handle {
    stage.page.whole().await;
    stage.stop_proxy().await;
    stage.start_proxy().await
}

/// Brings a job to where the fault strikes, and waits until that is told.
pub(super) async fn struck(
    page: &Page,
    engine: &Handle,
    at: Phase,
    strikes: &[Fault],
    (prompt, (end, told)): (&str, (&str, &str)),
) -> String {
    let strike = || {
        for fault in strikes {
            engine.fault(at, fault.clone(), Times::Always);
        }
    };
    let job = match at {
        Phase::Cancel => {
            engine.hold();
            let job = page.generate_from(prompt).await;
            job.reaches("queued").await;
            if end == "cancelled" {
                // What the queue knows of it must not be heard before the answer.
                engine.fault(Phase::Status, Fault::slow(Duration::from_secs(1)), Times::Once);
            }
            strike();
            job.press("Cancel").await;
            job
        }
        _ => {
            if at == Phase::Status {
                engine.hold();
            }
            strike();
            page.generate_from(prompt).await
        }
    };
    let tells = |card: &Card| said(card).contains(told);
    let card = job.until(&format!("{prompt} to be told as {told:?}"), tells).await;
    said(&card)
}

#[test]
fn submits() {
    strike("submit", Phase::Submit);
}

#[test]
fn statuses() {
    strike("status", Phase::Status);
}

#[test]
fn results() {
    strike("result", Phase::Result);
}

#[test]
fn cancels() {
    strike("cancel", Phase::Cancel);
}

#[test]
fn a_submit_that_the_browser_repeats_by_itself() {
    play(async |stage| {
        let (page, engine) = (&stage.page, &stage.engine);
        let mut table = Part::new("on a connection that has served before");
        for row in rows().into_iter().take(2) {
            page.whole().await;
            engine.fault(Phase::Submit, row.strikes[0].clone(), Times::Always);
            let end = End { state: "unconfirmed", submits: 1 };
            let card = page.generate_from(row.fault).await.reaches(end.state).await;
            engine.clear_faults();
            ends(page, engine, &[(row.fault, &end)]).await;
            table.take(row.fault, "submit", &said(&card), &end);
            page.job(0).await.press("Remove").await;
            let is_gone = async || (page.count_jobs().await == 0).then_some(());
            page.until("the job to go", is_gone).await;
        }
        table.close();
    });
}
