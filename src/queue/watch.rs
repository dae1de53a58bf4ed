//! What this page has seen of one job: when it waited, worked and ended, and what its log says.
//!
//! This file owns the two clocks of a job, waiting and working, and the slack in them: the page
//! sees only moments. It refuses to know what is decided by them; that is for `pace` and the job
//! machine. Nothing here outlives the page.

use super::outlook::{Estimate, Outlook, Seen, Stepping};
use super::progress::{Line, Log};
use super::runs::{Forecast, Run};
use super::{EndpointId, Failure, Millis, Pace};

/// Milliseconds without an answer after which the moment of the next one says little of what it tells.
const AWAY: Millis = 10_000;

/// What has been seen of a job since the page watches it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Watch {
    /// Whether its submit has left this page, or may have left another: it never leaves again.
    pub(super) is_sent: bool,
    /// What past runs foretell.
    pub forecast: Option<Forecast>,
    /// What the model wrote.
    pub log: Log,
    /// When the queue accepted it, if this page was there.
    accepted: Option<Millis>,
    asked: u32,
    /// When it was last seen waiting, and how many were before it.
    waiting: Option<(Millis, Option<u32>)>,
    /// When it was first seen at work.
    working: Option<Millis>,
    /// When it was last seen unfinished.
    unfinished: Option<Millis>,
    /// When it was first seen complete.
    complete: Option<Millis>,
    /// What was said of a submit that nobody confirmed, until an answer shows that the id it was given
    /// is known.
    pub(super) unconfirmed: Option<Failure>,
    /// Whether it was sent from somewhere else, nobody knows when.
    is_found: bool,
    /// Milliseconds of work by the server's own clock.
    took: Option<Millis>,
    /// When it ended by the server's own clock, where nobody looked.
    pub(super) ended: Option<Millis>,
    /// What the queue said went wrong, when it was complete.
    pub(super) failure: Option<Failure>,
    /// The page's clock less the server's, as far as the lines show it: an upper bound, with the
    /// way of an answer and of a line in it.
    skew: Option<i64>,
    /// How many steps were done when the steps last changed, and when that was seen.
    stepped: Option<(u32, Millis)>,
    /// When the next answer would come if it took no time.
    due: Option<Millis>,
    /// Since when, and for how many milliseconds, a server wants not to be asked.
    resting: Option<(Millis, u64)>,
    /// The shortest way of an answer until now.
    lag: Option<u64>,
}

/// When the job was made, and when it started as far as was written down.
type Times = (Millis, Option<Millis>);

impl Watch {
    /// Of a job that was written down, and of what was said then of a submit that nobody confirmed.
    /// Nobody knows how far it came, so it is not for this page to send.
    pub fn of_record(unconfirmed: Option<Failure>) -> Self {
        Self { is_sent: true, unconfirmed, ..Self::default() }
    }

    /// Of a job that was sent from somewhere else.
    pub fn of_found() -> Self {
        Self { is_found: true, ..Self::of_record(None) }
    }

    /// The queue has accepted it.
    pub(super) fn accepted(&mut self, now: Millis) {
        self.accepted = Some(now);
    }

    /// It waits.
    pub(super) fn waits(&mut self, ahead: Option<u32>, now: Millis) {
        self.answered(now);
        self.waiting = Some((now, ahead));
        self.unfinished = Some(now);
    }

    /// It is at work.
    pub(super) fn works(&mut self, lines: Vec<Line>, now: Millis) {
        self.answered(now);
        self.working.get_or_insert(now);
        self.unfinished = Some(now);
        self.hear(lines, now);
    }

    /// It goes on; the queue used a word that this version does not know.
    pub(super) fn goes_on(&mut self, now: Millis) {
        self.answered(now);
        self.unfinished = Some(now);
    }

    /// It is complete, after so many milliseconds of work, and perhaps in vain.
    pub(super) fn completed(
        &mut self,
        lines: Vec<Line>,
        took: Option<Millis>,
        failure: Option<Failure>,
        now: Millis,
    ) {
        self.answered(now);
        self.complete = Some(now);
        self.took = took;
        self.failure = failure;
        self.hear(lines, now);
    }

    /// When the work began, now that it is complete. Where nobody looked for so long that the moment of
    /// the answer says nothing, the end is reckoned from the server's own measure; nothing where even
    /// that does not help.
    pub(super) fn started(&mut self, (created, started): Times, now: Millis) -> Option<Millis> {
        let seen = self.unfinished.or(self.accepted);
        let last = seen.or(started).unwrap_or(created);
        if self.is_found && seen.is_none() {
            return None;
        }
        self.ended = None;
        if now.saturating_sub(last) <= AWAY {
            return started.or_else(|| Some(self.began(now)));
        }
        let took = self.took?;
        self.ended = Some(started.unwrap_or(last).saturating_add(took).max(last).min(now));
        started
    }

    /// A server wants not to be asked for so many seconds, if it said so.
    pub(super) fn rests(&mut self, seconds: Option<u32>, now: Millis) {
        self.resting = seconds.map(|seconds| (now, u64::from(seconds.min(3600)) * 1000));
    }

    /// Milliseconds until a server wants to be asked again, however the clock was set meanwhile.
    pub(super) fn rest(&self, now: Millis) -> u64 {
        self.resting
            .map_or(0, |(since, rest)| since.saturating_add(rest).saturating_sub(now).min(rest))
    }

    /// When the queue last told how it does.
    pub(super) fn heard(&self) -> Option<Millis> {
        self.complete.or(self.unfinished).or(self.accepted)
    }

