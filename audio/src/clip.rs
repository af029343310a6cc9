//! Recorded sound in memory: announcements, music on hold, ringback.
//!
//! A clip is decoded once and shared by every call that plays it. It keeps a copy at each lower rate,
//! so that a thousand narrowband calls on hold do not resample the same music a thousand times.

use std::fmt;

use crate::frame::{MAX_FRAME_SAMPLES, SampleRate};
use crate::resample::FixedResampler;

/// Decoded sound, ready to be played; share it in an `Arc`. It costs 16 KB per second at 8 kHz, 48 KB at
/// 16 kHz and 144 KB at 48 kHz.
#[derive(Clone, PartialEq, Eq)]
pub struct Clip {
    /// By rising rate; the last is the original.
    versions: Vec<(SampleRate, Box<[i16]>)>,
}

impl Clip {
    /// Takes mono samples between -1 and +1 at the given rate.
    pub fn new(samples: &[f32], rate: SampleRate) -> Self {
        let lower = SampleRate::ALL.into_iter().filter(|other| *other < rate);
        let mut versions: Vec<_> =
            lower.map(|other| (other, quantise(&convert(samples, rate, other)))).collect();
        versions.push((rate, quantise(samples)));
        Self { versions }
    }

    /// The rate at which the clip was made.
    pub fn rate(&self) -> SampleRate {
        self.versions.last().map_or(SampleRate::Hz8000, |(rate, _)| *rate)
    }

    /// The best rate not above this one at which frames can be read without conversion.
    pub fn rate_for(&self, wanted: SampleRate) -> SampleRate {
        self.rate().min(wanted)
    }

    /// Frames of 10 ms in the clip; a last, shorter one counts.
    pub fn frames(&self) -> usize {
        self.versions.last().map_or(0, |(rate, pcm)| pcm.len().div_ceil(rate.frame_samples()))
    }

    /// Writes the frame with this index at a rate that [`Clip::rate_for`] gave; silence beyond the end.
    pub fn read(&self, index: usize, rate: SampleRate, out: &mut [f32]) {
        let version = self.versions.iter().find(|(other, _)| *other == rate);
        let start = index.saturating_mul(rate.frame_samples());
        let pcm = version.and_then(|(_, pcm)| pcm.get(start..)).unwrap_or_default();
        let samples = pcm.iter().map(|s| f32::from(*s) / 32_768.0).chain(std::iter::repeat(0.0));
        out.iter_mut().zip(samples).for_each(|(out, sample)| *out = sample);
    }
}

fn quantise(samples: &[f32]) -> Box<[i16]> {
    samples.iter().map(|s| (s * 32_767.0) as i16).collect()
}

fn convert(samples: &[f32], from: SampleRate, to: SampleRate) -> Vec<f32> {
    let mut resampler = FixedResampler::new(from, to);
    let mut output = Vec::with_capacity(samples.len() * to.frame_samples() / from.frame_samples() + 1);
    let mut frame = [0.0; MAX_FRAME_SAMPLES];
    for input in samples.chunks(from.frame_samples()) {
        resampler.process(input, &mut frame);
        let length = (input.len() * to.frame_samples()).div_ceil(from.frame_samples());
        output.extend(frame.iter().take(length));
    }
    output
}

impl fmt::Debug for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clip").field("rate", &self.rate()).field("frames", &self.frames()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{level_at, sine};

    #[test]
    fn a_wideband_clip_is_ready_for_narrowband_calls() {
        let clip = Clip::new(&sine(1000.0, 0.5, SampleRate::Hz48000, 1.0), SampleRate::Hz48000);

        for rate in SampleRate::ALL {
            let mut out = vec![0.0; rate.hz() as usize];
            for (index, frame) in out.chunks_mut(rate.frame_samples()).enumerate() {
                clip.read(index, clip.rate_for(rate), frame);
            }
            assert!((level_at(&out, 1000.0, rate).0 + 6.02).abs() < 0.3, "{rate:?}");
        }
    }

    #[test]
    fn beyond_its_end_a_clip_is_silent() {
        let clip = Clip::new(&[0.5; 100], SampleRate::Hz8000);
        let mut out = [1.0; 80];

        clip.read(1, SampleRate::Hz8000, &mut out);
        assert!(out[19] > 0.49 && out[20] == 0.0);
        clip.read(usize::MAX, SampleRate::Hz8000, &mut out);
        assert_eq!(out, [0.0; 80]);
        assert_eq!(clip.frames(), 2);
    }

    #[test]
    fn an_empty_clip_has_no_frames() {
        assert_eq!(Clip::new(&[], SampleRate::Hz16000).frames(), 0);
    }
}
