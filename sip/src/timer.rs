//! Timer values of RFC 3261 and the timer queue of an endpoint.
//!
//! One endpoint keeps thousands of transactions and dialogs, so the queue finds the next deadline
//! and cancels any timer in logarithmic time; nothing walks over all timers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// The three base values from which RFC 3261 derives every transaction timer (table 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intervals {
    /// Estimate of the round-trip time; 500 ms by default.
    pub t1: Duration,
    /// Longest interval between retransmissions of a non-INVITE request or a 2xx; 4 s by default.
    pub t2: Duration,
    /// Longest time a message stays in the network; 5 s by default.
    pub t4: Duration,
}

impl Default for Intervals {
    fn default() -> Self {
        Self { t1: Duration::from_millis(500), t2: Duration::from_secs(4), t4: Duration::from_secs(5) }
    }
}

impl Intervals {
    /// 64 × T1: timers B, F, H, J, L and M, and the time a 2xx waits for its ACK.
    #[must_use]
    pub fn patience(&self) -> Duration {
        self.t1 * 64
    }

    /// The next interval of a doubling retransmission, limited to T2.
    #[must_use]
    pub fn doubled(&self, interval: Duration) -> Duration {
        (interval * 2).min(self.t2)
    }

    /// Timer D, RFC 3261 17.1.1.2: at least 32 s over UDP.
    #[must_use]
    pub fn timer_d(&self) -> Duration {
        self.patience().max(Duration::from_secs(32))
    }
}

/// Deadlines by key. Each key has at most one deadline; setting it again moves it.
#[derive(Debug, Clone)]
pub struct Timers<K> {
    queue: BTreeSet<(Instant, K)>,
    deadlines: BTreeMap<K, Instant>,
}

impl<K: Ord + Clone> Default for Timers<K> {
    fn default() -> Self {
        Self { queue: BTreeSet::new(), deadlines: BTreeMap::new() }
    }
}

impl<K: Ord + Clone> Timers<K> {
    /// Sets, moves or (with `None`) clears the deadline of `key`.
    pub fn set(&mut self, key: K, at: Option<Instant>) {
        if self.deadlines.get(&key).copied() == at {
            return;
        }
        self.clear(&key);
        if let Some(at) = at {
            self.deadlines.insert(key.clone(), at);
            self.queue.insert((at, key));
        }
    }

    /// Removes the deadline of `key`.
    pub fn clear(&mut self, key: &K) {
        if let Some(at) = self.deadlines.remove(key) {
            self.queue.remove(&(at, key.clone()));
        }
    }

    /// The earliest deadline.
    #[must_use]
    pub fn next(&self) -> Option<Instant> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Removes and returns one key whose deadline is not after `now`, earliest first.
    pub fn expire(&mut self, now: Instant) -> Option<K> {
        if self.next()? > now {
            return None;
        }
        let (_, key) = self.queue.pop_first()?;
        self.deadlines.remove(&key);
        Some(key)
    }

    /// How many deadlines are set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.deadlines.len()
    }

    /// Whether no deadline is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.deadlines.is_empty()
    }
}

/// Puts the earlier of two optional deadlines first.
pub(crate) fn earliest(deadlines: impl IntoIterator<Item = Option<Instant>>) -> Option<Instant> {
    deadlines.into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_expire_in_order_and_only_when_due() {
        let start = base();
        let mut timers = Timers::default();
        timers.set("late", Some(start + Duration::from_secs(2)));
        timers.set("early", Some(start + Duration::from_secs(1)));

        assert_eq!(timers.expire(start), None);
        assert_eq!(timers.next(), Some(start + Duration::from_secs(1)));
        assert_eq!(timers.expire(start + Duration::from_secs(5)), Some("early"));
        assert_eq!(timers.expire(start + Duration::from_secs(5)), Some("late"));
        assert!(timers.is_empty());
    }

    #[test]
    fn setting_a_timer_again_moves_it() {
        let start = base();
        let mut timers = Timers::default();
        timers.set(1, Some(start + Duration::from_secs(1)));
        timers.set(1, Some(start + Duration::from_secs(3)));

        assert_eq!(timers.len(), 1);
        assert_eq!(timers.expire(start + Duration::from_secs(2)), None);
        assert_eq!(timers.expire(start + Duration::from_secs(3)), Some(1));
    }

    #[test]
    fn a_cleared_timer_never_expires() {
        let start = base();
        let mut timers = Timers::default();
        timers.set(1, Some(start));
        timers.set(1, None);

        assert_eq!(timers.expire(start + Duration::from_secs(9)), None);
        assert_eq!(timers.next(), None);
    }

    #[expect(clippy::disallowed_methods, reason = "a test needs one base instant")]
    fn base() -> Instant {
        Instant::now()
    }
}
