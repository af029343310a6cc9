//! Plays a [`Tone`], frame by frame, without a click at its edges.

use std::f64::consts::TAU;
use std::time::Duration;

use crate::frame::SampleRate;

use super::Tone;

/// Where a tone has got to. The sound depends only on the tone and the number of samples played.
#[derive(Debug, Clone)]
pub struct ToneGenerator {
    tone: Tone,
    /// Of each frequency, in turns.
    phases: [f64; 2],
    /// Within the cadence.
    position: Duration,
    envelope: f32,
}

/// Rise and fall of a beat: long enough not to click, short enough for digit receivers.
const RAMP_SECONDS: f32 = 0.003;

impl ToneGenerator {
    /// A tone at its beginning.
    pub fn new(tone: Tone) -> Self {
        Self { tone, phases: [0.0; 2], position: Duration::ZERO, envelope: 0.0 }
    }

    /// Writes the next samples.
    pub fn fill(&mut self, out: &mut [f32], rate: SampleRate) {
        let sample_time = Duration::from_nanos(1_000_000_000 / u64::from(rate.hz()));
        let slope = 1.0 / (RAMP_SECONDS * rate.hz() as f32);
        let amplitude = self.tone.level.amplitude();
        let steps = self.tone.frequencies.map(|f| f64::from(f) / f64::from(rate.hz()));
        let steady = self.tone.cadence.iter().all(|(_, off)| off.is_zero());
        for sample in out {
            let target = if steady || self.beats() { 1.0 } else { 0.0 };
            self.envelope += (target - self.envelope).clamp(-slope, slope);
            *sample = if self.envelope > 0.0 { self.wave(steps) * amplitude * self.envelope } else { 0.0 };
            if !steady {
                self.position += sample_time;
            }
        }
    }

    fn wave(&mut self, steps: [f64; 2]) -> f32 {
        let mut sum = 0.0;
        for (phase, step) in self.phases.iter_mut().zip(steps) {
            if step > 0.0 {
                sum += (*phase * TAU).sin() as f32;
                *phase = (*phase + step).fract();
            }
        }
        sum
    }

    /// Whether the cadence is in one of its beats; wraps the position at its end.
    fn beats(&mut self) -> bool {
        let cadence = self.tone.cadence;
        if self.position >= cadence.iter().map(|(on, off)| *on + *off).sum() {
            self.position = Duration::ZERO;
        }
        let mut begins = Duration::ZERO;
        cadence.iter().any(|(on, off)| {
            let since = self.position.checked_sub(begins);
            begins += *on + *off;
            since.is_some_and(|since| since < *on)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::{Decibel, rms};
    use crate::testing::level_at;

    fn play(tone: Tone, rate: SampleRate, seconds: f32) -> Vec<f32> {
        let mut generator = ToneGenerator::new(tone);
        let mut out = vec![0.0; (rate.hz() as f32 * seconds) as usize];
        out.chunks_mut(rate.frame_samples()).for_each(|frame| generator.fill(frame, rate));
        out
    }

    #[test]
    fn dial_tone_is_425_hertz_without_a_pause() {
        for rate in SampleRate::ALL {
            let out = play(Tone::dial(), rate, 1.0);
            assert!((level_at(&out, 425.0, rate).0 + 16.0).abs() < 0.3);
        }
    }

    #[test]
    fn a_waiting_tone_of_three_beats_sounds_three_times_in_ten_seconds() {
        let out = play(Tone::waiting([200, 600, 200]), SampleRate::Hz8000, 20.0);

        let sounds: Vec<bool> = out.chunks(800).map(|tenth| rms(tenth).0 > -30.0).collect();
        let round =
            [[true; 2].as_slice(), &[false; 2], &[true; 6], &[false; 2], &[true; 2], &[false; 86]].concat();
        assert_eq!(sounds, [round.clone(), round].concat());
    }

    #[test]
    fn ringback_sounds_for_one_second_of_five() {
        let rate = SampleRate::Hz8000;
        let out = play(Tone::ringback(), rate, 10.0);

        let sounding: Vec<bool> = out.chunks(800).map(|tenth| rms(tenth).0 > -30.0).collect();
        let expected: Vec<bool> = (0..100).map(|tenth| tenth % 50 < 10).collect();
        assert_eq!(sounding, expected);
    }

    #[test]
    fn call_waiting_is_two_short_beats() {
        let out = play(Tone::call_waiting(), SampleRate::Hz8000, 2.0);

        let beats: Vec<bool> = out.chunks(1600).map(|fifth| rms(fifth).0 > -30.0).collect();
        assert_eq!(beats, [true, false, true, false, false, false, false, false, false, false]);
    }

    #[test]
    fn a_sine_has_the_level_that_was_asked_for() {
        let out = play(Tone::sine(1000.0, Decibel(-20.0)), SampleRate::Hz16000, 0.5);

        assert!((level_at(&out, 1000.0, SampleRate::Hz16000).0 + 20.0).abs() < 0.2);
    }
}
