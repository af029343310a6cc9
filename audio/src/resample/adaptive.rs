//! Conversion by any ratio, which may change a little while it runs: foreign files, drifting clocks.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Adjustable as _, Async, FixedAsync, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

use crate::frame::SampleRate;

/// A stream converter whose ratio follows a drifting clock. Each call yields exactly one frame of 10 ms.
pub struct AdaptiveResampler {
    inner: Async<f32>,
    input: Vec<f32>,
}

/// How far the ratio may be moved from its origin: more than any crystal drifts.
const LARGEST_DRIFT: f64 = 1.01;

impl AdaptiveResampler {
    /// A converter from a rate in Hz (4,000 to 384,000) to one of ours; `None` outside that range.
    pub fn new(from_hz: u32, to: SampleRate) -> Option<Self> {
        if !(4_000..=384_000).contains(&from_hz) {
            return None;
        }
        let ratio = f64::from(to.hz()) / f64::from(from_hz);
        let inner =
            Async::new_sinc(ratio, LARGEST_DRIFT, &sinc(), to.frame_samples(), 1, FixedAsync::Output).ok()?;
        let input = Vec::with_capacity(inner.input_frames_max() * 4);
        Some(Self { inner, input })
    }

    /// Input samples that the next frame needs.
    pub fn needed(&self) -> usize {
        self.inner.input_frames_next().saturating_sub(self.input.len())
    }

    /// Samples by which what comes out lags behind what went in.
    pub fn delay(&self) -> usize {
        self.inner.output_delay()
    }

    /// Moves the ratio: `drift_ppm` > 0 means that the input clock runs fast by so many parts per million,
    /// so that more input makes up one frame. Clamped to +-500 ppm.
    pub fn set_drift(&mut self, drift_ppm: f64) {
        let relative = 1.0 / (1.0 + drift_ppm.clamp(-500.0, 500.0) * 1e-6);
        // The bound lies far within the range given at construction.
        let _ = self.inner.set_resample_ratio_relative(relative, true);
    }

    /// Takes input of any length.
    pub fn push(&mut self, samples: &[f32]) {
        self.input.extend_from_slice(samples);
    }

    /// Writes the next frame into `out` (at least one frame long); `false`, and nothing written, while
    /// input is missing.
    pub fn pull(&mut self, out: &mut [f32]) -> bool {
        let frames = self.inner.output_frames_next();
        if self.needed() > 0 || out.len() < frames {
            return false;
        }
        let Ok(source) = InterleavedSlice::new(&self.input, 1, self.input.len()) else { return false };
        let Ok(mut target) = InterleavedSlice::new_mut(out, 1, frames) else { return false };
        let Ok((used, _)) = self.inner.process_into_buffer(&source, &mut target, None) else { return false };
        self.input.drain(..used);
        true
    }
}

impl std::fmt::Debug for AdaptiveResampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AdaptiveResampler").field("waiting", &self.input.len()).finish()
    }
}

fn sinc() -> SincInterpolationParameters {
    SincInterpolationParameters {
        sinc_len: 64,
        f_cutoff: None,
        oversampling_factor: 256,
        interpolation: SincInterpolationType::Linear,
        window: WindowFunction::BlackmanHarris2,
    }
}

/// Converts a whole recording at once; `None` if its rate lies outside 4,000 to 384,000 Hz.
pub fn resample(samples: &[f32], from_hz: u32, to: SampleRate) -> Option<Vec<f32>> {
    if from_hz == to.hz() {
        return Some(samples.to_vec());
    }
    let mut resampler = AdaptiveResampler::new(from_hz, to)?;
    let delay = resampler.delay();
    let wanted = (samples.len() as u64 * u64::from(to.hz())).div_ceil(u64::from(from_hz)) as usize;
    let mut output = Vec::with_capacity(wanted + delay + to.frame_samples());
    let mut frame = [0.0; crate::frame::MAX_FRAME_SAMPLES];
    resampler.push(samples);
    while output.len() < wanted + delay {
        if resampler.needed() > 0 {
            let missing = resampler.needed();
            resampler.input.resize(resampler.input.len() + missing, 0.0);
        }
        if !resampler.pull(&mut frame) {
            return None;
        }
        output.extend(frame.iter().take(to.frame_samples()));
    }
    output.drain(..delay);
    output.truncate(wanted);
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::level_at;

    #[test]
    fn a_recording_at_44100_keeps_its_length_and_pitch() {
        let tone: Vec<f32> =
            (0..44_100).map(|n| 0.5 * (n as f32 * 440.0 / 44_100.0 * std::f32::consts::TAU).sin()).collect();

        for to in SampleRate::ALL {
            let out = resample(&tone, 44_100, to).unwrap();
            assert_eq!(out.len(), to.hz() as usize);
            assert!((level_at(&out, 440.0, to).0 + 6.02).abs() < 0.3);
        }
    }

    #[test]
    fn a_fast_clock_uses_up_more_input() {
        let mut resampler = AdaptiveResampler::new(48_000, SampleRate::Hz48000).unwrap();
        resampler.set_drift(400.0);
        let mut pushed = 0;
        let mut frame = [0.0; 480];
        for _ in 0..1000 {
            let needed = resampler.needed();
            pushed += needed;
            resampler.push(&vec![0.25; needed]);
            assert!(resampler.pull(&mut frame));
        }

        let extra = pushed as f64 / 480_000.0 - 1.0;
        assert!((extra * 1e6 - 400.0).abs() < 250.0, "{} ppm", extra * 1e6);
        assert!((frame[200] - 0.25).abs() < 0.01);
    }

    #[test]
    fn absurd_rates_are_refused() {
        assert!(resample(&[0.0; 10], 0, SampleRate::Hz8000).is_none());
        assert!(AdaptiveResampler::new(u32::MAX, SampleRate::Hz8000).is_none());
    }
}
