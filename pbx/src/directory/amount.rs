//! Amounts of money, exact to the ten-thousandth: prices of a minute are written so.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::number::shorten;

/// An amount in the company's own currency. Written `12.50`, or `0.0215`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount {
    ten_thousandths: u64,
}

/// How many of what is counted make one of the currency.
const ONE: u64 = 10_000;
/// Digits after the point.
const DECIMALS: usize = 4;

/// A text that is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no amount: write digits, and at most four after a point")]
pub struct AmountError(String);

impl Amount {
    /// Nothing.
    pub const NONE: Self = Self { ten_thousandths: 0 };

    /// Whether it is nothing.
    pub const fn is_none(self) -> bool {
        self.ten_thousandths == 0
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { ten_thousandths: self.ten_thousandths.saturating_add(other.ten_thousandths) }
    }

    /// What is left when the other is taken from it.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self { ten_thousandths: self.ten_thousandths.saturating_sub(other.ten_thousandths) }
    }

    /// What a part of a whole costs of which this is the price, in whole parts that began.
    pub(super) const fn share(self, part: u64, whole: u64) -> Self {
        Self { ten_thousandths: self.ten_thousandths.saturating_mul(part).div_ceil(whole) }
    }
}

impl FromStr for Amount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        let refused = || AmountError(shorten(text));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        if !digits(whole) || !digits(part) || part.len() > DECIMALS {
            return Err(refused());
        }
        let whole: u64 = whole.parse().map_err(|_| refused())?;
        let part: u64 = format!("{part:0<DECIMALS$}").parse().map_err(|_| refused())?;
        let all = whole.checked_mul(ONE).and_then(|whole| whole.checked_add(part)).ok_or_else(refused)?;
        Ok(Self { ten_thousandths: all })
    }
}

impl fmt::Display for Amount {
    /// With two digits after the point, and more where they are needed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.ten_thousandths / ONE, self.ten_thousandths % ONE);
        let part = format!("{part:0>DECIMALS$}");
        let (cents, rest) = part.split_at(2);
        write!(f, "{whole}.{cents}{}", rest.trim_end_matches('0'))
    }
}

impl TryFrom<String> for Amount {
    type Error = AmountError;
    fn try_from(text: String) -> Result<Self, AmountError> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().unwrap()
    }

    #[test]
    fn an_amount_is_read_back_as_it_was_written() {
        for (text, written) in [("12.50", "12.50"), ("0.0215", "0.0215"), ("3", "3.00"), ("0.1", "0.10")] {
            assert_eq!(amount(text).to_string(), written);
            assert_eq!(amount(written), amount(text));
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "1,50", "1.23456", "99999999999999999999", "EUR 1"] {
            assert!(text.parse::<Amount>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_part_that_began_is_paid() {
        assert_eq!(amount("0.30").share(20, 60), amount("0.10"));
        assert_eq!(amount("0.01").share(1, 60), amount("0.0002"));
        assert!(amount("1844674407370955").share(u64::MAX, 60) > amount("1"), "too much is the most");
    }
}
