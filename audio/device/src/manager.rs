//! Which device is in use: what a person chose, what the system prefers, and what is plugged in.
//!
//! It opens, follows, replaces and reports; it never decides that a call ends. A chosen device that is
//! away is replaced by the default until it returns, because a call on the wrong loudspeaker is better
//! than a silent one.

use std::time::{Duration, Instant};

use crate::line::{CaptureEnd, Duplex, Keeper, PlayoutEnd, capture_line, playout_line};
use crate::{
    CaptureCallback, DeviceError, DeviceId, DeviceInfo, DeviceKind, Direction, Health, Host, OpenStream,
    Playout, PlayoutCallback,
};
use std::sync::Arc;

/// How long to wait before a device that failed to open is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// What a person chose for one direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Whatever the system uses for calls, also when that changes.
    Follow,
    /// This device; the default while it is away.
    Pinned(DeviceId),
    /// No device: silence.
    Off,
}

/// What a person chose altogether.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// The microphone of calls.
    pub capture: Choice,
    /// The loudspeaker of calls.
    pub playout: Choice,
    /// Where it rings; often the loudspeakers while calls are on the headset.
    pub ringer: Choice,
}

impl Default for Choices {
    fn default() -> Self {
        Self { capture: Choice::Follow, playout: Choice::Follow, ringer: Choice::Follow }
    }
}

/// The three uses of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// The microphone of calls.
    Capture,
    /// The loudspeaker of calls.
    Playout,
    /// The loudspeaker that rings.
    Ringer,
}

impl Use {
    /// Microphone or loudspeaker.
    pub fn direction(self) -> Direction {
        match self {
            Self::Capture => Direction::Capture,
            Self::Playout | Self::Ringer => Direction::Playout,
        }
    }
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceEvent {
    /// The list of devices is now this one.
    Listed(Vec<DeviceInfo>),
    /// This device is in use from now on.
    Using(Use, DeviceInfo),
    /// No device is in use any more.
    Stopped(Use),
    /// A device could not be opened; it is tried again by itself.
    Failed(Use, DeviceError),
}

/// A stream in use.
struct Active {
    device: DeviceInfo,
    health: Arc<Health>,
    _stream: Box<dyn crate::Stream>,
}

/// One use of a device: the wish and the state.
struct Post {
    purpose: Use,
    choice: Choice,
    enabled: bool,
    active: Option<Active>,
    retry_at: Option<Instant>,
}

/// Opens and follows devices; lives on one control thread.
pub struct Manager {
    host: Box<dyn Host>,
    known: Vec<DeviceInfo>,
    posts: [Post; 3],
    capture: Keeper<CaptureEnd>,
    playout: Keeper<PlayoutEnd>,
    ringer: Keeper<PlayoutEnd>,
}

impl Manager {
    /// Nothing is opened until the first [`Self::poll`]; gives the handles for the media thread: the
    /// call's, and the ringer's.
    pub fn new(host: Box<dyn Host>, choices: Choices) -> (Self, Duplex, Playout) {
        let (capture_handle, capture) = capture_line();
        let (playout_handle, playout) = playout_line();
        let (ringer_handle, ringer) = playout_line();
        let posts = [
            Post::new(Use::Capture, choices.capture),
            Post::new(Use::Playout, choices.playout),
            Post::new(Use::Ringer, choices.ringer),
        ];
        let manager = Self { host, known: Vec::new(), posts, capture, playout, ringer };
        (manager, Duplex { capture: capture_handle, playout: playout_handle }, ringer_handle)
    }

    /// Changes what is chosen; takes effect at the next poll.
    pub fn choose(&mut self, purpose: Use, choice: Choice) {
        for post in self.posts.iter_mut().filter(|post| post.purpose == purpose) {
            post.choice = choice.clone();
            post.retry_at = None;
        }
    }

    /// Opens or closes a use; a microphone that is closed between calls lights no lamp and keeps a
    /// wireless headset in its good-sounding mode. Everything is closed at first.
    pub fn enable(&mut self, purpose: Use, enabled: bool) {
        for post in self.posts.iter_mut().filter(|post| post.purpose == purpose) {
            post.enabled = enabled;
            post.retry_at = None;
        }
    }

