//! Small texts that several views show: where a job stands, sizes, labels of literals.

use crate::browser::ledger::Unkept;
use crate::queue::{Connection, Job, Millis, Phase};
use crate::schema::ratio;
use crate::times::{ago, elapsed, running};

/// How much of a title is said aloud, in characters: a prompt may be a page.
const SPOKEN: usize = 60;

/// `312 KiB`, `1.4 MiB`.
pub(super) fn bytes(count: usize) -> String {
    match count {
        ..1024 => format!("{count} bytes"),
        1024..1_048_576 => format!("{} KiB", count / 1024),
        _ => format!("{}.{} MiB", count / 1_048_576, count % 1_048_576 * 10 / 1_048_576),
    }
}

/// A literal as a person reads it: `square_hd` → `Square hd`; what is no word stays as it is.
pub(super) fn literal(value: &str) -> String {
    let mut words: String = value.chars().map(|c| if c == '_' { ' ' } else { c }).collect();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if words.is_empty() { "(empty)".to_owned() } else { words }
}

/// A size's name in as few letters as a tile has room for.
pub(super) fn size_label(value: &str) -> String {
    match ratio(value) {
        Some((wide, high)) if wide != high => format!("{wide}:{high}"),
        _ => match literal(value) {
            label if label.ends_with(" hd") => label.trim_end_matches("hd").to_owned() + "HD",
            label => label,
        },
    }
}

/// The word of `data-state`.
pub(super) fn state(job: &Job) -> &'static str {
    match job.phase {
        Phase::Sending => "sending",
        Phase::Queued(..) => "queued",
        Phase::Running(..) | Phase::Fetching(..) => "running",
        Phase::Done(..) => "done",
        Phase::Failed(..) => "failed",
        Phase::Unconfirmed(_) => "unconfirmed",
        Phase::Cancelled(_) => "cancelled",
        Phase::Expired(_) => "expired",
    }
}

/// Where a job stands, in a few words.
pub(super) fn standing(job: &Job, now: Millis) -> String {
    let since = |start: Millis| running(now.saturating_sub(start));
    let cancelling = |c: &Connection| c.cancel.is_wanted();
    match &job.phase {
        Phase::Sending => format!("Sending · {}", since(job.created)),
        Phase::Queued(_, c, _) if cancelling(c) => "Cancelling…".to_owned(),
        Phase::Running(_, c, _) if cancelling(c) => {
            "Asked to stop · may still be billed".to_owned()
        }
        Phase::Queued(_, _, Some(0)) => format!("Queued · next · {}", since(job.created)),
        Phase::Queued(_, _, Some(ahead)) => {
            format!("Queued · position {} · {}", ahead, since(job.created))
        }
        Phase::Queued(_, _, None) => format!("Queued · {}", since(job.created)),
        Phase::Running(..) => {
            format!("Generating · {}", since(job.started.unwrap_or(job.created)))
        }
        Phase::Fetching(..) => "Fetching the result".to_owned(),
        Phase::Done(..) => {
            let ended = job.ended.unwrap_or(now);
            let took = elapsed(ended.saturating_sub(job.created));
            format!("{took} · {}", ago(now.saturating_sub(ended)))
        }
        Phase::Failed(..) => "Failed".to_owned(),
        Phase::Unconfirmed(_) => "Unconfirmed".to_owned(),
        Phase::Cancelled(_) => "Cancelled".to_owned(),
        Phase::Expired(_) => "Expired".to_owned(),
    }
}

/// What is said aloud of a job's new state.
pub(super) fn spoken(job: &Job) -> String {
    let what = match &job.phase {
        Phase::Failed(_, failure) | Phase::Unconfirmed(failure) => &failure.what,
        Phase::Expired(_) => "fal no longer knows it.",
        _ => "",
    };
    let between = if what.is_empty() { "" } else { ". " };
    [&beginning(&job.title, SPOKEN), ": ", state(job), between, what].concat()
}

/// The first words of a text, no more than so many characters; marked, if there are more.
fn beginning(text: &str, most: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let start = text.get(..end).unwrap_or_default();
    // Not every language parts its words.
    let words = start.rfind(char::is_whitespace).and_then(|end| start.get(..end));
    [words.unwrap_or(start).trim_end(), "…"].concat()
}

/// What is told of a job that has just ended to who does not look. Who stopped it knows.
pub(super) fn ending(job: &Job) -> Option<String> {
    let told = match &job.phase {
        Phase::Done(..) => {
            let took = job.ended.unwrap_or(job.created).saturating_sub(job.created);
            return Some(format!("Done after {}", elapsed(took)));
        }
        Phase::Failed(_, failure) => &failure.what,
        Phase::Unconfirmed(_) => "Unconfirmed: look at it before you send it again.",
        Phase::Expired(_) => "Expired: fal no longer knows it.",
        _ => return None,
    };
    Some(told.to_owned())
}

/// What it means for the person that jobs are not kept.
pub(super) fn unkept(unkept: Unkept) -> &'static str {
    match unkept {
        Unkept::Refused => {
            "This browser keeps no data for this page (a private window?): jobs go on, and are lost \
             from here when it closes."
        }
        Unkept::Late => {
            "This browser is slow to open its storage: jobs go on, and are lost from here if the page \
             closes before it does."
        }
        Unkept::Full => {
            "This browser keeps no more data for this page: jobs go on, and what becomes of them is \
             lost from here when it closes. Remove old ones, or free space on the disk."
        }
        Unkept::Unmarked => {
            "This browser keeps no settings for this page, or no more of them: after a reload, jobs \
             come back only when the next one is made. Take models of your own off the list, or free \
             space on the disk."
        }
        Unkept::Unreadable => {
            "Some jobs of earlier visits cannot be read and are left out. The others go on."
        }
    }
}
