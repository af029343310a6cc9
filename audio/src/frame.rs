//! The unit of time and the sample rates of everything inside this crate.
//!
//! One frame is 10 ms of mono `f32`, so its length in samples follows from the rate alone.

use std::time::Duration;

/// Length of one frame: everything is mixed, played and recorded in these steps.
pub const FRAME: Duration = Duration::from_millis(10);

/// Frames in one second.
pub const FRAMES_PER_SECOND: u32 = 100;

/// Samples in the longest frame ([`SampleRate::Hz48000`]).
pub const MAX_FRAME_SAMPLES: usize = 480;

/// A sample rate that mixes, codecs and clips can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleRate {
    /// 8 kHz, narrowband: G.711.
    Hz8000,
    /// 16 kHz, wideband: G.722.
    Hz16000,
    /// 48 kHz, full band: Opus, and the phone's own microphone and loudspeaker.
    Hz48000,
}

impl SampleRate {
    /// Every rate, from low to high.
    pub const ALL: [Self; 3] = [Self::Hz8000, Self::Hz16000, Self::Hz48000];

    /// Samples per second.
    pub const fn hz(self) -> u32 {
        match self {
            Self::Hz8000 => 8_000,
            Self::Hz16000 => 16_000,
            Self::Hz48000 => 48_000,
        }
    }

    /// Samples in one frame of 10 ms.
    pub const fn frame_samples(self) -> usize {
        (self.hz() / FRAMES_PER_SECOND) as usize
    }

    /// The rate with this many samples per second, if it is one of ours.
    pub fn from_hz(hz: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|rate| rate.hz() == hz)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_ten_milliseconds_at_every_rate() {
        let lengths: Vec<usize> = SampleRate::ALL.iter().map(|rate| rate.frame_samples()).collect();

        assert_eq!(lengths, [80, 160, MAX_FRAME_SAMPLES]);
    }

    #[test]
    fn only_our_own_rates_are_known() {
        assert_eq!(SampleRate::from_hz(16_000), Some(SampleRate::Hz16000));
        assert_eq!(SampleRate::from_hz(44_100), None);
    }
}
