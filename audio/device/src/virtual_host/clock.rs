//! What drives virtual devices: real time, or a clock that tests turn by hand.
//!
//! A running device is a step function; a thread of its own calls it in real time, or
//! [`VirtualClock::advance`] calls all of them in the order in which they were opened.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use audio_thread::{Rank, go_first};

/// One running virtual device: told how much time has passed, it makes its callbacks.
pub(super) trait Running: Send {
    /// Lets this much time pass.
    fn pass(&mut self, time: Duration);
}

/// A clock turned by hand, shared by the devices that run on it.
#[derive(Clone, Default)]
pub struct VirtualClock {
    devices: Arc<Mutex<Vec<Entry>>>,
}

struct Entry {
    stopped: Arc<AtomicBool>,
    device: Box<dyn Running>,
}

/// How long a real-time device sleeps between steps.
const STEP: Duration = Duration::from_millis(10);

impl VirtualClock {
    /// A clock that stands still.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets time pass for every running device, in steps of at most 10 ms each.
    pub fn advance(&self, time: Duration) {
        let mut left = time;
        while !left.is_zero() {
            let step = left.min(STEP);
            let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
            devices.retain(|entry| !entry.stopped.load(Ordering::Acquire));
            for entry in devices.iter_mut() {
                entry.device.pass(step);
            }
            left -= step;
        }
    }

    pub(super) fn run(&self, device: Box<dyn Running>) -> Handle {
        let stopped = Arc::new(AtomicBool::new(false));
        let entry = Entry { stopped: Arc::clone(&stopped), device };
        self.devices.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        Handle { stopped, thread: None }
    }
}

impl std::fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VirtualClock").finish_non_exhaustive()
    }
}

/// Runs a device in real time on a thread of its own, without drifting from the clock. As a sound card would, it goes on
/// however busy the machine is.
pub(super) fn run_in_real_time(mut device: Box<dyn Running>) -> std::io::Result<Handle> {
    let stopped = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stopped);
    let thread = thread::Builder::new().name("virtual-sound".into()).spawn(move || {
        go_first(Rank::Device);
        let mut due = Instant::now();
        while !seen.load(Ordering::Acquire) {
            due += STEP;
            thread::sleep(due.saturating_duration_since(Instant::now()));
            device.pass(STEP);
        }
    })?;
    Ok(Handle { stopped, thread: Some(thread) })
}

/// Keeps a virtual device running; dropping it stops the device before it returns.
pub(super) struct Handle {
    stopped: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl crate::Stream for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // A panic of the device has already been printed by its own thread.
            drop(thread.join());
        }
    }
}
