//! The two clocks of an exchange: one that only goes forward, and the one on the wall.
//!
//! Timers follow the first. The second is carried along with it, so that a tick needs no wall
//! clock, and is corrected when its owner tells it.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// What time it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    now: Instant,
    wall: Timestamp,
}

impl Clock {
    pub(crate) const fn new(now: Instant, wall: Timestamp) -> Self {
        Self { now, wall }
    }

    /// Goes on to `now`; a `now` that lies in the past changes nothing.
    pub(crate) fn advance(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.now);
        self.now = self.now.max(now);
        let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
        self.wall = self.wall.checked_add(passed).unwrap_or(self.wall);
    }

    /// Sets the clock on the wall.
    pub(crate) const fn correct(&mut self, wall: Timestamp) {
        self.wall = wall;
    }

    pub(crate) const fn now(&self) -> Instant {
        self.now
    }

    pub(crate) const fn wall(&self) -> Timestamp {
        self.wall
    }

    /// What the wall will show at `at`, which is now or later.
    pub(crate) fn wall_at(&self, at: Instant) -> Timestamp {
        let mut then = *self;
        then.advance(at);
        then.wall
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_wall_goes_on_with_the_timer_clock() {
        let mut clock = Clock::new(start(), Timestamp::UNIX_EPOCH);

        clock.advance(clock.now() + Duration::from_secs(5));

        assert_eq!(clock.wall().as_second(), 5);
    }

    #[test]
    fn time_never_goes_back() {
        let now = start();
        let mut clock = Clock::new(now + Duration::from_secs(9), Timestamp::UNIX_EPOCH);

        clock.advance(now);

        assert_eq!(clock.now(), now + Duration::from_secs(9));
        assert_eq!(clock.wall(), Timestamp::UNIX_EPOCH);
    }

    #[test]
    fn a_correction_of_the_wall_leaves_timers_alone() {
        let now = start();
        let mut clock = Clock::new(now, Timestamp::UNIX_EPOCH);

        clock.correct(Timestamp::constant(1_000, 0));

        assert_eq!(clock.now(), now);
        assert_eq!(clock.wall_at(now + Duration::from_secs(1)).as_second(), 1_001);
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
    fn start() -> Instant {
        Instant::now()
    }
}
