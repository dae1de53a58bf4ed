//! What this browser has learned from its own past runs: how long the queue and the models took.
//!
//! This file owns the record of runs, its text, and what it foretells of a new job. It refuses to
//! know what a job looks like, and when anybody asks. Everything that is kept is a whole number:
//! milliseconds, and units of work.

use serde_json::{Map, Value};

use super::EndpointId;

/// How many runs of an endpoint are kept: the last ones.
const RUNS: usize = 50;

/// How many endpoints are kept: those used last.
const ENDPOINTS: usize = 30;

/// No time beyond this is believed, in milliseconds: a day.
const LONGEST: u64 = 86_400_000;

/// How much less the run before counts. Half of what is foretold comes from the last eleven.
const FADING: f64 = 0.94;

/// So many runs of the same work tell enough; without them, runs of other work are scaled.
const ENOUGH: usize = 3;

/// One run, as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Whose.
    pub endpoint: EndpointId,
    /// How much was asked for, see [`super::Expected::work`].
    pub work: u64,
    /// Milliseconds from the queue's yes to the start.
    pub wait: u64,
    /// Milliseconds from the start to the end.
    pub run: u64,
    /// Milliseconds from the last step in the log to the end, for models that log steps.
    pub tail: Option<i64>,
}

/// The last runs of each endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Runs {
    /// The endpoint used last stands last, and so does its last run.
    endpoints: Vec<(String, Vec<Past>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Past {
    work: u64,
    wait: u64,
    run: u64,
    tail: Option<i64>,
}

/// What is to be expected of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Milliseconds from the queue's yes to the start.
    pub wait: Spread,
    /// Milliseconds from the start to the end.
    pub run: Spread,
    /// Milliseconds from the last step to the end, where past runs logged steps.
    pub tail: Option<Spread>,
}

/// How a time is spread: six points, and between each two of them it lies as often as between any
/// other two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread(pub(super) [f64; 6]);

impl Runs {
    /// What a text says that [`Runs::to_text`] wrote. What cannot be read is left out.
    pub fn from_text(text: &str) -> Self {
        let Ok(Value::Object(record)) = serde_json::from_str(text) else { return Self::default() };
        let mut runs = Self::default();
        for (endpoint, pasts) in &record {
            let Some(endpoint) = EndpointId::parse(endpoint) else { continue };
            for past in pasts.as_array().map_or(&[][..], Vec::as_slice) {
                if let Some(past) = read(past) {
                    runs.add(endpoint.as_str(), past);
                }
            }
        }
        runs
    }

    /// The runs as a text: `{"fal-ai/flux/dev":[[work,wait,run,tail],…]}`.
    pub fn to_text(&self) -> String {
        let write = |past: &Past| {
            let times = [Value::from(past.work), past.wait.into(), past.run.into()];
            Value::Array(times.into_iter().chain([past.tail.into()]).collect())
        };
        let mut record = Map::new();
        for (endpoint, pasts) in &self.endpoints {
            record.insert(endpoint.clone(), Value::Array(pasts.iter().map(write).collect()));
        }
        Value::Object(record).to_string()
    }

    /// Remembers a run.
    pub fn learn(&mut self, run: Run) {
        let Run { endpoint, work, wait, run, tail } = run;
        self.add(endpoint.as_str(), Past { work, wait, run, tail });
    }

    fn add(&mut self, endpoint: &str, past: Past) {
        let known = self.endpoints.iter().position(|(name, _)| name == endpoint);
        let mut entry = match known {
            Some(at) => self.endpoints.remove(at),
            None => (endpoint.to_owned(), Vec::new()),
        };
        if past.work > 0 && past.wait <= LONGEST && past.run <= LONGEST {
            entry.1.push(past);
        }
        let surplus = entry.1.len().saturating_sub(RUNS);
        entry.1.drain(..surplus);
        if !entry.1.is_empty() {
            self.endpoints.push(entry);
        }
        let surplus = self.endpoints.len().saturating_sub(ENDPOINTS);
        self.endpoints.drain(..surplus);
    }

