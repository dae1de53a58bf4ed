//! What a running model writes: the progress lines of the sampler, as `tqdm` prints them, with the
//! time of day. Formatting only; the clock is read by the caller.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

const BAR: usize = 10;
const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// One log entry in the shape of fal-js `libs/client/src/types/common.ts`, `RequestLog`.
pub(crate) fn entry(message: &str, at: SystemTime) -> Value {
    json!({ "message": message, "timestamp": timestamp(at), "level": "STDERR", "source": "USER" })
}

/// ` 64%|██████▍   | 18/28 [00:03<00:02,  4.91it/s]`
pub(crate) fn line(done: u32, total: u32, elapsed: Duration) -> String {
    let share = f64::from(done) / f64::from(total.max(1));
    let eighths = (share * (BAR * EIGHTHS.len()) as f64) as usize;
    let full = eighths / EIGHTHS.len();
    let mut bar: String = "█".repeat(full.min(BAR));
    if full < BAR {
        bar.extend(EIGHTHS.get(eighths % EIGHTHS.len()));
        bar.push_str(&" ".repeat(BAR - full - 1));
    }
    let percent = (share * 100.0).round();
    if done == 0 {
        return format!("{percent:3}%|{bar}| 0/{total} [00:00<?, ?it/s]");
    }
    let each = elapsed.as_secs_f64() / f64::from(done);
    let left = Duration::from_secs_f64(each * f64::from(total.saturating_sub(done)));
    let rate = if each > 1.0 {
        format!("{each:5.2}s/it")
    } else {
        format!("{:5.2}it/s", 1.0 / each.max(1e-6))
    };
    format!("{percent:3}%|{bar}| {done}/{total} [{}<{}, {rate}]", clock(elapsed), clock(left))
}

fn clock(span: Duration) -> String {
    let seconds = span.as_secs();
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// ISO 8601 with microseconds, in UTC.
fn timestamp(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z",
        since.subsec_micros()
    )
}

/// The Gregorian date of a day counted from 1970-01-01 (Howard Hinnant's `civil_from_days`).
fn date(day: u64) -> (u64, u64, u64) {
    let shifted = day + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_look_like_tqdm() {
        let line = |done, total, milliseconds| {
            super::line(done, total, Duration::from_millis(milliseconds))
        };
        assert_eq!(line(0, 28, 0), "  0%|          | 0/28 [00:00<?, ?it/s]");
        assert_eq!(line(18, 28, 3666), " 64%|██████▍   | 18/28 [00:03<00:02,  4.91it/s]");
        assert_eq!(line(28, 28, 2000), "100%|██████████| 28/28 [00:02<00:00, 14.00it/s]");
        assert_eq!(line(1, 2, 61_000), " 50%|█████     | 1/2 [01:01<01:01, 61.00s/it]");
    }

    #[test]
    fn timestamps_are_real_dates() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (951_782_400, "2000-02-29T00:00:00.000000Z"),
            (1_764_543_599, "2025-11-30T22:59:59.000000Z"),
            (4_102_444_799, "2099-12-31T23:59:59.000000Z"),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::from_secs(seconds)), expected);
        }
        assert_eq!(
            timestamp(UNIX_EPOCH + Duration::from_micros(1_500_001)),
            "1970-01-01T00:00:01.500001Z"
        );
    }
}
