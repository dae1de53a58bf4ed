//! The job machine: `step(job, event) -> (job, effects)`.
//!
//! Two rules hold in every state. Only fal can fail a job: a lost connection is written beside
//! the state and the questions go on. And a submit is never repeated from here: when its reply is
//! lost the job is unconfirmed, and the person decides.

use std::sync::Arc;

use super::wire::{self, CancelAnswer, Fetched, Polled, Submitted};
use super::{
    Answer, Call, EndpointId, Estimate, Failure, Millis, Output, Pace, RequestId, Run, Steps, Watch,
};
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
    /// Asked; the queue decides.
    Asked,
    /// Asking did not work.
    Refused(Failure),
}

/// What happens to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It was made, and is on disk.
    Created,
    /// It was read back from disk when the page opened.
    Restored,
    /// A call ended.
    Answered(Call, Answer),
    /// The person wants it stopped.
    CancelPressed,
    /// The page is looked at again, or the network is back.
    Woken,
}

/// What the page has to do for a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write it down.
    Save,
    /// Make a call after so many milliseconds. Of calls other than a cancel, a later one replaces
    /// an earlier one that has not left yet.
    Send(Call, u64),
    /// Remember how long it took, for the jobs to come.
    Learn(Run),
}

/// What a step may know of the world.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surroundings {
    /// The clock.
    pub now: Millis,
    /// A random number in 0.0..1.0.
    pub dice: f64,
    /// Whether nobody is looking at the page.
    pub hidden: bool,
}

/// Moves a job on.
pub fn step(job: Job, event: Event, world: Surroundings) -> (Job, Vec<Effect>) {
    match event {
        // Whatever happens, only a job that has never been anywhere is sent.
        Event::Created if job.phase != Phase::Sending => (job, Vec::new()),
        Event::Created => {
            let submit = Effect::Send(Call::Submit(job.endpoint.clone()), 0);
            (job, vec![submit])
        }
        Event::Restored => restored(job),
        Event::Woken => {
            let call = job.next_question();
            (job, call.map(|call| Effect::Send(call, 0)).into_iter().collect())
        }
        Event::CancelPressed => cancel_pressed(job),
        Event::Answered(call, answer) => match call {
            Call::Submit(_) => after_submit(job, &answer, world),
            Call::Status(..) => after_status(job, &answer, world),
            Call::Result(..) => after_result(job, &answer, world),
            Call::Cancel(..) => after_cancel(job, &answer),
        },
    }
}

fn restored(mut job: Job) -> (Job, Vec<Effect>) {
    if job.phase == Phase::Sending {
        job.phase = Phase::Unconfirmed(Failure::page_closed());
        return (job, vec![Effect::Save]);
    }
    let call = job.next_question();
    (job, call.map(|call| Effect::Send(call, 0)).into_iter().collect())
}

fn cancel_pressed(mut job: Job) -> (Job, Vec<Effect>) {
    let Some((id, connection)) = job.live() else { return (job, Vec::new()) };
    let id = id.clone();
    connection.cancel = Cancel::Asked;
    let call = Call::Cancel(job.endpoint.clone(), id);
    (job, vec![Effect::Send(call, 0)])
}

fn after_submit(mut job: Job, answer: &Answer, world: Surroundings) -> (Job, Vec<Effect>) {
    // A late answer to a job that is known to be somewhere changes nothing.
    if job.phase != Phase::Sending {
        return (job, Vec::new());
    }
    let size = match &job.body {
        Body::Here(body) => body.len(),
        Body::Kept | Body::Gone => 0,
    };
    match wire::submitted(answer, size) {
        Submitted::Accepted(id, position) => {
            job.phase = Phase::Queued(id, Connection::default(), position);
            job.watch.accepted(world.now);
            job.ask_again(world, vec![Effect::Save])
        }
        Submitted::Refused(failure) => job.end(Phase::Failed(None, failure), world),
        Submitted::Unclear(failure) => job.end(Phase::Unconfirmed(failure), world),
    }
}

