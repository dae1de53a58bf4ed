//! What was measured, as a table: medians of both pages, their ratio, and what is wanted.

use std::collections::BTreeMap;
use std::fmt;

use crate::ground::Side;
use crate::visit::Visit;

/// Ours may take this much longer than the floor to be on the screen.
const SHOWN: f64 = 1.5;
/// And this much longer for a key.
const KEY: f64 = 1.3;
/// A key may cost the program this much, in milliseconds.
const SCRIPT: f64 = 1.0;
/// What repeats of the same differ by.
const NOISE: f64 = 1.1;
/// Differences below this are below what can be measured, in milliseconds.
const GRAIN: f64 = 0.1;

/// Every visit.
#[derive(Default)]
pub struct Figures(BTreeMap<usize, Pair>);

#[derive(Default)]
struct Pair {
    ours: Vec<Visit>,
    floor: Vec<Visit>,
}

/// The middle of several figures, and their ends.
#[derive(Clone, Copy)]
struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

/// One figure of a visit, and what it is called.
type Figure = (&'static str, fn(&Visit) -> f64);

const FIGURES: [Figure; 6] = [
    ("until it is on the screen", |visit| visit.shown),
    ("  of it the page's thread", |visit| visit.opening.task),
    ("a key typed", |visit| visit.key.task),
    ("  of it in scripts", |visit| visit.key.script),
    ("  of it for style and layout", |visit| visit.key.layout),
    ("elements", |visit| visit.contents.elements as f64),
];

impl Figures {
    /// Takes down a visit. The two pages have to be the same form.
    pub fn add(&mut self, side: Side, size: usize, visit: Visit) {
        let pair = self.0.entry(size).or_default();
        for other in pair.ours.iter().chain(&pair.floor) {
            let (one, other) = (visit.contents.controls, other.contents.controls);
            assert_eq!(one, other, "the two forms of {size} fields differ in their controls");
        }
        match side {
            Side::Ours => pair.ours.push(visit),
            Side::Floor => pair.floor.push(visit),
        }
    }

    fn verdicts(&self) -> Vec<String> {
        let (Some((small, few)), Some((large, many))) =
            (self.0.first_key_value(), self.0.last_key_value())
        else {
            return Vec::new();
        };
        let script = |pair: &Pair| Spread::of(&pair.ours, |visit| visit.key.script).median;
        let shown = many.ratio(|visit| visit.shown);
        let key = many.ratio(|visit| visit.key.task);
        let (least, most) = (script(few), script(many));
        let same = if (most - least).abs() <= GRAIN { 1.0 } else { most / least.max(GRAIN) };
        vec![
            verdict(&format!("{large} fields on the screen, ours to by hand"), shown, SHOWN),
            verdict(&format!("a key among {large} fields, ours to by hand"), key, KEY),
            verdict(&format!("its scripts among {large} fields, ms"), most, SCRIPT),
            verdict(&format!("its scripts among {large} fields to among {small}"), same, 1.0),
        ]
    }
}

fn verdict(what: &str, is: f64, wanted: f64) -> String {
    let word = match is {
        _ if is <= wanted => "met",
        _ if is <= wanted * NOISE => "within noise",
        _ => "MISSED",
    };
    format!("{what:<54} {is:>6.2}   wanted {wanted:.1} or less: {word}")
}

impl Pair {
    fn ratio(&self, figure: fn(&Visit) -> f64) -> f64 {
        Spread::of(&self.ours, figure).median / Spread::of(&self.floor, figure).median
    }
}

impl Spread {
    fn of(visits: &[Visit], figure: fn(&Visit) -> f64) -> Self {
        let mut all: Vec<f64> = visits.iter().map(figure).collect();
        all.sort_by(f64::total_cmp);
        let middle = |place: usize| all.get(place).copied().unwrap_or(f64::NAN);
        let half = all.len() / 2;
        let median = match all.len() % 2 {
            0 => f64::midpoint(middle(half.wrapping_sub(1)), middle(half)),
            _ => middle(half),
        };
        Self { least: middle(0), median, most: middle(all.len().wrapping_sub(1)) }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { least, median, most } = self;
        let digits = if median.abs() < 20.0 { 2 } else { 0 };
        f.pad(&format!("{median:.digits$} ({least:.digits$}–{most:.digits$})"))
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Milliseconds: median (least–most)\n")?;
        for (size, pair) in &self.0 {
            let title = format!("{size} fields");
            writeln!(f, "{title:<30} {:<24} {:<24} ratio", "ours", "by hand")?;
            for (name, figure) in FIGURES {
                let (ours, floor) =
                    (Spread::of(&pair.ours, figure), Spread::of(&pair.floor, figure));
                let ratio = pair.ratio(figure);
                writeln!(f, "  {name:<28} {ours:<24} {floor:<24} {ratio:.2}")?;
            }
            writeln!(f)?;
        }
        for verdict in self.verdicts() {
            writeln!(f, "{verdict}")?;
        }
        Ok(())
    }
}
