//! What was measured, as a table: both pages, their ratio, and whether it is what is wanted.

use std::fmt;

use crate::ground::Side;
use crate::load::Load;
use crate::turn::Turn;

/// Every job of one load.
pub struct Figures {
    load: Load,
    ours: Vec<Turn>,
    theirs: Vec<Turn>,
}

/// One moment of a job, and what it is called.
type Moment = (&'static str, fn(&Turn) -> f64);

const MOMENTS: [Moment; 4] = [
    ("until it is noticed", |turn| turn.noticed),
    ("until the result is asked for", |turn| turn.fetched),
    ("until the picture is asked for", |turn| turn.picture),
    ("until the picture is painted", |turn| turn.painted),
];

impl Figures {
    /// Nothing yet.
    pub fn new(load: Load) -> Self {
        Self { load, ours: Vec::new(), theirs: Vec::new() }
    }

    /// Takes down a job.
    pub fn add(&mut self, side: Side, turn: Turn) {
        match side {
            Side::Ours => self.ours.push(turn),
            Side::Theirs => self.theirs.push(turn),
        }
    }

    /// Whether everything is as it is wanted.
    pub fn hold(&self) -> bool {
        self.verdicts().iter().all(|verdict| verdict.is <= verdict.wanted)
    }

    fn verdicts(&self) -> [Verdict; 2] {
        let painted = |turns: &[Turn]| at(turns, |turn| turn.painted, 0.5);
        let late = painted(&self.ours) / painted(&self.theirs);
        let asked = asked(&self.ours) / asked(&self.theirs);
        [
            Verdict {
                what: "median until painted, ours to fal-js",
                is: late,
                wanted: self.load.wanted,
            },
            Verdict { what: "status requests, ours to fal-js", is: asked, wanted: 1.0 },
        ]
    }
}

struct Verdict {
    what: &'static str,
    is: f64,
    wanted: f64,
}

/// The value below which lies a share of all.
fn at(turns: &[Turn], figure: fn(&Turn) -> f64, share: f64) -> f64 {
    let mut all: Vec<f64> = turns.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    let place = share * (all.len() as f64 - 1.0);
    let value = |place: f64| all.get(place as usize).copied().unwrap_or(f64::NAN);
    let (low, high) = (value(place.floor()), value(place.ceil()));
    low + (high - low) * place.fract()
}

/// How many status requests a result took, on average.
fn asked(turns: &[Turn]) -> f64 {
    turns.iter().map(|turn| turn.asked).sum::<f64>() / turns.len() as f64
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { load, ours, theirs } = self;
        writeln!(f, "{}: {} jobs of each page", load.name, ours.len())?;
        let columns = "median     p90";
        writeln!(f, "  {:<38} {:>17} {:>17}   ratio", "", "ours", "fal-js")?;
        writeln!(f, "  {:<38} {columns:>17} {columns:>17}", "ms from complete at the upstream")?;
        for (name, figure) in MOMENTS {
            let [half, most] =
                [0.5, 0.9].map(|share| (at(ours, figure, share), at(theirs, figure, share)));
            write!(
                f,
                "  {name:<38} {:>9.0} {:>7.0} {:>9.0} {:>7.0}",
                half.0, most.0, half.1, most.1
            )?;
            writeln!(f, "   {:>5.2}", half.0 / half.1)?;
        }
        let (ours, theirs) = (asked(ours), asked(theirs));
        let ratio = ours / theirs;
        writeln!(
            f,
            "  {:<38} {ours:>17.2} {theirs:>17.2}   {ratio:>5.2}",
            "status requests for each result"
        )?;
        for Verdict { what, is, wanted } in self.verdicts() {
            let word = if is <= wanted { "holds" } else { "DOES NOT HOLD" };
            writeln!(f, "  {what:<40} {is:>5.2}   wanted {wanted:.2} or less: {word}")?;
        }
        Ok(())
    }
}
