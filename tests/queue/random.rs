//! Any events in any order: what must hold whatever happens to a job.

use flux_studio::queue::{
    Cache, Call, Effect, Event, Lost, Phase, Reply, RequestId, Surroundings, step,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::matrix::ROWS;
use crate::{endpoint, job};

/// What may happen, before it is known whose answer it is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Submit,
    Status,
    Result,
    Cancel,
    CancelPressed,
    Woken,
    Restored,
}

const GOOD: [&str; 12] = [
    r#"{"request_id":"r-1","queue_position":4}"#,
    r#"{"request_id":"r-2","status":"IN_QUEUE"}"#,
    r#"{"status":"IN_QUEUE","queue_position":1}"#,
    r#"{"status":"IN_PROGRESS","logs":[{"message":"3/28"}]}"#,
    r#"{"status":"IN_PROGRESS"}"#,
    r#"{"status":"SOMETHING_NEW"}"#,
    r#"{"status":"COMPLETED","request_id":"r-3"}"#,
    r#"{"detail":"Request is still in progress"}"#,
    r#"{"images":[{"url":"https://a.example/b.png"}],"request_id":"r-4"}"#,
    r#"{"status":"CANCELLATION_REQUESTED"}"#,
    r#"{"status":"ALREADY_COMPLETED"}"#,
    r#"{"detail":"Stopped","error_type":"client_cancelled"}"#,
];

fn any_answer() -> impl Strategy<Value = Result<Reply, Lost>> {
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

fn any_event() -> impl Strategy<Value = (Kind, Result<Reply, Lost>, Surroundings)> {
    use Kind::{Cancel, CancelPressed, Restored, Result, Status, Submit, Woken};
    let kinds = vec![
        Submit,
        Submit,
        Status,
        Status,
        Status,
        Status,
        Result,
        Result,
        Cancel,
        CancelPressed,
        Woken,
        Restored,
    ];
    let world = (any::<u64>(), 0.0..1.0, any::<bool>())
        .prop_map(|(now, dice, hidden)| Surroundings { now, dice, hidden });
    (select(kinds), any_answer(), world)
}

fn call_of(kind: Kind, id: RequestId) -> Option<Call> {
    match kind {
        Kind::Submit => Some(Call::Submit(endpoint())),
        Kind::Status => Some(Call::Status(endpoint(), id)),
        Kind::Result => Some(Call::Result(endpoint(), id)),
        Kind::Cancel => Some(Call::Cancel(endpoint(), id)),
        _ => None,
    }
}

fn is_question(call: &Call) -> bool {
    matches!(call, Call::Status(..) | Call::Result(..))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn a_job_keeps_its_promises_whatever_happens(
        events in prop::collection::vec(any_event(), 0..24),
    ) {
        let world = Surroundings { now: 0, dice: 0.0, hidden: false };
        let (mut job, effects) = step(job(Phase::Sending), Event::Created, world);
        prop_assert_eq!(effects, vec![Effect::Send(Call::Submit(endpoint()), 0)]);
        // Whether a question is waiting to leave or on its way.
        let mut asking = false;
        for (kind, answer, world) in events {
            let before = job.clone();
            let id = before.request_id().cloned();
            let own = id.clone().unwrap_or_else(|| RequestId::parse("r-0").unwrap());
            let call = call_of(kind, own);
            if call.as_ref().is_some_and(is_question) {
                asking = false;
            }
            let event = match (kind, call) {
                (_, Some(call)) => Event::Answered(call, answer),
                (Kind::CancelPressed, _) => Event::CancelPressed,
                (Kind::Woken, _) => Event::Woken,
                _ => Event::Restored,
            };
            let (after, effects) = step(before.clone(), event.clone(), world);

            let mut sent = 0;
            for effect in &effects {
                let Effect::Send(call, _) = effect else { continue };
                sent += 1;
                asking |= is_question(call);
                let own = after.request_id().cloned().expect("only a job with an id asks");
                prop_assert!(
                    [Kind::Status, Kind::Result, Kind::Cancel]
                        .map(|kind| call_of(kind, own.clone()))
                        .contains(&Some(call.clone())),
                    "{event:?} sends {call:?}"
                );
            }
            prop_assert!(sent <= 1, "{effects:?}");
            if let Some(id) = &id {
                prop_assert_eq!(after.request_id(), Some(id), "the id is lost");
            } else if after.request_id().is_some() {
                prop_assert_eq!(effects.first(), Some(&Effect::Save), "asked before it is on disk");
            }
            if !before.is_live() {
                prop_assert_eq!(&after, &before);
                prop_assert!(effects.is_empty(), "{event:?} of an ended job: {effects:?}");
            } else if !after.is_live() {
                prop_assert_eq!(effects.first(), Some(&Effect::Save), "an end is written down");
                let learns = |effect: &Effect| matches!(effect, Effect::Learn(_));
                prop_assert!(effects.iter().skip(1).all(learns), "{effects:?}");
            }
            if after.connection().is_some() {
                prop_assert!(asking, "{event:?} leaves {:?} without a way on", after.phase);
            }
            job = after;
        }
    }
}
