//! Continues a voice whose packets are missing, for codecs that cannot do it themselves.
//!
//! The last pitch period is repeated and faded out within 60 ms, after the idea of G.711 Appendix I: a
//! short loss goes unnoticed, a long one becomes silence instead of a buzz.

use crate::frame::SampleRate;
use crate::resample::dot;

/// Remembers the end of the sound and continues it.
#[derive(Debug)]
pub(super) struct Concealer {
    rate: SampleRate,
    history: Vec<f32>,
    cycle: Vec<f32>,
    position: usize,
    produced: usize,
    active: bool,
}

/// Pitch of human voices: 66 to 400 Hz.
const LOWEST_PITCH: u32 = 66;
const HIGHEST_PITCH: u32 = 400;
/// Frames that are remembered.
const MEMORY_FRAMES: usize = 4;

impl Concealer {
    pub(super) fn new(rate: SampleRate) -> Self {
        let history = vec![0.0; MEMORY_FRAMES * rate.frame_samples()];
        let cycle = Vec::with_capacity((rate.hz() / LOWEST_PITCH) as usize + 1);
        Self { rate, history, cycle, position: 0, produced: 0, active: false }
    }

    /// Forgets that something was missing.
    pub(super) fn reset(&mut self) {
        self.active = false;
        self.history.fill(0.0);
    }

    /// Notes sound that will be played.
    pub(super) fn observe(&mut self, samples: &[f32]) {
        let length = self.history.len();
        let newest = samples.get(samples.len().saturating_sub(length)..).unwrap_or_default();
        self.history.copy_within(newest.len().., 0);
        if let Some(end) = self.history.get_mut(length - newest.len()..) {
            end.copy_from_slice(newest);
        }
    }

    /// Writes the continuation.
    pub(super) fn conceal(&mut self, out: &mut [f32]) {
        if !self.active {
            self.begin();
        }
        for sample in out.iter_mut() {
            *sample = self.next_sample();
        }
    }

    /// Real sound follows: fades from the continuation into it.
    pub(super) fn resume(&mut self, samples: &mut [f32]) {
        if !self.active {
            return;
        }
        let length = (self.rate.frame_samples() / 2).min(samples.len());
        for (n, sample) in samples.iter_mut().take(length).enumerate() {
            let weight = n as f32 / length as f32;
            *sample = *sample * weight + self.next_sample() * (1.0 - weight);
        }
        self.active = false;
    }

    fn begin(&mut self) {
        let lag = self.pitch();
        let end = self.history.len();
        self.cycle.clear();
        self.cycle.extend_from_slice(self.history.get(end - lag..).unwrap_or_default());
        // The end of the period fades into what preceded its beginning: no click where it repeats.
        let seam = lag / 4;
        for n in 0..seam {
            let weight = (n + 1) as f32 / (seam + 1) as f32;
            let before = self.history[end - lag - seam + n];
            let at = lag - seam + n;
            self.cycle[at] = self.cycle[at] * (1.0 - weight) + before * weight;
        }
        (self.position, self.produced, self.active) = (0, 0, true);
    }

    fn next_sample(&mut self) -> f32 {
        let frame = self.rate.frame_samples();
        let faded = self.produced.saturating_sub(frame) as f32 / (5 * frame) as f32;
        self.produced += 1;
        let Some(sample) = self.cycle.get(self.position) else { return 0.0 };
        self.position = (self.position + 1) % self.cycle.len().max(1);
        sample * (1.0 - faded).max(0.0)
    }

    /// The period after which the end of the sound resembles itself most, in samples.
    fn pitch(&self) -> usize {
        let end = self.history.len();
        let template_length = self.rate.frame_samples();
        let template = &self.history[end - template_length..];
        let shortest = (self.rate.hz() / HIGHEST_PITCH) as usize;
        let longest = (self.rate.hz() / LOWEST_PITCH) as usize;
        let mut best = (f32::MIN, longest);
        for lag in shortest..=longest {
            let earlier = &self.history[end - template_length - lag..end - lag];
            let score = dot(template, earlier) / (dot(earlier, earlier) + 1e-6).sqrt();
            if score > best.0 {
                best = (score, lag);
            }
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::rms;
    use crate::testing::{level_at, sine, steepest};

    #[test]
    fn a_voiced_sound_goes_on_at_its_pitch_and_fades() {
        for rate in [SampleRate::Hz8000, SampleRate::Hz16000] {
            let mut concealer = Concealer::new(rate);
            concealer.observe(&sine(200.0, 0.5, rate, 0.1));
            let mut out = vec![0.0; rate.frame_samples() * 8];

            concealer.conceal(&mut out);

            let first = &out[..rate.frame_samples()];
            assert!((level_at(first, 200.0, rate).0 + 6.0).abs() < 1.0, "{:?}", level_at(first, 200.0, rate));
            assert_eq!(rms(&out[rate.frame_samples() * 6..]), crate::Decibel::SILENCE);
        }
    }

    #[test]
    fn neither_the_beginning_nor_the_end_of_a_concealment_clicks() {
        let rate = SampleRate::Hz8000;
        let tone = sine(200.0, 0.5, rate, 0.2);
        let mut concealer = Concealer::new(rate);
        concealer.observe(&tone[..800]);
        let mut hole = [0.0; 160];
        concealer.conceal(&mut hole);
        let mut after = tone[960..1120].to_vec();
        concealer.resume(&mut after);

        let whole: Vec<f32> = tone[..800].iter().chain(&hole).chain(&after).copied().collect();

        assert!(steepest(&whole) < 0.12, "{}", steepest(&whole));
    }

    #[test]
    fn silence_is_continued_by_silence() {
        let mut out = [1.0; 80];

        Concealer::new(SampleRate::Hz8000).conceal(&mut out);

        assert_eq!(out, [0.0; 80]);
    }
}
