//! Opens the sound devices that were chosen, for as long as they are needed.
//!
//! A real microphone is open only while there is a call: it lights no lamp and keeps a wireless headset in its
//! good-sounding mode. Devices of software stay open, so that a recording is one file.

use std::io;

use audio_device::{
    Behaviour, Choice, Choices, DeviceEvent, DeviceId, DeviceKind, Direction, Duplex, Host, Hosts, Playout,
    Supervisor, Use, VirtualHost,
};
use phone::view::ProblemCode;

use crate::config::SoundChoice;

/// The devices in use.
#[derive(Debug)]
pub(crate) struct Devices {
    supervisor: Supervisor,
    microphone_stays: bool,
    speaker_stays: bool,
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
        let needs_microphone = *microphone == SoundChoice::Default;
        let notice = move |event| {
            if let Some(code) = trouble_of(&event, needs_microphone) {
                trouble(code);
            }
        };
        let (supervisor, duplex, ringer) = Supervisor::start(host, choices, notice)?;
        let devices = Self {
            supervisor,
            microphone_stays: microphone.is_virtual(),
            speaker_stays: speaker.is_virtual(),
        };
        devices.need(false, false);
        Ok((devices, duplex, ringer))
    }

    /// Opens what is needed now and closes the rest.
    pub(crate) fn need(&self, speaks: bool, hears: bool) {
        self.supervisor.enable(Use::Capture, speaks || self.microphone_stays);
        self.supervisor.enable(Use::Playout, hears || self.speaker_stays);
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
        SoundChoice::File(path) => format!("file:{}", path.display()),
    };
    Choice::Pinned(software.plug(direction, &id, Behaviour::default()))
}

fn trouble_of(event: &DeviceEvent, needs_microphone: bool) -> Option<ProblemCode> {
    match event {
        DeviceEvent::Listed(devices) => {
            let usable = |device: &audio_device::DeviceInfo| {
                device.direction == Direction::Capture && device.kind != DeviceKind::Monitor
            };
            (needs_microphone && !devices.iter().any(usable)).then_some(ProblemCode::NoMicrophone)
        }
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
        DeviceEvent::Stopped(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_microphone_says_so_and_one_that_needs_none_does_not() {
        assert_eq!(trouble_of(&DeviceEvent::Listed(vec![]), true), Some(ProblemCode::NoMicrophone));
        assert_eq!(trouble_of(&DeviceEvent::Listed(vec![]), false), None);
    }
}
