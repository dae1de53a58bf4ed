//! What can be wrong with an entry, in the words the person reads at the field.

use std::fmt;

/// Something that keeps a draft from being a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field's dotted path.
    pub path: String,
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
    /// Text where a whole number should be.
    NotAnInteger,
    /// A whole number too long for any model.
    TooLong,
    /// Text where a number should be.
    NotANumber,
    /// Below or at a limit; the text is `at least 1` or `more than 0`.
    Limit(String),
    /// Not a multiple.
    Multiple(String),
    /// Not one of the choices.
    NotAChoice,
    /// Fewer characters than needed.
    Short(usize),
    /// More characters than allowed.
    Long(usize),
    /// Neither a URL nor a file.
    NotAFile,
    /// Not JSON from this line and column on.
    NotJson(usize, usize),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is required"),
            Self::NotAnInteger => f.write_str("must be a whole number"),
            Self::TooLong => f.write_str("has more digits than any model takes"),
            Self::NotANumber => f.write_str("must be a number"),
            Self::Limit(limit) => write!(f, "must be {limit}"),
            Self::Multiple(of) => write!(f, "must be a multiple of {of}"),
            Self::NotAChoice => f.write_str("must be one of the choices"),
            Self::Short(least) => write!(f, "needs at least {least} characters"),
            Self::Long(most) => write!(f, "can have at most {most} characters"),
            Self::NotAFile => f.write_str("must be an https URL or a file"),
            Self::NotJson(line, column) => {
                write!(f, "is not valid JSON: it goes wrong at line {line}, column {column}")
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.", self.title, self.what)
    }
}
