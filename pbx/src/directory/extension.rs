//! Extensions: the short numbers of colleagues (NL: verkort nummer, F-027).
//!
//! The type only promises two to ten digits without a leading zero, which belongs to the national
//! prefix; that it clashes with nothing else is checked when the company is built.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::number::{NumberError, plain_digits, shorten};
use crate::limits;

/// A colleague's short number: 2 to 10 digits, not beginning with 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Extension(u64);

impl Extension {
    /// How many digits it has.
    pub fn length(self) -> usize {
        self.to_string().len()
    }
}

impl FromStr for Extension {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let plausible = limits::EXTENSION_DIGITS.contains(&text.len()) && !text.starts_with('0');
        plain_digits(text)
            .filter(|_| plausible)
            .map(Self)
            .ok_or_else(|| NumberError::Extension(shorten(text)))
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Extension {
    type Error = NumberError;
    fn try_from(text: String) -> Result<Self, NumberError> {
        text.parse()
    }
}

impl From<Extension> for String {
    fn from(extension: Extension) -> Self {
        extension.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_to_ten_digits_are_an_extension() {
        assert_eq!("20".parse::<Extension>().unwrap().length(), 2);
        assert_eq!("1234567890".parse::<Extension>().unwrap().to_string(), "1234567890");
    }

    #[test]
    fn one_digit_eleven_digits_and_a_leading_zero_are_refused() {
        for text in ["2", "12345678901", "0201", "2 01", "+20", "*72"] {
            assert!(text.parse::<Extension>().is_err(), "{text} was read as an extension");
        }
    }
}
