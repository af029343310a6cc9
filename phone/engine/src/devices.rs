//! Opens the sound devices that were chosen, for as long as they are needed.
//!
//! A real microphone is open only while there is a call: it lights no lamp and keeps a wireless headset in its
//! good-sounding mode. Devices of software stay open, so that a recording is one file.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use audio_device::{
    Behaviour, Choice, Choices, DeviceEvent, DeviceId, DeviceInfo, DeviceKind, Direction, Duplex, Host,
    Hosts, Playout, Supervisor, Use, VirtualHost,
};
use phone::view::{self, DeviceChoice, ProblemCode, Sample, SoundSettings};

use crate::config::SoundChoice;

/// What the control thread says of devices.
#[derive(Debug)]
pub(crate) enum DeviceWord {
    /// Something went wrong with one.
    Trouble(ProblemCode),
    /// That one is in use again.
    Mended(ProblemCode),
    /// These can be chosen.
    Listed(view::Devices),
}

/// The devices in use.
#[derive(Debug)]
pub(crate) struct Devices {
    supervisor: Supervisor,
    microphone_stays: bool,
    speaker_stays: bool,
    /// Whether calls need the microphone, and the loudspeaker.
    call: (bool, bool),
    rings: bool,
    /// The microphone is tried out.
    tries: bool,
    /// Samples that sound where calls are heard, and where it rings.
    samples: (u32, u32),
    /// No microphone is plugged in, as far as the control thread has seen.
    microphone_missing: Arc<AtomicBool>,
}

impl Devices {
    /// Starts the control thread; `tell` is called on it.
    pub(crate) fn open(
        microphone: &SoundChoice,
        speaker: &SoundChoice,
        tell: impl Fn(DeviceWord) + Send + 'static,
    ) -> io::Result<(Self, Duplex, Playout)> {
        let software = VirtualHost::in_real_time();
        let choices = Choices {
            capture: choose(&software, Direction::Capture, microphone),
            playout: choose(&software, Direction::Playout, speaker),
            ringer: if speaker.is_virtual() {
                Choice::Off
            } else {
                choose(&software, Direction::Playout, speaker)
            },
        };
        let system = !(microphone.is_virtual() && speaker.is_virtual());
        let host = move || -> Box<dyn Host> {
            if system { Box::new(Hosts::new(software)) } else { Box::new(software) }
        };
        let microphone_missing = Arc::new(AtomicBool::new(!microphone.is_virtual()));
        let missing = Arc::clone(&microphone_missing);
        let notice = move |event| {
            if let DeviceEvent::Listed(devices) = &event {
                missing.store(!has_microphone(devices), Ordering::Relaxed);
                tell(DeviceWord::Listed(listed(devices)));
            }
            if let Some(word) = word_of(&event) {
                tell(word);
            }
        };
        let (supervisor, duplex, ringer) = Supervisor::start(host, choices, notice)?;
        let devices = Self {
            supervisor,
            microphone_stays: microphone.is_virtual(),
            speaker_stays: speaker.is_virtual(),
            call: (false, false),
            rings: false,
            tries: false,
            samples: (0, 0),
            microphone_missing,
        };
        devices.settle();
        Ok((devices, duplex, ringer))
    }

    /// Uses what a person has chosen; devices of software, chosen at the start, stay.
    pub(crate) fn choose(&self, sound: &SoundSettings) {
        if !self.microphone_stays {
            self.supervisor.choose(Use::Capture, chosen(&sound.microphone));
        }
        if !self.speaker_stays {
            self.supervisor.choose(Use::Playout, chosen(&sound.speaker));
            self.supervisor.choose(Use::Ringer, chosen(&sound.ringer));
        }
    }

    /// Opens what calls need now and closes the rest; says so when this person must speak and cannot.
    pub(crate) fn need(&mut self, speaks: bool, hears: bool) -> Option<ProblemCode> {
        self.call = (speaks, hears);
        self.settle();
        let missing = speaks && self.microphone_missing.load(Ordering::Relaxed);
        missing.then_some(ProblemCode::NoMicrophone)
    }

    /// Opens the loudspeaker that rings.
    pub(crate) fn ring(&mut self, rings: bool) {
        self.rings = rings;
        self.settle();
    }

    /// Opens the microphone to be tried out.
    pub(crate) fn try_microphone(&mut self, tries: bool) {
        self.tries = tries;
        self.settle();
    }

