//! What calls to the outside cost, by a list that a company imports: the price of a number is that of the longest prefix in
//! the list with which it begins.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Amount, Number};

/// A line of the price list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRecord {
    /// With what the numbers begin, as one dials them: `+32`, `0900`, `18`; `+` is every number that no other line names.
    pub prefix: String,
    /// What the numbers are, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// For each call that is answered.
    #[serde(default)]
    #[schema(value_type = String, example = "0.05")]
    pub per_call: Amount,
    /// For each minute of conversation, counted in seconds.
    #[serde(default)]
    #[schema(value_type = String, example = "0.0215")]
    pub per_minute: Amount,
}

/// What calls to a number cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tariff {
    /// For each call that is answered.
    pub per_call: Amount,
    /// For each minute.
    pub per_minute: Amount,
}

impl Tariff {
    /// What a conversation costs; a second that began counts.
    pub fn cost(self, talked: Duration) -> Amount {
        let seconds = talked.as_secs() + u64::from(talked.subsec_nanos() > 0);
        self.per_call.and(self.per_minute.share(seconds, 60))
    }

    /// Whether it costs nothing.
    pub const fn is_free(self) -> bool {
        self.per_call.is_none() && self.per_minute.is_none()
    }
}

/// A price list, checked.
#[derive(Debug, Clone, Default)]
pub struct Prices(BTreeMap<String, Tariff>);

impl Prices {
    /// Adds a line for a prefix in its canonical form; the one that was there before, if any.
    pub(super) fn insert(&mut self, prefix: String, tariff: Tariff) -> Option<Tariff> {
        self.0.insert(prefix, tariff)
    }

    /// What calls to a number cost; nothing is known where no line fits.
    pub fn tariff(&self, number: Number) -> Option<Tariff> {
        if self.0.is_empty() {
            return None;
        }
        let text = match number {
            Number::Extension(_) => return Some(Tariff::default()),
            Number::International(number) => number.to_string(),
            Number::Short(code) => code.digits.to_string(),
        };
        (1..=text.len()).rev().find_map(|length| self.0.get(text.get(..length)?)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::number;

    fn tariff(per_call: &str, per_minute: &str) -> Tariff {
        Tariff { per_call: per_call.parse().unwrap(), per_minute: per_minute.parse().unwrap() }
    }

    #[test]
    fn the_longest_prefix_counts() {
        let mut prices = Prices::default();
        assert_eq!(prices.tariff(number("+3225551234")), None, "nothing is known without a list");
        for (prefix, price) in [("+", "0.10"), ("+31", "0.01"), ("+316", "0.05"), ("18", "1.00")] {
            prices.insert(prefix.to_owned(), tariff("0", price));
        }

        for (text, price) in [
            ("+3225551234", "0.10"),
            ("+31201234567", "0.01"),
            ("+31612345678", "0.05"),
            ("1888;phone-context=+31", "1.00"),
        ] {
            assert_eq!(prices.tariff(number(text)), Some(tariff("0", price)), "{text}");
        }
        assert_eq!(prices.tariff(number("14020;phone-context=+31")), None);
    }

    #[test]
    fn a_conversation_costs_its_seconds() {
        let price = tariff("0.05", "0.60");

        assert_eq!(price.cost(Duration::ZERO).to_string(), "0.05");
        assert_eq!(price.cost(Duration::from_secs(90)).to_string(), "0.95");
        assert_eq!(price.cost(Duration::from_millis(100)).to_string(), "0.06");
        assert!(tariff("0", "0").is_free() && !price.is_free());
    }
}
