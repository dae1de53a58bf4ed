//! When to ask again. Times in milliseconds, randomness as an argument.
//!
//! Asking costs requests, not asking costs waiting for something that is already there. With a
//! chance `h` for each millisecond that the job ends in it, questions `d` apart find the end `d / 2`
//! late and cost `1 / d` each millisecond, and the sum of both is least where `d` is as one over the
//! root of `h`. So the questions are dense where the end is likely and sparse elsewhere; how dense
//! in all follows from a budget, the number of questions that a client would have asked which asks
//! every half second.

use super::outlook::Outlook;

/// What the wait depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace<'o> {
    /// How long the job has been with the queue.
    pub age: u64,
    /// How often the queue has been asked about it.
    pub asked: u32,
    /// How long an answer takes, at least.
    pub lag: u64,
    /// When it may end.
    pub(super) outlook: Option<&'o Outlook>,
    /// When it might have ended, as far as that could be told when the queue accepted it.
    pub(super) outset: Option<&'o Outlook>,
    /// How many answers in a row were no answers.
    pub failures: u32,
    /// Seconds the last refusal asked for.
    pub retry_after: Option<u32>,
    /// Whether nobody is looking at the page.
    pub hidden: bool,
}

/// The longest wait between two questions after failures.
const LONGEST: u64 = 30_000;

/// The longest wait when nobody is looking.
const LONGEST_HIDDEN: u64 = 10_000;

/// The wait after the first failure is twice this.
const BACKING_OFF: u64 = 500;

/// The longest wait while the end is far away.
const LONGEST_PLANNED: f64 = 2_500.0;

/// The shortest wait between two questions.
const SHORTEST: f64 = 30.0;

/// How many questions a job may borrow from those that ended early.
const LENT: f64 = 0.5;

/// How many pieces the time that is planned for is cut into.
const PIECES: usize = 50;

/// Milliseconds until the next question. `dice` in 0.0..1.0 spreads the questions of several
/// jobs and tabs by a tenth to either side, or less where the moment matters.
pub fn next_poll(pace: Pace<'_>, dice: f64) -> u64 {
    let dice = within(dice, 0.0, 1.0) * 2.0 - 1.0;
    let usual = usual(pace.age) as f64;
    let (calm, spread) = match pace.outlook {
        Some(outlook) if pace.failures == 0 => (planned(pace, outlook), 15.0),
        _ => (usual, f64::INFINITY),
    };
    let mut wait = calm;
    if pace.hidden {
        wait = (wait.max(usual) * 4.0).min(LONGEST_HIDDEN as f64);
    }
    if pace.failures > 0 {
        let backed_off = BACKING_OFF.saturating_mul(1 << pace.failures.min(6));
        wait = wait.max(backed_off.min(LONGEST) as f64);
    }
    let spread = wait + dice * (wait / 10.0).min(spread);
    let asked_for = pace.retry_after.map_or(0, |seconds| u64::from(seconds.min(3600)) * 1000);
    (spread as u64).max(asked_for)
}

/// The wait when nothing is known of the end. A client that asks at once and then every half second
/// wastes its first question: nothing ends that soon. Here that question makes the first three
/// seconds denser, in which most short jobs end; so at no moment more has been asked than it would
/// have. Denser towards the beginning, since a job that may end at any scale of time ends in each
/// millisecond with a chance that falls with its age.
fn usual(age: u64) -> u64 {
    match age {
        ..1_100 => 400,
        1_100..2_900 => 450,
        2_900..10_000 => 500,
        10_000..60_000 => 1_000,
        _ => 2_000,
    }
}

/// How many questions there may have been at an age: as many as of a client that asks at once and
/// then every half second, later every second, every two. Each answer takes it a moment.
fn budget(age: f64) -> f64 {
    let answer = 10.0;
    1.0 + age.min(10_000.0) / (500.0 + answer)
        + (age.min(60_000.0) - 10_000.0).max(0.0) / (1_000.0 + answer)
        + (age - 60_000.0).max(0.0) / (2_000.0 + answer)
}