    /// What the past tells of so much work at an endpoint.
    pub fn forecast(&self, endpoint: &EndpointId, work: u64) -> Option<Forecast> {
        let (_, pasts) = self.endpoints.iter().find(|(name, _)| name == endpoint.as_str())?;
        let is_alike = |past: &&Past| past.work.abs_diff(work) <= work / 20;
        let alike = pasts.iter().filter(is_alike).count();
        let is_scaled = alike < ENOUGH.min(pasts.len());
        let likely = pasts.iter().filter(|past| is_scaled || is_alike(past));
        let scale = |past: &Past| past.run as f64 * work as f64 / past.work.max(1) as f64;
        let doubt = if is_scaled { 0.15 } else { 0.0 };
        Some(Forecast {
            wait: Spread::of(pasts.iter().map(|past| past.wait as f64), 30.0, 0.0)?,
            run: Spread::of(likely.map(scale), 15.0, doubt)?,
            tail: Spread::of(pasts.iter().filter_map(|past| Some(past.tail? as f64)), 10.0, 0.0),
        })
    }
}

fn read(past: &Value) -> Option<Past> {
    let past = past.as_array()?;
    let number = |at: usize| past.get(at)?.as_u64();
    let tail = past.get(3).and_then(Value::as_i64);
    let tail = tail.filter(|tail| tail.unsigned_abs() <= LONGEST);
    Some(Past { work: number(0)?, wait: number(1)?, run: number(2)?, tail })
}

impl Spread {
    /// The spread of values, of which the last counts most. It is widened by `least`, by a share
    /// of the middle in `doubt`, and by another that gets smaller the more values there are.
    fn of(values: impl Iterator<Item = f64>, least: f64, doubt: f64) -> Option<Self> {
        let values: Vec<f64> = values.collect();
        let mut weight = 1.0;
        let mut weighed: Vec<(f64, f64)> = Vec::with_capacity(values.len());
        for value in values.iter().rev() {
            weighed.push((*value, weight));
            weight *= FADING;
        }
        weighed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let at = |share: f64| quantile(&weighed, share);
        let [low, a, b, c, d, high] =
            [at(0.05)?, at(0.2)?, at(0.4)?, at(0.6)?, at(0.8)?, at(0.95)?];
        let count = values.len() as f64;
        let margin = least + (b + c).abs() / 2.0 * (doubt + 0.2 / count);
        // The outer points stand for what has not been seen: a twentieth on either side.
        let ends = ((a - low) / 3.0, (high - d) / 3.0);
        Some(Self([
            low - ends.0 - margin,
            a - margin * 0.6,
            b - margin * 0.2,
            c + margin * 0.2,
            d + margin * 0.6,
            high + ends.1 + margin,
        ]))
    }

    /// The five parts, from and to.
    pub(super) fn parts(&self) -> impl Iterator<Item = (f64, f64)> {
        let Self([a, b, c, d, e, f]) = *self;
        [(a, b), (b, c), (c, d), (d, e), (e, f)].into_iter()
    }
}

