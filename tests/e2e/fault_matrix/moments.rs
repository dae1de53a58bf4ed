//! What a job can be in the middle of when something happens, and how it comes there. The queue has a
//! life of its own here: it outlives the proxy, which can be killed.

use std::time::Duration;

use axum::Router;
use flux_proxy::demo::{Fault, Handle, Phase, Script, Times};
use flux_proxy::{FalKey, Options, Origins, Upstream};
use serde_json::json;
use tokio::runtime::Runtime;

use super::super::fal::{Fal, KEY};
use super::super::jobs::Job;
use super::super::page::Page;
use super::super::server::Mortal;
use super::super::stage::{Stage, with_config};
use super::{End, arrived, open_anew};

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The queue has the submit, and the page does not have its answer.
    Sending,
    Queued,
    Running,
    /// The result is on its way.
    Fetching,
    /// The wish to cancel is on its way.
    Cancelling,
}

impl Moment {
    pub const ALL: [Self; 5] =
        [Self::Sending, Self::Queued, Self::Running, Self::Fetching, Self::Cancelling];

    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sending => "submit",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Fetching => "result",
            Self::Cancelling => "cancel",
        }
    }

    /// How a job ends of which nothing is lost.
    pub fn end(self) -> End {
        let state = if self == Self::Cancelling { "cancelled" } else { "done" };
        End { state, submits: 1 }
    }

    /// How a job ends whose call was cut off.
    pub fn end_when_cut_off(self) -> End {
        match self {
            Self::Sending => End { state: "unconfirmed", submits: 1 },
            _ => self.end(),
        }
    }

    /// Brings a new job here.
    pub async fn reached<'p>(self, page: &'p Page, engine: &Handle, prompt: &str) -> Job<'p> {
        let asked = async |phase: Phase, before: usize| {
            let more = async || (engine.count(phase) > before).then_some(());
            page.until("the call to arrive", more).await;
        };
        match self {
            Self::Sending => {
                let late = Fault::late_reply(Duration::from_secs(4));
                engine.fault(Phase::Submit, late, Times::Once);
                let job = page.generate_from(prompt).await;
                let there = async || (arrived(engine, prompt) == 1).then_some(());
                page.until("the submit to arrive", there).await;
                job
            }
            Self::Queued => {
                engine.hold();
                let job = page.generate_from(prompt).await;
                job.reaches("queued").await;
                job
            }
            Self::Running => {
                let job = page.generate_from(prompt).await;
                job.reaches("running").await;
                engine.hold();
                job
            }
            Self::Fetching => {
                let late = Fault::late_reply(Duration::from_secs(2));
                engine.fault(Phase::Result, late, Times::Once);
                let before = engine.count(Phase::Result);
                let job = page.generate_from(prompt).await;
                asked(Phase::Result, before).await;
                job
            }
            Self::Cancelling => {
                engine.hold();
                let job = page.generate_from(prompt).await;
                job.reaches("queued").await;
                let late = Fault::slow(Duration::from_secs(3));
                engine.fault(Phase::Cancel, late, Times::Once);
                let before = engine.count(Phase::Cancel);
                job.press("Cancel").await;
                asked(Phase::Cancel, before).await;
                job
            }
        }
    }
}

/// A page before a proxy, before a queue.
pub struct Scene<'s> {
    pub stage: &'s Stage,
    pub page: &'s Page,
    pub engine: &'s Handle,
    pub proxy: &'s mut Mortal,
    fal: &'s Fal,
}

/// How long the proxy waits for the queue: less than a page waits, and more than an answer of the queue
/// is late that is no fault.
const PATIENCE: Duration = Duration::from_secs(6);

/// Plays with a queue that is slow enough to be caught at work.
pub fn play(act: impl AsyncFnOnce(&mut Scene<'_>)) {
    play_with(PATIENCE, act);
}

/// The same before a proxy that waits as long as this.
pub fn play_with(patience: Duration, act: impl AsyncFnOnce(&mut Scene<'_>)) {
    let runtime = Runtime::new().expect("a runtime");
    let pace = Script { step: Duration::from_millis(30), workers: 8, ..Script::quick() };
    let fal = runtime.block_on(Fal::start(pace));
    let mut proxy = Mortal::start(proxy_before(&fal, patience));
    let config = json!({ "proxyUrl": proxy.proxy_url() }).to_string();
    with_config(Some(&config)).play(async |stage| {
        for origin in [&proxy.origin, &fal.origin] {
            stage.allow_origin(origin);
        }
        let (page, engine) = (&stage.page, &fal.engine);
        act(&mut Scene { stage, page, engine, proxy: &mut proxy, fal: &fal }).await;
    });
}

/// The proxy, as it forwards to fal.
fn proxy_before(fal: &Fal, timeout: Duration) -> Router {
    flux_proxy::app(Options {
        upstream: Upstream::Fal(FalKey::parse(KEY).expect("a key")),
        upstream_origin: Some(fal.origin.parse().expect("an address")),
        origins: Origins::parse(&["*"]).expect("all origins"),
        timeout,
        ..Options::default()
    })
}

impl Scene<'_> {
    /// Opens the page as somebody who has never been there, with nothing wrong.
    pub async fn anew(&self) {
        self.mend();
        open_anew(self.stage).await;
    }

    /// Lets the queue do its work, and answer.
    pub fn mend(&self) {
        self.engine.clear_faults();
        self.engine.release();
    }

    /// Starts the proxy again.
    pub fn revive(&mut self) {
        self.revive_behind(|proxy| proxy);
    }

    /// The same with something in front of it.
    pub fn revive_behind(&mut self, front: impl FnOnce(Router) -> Router) {
        self.proxy.live(front(proxy_before(self.fal, PATIENCE)));
    }

    /// The only job.
    pub async fn job(&self) -> Job<'_> {
        self.page.job(0).await
    }
}
