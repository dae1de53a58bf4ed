//! How fast the demo engine works, and the names of the things that can be asked of it.

use std::time::Duration;

/// The pace and size of a demo engine.
#[derive(Debug, Clone)]
pub struct Script {
    /// How long a request is shown as queued even when nothing is ahead of it.
    pub queue: Duration,
    /// How long one inference step takes without acceleration.
    pub step: Duration,
    /// How many requests run at a time; at least one.
    pub workers: usize,
    /// How long a finished request can be asked for.
    pub keep_for: Duration,
    /// How many finished requests can be asked for.
    pub keep: usize,
}

/// What one request meets, where a measurement says so in place of the engine's own pace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Schedule {
    /// How long it is queued. A place in the line is waited for all the same.
    pub queue: Duration,
    /// From its start to its end. Drawing takes as long as it takes, so a very short one ends later.
    pub run: Duration,
    /// When each line about the steps is written, since the start: the first says that none is done.
    /// Without any, no line is written.
    pub steps: Vec<Duration>,
}

/// One kind of request to the queue (fal's queue API, see fal-js `libs/client/src/queue.ts`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// `POST {endpoint}`
    Submit,
    /// `GET {app}/requests/{id}/status`
    Status,
    /// `GET {app}/requests/{id}`
    Result,
    /// `PUT {app}/requests/{id}/cancel`
    Cancel,
    /// `GET` of a finished picture from this server.
    File,
    /// `GET` of the document that describes an endpoint, at fal's own web site.
    Document,
    /// Anything else that was let through, such as a status address with the full endpoint id.
    Other,
}

impl Default for Script {
    /// Lifelike but quick: a second in the queue and about two for a picture of 28 steps.
    fn default() -> Self {
        Self {
            queue: Duration::from_secs(1),
            step: Duration::from_millis(75),
            workers: 2,
            keep_for: Duration::from_secs(60 * 60),
            keep: 200,
        }
    }
}

impl Script {
    /// As fast as the drawing allows, for tests: a few milliseconds in the queue, one for each step.
    #[must_use]
    pub fn quick() -> Self {
        Self { queue: Duration::from_millis(5), step: Duration::from_millis(1), ..Self::default() }
    }
}
