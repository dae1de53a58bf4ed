//! A job: what was asked for, where it stands, and what this page has seen of it.
//!
//! This file owns the states a job can be in. How it moves from one to the next is for `step`.

use std::sync::Arc;

use super::{EndpointId, Estimate, Failure, Millis, Output, RequestId, Side, Steps, Watch};
use crate::form::Draft;

/// A job's name on this page, before and after the queue names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub String);

/// One press of Generate and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its name on this page.
    pub id: JobId,
    /// Where it was sent.
    pub endpoint: EndpointId,
    /// The request's JSON.
    pub body: Body,
    /// What the form held, for Reuse settings.
    pub draft: Arc<Draft>,
    /// The words it is known by: its prompt.
    pub title: String,
    /// Pixels of each picture to come and their number, when the form says.
    pub expects: Expected,
    /// The output's property names by the model's document.
    pub outputs: Vec<String>,
    /// When Generate was pressed.
    pub created: Millis,
    /// When the queue said that the model is at work.
    pub started: Option<Millis>,
    /// When it ended, as far as this page knows.
    pub ended: Option<Millis>,
    /// Where it stands.
    pub phase: Phase,
    /// What this page has seen of it.
    pub watch: Watch,
}

/// Where a request's JSON is: it may be megabytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// At hand.
    Here(Arc<str>),
    /// On disk.
    Kept,
    /// Nowhere: it came from a version that did not keep it.
    Gone,
}

/// What the person may expect to see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expected {
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// How many pictures.
    pub count: u32,
    /// How many steps of the sampler.
    pub steps: Option<u32>,
}

/// Where a job stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The submit is on its way.
    Sending,
    /// The queue is waiting for a machine.
    Queued(RequestId, Connection, Option<u32>),
    /// The model is at work.
    Running(RequestId, Connection, Option<Steps>),
    /// The result is being fetched.
    Fetching(RequestId, Connection),
    /// The pictures are there.
    Done(RequestId, Output),
    /// fal or the proxy said no.
    Failed(Option<RequestId>, Failure),
    /// The submit's reply was lost.
    Unconfirmed(Failure),
    /// It was stopped.
    Cancelled(RequestId),
    /// The queue no longer knows it.
    Expired(RequestId),
}

/// How well this page hears of a job that is with the queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Connection {
    /// The last trouble, until an answer comes again.
    pub trouble: Option<Failure>,
    /// When the queue last told how the job does, while there is trouble.
    pub heard: Option<Millis>,
    /// How many answers in a row were none.
    pub failures: u32,
    /// How far a wish to cancel has come.
    pub cancel: Cancel,
}

/// How far a wish to cancel has come.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cancel {
    /// Nobody asked.
    #[default]
    No,
    /// The person asks for it; whether the queue has heard so, nobody knows.
    Asked,
    /// The queue has taken the wish, and decides.
    Taken,
    /// Asking did not work.
    Refused(Failure),
}

impl Cancel {
    /// Whether somebody wants the job to stop, and nothing has stood against it.
    pub fn is_wanted(&self) -> bool {
        matches!(self, Self::Asked | Self::Taken)
    }
}

impl Job {
    /// The id the queue gave it, when it did.
    pub fn request_id(&self) -> Option<&RequestId> {
        match &self.phase {
            Phase::Queued(id, ..)
            | Phase::Running(id, ..)
            | Phase::Fetching(id, _)
            | Phase::Done(id, _)
            | Phase::Cancelled(id)
            | Phase::Expired(id) => Some(id),
            Phase::Failed(id, _) => id.as_ref(),
            Phase::Sending | Phase::Unconfirmed(_) => None,
        }
    }

    /// The id by which the queue may be asked once more, of a job that has ended in a way that somebody
    /// else than fal and the model may have made up.
    pub fn id_to_ask_again(&self) -> Option<&RequestId> {
        match &self.phase {
            Phase::Expired(id) | Phase::Cancelled(id) => Some(id),
            Phase::Failed(Some(id), failure) if failure.side != Side::Model => Some(id),
            _ => None,
        }
    }

    /// How well this page hears of it, while it is with the queue.
    pub fn connection(&self) -> Option<&Connection> {
        match &self.phase {
            Phase::Queued(_, connection, _)
            | Phase::Running(_, connection, _)
            | Phase::Fetching(_, connection) => Some(connection),
            _ => None,
        }
    }

    /// Whether anything is still to come.
    pub fn is_live(&self) -> bool {
        self.phase == Phase::Sending || self.connection().is_some()
    }

    /// How long it may still take, by past runs and its steps; nothing where that is unknown, or
    /// where it takes longer than it should.
    pub fn estimate(&self, now: Millis) -> Option<Estimate> {
        let is_asked = matches!(self.phase, Phase::Queued(..) | Phase::Running(..));
        is_asked.then(|| self.watch.estimate((self.created, self.started), now))?
    }
}

impl Expected {
    /// How much work that is, in steps times pixels. What is not known counts as one step of a
    /// megapixel, so that it is the same for all jobs of the model.
    pub fn work(&self) -> u64 {
        let pixels = self.size.map_or(1 << 20, |(wide, high)| u64::from(wide) * u64::from(high));
        let steps = u64::from(self.steps.unwrap_or(1).max(1));
        pixels.max(1).saturating_mul(steps).saturating_mul(u64::from(self.count.max(1)))
    }
}
