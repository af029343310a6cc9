//! Counters of one stream, written by a callback and read by anybody.
//!
//! A callback cannot log, so these numbers are the only witness of what happened on its thread.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// What callbacks count their time from.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The live counters; shared between a callback and its readers.
#[derive(Debug)]
pub struct Health {
    callbacks: AtomicU64,
    frames: AtomicU64,
    smallest: AtomicU32,
    largest: AtomicU32,
    underruns: AtomicU64,
    overruns: AtomicU64,
    reference_lost: AtomicU64,
    device_glitches: AtomicU64,
    lowest_fill: AtomicU32,
    /// When the latest callback came, in microseconds, and how many samples per channel it carried.
    latest: AtomicU64,
    latest_frames: AtomicU32,
    lost: AtomicBool,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            callbacks: AtomicU64::new(0),
            frames: AtomicU64::new(0),
            smallest: AtomicU32::new(u32::MAX),
            largest: AtomicU32::new(0),
            underruns: AtomicU64::new(0),
            overruns: AtomicU64::new(0),
            reference_lost: AtomicU64::new(0),
            device_glitches: AtomicU64::new(0),
            lowest_fill: AtomicU32::new(u32::MAX),
            // A callback must find it made.
            latest: AtomicU64::new(micros(*BEGAN)),
            latest_frames: AtomicU32::new(0),
            lost: AtomicBool::new(false),
        }
    }
}

/// A copy of the counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How often the sound system called.
    pub callbacks: u64,
    /// Samples per channel carried so far.
    pub frames: u64,
    /// The smallest callback, in samples per channel; 0 before the first.
    pub smallest_callback: u32,
    /// The largest callback, in samples per channel.
    pub largest_callback: u32,
    /// How often the loudspeaker had nothing to play and faded out.
    pub underruns: u64,
    /// Microphone samples dropped because nobody read them.
    pub overruns: u64,
    /// Played samples that did not fit in the reference ring.
    pub reference_lost: u64,
    /// Glitches that the sound system reported itself.
    pub device_glitches: u64,
}

impl Health {
    /// The counters as they are now.
    pub fn snapshot(&self) -> Statistics {
        let smallest = self.smallest.load(Relaxed);
        Statistics {
            callbacks: self.callbacks.load(Relaxed),
            frames: self.frames.load(Relaxed),
            smallest_callback: if smallest == u32::MAX { 0 } else { smallest },
            largest_callback: self.largest.load(Relaxed),
            underruns: self.underruns.load(Relaxed),
            overruns: self.overruns.load(Relaxed),
            reference_lost: self.reference_lost.load(Relaxed),
            device_glitches: self.device_glitches.load(Relaxed),
        }
    }

    /// The device is gone or its stream has to be opened again.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Relaxed)
    }

    /// Says that the stream has ended and will not call again.
    pub fn mark_lost(&self) {
        self.lost.store(true, Relaxed);
    }

    /// Says that the sound system itself reported a glitch.
    pub fn count_device_glitch(&self) {
        self.device_glitches.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_callback(&self, frames: usize) {
        let frames = u32::try_from(frames).unwrap_or(u32::MAX);
        self.callbacks.fetch_add(1, Relaxed);
        self.frames.fetch_add(u64::from(frames), Relaxed);
        self.smallest.fetch_min(frames, Relaxed);
        self.largest.fetch_max(frames, Relaxed);
        self.latest_frames.store(frames, Relaxed);
        self.latest.store(micros(Instant::now()), Relaxed);
    }

    /// Samples that a device which carries so many a second has moved since its latest callback, as it goes on evenly between
    /// callbacks; no more than that callback carried.
    pub(crate) fn moved_since(&self, now: Instant, rate: u32) -> f64 {
        let since = Duration::from_micros(micros(now).saturating_sub(self.latest.load(Relaxed)));
        (since.as_secs_f64() * f64::from(rate)).min(f64::from(self.latest_frames.load(Relaxed)))
    }

    pub(crate) fn count_underrun(&self) {
        self.underruns.fetch_add(1, Relaxed);
    }

    pub(crate) fn count_overrun(&self, samples: usize) {
        self.overruns.fetch_add(samples as u64, Relaxed);
    }

    pub(crate) fn count_reference_lost(&self, samples: usize) {
        self.reference_lost.fetch_add(samples as u64, Relaxed);
    }

    /// Remembers how little was left in the ring after a callback took its share.
    pub(crate) fn note_fill(&self, samples_left: usize) {
        self.lowest_fill.fetch_min(u32::try_from(samples_left).unwrap_or(u32::MAX), Relaxed);
    }

    /// The least that was left since the last question; `None` when no callback came.
    pub(crate) fn take_lowest_fill(&self) -> Option<usize> {
        let lowest = self.lowest_fill.swap(u32::MAX, Relaxed);
        (lowest != u32::MAX).then_some(lowest as usize)
    }

    pub(crate) fn largest_callback(&self) -> usize {
        self.largest.load(Relaxed) as usize
    }
}

fn micros(now: Instant) -> u64 {
    u64::try_from(now.saturating_duration_since(*BEGAN).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callback_sizes_are_remembered_at_both_ends() {
        let health = Health::default();

        for size in [480, 3, 960] {
            health.count_callback(size);
        }

        let statistics = health.snapshot();
        assert_eq!((statistics.smallest_callback, statistics.largest_callback), (3, 960));
        assert_eq!((statistics.callbacks, statistics.frames), (3, 1443));
    }

    #[test]
    fn what_a_device_moves_after_a_callback_grows_up_to_what_that_carried() {
        let health = Health::default();
        assert!(health.moved_since(Instant::now(), 48_000).abs() < f64::EPSILON, "nothing was carried yet");

        health.count_callback(480);

        let now = Instant::now();
        let after = |millis| health.moved_since(now + Duration::from_millis(millis), 48_000);
        assert!(after(5) >= 239.0, "{}", after(5));
        assert!((after(1_000) - 480.0).abs() < f64::EPSILON, "{}", after(1_000));
    }

    #[test]
    fn the_lowest_fill_is_asked_once() {
        let health = Health::default();
        health.note_fill(300);
        health.note_fill(20);

        assert_eq!(health.take_lowest_fill(), Some(20));
        assert_eq!(health.take_lowest_fill(), None);
    }
}
