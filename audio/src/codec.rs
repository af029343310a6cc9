//! The codecs that Balie speaks, their names in signalling, and the encoder and decoder of each.
//!
//! Surprising, and defined so by RFC 3551: G.722 samples at 16 kHz, but its RTP clock runs at 8 kHz.

pub mod comfort_noise;
pub mod g711;
pub mod g722;
pub mod opus;
pub mod telephone_event;

mod coder;

use std::fmt;
use std::time::Duration;

use crate::frame::SampleRate;

pub use coder::{CodecError, Decoder, Encoder, MAX_PACKET_SAMPLES};
pub use opus::OpusSettings;

/// A speech codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Codec {
    /// Opus (RFC 6716, RTP in RFC 7587): 48 kHz, 32 kbit/s, in-band forward error correction.
    Opus,
    /// G.722 at 64 kbit/s: 16 kHz.
    G722,
    /// G.711 A-law: 8 kHz, the law of Europe.
    Pcma,
    /// G.711 µ-law: 8 kHz, the law of North America and Japan.
    Pcmu,
}

impl Codec {
    /// Every codec, in the order in which Balie offers them.
    pub const ALL: [Self; 4] = [Self::Opus, Self::G722, Self::Pcma, Self::Pcmu];

    /// The encoding name in `a=rtpmap`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opus => "opus",
            Self::G722 => "G722",
            Self::Pcma => "PCMA",
            Self::Pcmu => "PCMU",
        }
    }

    /// The codec with this encoding name and RTP clock; names are compared without regard to case.
    pub fn from_name(name: &str, clock_rate: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name().eq_ignore_ascii_case(name) && c.clock_rate() == clock_rate)
    }

    /// The codec that RFC 3551 binds to a static payload type.
    pub fn from_static_payload_type(payload_type: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|codec| codec.static_payload_type() == Some(payload_type))
    }

    /// The RTP clock in Hz, which for G.722 is 8000 although it samples at 16 kHz (RFC 3551 4.5.2).
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::G722 | Self::Pcma | Self::Pcmu => 8_000,
        }
    }

    /// The rate at which speech is sampled.
    pub const fn sample_rate(self) -> SampleRate {
        match self {
            Self::Opus => SampleRate::Hz48000,
            Self::G722 => SampleRate::Hz16000,
            Self::Pcma | Self::Pcmu => SampleRate::Hz8000,
        }
    }

    /// The payload type that RFC 3551 fixes; `None` for Opus, whose type is negotiated.
    pub const fn static_payload_type(self) -> Option<u8> {
        match self {
            Self::Opus => None,
            Self::G722 => Some(9),
            Self::Pcma => Some(8),
            Self::Pcmu => Some(0),
        }
    }

    /// The payload type that we offer: the static one, or our choice among the dynamic ones.
    pub const fn offered_payload_type(self) -> u8 {
        match self {
            Self::Opus => 96,
            Self::G722 => 9,
            Self::Pcma => 8,
            Self::Pcmu => 0,
        }
    }

    /// The value of `a=rtpmap` after the payload type, such as `opus/48000/2` (RFC 7587 7: always 2).
    pub const fn rtpmap(self) -> &'static str {
        match self {
            Self::Opus => "opus/48000/2",
            Self::G722 => "G722/8000",
            Self::Pcma => "PCMA/8000",
            Self::Pcmu => "PCMU/8000",
        }
    }

    /// The value of `a=fmtp` after the payload type, where the codec has parameters.
    pub const fn fmtp(self) -> Option<&'static str> {
        match self {
            Self::Opus => Some("minptime=10;useinbandfec=1"),
            Self::G722 | Self::Pcma | Self::Pcmu => None,
        }
    }

    /// Ticks of the RTP clock in a duration, rounded down.
    pub fn clock_ticks(self, duration: Duration) -> u32 {
        let ticks = duration.as_micros() * u128::from(self.clock_rate()) / 1_000_000;
        u32::try_from(ticks).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rtpmap())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_codec_is_found_by_its_own_name() {
        for codec in Codec::ALL {
            assert_eq!(Codec::from_name(&codec.name().to_lowercase(), codec.clock_rate()), Some(codec));
        }
    }

    #[test]
    fn a_codec_with_a_foreign_clock_is_not_ours() {
        assert_eq!(Codec::from_name("G722", 16_000), None);
        assert_eq!(Codec::from_name("G729", 8_000), None);
    }

    #[test]
    fn the_clock_of_g722_runs_at_half_its_sample_rate() {
        assert_eq!(Codec::G722.clock_ticks(Duration::from_millis(20)), 160);
        assert_eq!(Codec::G722.sample_rate().frame_samples() * 2, 320);
    }

    #[test]
    fn static_payload_types_are_those_of_rfc_3551() {
        assert_eq!(Codec::from_static_payload_type(8), Some(Codec::Pcma));
        assert_eq!(Codec::from_static_payload_type(96), None);
    }
}
