//! A number, or a pattern of numbers: by which services tell callers and called numbers apart (C-3).
//!
//! Both are compared in their canonical form, so that it does not matter how somebody wrote them: an extension, `+` and
//! digits, or the digits of a short number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::directory::Number;
use crate::limits;

/// A number, or a pattern of numbers: `?` is one digit, `*` at the end any digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NumberPattern(String);

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no number and no pattern: write digits, `?` for any digit, and `*` at the end for any digits"
)]
pub struct PatternError(String);

impl NumberPattern {
    /// Whether it fits one of the numbers by which somebody is known.
    pub fn fits_any(&self, numbers: impl IntoIterator<Item = Number>) -> bool {
        numbers.into_iter().any(|number| match number {
            Number::Short(code) => self.fits(&code.digits.to_string()),
            Number::Extension(_) | Number::International(_) => self.fits(&number.to_string()),
        })
    }

    /// Whether it fits a number in its canonical form.
    pub fn fits(&self, number: &str) -> bool {
        let (fixed, open) = match self.0.strip_suffix('*') {
            Some(fixed) => (fixed, true),
            None => (self.0.as_str(), false),
        };
        let long_enough = if open { number.len() >= fixed.len() } else { number.len() == fixed.len() };
        long_enough
            && fixed
                .bytes()
                .zip(number.bytes())
                .all(|(wanted, is)| wanted == is || wanted == b'?' && is.is_ascii_digit())
    }

    /// Its characters.
    pub(crate) const fn length(&self) -> usize {
        self.0.len()
    }
}

impl TryFrom<String> for NumberPattern {
    type Error = PatternError;

    fn try_from(text: String) -> Result<Self, PatternError> {
        let digits = text.strip_prefix('+').unwrap_or(&text);
        let fixed = digits.strip_suffix('*').unwrap_or(digits);
        let sound = !digits.is_empty()
            && fixed.len() <= *limits::E164_DIGITS.end()
            && fixed.bytes().all(|byte| byte.is_ascii_digit() || byte == b'?');
        if sound { Ok(Self(text)) } else { Err(PatternError(text.chars().take(40).collect())) }
    }
}

impl From<NumberPattern> for String {
    fn from(pattern: NumberPattern) -> Self {
        pattern.0
    }
}

impl fmt::Display for NumberPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_digit_by_digit() {
        let pattern = |text: &str| NumberPattern::try_from(text.to_owned()).unwrap();

        assert!(pattern("+3120*").fits("+31201234567") && pattern("+3120*").fits("+3120"));
        assert!(!pattern("+3120*").fits("+31301234567") && !pattern("+3120*").fits("201"));
        assert!(pattern("2?1").fits("201") && !pattern("2?1").fits("2011") && !pattern("2?1").fits("2+1"));
        assert!(pattern("*").fits("+31301234567"));
        for wrong in ["", "+", "20*1", "abc", "*20", "++31", "+312012345678901234567"] {
            assert!(NumberPattern::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