    /// Looks at what is plugged in and makes the streams fit; call every few hundred milliseconds and
    /// after each change of wish.
    pub fn poll(&mut self, now: Instant) -> Vec<DeviceEvent> {
        let mut events = Vec::new();
        self.list(&mut events);
        for index in 0..self.posts.len() {
            self.tend(index, now, &mut events);
        }
        self.capture.deliver();
        self.playout.deliver();
        self.ringer.deliver();
        events
    }

    fn list(&mut self, events: &mut Vec<DeviceEvent>) {
        // A sound system that does not answer has no devices.
        let devices = self.host.devices().unwrap_or_default();
        if devices != self.known {
            self.known.clone_from(&devices);
            events.push(DeviceEvent::Listed(devices));
        }
    }

    fn tend(&mut self, index: usize, now: Instant, events: &mut Vec<DeviceEvent>) {
        let Some(post) = self.posts.get(index) else { return };
        let purpose = post.purpose;
        let wanted = post.wanted(&self.known);
        if post.is_served_by(wanted.as_ref()) {
            return;
        }
        if wanted.is_some() && post.retry_at.is_some_and(|at| now < at) {
            return;
        }
        let had_device = post.active.is_some();
        self.close(index);
        match wanted {
            None if had_device => events.push(DeviceEvent::Stopped(purpose)),
            None => {}
            Some(device) => match self.open(purpose, &device) {
                Ok(active) => {
                    self.settle(index, Some(active), None);
                    events.push(DeviceEvent::Using(purpose, device));
                }
                Err(error) => {
                    self.settle(index, None, Some(now + RETRY));
                    events.push(DeviceEvent::Failed(purpose, error));
                }
            },
        }
    }

    fn settle(&mut self, index: usize, active: Option<Active>, retry_at: Option<Instant>) {
        if let Some(post) = self.posts.get_mut(index) {
            post.active = active;
            post.retry_at = retry_at;
        }
    }

    fn close(&mut self, index: usize) {
        let Some(post) = self.posts.get_mut(index) else { return };
        if post.active.take().is_none() {
            return;
        }
        match post.purpose {
            Use::Capture => self.capture.place(None),
            Use::Playout => self.playout.place(None),
            Use::Ringer => self.ringer.place(None),
        }
    }

    fn open(&mut self, purpose: Use, device: &DeviceInfo) -> Result<Active, DeviceError> {
        let health = Arc::new(Health::default());
        let stream = match purpose {
            Use::Capture => {
                let (callback, ring) = CaptureCallback::new(Arc::clone(&health));
                let OpenStream { stream, sample_rate } = self.host.open_capture(&device.id, callback)?;
                self.capture.place(Some(CaptureEnd::new(ring, sample_rate, Arc::clone(&health))?));
                stream
            }
            Use::Playout | Use::Ringer => {
                let (callback, ring, reference) = PlayoutCallback::new(Arc::clone(&health));
                let OpenStream { stream, sample_rate } = self.host.open_playout(&device.id, callback)?;
                let end = PlayoutEnd::new(ring, reference, sample_rate, Arc::clone(&health))?;
                let keeper = if purpose == Use::Ringer { &mut self.ringer } else { &mut self.playout };
                keeper.place(Some(end));
                stream
            }
        };
        Ok(Active { device: device.clone(), health, _stream: stream })
    }
}

impl Post {
    fn new(purpose: Use, choice: Choice) -> Self {
        Self { purpose, choice, enabled: false, active: None, retry_at: None }
    }

    /// The device that should be in use, given what is plugged in.
    fn wanted(&self, known: &[DeviceInfo]) -> Option<DeviceInfo> {
        if !self.enabled {
            return None;
        }
        let fitting = || known.iter().filter(|device| device.direction == self.purpose.direction());
        let default = || {
            fitting()
                .find(|device| device.is_default)
                .or_else(|| fitting().find(|device| device.kind != DeviceKind::Monitor))
        };
        let device = match &self.choice {
            Choice::Off => None,
            Choice::Follow => default(),
            Choice::Pinned(id) => fitting().find(|device| device.id == *id).or_else(default),
        };
        device.cloned()
    }

    fn is_served_by(&self, wanted: Option<&DeviceInfo>) -> bool {
        match (&self.active, wanted) {
            (Some(active), Some(wanted)) => active.device.id == wanted.id && !active.health.is_lost(),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }
}

impl std::fmt::Debug for Manager {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manager").field("known", &self.known).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
