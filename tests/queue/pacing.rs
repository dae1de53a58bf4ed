//! How soon a picture is there and how many questions it takes, beside fal-js as it polls: a status
//! request at once, and another 500 ms after each answer. A simulation: jobs whose times are drawn
//! from a seed, a clock that jumps, a network of 10 to 30 ms there and back. The job machine itself
//! is driven, by the texts that a queue would answer.
//!
//! `cargo test --test queue pacing -- --nocapture` prints the table. What it cannot know is how late
//! timers are in a browser, and how late fal passes lines of a log on.

use std::fmt::Write as _;

use flux_studio::queue::{Call, Effect, Event, Job, Phase, Runs, Surroundings, step};

use crate::chance::Chance;
use crate::{job, reply};

/// One way through the network, in milliseconds.
fn way(chance: &mut Chance) -> f64 {
    chance.between((5.0, 15.0))
}

/// What one job meets, in milliseconds since the queue accepted it.
struct Fate {
    start: f64,
    end: f64,
    /// When each step was done, the first being none.
    steps: Vec<f64>,
    /// How long a line takes to the queue.
    line: f64,
    /// Whether the queue says how long the model worked.
    has_metrics: bool,
}

/// What jobs meet.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    wait: (f64, f64),
    /// The middle of the run times, and how far they are from it at most.
    run: (f64, f64),
    /// How many steps are logged.
    steps: u32,
    /// How long a line takes to the queue.
    line: (f64, f64),
    has_metrics: bool,
    /// How many runs have been seen before it counts, and how many count.
    runs: (usize, usize),
    /// From which run on all takes twice as long.
    slower: usize,
}

const LIFELIKE: Load = Load {
    name: "lifelike, with logs",
    wait: (300.0, 1_500.0),
    run: (2_300.0, 0.15),
    steps: 28,
    line: (0.0, 0.0),
    has_metrics: false,
    runs: (10, 40),
    slower: usize::MAX,
};
const SILENT: Load = Load { name: "lifelike, without logs", steps: 0, ..LIFELIKE };
const EVEN: Load = Load {
    name: "evenly 0.5-4 s, without logs",
    wait: (0.0, 0.0),
    run: (2_250.0, 1.75 / 2.25),
    steps: 0,
    ..LIFELIKE
};
const LONG: Load = Load { name: "60 s, without logs", run: (60_000.0, 0.15), ..SILENT };

impl Load {
    fn draw(&self, count: usize, chance: &mut Chance) -> Fate {
        let (middle, share) = self.run;
        let slower = if count >= self.slower { 2.0 } else { 1.0 };
        let run = middle * chance.between((1.0 - share, 1.0 + share)) * slower;
        let start = chance.between(self.wait);
        // Of a run with steps, a twelfth or so is what comes before and after them.
        let before = start + run * 0.02;
        let after = run * chance.between((0.04, 0.08));
        let each = (start + run - after - before) / f64::from(self.steps.max(1));
        let jitter = |n: u32, chance: &mut Chance| match n {
            0 => 0.0,
            n if n == self.steps => f64::from(n),
            n => f64::from(n) + chance.between((-0.1, 0.1)),
        };
        let steps = (0..=self.steps).map(|n| before + each * jitter(n, chance));
        let steps = if self.steps == 0 { Vec::new() } else { steps.collect() };
        let line = chance.between(self.line);
        Fate { start, end: start + run, steps, line, has_metrics: self.has_metrics }
    }
}

