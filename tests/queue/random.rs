//! Any events in any order: what must hold whatever happens to a job. The job lives here as it does on a
//! page: questions wait and leave, calls are answered or lost, and when the page is loaded anew there is
//! only what was written down.

use flux_studio::queue::{
    Answer, Body, Cache, Call, Cancel, Effect, Event, Job, Lost, Phase, Reply, RequestId,
    Surroundings, from_text, step, to_text,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::matrix::ROWS;
use crate::{endpoint, failure_of, job};

/// What may happen next.
#[derive(Debug, Clone)]
enum Move {
    /// The question that waits leaves.
    Leaves,
    /// One of the calls that are under way is answered.
    Answered(Index, Answer),
    /// A call is answered that this page does not wait for any more.
    Stray(Asks, Answer),
    CancelPressed,
    Woken,
    /// The person gives an id, the number so many.
    Attached(u8),
    AskedAgain,
    /// It is told again that the job is new.
    Created,
    /// The tab that asks for all is this one now.
    TakenOver,
    /// The page is loaded anew.
    Reloaded,
}

fn any_move() -> impl Strategy<Value = Move> {
    let stray =
        (select(vec![Asks::Submit, Asks::Status, Asks::Result, Asks::Cancel]), any_answer())
            .prop_map(|(asks, answer)| Move::Stray(asks, answer));
    let answered =
        (any::<Index>(), any_answer()).prop_map(|(at, answer)| Move::Answered(at, answer));
    prop_oneof![
        6 => Just(Move::Leaves),
        8 => answered,
        2 => stray,
        1 => Just(Move::CancelPressed),
        1 => Just(Move::Woken),
        1 => (0..3u8).prop_map(Move::Attached),
        1 => Just(Move::AskedAgain),
        1 => Just(Move::Created),
        1 => Just(Move::TakenOver),
        1 => Just(Move::Reloaded),
    ]
}

/// A kind of call that a job makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    Submit,
    Status,
    Result,
    Cancel,
}

impl Asks {
    fn call(self, id: RequestId) -> Call {
        match self {
            Self::Submit => Call::Submit(endpoint()),
            Self::Status => Call::Status(endpoint(), id),
            Self::Result => Call::Result(endpoint(), id),
            Self::Cancel => Call::Cancel(endpoint(), id),
        }
    }

    fn of(call: &Call) -> Self {
        match call {
            Call::Submit(_) => Self::Submit,
            Call::Status(..) => Self::Status,
            Call::Result(..) => Self::Result,
            Call::Cancel(..) => Self::Cancel,
        }
    }

    fn is_question(self) -> bool {
        matches!(self, Self::Status | Self::Result)
    }

    /// An answer with which the job comes to its end.
    fn good_answer(self) -> Answer {
        let body = match self {
            Self::Submit => r#"{"request_id":"r-9","status":"IN_QUEUE"}"#,
            Self::Status => r#"{"status":"COMPLETED"}"#,
            Self::Result => r#"{"images":[{"url":"https://a.example/b.png"}]}"#,
            Self::Cancel => r#"{"status":"ALREADY_COMPLETED"}"#,
        };
        let cache = Cache::default();
        Ok(Reply { status: 200, body: body.to_owned(), retry_after: None, demo: false, cache })
    }
}

const GOOD: [&str; 14] = [
    r#"{"request_id":"r-1","queue_position":4}"#,
    r#"{"request_id":"r-2","status":"IN_QUEUE"}"#,
    r#"{"status":"IN_QUEUE","queue_position":1}"#,
    r#"{"status":"IN_PROGRESS","logs":[{"message":"3/28"}]}"#,
    r#"{"status":"IN_PROGRESS"}"#,
    r#"{"status":"SOMETHING_NEW"}"#,
    r#"{"status":"COMPLETED","request_id":"r-3"}"#,
    r#"{"status":"COMPLETED","error":"It went away","error_type":"runner_disconnected"}"#,
    r#"{"detail":"Request is still in progress"}"#,
    r#"{"images":[{"url":"https://a.example/b.png"}],"request_id":"r-4"}"#,
    r#"{"status":"CANCELLATION_REQUESTED"}"#,
    r#"{"status":"ALREADY_COMPLETED"}"#,
    r#"{"status":"NOT_FOUND"}"#,
    r#"{"detail":"Stopped","error_type":"client_cancelled"}"#,
];

fn any_answer() -> impl Strategy<Value = Answer> {
    let good = (select(&GOOD[..]), select(vec![200u16, 202]))
        .prop_map(|(body, status)| (status, body.to_owned()));
    let bad = select(ROWS).prop_map(|(status, body, ..)| (status, body.to_owned()));
    let odd = (any::<u16>(), any::<String>());
    let reply = (prop_oneof![5 => good, 2 => bad, 1 => odd], any::<Option<u32>>());
    prop_oneof![
        8 => reply.prop_map(|((status, body), retry_after)| {
            Ok(Reply { status, body, retry_after, demo: false, cache: Cache::default() })
        }),
        1 => select(vec![Lost::Network, Lost::Cut, Lost::Timeout(15)]).prop_map(Err),
    ]
}

