//! What one line of a model's log says of how far the work is.
//!
//! This file owns the ways in which samplers write their steps, and what only looks like steps:
//! dates, sizes, ratios, addresses, bars of downloads. It refuses to know when a line was written
//! and which line came before it.

/// How far a model is, by its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// What is done of it.
    pub done: u32,
    /// What there is in all.
    pub of: u32,
    /// What is counted.
    pub unit: Unit,
}

/// What a log counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unit {
    /// Steps of the sampler.
    #[default]
    Step,
    /// Parts of a hundred: the log names no steps.
    Percent,
}

/// What a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) steps: Steps,
    /// Microseconds for a step, where the line names the rate.
    pub(super) each: Option<u64>,
}

/// What a count of steps stands after. Beginnings of words.
const COUNTED: [&str; 7] = ["step", "iter", "sampl", "denois", "progress", "inferenc", "diffusi"];

/// What a bar is drawn for besides steps. Beginnings of words.
const OTHER_WORK: [&str; 8] =
    ["load", "download", "upload", "fetch", "compil", "convert", "extract", "map"];

impl Steps {
    /// So many steps of so many.
    pub const fn new(done: u32, of: u32) -> Self {
        Self { done, of, unit: Unit::Step }
    }

    /// The last steps a line tells of. A bar that draws itself anew is one line with `\r` in it.
    pub fn read(line: &str) -> Option<Self> {
        read(line).map(|reading| reading.steps)
    }
}

pub(super) fn read(line: &str) -> Option<Reading> {
    line.rsplit(['\r', '\n']).find_map(|piece| match piece.split_once("%|") {
        Some((before, after)) => bar(before, after),
        None => words(piece),
    })
}

/// `Denoising:  64%|██████▍   | 18/28 [00:01<00:00, 10.1it/s]`, cut at its `%|`.
fn bar(before: &str, after: &str) -> Option<Reading> {
    let label = before.trim_end_matches(|c: char| c.is_ascii_digit());
    let percent = before.get(label.len()..).and_then(|digits| sane(number(digits)?, 100));
    let mut words = label.split_whitespace();
    if words.any(|word| begins_with_one_of(word, &OTHER_WORK)) {
        return None;
    }
    let counts = after.rsplit_once('|').map_or(after, |(_, counts)| counts);
    let (count, times) = counts.split_once('[').unwrap_or((counts, ""));
    match slashed(count.trim()) {
        Some(steps) => Some(Reading { steps, each: each(times) }),
        // A bar of another count (`1/1`, `12.5M/80M`) says nothing of steps.
        None if count.contains('/') => None,
        None => percent.map(|p| Reading { steps: Steps { unit: Unit::Percent, ..p }, each: None }),
    }
}

/// Microseconds for a step by `00:01<00:00, 10.1it/s]` or `00:07<00:05,  1.21s/it]`.
fn each(times: &str) -> Option<u64> {
    let rate = times.rsplit(',').next()?.trim().trim_end_matches(']');
    let micros = match (rate.strip_suffix("it/s"), rate.strip_suffix("s/it")) {
        (Some(count), _) => 1_000_000_000_u64.checked_div(thousandths(count)?)?,
        (_, Some(seconds)) => thousandths(seconds)?.checked_mul(1000)?,
        _ => return None,
    };
    (micros > 0).then_some(micros)
}

/// `18/28`, `step 18 of 28`, `Steps: 18 / 28`, `64%`: alone in the line, or beside a word that says
/// what is counted.
fn words(line: &str) -> Option<Reading> {
    let apart = |c: char| c.is_whitespace() || matches!(c, ':' | '=' | '[' | ']' | '(' | ')' | ',');
    let trimmed = |word: &str| word.trim_matches(['.', ';', '"', '\'']).to_owned();
    let words: Vec<String> =
        line.split(apart).map(trimmed).filter(|word| !word.is_empty()).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut last = None;
    for at in 0..words.len() {
        let spread = match word(at + 1) {
            "of" | "/" => number(word(at)).zip(number(word(at + 2))),
            _ => None,
        };
        let (found, length) = match spread {
            Some((done, of)) => (sane(done, of), 3),
            None => match word(at).strip_suffix('%') {
                Some(digits) => {
                    let percent = number(digits).and_then(|done| sane(done, 100));
                    (percent.map(|p| Steps { unit: Unit::Percent, ..p }), 1)
                }
                None => (slashed(word(at)), 1),
            },
        };
        let is_counted = words.len() == length
            || (at > 0 && begins_with_one_of(word(at - 1), &COUNTED))
            || begins_with_one_of(word(at + length), &["step", "iter"]);
        if let Some(steps) = found.filter(|_| is_counted) {
            last = Some(Reading { steps, each: None });
        }
    }
    last
}

fn begins_with_one_of(word: &str, beginnings: &[&str]) -> bool {
    let word = word.to_ascii_lowercase();
    beginnings.iter().any(|beginning| word.starts_with(beginning))
}

