//! Recorded sound in memory: announcements, music on hold, ringback.
//!
//! A clip is decoded once and shared by every call that plays it. It keeps a copy at each lower rate,
//! so that a thousand narrowband calls on hold do not resample the same music a thousand times.

use std::fmt;

use crate::frame::SampleRate;

/// Decoded sound, ready to be played at every rate; share it in an `Arc`.
#[derive(Clone, PartialEq, Eq)]
pub struct Clip {
    versions: Vec<(SampleRate, Box<[i16]>)>,
}

impl Clip {
    /// Takes mono samples between -1 and +1 at the given rate.
    pub fn new(samples: &[f32], rate: SampleRate) -> Self {
        let quantised = samples.iter().map(|s| (s * 32_767.0).clamp(-32_768.0, 32_767.0) as i16).collect();
        Self { versions: vec![(rate, quantised)] }
    }

    /// The rate at which the clip was made.
    pub fn rate(&self) -> SampleRate {
        self.versions.last().map_or(SampleRate::Hz8000, |(rate, _)| *rate)
    }

    /// Frames of 10 ms in the clip; a last, shorter one counts.
    pub fn frames(&self) -> usize {
        self.versions.last().map_or(0, |(rate, pcm)| pcm.len().div_ceil(rate.frame_samples()))
    }
}

impl fmt::Debug for Clip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clip").field("rate", &self.rate()).field("frames", &self.frames()).finish()
    }
}
