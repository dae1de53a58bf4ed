//! What a model writes while it works: the lines of its log, and the pace of its steps in them.
//!
//! This file owns the log of one job: what it keeps of it, in which order, and what of it is said
//! twice. It knows the clock of the server, as the lines name it, and refuses to know any other.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Millis;
use super::legible::drawn;
use super::steps::{self, Reading, Steps, Unit};

/// How many lines are kept: the last ones.
const MOST: usize = 500;

/// How many characters are kept of a line.
const LONGEST: usize = 2_000;

/// How many lines back a line may come a second time within one answer.
const NEAR: usize = 20;

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was written; a traceback that came wrapped in JSON is unwrapped.
    pub message: String,
    /// When, as the server says it. May be empty.
    pub timestamp: String,
    /// `STDERR`, `INFO` and the like, as the server says it. May be empty.
    pub level: String,
}

/// The log of a job. A copy costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Log {
    lines: Option<Arc<Vec<Line>>>,
    /// With what the log began, which shows whether it is told once more from its beginning.
    first: Option<Arc<Line>>,
    /// What the lines tell of the steps.
    tempo: Option<Tempo>,
}

/// How far the steps are and how fast they go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tempo {
    pub(super) steps: Steps,
    /// Microseconds a step takes.
    pub(super) each: Option<u64>,
    /// When the last line about a step was written, in milliseconds by the server's clock.
    pub(super) at: Option<i64>,
    /// When the first line of the log was written, in milliseconds by the server's clock.
    pub(super) began: Option<i64>,
}

impl Line {
    /// What was written, as a terminal shows it.
    pub fn text(&self) -> String {
        drawn(&self.message)
    }
}

impl Log {
    /// The lines that are kept, oldest first.
    pub fn lines(&self) -> &[Line] {
        self.lines.as_ref().map_or(&[], |lines| lines.as_slice())
    }

    /// What has changed since an earlier state of it: how many lines have gone from the beginning,
    /// and which came at the end.
    pub fn since(&self, old: &Self) -> (usize, &[Line]) {
        let (old, new) = (old.lines(), self.lines());
        let kept = |gone: usize| Some((gone, new.strip_prefix(old.get(gone..)?)?));
        (0..old.len()).find_map(kept).unwrap_or((old.len(), new))
    }

    /// What the model wrote last, as a terminal shows it.
    pub fn latest(&self) -> Option<String> {
        let mut shown = self.lines().iter().rev().map(Line::text);
        shown.find(|text| !text.trim().is_empty())
    }

    /// Milliseconds from the beginning of the log to one of its lines, where both name a time.
    pub fn age(&self, line: &Line) -> Option<Millis> {
        let began = moment(&self.first.as_ref()?.timestamp)?;
        moment(&line.timestamp)?.checked_sub(began)?.try_into().ok()
    }

    /// How far the steps are.
    pub fn steps(&self) -> Option<Steps> {
        self.tempo.map(|tempo| tempo.steps)
    }

    pub(super) fn tempo(&self) -> Option<Tempo> {
        self.tempo
    }

    /// Takes in what an answer brought: all lines once more, as polling does, or those since the
    /// last answer, as a stream does. None take nothing away: fal leaves them out at times.
    pub(super) fn hear(&mut self, told: Vec<Line>) {
        let Some(first) = told.first() else { return };
        let is_whole = self.first.as_ref().is_none_or(|known| **known == *first);
        let mut lines = if is_whole { Vec::new() } else { self.lines().to_vec() };
        let known = lines.len();
        if is_whole {
            self.first = Some(Arc::new(first.clone()));
        }
        for line in told {
            // Lines without a time may well be alike.
            let old = lines.get(..known).unwrap_or_default();
            let is_twice = !line.timestamp.is_empty()
                && lines.iter().rev().take(NEAR).any(|near| *near == line);
            if !is_twice && !old.contains(&line) {
                lines.push(line);
            }
        }
        let surplus = lines.len().saturating_sub(MOST);
        lines.drain(..surplus);
        if lines != self.lines() {
            self.tempo = tempo(&lines, self.first.as_deref());
            self.lines = Some(Arc::new(lines));
        }
    }
}

/// The lines a status body brings. Polls bring all of them each time, so only the last are read.
pub(super) fn lines(body: &Map<String, Value>) -> Vec<Line> {
    let logs = body.get("logs").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let (first, rest) = match logs.split_first() {
        Some((first, rest)) => (first, rest),
        None => return Vec::new(),
    };
    // The first shows that this is the whole log.
    let rest = rest.get(rest.len().saturating_sub(MOST)..).unwrap_or_default();
    [first].into_iter().chain(rest).filter_map(line).collect()
}

