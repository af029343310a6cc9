//! Finds frequencies in sound: the level of one (Goertzel), and the digits of a keypad.
//!
//! A digit must be alone, balanced and steady for two frames of a detection grid before it counts, since
//! speech contains every one of its frequencies for moments at a time.

use std::f32::consts::TAU;
use std::time::Duration;

use crate::codec::telephone_event::Digit;
use crate::frame::SampleRate;

use super::{COLUMNS, KEYPAD, ROWS};

/// The peak amplitude of one frequency in the samples (Goertzel's algorithm): a full-scale sine gives 1.
/// The measurement is sharp to about the rate divided by the number of samples.
pub fn goertzel(samples: &[f32], frequency: f32, rate: SampleRate) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    let omega = f64::from(TAU) * f64::from(frequency) / f64::from(rate.hz());
    let coefficient = 2.0 * omega.cos();
    let (mut s1, mut s2) = (0.0f64, 0.0f64);
    // A Hann window keeps a loud neighbour from leaking into the measurement.
    let window = f64::from(TAU) / samples.len() as f64;
    for (n, sample) in samples.iter().enumerate() {
        let weight = 1.0 - (window * n as f64).cos();
        let s0 = f64::from(*sample) * weight + coefficient * s1 - s2;
        s2 = s1;
        s1 = s0;
    }
    let power = (s1 * s1 + s2 * s2 - coefficient * s1 * s2).max(0.0);
    (2.0 * power.sqrt() / samples.len() as f64) as f32
}

/// Finds digits that are sent as tones within speech (ITU-T Q.23, Q.24).
#[derive(Debug, Clone)]
pub struct DigitDetector {
    rate: SampleRate,
    block: Vec<f32>,
    candidate: Option<Digit>,
    blocks: u32,
    misses: u32,
}

/// A block is 20 ms: long enough to tell the rows apart, and two of them fit into the 40 ms that a digit
/// lasts at least.
const BLOCK: Duration = Duration::from_millis(20);
const FRAMES_PER_BLOCK: usize = 2;
/// Each of the two frequencies is at least this loud (peak amplitude, about -36 dBFS).
const QUIETEST: f32 = 0.015;
/// The two frequencies differ by at most 8 dB (twist).
const TWIST: f32 = 2.5;
/// The strongest row and column exceed all others by 10 dB.
const DOMINANCE: f32 = 3.2;
/// Both frequencies together hold this part of the block's energy, or it is speech.
const PURITY: f32 = 0.7;

impl DigitDetector {
    /// A detector for sound at this rate.
    pub fn new(rate: SampleRate) -> Self {
        let block = Vec::with_capacity(rate.frame_samples() * FRAMES_PER_BLOCK);
        Self { rate, block, candidate: None, blocks: 0, misses: 0 }
    }

    /// Takes one frame of 10 ms; returns a digit when it has ended, with its length to 20 ms.
    pub fn observe(&mut self, frame: &[f32]) -> Option<(Digit, Duration)> {
        self.block.extend_from_slice(frame);
        if self.block.len() < self.rate.frame_samples() * FRAMES_PER_BLOCK {
            return None;
        }
        let found = self.classify();
        self.block.clear();
        self.follow(found)
    }

    fn follow(&mut self, found: Option<Digit>) -> Option<(Digit, Duration)> {
        if found.is_some() && found == self.candidate {
            self.blocks += 1 + self.misses;
            self.misses = 0;
            return None;
        }
        if found.is_none() && self.candidate.is_some() && self.misses == 0 {
            self.misses = 1;
            return None;
        }
        let ended = self.candidate.filter(|_| self.blocks >= 2).map(|digit| (digit, BLOCK * self.blocks));
        self.candidate = found;
        self.blocks = u32::from(found.is_some());
        self.misses = 0;
        ended
    }

    fn classify(&self) -> Option<Digit> {
        let rows = ROWS.map(|f| goertzel(&self.block, f, self.rate));
        let columns = COLUMNS.map(|f| goertzel(&self.block, f, self.rate));
        let (row, row_level) = dominant(rows)?;
        let (column, column_level) = dominant(columns)?;
        let twist = row_level.max(column_level) / row_level.min(column_level);
        let energy: f32 = self.block.iter().map(|s| s * s).sum::<f32>() / self.block.len() as f32;
        let tones = (row_level * row_level + column_level * column_level) / 2.0;
        if twist > TWIST || tones < PURITY * energy {
            return None;
        }
        Digit::from_char(*KEYPAD.get(row)?.get(column)?)
    }
}

/// The loudest of four, if it is loud enough and alone.
fn dominant(levels: [f32; 4]) -> Option<(usize, f32)> {
    let (index, level) = levels.into_iter().enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let alone = levels.iter().enumerate().all(|(n, other)| n == index || other * DOMINANCE < level);
    (alone && level > QUIETEST).then_some((index, level))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Decibel;
    use crate::testing::{sine, speech_like};
    use crate::tone::{Tone, ToneGenerator};

    fn detect(samples: &[f32], rate: SampleRate) -> Vec<(char, u128)> {
        let mut detector = DigitDetector::new(rate);
        let frames = samples.chunks_exact(rate.frame_samples());
        frames.filter_map(|f| detector.observe(f)).map(|(d, held)| (d.to_char(), held.as_millis())).collect()
    }

    fn keys(keys: &str, rate: SampleRate, on: usize, off: usize) -> Vec<f32> {
        let mut out = Vec::new();
        for key in keys.chars() {
            let mut generator = ToneGenerator::new(Tone::digit(Digit::from_char(key).unwrap()));
            let mut tone = vec![0.0; rate.frame_samples() * on];
            generator.fill(&mut tone, rate);
            out.extend(tone);
            out.resize(out.len() + rate.frame_samples() * off, 0.0);
        }
        out
    }

    #[test]
    fn every_key_is_heard_once_at_every_rate() {
        for rate in SampleRate::ALL {
            let heard = detect(&keys("123A456B789C*0#D", rate, 10, 6), rate);
            let labels: String = heard.iter().map(|(digit, _)| *digit).collect();
            assert_eq!(labels, "123A456B789C*0#D");
            assert!(heard.iter().all(|(_, held)| (80..=100).contains(held)), "{heard:?}");
        }
    }

    #[test]
    fn speech_and_single_tones_are_not_digits() {
        let rate = SampleRate::Hz8000;

        assert_eq!(detect(&speech_like(rate, 30.0), rate), []);
        assert_eq!(detect(&sine(941.0, 0.5, rate, 1.0), rate), []);
        assert_eq!(detect(&sine(425.0, 0.5, rate, 1.0), rate), []);
    }

    #[test]
    fn a_goertzel_bin_sees_its_own_frequency_only() {
        let rate = SampleRate::Hz8000;
        let tone = sine(440.0, 0.5, rate, 1.0);

        assert!((goertzel(&tone, 440.0, rate) - 0.5).abs() < 0.01);
        assert!(Decibel::from_amplitude(goertzel(&tone, 660.0, rate)).0 < -80.0);
        assert_eq!(goertzel(&[], 440.0, rate), 0.0);
    }
}
