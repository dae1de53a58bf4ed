//! The Markdown that descriptions are written in, as far as they use it: code, emphasis, links.
//!
//! What comes out is text and checked addresses; nothing here or later makes HTML of it.

/// A stretch of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span<'t> {
    /// Plain words.
    Text(&'t str),
    /// Words set as code.
    Code(&'t str),
    /// Words that matter.
    Strong(&'t str),
    /// Words and the `https:` address they lead to.
    Link(&'t str, &'t str),
}

/// The stretches of a description. Marks that do not pair are left as they stand.
pub fn spans(text: &str) -> Vec<Span<'_>> {
    let mut spans = Vec::new();
    let mut rest = text;
    let mut plain = 0;
    while let Some(next) = rest.get(plain..).filter(|next| !next.is_empty()) {
        if let Some((span, length)) = marked(next) {
            spans.extend(rest.get(..plain).filter(|text| !text.is_empty()).map(Span::Text));
            spans.push(span);
            rest = next.get(length..).unwrap_or_default();
            plain = 0;
        } else {
            plain += next.chars().next().map_or(1, char::len_utf8);
        }
    }
    spans.extend((!rest.is_empty()).then_some(Span::Text(rest)));
    spans
}

/// What begins here with a mark, and how many bytes it takes.
fn marked(text: &str) -> Option<(Span<'_>, usize)> {
    let between = |mark: &str| {
        let (inner, _) = text.strip_prefix(mark)?.split_once(mark)?;
        let plain = !inner.is_empty() && !inner.contains('\n') && inner.trim() == inner;
        plain.then_some((inner, inner.len() + 2 * mark.len()))
    };
    match text.as_bytes().first()? {
        b'`' => between("`").map(|(inner, length)| (Span::Code(inner), length)),
        b'*' => between("**")
            .or_else(|| between("*"))
            .map(|(inner, length)| (Span::Strong(inner), length)),
        b'[' => {
            // No further than the next one: marks that do not pair are many in a hostile text.
            let inner = text.get(1..)?.split(['[', '\n']).next()?;
            let (words, target) = inner.split_once("](")?;
            let (target, _) = target.split_once(')')?;
            let length = words.len() + target.len() + 4;
            is_safe(target).then_some((Span::Link(words, target), length))
        }
        b'h' if text.starts_with("https://") => {
            let end = text
                .find(|c: char| c.is_whitespace() || "<>\"'`)".contains(c))
                .unwrap_or(text.len());
            let target = text.get(..end)?.trim_end_matches(['.', ',', ';', ':', '!', '?']);
            is_safe(target).then_some((Span::Link(target, target), target.len()))
        }
        _ => None,
    }
}

fn is_safe(target: &str) -> bool {
    target.len() > "https://".len()
        && target.starts_with("https://")
        && !target.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_stretches_and_stray_ones_stay() {
        use Span::{Code, Link, Strong, Text};
        for (text, expected) in [
            ("plain", vec![Text("plain")]),
            ("a `b` c", vec![Text("a "), Code("b"), Text(" c")]),
            ("**b**", vec![Strong("b")]),
            ("*b* 2 * 3 * 4", vec![Strong("b"), Text(" 2 * 3 * 4")]),
            (
                "see [it](https://a.b/c) now",
                vec![Text("see "), Link("it", "https://a.b/c"), Text(" now")],
            ),
            (
                "at https://a.b/c?d=e.",
                vec![Text("at "), Link("https://a.b/c?d=e", "https://a.b/c?d=e"), Text(".")],
            ),
            ("[x](javascript:alert(1))", vec![Text("[x](javascript:alert(1))")]),
            ("[x](http://a.b)", vec![Text("[x](http://a.b)")]),
            ("a ` b", vec![Text("a ` b")]),
            ("ümlaut *ö*", vec![Text("ümlaut "), Strong("ö")]),
            ("<b>x</b>", vec![Text("<b>x</b>")]),
            ("[[a](https://a.b)", vec![Text("["), Link("a", "https://a.b")]),
            ("[a] b](https://a.b)", vec![Link("a] b", "https://a.b")]),
            ("[a\nb](x) hhttps://", vec![Text("[a\nb](x) hhttps://")]),
            ("", vec![]),
        ] {
            assert_eq!(spans(text), expected, "{text}");
        }
    }
}
