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
pub(super) fn count(node: &Node<'_>, keyword: &str) -> Option<usize> {
    let counts = node.limits(keyword).filter_map(decimal);
    let counts = counts.filter_map(|count| count.whole()?.parse().ok());
    if keyword.starts_with("min") { counts.max() } else { counts.min() }
}

/// A limit of no more digits than anybody means.
pub(super) fn decimal(value: &Value) -> Option<Decimal> {
    value.as_number().filter(|number| number.as_str().len() < 400)?;
    Decimal::of(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn range(schema: &Value) -> Range {
        Range::of(&Node::new(&Value::Null, schema), false)
    }

    #[test]
    fn the_tightest_limit_counts() {
        let limit =
            |text, inclusive| Some(Limit { value: Decimal::parse(text).unwrap(), inclusive });
        for (schema, min) in [
            (json!({ "minimum": 1, "exclusiveMinimum": 2 }), limit("2", false)),
            (json!({ "minimum": 2, "exclusiveMinimum": 1 }), limit("2", true)),
            (json!({ "minimum": 1, "exclusiveMinimum": 1 }), limit("1", false)),
            (json!({ "minimum": 1, "exclusiveMinimum": true }), limit("1", false)),
            (json!({ "minimum": 1, "ge": 3, "min": 2 }), limit("3", true)),
            (json!({ "minimum": 1, "allOf": [{ "gt": 1.5 }] }), limit("1.5", false)),
            (json!({ "minimum": "1" }), None),
        ] {
            assert_eq!(range(&schema).min, min, "{schema}");
        }
        assert_eq!(range(&json!({ "maximum": 3, "lt": 2 })).max, limit("2", false));
    }

    #[test]
    fn a_limit_of_a_million_digits_is_none() {
        let long: Value = serde_json::from_str(&"9".repeat(1000)).unwrap();
        assert_eq!(decimal(&long), None);
        assert_eq!(range(&json!({ "minimum": long })), Range::default());
    }

    #[test]
    fn counts_are_whole_and_not_negative() {
        let items = |schema: &Value| {
            let rules = ItemRules::of(&Node::new(&Value::Null, schema));
            (rules.min, rules.max, rules.unique)
        };
        for (schema, expected) in [
            (
                json!({ "minItems": 1, "maxItems": 3, "uniqueItems": true }),
                (Some(1), Some(3), true),
            ),
            (json!({ "minItems": 2.0, "maxItems": -1 }), (Some(2), None, false)),
            (json!({ "minItems": 1.5, "maxItems": "3", "uniqueItems": 1 }), (None, None, false)),
            (
                json!({ "minItems": 1, "maxItems": 9, "allOf": [{ "minItems": 2, "maxItems": 8 }] }),
                (Some(2), Some(8), false),
            ),
        ] {
            assert_eq!(items(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn long_texts_are_told_by_name_length_or_example() {
        let long =
            |name: &str, schema: &Value| TextRules::of(name, &Node::new(&Value::Null, schema)).long;
        for name in ["prompt", "negative_prompt", "text", "lyrics_text", "script"] {
            assert!(long(name, &json!({})), "{name}");
            assert!(!long(name, &json!({ "maxLength": 200 })), "{name}");
        }
        for name in ["prompter", "context", "style", ""] {
            assert!(!long(name, &json!({})), "{name}");
            assert!(long(name, &json!({ "maxLength": 201 })), "{name}");
            assert!(long(name, &json!({ "examples": ["x", "a\nb"] })), "{name}");
            assert!(long(name, &json!({ "default": "x".repeat(101) })), "{name}");
        }
    }
}
