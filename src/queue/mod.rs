//! fal's queue: what is asked of it, what its answers mean, and what becomes of a job.
//!
//! This room owns the wire shapes, the words for every failure, the pace of polling and the job
//! machine [`step()`]. It refuses to know how a request travels, what time it is, or how a job is
//! shown: replies, clock readings and randomness come in as arguments.

mod call;
mod failure;
mod file;
mod ids;
mod job;
mod ledger;
mod legible;
mod outlook;
mod output;
mod pace;
mod probe;
mod progress;
mod question;
mod reference;
mod runs;
mod step;
mod steps;
mod watch;
mod wire;

pub use call::{Call, Method, queue_url};
pub use failure::{Failure, FieldFailure, Side};
pub use file::{File, FileUrl, RefusedUrl, Viewer};
pub use ids::{EndpointId, RequestId};
pub use job::{Body, Cancel, Connection, Expected, Job, JobId, Phase};
pub use ledger::{all_from_text, from_text, to_text, to_whole_text};
pub use legible::{pretty, shortened};
pub use outlook::Estimate;
pub use output::{Output, Part, Shown};
pub use pace::{Pace, next_poll};
pub use probe::{Aside, Check, Cure, Finding, Outcome, Report};
pub use progress::{Line, Log};
pub use question::{Question, in_units};
pub use reference::RequestRef;
pub use runs::{Forecast, Run, Runs, Spread};
pub use step::{Effect, Event, Surroundings, step};
pub use steps::{Steps, Unit};
pub use watch::Watch;
pub use wire::{Answer, Cache, Lost, Reply};

/// Milliseconds since the Unix epoch, as the browser's clock gives them.
pub type Millis = u64;
