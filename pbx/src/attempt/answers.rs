//! What somebody answered when a service asked.

use std::fmt;

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The service that asked.
    pub asked: &'static str,
    /// What was pressed.
    pub keys: Keys,
}

/// Digits that somebody pressed. They may be a secret, so no log shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(pub String);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} digits)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_log_shows_what_was_pressed() {
        let answer = Answer { asked: "a_service", keys: Keys("2580".to_owned()) };

        let text = format!("{answer:?}");

        assert!(text.contains("4 digits") && !text.contains("2580"), "{text}");
    }
}
