//! When a job may end: what past runs foretell, made sharper by what has been seen of this one.
//!
//! This file owns the reckoning with chances. It refuses to know what is done with them, and reads
//! no clock: all times are milliseconds since the queue accepted the job.

use super::runs::{Forecast, Spread};

/// What has been seen of a job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seen {
    /// It waited at this moment, with so many jobs before it.
    Waiting(f64, Option<u32>),
    /// It started between these moments.
    Started(f64, f64),
}

/// What its log says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stepping {
    /// When the step that was done last was done.
    pub(super) at: f64,
    /// Milliseconds for one step.
    pub(super) each: f64,
    /// Steps that are left.
    pub(super) left: u32,
    /// Steps that are done.
    pub(super) done: u32,
}

/// When a job may end: spans of time, each with its weight.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Outlook {
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Span {
    from: f64,
    to: f64,
    weight: f64,
}

/// How long a job may still take, in milliseconds: less than `low` one time in five, more than
/// `high` one time in five, and as often more as less than `likely`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// At least this, most likely.
    pub low: u64,
    /// The middle.
    pub likely: u64,
    /// At most this, most likely.
    pub high: u64,
}

impl Outlook {
    /// What is to be expected; nothing where nothing is known.
    pub(super) fn of(
        forecast: Option<&Forecast>,
        seen: Seen,
        stepping: Option<Stepping>,
    ) -> Option<Self> {
        let by_past = forecast.map(|forecast| Self::by_past(forecast, seen));
        let Some(stepping) = stepping else { return by_past };
        let mut by_steps = Self::by_steps(stepping, forecast.and_then(|known| known.tail));
        // Steps that end long before any run has ended are likely not the only ones.
        if let Some(by_past) = by_past
            && by_steps.at(0.5) < by_past.first()
        {
            by_steps.spans.extend(by_past.spans);
        }
        Some(by_steps)
    }

    fn by_past(forecast: &Forecast, seen: Seen) -> Self {
        let starts: Vec<Span> = match seen {
            Seen::Waiting(at, ahead) => {
                let known = clipped(&forecast.wait, at, f64::INFINITY);
                if known.is_empty() || ahead.is_some_and(|ahead| ahead > 0) {
                    // Others come first, or it takes longer than ever: as long again as until now.
                    vec![Span { from: at, to: at * 2.0 + 1_000.0, weight: 1.0 }]
                } else {
                    known
                }
            }
            Seen::Started(from, to) => {
                let known = clipped(&forecast.wait, from, to);
                if known.is_empty() { vec![Span { from, to, weight: 1.0 }] } else { known }
            }
        };
        let total: f64 = starts.iter().map(|start| start.weight).sum();
        let spans = starts.iter().flat_map(|start| {
            forecast.run.parts().map(|(from, to)| Span {
                from: start.from + from.max(0.0),
                to: start.to + to.max(0.0),
                weight: start.weight / total / 5.0,
            })
        });
        Self { spans: spans.collect() }
    }

    fn by_steps(stepping: Stepping, tail: Option<Spread>) -> Self {
        let Stepping { at, each, left, done } = stepping;
        let rest = each * f64::from(left);
        // The pace of many steps tells more than that of one.
        let doubt = 5.0 + rest * 0.1 / f64::from(done.max(1)).sqrt();
        let whole = each * f64::from(left + done);
        // What comes after the steps: the picture is decoded, checked and stored.
        let unknown = [0.0, 0.02, 0.04, 0.07, 0.11, 0.2].map(|share| 20.0 + whole * share);
        let tail = tail.unwrap_or(Spread(unknown));
        let spans = tail.parts().map(|(from, to)| Span {
            from: at + rest + from - doubt,
            to: at + rest + to + doubt,
            weight: 0.2,
        });
        Self { spans: spans.collect() }
    }

    /// How much of the whole lies after a moment.
    pub(super) fn after(&self, moment: f64) -> f64 {
        let after = |span: &Span| {
            if moment <= span.from {
                span.weight
            } else if moment >= span.to {
                0.0
            } else {
                span.weight * (span.to - moment) / (span.to - span.from)
            }
        };
        self.spans.iter().map(after).sum()
    }

    /// Before this moment it does not end.
    pub(super) fn first(&self) -> f64 {
        self.spans.iter().map(|span| span.from).fold(f64::INFINITY, f64::min)
    }

    /// After this moment nothing is known.
    pub(super) fn last(&self) -> f64 {
        self.spans.iter().map(|span| span.to).fold(0.0, f64::max)
    }

    /// The moment before which lies a share of the whole.
    pub(super) fn at(&self, share: f64) -> f64 {
        let (mut from, mut to) = (self.first(), self.last());
        let wanted = self.after(f64::NEG_INFINITY) * (1.0 - share);
        // Twenty halvings of a quarter of an hour leave less than a millisecond.
        for _ in 0..20 {
            let middle = (from + to) / 2.0;
            if self.after(middle) > wanted { from = middle } else { to = middle }
        }
        from
    }

    /// What is left at a moment, given that it has not ended; nothing when it is overdue.
    pub(super) fn estimate(&self, moment: f64) -> Option<Estimate> {
        let whole = self.after(f64::NEG_INFINITY);
        let gone = 1.0 - self.after(moment) / whole;
        if gone > 0.95 {
            return None;
        }
        let left = |share: f64| (self.at(gone + (1.0 - gone) * share) - moment).max(0.0) as u64;
        Some(Estimate { low: left(0.2), likely: left(0.5), high: left(0.8) })
    }
}

/// The parts of a spread that lie between two moments, with their weights.
fn clipped(spread: &Spread, from: f64, to: f64) -> Vec<Span> {
    let clip = |(start, end): (f64, f64)| {
        let (start, end) = (start.max(0.0), end.max(0.0));
        let inside = Span { from: start.max(from), to: end.min(to), weight: 1.0 };
        let (length, whole) = (inside.to - inside.from, end - start);
        let weight = if whole > 0.0 { length / whole } else { f64::from(length >= 0.0) };
        (weight > 0.0).then_some(Span { weight, ..inside })
    };
    spread.parts().filter_map(clip).collect()
}
