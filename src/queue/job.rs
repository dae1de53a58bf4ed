//! The job machine: `step(job, event) -> (job, effects)`.
//!
//! Two rules hold in every state. Only fal can fail a job: a lost connection is written beside
//! the state and the questions go on. And a submit is never repeated from here: when its reply is
//! lost the job is unconfirmed, and the person decides.

use std::sync::Arc;

use super::wire::{self, CancelAnswer, Fetched, Polled, Submitted};
use super::{Answer, Call, EndpointId, Failure, Millis, Output, Pace, RequestId, next_poll};
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

/// How many steps of how many a model has done, by its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub of: u32,
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
            Call::Probe | Call::Document(_) => (job, Vec::new()),
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
        Polled::Queued(position) => job.phase = Phase::Queued(id, connection, position),
        Polled::Running(steps) => {
            let known = match &job.phase {
                Phase::Running(_, _, known) => *known,
                _ => None,
            };
            job.phase = Phase::Running(id, connection, steps.or(known));
            job.started.get_or_insert(world.now);
        }
        Polled::Completed => {
            job.started.get_or_insert(world.now);
            let call = Call::Result(job.endpoint.clone(), id.clone());
            job.phase = Phase::Fetching(id, connection);
            return (job, vec![Effect::Send(call, 0)]);
        }
        _ => {
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
        Fetched::Done(output) => job.end(Phase::Done(id, output), world),
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

    fn ask_again(self, world: Surroundings, mut effects: Vec<Effect>) -> (Self, Vec<Effect>) {
        let pace = Pace {
            age: world.now.saturating_sub(self.created),
            hidden: world.hidden,
            failures: self.connection().map_or(0, |c| c.failures),
            retry_after: None,
        };
        if let Some(call) = self.next_question() {
            effects.push(Effect::Send(call, next_poll(pace, world.dice)));
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
        let pace = Pace {
            age: 0,
            failures: connection.failures,
            retry_after: answer.as_ref().ok().and_then(|reply| reply.retry_after),
            hidden: world.hidden,
        };
        let effect =
            self.next_question().map(|call| Effect::Send(call, next_poll(pace, world.dice)));
        (self, effect.into_iter().collect())
    }

    fn end(mut self, phase: Phase, world: Surroundings) -> (Self, Vec<Effect>) {
        self.phase = phase;
        self.ended = Some(world.now);
        (self, vec![Effect::Save])
    }
}

impl Steps {
    /// Finds steps in a line of log: `18/28` as tqdm writes it, or `step 18 of 28`.
    pub fn read(line: &str) -> Option<Self> {
        let number = |text: &str| text.parse::<u32>().ok();
        let sane = |done, of| (of > 1 && done <= of && of <= 10_000).then_some(Self { done, of });
        let mut words =
            line.split(|c: char| c.is_whitespace() || matches!(c, '|' | '[' | ']' | ','));
        let slashed = words.find_map(|word| {
            let (done, of) = word.split_once('/')?;
            sane(number(done)?, number(of)?)
        });
        slashed.or_else(|| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words.windows(3).find_map(|three| match three {
                [done, "of", of] => sane(number(done)?, number(of.trim_end_matches([':', ',']))?),
                _ => None,
            })
        })
    }
}
