//! What the jobs of a measurement meet: how long they wait and run, and when they write what.
//!
//! Times are drawn from a seed, so every run of the measurement is the same. They are spread evenly over
//! their ranges and then shuffled: whoever asks every 500 ms meets ends at every distance from its
//! questions, and a small number of jobs says as much as a larger one drawn freely.

use std::time::Duration;

use flux_proxy::demo::Schedule;

use crate::chance::Chance;

const GOLDEN: f64 = 0.618_033_988_749_895;

/// What jobs meet. Times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// What it is called.
    pub name: &'static str,
    /// How long the queue takes.
    queue: (f64, f64),
    /// How long the model takes.
    run: (f64, f64),
    /// How many steps are logged.
    steps: u32,
    /// The largest part of fal-js's median that is wanted.
    pub wanted: f64,
}

/// The same settings time and again: run times within 15 %, a queue that varies, and the lines of the
/// sampler.
pub const LIFELIKE: Load = Load {
    name: "lifelike: queued 0.3-1.5 s, runs 2.3 s ± 15 %, step logs",
    queue: (300.0, 1_500.0),
    run: (2_300.0 * 0.85, 2_300.0 * 1.15),
    steps: 28,
    wanted: 1.0 / 3.0,
};

/// Nothing that could be learned.
pub const EVEN: Load = Load {
    name: "evenly random: runs 0.5-4 s, no step logs",
    queue: (0.0, 0.0),
    run: (500.0, 4_000.0),
    steps: 0,
    wanted: 1.0,
};

impl Load {
    /// The schedules of so many jobs.
    pub fn draw(&self, count: usize, seed: u64) -> Vec<Schedule> {
        let mut chance = Chance::new(seed);
        let shift = chance.roll();
        let within = |(from, to): (f64, f64), share: f64| from + (to - from) * share.fract();
        let mut all = Vec::new();
        for place in 0..count {
            // Steps of the golden section come near no simple part of the range: the two times are
            // spread evenly together as well, and so is their sum.
            let queue = within(self.queue, (place as f64 + chance.roll()) / count as f64);
            let run = within(self.run, shift + place as f64 * GOLDEN);
            all.push(self.one(queue, run, &mut chance));
        }
        for left in (1..count).rev() {
            all.swap(left, (chance.roll() * (left + 1) as f64) as usize);
        }
        all
    }

    fn one(&self, queue: f64, run: f64, chance: &mut Chance) -> Schedule {
        // Of a run with steps, a twelfth or so is what comes before and after them.
        let before = run * 0.02;
        let after = run * chance.between((0.04, 0.08));
        let each = (run - before - after) / f64::from(self.steps.max(1));
        let place = |step: u32, chance: &mut Chance| match step {
            0 => 0.0,
            step if step == self.steps => f64::from(step),
            step => f64::from(step) + chance.between((-0.1, 0.1)),
        };
        let lines = if self.steps == 0 { 0 } else { self.steps + 1 };
        let steps = (0..lines).map(|step| millis(before + each * place(step, chance))).collect();
        Schedule { queue: millis(queue), run: millis(run), steps }
    }
}

fn millis(time: f64) -> Duration {
    Duration::from_secs_f64(time / 1000.0)
}