/// The value below which lies a share of the weight, between two values in proportion.
fn quantile(sorted: &[(f64, f64)], share: f64) -> Option<f64> {
    let total: f64 = sorted.iter().map(|(_, weight)| weight).sum();
    let wanted = total * share;
    let mut below = 0.0;
    let mut before: Option<(f64, f64)> = None;
    for (value, weight) in sorted {
        let middle = below + weight / 2.0;
        if middle >= wanted {
            return Some(match before {
                Some((last, at)) => last + (value - last) * (wanted - at) / (middle - at),
                None => *value,
            });
        }
        below += weight;
        before = Some((*value, middle));
    }
    before.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(name: &str) -> EndpointId {
        EndpointId::parse(name).expect("an id")
    }

    fn run(work: u64, wait: u64, run: u64) -> Run {
        Run { endpoint: endpoint("fal-ai/flux/dev"), work, wait, run, tail: None }
    }

    fn learned(all: impl IntoIterator<Item = Run>) -> Runs {
        let mut runs = Runs::default();
        all.into_iter().for_each(|run| runs.learn(run));
        runs
    }

    /// The middle of a run of so much work, and how far from it is still likely.
    fn foretold(runs: &Runs, work: u64) -> (f64, f64) {
        let run = runs.forecast(&endpoint("fal-ai/flux/dev"), work).expect("a forecast").run;
        let [from, _, low, high, _, to] = run.0;
        ((low + high) / 2.0, (to - from) / 2.0)
    }

    #[test]
    fn runs_survive_as_text() {
        let mut runs = learned([run(28 << 20, 300, 2_100), run(1, 0, 0)]);
        runs.learn(Run { endpoint: endpoint("fal-ai/x"), tail: Some(-40), ..run(2, 3, 4) });
        assert_eq!(
            runs.to_text(),
            r#"{"fal-ai/flux/dev":[[29360128,300,2100,null],[1,0,0,null]],"fal-ai/x":[[2,3,4,-40]]}"#
        );
        assert_eq!(Runs::from_text(&runs.to_text()), runs);
    }

    #[test]
    fn damage_takes_nothing_else_with_it() {
        let good = learned([run(5, 6, 7)]);
        for text in [
            r#"{"fal-ai/flux/dev":[[5,6,7]]}"#,
            r#"{"fal-ai/flux/dev":[[5,6],[5,6,7,null],[5,6,7.5],"x",{},[0,6,7],[5,6,-7]]}"#,
            r#"{"fal-ai/flux/dev":[[5,6,7,"x"],[5,6,99999999999]],"no id":[[1,1,1]],"fal-ai/y":3}"#,
            r#"{"fal-ai/flux/dev":[[5,6,7,99999999999]]}"#,
        ] {
            assert_eq!(Runs::from_text(text), good, "{text}");
        }
        for text in ["", "null", "[]", "{", "\"x\"", r#"{"fal-ai/flux/dev":[[5,6"#] {
            assert_eq!(Runs::from_text(text), Runs::default(), "{text}");
        }
    }

    #[test]
    fn the_last_runs_of_the_last_endpoints_are_kept() {
        let mut runs = learned((0..200).map(|n| run(1, 0, n)));
        for n in 0..100 {
            runs.learn(Run { endpoint: endpoint(&format!("fal-ai/{n}")), ..run(1, 0, 1) });
        }
        assert_eq!(runs.endpoints.len(), ENDPOINTS);
        assert_eq!(runs.forecast(&endpoint("fal-ai/flux/dev"), 1), None, "not used for long");
        runs = learned((0..200).map(|n| run(1, 0, n)));
        let (_, pasts) = runs.endpoints.first().expect("an endpoint");
        assert_eq!(pasts.len(), RUNS);
        assert_eq!(pasts.first().map(|past| past.run), Some(150));
    }

    #[test]
    fn a_run_is_foretold_by_its_like_or_by_its_work() {
        let hd = (0..10).map(|n| run(1_000, 100, 2_000 + n * 10));
        let runs = learned(hd.clone());
        let (middle, spread) = foretold(&runs, 1_000);
        assert!((2_030.0..2_060.0).contains(&middle) && spread < 150.0, "{middle} ± {spread}");
        let (middle, wide) = foretold(&runs, 500);
        assert!((1_000.0..1_040.0).contains(&middle) && wide > spread, "{middle} ± {wide}");
        // Half the work takes more than half the time: known as soon as it has been seen.
        let runs = learned(hd.chain((0..3).map(|_| run(500, 100, 1_500))));
        let (middle, _) = foretold(&runs, 500);
        assert!((1_490.0..1_510.0).contains(&middle), "{middle}");
        assert_eq!(Runs::default().forecast(&endpoint("fal-ai/flux/dev"), 1), None);
    }

    #[test]
    fn the_spread_is_of_what_was_seen_outliers_aside_and_wide_after_one_run() {
        let even = learned((0..40).map(|n| run(1, 0, 500 + (n * 17 % 40) * 90)));
        let (middle, spread) = foretold(&even, 1);
        assert!((2_000.0..2_500.0).contains(&middle), "{middle}");
        assert!((1_600.0..2_100.0).contains(&spread), "{spread}");
        let (_, once) = foretold(&learned([run(1, 0, 2_000)]), 1);
        assert!((300.0..600.0).contains(&once), "{once}");
        let outlier = |n| if n == 30 { 60_000 } else { 2_000 };
        let (middle, spread) = foretold(&learned((0..40).map(|n| run(1, 0, outlier(n)))), 1);
        assert!((1_950.0..2_050.0).contains(&middle) && spread < 200.0, "{middle} ± {spread}");
    }

    #[test]
    fn new_runs_count_more_than_old_ones() {
        let runs = learned((0..50).map(|n| run(1, 0, if n < 35 { 1_000 } else { 2_000 })));
        let (middle, _) = foretold(&runs, 1);
        assert!(middle > 1_900.0, "{middle}: fifteen slow runs after thirty-five quick ones");
    }
}
