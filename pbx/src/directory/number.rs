//! Telephone numbers in the one form in which the exchange keeps them.
//!
//! What a person types is read once by the [dial plan](super::DialPlan); after that a number is one of
//! these types and never text again. All of them are small and `Copy`, so that decisions do not allocate.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Extension;
use crate::limits;

/// An international number, at most fifteen digits, without the plus (ITU-T E.164).
///
/// Written with a plus: `+31201234567`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct E164(u64);

impl E164 {
    /// Reads the digits after the plus: country code first, 7 to 15 digits, no leading zero.
    ///
    /// # Errors
    /// [`NumberError::International`] when it is anything else.
    pub fn from_digits(digits: &str) -> Result<Self, NumberError> {
        let plausible = limits::E164_DIGITS.contains(&digits.len()) && !digits.starts_with('0');
        plain_digits(digits)
            .filter(|_| plausible)
            .map(Self)
            .ok_or_else(|| NumberError::International(shorten(digits)))
    }

    /// The digits without the plus: `31201234567`.
    pub fn digits(self) -> String {
        self.0.to_string()
    }
}

impl FromStr for E164 {
    type Err = NumberError;

    /// Reads `+31201234567`; nothing but a plus and digits.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        let digits = text.strip_prefix('+').and_then(|digits| Self::from_digits(digits).ok());
        digits.ok_or_else(|| NumberError::International(shorten(text)))
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.0)
    }
}

impl TryFrom<String> for E164 {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<E164> for String {
    fn from(number: E164) -> Self {
        number.to_string()
    }
}

/// A short number that exists only inside one country: `14020` of Amsterdam's town hall.
///
/// Written as RFC 3966 section 5.1.4 does: `14020;phone-context=+31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode {
    /// The digits as dialled; no leading zero.
    pub digits: u32,
    /// The country's code: 31 for the Netherlands.
    pub country: u16,
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};phone-context=+{}", self.digits, self.country)
    }
}

impl FromStr for ShortCode {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let refused = || NumberError::Unreadable(shorten(text));
        let (digits, country) = text.split_once(";phone-context=+").ok_or_else(refused)?;
        let digits = plain_digits(digits).and_then(|n| u32::try_from(n).ok()).ok_or_else(refused)?;
        let country = plain_digits(country).and_then(|n| u16::try_from(n).ok()).ok_or_else(refused)?;
        Ok(Self { digits, country })
    }
}

/// Where a call can go: what a forward, a speed dial or a transfer stores.
///
/// Emergency numbers are not among them on purpose: they are decided before any of this (C-8), and
/// nothing may be forwarded to them (ruling R-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Number {
    /// A colleague's short number.
    Extension(Extension),
    /// A number of the public network.
    International(E164),
    /// A number that exists only inside the country.
    Short(ShortCode),
}

impl FromStr for Number {
    type Err = NumberError;

    /// Reads the stored form: `201`, `+31201234567` or `14020;phone-context=+31`.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        if text.starts_with('+') {
            text.parse().map(Self::International)
        } else if text.contains(';') {
            text.parse().map(Self::Short)
        } else {
            text.parse().map(Self::Extension)
        }
    }
}

impl Number {
    /// As it is dialled and read out; it is stored as it is displayed.
    #[must_use]
    pub fn dialled(self) -> String {
        match self {
            Self::Extension(extension) => extension.to_string(),
            Self::International(number) => number.to_string(),
            Self::Short(code) => code.digits.to_string(),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Extension(extension) => extension.fmt(f),
            Self::International(number) => number.fmt(f),
            Self::Short(code) => code.fmt(f),
        }
    }
}

impl TryFrom<String> for Number {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.to_string()
    }
}

impl From<Extension> for Number {
    fn from(extension: Extension) -> Self {
        Self::Extension(extension)
    }
}

impl From<E164> for Number {
    fn from(number: E164) -> Self {
        Self::International(number)
    }
}

/// A number that calls are sent on to, and whether whoever is called there may send them on again (F-071).
///
/// Written as the number, with `;no-forward` after it where they may not: `203;no-forward`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ForwardTo {
    /// The number.
    pub number: Number,
    /// Calls may not be sent on from there.
    pub no_forward: bool,
}

impl ForwardTo {
    /// How the wish is written.
    pub(super) const MARK: &'static str = ";no-forward";
}

impl From<Number> for ForwardTo {
    fn from(number: Number) -> Self {
        Self { number, no_forward: false }
    }
}

impl FromStr for ForwardTo {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (text, no_forward) = match text.strip_suffix(Self::MARK) {
            Some(text) => (text, true),
            None => (text, false),
        };
        Ok(Self { number: text.parse()?, no_forward })
    }
}

impl fmt::Display for ForwardTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)?;
        if self.no_forward { f.write_str(Self::MARK) } else { Ok(()) }
    }
}

impl TryFrom<String> for ForwardTo {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<ForwardTo> for String {
    fn from(forward: ForwardTo) -> Self {
        forward.to_string()
    }
}

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not `+` and 7 to 15 digits.
    #[error("`{0}` is no international number: write + and 7 to 15 digits")]
    International(String),
    /// Not 2 to 10 digits, or begins with a zero.
    #[error("`{0}` is no extension: write 2 to 10 digits that do not begin with 0")]
    Extension(String),
    /// An extension that nobody has.
    #[error("nobody has extension {0}")]
    Unassigned(Extension),
    /// None of the forms of a number.
    #[error("`{0}` is no number")]
    Unreadable(String),
    /// An emergency number where a forward or a stored number is asked.
    #[error("`{0}` is an emergency number and cannot be a destination")]
    Emergency(String),
    /// An access code where a number is asked.
    #[error("`{0}` is an access code and cannot be a destination")]
    AccessCode(String),
}

/// The value of a text that is digits only, at most eighteen of them.
pub(super) fn plain_digits(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// The beginning of a text that stands in an error, so that hostile input cannot fill a log.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_number_is_read_back_as_it_was_written() {
        for text in ["201;no-forward", "+31201234567", "14020;phone-context=+31;no-forward"] {
            assert_eq!(text.parse::<ForwardTo>().unwrap().to_string(), text);
        }
        for text in ["201", "+31201234567", "14020;phone-context=+31"] {
            let number: Number = text.parse().unwrap();

            assert_eq!(number.to_string(), text);
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_its_text() {
        for text in
            ["", "+", "+12", "+0201234567", "+3120123456789012", "0201234567", "1", "20a", "14020;x=1"]
        {
            assert!(text.parse::<Number>().is_err(), "{text} was read as a number");
        }
        let error = "+12".parse::<Number>().unwrap_err();
        assert_eq!(error.to_string(), "`+12` is no international number: write + and 7 to 15 digits");
    }
}
