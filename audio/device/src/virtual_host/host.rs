//! The host of virtual devices, with handles for tests to plug, unplug, bend clocks and stall.
//!
//! Its first devices of each direction are the defaults until [`VirtualHost::set_default`] says else.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clock::{Running, VirtualClock, run_in_real_time};
use super::room::Room;
use super::sound::{Bridge, Listener, Null, Recorder, Recording, Speaker, Tone};
use crate::{
    CaptureCallback, DeviceError, DeviceId, DeviceInfo, DeviceKind, Direction, Health, Host, OpenStream,
    PlayoutCallback, SAMPLE_RATE,
};

/// How a virtual device behaves towards its callback.
#[derive(Debug, Clone, PartialEq)]
pub struct Behaviour {
    /// Samples per callback, used in turn; at least one size, each at least 1.
    pub callback_sizes: Vec<usize>,
    /// How many parts per million its clock runs fast; negative is slow.
    pub drift_ppm: f64,
    /// Its callbacks stop while this is set, as when a driver hangs.
    pub stalled: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self { callback_sizes: vec![480], drift_ppm: 0.0, stalled: false }
    }
}

/// One virtual device that is plugged in.
#[derive(Debug)]
struct Plugged {
    info: DeviceInfo,
    behaviour: Arc<Mutex<Behaviour>>,
    streams: Vec<Arc<Health>>,
}

#[derive(Default)]
struct State {
    devices: Vec<Plugged>,
    defaults: BTreeMap<Direction, DeviceId>,
    bridges: BTreeMap<DeviceId, Bridge>,
    rooms: BTreeMap<DeviceId, Room>,
}

/// The host; clones share one set of devices, so that a test keeps a hand on what a manager uses.
#[derive(Clone)]
pub struct VirtualHost {
    state: Arc<Mutex<State>>,
    clock: Option<VirtualClock>,
}

impl VirtualHost {
    /// Without devices, in real time.
    pub fn in_real_time() -> Self {
        Self { state: Arc::default(), clock: None }
    }

    /// Without devices, on a clock turned by hand.
    pub fn on(clock: VirtualClock) -> Self {
        Self { state: Arc::default(), clock: Some(clock) }
    }

    /// Plugs a device in: `null:`, `tone:HERTZ` (microphone), `file:PATH`, `bridge:NAME` or
    /// `room:MILLISECONDS`.
    pub fn plug(&self, direction: Direction, id: &str, behaviour: Behaviour) -> DeviceId {
        let id = DeviceId::new(id);
        let mut state = self.state();
        let info = DeviceInfo {
            direction,
            name: id.name().to_owned(),
            id: id.clone(),
            kind: DeviceKind::Virtual,
            is_default: false,
        };
        state.devices.retain(|plugged| plugged.info.id != id || plugged.info.direction != direction);
        state.devices.push(Plugged { info, behaviour: Arc::new(Mutex::new(behaviour)), streams: Vec::new() });
        state.defaults.entry(direction).or_insert_with(|| id.clone());
        id
    }

    /// Pulls a device out: it leaves the list and its streams end.
    pub fn unplug(&self, direction: Direction, id: &DeviceId) {
        let mut state = self.state();
        for plugged in state.devices.iter().filter(|plugged| plugged.is(direction, id)) {
            plugged.streams.iter().for_each(|health| health.mark_lost());
            lock(&plugged.behaviour).stalled = true;
        }
        state.devices.retain(|plugged| !plugged.is(direction, id));
        if state.defaults.get(&direction) == Some(id) {
            let next = state.devices.iter().find(|plugged| plugged.info.direction == direction);
            match next.map(|plugged| plugged.info.id.clone()) {
                Some(next) => state.defaults.insert(direction, next),
                None => state.defaults.remove(&direction),
            };
        }
    }

    /// Makes a device the system's default.
    pub fn set_default(&self, direction: Direction, id: &DeviceId) {
        self.state().defaults.insert(direction, id.clone());
    }