fn after_status(mut job: Job, answer: &Answer, world: Surroundings) -> (Job, Vec<Effect>) {
    let Some((id, connection)) = job.live() else { return (job, Vec::new()) };
    let (id, mut connection) = (id.clone(), connection.clone());
    let polled = wire::polled(answer);
    match polled {
        Polled::Trouble(failure) => return job.in_trouble(failure, answer, world),
        Polled::Gone => return job.end(Phase::Expired(id), world),
        _ => {
            connection.trouble = None;
            connection.failures = 0;
        }
    }
    let started = matches!(job.phase, Phase::Running(..));
    match polled {
        Polled::Queued(position) => {
            job.watch.waits(position, world.now);
            job.phase = Phase::Queued(id, connection, position);
        }
        Polled::Running(lines) => {
            job.watch.works(lines, world.now);
            let known = match &job.phase {
                Phase::Running(_, _, known) => *known,
                _ => None,
            };
            job.phase = Phase::Running(id, connection, job.watch.log.steps().or(known));
            job.started.get_or_insert(job.watch.began(world.now));
        }
        Polled::Completed(lines, took) => {
            job.watch.completed(lines, took, world.now);
            job.started.get_or_insert(job.watch.began(world.now));
            let call = Call::Result(job.endpoint.clone(), id.clone());
            job.phase = Phase::Fetching(id, connection);
            return (job, vec![Effect::Send(call, 0)]);
        }
        _ => {
            job.watch.goes_on(world.now);
            if let Some((_, old)) = job.live() {
                *old = connection;
            }
        }
    }
    let news = started != matches!(job.phase, Phase::Running(..));
    job.ask_again(world, if news { vec![Effect::Save] } else { Vec::new() })
}

fn after_result(mut job: Job, answer: &Answer, world: Surroundings) -> (Job, Vec<Effect>) {
    let Some((id, connection)) = job.live() else { return (job, Vec::new()) };
    let (id, connection) = (id.clone(), connection.clone());
    match wire::fetched(answer, &job.outputs, connection.trouble.as_ref()) {
        Fetched::Done(output) => {
            let learned = job.watch.learned(&job.endpoint, job.expects.work(), job.created);
            let (job, mut effects) = job.end(Phase::Done(id, output), world);
            effects.extend(learned.map(Effect::Learn));
            (job, effects)
        }
        Fetched::Failed(failure) => job.end(Phase::Failed(Some(id), failure), world),
        Fetched::Cancelled => job.end(Phase::Cancelled(id), world),
        Fetched::Gone => job.end(Phase::Expired(id), world),
        Fetched::Trouble(failure) => job.in_trouble(failure, answer, world),
        Fetched::NotYet => {
            let connection = Connection { cancel: connection.cancel, ..Connection::default() };
            job.phase = Phase::Running(id, connection, None);
            job.ask_again(world, Vec::new())
        }
    }
}

fn after_cancel(mut job: Job, answer: &Answer) -> (Job, Vec<Effect>) {
    let Some((_, connection)) = job.live() else { return (job, Vec::new()) };
    match wire::cancelled(answer) {
        // Whether it stopped is what the next polls tell; ask at once.
        CancelAnswer::Asked | CancelAnswer::TooLate | CancelAnswer::Gone => {
            let call = job.next_question();
            (job, call.map(|call| Effect::Send(call, 0)).into_iter().collect())
        }
        CancelAnswer::Trouble(failure) => {
            connection.cancel = Cancel::Refused(failure);
            (job, Vec::new())
        }
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

    fn live(&mut self) -> Option<(&RequestId, &mut Connection)> {
        match &mut self.phase {
            Phase::Queued(id, connection, _)
            | Phase::Running(id, connection, _)
            | Phase::Fetching(id, connection) => Some((id, connection)),
            _ => None,
        }
    }

    /// What to ask the queue next, when there is something to ask.
    fn next_question(&self) -> Option<Call> {
        let id = self.request_id()?.clone();
        match self.phase {
            Phase::Queued(..) | Phase::Running(..) => Some(Call::Status(self.endpoint.clone(), id)),
            Phase::Fetching(..) => Some(Call::Result(self.endpoint.clone(), id)),
            _ => None,
        }
    }

    fn ask_again(mut self, world: Surroundings, mut effects: Vec<Effect>) -> (Self, Vec<Effect>) {
        let failures = self.connection().map_or(0, |c| c.failures);
        let pace = Pace { hidden: world.hidden, failures, ..Pace::default() };
        if let Some(call) = self.next_question() {
            let wait =
                self.watch.next_poll((self.created, self.started), world.now, pace, world.dice);
            effects.push(Effect::Send(call, wait));
        }
        (self, effects)
    }

    fn in_trouble(
        mut self,
        failure: Failure,
        answer: &Answer,
        world: Surroundings,
    ) -> (Self, Vec<Effect>) {
        let Some((_, connection)) = self.live() else { return (self, Vec::new()) };
        connection.trouble = Some(failure);
        connection.failures = connection.failures.saturating_add(1);
        let failures = connection.failures;
        let retry_after = answer.as_ref().ok().and_then(|reply| reply.retry_after);
        let pace = Pace { failures, retry_after, hidden: world.hidden, ..Pace::default() };
        let wait = self.watch.next_poll((self.created, self.started), world.now, pace, world.dice);
        let effect = self.next_question().map(|call| Effect::Send(call, wait));
        (self, effect.into_iter().collect())
    }

    fn end(mut self, phase: Phase, world: Surroundings) -> (Self, Vec<Effect>) {
        self.phase = phase;
        self.ended = Some(world.now);
        (self, vec![Effect::Save])
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