/// The wait when it is known when the end may come.
fn planned(pace: Pace<'_>, outlook: &Outlook) -> f64 {
    let age = pace.age as f64;
    let left = outlook.after(age);
    if left < 0.03 * outlook.after(f64::NEG_INFINITY) {
        return overdue(pace, outlook);
    }
    let plan = Plan::of(outlook, age);
    // States, positions and steps are shown in the meantime, and a job may fail early.
    let longest = within((plan.start - age) / 3.0, 1_000.0, LONGEST_PLANNED);
    let spare = budget(plan.expected()) - f64::from(pace.asked);
    let most = budget(plan.expected() - age) + 6.0;
    // Jobs that ended early have left questions over, of which this one may make use: some more, as
    // long as they are no denser than was planned at first for all that could happen.
    let at_first = pace.outset.map_or(0.0, |outset| {
        let first = Plan::of(outset, 0.0);
        budget(first.expected()) / first.lateness() * plan.lateness()
    });
    let questions = at_first.min(spare + LENT).max(spare).min(most).max(1.0);
    let wait = plan.next(questions / plan.lateness()) - age;
    within(wait - pace.lag as f64, SHORTEST, longest)
}

/// The time in which a job may end, in pieces.
struct Plan {
    start: f64,
    /// Of a piece.
    length: f64,
    /// For each piece the chance to end in it, and to come to its middle.
    chances: Vec<(f64, f64)>,
}

impl Plan {
    /// What is left of an outlook at an age.
    fn of(outlook: &Outlook, age: f64) -> Self {
        let left = outlook.after(age);
        let start = outlook.first().max(age);
        let length = (outlook.last() - start) / PIECES as f64;
        let mut before = 1.0;
        let mut chances = Vec::with_capacity(PIECES);
        for piece in 1..=PIECES {
            let after = outlook.after(start + length * piece as f64) / left;
            chances.push((before - after, f64::midpoint(before, after)));
            before = after;
        }
        Self { start, length, chances }
    }

    /// The mean of the ends.
    fn expected(&self) -> f64 {
        self.start + self.chances.iter().map(|(_, alive)| alive * self.length).sum::<f64>()
    }

    /// How many questions there are on average where they are of density one, see above.
    fn lateness(&self) -> f64 {
        self.chances.iter().map(|(end, alive)| (end * alive * self.length).sqrt()).sum()
    }

    /// The moment of the next question.
    fn next(&self, density: f64) -> f64 {
        let mut asked = 0.0;
        for (piece, (end, alive)) in self.chances.iter().enumerate() {
            let here = density * (end * self.length / alive.max(1e-9)).sqrt();
            if asked + here >= 1.0 {
                let share = (1.0 - asked) / here;
                return self.start + self.length * (piece as f64 + share);
            }
            asked += here;
        }
        self.start + self.length * PIECES as f64
    }
}

/// The wait when all that is known has passed: the longer, the longer ago most would have ended.
fn overdue(pace: Pace<'_>, outlook: &Outlook) -> f64 {
    let age = pace.age as f64;
    let late = age - outlook.at(0.8);
    let usual = usual(pace.age) as f64;
    let is_spent = f64::from(pace.asked) >= budget(age);
    let wait = within(late / 3.0, SHORTEST, usual);
    if is_spent { wait.max(usual.min(500.0)) } else { wait }
}

/// What `clamp` does, without its panic: that prints floats, for which the program would carry tables.
fn within(value: f64, low: f64, high: f64) -> f64 {
    value.min(high).max(low)
}

#[cfg(test)]
mod tests {
    use super::super::outlook::{Seen, Stepping};
    use super::super::{EndpointId, Run, Runs};
    use super::*;

    /// What is expected after some runs that waited 1 s and took 1.8 to 2.2 s, of a job that
    /// has been seen so.
    fn outlook(seen: Seen, stepping: Option<Stepping>) -> Outlook {
        let endpoint = EndpointId::parse("fal-ai/flux/dev").expect("an id");
        let mut runs = Runs::default();
        for run in (1_800..=2_200).step_by(10) {
            let endpoint = endpoint.clone();
            runs.learn(Run { endpoint, work: 1, wait: 1_000, run, tail: Some(100) });
        }
        Outlook::of(runs.forecast(&endpoint, 1).as_ref(), seen, stepping).expect("an outlook")
    }

    #[test]
    fn without_knowledge_the_wait_grows_with_age_failures_and_requests_to_wait() {
        let young = Pace::default();
        let late = Pace { age: 10_000, ..young };
        for (pace, expected) in [
            (young, 400),
            (Pace { age: 2_000, ..young }, 450),
            (Pace { age: 5_000, ..young }, 500),
            (late, 1_000),
            (Pace { age: 60_000, ..young }, 2_000),
            (Pace { failures: 1, ..young }, 1_000),
            (Pace { failures: 3, ..young }, 4_000),
            (Pace { failures: 60, ..young }, LONGEST),
            (Pace { hidden: true, ..young }, 1_600),
            (Pace { hidden: true, ..late }, 4_000),
            (Pace { hidden: true, age: u64::MAX, ..young }, 8_000),
            (Pace { hidden: true, failures: 6, ..late }, LONGEST),
            (Pace { retry_after: Some(7), ..young }, 7_000),
            (Pace { retry_after: Some(u32::MAX), ..young }, 3_600_000),
        ] {
            assert_eq!(next_poll(pace, 0.5), expected, "{pace:?}");
        }
    }

