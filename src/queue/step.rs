//! The job machine: `step(job, event) -> (job, effects)`.
//!
//! Two rules hold in every state. Only fal can fail a job: a lost connection is written beside
//! the state and the questions go on. And a submit is never repeated from here: when its reply is
//! lost the job is unconfirmed, and the person decides.

use super::wire::{self, CancelAnswer, Fetched, Polled, Submitted};
use super::{
    Answer, Body, Call, Cancel, Connection, Failure, Job, Millis, Pace, Phase, RequestId, Run,
};

/// What happens to a job.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// It was made, and is on disk.
    Created,
    /// It was read back from disk when the page opened, or this page now asks for all.
    Restored,
    /// The person says by which id the queue knows it.
    Attached(RequestId),
    /// A call ended.
    Answered(Call, Answer),
    /// The person wants it stopped.
    CancelPressed,
    /// The person wants to know once more what became of it.
    AskedAgain,
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

/// A job on its way through a step, and what it asks for.
type Stepped = (Job, Vec<Effect>);

/// Moves a job on.
pub fn step(job: Job, event: Event, world: Surroundings) -> Stepped {
    match event {
        Event::Created => created(job),
        Event::Restored => restored(job, world),
        Event::Attached(id) => attached(job, id),
        Event::Woken => job.ask_when_wanted(world, Vec::new()),
        Event::CancelPressed => cancel_pressed(job),
        Event::AskedAgain => asked_again(job),
        // What is heard of an id that was given up says nothing of this one.
        Event::Answered(call, _)
            if call.request_id().is_some_and(|id| job.request_id() != Some(id)) =>
        {
            job.ask_at_once(Vec::new())
        }
        Event::Answered(call, answer) => match call {
            Call::Submit(_) => after_submit(job, &answer, world),
            Call::Status(..) => after_status(job, &answer, world),
            Call::Result(..) => after_result(job, &answer, world),
            Call::Cancel(..) => after_cancel(job, &answer),
        },
    }
}

/// Whatever happens, only a job that has never been anywhere is sent, and once.
fn created(mut job: Job) -> Stepped {
    if job.phase != Phase::Sending || job.watch.is_sent {
        return (job, Vec::new());
    }
    job.watch.is_sent = true;
    let submit = Effect::Send(Call::Submit(job.endpoint.clone()), 0);
    (job, vec![submit])
}

fn restored(mut job: Job, world: Surroundings) -> Stepped {
    if job.phase == Phase::Sending {
        job.phase = Phase::Unconfirmed(Failure::page_closed());
        return (job, vec![Effect::Save]);
    }
    // Whether the wish to cancel left before the page went, nobody knows; asking twice is harmless.
    let is_cancelling = job.connection().is_some_and(|c| c.cancel == Cancel::Asked);
    let cancel = job.cancel().filter(|_| is_cancelling);
    job.ask_when_wanted(world, cancel.into_iter().collect())
}

fn attached(mut job: Job, id: RequestId) -> Stepped {
    let Phase::Unconfirmed(failure) = &job.phase else { return (job, Vec::new()) };
    // Nobody has seen that the id is right.
    job.watch.unconfirmed = Some(failure.clone());
    job.phase = Phase::Queued(id, Connection::default(), None);
    job.ended = None;
    job.ask_at_once(vec![Effect::Save])
}

/// That a request is unknown, or how it failed, may have been said by somebody else than fal: another
/// proxy, or one that had lost its key. And what was to be stopped may have been done by then.
fn asked_again(mut job: Job) -> Stepped {
    let Some(id) = job.id_to_ask_again().cloned() else { return (job, Vec::new()) };
    job.phase = Phase::Queued(id, Connection::default(), None);
    job.ended = None;
    job.ask_at_once(vec![Effect::Save])
}

fn cancel_pressed(mut job: Job) -> Stepped {
    let Some((_, connection)) = job.live() else { return (job, Vec::new()) };
    connection.cancel = Cancel::Asked;
    let effects = [Effect::Save].into_iter().chain(job.cancel()).collect();
    (job, effects)
}