fn any_world() -> impl Strategy<Value = Surroundings> {
    (any::<u64>(), 0.0..1.0, any::<bool>()).prop_map(|(now, dice, hidden)| Surroundings {
        now,
        dice,
        hidden,
    })
}

/// A job on a page that does what it is asked to.
struct Life {
    job: Job,
    /// What is written down of it.
    disk: String,
    /// The question that has not left yet.
    waiting: Option<Call>,
    /// The calls that are under way: of questions one at most.
    under_way: Vec<Call>,
    /// How many submits have ever left.
    submits: usize,
    /// Whether the queue has answered to the wish to cancel, if there is one.
    is_wish_heard: bool,
    /// Whether its id was given by hand, and nobody has seen yet that it is right.
    is_guessed: bool,
}

impl Life {
    /// A new job, written down and sent.
    fn new(world: Surroundings) -> Result<Self, TestCaseError> {
        let job = job(Phase::Sending);
        let disk = to_text(&job);
        let (waiting, under_way) = (None, Vec::new());
        let mut life = Self {
            job,
            disk,
            waiting,
            under_way,
            submits: 0,
            is_wish_heard: false,
            is_guessed: false,
        };
        life.happens(Event::Created, world)?;
        prop_assert_eq!(life.submits, 1, "a new job is sent");
        Ok(life)
    }

    fn plays(&mut self, one: Move, world: Surroundings) -> Result<(), TestCaseError> {
        let id = |number| RequestId::parse(&format!("given-{number}")).expect("an id");
        let event = match one {
            Move::Leaves => return self.leaves(),
            Move::Answered(..) if self.under_way.is_empty() => return Ok(()),
            Move::Answered(at, answer) => {
                let call = self.under_way.remove(at.index(self.under_way.len()));
                Event::Answered(call, answer)
            }
            Move::Stray(asks, answer) => {
                let own = self.job.request_id().cloned().unwrap_or_else(|| id(9));
                Event::Answered(asks.call(own), answer)
            }
            Move::CancelPressed => Event::CancelPressed,
            Move::Woken => Event::Woken,
            Move::Attached(number) => Event::Attached(id(number)),
            Move::AskedAgain => Event::AskedAgain,
            Move::Created => Event::Created,
            Move::TakenOver if self.job.phase == Phase::Sending => return Ok(()),
            Move::TakenOver => Event::Restored,
            Move::Reloaded => return self.reloads(world),
        };
        self.happens(event, world)
    }

    fn leaves(&mut self) -> Result<(), TestCaseError> {
        // As long as one question is under way, no other leaves.
        if let Some(call) = self.waiting.take()
            && !self.is_asking()
        {
            self.under_way.push(call);
        }
        self.has_a_way_on()
    }

    fn is_asking(&self) -> bool {
        self.under_way.iter().any(|call| Asks::of(call).is_question())
    }

    /// What was under way is lost, and what was seen and not written down.
    fn reloads(&mut self, world: Surroundings) -> Result<(), TestCaseError> {
        let (id, was_live) = (self.job.request_id().cloned(), self.job.is_live());
        let was_wanted = wish(&self.job) == Some(true);
        let before = from_text(&to_text(&self.job)).expect("a record");
        self.waiting = None;
        self.under_way.clear();
        self.job = from_text(&self.disk).expect("what was written down can be read");
        self.is_wish_heard = self.job.connection().is_some_and(|c| c.cancel == Cancel::Taken);
        prop_assert_eq!(self.job.request_id(), id.as_ref(), "the id was not written down");
        if was_wanted {
            prop_assert_eq!(wish(&self.job), Some(true), "the wish to cancel was not written down");
        }
        let (same, effects) = step(self.job.clone(), Event::Created, world);
        prop_assert_eq!((&same, effects.len()), (&self.job, 0), "what is read is taken for new");
        if !was_live {
            prop_assert_eq!(&self.job, &before, "the end was not written down");
        }
        self.happens(Event::Restored, world)
    }

