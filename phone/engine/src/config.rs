//! How an engine is set up: account, exchange, sockets and sound devices.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;

use phone::{Account, Entrance, Settings};

/// The settings of an engine.
#[derive(Debug, Clone)]
pub struct Config {
    /// How the phone itself is set up. Its transport is that of the SIP socket.
    pub settings: Settings,
    /// The account to use at once; without one a person signs in.
    pub account: Option<Account>,
    /// Where to sign in at once, as in the form; without a password with what was kept. Not beside an account.
    pub entrance: Option<Entrance>,
    /// The certificate (PEM) of the authority of the entrance's server, where nobody has to confirm it.
    pub authority: Option<PathBuf>,
    /// Where confirmed authorities and who is signed in are remembered; `None` remembers nothing.
    pub folder: Option<PathBuf>,
    /// The address of every socket; `0.0.0.0` listens on all.
    pub bind: IpAddr,
    /// Port of the SIP socket; 0 takes a free one.
    pub port: u16,
    /// Where this person's voice comes from.
    pub microphone: SoundChoice,
    /// Where this person hears.
    pub speaker: SoundChoice,
    /// Whether echo, noise and a wrong loudness are taken out of what the microphone hears.
    pub cleaning: Cleaning,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            account: None,
            entrance: None,
            authority: None,
            folder: None,
            bind: Ipv4Addr::UNSPECIFIED.into(),
            port: 0,
            microphone: SoundChoice::Default,
            speaker: SoundChoice::Default,
            cleaning: Cleaning::default(),
        }
    }
}

/// Whether what the microphone hears is cleaned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cleaning {
    /// When the microphone hears a room.
    #[default]
    ByDevice,
    /// Always.
    On,
    /// Never: for a headset that does it itself, and to measure what cleaning does.
    Off,
}

impl Cleaning {
    /// Whether this microphone is cleaned.
    #[must_use]
    pub const fn applies_to(self, microphone: &SoundChoice) -> bool {
        match self {
            Self::ByDevice => microphone.hears_a_room(),
            Self::On => true,
            Self::Off => false,
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
    /// A room of software in which nobody speaks: the loudspeaker comes back to the microphone after so many
    /// milliseconds (0 to 500), 6 dB weaker. Choose the same one for both.
    Room(u16),
    /// The device with this lasting id, such as `pulseaudio:alsa_input.usb-headset.mono`.
    Named(String),
}

/// A sound device that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// The frequency is no number from 20 to 20,000.
    #[error("`{0}` is no frequency from 20 to 20000 Hz")]
    Frequency(String),
    /// The delay is no number from 0 to 500.
    #[error("`{0}` is no delay from 0 to 500 ms")]
    Delay(String),
    /// Nothing is named.
    #[error("no sound device is named")]
    Empty,
}

impl SoundChoice {
    /// Whether it is made of software, and therefore always there.
    #[must_use]
    pub const fn is_virtual(&self) -> bool {
        match self {
            Self::Null | Self::Tone(_) | Self::File(_) | Self::Room(_) => true,
            Self::Default | Self::Named(_) => false,
        }
    }

    /// Whether, as a microphone, it hears the loudspeaker and what else sounds in a room.
    #[must_use]
    pub const fn hears_a_room(&self) -> bool {
        match self {
            Self::Default | Self::Named(_) | Self::Room(_) => true,
            Self::Null | Self::Tone(_) | Self::File(_) => false,
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
            Some(("room", delay)) => {
                let milliseconds = delay.parse().ok().filter(|milliseconds| *milliseconds <= 500);
                milliseconds.map(Self::Room).ok_or_else(|| SoundError::Delay(delay.to_owned()))
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
        assert_eq!("room:120".parse(), Ok(SoundChoice::Room(120)));
        assert_eq!("room:501".parse::<SoundChoice>(), Err(SoundError::Delay("501".to_owned())));
        assert_eq!("pulseaudio:x".parse(), Ok(SoundChoice::Named("pulseaudio:x".to_owned())));
        assert_eq!("tone:5".parse::<SoundChoice>(), Err(SoundError::Frequency("5".to_owned())));
        assert_eq!("".parse::<SoundChoice>(), Err(SoundError::Empty));
    }

    #[test]
    fn a_microphone_that_hears_a_room_is_cleaned_unless_somebody_says_otherwise() {
        let (room, tone) = (SoundChoice::Room(120), SoundChoice::Tone(600.0));

        assert!(Cleaning::ByDevice.applies_to(&SoundChoice::Default) && Cleaning::ByDevice.applies_to(&room));
        assert!(!Cleaning::ByDevice.applies_to(&tone) && Cleaning::On.applies_to(&tone));
        assert!(!Cleaning::Off.applies_to(&room));
    }
}