fn after_submit(mut job: Job, answer: &Answer, world: Surroundings) -> Stepped {
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
            job.ask_again(world, None, vec![Effect::Save])
        }
        Submitted::Refused(failure) => job.end(Phase::Failed(None, failure), world),
        Submitted::Unclear(failure) => job.end(Phase::Unconfirmed(failure), world),
    }
}

fn after_status(mut job: Job, answer: &Answer, world: Surroundings) -> Stepped {
    let Some((id, connection)) = job.live() else { return (job, Vec::new()) };
    let id = id.clone();
    let connection = Connection { cancel: connection.cancel.clone(), ..Connection::default() };
    let started = matches!(job.phase, Phase::Running(..));
    let polled = wire::polled(answer, &id);
    let unconfirmed = match polled {
        Polled::Trouble(_) => None,
        _ => job.watch.unconfirmed.take(),
    };
    match polled {
        Polled::Trouble(failure) => return job.in_trouble(failure, answer, world),
        Polled::Gone => {
            let phase = match unconfirmed {
                Some(failure) => Phase::Unconfirmed(failure.with_unknown_id(&id)),
                None => connection.gone(id),
            };
            return job.end(phase, world);
        }
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
        Polled::Completed { lines, took, failure } => {
            job.watch.completed(lines, took, failure, world.now);
            job.started = job.watch.started((job.created, job.started), world.now);
            job.phase = Phase::Fetching(id, connection);
            let is_known = unconfirmed.map(|_| Effect::Save);
            return job.ask_at_once(is_known.into_iter().collect());
        }
        Polled::Unknown => {
            job.watch.goes_on(world.now);
            if let Some((_, old)) = job.live() {
                *old = connection;
            }
        }
    }
    let news = unconfirmed.is_some() || started != matches!(job.phase, Phase::Running(..));
    job.ask_again(world, None, if news { vec![Effect::Save] } else { Vec::new() })
}

fn after_result(mut job: Job, answer: &Answer, world: Surroundings) -> Stepped {
    let Some((id, connection)) = job.live() else { return (job, Vec::new()) };
    let (id, connection) = (id.clone(), connection.clone());
    // What the status said of a failure, where the result says nothing.
    let told = job.watch.failure.clone();
    match wire::fetched(answer, &job.outputs, connection.trouble.as_ref()) {
        Fetched::Done(output) => {
            let learned = job.watch.learned(&job.endpoint, job.expects.work(), job.created);
            let (job, mut effects) = job.end(Phase::Done(id, output), world);
            effects.extend(learned.map(Effect::Learn));
            (job, effects)
        }
        Fetched::Failed(failure) => {
            let failure = told.filter(|_| failure.unreadable > 0).unwrap_or(failure);
            job.end(failed(id, failure), world)
        }
        Fetched::Cancelled => job.end(Phase::Cancelled(id), world),
        // It was complete, so it was not stopped.
        Fetched::Gone => match told {
            Some(failure) => job.end(failed(id, failure), world),
            None => job.end(Phase::Expired(id), world),
        },
        Fetched::Trouble(failure) => match told {
            // The model's own answer is none that could be read, and will be none.
            Some(told) if failure.is_whole() && connection.failures >= wire::TRIES => {
                job.end(failed(id, told), world)
            }
            _ => job.in_trouble(failure, answer, world),
        },
        Fetched::NotYet => {
            let connection = Connection { cancel: connection.cancel, ..Connection::default() };
            job.phase = Phase::Running(id, connection, job.watch.log.steps());
            job.ask_again(world, None, Vec::new())
        }
    }
}

/// What fal calls the end of a job that was wanted to stop is no failure.
fn failed(id: RequestId, failure: Failure) -> Phase {
    match failure.kind.as_deref() {
        Some(wire::CANCELLED) => Phase::Cancelled(id),
        _ => Phase::Failed(Some(id), failure),
    }
}

