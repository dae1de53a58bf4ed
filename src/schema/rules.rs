//! Limits on values, as a document states them.

use std::cmp::Ordering;

use serde_json::Value;

use super::node::Node;
use crate::number::Decimal;

/// Limits on a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextRules {
    /// Fewest characters.
    pub min_length: Option<usize>,
    /// Most characters.
    pub max_length: Option<usize>,
    /// A regular expression it has to match somewhere, in JavaScript's notation.
    pub pattern: Option<String>,
    /// Whether texts of several lines are expected.
    pub long: bool,
}

/// Limits on a number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Range {
    /// Whether only whole numbers are allowed.
    pub integer: bool,
    /// The lower limit.
    pub min: Option<Limit>,
    /// The upper limit.
    pub max: Option<Limit>,
    /// The number has to be a multiple of this.
    pub multiple_of: Option<Decimal>,
    /// The grain that the model's authors suggest; not binding.
    pub step: Option<Decimal>,
}

/// One end of a [`Range`].
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// Where the limit is.
    pub value: Decimal,
    /// Whether the limit itself is allowed.
    pub inclusive: bool,
}

/// Limits on a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ItemRules {
    /// Fewest items.
    pub min: Option<usize>,
    /// Most items.
    pub max: Option<usize>,
    /// Whether no two may be the same.
    pub unique: bool,
}

impl TextRules {
    pub(super) fn of(name: &str, node: &Node<'_>) -> Self {
        let max_length = count(node, "maxLength");
        let long_name = |word: &str| name.split('_').any(|part| part == word);
        let words =
            ["prompt", "text", "description", "lyrics", "instruction", "instructions", "script"];
        // A suggestion of several lines, or of a whole sentence, tells as much as a name.
        let long_example = |value: &Value| {
            value.as_str().is_some_and(|text| text.len() > 100 || text.contains('\n'))
        };
        let examples = node.get("examples").and_then(Value::as_array);
        let is_long = match max_length {
            Some(most) => most > 200,
            None => {
                words.into_iter().any(long_name)
                    || examples.is_some_and(|all| all.iter().any(long_example))
                    || node.get("default").is_some_and(long_example)
            }
        };
        Self {
            min_length: count(node, "minLength"),
            max_length,
            pattern: node.limit("pattern").and_then(Value::as_str).map(str::to_owned),
            long: is_long,
        }
    }
}

impl Range {
    pub(super) fn of(node: &Node<'_>, integer: bool) -> Self {
        let read = |keywords: &[&str]| -> Vec<Decimal> {
            keywords.iter().flat_map(|word| node.limits(word)).filter_map(decimal).collect()
        };
        // Some documents carry the names of Pydantic's own arguments, and some OpenAPI 3.0's
        // `exclusiveMinimum: true` beside a `minimum`.
        let limit = |inclusive: &[&str], exclusive: &[&str], tighter: Ordering| {
            let is_exclusive =
                exclusive.iter().any(|keyword| node.limit(keyword) == Some(&Value::Bool(true)));
            let inner = read(inclusive).into_iter().map(|value| (value, !is_exclusive));
            let outer = read(exclusive).into_iter().map(|value| (value, false));
            let mut tightest: Option<Limit> = None;
            for (value, inclusive) in outer.chain(inner) {
                let is_tighter = |known: &Limit| value.compare(&known.value) == tighter;
                if tightest.as_ref().is_none_or(is_tighter) {
                    tightest = Some(Limit { value, inclusive });
                }
            }
            tightest
        };
        Self {
            integer,
            min: limit(&["minimum", "ge", "min"], &["exclusiveMinimum", "gt"], Ordering::Greater),
            max: limit(&["maximum", "le", "max"], &["exclusiveMaximum", "lt"], Ordering::Less),
            multiple_of: read(&["multipleOf", "multiple_of"]).into_iter().next(),
            step: read(&["step"]).into_iter().next(),
        }
    }
}

impl ItemRules {
    pub(super) fn of(node: &Node<'_>) -> Self {
        Self {
            min: count(node, "minItems"),
            max: count(node, "maxItems"),
            unique: node.flag("uniqueItems"),
        }
    }
}

/// The tightest of the counts under a keyword.
fn count(node: &Node<'_>, keyword: &str) -> Option<usize> {
    let counts = node.limits(keyword).filter_map(decimal);
    let counts = counts.filter_map(|count| count.whole()?.parse().ok());
    if keyword.starts_with("min") { counts.max() } else { counts.min() }
}

/// A limit of no more digits than anybody means.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    value.as_number().filter(|number| number.as_str().len() < 400)?;
    Decimal::of(value)
}