    fn answered(&mut self, now: Millis) {
        self.asked = self.asked.saturating_add(1);
        self.complete = None;
        self.resting = None;
        // Before it is due only a question that somebody woke is answered.
        if let Some(due) = self.due.take().filter(|due| *due <= now) {
            let lag = (now - due).min(250);
            self.lag = Some(self.lag.map_or(lag, |known| known.min(lag)));
        }
    }

    fn hear(&mut self, lines: Vec<Line>, now: Millis) {
        self.log.hear(lines);
        let Some(tempo) = self.log.tempo() else { return };
        if let Some(at) = tempo.at {
            let skew = signed(now).saturating_sub(at);
            self.skew = Some(self.skew.map_or(skew, |known| known.min(skew)));
        }
        if self.stepped.is_none_or(|(done, _)| done != tempo.steps.done) {
            self.stepped = Some((tempo.steps.done, now));
        }
    }

    /// When the work began, as far as can be told now that it has.
    pub(super) fn began(&self, now: Millis) -> Millis {
        let (from, to) = self.start(now);
        if self.waiting.is_none() && self.accepted.is_none() { to } else { from.midpoint(to) }
    }

    /// The moments between which the work began.
    fn start(&self, now: Millis) -> (Millis, Millis) {
        let to = self.working.unwrap_or(now);
        let from = self.waiting.map(|(at, _)| at).or(self.accepted).unwrap_or(to).min(to);
        let by_log = self.log.tempo().and_then(|tempo| {
            let began = u64::try_from(tempo.began?.saturating_add(self.skew?)).ok()?;
            Some(began.clamp(from, to))
        });
        if let Some(began) = by_log {
            return (began, began);
        }
        (from, to)
    }

    /// What has to be known to decide when to ask again. When the job was made, and when it started,
    /// stand in for what this page has not seen.
    fn outlook(&self, (created, started): Times) -> Option<Outlook> {
        let since = self.accepted.unwrap_or(created);
        let age = |moment: Millis| moment.saturating_sub(since) as f64;
        let seen = match (self.working, started) {
            (Some(working), _) => {
                let (from, to) = self.start(working);
                Seen::Started(age(from), age(to))
            }
            (None, Some(started)) => Seen::Started(age(started), age(started)),
            (None, None) => {
                let (at, ahead) = self.waiting.unwrap_or((since, None));
                Seen::Waiting(age(at), ahead)
            }
        };
        Outlook::of(self.forecast.as_ref(), seen, self.stepping(since))
    }

    fn stepping(&self, since: Millis) -> Option<Stepping> {
        let tempo = self.log.tempo()?;
        let seen = self.stepped.map(|(_, at)| signed(at));
        let at = tempo.at.zip(self.skew).map(|(at, skew)| at.saturating_add(skew)).or(seen)?;
        Some(Stepping {
            at: at.saturating_sub(signed(since)) as f64,
            each: tempo.each? as f64 / 1000.0,
            left: tempo.steps.of.saturating_sub(tempo.steps.done),
            done: tempo.steps.done,
        })
    }

    /// How long it may still take.
    pub(super) fn estimate(&self, times: Times, now: Millis) -> Option<Estimate> {
        let since = self.accepted.unwrap_or(times.0);
        self.outlook(times)?.estimate(now.saturating_sub(since) as f64)
    }

    /// The wait until the next question, which is noted as under way.
    pub(super) fn next_poll(
        &mut self,
        times: Times,
        now: Millis,
        pace: Pace<'_>,
        dice: f64,
    ) -> u64 {
        let outlook = self.outlook(times);
        let outset = Outlook::of(self.forecast.as_ref(), Seen::Waiting(0.0, None), None);
        let age = now.saturating_sub(self.accepted.unwrap_or(times.0));
        let (asked, lag) = (self.asked, self.lag.unwrap_or_default());
        let (outlook, outset) = (outlook.as_ref(), outset.as_ref());
        let wait = super::next_poll(Pace { age, asked, lag, outlook, outset, ..pace }, dice);
        self.due = Some(now.saturating_add(wait));
        wait
    }

    /// What is learned from it, now that it is done. Nothing where the page looked away for so
    /// long that the times would be guesses.
    pub(super) fn learned(&self, endpoint: &EndpointId, work: u64, created: Millis) -> Option<Run> {
        // Another tab may have sent it. Whoever saw it wait knows when the waiting ended.
        let seen = self.waiting.map(|_| created);
        let (accepted, complete) = (self.accepted.or(seen)?, self.complete?);
        let before = self.unfinished.unwrap_or(accepted);
        let slack = complete.saturating_sub(before);
        if slack > 1_100.max((complete - accepted.min(complete)) / 10) {
            return None;
        }
        // Half way between the last time it was not, and the first time it was.
        let ended = before.midpoint(complete);
        let began = match self.took {
            Some(took) => ended.saturating_sub(took),
            None => self.began(before),
        };
        let began = began.clamp(accepted, ended.max(accepted));
        let last_step = self.log.tempo().and_then(|tempo| {
            let left = tempo.steps.of.saturating_sub(tempo.steps.done);
            (left == 0).then(|| tempo.at.zip(self.skew))?
        });
        Some(Run {
            endpoint: endpoint.clone(),
            work,
            wait: began - accepted,
            run: ended.saturating_sub(began),
            tail: last_step.map(|(at, skew)| signed(ended).saturating_sub(at.saturating_add(skew))),
        })
    }
}

fn signed(moment: Millis) -> i64 {
    moment.try_into().unwrap_or(i64::MAX)
}