fn after_cancel(mut job: Job, answer: &Answer) -> Stepped {
    let Some((_, connection)) = job.live() else { return (job, Vec::new()) };
    match wire::cancelled(answer) {
        // Whether it stopped is what the next polls tell.
        CancelAnswer::Asked => {
            connection.cancel = Cancel::Taken;
            job.ask_at_once(vec![Effect::Save])
        }
        CancelAnswer::TooLate | CancelAnswer::Gone => job.ask_at_once(Vec::new()),
        CancelAnswer::Trouble(failure) => {
            connection.cancel = Cancel::Refused(failure);
            (job, vec![Effect::Save])
        }
    }
}

impl Connection {
    /// What becomes of a job that the queue does not know: it has left the queue as it was wished to, or
    /// long ago.
    fn gone(&self, id: RequestId) -> Phase {
        match self.cancel {
            Cancel::Taken => Phase::Cancelled(id),
            Cancel::No | Cancel::Asked | Cancel::Refused(_) => Phase::Expired(id),
        }
    }
}

impl Job {
    fn live(&mut self) -> Option<(&RequestId, &mut Connection)> {
        match &mut self.phase {
            Phase::Queued(id, connection, _)
            | Phase::Running(id, connection, _)
            | Phase::Fetching(id, connection) => Some((id, connection)),
            _ => None,
        }
    }

    /// Goes on from what this page has seen of it, and from how many answers in a row were none: what
    /// another page tells of it does not tell that.
    pub fn go_on_from(&mut self, known: &Self) {
        let unconfirmed = self.watch.unconfirmed.take();
        self.watch = known.watch.clone();
        self.watch.unconfirmed = unconfirmed;
        let failures = known.connection().map_or(0, |connection| connection.failures);
        if let Some((_, connection)) = self.live()
            && connection.trouble.is_some()
        {
            connection.failures = failures;
        }
    }

    /// Asking for it to be stopped, while it is with the queue.
    fn cancel(&self) -> Option<Effect> {
        self.connection()?;
        Some(Effect::Send(Call::Cancel(self.endpoint.clone(), self.request_id()?.clone()), 0))
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

    fn ask_at_once(self, mut effects: Vec<Effect>) -> Stepped {
        effects.extend(self.next_question().map(|call| Effect::Send(call, 0)));
        (self, effects)
    }

    /// The same, but who wants not to be asked for a while is left alone, however often somebody looks
    /// at the page.
    fn ask_when_wanted(self, world: Surroundings, mut effects: Vec<Effect>) -> Stepped {
        let rest = self.watch.rest(world.now);
        effects.extend(self.next_question().map(|call| Effect::Send(call, rest)));
        (self, effects)
    }

    /// Asks when it is worth it, and not before a server wants to be asked again.
    fn ask_again(
        mut self,
        world: Surroundings,
        retry_after: Option<u32>,
        mut effects: Vec<Effect>,
    ) -> Stepped {
        let failures = self.connection().map_or(0, |connection| connection.failures);
        let pace = Pace { failures, retry_after, hidden: world.hidden, ..Pace::default() };
        if let Some(call) = self.next_question() {
            let times = (self.created, self.started);
            let wait = self.watch.next_poll(times, world.now, pace, world.dice);
            effects.push(Effect::Send(call, wait));
        }
        (self, effects)
    }

    fn in_trouble(mut self, failure: Failure, answer: &Answer, world: Surroundings) -> Stepped {
        let heard = self.watch.heard();
        let Some((_, connection)) = self.live() else { return (self, Vec::new()) };
        connection.heard = heard.or(connection.heard);
        connection.trouble = Some(failure);
        connection.failures = connection.failures.saturating_add(1);
        let retry_after = answer.as_ref().ok().and_then(|reply| reply.retry_after);
        self.watch.rests(retry_after, world.now);
        self.ask_again(world, retry_after, Vec::new())
    }

    fn end(mut self, phase: Phase, world: Surroundings) -> Stepped {
        self.phase = phase;
        self.ended = Some(self.watch.ended.unwrap_or(world.now));
        (self, vec![Effect::Save])
    }
}
