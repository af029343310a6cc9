//! Trying sound out: how loud the microphone is, and a sample where calls are heard or where it rings.

use std::time::Duration;

use audio::tone::{Tone, ToneGenerator};
use audio::{Decibel, SampleRate};
use audio_device::FRAME;
use phone::view::Sample;

use super::RING;

/// How long a sample sounds.
pub(crate) const SOUNDS: Duration = Duration::from_millis(1_200);
/// Frames of 10 ms between two words about the microphone.
const FRAMES_PER_WORD: u32 = 10;
/// What is no sound at all, in dB below full scale.
const SILENCE: f32 = -96.0;

/// A steady tone that is easy on the ear.
const TONE: Tone = Tone::sine(440.0, Decibel(-18.0));

/// How loud a microphone is.
#[derive(Debug, Default)]
pub(super) struct Meter {
    frames: u32,
    peak: f32,
}

impl Meter {
    /// Takes a frame; ten times a second gives the loudest sample since, in dB below full scale.
    pub(super) fn hear(&mut self, frame: &[f32; FRAME]) -> Option<i16> {
        self.peak = frame.iter().fold(self.peak, |peak, sample| peak.max(sample.abs()));
        self.frames += 1;
        if self.frames < FRAMES_PER_WORD {
            return None;
        }
        let loudest = std::mem::take(self).peak;
        let decibel = (20.0 * loudest.log10()).clamp(SILENCE, 0.0);
        #[expect(clippy::cast_possible_truncation, reason = "between -96 and 0")]
        Some(decibel.round() as i16)
    }
}

/// A sample that sounds.
#[derive(Debug)]
pub(super) struct Sounding {
    tone: ToneGenerator,
    left: Duration,
}

impl Sounding {
    pub(super) fn new(sample: Sample) -> Self {
        let tone = match sample {
            Sample::Speaker => TONE,
            Sample::Ringer => RING,
        };
        Self { tone: ToneGenerator::new(tone), left: SOUNDS }
    }

    /// Adds the next 10 ms; false when it is over.
    pub(super) fn add_to(&mut self, frame: &mut [f32; FRAME]) -> bool {
        let mut tone = [0.0; FRAME];
        self.tone.fill(&mut tone, SampleRate::Hz48000);
        for (sample, more) in frame.iter_mut().zip(tone) {
            *sample += more;
        }
        self.left = self.left.saturating_sub(Duration::from_millis(10));
        !self.left.is_zero()
    }
}

/// What to multiply samples with for a loudness in percent: even steps to the ear, not to the amplitude.
pub(super) fn gain(percent: u8) -> f32 {
    let part = f32::from(percent.min(100)) / 100.0;
    part * part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_speaks_ten_times_a_second_and_says_the_loudest() {
        let mut meter = Meter::default();
        let mut loud = [0.0; FRAME];
        loud[7] = -0.5;

        let words: Vec<i16> =
            (0..20).filter_map(|i| meter.hear(if i == 3 { &loud } else { &[0.0; FRAME] })).collect();

        assert_eq!(words, [-6, -96]);
    }

    #[test]
    fn a_sample_sounds_and_ends() {
        let mut sounding = Sounding::new(Sample::Speaker);
        let mut frames = 1;
        let mut first = [0.0; FRAME];

        sounding.add_to(&mut first);
        while sounding.add_to(&mut [0.0; FRAME]) {
            frames += 1;
        }

        assert!(first.iter().any(|sample| sample.abs() > 0.05));
        assert_eq!(frames + 1, 120);
    }

    #[test]
    fn half_as_loud_is_a_quarter_of_the_amplitude_and_nothing_is_nothing() {
        assert_eq!([gain(0), gain(50), gain(100), gain(255)], [0.0, 0.25, 1.0, 1.0]);
    }
}
