//! A page with so many jobs, and what they cost.

use std::path::Path;
use std::time::Duration;

use flux_proxy::Site;
use flux_proxy::demo::{Fault, Handle, Phase, Schedule, Script, Times};
use serde_json::{Value, json};
use thirtyfour::WebDriver;
use tokio::time::{Instant, sleep};

use crate::common::ask;
use crate::common::cost::{Cost, cost_of, count};
use crate::common::e2e::browser::command;
use crate::common::e2e::{server::Server, site};

/// How long anything may take that is not a job.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the page is watched each time. Requests that get no answer are given up after 15 s.
const WATCHED: Duration = Duration::from_secs(8);
/// How often the page draws running clocks, in a second.
const TICKS: f64 = 5.0;
/// How long a running job takes, and how many steps it writes: as a video does.
const RUN: Duration = Duration::from_secs(300);
const STEPS: u32 = 120;

/// So many jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crowd {
    /// Done, with a picture.
    pub old: usize,
    /// Running.
    pub running: usize,
}

/// What they cost: for each status answer, or each time the clocks are drawn, less what the page costs
/// without running jobs.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Status answers in a second.
    pub rate: f64,
    /// Everything that running jobs cause, clocks included.
    pub all: Cost,
    /// An answer, without the clocks.
    pub answer: Cost,
    /// Each time that the clocks are drawn.
    pub tick: Cost,
    /// The same requests at the same pace from a page without any program: what the browser itself
    /// spends on a request, whoever makes it.
    pub bare: Cost,
}

impl Crowd {
    /// Makes the jobs in a browser that has none, and watches.
    pub async fn measure(self, browser: &WebDriver, folder: &Path) -> Figures {
        let folder = site::copy_of(&site::built(), folder);
        let site = Site::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        // A new address is a new origin, in which nothing is kept.
        let script = Script { workers: 64, keep: 1_000, ..Script::quick() };
        let server = Server::start(&script, Some(site)).await;
        open(browser, &server.origin).await;
        if self.old > 0 {
            generate(browser, &server.engine).await;
            until(browser, "document.querySelectorAll('[data-state=done]').length === 1").await;
            multiply(browser, self.old).await;
            open(browser, &server.origin).await;
            let all =
                format!("document.querySelectorAll('[data-state=done]').length === {}", self.old);
            until(browser, &all).await;
        }
        count(browser).await;
        sleep(Duration::from_secs(3)).await;
        let idle = cost_of(browser, sleep(WATCHED)).await;

        for _ in 0..self.running {
            let each = RUN / STEPS;
            let steps = (0..=STEPS).map(|step| each * step).collect();
            server.engine.schedule(Schedule { queue: Duration::ZERO, run: RUN, steps });
            generate(browser, &server.engine).await;
        }
        let running = format!(
            "document.querySelectorAll('[data-state=running]').length === {}",
            self.running
        );
        until(browser, &running).await;
        sleep(Duration::from_secs(5)).await;
        let before = server.engine.count(Phase::Status);
        let busy = cost_of(browser, sleep(WATCHED)).await - idle;
        let answers = (server.engine.count(Phase::Status) - before) as f64;

        server.engine.fault(Phase::Status, Fault::hang(), Times::Always);
        // Each job's next question has been asked by then.
        sleep(Duration::from_secs(3)).await;
        let silent = cost_of(browser, sleep(WATCHED)).await - idle;
        server.engine.clear_faults();
        let pace = WATCHED.as_secs_f64() * 1000.0 / answers;
        let (asked, bare) = ask_for_nothing(browser, &server, self.running, pace).await;
        command(browser, "Performance.disable", json!({})).await;
        browser.goto("about:blank").await.expect("a page without anything");
        Figures {
            rate: answers / WATCHED.as_secs_f64(),
            all: busy * (1.0 / answers),
            answer: (busy - silent) * (1.0 / answers),
            tick: silent * (1.0 / (WATCHED.as_secs_f64() * TICKS)),
            bare: bare * (1.0 / asked),
        }
    }
}

/// Asks for the same answers from an empty page of the same origin, one each so many milliseconds, and
/// does nothing with them. Tells how many came, and what they cost.
async fn ask_for_nothing(
    browser: &WebDriver,
    server: &Server,
    running: usize,
    pace: f64,
) -> (f64, Cost) {
    let ids: Vec<String> = server
        .engine
        .submissions()
        .into_iter()
        .rev()
        .take(running)
        .filter_map(|submission| submission.request_id)
        .collect();
    assert_eq!(ids.len(), running, "each running job has an id");
    browser
        .goto(&format!("{}/config.json", server.origin))
        .await
        .expect("a page without a program");
    let asking = "const [ids, pace, done] = arguments;
        let turn = 0;
        setInterval(async () => {
            const id = ids[turn++ % ids.length];
            const target = `https://queue.fal.run/fal-ai/flux/requests/${id}/status?logs=1`;
            const headers = { 'x-fal-target-url': target };
            await (await fetch('/api/fal/proxy', { headers, cache: 'no-store' })).text();
        }, pace);
        done();";
    count(browser).await;
    sleep(Duration::from_secs(2)).await;
    let idle = cost_of(browser, sleep(WATCHED)).await;
    ask(browser, asking, &[json!(ids), json!(pace)]).await;
    sleep(Duration::from_secs(2)).await;
    let before = server.engine.count(Phase::Status);
    let busy = cost_of(browser, sleep(WATCHED)).await;
    ((server.engine.count(Phase::Status) - before) as f64, busy - idle)
}

async fn open(browser: &WebDriver, origin: &str) {
    browser.goto(origin).await.expect("the page opens");
    until(browser, "!document.getElementById('shell') && !!document.querySelector('.generate')")
        .await;
    let whole = "document.getElementsByName('prompt')[0].focus();
        globalThis.fluxStudioLater().then(() => arguments[0]())";
    ask(browser, whole, &[]).await;
    command(browser, "Input.insertText", json!({ "text": "a lighthouse at dusk" })).await;
}

/// Has the page send one more job.
async fn generate(browser: &WebDriver, engine: &Handle) {
    let before = engine.submissions().len();
    ask(browser, "document.querySelector('.generate').click(); arguments[0]()", &[]).await;
    let start = Instant::now();
    while engine.submissions().len() == before {
        assert!(start.elapsed() < PATIENCE, "the page sends nothing");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Makes many of the one job that the page has written down.
async fn multiply(browser: &WebDriver, count: usize) {
    let written = ask(browser, include_str!("multiply.js"), &[json!(count)]).await;
    assert_eq!(written, Value::Null, "the records could not be written");
}

async fn until(browser: &WebDriver, is_so: &str) {
    let start = Instant::now();
    while ask(browser, &format!("arguments[0]({is_so})"), &[]).await != true {
        assert!(start.elapsed() < PATIENCE, "it does not come to this: {is_so}");
        sleep(Duration::from_millis(50)).await;
    }
}
