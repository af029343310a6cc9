//! Sound devices as a person chooses them, and what the microphone hears while it is tried out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The sound devices of this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Devices {
    /// What can hear.
    pub microphones: Vec<Device>,
    /// What can sound.
    pub speakers: Vec<Device>,
}

/// A sound device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// Stable between starts: `pulseaudio:alsa_input.usb-headset.mono`.
    pub id: String,
    /// As the system calls it.
    pub name: String,
    /// The system uses it where nothing else is chosen.
    pub is_default: bool,
}

/// What the microphone hears while it is tried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Hearing {
    /// The loudest of the last tenth of a second in dB below full scale: 0 is as loud as it can be, −96 is silence.
    pub peak: i16,
}

/// A sound to try a device with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Sample {
    /// A short tone where calls are heard.
    Speaker,
    /// The ringing, once, where it rings.
    Ringer,
}