    /// Changes how a device behaves from its next callback on; does nothing when it is not plugged in.
    pub fn behave(&self, direction: Direction, id: &DeviceId, change: impl FnOnce(&mut Behaviour)) {
        if let Some(plugged) = self.state().devices.iter().find(|plugged| plugged.is(direction, id)) {
            change(&mut lock(&plugged.behaviour));
        }
    }

    fn start(&self, device: Box<dyn Running>) -> Result<OpenStream, DeviceError> {
        let handle = match &self.clock {
            Some(clock) => clock.run(device),
            None => run_in_real_time(device).map_err(|error| DeviceError::Other(error.to_string()))?,
        };
        Ok(OpenStream { stream: Box::new(handle), sample_rate: SAMPLE_RATE })
    }

    fn attach(&self, direction: Direction, id: &DeviceId, health: &Arc<Health>) -> Result<Pace, DeviceError> {
        let mut state = self.state();
        let plugged = state.devices.iter_mut().find(|plugged| plugged.is(direction, id));
        let plugged = plugged.ok_or_else(|| DeviceError::NotFound(id.clone()))?;
        plugged.streams.push(Arc::clone(health));
        Ok(Pace { behaviour: Arc::clone(&plugged.behaviour), ..Pace::default() })
    }

    fn bridge(&self, id: &DeviceId) -> Bridge {
        self.state().bridges.entry(id.clone()).or_default().clone()
    }

    fn room(&self, id: &DeviceId) -> Result<Room, DeviceError> {
        let mut state = self.state();
        if let Some(room) = state.rooms.get(id) {
            return Ok(room.clone());
        }
        let room = Room::named(id)?;
        state.rooms.insert(id.clone(), room.clone());
        Ok(room)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl std::fmt::Debug for VirtualHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VirtualHost").field("devices", &self.state().devices).finish_non_exhaustive()
    }
}

impl Host for VirtualHost {
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let state = self.state();
        let mut devices: Vec<DeviceInfo> = state
            .devices
            .iter()
            .map(|plugged| {
                let is_default = state.defaults.get(&plugged.info.direction) == Some(&plugged.info.id);
                DeviceInfo { is_default, ..plugged.info.clone() }
            })
            .collect();
        devices.sort();
        Ok(devices)
    }

    fn open_capture(&mut self, id: &DeviceId, callback: CaptureCallback) -> Result<OpenStream, DeviceError> {
        let pace = self.attach(Direction::Capture, id, callback.health())?;
        let voice: Box<dyn Speaker> = match id.host() {
            "tone" => Box::new(Tone::named(id)?),
            "file" => Box::new(Recording::open(Path::new(id.name()))?),
            "bridge" => Box::new(self.bridge(id)),
            "room" => Box::new(self.room(id)?),
            _ => Box::new(Null),
        };
        self.start(Box::new(Microphone { voice, callback, pace, scratch: Vec::new() }))
    }

    fn open_playout(&mut self, id: &DeviceId, callback: PlayoutCallback) -> Result<OpenStream, DeviceError> {
        let pace = self.attach(Direction::Playout, id, callback.health())?;
        let ear: Box<dyn Listener> = match id.host() {
            "file" => Box::new(Recorder::create(Path::new(id.name()))?),
            "bridge" => Box::new(self.bridge(id)),
            "room" => Box::new(self.room(id)?),
            _ => Box::new(Null),
        };
        self.start(Box::new(Loudspeaker { ear, callback, pace, scratch: Vec::new() }))
    }
}

