//! Conversion between 8, 16 and 48 kHz by a factor of 2, 3 or 6, one frame at a time.
//!
//! One prototype low-pass per factor is shared by the whole process. Its pass band ends at 3.3 kHz for a
//! lower rate of 8 kHz, and everything above 4.2 kHz is 60 dB down.

use std::sync::LazyLock;

use crate::frame::SampleRate;

/// Converts a stream of frames from one of our rates to another; equal rates are copied.
#[derive(Debug, Clone)]
pub struct FixedResampler {
    from: SampleRate,
    to: SampleRate,
    /// The end of the input so far, then the present input.
    history: Vec<f32>,
}

/// Taps of each phase of the filter: its length in samples of the lower rate.
const TAPS: usize = 32;

impl FixedResampler {
    /// A converter that has heard silence so far.
    pub fn new(from: SampleRate, to: SampleRate) -> Self {
        let kept = Self::kept(from, to);
        let mut history = Vec::with_capacity(kept + from.frame_samples());
        history.resize(kept, 0.0);
        Self { from, to, history }
    }

    /// The rate of the input.
    pub fn from(&self) -> SampleRate {
        self.from
    }

    /// The rate of the output.
    pub fn to(&self) -> SampleRate {
        self.to
    }

    /// Converts one frame of 10 ms. Both slices must have the frame length of their rate; a shorter
    /// input is continued with silence, a shorter output is cut.
    pub fn process(&mut self, input: &[f32], output: &mut [f32]) {
        let kept = Self::kept(self.from, self.to);
        self.history.truncate(kept);
        self.history.extend(input.iter().take(self.from.frame_samples()));
        self.history.resize(kept + self.from.frame_samples(), 0.0);
        if self.from < self.to {
            self.rise(output);
        } else if self.from > self.to {
            self.fall(output);
        } else {
            output.iter_mut().zip(&self.history).for_each(|(out, sample)| *out = *sample);
        }
        self.history.copy_within(self.from.frame_samples().., 0);
    }

    /// Input samples that the filter looks back to.
    fn kept(from: SampleRate, to: SampleRate) -> usize {
        if from < to {
            TAPS - 1
        } else if from > to {
            TAPS * factor(from, to) - factor(from, to)
        } else {
            0
        }
    }

    fn rise(&self, output: &mut [f32]) {
        let factor = factor(self.to, self.from);
        let phases = phases(factor);
        let windows = self.history.windows(TAPS);
        for (window, out) in windows.zip(output.chunks_mut(factor)) {
            for (sample, phase) in out.iter_mut().zip(phases.chunks_exact(TAPS)) {
                *sample = dot(window, phase);
            }
        }
    }

    fn fall(&self, output: &mut [f32]) {
        let factor = factor(self.from, self.to);
        let filter = prototype(factor);
        let windows = self.history.windows(filter.len()).step_by(factor);
        for (window, sample) in windows.zip(output) {
            *sample = dot(window, filter) / factor as f32;
        }
    }
}

fn factor(high: SampleRate, low: SampleRate) -> usize {
    (high.hz() / low.hz()) as usize
}

/// A sum of products in eight lanes, which the compiler turns into vector instructions.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

static FILTERS: LazyLock<[(Vec<f32>, Vec<f32>); 3]> = LazyLock::new(|| {
    [2, 3, 6].map(|factor| {
        let filter = low_pass(factor);
        let phases = polyphase(&filter, factor);
        (filter, phases)
    })
});

fn filters(factor: usize) -> &'static (Vec<f32>, Vec<f32>) {
    match factor {
        2 => &FILTERS[0],
        3 => &FILTERS[1],
        _ => &FILTERS[2],
    }
}

fn prototype(factor: usize) -> &'static [f32] {
    &filters(factor).0
}

fn phases(factor: usize) -> &'static [f32] {
    &filters(factor).1
}

/// End of the pass band as a part of the lower rate's Nyquist frequency.
const CUTOFF: f64 = 0.94;
/// Shape of the Kaiser window: 60 dB of attenuation.
const BETA: f64 = 5.7;

/// A windowed sinc at the higher rate with a gain of `factor` in its pass band.
fn low_pass(factor: usize) -> Vec<f32> {
    let length = TAPS * factor;
    let middle = (length - 1) as f64 / 2.0;
    let cutoff = CUTOFF / factor as f64;
    let taps: Vec<f64> = (0..length)
        .map(|n| {
            let x = n as f64 - middle;
            let sinc = if x == 0.0 {
                1.0
            } else {
                (std::f64::consts::PI * cutoff * x).sin() / (std::f64::consts::PI * cutoff * x)
            };
            let window = bessel(BETA * (1.0 - (x / (middle + 0.5)).powi(2)).sqrt()) / bessel(BETA);
            sinc * window
        })
        .collect();
    let gain = factor as f64 / taps.iter().sum::<f64>();
    taps.iter().map(|tap| (tap * gain) as f32).collect()
}

/// The modified Bessel function of order zero.
fn bessel(x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for k in 1..32 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

/// The taps by phase, each in the order of the input it meets.
fn polyphase(filter: &[f32], factor: usize) -> Vec<f32> {
    (0..factor).flat_map(|phase| filter.iter().skip(phase).step_by(factor).rev().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{level_at, sine};

    fn convert(input: &[f32], from: SampleRate, to: SampleRate) -> Vec<f32> {
        let mut resampler = FixedResampler::new(from, to);
        let mut output = Vec::new();
        for frame in input.chunks_exact(from.frame_samples()) {
            let mut out = vec![0.0; to.frame_samples()];
            resampler.process(frame, &mut out);
            output.extend(out);
        }
        output
    }

    #[test]
    fn a_tone_keeps_its_frequency_and_level_between_all_rates() {
        for from in SampleRate::ALL {
            for to in SampleRate::ALL {
                for frequency in [300.0, 1000.0, 3000.0] {
                    let out = convert(&sine(frequency, 0.5, from, 0.5), from, to);
                    let level = level_at(&out[out.len() / 2..], frequency, to);
                    assert!((level.0 + 6.02).abs() < 0.3, "{from:?} {to:?} {frequency}: {level:?}");
                }
            }
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_carry_is_not_folded_into_it() {
        let out =
            convert(&sine(5000.0, 0.5, SampleRate::Hz48000, 0.5), SampleRate::Hz48000, SampleRate::Hz8000);

        assert!(crate::level::rms(&out[1000..]).0 < -55.0, "{:?}", crate::level::rms(&out[1000..]));
    }

    #[test]
    fn rising_does_not_add_mirror_images() {
        let out =
            convert(&sine(1000.0, 0.5, SampleRate::Hz8000, 0.5), SampleRate::Hz8000, SampleRate::Hz48000);

        assert!(level_at(&out[12_000..], 7000.0, SampleRate::Hz48000).0 < -60.0);
    }
}
