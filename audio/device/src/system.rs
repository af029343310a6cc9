//! The machine's own sound cards, through `cpal`, which nobody outside this folder sees.
//!
//! Measured here: PulseAudio with the library's default buffer has two seconds of delay and with 10 ms
//! buffers has 10 ms; so a stream is always opened with a small fixed buffer. What is particular to one
//! operating system stands in a file of its own, behind [`Platform`].

mod format;
mod stream;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as platform;

#[cfg(target_os = "windows")]
mod windows;
#[cfg(target_os = "windows")]
use windows as platform;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as platform;

use cpal::traits::{DeviceTrait, HostTrait};

use crate::{
    CaptureCallback, DeviceError, DeviceId, DeviceInfo, DeviceKind, Direction, Host, OpenStream,
    PlayoutCallback, VirtualHost,
};

/// What differs from one operating system to the next.
trait Platform {
    /// Connects to the best sound system that runs.
    ///
    /// # Errors
    /// When none does.
    fn connect() -> Result<cpal::Host, DeviceError>;

    /// The device that the system uses for calls, which may differ from the one for music.
    fn call_device(host: &cpal::Host, direction: Direction) -> Option<cpal::Device>;

    /// Whether this microphone only hears what a loudspeaker plays.
    fn is_monitor(id: &DeviceId) -> bool;
}

/// The machine's sound cards. Connects when it is first asked, and again when the connection broke.
#[derive(Default)]
pub struct SystemHost {
    host: Option<cpal::Host>,
}

impl SystemHost {
    /// Not connected yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn connected(&mut self) -> Result<&cpal::Host, DeviceError> {
        let host = match self.host.take() {
            Some(host) => host,
            None => platform::System::connect()?,
        };
        Ok(self.host.insert(host))
    }

    fn find(&mut self, direction: Direction, id: &DeviceId) -> Result<cpal::Device, DeviceError> {
        let devices = list(self.connected()?)?;
        let found = devices
            .into_iter()
            .find(|device| supports(device, direction) && id_of(device).as_ref() == Some(id));
        found.ok_or_else(|| DeviceError::NotFound(id.clone()))
    }
}

impl Host for SystemHost {
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let host = self.connected()?;
        let Ok(devices) = list(host) else {
            // The sound system may have been restarted: the next question connects anew.
            self.host = None;
            return Err(DeviceError::NoSoundSystem("the device list is not available".into()));
        };
        let mut infos = Vec::new();
        for direction in [Direction::Capture, Direction::Playout] {
            let default = platform::System::call_device(host, direction).and_then(|device| id_of(&device));
            let fitting = devices.iter().filter(|device| supports(device, direction));
            infos.extend(fitting.filter_map(|device| describe(device, direction, default.as_ref())));
        }
        infos.sort();
        Ok(infos)
    }

    fn open_capture(&mut self, id: &DeviceId, callback: CaptureCallback) -> Result<OpenStream, DeviceError> {
        stream::capture(&self.find(Direction::Capture, id)?, callback)
    }

    /// Each loudspeaker has a connection of its own, which its stream keeps. PulseAudio takes what one connection plays
    /// for one group, as the library names them, and refuses the loudspeaker of a call while it still rings.
    fn open_playout(&mut self, id: &DeviceId, callback: PlayoutCallback) -> Result<OpenStream, DeviceError> {
        stream::playout(&Self::new().find(Direction::Playout, id)?, callback)
    }
}

impl std::fmt::Debug for SystemHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SystemHost").field("connected", &self.host.is_some()).finish()
    }
}

fn list(host: &cpal::Host) -> Result<Vec<cpal::Device>, DeviceError> {
    Ok(host.devices().map_err(stream::explain)?.collect())
}

fn supports(device: &cpal::Device, direction: Direction) -> bool {
    match direction {
        Direction::Capture => device.supports_input(),
        Direction::Playout => device.supports_output(),
    }
}

fn id_of(device: &cpal::Device) -> Option<DeviceId> {
    device.id().ok().map(|id| DeviceId::new(id.to_string()))
}

fn describe(device: &cpal::Device, direction: Direction, default: Option<&DeviceId>) -> Option<DeviceInfo> {
    let description = device.description().ok()?;
    let id = id_of(device)?;
    let kind = if direction == Direction::Capture && platform::System::is_monitor(&id) {
        DeviceKind::Monitor
    } else {
        kind(description.device_type())
    };
    Some(DeviceInfo {
        direction,
        name: description.name().to_owned(),
        kind,
        is_default: default == Some(&id),
        id,
    })
}

fn kind(device_type: cpal::DeviceType) -> DeviceKind {
    use cpal::DeviceType::{Earpiece, Handset, Headphones, Headset, Microphone, Speaker, Virtual};
    if matches!(device_type, Headset | Headphones | Handset | Earpiece) {
        DeviceKind::Headset
    } else if device_type == Speaker {
        DeviceKind::Loudspeaker
    } else if device_type == Microphone {
        DeviceKind::Microphone
    } else if device_type == Virtual {
        DeviceKind::Virtual
    } else {
        DeviceKind::Generic
    }
}

/// The machine's devices and the virtual ones in one list.
#[derive(Debug)]
pub struct Hosts {
    system: SystemHost,
    software: VirtualHost,
}

impl Hosts {
    /// Both families; plug virtual devices in through a clone of `software`.
    pub fn new(software: VirtualHost) -> Self {
        Self { system: SystemHost::new(), software }
    }

    fn of(&mut self, id: &DeviceId) -> &mut dyn Host {
        match id.host() {
            "tone" | "file" | "null" | "bridge" => &mut self.software,
            _ => &mut self.system,
        }
    }
}

impl Host for Hosts {
    /// The machine's devices come first in being default; a virtual one is default only without them.
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let mut devices = self.system.devices().unwrap_or_default();
        for mut device in self.software.devices()? {
            let taken = devices.iter().any(|other| other.direction == device.direction && other.is_default);
            device.is_default &= !taken;
            devices.push(device);
        }
        devices.sort();
        Ok(devices)
    }

    fn open_capture(&mut self, id: &DeviceId, callback: CaptureCallback) -> Result<OpenStream, DeviceError> {
        self.of(id).open_capture(id, callback)
    }

    fn open_playout(&mut self, id: &DeviceId, callback: PlayoutCallback) -> Result<OpenStream, DeviceError> {
        self.of(id).open_playout(id, callback)
    }
}
