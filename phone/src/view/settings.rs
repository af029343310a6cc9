//! What a person sets once and expects to find again: sound, looks, keys, calls, the desktop around it.
//!
//! One record, replaced as a whole by [`super::Command::ChangeSettings`] and kept on this computer, for devices and
//! desktops differ. What the exchange keeps for a person (do not disturb, forwarding) is not here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that is set on this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Devices and what is done to the voice.
    pub sound: SoundSettings,
    /// Language, colours and size.
    pub looks: Looks,
    /// Which key does what.
    pub keys: KeySettings,
    /// How calls are shown and handled.
    pub calls: CallSettings,
    /// What the desktop does for Balie.
    pub desktop: DesktopSettings,
}

/// Devices and what is done to the voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct SoundSettings {
    /// Where the voice comes from.
    pub microphone: DeviceChoice,
    /// Where calls are heard.
    pub speaker: DeviceChoice,
    /// Where it rings, apart from where calls are heard.
    pub ringer: DeviceChoice,
    /// Loudness of calls in percent, 0 to 100.
    pub speaker_volume: u8,
    /// Loudness of the ringing in percent, 0 to 100.
    pub ringer_volume: u8,
    /// Take the echo of the loudspeaker out of the voice.
    pub cancels_echo: bool,
    /// Take noise out of the voice.
    pub suppresses_noise: bool,
    /// Keep the voice at one loudness.
    pub levels_voice: bool,
}

impl Default for SoundSettings {
    fn default() -> Self {
        Self {
            microphone: DeviceChoice::System,
            speaker: DeviceChoice::System,
            ringer: DeviceChoice::System,
            speaker_volume: 100,
            ringer_volume: 80,
            cancels_echo: true,
            suppresses_noise: true,
            levels_voice: true,
        }
    }
}

/// Which device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum DeviceChoice {
    /// Whichever the system uses for calls, also when that changes.
    #[default]
    System,
    /// This one; while it is not there, the system's.
    Device {
        /// [`super::Device::id`].
        id: String,
    },
}

/// Language, colours and size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct Looks {
    /// Language of the screens.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
    /// Size of everything in percent, 80 to 200.
    pub zoom: u16,
}

impl Default for Looks {
    fn default() -> Self {
        Self { language: Language::System, theme: Theme::System, zoom: 100 }
    }
}

/// A language of the screens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Language {
    /// That of the system; Dutch where Balie does not speak it.
    #[default]
    System,
    /// Dutch.
    Nl,
    /// English.
    En,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Which key does what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct KeySettings {
    /// The table to start from.
    pub profile: KeyProfile,
    /// Keys that differ from the table, by the name of what they do: `"hold": "F8"`. An empty key switches one off.
    pub changed: BTreeMap<String, String>,
    /// Keys that work while another program is in front.
    pub global: bool,
}

/// A table of keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum KeyProfile {
    /// Numeric pad and function keys.
    #[default]
    Bedienpost,
    /// Without a numeric pad, and with a screen reader, which owns that pad.
    Laptop,
}

/// How calls are shown and handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct CallSettings {
    /// A window of its own for a call that comes in.
    pub incoming_window: bool,
    /// A notification of the system for a call that comes in, where the window of its own cannot be.
    pub notifications: bool,
    /// A click on a colleague transfers the call in hand at once.
    pub one_click_transfer: bool,
    /// After so many seconds on hold a call asks for attention, 0 to 600; 0 is never.
    pub hold_reminder: u16,
}

impl Default for CallSettings {
    fn default() -> Self {
        Self { incoming_window: true, notifications: true, one_click_transfer: false, hold_reminder: 90 }
    }
}

/// What the desktop does for Balie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct DesktopSettings {
    /// Start when the person signs in to the computer.
    pub starts_with_system: bool,
    /// Closing the window leaves Balie reachable.
    pub stays_when_closed: bool,
    /// Links with numbers open Balie, as far as nobody else opens them.
    pub opens_links: bool,
    /// Dial a link without asking, when it comes from one of these sites (`crm.example.nl`).
    pub trusted_sites: Vec<String>,
}

impl Default for DesktopSettings {
    fn default() -> Self {
        Self {
            starts_with_system: false,
            stays_when_closed: true,
            opens_links: true,
            trusted_sites: Vec::new(),
        }
    }
}

impl Settings {
    /// The same settings within their ranges: volumes to 100 %, zoom from 80 to 200 %, the reminder to 600 s.
    #[must_use]
    pub fn within_ranges(mut self) -> Self {
        self.sound.speaker_volume = self.sound.speaker_volume.min(100);
        self.sound.ringer_volume = self.sound.ringer_volume.min(100);
        self.looks.zoom = self.looks.zoom.clamp(80, 200);
        self.calls.hold_reminder = self.calls.hold_reminder.min(600);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_an_older_balie_keeps_what_it_says_and_gets_the_rest() {
        let settings: Settings = serde_json::from_str(r#"{"looks":{"zoom":150},"unknown":1}"#).unwrap();

        assert_eq!(settings.looks.zoom, 150);
        assert_eq!(settings.sound, SoundSettings::default());
        assert_eq!(settings.calls.hold_reminder, 90);
    }

    #[test]
    fn what_is_out_of_range_is_brought_to_its_end() {
        let mut settings = Settings::default();
        settings.looks.zoom = 5;
        settings.sound.ringer_volume = 250;
        settings.calls.hold_reminder = 9_999;

        let settings = settings.within_ranges();

        let values = (settings.looks.zoom, settings.sound.ringer_volume, settings.calls.hold_reminder);
        assert_eq!(values, (80, 100, 600));
    }
}
