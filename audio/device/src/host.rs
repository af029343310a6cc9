//! Where devices come from: the traits that every sound system and every stand-in fulfils.
//!
//! They exist so that the library that talks to the sound card can change without anybody noticing,
//! and so that tests can pull plugs. A host is used by one control thread; its calls may block.

use std::fmt;

use crate::callback::{CaptureCallback, PlayoutCallback};

/// Which way sound flows, seen from the person at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// A microphone.
    Capture,
    /// A loudspeaker or headphones.
    Playout,
}

/// A device's lasting name, `host:name`, for example `pulseaudio:alsa_input.usb-Jabra` or `tone:440`.
///
/// It stays the same when the device is plugged in again and after a restart, so it can be kept in
/// settings. A microphone and a loudspeaker may share one id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(String);

impl DeviceId {
    /// The id with this text; nothing is checked until a device is opened.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The whole text, for settings.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first colon: which host knows this device.
    pub fn host(&self) -> &str {
        self.0.split_once(':').map_or("", |(host, _)| host)
    }

    /// The part after the first colon: the name within the host.
    pub fn name(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(_, name)| name)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a device physically is, as far as the sound system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceKind {
    /// Not known, or an ordinary sound card.
    Generic,
    /// A headset: microphone and earphone belong together.
    Headset,
    /// A loudspeaker that a room can hear.
    Loudspeaker,
    /// A microphone on its own.
    Microphone,
    /// Listens to what another device plays; hidden from ordinary lists of microphones.
    Monitor,
    /// Made of software: a file, a tone, silence, a bridge.
    Virtual,
}

/// One device as a person sees it in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceInfo {
    /// Microphone or loudspeaker.
    pub direction: Direction,
    /// The name shown to people, from the sound system, in its own language.
    pub name: String,
    /// The lasting id.
    pub id: DeviceId,
    /// What it is.
    pub kind: DeviceKind,
    /// The system uses it for calls when nobody chooses another.
    pub is_default: bool,
}

/// Why a device could not be listed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The sound system itself does not answer.
    #[error("no sound system is running: {0}")]
    NoSoundSystem(String),
    /// The device is not (or no longer) there.
    #[error("there is no device `{0}`")]
    NotFound(DeviceId),
    /// There is no device at all for this direction.
    #[error("there is no device for {0:?}")]
    NoneAvailable(Direction),
    /// Another program holds it; trying again later may help.
    #[error("the device is in use by another program")]
    Busy,
    /// The system's privacy settings do not let us use it.
    #[error("the system does not allow the use of this device")]
    NotAllowed,
    /// It has no format that we can convert.
    #[error("the device has no usable format: {0}")]
    Format(String),
    /// Something else, in the sound system's own words.
    #[error("the sound system reports: {0}")]
    Other(String),
}

/// A running stream; dropping it stops the callbacks and closes the device.
pub trait Stream: Send {}

/// A stream that was opened, and the rate at which its callbacks run.
pub struct OpenStream {
    /// Keeps the device open.
    pub stream: Box<dyn Stream>,
    /// Samples per second per channel at the callback.
    pub sample_rate: u32,
}

impl fmt::Debug for OpenStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenStream").field("sample_rate", &self.sample_rate).finish_non_exhaustive()
    }
}

/// A family of devices.
pub trait Host: Send {
    /// Every device now present, sorted by direction, then name, then id.
    ///
    /// # Errors
    /// [`DeviceError::NoSoundSystem`] when nothing answers.
    fn devices(&mut self) -> Result<Vec<DeviceInfo>, DeviceError>;

    /// Opens a microphone and starts it.
    ///
    /// # Errors
    /// When the device is gone, taken, forbidden or has no usable format.
    fn open_capture(&mut self, id: &DeviceId, callback: CaptureCallback) -> Result<OpenStream, DeviceError>;

    /// Opens a loudspeaker and starts it.
    ///
    /// # Errors
    /// As [`Host::open_capture`].
    fn open_playout(&mut self, id: &DeviceId, callback: PlayoutCallback) -> Result<OpenStream, DeviceError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_split_at_its_first_colon() {
        let id = DeviceId::new("file:C:/sounds/hello.wav");

        assert_eq!(id.host(), "file");
        assert_eq!(id.name(), "C:/sounds/hello.wav");
    }

    #[test]
    fn an_id_without_a_host_is_only_a_name() {
        let id = DeviceId::new("headset");

        assert_eq!(id.host(), "");
        assert_eq!(id.name(), "headset");
    }
}
