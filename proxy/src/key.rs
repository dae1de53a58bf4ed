//! The fal key. It is read once, travels only into the `Authorization` header of requests to allowed
//! targets, and cannot be printed: neither `Debug` nor `Display` shows a letter of it.

use std::fmt;

use axum::http::HeaderValue;

/// A fal API key that can be sent but not shown.
#[derive(Clone)]
pub struct FalKey(HeaderValue);

/// Why a text cannot be a fal key. The text itself is never part of the message.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Nothing but white space.
    #[error("The fal key is empty.")]
    Empty,
    /// Something that no HTTP header can carry.
    #[error("The fal key contains a space or a character that cannot be part of a key.")]
    Unprintable,
}

impl FalKey {
    /// Reads a key as found in the environment; white space around it is dropped.
    ///
    /// # Errors
    /// [`KeyError`] when nothing is left or when it could not be sent in a header.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(KeyError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::Unprintable);
        }
        let mut value =
            HeaderValue::try_from(format!("Key {text}")).map_err(|_| KeyError::Unprintable)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }

    /// The value of the `Authorization` header fal expects: `Key …`.
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for FalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FalKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sent_whole_and_shown_not_at_all() {
        let key = FalKey::parse("  id-part:secret-part\n").unwrap();
        assert_eq!(key.authorization().to_str().unwrap(), "Key id-part:secret-part");
        assert!(key.authorization().is_sensitive());
        assert_eq!(format!("{key:?}"), "FalKey(hidden)");
        assert!(!format!("{:?}", key.authorization()).contains("secret"));
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_without_being_repeated() {
        assert_eq!(FalKey::parse(" \t").unwrap_err(), KeyError::Empty);
        for text in ["two words", "line\nbreak", "schlüssel"] {
            let error = FalKey::parse(text).unwrap_err();
            assert_eq!(error, KeyError::Unprintable);
            assert!(!error.to_string().contains(text));
        }
    }
}
