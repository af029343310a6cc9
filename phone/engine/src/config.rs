//! How an engine is set up: account, sockets and sound devices.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;

use phone::{Account, Settings};

/// The settings of an engine.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the phone itself is set up. Its transport is that of the SIP socket.
    pub settings: Settings,
    /// The account to use at once; without one a person signs in.
    pub account: Option<Account>,
    /// The address of every socket; `0.0.0.0` listens on all.
    pub bind: IpAddr,
    /// Port of the SIP socket; 0 takes a free one.
    pub port: u16,
    /// Where this person's voice comes from.
    pub microphone: SoundChoice,
    /// Where this person hears.
    pub speaker: SoundChoice,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            account: None,
            bind: Ipv4Addr::UNSPECIFIED.into(),
            port: 0,
            microphone: SoundChoice::Default,
            speaker: SoundChoice::Default,
        }
    }
}

/// A microphone or a loudspeaker. All but the first and the last work on a machine without a sound card.
#[derive(Debug, Clone, PartialEq)]
pub enum SoundChoice {
    /// What the system uses for calls.
    Default,
    /// Silence; what is played is thrown away.
    Null,
    /// A steady sine of this frequency in Hz (microphone only).
    Tone(f32),
    /// A WAV file: played over and over as a microphone (48 kHz), written as a loudspeaker.
    File(PathBuf),
    /// The device with this lasting id, such as `pulseaudio:alsa_input.usb-headset.mono`.
    Named(String),
}

/// A sound device that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// The frequency is no number from 20 to 20,000.
    #[error("`{0}` is no frequency from 20 to 20000 Hz")]
    Frequency(String),
    /// Nothing is named.
    #[error("no sound device is named")]
    Empty,
}

impl SoundChoice {
    /// Whether it is made of software, and therefore clean and always there.
    #[must_use]
    pub const fn is_virtual(&self) -> bool {
        match self {
            Self::Null | Self::Tone(_) | Self::File(_) => true,
            Self::Default | Self::Named(_) => false,
        }
    }
}

impl FromStr for SoundChoice {
    type Err = SoundError;

    fn from_str(text: &str) -> Result<Self, SoundError> {
        match text.split_once(':') {
            _ if text.is_empty() => Err(SoundError::Empty),
            _ if text == "default" => Ok(Self::Default),
            _ if text == "null" => Ok(Self::Null),
            Some(("tone", frequency)) => {
                let hertz = frequency.parse().ok().filter(|hertz| (20.0..=20_000.0).contains(hertz));
                hertz.map(Self::Tone).ok_or_else(|| SoundError::Frequency(frequency.to_owned()))
            }
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(path.into())),
            Some(_) | None => Ok(Self::Named(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_read_from_a_flag() {
        assert_eq!("tone:600".parse(), Ok(SoundChoice::Tone(600.0)));
        assert_eq!("file:/tmp/a:b.wav".parse(), Ok(SoundChoice::File("/tmp/a:b.wav".into())));
        assert_eq!("pulseaudio:x".parse(), Ok(SoundChoice::Named("pulseaudio:x".to_owned())));
        assert_eq!("tone:5".parse::<SoundChoice>(), Err(SoundError::Frequency("5".to_owned())));
        assert_eq!("".parse::<SoundChoice>(), Err(SoundError::Empty));
    }
}