fn line(log: &Value) -> Option<Line> {
    let text = |key: &str, longest: usize| {
        let text = log.get(key).and_then(Value::as_str).unwrap_or_default();
        text.chars().take(longest).collect::<String>()
    };
    let message = log.get("message")?.as_str()?;
    let message = match traceback(message) {
        Some(traceback) => traceback.chars().take(LONGEST).collect(),
        // Of a bar that draws itself anew the end is what counts.
        None => match message.char_indices().rev().nth(LONGEST - 1) {
            Some((start, _)) if message.contains('\r') => message.get(start..)?.to_owned(),
            _ => text("message", LONGEST),
        },
    };
    Some(Line { message, timestamp: text("timestamp", 40), level: text("level", 20) })
}

/// `{"traceback": "…"}` in one line, as fal's runners write it.
fn traceback(message: &str) -> Option<String> {
    let message = message.trim();
    if !message.starts_with('{') || !message.contains("\"traceback\"") {
        return None;
    }
    let object: Value = serde_json::from_str(message).ok()?;
    Some(object.get("traceback")?.as_str()?.to_owned())
}

/// What the lines tell of the steps: the last count, and the time each takes since some earlier
/// count of the same row.
fn tempo(lines: &[Line], first: Option<&Line>) -> Option<Tempo> {
    let mut told = lines.iter().rev().filter_map(|line| Some((line, steps::read(&line.message)?)));
    let (line, last) = told.next()?;
    let at = moment(&line.timestamp);
    let mut each = None;
    let mut newer = last.steps.done;
    for (line, Reading { steps, .. }) in told {
        // Another count of steps, or the one before it.
        if (steps.of, steps.unit) != (last.steps.of, last.steps.unit) || steps.done > newer {
            break;
        }
        newer = steps.done;
        // The first step is slower than the others: something has to be set up or compiled.
        if steps.done == 0 && each.is_some() {
            break;
        }
        let count = i64::from(last.steps.done - steps.done);
        let span = at.zip(moment(&line.timestamp)).map(|(now, then)| (now - then) * 1000);
        if let Some(span) = span.filter(|span| *span > 0 && count > 0) {
            each = (span / count).try_into().ok();
        }
    }
    let began = first.and_then(|first| moment(&first.timestamp));
    let last_each = last.each.filter(|_| last.steps.unit == Unit::Step);
    Some(Tempo { steps: last.steps, each: each.or(last_each), at, began })
}

/// `2026-05-01T12:00:01.123456Z` in milliseconds since the epoch of the server's clock. Its zone is
/// not read: only differences between lines matter.
fn moment(timestamp: &str) -> Option<i64> {
    let (date, time) = timestamp.split_once(['T', ' '])?;
    let time = time.trim_end_matches('Z');
    let time = time.split(['+', '-']).next()?;
    let mut date = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let mut time = time.splitn(3, ':');
    let (hour, minute) = (time.next()?.parse::<i64>().ok()?, time.next()?.parse::<i64>().ok()?);
    let second = i64::try_from(steps::thousandths(time.next()?)?).ok()?;
    let sane = (1970..10_000).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute);
    sane.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second)
}

