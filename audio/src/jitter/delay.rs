//! Measures how unevenly packets arrive, and from it how long they should be held.
//!
//! Each packet's transit time (arrival minus timestamp) is compared with the smallest of the last
//! seconds: the difference is what the network held it back. The target covers all but the single latest
//! packet of the window, so that one straggler does not cost everybody's delay.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The transit times of the last packets, and what follows from them.
#[derive(Debug)]
pub(super) struct DelayEstimator {
    clock_rate: i64,
    origin: Option<(Instant, i64)>,
    /// Arrival and transit in microseconds since the origin.
    window: VecDeque<(i64, i64)>,
    base: i64,
    target: i64,
}

/// Packets that are remembered: 2.6 s of packets of 20 ms.
const WINDOW: usize = 128;
/// Older packets are forgotten even if fewer came.
const MEMORY: Duration = Duration::from_secs(4);
/// From so many packets on, the latest one is taken for a straggler.
const ENOUGH: usize = 50;
/// Added to what the packets needed.
const MARGIN_US: i64 = 4_000;
/// Our own tick is not exact: less delay than this would run dry without any jitter.
const LEAST_US: i64 = 10_000;
/// More delay makes a conversation impossible.
const MOST_US: i64 = 400_000;
/// A timestamp this far from real time belongs to another time line.
const FOREIGN_US: i64 = 3_000_000;

impl DelayEstimator {
    pub(super) fn new(clock_rate: u32) -> Self {
        let window = VecDeque::with_capacity(WINDOW + 1);
        Self { clock_rate: i64::from(clock_rate), origin: None, window, base: 0, target: LEAST_US }
    }

    pub(super) fn clear(&mut self) {
        self.origin = None;
        self.window.clear();
        self.target = LEAST_US;
    }

    /// Whether a timestamp cannot belong to the stream so far: the sender has begun anew.
    pub(super) fn is_foreign(&self, now: Instant, timestamp: i64) -> bool {
        self.origin.is_some() && self.delay_of(now, timestamp).abs() > FOREIGN_US
    }

    pub(super) fn observe(&mut self, now: Instant, timestamp: i64) {
        let origin = *self.origin.get_or_insert((now, timestamp));
        let arrival = micros(now.saturating_duration_since(origin.0));
        let transit = arrival - self.media_time(origin.1, timestamp);
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back((arrival, transit));
        while self.window.front().is_some_and(|(then, _)| arrival - then > micros(MEMORY)) {
            self.window.pop_front();
        }
        self.settle(transit);
    }

    fn settle(&mut self, newest: i64) {
        let (mut least, mut most, mut second) = (newest, i64::MIN, i64::MIN);
        for (_, transit) in &self.window {
            least = least.min(*transit);
            if *transit > most {
                second = most;
                most = *transit;
            } else {
                second = second.max(*transit);
            }
        }
        let needed = if self.window.len() < ENOUGH { most } else { second };
        self.base = least;
        self.target = (needed - least + MARGIN_US).clamp(LEAST_US, MOST_US);
    }

    /// The delay that a sample with this timestamp has if it is played now, in microseconds.
    pub(super) fn delay_of(&self, now: Instant, timestamp: i64) -> i64 {
        let Some((origin, first)) = self.origin else { return 0 };
        micros(now.saturating_duration_since(origin)) - self.media_time(first, timestamp) - self.base
    }

    /// The delay that samples should have, in microseconds.
    pub(super) fn target(&self) -> i64 {
        self.target
    }

    fn media_time(&self, first: i64, timestamp: i64) -> i64 {
        (timestamp - first).saturating_mul(1_000_000) / self.clock_rate
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
