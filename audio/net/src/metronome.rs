//! What wakes the media thread every 10 ms.
//!
//! Waking is left to the system; counting is done from one starting moment, so that a late wake-up
//! shifts nothing and ticks never drift.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(not(target_os = "linux"), test))]
mod portable;

use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
pub(crate) use linux::Wakeups;
#[cfg(not(target_os = "linux"))]
pub(crate) use portable::Wakeups;

/// The length of a tick.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// More missed ticks than this are skipped: sound that late is of no use.
const CATCH_UP: u64 = 5;

/// Counts ticks from a starting moment.
#[derive(Debug)]
pub(crate) struct Metronome {
    start: Instant,
    done: u64,
}

impl Metronome {
    pub(crate) fn new(now: Instant) -> Self {
        Self { start: now, done: 0 }
    }

    /// How many ticks to make now, and how many are given up.
    pub(crate) fn due(&mut self, now: Instant) -> (u64, u64) {
        let elapsed = now.saturating_duration_since(self.start).as_nanos() / TICK.as_nanos();
        let ticks = u64::try_from(elapsed).unwrap_or(u64::MAX).saturating_sub(self.done);
        self.done += ticks;
        (ticks.min(CATCH_UP), ticks.saturating_sub(CATCH_UP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_wakeups_lose_no_tick_and_shift_none() {
        let start = Instant::now();
        let mut metronome = Metronome::new(start);

        let ticks: u64 =
            (1..=1_000).map(|n| metronome.due(start + Duration::from_micros(10_700 * n)).0).sum();

        assert_eq!(ticks, 1_070);
    }

    #[test]
    fn after_a_long_stop_the_past_is_skipped() {
        let start = Instant::now();
        let mut metronome = Metronome::new(start);

        assert_eq!(metronome.due(start + Duration::from_secs(1)), (5, 95));
        assert_eq!(metronome.due(start + Duration::from_millis(1_010)), (1, 0));
    }
}
