//! What somebody entered, taken out of other people's words.

use serde_json::Value;

use super::clean::GONE;

/// So many letters in a row are recognised; less is chance.
const WINDOW: usize = 8;

/// An entry of fewer letters than this is recognised only as a whole text of JSON.
const SHORT: usize = 4;

/// The texts in a JSON value.
pub(super) fn texts<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => out.push(text),
        Value::Array(list) => list.iter().for_each(|item| texts(item, out)),
        Value::Object(object) => object.values().for_each(|item| texts(item, out)),
        _ => {}
    }
}

/// A text without any piece of what was entered: as it was entered, and however its spaces, quotes
/// and capitals were written on the way.
pub(super) fn forget(text: &str, entered: &[&str]) -> String {
    let mut struck = vec![false; text.len()];
    strike(text, entered, false, &mut struck);
    strike(text, entered, true, &mut struck);
    let mut out = String::new();
    let mut is_gone = false;
    for (at, letter) in text.char_indices() {
        let bytes = struck.get(at..at + letter.len_utf8()).unwrap_or_default();
        let was_gone = std::mem::replace(&mut is_gone, bytes.contains(&true));
        match (was_gone, is_gone) {
            (_, false) => out.push(letter),
            (false, true) => out += GONE,
            (true, true) => {}
        }
    }
    let short = |entry: &&&str| (1..SHORT).contains(&entry.len());
    entered.iter().filter(short).fold(out, |out, entry| {
        out.replace(&["\"", entry, "\""].concat(), &["\"", GONE, "\""].concat())
    })
}

/// Marks the bytes of a text that are a piece of what was entered.
fn strike(text: &str, entered: &[&str], loosely: bool, struck: &mut [bool]) {
    let letters: Vec<(u8, usize)> = letters(text, loosely).collect();
    let mut strike = |from: usize, count: usize| {
        let Some(run) = letters.get(from..from + count) else { return };
        let ends = run.first().zip(run.last());
        let range = ends.and_then(|((_, first), (_, last))| struck.get_mut(*first..=*last));
        range.into_iter().flatten().for_each(|byte| *byte = true);
    };
    // The other way round, every piece of the text would be looked for in megabytes of pictures.
    let windows = letters.windows(WINDOW).enumerate();
    let mut windows: Vec<(u64, usize)> = windows
        .map(|(at, run)| (run.iter().fold(0, |window, (byte, _)| pushed(window, *byte)), at))
        .collect();
    windows.sort_unstable();
    // One bit for each of a few windows: most pieces of a picture are known by it to be none.
    let mut sieve = vec![0_u64; 1 << 10];
    for (window, _) in &windows {
        let (word, bit) = place(*window);
        sieve.get_mut(word).into_iter().for_each(|bits| *bits |= bit);
    }
    for entry in entered {
        let (mut window, mut count) = (0, 0);
        for (byte, _) in self::letters(entry, loosely) {
            window = pushed(window, byte);
            count += 1;
            let (word, bit) = place(window);
            if count < WINDOW || sieve.get(word).is_none_or(|bits| bits & bit == 0) {
                continue;
            }
            let first = windows.partition_point(|(known, _)| *known < window);
            let same = windows.get(first..).unwrap_or_default();
            for (_, at) in same.iter().take_while(|(known, _)| *known == window) {
                strike(*at, WINDOW);
            }
        }
        if (SHORT..WINDOW).contains(&count) {
            let entry: Vec<u8> = self::letters(entry, loosely).map(|(byte, _)| byte).collect();
            let is_letter =
                |at: usize| letters.get(at).is_some_and(|(byte, _)| byte.is_ascii_alphanumeric());
            for (at, run) in letters.windows(count).enumerate() {
                let is_word = !at.checked_sub(1).is_some_and(is_letter) && !is_letter(at + count);
                if is_word && run.iter().map(|(byte, _)| byte).eq(&entry) {
                    strike(at, count);
                }
            }
        }
    }
}

fn pushed(window: u64, byte: u8) -> u64 {
    window << 8 | u64::from(byte)
}

/// Where in the sieve a window has its bit.
fn place(window: u64) -> (usize, u64) {
    let hash = window.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48;
    (usize::from(hash as u16 >> 6), 1 << (hash & 63))
}

/// The bytes of a text and where they stand. Loosely, a run of space is one space, written as an
/// escape or not, backslashes are none, and capitals are small.
fn letters(text: &str, loosely: bool) -> impl Iterator<Item = (u8, usize)> {
    let (mut before, mut last) = (0, 0);
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        if !loosely {
            return Some((byte, at));
        }
        let is_escaped = std::mem::replace(&mut before, byte) == b'\\';
        let letter = match byte {
            b'\\' => return None,
            b'n' | b'r' | b't' if is_escaped => b' ',
            _ if byte.is_ascii_whitespace() => b' ',
            _ => byte.to_ascii_lowercase(),
        };
        let is_run = std::mem::replace(&mut last, letter) == b' ' && letter == b' ';
        (!is_run).then_some((letter, at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pieces_of_what_was_entered_are_taken_out() {
        let prompt = "A \"red\" fox\n  jumps over Ärger";
        for (text, expected) in [
            ("no red foxes here", "no red foxes here"),
            (prompt, "[…]"),
            ("bad: red\\\" FOX jumps", "bad: […]"),
            (r#"{"m":"A \"red\" fox\n  jumps ov"}"#, r#"{"m":"[…]"}"#),
            ("over Ärger, and on", "[…], and on"),
            ("at jumps over", "at[…]"),
        ] {
            assert_eq!(forget(text, &[prompt]), expected, "{text}");
        }
    }

    #[test]
    fn a_short_entry_is_known_as_a_word_or_as_a_whole_text() {
        assert_eq!(forget("a fox, a foxglove", &["a fox"]), "[…], a foxglove");
        assert_eq!(forget(r#"{"no":"cat"} cat"#, &["cat"]), r#"{"no":"[…]"} cat"#);
        assert_eq!(forget("nothing", &["", "a"]), "nothing");
    }

    #[test]
    fn a_piece_of_a_picture_is_known() {
        let picture = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo".repeat(100_000);
        assert_eq!(forget("in DREVGR0hJ!", &[&picture]), "in […]!");
        let mut found = Vec::new();
        let value = json!({ "a": ["x", { "b": "y" }], "c": 7 });
        texts(&value, &mut found);
        assert_eq!(found, ["x", "y"]);
    }
}
