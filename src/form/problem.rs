//! What can be wrong with an entry, in the words the person reads at the field.

use std::fmt;

/// Something that keeps a draft from being a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key of the field.
    pub key: String,
    /// The field's label.
    pub title: String,
    /// What is wrong.
    pub what: What,
}

/// The kinds of problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A required field is empty.
    Missing,
    /// `null` where the schema does not allow it.
    Null,
    /// JSON of another kind than the field takes; the kind it takes, with its article.
    Kind(&'static str),
    /// Text where a whole number should be.
    NotAnInteger,
    /// Text where a number should be.
    NotANumber,
    /// Beyond a limit, or at one that is not allowed; the text is `at least 1` or `more than 0`.
    Limit(String),
    /// Not a multiple.
    Multiple(String),
    /// Not one of the choices.
    NotAChoice,
    /// Fewer characters than needed.
    Short(usize),
    /// More characters than allowed.
    Long(usize),
    /// A file makes it longer than this many characters, but its address would do.
    NeedsUrl(usize),
    /// Not in the notation that the schema asks for.
    Pattern(String),
    /// Fewer items than needed.
    Few(usize),
    /// More items than allowed.
    Many(usize),
    /// Two items are the same.
    Twice,
    /// A value in a map has no name.
    Nameless,
    /// Two values in a map have one name.
    SameName(String),
    /// A key that the schema does not allow.
    Unknown(String),
    /// Neither a URL nor a file.
    NotAFile,
    /// Not what the document asks of the input as a whole; in its words.
    Condition(String),
    /// Not JSON from this line and column on.
    NotJson(usize, usize),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut say = |parts: &[&str]| parts.iter().try_for_each(|part| f.write_str(part));
        let number = |count: &usize| count.to_string();
        let s = |count: &usize| if *count == 1 { "" } else { "s" };
        match self {
            Self::Missing => say(&["is required"]),
            Self::Null => say(&["cannot be null"]),
            Self::Kind(kind) => say(&["must be ", kind]),
            Self::NotAnInteger => say(&["must be a whole number"]),
            Self::NotANumber => say(&["must be a number"]),
            Self::Limit(limit) => say(&["must be ", limit]),
            Self::Multiple(of) => say(&["must be a multiple of ", of]),
            Self::NotAChoice => say(&["must be one of the choices"]),
            Self::Short(least) => say(&["needs at least ", &number(least), " character", s(least)]),
            Self::NeedsUrl(most) => say(&[
                "needs an https URL: a file in the request is longer than ",
                &number(most),
                " character",
                s(most),
            ]),
            Self::Long(most) => say(&["can have at most ", &number(most), " character", s(most)]),
            Self::Pattern(pattern) => say(&["must match ", pattern]),
            Self::Few(least) => say(&["needs at least ", &number(least), " item", s(least)]),
            Self::Many(most) => say(&["can have at most ", &number(most), " item", s(most)]),
            Self::Twice => say(&["has the same item twice"]),
            Self::Nameless => say(&["has a value without a name"]),
            Self::SameName(name) => say(&["has two values named “", name, "”"]),
            Self::Unknown(name) => say(&["takes no “", name, "”"]),
            Self::NotAFile => say(&["must be an https URL or a file"]),
            Self::Condition(words) => say(&[words]),
            Self::NotJson(line, column) => say(&[
                "is not valid JSON: it goes wrong at line ",
                &number(line),
                ", column ",
                &number(column),
            ]),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.", self.title, self.what)
    }
}
