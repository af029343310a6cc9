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
use phone::view::ProblemCode;

use crate::config::SoundChoice;

/// The devices in use.
#[derive(Debug)]
pub(crate) struct Devices {
    supervisor: Supervisor,
    microphone_stays: bool,
    speaker_stays: bool,
    /// No microphone is plugged in, as far as the control thread has seen.
    microphone_missing: Arc<AtomicBool>,
}

impl Devices {
    /// Starts the control thread; `trouble` is called on it.
    pub(crate) fn open(
        microphone: &SoundChoice,
        speaker: &SoundChoice,
        trouble: impl Fn(ProblemCode) + Send + 'static,
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
            }
            if let Some(code) = trouble_of(&event) {
                trouble(code);
            }
        };
        let (supervisor, duplex, ringer) = Supervisor::start(host, choices, notice)?;
        let devices = Self {
            supervisor,
            microphone_stays: microphone.is_virtual(),
            speaker_stays: speaker.is_virtual(),
            microphone_missing,
        };
        devices.need(false, false);
        Ok((devices, duplex, ringer))
    }

    /// Opens what is needed now and closes the rest; says so when this person must speak and cannot.
    pub(crate) fn need(&self, speaks: bool, hears: bool) -> Option<ProblemCode> {
        self.supervisor.enable(Use::Capture, speaks || self.microphone_stays);
        self.supervisor.enable(Use::Playout, hears || self.speaker_stays);
        let missing = speaks && self.microphone_missing.load(Ordering::Relaxed);
        missing.then_some(ProblemCode::NoMicrophone)
    }

    /// Opens the loudspeaker that rings.
    pub(crate) fn ring(&self, rings: bool) {
        self.supervisor.enable(Use::Ringer, rings);
    }
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

fn trouble_of(event: &DeviceEvent) -> Option<ProblemCode> {
    match event {
        DeviceEvent::Failed(purpose, error) => {
            tracing::warn!(?purpose, %error, "a sound device cannot be opened");
            match purpose {
                Use::Capture => Some(ProblemCode::NoMicrophone),
                Use::Playout => Some(ProblemCode::DeviceLost),
                Use::Ringer => None,
            }
        }
        DeviceEvent::Using(purpose, device) => {
            tracing::info!(?purpose, device = %device.id, "sound device");
            None
        }
        DeviceEvent::Listed(_) | DeviceEvent::Stopped(_) => None,
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
        let failed = |purpose| DeviceEvent::Failed(purpose, audio_device::DeviceError::Busy);

        assert_eq!(trouble_of(&failed(Use::Capture)), Some(ProblemCode::NoMicrophone));
        assert_eq!(trouble_of(&failed(Use::Ringer)), None);
    }
}
