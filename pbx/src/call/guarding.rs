//! Guards against toll fraud: whoever answers for the company is told when one is struck.
//!
//! A machine that dials tries again and again; what is told once a minute is enough to act on.

use std::time::Duration;

use crate::exchange::{Effect, Exchange};
use crate::resolve::{Decision, Struck};

/// So long a guard is silent about the same subscriber after it gave alarm.
const SILENCE: Duration = Duration::from_secs(60);

impl Exchange {
    /// Gives alarm if a guard was struck on the way to a decision.
    pub(crate) fn alarm(&mut self, decision: &Decision) {
        let Some(Struck { guard, by, number }) = decision.struck else { return };
        let now = self.clock.now();
        let last = self.alarmed.insert((guard, by), now);
        if let Some(last) = last.filter(|last| now < *last + SILENCE) {
            self.alarmed.insert((guard, by), last);
            return;
        }
        self.emit(Effect::GuardAlarm { guard, by, number, at: self.clock.wall() });
    }
}
