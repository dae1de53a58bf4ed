//! A failure as a text to pass on to somebody who can help.
//!
//! Without being asked it holds nothing of what was entered: no prompt, no file, no address. Nor does
//! it ever hold what looks like a secret.

use serde_json::Value;

use super::super::{Job, Millis, Phase, RequestId, pretty};
use super::Failure;
use super::forget::{forget, texts};
use crate::form::{Entry, Folded};

/// The most bytes of an input that a report holds.
const INPUT: usize = 64 * 1024;

impl Failure {
    /// The failure of a job, to be passed on: what this program is, when and where it happened, and
    /// what was said. `body` is the request's JSON, if it is still known: what is in it is kept out of
    /// the rest. `with_input` adds it, with something short in place of its files.
    pub fn report(&self, job: &Job, body: Option<&str>, with_input: bool) -> String {
        let body = body.and_then(|body| serde_json::from_str(body).ok());
        let body: Value = body.unwrap_or_default();
        let raw: Vec<Value> = job
            .draft
            .iter()
            .filter_map(|(_, entry)| match entry {
                Entry::Raw(json) => serde_json::from_str(json).ok(),
                _ => None,
            })
            .collect();
        let mut entered: Vec<&str> = vec![&job.title];
        entered.extend(job.draft.iter().map(|(_, entry)| entry.as_str()));
        texts(&body, &mut entered);
        raw.iter().for_each(|value| texts(value, &mut entered));
        let forget = |text: &str| forget(text, &entered);

        let mut lines = vec![["Flux Studio ", env!("CARGO_PKG_VERSION")].concat()];
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                lines.push([name, ": ", value].concat());
            }
        };
        line("Sent", &stamp(job.created));
        line("Failed", &job.ended.map(stamp).unwrap_or_default());
        line("Model", job.endpoint.as_str());
        let named = self.request_id.as_ref().map(|id| forget(id.as_str()));
        let id = job.request_id().map(RequestId::to_string).or(named);
        line("Request", id.as_deref().unwrap_or("none that this page knows of"));
        line("Side", &self.side.to_string());
        line("What", &without_quotes(&self.what, &forget));
        line("Status", &self.status.map(|status| status.to_string()).unwrap_or_default());
        line("Type", &self.kind.as_deref().map(&forget).unwrap_or_default());
        for field in &self.fields {
            line("Field", &forget(&[&field.place(), ": ", &field.message].concat()));
        }
        line("Reply", &forget(&self.excerpt));
        if with_input {
            let mut folded = body.clone();
            Folded::default().fold(&mut folded);
            let text = match &folded {
                Value::Null => "not kept".to_owned(),
                input => pretty(&input.to_string(), INPUT),
            };
            line("Input", &text);
        }
        lines.join("\n") + "\n"
    }
}

impl Job {
    /// What it ended with, where it went wrong.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.phase {
            Phase::Failed(_, failure) | Phase::Unconfirmed(failure) => Some(failure),
            _ => None,
        }
    }
}

/// A sentence of ours without what it quotes of somebody who may be quoting what was entered.
fn without_quotes(sentence: &str, forget: &impl Fn(&str) -> String) -> String {
    let quote = sentence.find('“').zip(sentence.rfind('”'));
    let parts = quote.and_then(|(start, end)| {
        Some((sentence.get(..start)?, sentence.get(start..end)?, sentence.get(end..)?))
    });
    match parts {
        Some((before, quote, after)) => [before, &forget(quote), after].concat(),
        None => sentence.to_owned(),
    }
}

/// A time by the calendar, in UTC: `2026-11-22 10:04:05 UTC`.
fn stamp(millis: Millis) -> String {
    let seconds = millis / 1000;
    // Years from March on, so that the odd day is the last: 400 of them have 146,097 days.
    let days = seconds / 86_400 + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let (year, month) = (era * 400 + year + month / 10, (month + 2) % 12 + 1);
    let (hours, minutes, seconds) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{date:02} {hours:02}:{minutes:02}:{seconds:02} UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_by_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (951_868_800, "2000-03-01 00:00:00 UTC"),
            (1_795_341_845, "2026-11-22 10:04:05 UTC"),
            (4_107_542_399, "2100-02-28 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(stamp(seconds * 1000), expected);
        }
    }
}
