//! What a virtual microphone hears and where a virtual loudspeaker plays to.
//!
//! `tone:440` is a sine, `file:/path.wav` plays or records a file, `null:` is silence, and
//! `bridge:name` lets its microphone hear its loudspeaker, as a cable would; `room:120` is in a file of its own.

use std::collections::VecDeque;
use std::f32::consts::TAU;
use std::io::{Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{DeviceError, DeviceId, SAMPLE_RATE};

/// Makes the sound of a virtual microphone, mono at 48 kHz.
pub trait Speaker: Send {
    /// Fills the next samples.
    fn speak(&mut self, samples: &mut [f32]);
}

/// Takes the sound of a virtual loudspeaker, mono at 48 kHz.
pub trait Listener: Send {
    /// Takes the next samples.
    fn hear(&mut self, samples: &[f32]);
}

/// Silence both ways.
pub(super) struct Null;

impl Speaker for Null {
    fn speak(&mut self, samples: &mut [f32]) {
        samples.fill(0.0);
    }
}

impl Listener for Null {
    fn hear(&mut self, _: &[f32]) {}
}

/// A sine of half the full scale.
pub(super) struct Tone {
    phase: f32,
    step: f32,
}

impl Tone {
    /// From the id's name: hertz, 20 to 20,000.
    pub(super) fn named(id: &DeviceId) -> Result<Self, DeviceError> {
        let hertz: f32 = id.name().parse().map_err(|_| DeviceError::NotFound(id.clone()))?;
        if !(20.0..=20_000.0).contains(&hertz) {
            return Err(DeviceError::NotFound(id.clone()));
        }
        Ok(Self { phase: 0.0, step: hertz / SAMPLE_RATE as f32 })
    }
}

impl Speaker for Tone {
    fn speak(&mut self, samples: &mut [f32]) {
        for sample in samples {
            *sample = 0.5 * (TAU * self.phase).sin();
            self.phase = (self.phase + self.step).fract();
        }
    }
}

/// A WAV file as a microphone; it starts again at its end.
pub(super) struct Recording {
    samples: Vec<f32>,
    next: usize,
}

impl Recording {
    /// Reads the whole file; 48 kHz, any number of channels (the first is taken), 16 bit or float.
    pub(super) fn open(path: &Path) -> Result<Self, DeviceError> {
        let mut reader =
            hound::WavReader::open(path).map_err(|error| DeviceError::Other(error.to_string()))?;
        let spec = reader.spec();
        if spec.sample_rate != SAMPLE_RATE {
            return Err(DeviceError::Format(format!(
                "{} samples per second instead of 48000",
                spec.sample_rate
            )));
        }
        let every = usize::from(spec.channels.max(1));
        let samples: Result<Vec<f32>, hound::Error> = match spec.sample_format {
            hound::SampleFormat::Float => reader.samples::<f32>().step_by(every).collect(),
            hound::SampleFormat::Int => {
                let scale = 1.0 / (1_u64 << (spec.bits_per_sample.clamp(1, 32) - 1)) as f32;
                reader.samples::<i32>().step_by(every).map(|sample| Ok(sample? as f32 * scale)).collect()
            }
        };
        Ok(Self { samples: samples.map_err(|error| DeviceError::Format(error.to_string()))?, next: 0 })
    }
}

impl Speaker for Recording {
    fn speak(&mut self, samples: &mut [f32]) {
        for slot in samples {
            *slot = self.samples.get(self.next).copied().unwrap_or(0.0);
            self.next = if self.next + 1 >= self.samples.len() { 0 } else { self.next + 1 };
        }
    }
}

/// A WAV file as a loudspeaker: 48 kHz, mono, 16 bit.
pub(super) struct Recorder<W: Write + Seek> {
    writer: hound::WavWriter<W>,
    unsaved: usize,
}

impl Recorder<std::io::BufWriter<std::fs::File>> {
    pub(super) fn create(path: &Path) -> Result<Self, DeviceError> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let writer =
            hound::WavWriter::create(path, spec).map_err(|error| DeviceError::Other(error.to_string()))?;
        Ok(Self { writer, unsaved: 0 })
    }
}

impl<W: Write + Seek + Send> Listener for Recorder<W> {
    fn hear(&mut self, samples: &[f32]) {
        for sample in samples {
            let level = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16;
            if self.writer.write_sample(level).is_err() {
                return;
            }
        }
        self.unsaved += samples.len();
        // Once a second the file is brought to a readable state, so that a killed program leaves sound.
        if self.unsaved >= SAMPLE_RATE as usize && self.writer.flush().is_ok() {
            self.unsaved = 0;
        }
    }
}

/// A cable from a loudspeaker to a microphone.
#[derive(Clone, Default)]
pub(super) struct Bridge {
    cable: Arc<Mutex<VecDeque<f32>>>,
}

/// A cable holds at most a fifth of a second; without a listener the oldest sound falls out.
const CABLE: usize = 9_600;

impl Speaker for Bridge {
    fn speak(&mut self, samples: &mut [f32]) {
        let mut cable = self.cable.lock().unwrap_or_else(PoisonError::into_inner);
        for slot in samples {
            *slot = cable.pop_front().unwrap_or(0.0);
        }
    }
}

impl Listener for Bridge {
    fn hear(&mut self, samples: &[f32]) {
        let mut cable = self.cable.lock().unwrap_or_else(PoisonError::into_inner);
        for sample in samples {
            if cable.len() >= CABLE {
                cable.pop_front();
            }
            cable.push_back(*sample);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_its_pitch() {
        let mut tone = Tone::named(&DeviceId::new("tone:1000")).unwrap();
        let mut samples = vec![0.0; 48_000];

        tone.speak(&mut samples);

        let crossings = samples.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!((999..=1_000).contains(&crossings));
    }

    #[test]
    fn a_tone_nobody_can_hear_does_not_exist() {
        assert!(Tone::named(&DeviceId::new("tone:5")).is_err());
        assert!(Tone::named(&DeviceId::new("tone:loud")).is_err());
    }

    #[test]
    fn a_bridge_carries_and_forgets_what_nobody_hears() {
        let mut bridge = Bridge::default();
        let mut heard = [0.0; 3];

        bridge.hear(&vec![0.1; CABLE]);
        bridge.hear(&[0.7]);
        bridge.speak(&mut heard);

        assert_eq!(heard, [0.1; 3]);
        assert_eq!(bridge.cable.lock().unwrap().len(), CABLE - 3);
    }
}