    #[test]
    fn with_knowledge_the_wait_is_long_before_the_end_and_short_around_it() {
        let waiting = outlook(Seen::Waiting(0.0, None), None);
        let crowded = outlook(Seen::Waiting(1_500.0, Some(3)), None);
        let started = outlook(Seen::Started(1_000.0, 1_000.0), None);
        let step = |left| Some(Stepping { at: 2_000.0, each: 50.0, left, done: 10 });
        let stepping = outlook(Seen::Started(1_000.0, 1_000.0), step(18));
        let another_row = outlook(Seen::Started(1_000.0, 1_000.0), step(1));
        for (what, outlook, age, asked, expected) in [
            ("asked for its state before", &waiting, 0, 0, 900..=1_000),
            ("until it is likely", &waiting, 2_000, 2, 600..=900),
            ("around the end", &waiting, 2_950, 3, 40..=150),
            ("started, likely at 3 s", &started, 2_200, 2, 500..=750),
            ("started, around the end", &started, 2_900, 3, 40..=120),
            ("the questions are used up", &started, 2_900, 7, 150..=400),
            ("overdue", &started, 3_400, 5, 60..=110),
            ("long overdue", &started, 4_000, 5, 250..=400),
            ("never seen it take so long", &started, 30_000, 20, 1_000..=1_000),
            ("steps end at 2.9 s, the rest takes 100 ms", &stepping, 2_100, 2, 800..=950),
            ("another row of steps follows", &another_row, 2_600, 4, 100..=450),
            ("others are before it", &crowded, 1_500, 2, 900..=1_000),
        ] {
            let pace = Pace { age, asked, outlook: Some(outlook), ..Pace::default() };
            let wait = next_poll(pace, 0.5);
            assert!(expected.contains(&wait), "{what}: {wait}");
            let hidden = next_poll(Pace { hidden: true, ..pace }, 0.5);
            assert!((1_600..=10_000).contains(&hidden), "hidden, {what}: {hidden}");
            let failing = next_poll(Pace { failures: 2, ..pace }, 0.5);
            assert_eq!(failing, 2_000, "failing, {what}");
            let told = next_poll(Pace { retry_after: Some(9), ..pace }, 0.5);
            assert_eq!(told, 9_000, "told to wait, {what}");
        }
    }

    #[test]
    fn the_way_of_the_answer_is_started_earlier() {
        let outlook = outlook(Seen::Started(1_000.0, 1_000.0), None);
        let pace = Pace { age: 2_200, asked: 2, outlook: Some(&outlook), ..Pace::default() };
        let near = next_poll(pace, 0.5);
        assert_eq!(next_poll(Pace { lag: 80, ..pace }, 0.5), near - 80);
    }

    #[test]
    fn the_dice_move_it_by_a_tenth_and_by_little_where_the_moment_matters() {
        assert_eq!(next_poll(Pace::default(), 0.0), 360);
        assert_eq!(next_poll(Pace::default(), 1.0), 440);
        let outlook = outlook(Seen::Started(1_000.0, 1_000.0), None);
        let pace = Pace { age: 2_200, asked: 2, outlook: Some(&outlook), ..Pace::default() };
        assert_eq!(next_poll(pace, 1.0) - next_poll(pace, 0.0), 30);
    }

    #[test]
    fn without_knowledge_it_asks_no_more_than_every_half_second_and_is_sooner() {
        // Answers that take no time, as is worst for the count.
        let mut polls = vec![next_poll(Pace::default(), 0.5)];
        while let Some(age) = polls.last().copied().filter(|age| *age < 120_000) {
            polls.push(age + next_poll(Pace { age, ..Pace::default() }, 0.5));
        }
        for (before, age) in polls.iter().enumerate() {
            // The other has asked at 0, 500, 1000, …
            assert!(before as u64 <= age / 500, "{before} questions before the one at {age} ms");
        }
        let lateness = |end: &u64| polls.iter().find(|poll| *poll >= end).expect("a poll") - end;
        for (from, to) in [(300, 1_000), (500, 4_000), (300, 10_000)] {
            let ends: Vec<u64> = (from..to).collect();
            let mut late: Vec<u64> = ends.iter().map(lateness).collect();
            late.sort_unstable();
            let median = late[late.len() / 2];
            assert!(median <= 250, "{median} ms late for ends from {from} to {to} ms");
        }
    }
}