fn slashed(word: &str) -> Option<Steps> {
    let (done, of) = word.split_once('/')?;
    sane(number(done)?, number(of)?)
}

fn sane(done: u32, of: u32) -> Option<Steps> {
    (of > 1 && done <= of && of <= 10_000).then_some(Steps::new(done, of))
}

/// Digits and nothing else: no sign, no point.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// `2.1345` as 2134: a plain decimal in thousandths, without a float.
pub(super) fn thousandths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let places = fraction.bytes().chain([b'0'; 3]).take(3);
    let part = places.fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
    u64::from(number(whole)?).checked_mul(1000)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_samplers_write_them() {
        for (line, done, of) in [
            ("18/28", 18, 28),
            ("[18/28]", 18, 28),
            (" 64%|██████▍   | 18/28 [00:02<00:01,  7.51it/s]", 18, 28),
            ("  0%|          | 0/28 [00:00<?, ?it/s]", 0, 28),
            ("100%|██████████| 28/28 [00:03<00:00,  7.6it/s]", 28, 28),
            ("Denoising:  64%|######4   | 18/28 [00:02<00:01,  7.51it/s]", 18, 28),
            ("\r  4%|▎  | 1/28 [00:00]\r  7%|▋  | 2/28 [00:00<00:03,  7.2it/s]", 2, 28),
            ("  4%|▎  | 1/28 [00:00]\r  7%|▋  | 2/28 [00:00]\r\n", 2, 28),
            ("step 18 of 28", 18, 28),
            ("Step 18/28", 18, 28),
            ("steps: 18 / 28", 18, 28),
            ("step=18/28 loss=0.3", 18, 28),
            ("INFO sampler: step 18/28.", 18, 28),
            ("18/28 steps done", 18, 28),
            ("Denoising step 3 of 50: ok", 3, 50),
            ("step 3 of 50, 12 s left", 3, 50),
            ("Denoising 3/50", 3, 50),
            ("step 1/28, step 2/28, step 3/28", 3, 28),
        ] {
            assert_eq!(Steps::read(line), Some(Steps::new(done, of)), "{line:?}");
        }
    }

    #[test]
    fn parts_of_a_hundred_are_told_from_steps() {
        for line in ["64%", " 64% ", "Progress: 64%", " 64%|██████▍   |", "sampling 64%"]
        {
            let expected = Steps { done: 64, of: 100, unit: Unit::Percent };
            assert_eq!(Steps::read(line), Some(expected), "{line:?}");
        }
    }

    #[test]
    fn what_only_looks_like_steps_is_not_read() {
        for line in [
            "",
            "29/28",
            "1/1",
            "1/10001",
            "-1/28",
            "+1/28",
            "0.5/1.0",
            "2026/11/22 loading weights",
            "11/22 loading weights",
            "2026-11-22T10:20:30Z",
            "GET /health 200",
            "made of 28 parts",
            "2 of 4 GPUs are ready",
            "image_size 768/1024",
            "1024/768",
            "1024x768",
            "aspect ratio 9/16",
            "16/9",
            "https://fal.media/files/18/28",
            "http://localhost:18/28",
            "saved to out/18/28.png",
            "GPU memory 64%",
            "1/2 GPUs",
            "step 18",
            "18it [00:02,  7.5it/s]",
            "164%",
            "Loading pipeline components...:  43%|████▎     | 3/7 [00:00<00:00,  6.1it/s]",
            "Loading checkpoint shards: 100%|██████████| 3/3 [00:01<00:00,  2.1it/s]",
            "Fetching 28 files:  64%|██████▍   | 18/28 [00:02<00:01,  7.51it/s]",
            "model.safetensors:  16%|█▌        | 12.5M/80.0M [00:01<00:06, 10.2MB/s]",
        ] {
            assert_eq!(Steps::read(line), None, "{line:?}");
        }
    }

    #[test]
    fn a_bar_names_its_rate() {
        for (line, each) in [
            (" 64%|██████▍   | 18/28 [00:02<00:01, 10.00it/s]", Some(100_000)),
            (" 64%|██████▍   | 18/28 [00:22<00:12,  1.25s/it]", Some(1_250_000)),
            ("  0%|          | 0/28 [00:00<?, ?it/s]", None),
            ("  4%|▎         | 1/28 [00:00<00:00, 0.00it/s]", None),
            ("step 18 of 28", None),
        ] {
            assert_eq!(read(line).expect("steps").each, each, "{line:?}");
        }
    }

    #[test]
    fn decimals_are_cut_to_thousandths() {
        for (text, expected) in [
            ("2.1345", Some(2134)),
            ("2", Some(2000)),
            (" 0.05", Some(50)),
            ("2.", Some(2000)),
            ("-1.0", None),
            ("1e3", None),
            ("?", None),
            ("99999999999", None),
        ] {
            assert_eq!(thousandths(text), expected, "{text:?}");
        }
    }
}
