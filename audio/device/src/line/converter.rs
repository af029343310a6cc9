//! Sample rate conversion of one mono stream, with a ratio that may be nudged.
//!
//! A headset on a poor radio link runs at 16 kHz, an old card at 44.1 kHz, and every card's 48 kHz is
//! a little off. One resampler serves for all of it.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Adjustable, Async, FixedAsync, Resampler, SincInterpolationParameters, WindowFunction};

use crate::{DeviceError, FRAME, SAMPLE_RATE};

/// How far the ratio may be nudged either way, relative to its nominal value.
const NUDGE: f64 = 1.01;
/// Taps of the interpolation filter: 32 samples of delay at the input's rate.
const TAPS: usize = 64;

/// Converts in one direction.
pub(super) struct Converter {
    resampler: Async<f32>,
    input: Vec<f32>,
    output: Vec<f32>,
}

impl Converter {
    /// From a device at `device_rate` samples per second to frames of 480 at 48 kHz.
    pub(super) fn from_device(device_rate: u32) -> Result<Self, DeviceError> {
        Self::new(f64::from(SAMPLE_RATE) / f64::from(device_rate), FixedAsync::Output)
    }

    /// From frames of 480 at 48 kHz to a device at `device_rate` samples per second.
    pub(super) fn to_device(device_rate: u32) -> Result<Self, DeviceError> {
        Self::new(f64::from(device_rate) / f64::from(SAMPLE_RATE), FixedAsync::Input)
    }

    fn new(ratio: f64, fixed: FixedAsync) -> Result<Self, DeviceError> {
        let filter = SincInterpolationParameters::new(TAPS, WindowFunction::Blackman2);
        let resampler = Async::new_sinc(ratio, NUDGE, &filter, FRAME, 1, fixed)
            .map_err(|error| DeviceError::Format(error.to_string()))?;
        let input = vec![0.0; resampler.input_frames_max()];
        let output = vec![0.0; resampler.output_frames_max()];
        Ok(Self { resampler, input, output })
    }

    /// How many samples the next conversion takes.
    pub(super) fn needs(&self) -> usize {
        self.resampler.input_frames_next()
    }

    /// Converts the next [`Self::needs`] samples that `fill` provides.
    pub(super) fn convert(&mut self, fill: impl FnOnce(&mut [f32])) -> &[f32] {
        let takes = self.needs().min(self.input.len());
        let gives = self.resampler.output_frames_next().min(self.output.len());
        let (Some(input), Some(output)) = (self.input.get_mut(..takes), self.output.get_mut(..gives)) else {
            return &[];
        };
        fill(input);
        let (Ok(from), Ok(mut to)) =
            (InterleavedSlice::new(&*input, 1, takes), InterleavedSlice::new_mut(output, 1, gives))
        else {
            return &[];
        };
        let written =
            self.resampler.process_into_buffer(&from, &mut to, None).map_or(0, |(_, written)| written);
        self.output.get(..written).unwrap_or(&[])
    }

    /// Consumes `ppm` parts per million more input than nominal; negative is less.
    pub(super) fn nudge(&mut self, ppm: f64) {
        let ratio = (1.0 / (1.0 + ppm * 1e-6)).clamp(1.0 / NUDGE, NUDGE);
        // The clamp keeps it within what the resampler was made for.
        let _ = self.resampler.set_resample_ratio_relative(ratio, true);
    }
}

impl std::fmt::Debug for Converter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Converter").field("needs", &self.needs()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    #[test]
    fn a_tone_from_a_narrow_headset_keeps_its_pitch_and_level() {
        let mut converter = Converter::from_device(16_000).unwrap();
        let mut n = 0;
        let mut heard = Vec::new();

        for _ in 0..50 {
            heard.extend_from_slice(converter.convert(|input| {
                for sample in input {
                    *sample = 0.5 * (TAU * 1_000.0 * n as f32 / 16_000.0).sin();
                    n += 1;
                }
            }));
        }

        assert_eq!(heard.len(), 50 * FRAME);
        let settled = &heard[4800..];
        let crossings = settled.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        let seconds = settled.len() as f32 / SAMPLE_RATE as f32;
        assert!((crossings as f32 / seconds - 1_000.0).abs() < 6.0);
        let peak = settled.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        assert!((peak - 0.5).abs() < 0.02, "peak {peak}");
    }

    #[test]
    fn every_frame_out_becomes_sound_from_the_first_one_on() {
        let mut converter = Converter::to_device(44_100).unwrap();

        let lengths: Vec<usize> =
            (0..200).map(|_| converter.convert(|input| input.fill(0.1)).len()).collect();

        assert!(lengths.iter().all(|length| (438..=442).contains(length)), "{lengths:?}");
    }

    #[test]
    fn a_nudge_takes_more_input_for_the_same_output() {
        let mut converter = Converter::from_device(48_000).unwrap();
        let mut taken = 0;

        converter.nudge(5_000.0);
        for _ in 0..100 {
            converter.convert(|input| taken += input.len());
        }

        let expected = 48_000.0 * 1.005;
        assert!((taken as f64 - expected).abs() < 50.0, "took {taken}");
    }
}