impl Fate {
    /// What the queue answers at a moment.
    fn status(&self, at: f64) -> String {
        if at < self.start {
            return r#"{"status":"IN_QUEUE","queue_position":0}"#.to_owned();
        }
        let mut logs = String::new();
        let total = self.steps.len().saturating_sub(1);
        for (done, written) in
            self.steps.iter().enumerate().take_while(|(_, s)| **s + self.line <= at)
        {
            // The server's clock is not the page's.
            let clock = *written as u64 + 7_200_000;
            let (second, milli) = (clock / 1000, clock % 1000);
            let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
            let comma = if logs.is_empty() { "" } else { "," };
            write!(
                logs,
                r#"{comma}{{"message":" {}%|██▍ | {done}/{total} [00:00<00:00, ?it/s]","#,
                done * 100 / total
            )
            .unwrap();
            write!(
                logs,
                r#""timestamp":"2026-05-01T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"}}"#
            )
            .unwrap();
        }
        if at < self.end {
            return format!(r#"{{"status":"IN_PROGRESS","logs":[{logs}]}}"#);
        }
        let seconds = (self.end - self.start) / 1000.0;
        let metrics = format!(r#","metrics":{{"inference_time":{seconds}}}"#);
        let metrics = if self.has_metrics { metrics.as_str() } else { "" };
        format!(r#"{{"status":"COMPLETED","logs":[{logs}]{metrics}}}"#)
    }
}

/// From the end at the server to the picture, in milliseconds, and how many status requests.
#[derive(Clone, Copy)]
struct Figures {
    late: f64,
    asked: u32,
}

fn fal_js(fate: &Fate, chance: &mut Chance) -> Figures {
    let mut now = way(chance);
    for asked in 1.. {
        let there = now + way(chance);
        now = there + way(chance);
        if there >= fate.end {
            now += way(chance) + way(chance);
            return Figures { late: now - fate.end, asked };
        }
        now += 500.0;
    }
    unreachable!("every job ends")
}

/// The page: drives the job machine, and teaches `runs` what it wants remembered.
fn page(fate: &Fate, runs: &mut Runs, chance: &mut Chance) -> Figures {
    // The page's clock when the queue accepts the job.
    const EPOCH: f64 = 1_700_000_000_000.0;
    let mut job: Job = job(Phase::Sending);
    job.created = (EPOCH - 20.0) as u64;
    job.watch.forecast = runs.forecast(&job.endpoint, job.expects.work());
    let mut now = way(chance);
    let mut asked = 0;
    let submitted = reply(200, r#"{"request_id":"r-1","queue_position":0}"#);
    let mut event = Event::Answered(Call::Submit(job.endpoint.clone()), submitted);
    loop {
        let world = Surroundings { now: (EPOCH + now) as u64, dice: chance.roll(), hidden: false };
        let (after, effects) = step(job, event, world);
        job = after;
        let mut next = None;
        for effect in effects {
            match effect {
                Effect::Save => {}
                Effect::Learn(run) => runs.learn(run),
                Effect::Send(call, wait) => next = Some((call, wait)),
            }
        }
        let Some((call, wait)) = next else {
            assert!(matches!(job.phase, Phase::Done(..)), "{:?}", job.phase);
            return Figures { late: now - fate.end, asked };
        };
        // A timer is a little late, and the request takes a moment to leave.
        now += wait as f64 + chance.between((0.0, 4.0));
        let there = now + way(chance);
        now = there + way(chance);
        let body = match call {
            Call::Result(..) => r#"{"images":[{"url":"https://a.example/b.png"}]}"#.to_owned(),
            _ => {
                asked += 1;
                fate.status(there)
            }
        };
        event = Event::Answered(call, reply(200, &body));
    }
}

/// The figures of many jobs.
#[derive(Debug, Clone, Copy)]
struct Sum {
    median: f64,
    p95: f64,
    asked: f64,
}

fn sum(figures: &[Figures]) -> Sum {
    let mut late: Vec<f64> = figures.iter().map(|f| f.late).collect();
    late.sort_by(f64::total_cmp);
    let at = |share: f64| late[(late.len() as f64 * share) as usize];
    let asked: u32 = figures.iter().map(|f| f.asked).sum();
    Sum { median: at(0.5), p95: at(0.95), asked: f64::from(asked) / figures.len() as f64 }
}

/// Fal-js and the page on the same jobs.
fn compare(load: Load, sessions: u64) -> (Sum, Sum) {
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    for session in 0..sessions {
        let mut chance = Chance::new(session * 7919 + load.name.len() as u64);
        let mut runs = Runs::default();
        for count in 0..load.runs.0 + load.runs.1 {
            let fate = load.draw(count, &mut chance);
            let (fal, page) = (fal_js(&fate, &mut chance), page(&fate, &mut runs, &mut chance));
            if count >= load.runs.0 {
                theirs.push(fal);
                ours.push(page);
            }
        }
    }
    let (theirs, ours) = (sum(&theirs), sum(&ours));
    println!(
        "{:<35} {:>5.0} {:>5.0} {:>6.1}   {:>5.0} {:>5.0} {:>6.1}   {:>4.2}",
        load.name,
        theirs.median,
        theirs.p95,
        theirs.asked,
        ours.median,
        ours.p95,
        ours.asked,
        ours.median / theirs.median
    );
    (theirs, ours)
}

#[test]
fn pictures_come_sooner_for_no_more_questions() {
    println!("{:<35} fal-js: ms, p95, polls   page: ms, p95, polls", "");
    let (theirs, ours) = compare(LIFELIKE, 20);
    assert!(ours.median <= theirs.median / 3.5, "a third, with margin");
    assert!(ours.p95 <= theirs.p95 / 3.0);
    assert!(ours.asked <= theirs.asked - 0.5);

    let (theirs, ours) = compare(EVEN, 25);
    assert!(ours.median <= theirs.median * 0.95);
    assert!(ours.p95 <= theirs.p95);
    assert!(ours.asked <= theirs.asked);

    let first = Load { runs: (0, 1), ..LIFELIKE };
    let slower = Load { runs: (30, 10), slower: 30, ..LIFELIKE };
    for (load, sessions, most) in [
        (Load { name: "lifelike, with logs and metrics", has_metrics: true, ..LIFELIKE }, 8, 0.33),
        (
            Load { name: "lifelike, lines 0.1-0.4 s late", line: (100.0, 400.0), ..LIFELIKE },
            15,
            0.6,
        ),
        (SILENT, 8, 0.6),
        (Load { name: "no logs, with metrics", has_metrics: true, ..SILENT }, 8, 0.6),
        (Load { name: "evenly, with metrics", has_metrics: true, ..EVEN }, 8, 1.0),
        (Load { name: "0.4 s, no wait", run: (400.0, 0.15), wait: (0.0, 50.0), ..SILENT }, 8, 0.7),
        (LONG, 2, 1.0),
        (Load { name: "60 s, with logs", steps: 28, ..LONG }, 1, 0.6),
        (Load { name: "first run ever, with logs", ..first }, 400, 0.4),
        // Nothing is known: it can only be no worse, and a little is chance.
        (Load { name: "first run ever, without logs", steps: 0, ..first }, 500, 1.05),
        (Load { name: "first run ever, evenly", runs: (0, 1), ..EVEN }, 500, 1.0),
        (Load { name: "second to fifth run, with logs", runs: (1, 4), ..LIFELIKE }, 80, 0.4),
        (Load { name: "suddenly half as fast, with logs", ..slower }, 10, 0.4),
        (Load { name: "suddenly half as fast, no logs", steps: 0, ..slower }, 10, 1.0),
    ] {
        let (theirs, ours) = compare(load, sessions);
        assert!(ours.median <= theirs.median * most, "{}: {ours:?}, {theirs:?}", load.name);
        assert!(ours.asked <= theirs.asked * 1.05 + 0.1, "{}: {ours:?}, {theirs:?}", load.name);
    }
}
