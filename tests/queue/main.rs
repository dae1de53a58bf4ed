//! The job machine against everything a proxy, fal, a model or the network may answer, and the
//! words a person reads about it. `matrix` and `hard` have the answers one by one, `random` has
//! them in any order, `words` and `table` what is said, `report` what may be passed on of it, `ledger`
//! jobs on their way to disk and back, `wishes` what a person wants of them, `pacing` how soon pictures
//! come, `learning` what is foretold, `clocks` how long a job waited and worked.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

#[allow(dead_code, reason = "the form is tested with more of it")]
#[path = "../chance/mod.rs"]
mod chance;
mod clocks;
mod hard;
mod learning;
mod ledger;
mod matrix;
mod pacing;
mod probe;
mod random;
mod report;
mod table;
mod wishes;
mod words;

use flux_studio::form::Draft;
use flux_studio::queue::{
    Body, Cache, Cancel, Connection, EndpointId, Expected, Failure, FileUrl, Job, JobId, Lost,
    Phase, Reply, RequestId, Surroundings, Viewer, Watch,
};

const WORLD: Surroundings = Surroundings { now: 5_000, dice: 0.5, hidden: false };

fn endpoint() -> EndpointId {
    EndpointId::parse("fal-ai/flux/dev").unwrap()
}

fn request_id() -> RequestId {
    RequestId::parse("r-1").unwrap()
}

fn job(phase: Phase) -> Job {
    Job {
        id: JobId("job".to_owned()),
        endpoint: endpoint(),
        body: Body::Here(r#"{"prompt":"a fox"}"#.into()),
        draft: Draft::new().into(),
        title: "a fox".to_owned(),
        expects: Expected { size: Some((1024, 768)), count: 1, steps: Some(28) },
        outputs: ["images", "timings", "seed"].map(str::to_owned).to_vec(),
        created: 1_000,
        started: None,
        ended: None,
        phase,
        watch: Watch::default(),
    }
}

fn reply(status: u16, body: &str) -> Result<Reply, Lost> {
    Ok(Reply {
        status,
        body: body.to_owned(),
        retry_after: None,
        demo: false,
        cache: Cache::default(),
    })
}

/// What a job has to say about what went wrong, wherever it keeps it.
fn failure_of(job: &Job) -> Option<&Failure> {
    match &job.phase {
        Phase::Failed(_, failure) | Phase::Unconfirmed(failure) => Some(failure),
        _ => match job.connection()? {
            Connection { trouble: Some(failure), .. }
            | Connection { cancel: Cancel::Refused(failure), .. } => Some(failure),
            _ => None,
        },
    }
}

#[test]
fn a_picture_is_never_shown_from_a_foreign_plain_http_host() {
    for url in [
        "http://localhost@example.com/a.png",
        "http://localhost:1@example.com/a.png",
        "http://localhost:pass@example.com/a.png",
        // The name and password are longer than any start that one might look at.
        "http://localhost:0123456789012345678901234567890123456789@example.com/a.png",
    ] {
        assert!(FileUrl::parse(url, Viewer::Picture).is_err(), "{url}");
    }
}