/// Days from 1970-01-01 to a date (Howard Hinnant's `days_from_civil`, for years of our time).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(logs: Value) -> Vec<Line> {
        lines(json!({ "logs": logs }).as_object().expect("an object"))
    }

    fn messages(log: &Log) -> Vec<&str> {
        log.lines().iter().map(|line| line.message.as_str()).collect()
    }

    fn entry(second: u32, message: &str) -> Value {
        json!({ "timestamp": format!("2026-05-01T12:00:{second:02}.500Z"), "message": message })
    }

    #[test]
    fn a_log_that_is_told_again_is_not_doubled_and_one_in_parts_is_put_together() {
        let mut log = Log::default();
        log.hear(told(json!([entry(1, "a"), entry(2, "b")])));
        log.hear(told(json!([entry(1, "a"), entry(2, "b"), entry(3, "c")])));
        assert_eq!(messages(&log), ["a", "b", "c"], "polling brings everything");
        log.hear(told(json!([entry(3, "c"), entry(4, "d"), entry(4, "d")])));
        log.hear(told(json!([entry(5, "e")])));
        assert_eq!(messages(&log), ["a", "b", "c", "d", "e"], "a stream brings what is new");
        for nothing in [json!([]), Value::Null, json!({}), json!([{ "no": "message" }])] {
            log.hear(told(nothing));
        }
        assert_eq!(log.lines().len(), 5, "nothing takes nothing away");
    }

    #[test]
    fn lines_without_a_time_may_be_alike() {
        let mut log = Log::default();
        log.hear(told(json!([{ "message": "x" }, { "message": "x" }])));
        assert_eq!(messages(&log), ["x", "x"]);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut log = Log::default();
        let many = (0..1_200).map(|n| entry(n % 60, &format!("{n} {}", "x".repeat(3_000))));
        log.hear(told(many.clone().collect()));
        assert_eq!(log.lines().len(), MOST);
        assert!(log.lines().iter().all(|line| line.message.chars().count() == LONGEST));
        assert!(log.lines().last().is_some_and(|line| line.message.starts_with("1199 ")));
        log.hear(told(many.chain([entry(1, "last")]).collect()));
        assert_eq!(log.lines().len(), MOST, "told again, and still the whole log");
        let bar = format!("{}\r 64%|██████▍   | 18/28", "y".repeat(3_000));
        log.hear(told(json!([entry(2, &bar)])));
        assert_eq!(log.steps(), Some(Steps::new(18, 28)), "the end of a bar is kept");
    }

    #[test]
    fn a_traceback_is_unwrapped() {
        let wrapped = json!({ "traceback": "Traceback:\n  boom" }).to_string();
        for (message, expected) in [
            (wrapped.as_str(), "Traceback:\n  boom"),
            (r#"{"traceback": 1}"#, r#"{"traceback": 1}"#),
            (r#"{"traceback": "#, r#"{"traceback": "#),
            (r#"{"other": "x"}"#, r#"{"other": "x"}"#),
        ] {
            let lines = told(json!([{ "message": message, "level": "ERROR" }]));
            assert_eq!(lines.first().map(|line| line.message.as_str()), Some(expected));
            assert_eq!(lines.first().map(|line| line.level.as_str()), Some("ERROR"));
        }
    }

    #[test]
    fn the_latest_line_is_the_last_with_something_in_it() {
        let mut log = Log::default();
        assert_eq!(log.latest(), None);
        log.hear(told(json!([entry(1, "a\rb"), entry(2, " \r\n")])));
        assert_eq!(log.latest().as_deref(), Some("b"));
    }

    #[test]
    fn what_is_new_is_told_from_what_was_there() {
        let log = |messages: &[&str]| {
            let lines = messages.iter().map(|message| json!({ "message": message }));
            Log { lines: Some(Arc::new(told(lines.collect()))), ..Log::default() }
        };
        for (old, new, gone, came) in [
            (&[][..], &["a", "b"][..], 0, 2),
            (&["a"], &["a", "b"], 0, 1),
            (&["a", "b"], &["a", "b"], 0, 0),
            (&["a", "b", "c"], &["b", "c", "d", "e"], 1, 2),
            (&["a", "b"], &["c"], 2, 1),
            (&["a", "a"], &["a", "b"], 1, 1),
            (&["a"], &[], 1, 0),
        ] {
            let (old_log, new_log) = (log(old), log(new));
            let (gone_found, came_found) = new_log.since(&old_log);
            assert_eq!((gone_found, came_found.len()), (gone, came), "{old:?} {new:?}");
        }
    }

    #[test]
    fn lines_have_an_age_where_they_name_a_time() {
        let mut log = Log::default();
        let untimed = json!({ "message": "x" });
        log.hear(told(json!([entry(1, "a"), entry(4, "b"), untimed, entry(0, "c")])));
        let ages: Vec<_> = log.lines().iter().map(|line| log.age(line)).collect();
        assert_eq!(ages, [Some(0), Some(3_000), None, None], "none is older than the log");
    }

    #[test]
    fn steps_have_a_pace() {
        let log = |entries: Value| {
            let mut log = Log::default();
            log.hear(told(entries));
            log.tempo().map(|tempo| (tempo.steps.done, tempo.each))
        };
        for (entries, expected) in [
            (json!([entry(1, "hello")]), None),
            (json!([entry(1, "1/28")]), Some((1, None))),
            (json!([entry(1, "0/28"), entry(3, "1/28")]), Some((1, Some(2_000_000)))),
            // The first step is left out as soon as there are others.
            (
                json!([entry(0, "0/28"), entry(9, "1/28"), entry(10, "2/28"), entry(11, "3/28")]),
                Some((3, Some(1_000_000))),
            ),
            // Another row of steps began.
            (json!([entry(1, "27/28"), entry(2, "28/28"), entry(3, "0/10")]), Some((0, None))),
            (
                json!([entry(1, "28/28"), entry(2, "1/28"), entry(4, "2/28")]),
                Some((2, Some(2_000_000))),
            ),
            // Without times the line's own rate has to do.
            (
                json!([{ "message": " 64%|██▍   | 18/28 [00:02<00:01, 10.00it/s]" }]),
                Some((18, Some(100_000))),
            ),
        ] {
            assert_eq!(log(entries.clone()), expected, "{entries}");
        }
    }

    #[test]
    fn times_are_read_as_servers_write_them() {
        for (timestamp, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T00:00:00.000000Z", Some(951_782_400_000)),
            ("2025-11-30T22:59:59.123456+00:00", Some(1_764_543_599_123)),
            ("2100-01-01 00:00:00.5", Some(4_102_444_800_500)),
            ("2025-13-30T22:59:59Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(moment(timestamp), expected, "{timestamp:?}");
        }
    }
}
