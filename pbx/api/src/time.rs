//! Instants as they travel between exchange and client.
//!
//! A number, not a text: a client shows "6:02 in a call" by subtracting, sixty tiles at a time.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// An instant: milliseconds since 1970-01-01T00:00:00Z, by the exchange's clock.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(transparent)]
#[ts(export, type = "number")]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole milliseconds from `earlier` to `self`; 0 when the clock was set back in between.
    pub fn millis_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The instant `millis` later; stays at the end of time instead of wrapping.
    pub fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(i64::try_from(millis).unwrap_or(i64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_gives_no_negative_duration() {
        assert_eq!(Timestamp(1_000).millis_since(Timestamp(4_000)), 0);
        assert_eq!(Timestamp(4_000).millis_since(Timestamp(1_000)), 3_000);
    }

    #[test]
    fn an_instant_cannot_pass_the_end_of_time() {
        assert_eq!(Timestamp(i64::MAX - 1).plus_millis(u64::MAX), Timestamp(i64::MAX));
    }
}
