//! A point in wall-clock time, as windows use it.
//!
//! Timers on the screen are made of these: the phone says since when something is so, and the window
//! counts. No update is needed for a second that passes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[ts(type = "number")]
pub struct Moment(pub u64);

impl Moment {
    /// The moment `milliseconds` after this one; the end of time where that would overflow.
    #[must_use]
    pub const fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Whole seconds from `earlier` to this moment; 0 where `earlier` is later.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 1000
    }
}

#[cfg(test)]
mod tests {
    use super::Moment;

    #[test]
    fn a_clock_that_was_set_back_shows_zero_seconds() {
        assert_eq!(Moment(5_000).seconds_since(Moment(9_000)), 0);
        assert_eq!(Moment(9_999).seconds_since(Moment(5_000)), 4);
    }
}
