//! Linux: a timer that the poll itself waits for, exact to some tens of microseconds.

use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::Arc;

use mio::unix::SourceFd;
use mio::{Interest, Registry, Token, Waker};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

use super::TICK;

/// A running timer.
#[derive(Debug)]
pub(crate) struct Wakeups {
    timer: OwnedFd,
}

impl Wakeups {
    /// Starts to wake the poll that `registry` belongs to, with events of `token`.
    pub(crate) fn start(registry: &Registry, token: Token, _: &Arc<Waker>) -> io::Result<Self> {
        let timer =
            timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
        let every = Timespec { tv_sec: 0, tv_nsec: i64::from(TICK.subsec_nanos()) };
        let times = Itimerspec { it_interval: every, it_value: every };
        timerfd_settime(timer.as_fd(), TimerfdTimerFlags::empty(), &times)?;
        registry.register(&mut SourceFd(&timer.as_raw_fd()), token, Interest::READABLE)?;
        Ok(Self { timer })
    }

    /// Clears a wake-up, so that the next one is reported.
    pub(crate) fn clear(&self) {
        let mut expirations = [0; 8];
        // How many there were is counted elsewhere; nothing to read is fine as well.
        let _ = rustix::io::read(&self.timer, &mut expirations);
    }
}
