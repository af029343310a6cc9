//! Any other system: a thread that sleeps to each tick and wakes the poll.
//!
//! The standard library's sleep uses the system's finest timers (on Windows a high-resolution one),
//! which the poll's own timeout does not.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mio::{Registry, Token, Waker};

use super::TICK;

/// A running thread; dropping it lets the thread end after its last tick.
#[derive(Debug)]
pub(crate) struct Wakeups {
    stopped: Arc<AtomicBool>,
}

impl Wakeups {
    /// Starts to wake the poll through `waker`.
    pub(crate) fn start(_: &Registry, _: Token, waker: &Arc<Waker>) -> io::Result<Self> {
        let stopped = Arc::new(AtomicBool::new(false));
        let (seen, waker) = (Arc::clone(&stopped), Arc::clone(waker));
        thread::Builder::new().name("media-metronome".into()).spawn(move || {
            let start = Instant::now();
            let mut tick = 0_u32;
            while !seen.load(Ordering::Acquire) && waker.wake().is_ok() {
                tick = tick.wrapping_add(1);
                let due = TICK.saturating_mul(tick);
                thread::sleep(due.saturating_sub(start.elapsed()).max(Duration::from_millis(1)));
            }
        })?;
        Ok(Self { stopped })
    }

    /// Nothing to clear: the poll clears its waker by itself.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn clear(&self) {}
}

impl Drop for Wakeups {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use mio::{Events, Poll};

    use super::*;

    #[test]
    fn the_poll_is_woken_about_a_hundred_times_a_second() {
        let mut poll = Poll::new().unwrap();
        let waker = Arc::new(Waker::new(poll.registry(), Token(1)).unwrap());
        let mut events = Events::with_capacity(4);
        let start = Instant::now();

        let _wakeups = Wakeups::start(poll.registry(), Token(2), &waker).unwrap();
        for _ in 0..20 {
            poll.poll(&mut events, Some(Duration::from_secs(5))).unwrap();
        }

        let elapsed = start.elapsed();
        assert!(elapsed >= Duration::from_millis(150), "20 wake-ups in {elapsed:?}");
        assert!(elapsed < Duration::from_secs(5), "20 wake-ups in {elapsed:?}");
    }
}
