//! The formats of texts that are judged, each with the words for what is to be entered. What is no
//! format here asks for nothing, as JSON Schema has it.

/// Whether a text is in a format.
type Is = fn(&str) -> bool;

/// How a format is told, and what is to be entered, with its article.
pub(super) fn format(name: &str) -> Option<(Is, &'static str)> {
    let known: (Is, &str) = match name {
        "uri" | "url" => (is_uri, "a URL such as https://example.com/a"),
        // Pydantic has a name for each version.
        "uuid" | "uuid1" | "uuid3" | "uuid4" | "uuid5" => {
            (is_uuid, "a UUID such as 123e4567-e89b-42d3-a456-426614174000")
        }
        "date" => (is_date, "a date such as 2024-05-31"),
        "date-time" => (is_moment, "a date and time such as 2024-05-31T12:00:00Z"),
        "email" => (is_email, "an email address such as ada@example.com"),
        _ => return None,
    };
    Some(known)
}

fn is_uri(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let parts = text.split_once(':').filter(|(_, rest)| !rest.is_empty());
    parts.is_some_and(|(scheme, _)| is_scheme(scheme)) && !text.contains(char::is_whitespace)
}

fn is_uuid(text: &str) -> bool {
    is_like(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
}

fn is_date(text: &str) -> bool {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    let (Some(year), Some(month), Some(day)) = (number(0, 4), number(5, 7), number(8, 10)) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0_u16,
    };
    is_like(text, "0000-00-00") && (1..=days).contains(&day)
}

/// RFC 3339's.
fn is_moment(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let Some((clock, rest)) = time.split_at_checked(8) else { return false };
    let fraction = rest.strip_prefix('.').map(|rest| rest.trim_start_matches(is_digit));
    let zone = match (fraction, rest.strip_prefix('.')) {
        // A point without digits.
        (Some(zone), Some(after)) if zone.len() == after.len() => return false,
        (fraction, _) => fraction.unwrap_or(rest),
    };
    let is_below = |text: &str, limits: [&str; 2]| {
        let parts = text.split(':').zip(limits);
        parts.into_iter().all(|(part, limit)| part < limit)
    };
    let is_zone = ["Z", "z"].contains(&zone)
        || zone
            .strip_prefix(['+', '-'])
            .is_some_and(|zone| is_like(zone, "00:00") && is_below(zone, ["24", "60"]));
    // A minute may have a leap second.
    let is_clock = is_like(clock, "00:00:00")
        && is_below(clock, ["24", "60"])
        && clock.get(6..).is_some_and(|seconds| seconds <= "60");
    is_date(date) && is_clock && is_zone
}

fn is_email(text: &str) -> bool {
    let parts = text.rsplit_once('@');
    let is_part = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.ends_with('.') && !part.contains("..")
    };
    parts.is_some_and(|(name, host)| is_part(name) && is_part(host) && !name.contains('@'))
        && !text.contains(char::is_whitespace)
}

/// Whether a text is like another in which `0` stands for a digit and `x` for a hexadecimal one.
fn is_like(text: &str, other: &str) -> bool {
    let is_one = |(c, like): (char, char)| match like {
        '0' => is_digit(c),
        'x' => c.is_ascii_hexdigit(),
        _ => c == like,
    };
    text.len() == other.len() && text.chars().zip(other.chars()).all(is_one)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_tells_what_is_in_it_from_what_is_not() {
        for (name, good, bad) in [
            (
                "uri",
                &["https://a.example/b?c#d", "data:image/png;base64,AA==", "a+b-c.9:x"][..],
                &["", "a", "a.example/b", ":x", "https:", "1a:x", "ä:x", "https://a b", "a:\n"][..],
            ),
            (
                "uuid4",
                &["123e4567-e89b-42d3-a456-426614174000", "123E4567-E89B-42D3-A456-426614174000"],
                &[
                    "123e4567e89b42d3a456426614174000",
                    "123e4567-e89b-42d3-a456-42661417400",
                    "123e4567-e89b-42d3-a456-4266141740000",
                    "123e4567-e89b-42d3-a456-42661417400g",
                    "123e4567-e89b-42d3-a456-4266141740ä",
                ],
            ),
            (
                "date",
                &["2024-02-29", "2000-02-29", "2023-12-31", "2024-04-30"],
                &[
                    "2023-02-29",
                    "1900-02-29",
                    "2024-04-31",
                    "2024-13-01",
                    "2024-00-01",
                    "2024-1-01",
                    "2024-01-00",
                    "24-01-01",
                    "2024-01-011",
                    "+024-01-01",
                    "2024/01/01",
                    "ä24-01-01",
                ],
            ),
            (
                "date-time",
                &["2024-05-31T12:00:00Z", "2024-05-31t23:59:60z", "2024-05-31T00:00:00.123-23:59"],
                &[
                    "2024-05-31",
                    "2024-05-31T12:00Z",
                    "2024-05-31T12:00:00",
                    "2024-05-31 12:00:00Z",
                    "2024-05-32T12:00:00Z",
                    "2024-05-31T24:00:00Z",
                    "2024-05-31T12:60:00Z",
                    "2024-05-31T12:00:61Z",
                    "2024-05-31T12:00:00.Z",
                    "2024-05-31T12:00:00+24:00",
                    "2024-05-31T12:00:00+1:00",
                    "2024-05-31T12:00:0ä",
                ],
            ),
            (
                "email",
                &["a@b", "ada.b+c@example.com"],
                &["", "@", "a@", "@b", "a", "a b@c", "a@b@c", ".a@b", "a@b.", "a@b..c"],
            ),
        ] {
            let (is_one, words) = format(name).unwrap();
            for text in good {
                assert!(is_one(text), "{text} is {name}");
            }
            for text in bad {
                assert!(!is_one(text), "{text} is no {name}");
            }
            // The words have one in them.
            let example = words.split(' ').next_back().unwrap();
            assert!(is_one(example), "{example} is {name}");
        }
        for name in ["", "binary", "password", "URI"] {
            assert!(format(name).is_none(), "{name}");
        }
    }
}
