//! Signals and measurements shared by this crate's tests: tones, a voice-like noise, a seeded generator.

use std::f32::consts::TAU;
use std::time::Instant;

use crate::frame::SampleRate;
use crate::level::Decibel;
use crate::tone::goertzel;

/// The instant at which a test begins.
#[expect(clippy::disallowed_methods, reason = "a test needs one instant to count from")]
pub(crate) fn start() -> Instant {
    Instant::now()
}

/// A sine of this peak amplitude.
pub(crate) fn sine(frequency: f32, amplitude: f32, rate: SampleRate, seconds: f32) -> Vec<f32> {
    let samples = (rate.hz() as f32 * seconds) as usize;
    let step = f64::from(frequency) / f64::from(rate.hz());
    (0..samples).map(|n| amplitude * ((n as f64 * step).fract() as f32 * TAU).sin()).collect()
}

/// The level of one frequency: 0 dB is a full-scale sine.
pub(crate) fn level_at(samples: &[f32], frequency: f32, rate: SampleRate) -> Decibel {
    Decibel::from_amplitude(goertzel(samples, frequency, rate))
}

/// The largest step from one sample to the next: far more than the sound's own where something breaks off.
pub(crate) fn steepest(samples: &[f32]) -> f32 {
    samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max)
}

/// Noise with the rhythm and the spectrum of speech: syllables of a buzzing, filtered voice.
pub(crate) fn speech_like(rate: SampleRate, seconds: f32) -> Vec<f32> {
    let mut random = Random::new(99);
    let hz = rate.hz() as f32;
    let mut low = 0.0;
    let mut phase = 0.0;
    (0..(hz * seconds) as usize)
        .map(|n| {
            let time = n as f32 / hz;
            let syllable = (TAU * 3.1 * time).sin().max(0.0) * (0.6 + 0.4 * (TAU * 0.7 * time).sin());
            phase = (phase + (120.0 + 25.0 * (TAU * 0.9 * time).sin()) / hz).fract();
            let buzz = if phase < 0.3 { 1.0 - phase / 0.15 } else { 0.0 };
            low += (buzz + 0.35 * random.signed() - low) * (9000.0 / hz).min(1.0);
            0.35 * syllable * low
        })
        .collect()
}

/// A small deterministic generator (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }

    /// Between 0 and 1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Between -1 and +1.
    pub(crate) fn signed(&mut self) -> f32 {
        self.unit() * 2.0 - 1.0
    }

    /// Up to `longest` random bytes.
    pub(crate) fn bytes(&mut self, longest: usize) -> Vec<u8> {
        (0..self.below(longest + 1)).map(|_| self.next() as u8).collect()
    }

    /// Changes, cuts or extends bytes in one to four places.
    pub(crate) fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(4) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), self.next() as u8),
                2 => bytes.extend_from_slice(&[0xFF; 3]),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = self.next() as u8;
                    }
                }
            }
        }
    }
}