    /// Opens the loudspeaker of a sample, or closes it after one that has sounded.
    pub(crate) fn sound(&mut self, sample: Sample, begins: bool) {
        let count = match sample {
            Sample::Speaker => &mut self.samples.0,
            Sample::Ringer => &mut self.samples.1,
        };
        *count = if begins { *count + 1 } else { count.saturating_sub(1) };
        self.settle();
    }

    fn settle(&self) {
        self.supervisor.enable(Use::Capture, self.call.0 || self.tries || self.microphone_stays);
        self.supervisor.enable(Use::Playout, self.call.1 || self.samples.0 > 0 || self.speaker_stays);
        self.supervisor.enable(Use::Ringer, self.rings || self.samples.1 > 0);
    }
}

fn chosen(choice: &DeviceChoice) -> Choice {
    match choice {
        DeviceChoice::System => Choice::Follow,
        DeviceChoice::Device { id } => Choice::Pinned(DeviceId::new(id.clone())),
    }
}

/// What a person can choose: a monitor, which hears a loudspeaker, is no microphone.
fn listed(devices: &[DeviceInfo]) -> view::Devices {
    let towards = |direction| {
        let mine = devices.iter().filter(move |device: &&DeviceInfo| {
            device.direction == direction && device.kind != DeviceKind::Monitor
        });
        mine.map(|device| view::Device {
            id: device.id.to_string(),
            name: device.name.clone(),
            is_default: device.is_default,
        })
        .collect()
    };
    view::Devices { microphones: towards(Direction::Capture), speakers: towards(Direction::Playout) }
}

fn choose(software: &VirtualHost, direction: Direction, choice: &SoundChoice) -> Choice {
    let id = match choice {
        SoundChoice::Default => return Choice::Follow,
        SoundChoice::Named(id) => return Choice::Pinned(DeviceId::new(id.clone())),
        SoundChoice::Null => "null:".to_owned(),
        SoundChoice::Tone(hertz) => format!("tone:{hertz}"),
        SoundChoice::Room(delay) => format!("room:{delay}"),
        SoundChoice::File(path) => format!("file:{}", path.display()),
    };
    Choice::Pinned(software.plug(direction, &id, Behaviour::default()))
}

fn has_microphone(devices: &[DeviceInfo]) -> bool {
    devices.iter().any(|device| device.direction == Direction::Capture && device.kind != DeviceKind::Monitor)
}

fn word_of(event: &DeviceEvent) -> Option<DeviceWord> {
    match event {
        DeviceEvent::Failed(purpose, error) => {
            tracing::warn!(?purpose, %error, "a sound device cannot be opened");
            trouble_of(*purpose).map(DeviceWord::Trouble)
        }
        DeviceEvent::Using(purpose, device) => {
            tracing::info!(?purpose, device = %device.id, "sound device");
            trouble_of(*purpose).map(DeviceWord::Mended)
        }
        DeviceEvent::Listed(_) | DeviceEvent::Stopped(_) => None,
    }
}

/// What a person reads where no device can be opened for this; nobody misses a ringer whose window they see.
const fn trouble_of(purpose: Use) -> Option<ProblemCode> {
    match purpose {
        Use::Capture => Some(ProblemCode::NoMicrophone),
        Use::Playout => Some(ProblemCode::DeviceLost),
        Use::Ringer => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_of_a_loudspeaker_is_no_microphone() {
        let device = |kind| DeviceInfo {
            direction: Direction::Capture,
            name: "Device".to_owned(),
            id: DeviceId::new("pulseaudio:device"),
            kind,
            is_default: true,
        };

        assert!(has_microphone(&[device(DeviceKind::Headset)]));
        assert!(!has_microphone(&[device(DeviceKind::Monitor)]));
    }

    #[test]
    fn a_microphone_that_cannot_be_opened_is_a_problem_and_a_ringer_is_not() {
        let failed = |purpose| word_of(&DeviceEvent::Failed(purpose, audio_device::DeviceError::Busy));

        assert!(matches!(failed(Use::Capture), Some(DeviceWord::Trouble(ProblemCode::NoMicrophone))));
        assert!(failed(Use::Ringer).is_none());
    }

    #[test]
    fn a_loudspeaker_that_opens_after_all_is_no_problem_any_more() {
        let device = DeviceInfo {
            direction: Direction::Playout,
            name: "Speaker".to_owned(),
            id: DeviceId::new("pulseaudio:speaker"),
            kind: DeviceKind::Headset,
            is_default: true,
        };

        let word = word_of(&DeviceEvent::Using(Use::Playout, device));

        assert!(matches!(word, Some(DeviceWord::Mended(ProblemCode::DeviceLost))), "{word:?}");
    }
}