    /// One step, and what it asks for. What must hold of each is checked here.
    fn happens(&mut self, event: Event, world: Surroundings) -> Result<(), TestCaseError> {
        let before = self.job.clone();
        let told = format!("{event:?}");
        let (after, effects) = step(before.clone(), event.clone(), world);

        match (before.request_id(), after.request_id()) {
            // That one was a person's guess, and fal has not known it.
            (Some(_), None) if self.is_guessed && matches!(after.phase, Phase::Unconfirmed(_)) => {}
            (Some(id), now) => prop_assert_eq!(now, Some(id), "{} loses the id", told),
            (None, Some(_)) => {
                prop_assert_eq!(
                    effects.first(),
                    Some(&Effect::Save),
                    "{}: asked before it is on disk",
                    told
                );
            }
            (None, None) => {}
        }
        let is_found_again = match (&before.phase, &event) {
            (Phase::Unconfirmed(_), Event::Attached(_)) => true,
            (_, Event::AskedAgain) => before.id_to_ask_again().is_some(),
            _ => false,
        };
        if !before.is_live() && !is_found_again {
            prop_assert_eq!(&after, &before, "{} moves what has ended", told);
            prop_assert_eq!(&effects, &[], "{} of what has ended", told);
        }
        if before.is_live() && !after.is_live() {
            prop_assert_eq!(
                effects.first(),
                Some(&Effect::Save),
                "{}: an end is written down",
                told
            );
        }
        let is_settled = matches!(event, Event::Answered(Call::Cancel(..), _));
        if wish(&before) == Some(true) && !is_settled {
            prop_assert!(wish(&after) != Some(false), "{told} forgets the wish to cancel");
        }
        match &event {
            Event::CancelPressed => self.is_wish_heard = false,
            Event::Answered(Call::Cancel(..), _) => self.is_wish_heard = true,
            // Another event needs a move of its own above.
            Event::Created
            | Event::Restored
            | Event::Attached(_)
            | Event::AskedAgain
            | Event::Woken
            | Event::Answered(..) => {}
        }
        self.is_guessed = match &event {
            Event::Attached(_) if is_found_again => true,
            // A status that tells of the job shows that the id is right.
            Event::Answered(Call::Status(_, id), _) if before.request_id() == Some(id) => {
                let is_told = after.connection().is_none_or(|c| c.trouble.is_none());
                self.is_guessed && !(before.is_live() && is_told)
            }
            _ => self.is_guessed,
        };
        self.job = after;
        for effect in effects {
            match effect {
                Effect::Save => self.disk = to_text(&self.job),
                Effect::Learn(_) => {
                    prop_assert!(matches!(self.job.phase, Phase::Done(..)), "{told} teaches");
                }
                Effect::Send(call, _) => self.sends(call, &told)?,
            }
        }
        self.has_a_way_on()
    }

    fn sends(&mut self, call: Call, told: &str) -> Result<(), TestCaseError> {
        let asks = Asks::of(&call);
        if asks == Asks::Submit {
            self.submits += 1;
            prop_assert_eq!(self.submits, 1, "{} submits twice", told);
            self.under_way.push(call);
            return Ok(());
        }
        prop_assert!(self.job.is_live(), "{} asks about what has ended", told);
        let own = self.job.request_id().cloned().expect("only a job with an id asks");
        prop_assert_eq!(&call, &asks.call(own), "{} asks about something else", told);
        if asks.is_question() {
            self.waiting = Some(call);
        } else {
            prop_assert!(
                wish(&self.job) == Some(true),
                "{} cancels what nobody wants cancelled",
                told
            );
            self.under_way.push(call);
        }
        Ok(())
    }

    /// Whether something is still to come, or something is left to do for the person.
    fn has_a_way_on(&self) -> Result<(), TestCaseError> {
        let phase = &self.job.phase;
        let is_under_way = |asks| self.under_way.iter().any(|call| Asks::of(call) == asks);
        if let Some(is_wanted) = wish(&self.job) {
            prop_assert!(self.waiting.is_some() || self.is_asking(), "no way on from {phase:?}");
            if is_wanted {
                let is_settled = self.is_wish_heard || is_under_way(Asks::Cancel);
                prop_assert!(is_settled, "a wish to cancel is lost in {phase:?}");
            }
            return Ok(());
        }
        match phase {
            Phase::Sending => prop_assert!(is_under_way(Asks::Submit), "waits for nothing"),
            Phase::Done(..) => {}
            Phase::Failed(..) | Phase::Unconfirmed(_) => {
                let failure = failure_of(&self.job).expect("a failure");
                prop_assert!(!failure.what.is_empty() && !failure.advice.is_empty(), "{failure:?}");
                prop_assert!(self.job.body != Body::Gone, "cannot be tried again");
            }
            Phase::Cancelled(_) | Phase::Expired(_) => {
                prop_assert!(self.job.body != Body::Gone, "cannot be tried again");
            }
            Phase::Queued(..) | Phase::Running(..) | Phase::Fetching(..) => {
                prop_assert!(false, "{phase:?} is with the queue");
            }
        }
        Ok(())
    }
}

/// Whether a job that is with the queue is wanted to stop.
fn wish(job: &Job) -> Option<bool> {
    job.connection().map(|connection| connection.cancel.is_wanted())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn a_job_keeps_its_promises_whatever_happens(
        moves in prop::collection::vec((any_move(), any_world()), 0..32),
    ) {
        let world = Surroundings { now: 0, dice: 0.0, hidden: false };
        let mut life = Life::new(world)?;
        for (one, world) in moves {
            life.plays(one, world)?;
        }
        // As soon as all answers are good, it comes to its end, with nothing done for it.
        // Every call that is under way is answered, the latest first.
        for _ in 0..life.under_way.len() + 8 {
            life.leaves()?;
            if let Some(call) = life.under_way.pop() {
                let answer = Asks::of(&call).good_answer();
                life.happens(Event::Answered(call, answer), world)?;
            }
        }
        prop_assert!(!life.job.is_live(), "it does not end: {:?}", life.job.phase);
        // And it is the same for who opens the page later.
        life.reloads(world)?;
        prop_assert_eq!(life.submits, 1);
    }
}