impl Plugged {
    fn is(&self, direction: Direction, id: &DeviceId) -> bool {
        self.info.direction == direction && self.info.id == *id
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Turns passing time into callback sizes.
#[derive(Debug, Default)]
struct Pace {
    behaviour: Arc<Mutex<Behaviour>>,
    owed: f64,
    turn: usize,
}

impl Pace {
    fn pass(&mut self, time: Duration) {
        let behaviour = lock(&self.behaviour);
        if !behaviour.stalled {
            self.owed += time.as_secs_f64() * f64::from(SAMPLE_RATE) * (1.0 + behaviour.drift_ppm * 1e-6);
        }
    }

    /// The next callback's size, once enough time has passed for it.
    fn next(&mut self) -> Option<usize> {
        let behaviour = lock(&self.behaviour);
        let sizes = &behaviour.callback_sizes;
        let size = sizes.get(self.turn % sizes.len().max(1)).copied().unwrap_or(480).max(1);
        // Half a sample of patience, so that sums of rounded steps come out even.
        if behaviour.stalled || self.owed + 0.5 < size as f64 {
            return None;
        }
        self.owed -= size as f64;
        self.turn += 1;
        Some(size)
    }
}

struct Microphone {
    voice: Box<dyn Speaker>,
    callback: CaptureCallback,
    pace: Pace,
    scratch: Vec<f32>,
}

impl Running for Microphone {
    fn pass(&mut self, time: Duration) {
        self.pace.pass(time);
        while let Some(size) = self.pace.next() {
            self.scratch.resize(size, 0.0);
            self.voice.speak(&mut self.scratch);
            self.callback.process(&self.scratch, 1);
        }
    }
}

struct Loudspeaker {
    ear: Box<dyn Listener>,
    callback: PlayoutCallback,
    pace: Pace,
    scratch: Vec<f32>,
}

impl Running for Loudspeaker {
    fn pass(&mut self, time: Duration) {
        self.pace.pass(time);
        while let Some(size) = self.pace.next() {
            self.scratch.resize(size, 0.0);
            self.callback.process(&mut self.scratch, 1);
            self.ear.hear(&self.scratch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_come_in_the_sizes_asked_for_and_add_up_to_real_time() {
        let clock = VirtualClock::new();
        let mut host = VirtualHost::on(clock.clone());
        let sizes = Behaviour { callback_sizes: vec![3, 960, 480], ..Behaviour::default() };
        let id = host.plug(Direction::Capture, "tone:440", sizes);
        let (callback, _ring) = CaptureCallback::new(Arc::default());
        let health = Arc::clone(callback.health());

        let _stream = host.open_capture(&id, callback).unwrap();
        clock.advance(Duration::from_secs(1));

        let statistics = health.snapshot();
        assert_eq!((statistics.smallest_callback, statistics.largest_callback), (3, 960));
        assert!(statistics.frames > 47_000 && statistics.frames <= 48_000);
    }

    #[test]
    fn a_fast_clock_brings_more_samples() {
        let clock = VirtualClock::new();
        let mut host = VirtualHost::on(clock.clone());
        let fast = Behaviour { drift_ppm: 1_000.0, ..Behaviour::default() };
        let id = host.plug(Direction::Playout, "null:", fast);
        let (callback, _ring, _reference) = PlayoutCallback::new(Arc::default());
        let health = Arc::clone(callback.health());

        let _stream = host.open_playout(&id, callback).unwrap();
        clock.advance(Duration::from_secs(100));

        assert!((4_804_000..=4_805_000).contains(&health.snapshot().frames));
    }

    #[test]
    fn unplugging_ends_streams_and_moves_the_default() {
        let mut host = VirtualHost::on(VirtualClock::new());
        let headset = host.plug(Direction::Capture, "tone:440", Behaviour::default());
        let built_in = host.plug(Direction::Capture, "null:", Behaviour::default());
        let (callback, _ring) = CaptureCallback::new(Arc::default());
        let health = Arc::clone(callback.health());
        let _stream = host.open_capture(&headset, callback).unwrap();

        host.unplug(Direction::Capture, &headset);

        assert!(health.is_lost());
        let devices = host.devices().unwrap();
        assert_eq!(
            devices.iter().map(|device| (&device.id, device.is_default)).collect::<Vec<_>>(),
            [(&built_in, true)]
        );
    }

    #[test]
    fn a_dropped_stream_makes_no_more_callbacks() {
        let clock = VirtualClock::new();
        let mut host = VirtualHost::on(clock.clone());
        let id = host.plug(Direction::Capture, "null:", Behaviour::default());
        let (callback, _ring) = CaptureCallback::new(Arc::default());
        let health = Arc::clone(callback.health());
        let stream = host.open_capture(&id, callback).unwrap();
        clock.advance(Duration::from_millis(50));

        drop(stream);
        clock.advance(Duration::from_millis(50));

        assert_eq!(health.snapshot().callbacks, 5);
    }
}
