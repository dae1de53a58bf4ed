//! One job of one page: Generate is pressed, and the moments are taken down from there to the picture.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use flux_proxy::demo::{Phase, Schedule, Submission};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::ground::{Ground, Side};

/// How long a submit may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What a person takes to look, at the least, until the next one.
const PAUSE: Duration = Duration::from_millis(400);

/// What came of one job. Milliseconds since it was complete at the upstream.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    /// The status request that found it complete reaches the proxy.
    pub noticed: f64,
    /// The request for the result does.
    pub fetched: f64,
    /// The request for the picture does.
    pub picture: f64,
    /// The picture is painted.
    pub painted: f64,
    /// How many status requests were made.
    pub asked: f64,
}

/// Has a page make a picture.
pub async fn turn(ground: &Ground<'_>, side: Side, schedule: &Schedule) -> Turn {
    ground.turn_to(side).await;
    sleep(PAUSE).await;
    ground.engine.schedule(schedule.clone());
    let before = ground.engine.submissions().len();
    let press = "document.querySelector('.generate').click(); arguments[0]()";
    ground.ask(press, &[]).await;
    let id = submitted(ground, side, before).await;
    let painted = ground.ask("picturePainted(arguments[0]).then(arguments[1])", &[json!(id)]).await;
    let painted = painted.as_f64().expect("a time");

    let ended = ended(ground, before, &id);
    let since = |moment: SystemTime| wall(moment) - ended;
    let mut asked = 0.0;
    let (mut noticed, mut fetched, mut picture) = (f64::NAN, f64::NAN, f64::NAN);
    for seen in ground.engine.requests().iter().filter(|seen| seen.target.contains(&id)) {
        match seen.phase {
            Phase::Status => {
                asked += 1.0;
                noticed = since(seen.at);
            }
            Phase::Result => fetched = since(seen.at),
            Phase::File => picture = since(seen.at),
            _ => {}
        }
    }
    Turn { noticed, fetched, picture, painted: painted - ended, asked }
}

/// The request id, as soon as there is one.
async fn submitted(ground: &Ground<'_>, side: Side, before: usize) -> String {
    let start = Instant::now();
    loop {
        let submissions = ground.engine.submissions();
        assert!(submissions.len() <= before + 1, "{side:?} has sent more than one request");
        if let Some(Submission { request_id: Some(id), input, .. }) = submissions.get(before) {
            let first = &submissions[0].input;
            assert_eq!(input, first, "the two pages do not ask for the same");
            return id.clone();
        }
        assert!(start.elapsed() < PATIENCE, "{side:?} sends nothing");
        sleep(Duration::from_millis(5)).await;
    }
}

fn ended(ground: &Ground<'_>, number: usize, id: &str) -> f64 {
    let submissions = ground.engine.submissions();
    let submission = &submissions[number];
    assert_eq!(submission.request_id.as_deref(), Some(id));
    wall(submission.ended.expect("a job whose picture is there has ended"))
}

/// Milliseconds since the epoch, as pages have them.
fn wall(moment: SystemTime) -> f64 {
    moment.duration_since(UNIX_EPOCH).expect("a clock that is right").as_secs_f64() * 1000.0
}
