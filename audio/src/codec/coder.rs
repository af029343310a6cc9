//! One encoder and one decoder type for all codecs.
//!
//! They are enums and not trait objects, so that a leg owns its coder without a pointer between them,
//! and they are made only when a leg is mixed: a relayed call needs neither.

use std::fmt;

use super::Codec;
use super::g711::Law;
use super::g722::{G722Decoder, G722Encoder};
use super::opus::{OpusDecoder, OpusEncoder, OpusSettings};

/// Why speech could not be encoded or decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The buffer for the result is too small.
    #[error("buffer too small")]
    BufferTooSmall,
    /// There is nothing to decode.
    #[error("empty payload")]
    Empty,
    /// Opus refused.
    #[error("opus: {0}")]
    Opus(&'static str),
}

/// The longest packet of any codec, in samples: 120 ms of Opus.
pub const MAX_PACKET_SAMPLES: usize = 5_760;

/// Turns speech into payloads.
pub enum Encoder {
    /// Opus.
    Opus(OpusEncoder),
    /// G.722.
    G722(Box<G722Encoder>),
    /// G.711.
    G711(Law),
}

impl Encoder {
    /// An encoder for a codec.
    ///
    /// # Errors
    /// [`CodecError::Opus`] if the settings are out of range or memory is short.
    pub fn new(codec: Codec, opus: OpusSettings) -> Result<Self, CodecError> {
        Ok(match codec {
            Codec::Opus => Self::Opus(OpusEncoder::new(opus)?),
            Codec::G722 => Self::G722(Box::default()),
            Codec::Pcma => Self::G711(Law::A),
            Codec::Pcmu => Self::G711(Law::Mu),
        })
    }

    /// Encodes the samples of one packet, at the codec's own rate, and returns the payload's length.
    ///
    /// # Errors
    /// If `out` is too small, or Opus does not know the duration.
    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) -> Result<usize, CodecError> {
        match self {
            Self::Opus(opus) => opus.encode(samples, out),
            Self::G722(g722) => g722.encode(samples, out),
            Self::G711(law) if out.len() >= samples.len() => Ok(law.encode(samples, out)),
            Self::G711(_) => Err(CodecError::BufferTooSmall),
        }
    }
}

/// Turns payloads into speech.
pub enum Decoder {
    /// Opus.
    Opus(OpusDecoder),
    /// G.722.
    G722(Box<G722Decoder>),
    /// G.711.
    G711(Law),
}

impl Decoder {
    /// A decoder for a codec.
    ///
    /// # Errors
    /// [`CodecError::Opus`] if the settings are out of range or memory is short.
    pub fn new(codec: Codec, opus: OpusSettings) -> Result<Self, CodecError> {
        Ok(match codec {
            Codec::Opus => Self::Opus(OpusDecoder::new(opus)?),
            Codec::G722 => Self::G722(Box::default()),
            Codec::Pcma => Self::G711(Law::A),
            Codec::Pcmu => Self::G711(Law::Mu),
        })
    }

    /// Decodes one payload and returns the number of samples, at the codec's own rate.
    ///
    /// # Errors
    /// If the payload is malformed, or longer than `out` ([`MAX_PACKET_SAMPLES`] always suffices for Opus).
    pub fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, CodecError> {
        match self {
            Self::Opus(opus) => opus.decode(payload, out),
            Self::G722(g722) => g722.decode(payload, out),
            Self::G711(law) if out.len() >= payload.len() => Ok(law.decode(payload, out)),
            Self::G711(_) => Err(CodecError::BufferTooSmall),
        }
    }

    /// Recovers the packet before this one into `out`; `false` if the codec has no such redundancy.
    pub fn recover(&mut self, next_payload: &[u8], out: &mut [f32]) -> bool {
        match self {
            Self::Opus(opus) => opus.recover(next_payload, out) == Ok(out.len()),
            Self::G722(_) | Self::G711(_) => false,
        }
    }

    /// Continues the sound without a packet; `false` if the codec cannot, and the caller must.
    pub fn conceal(&mut self, out: &mut [f32]) -> bool {
        match self {
            Self::Opus(opus) => opus.conceal(out) == Ok(out.len()),
            Self::G722(_) | Self::G711(_) => false,
        }
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opus(_) => "Encoder(opus)",
            Self::G722(_) => "Encoder(G722)",
            Self::G711(_) => "Encoder(G711)",
        })
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opus(_) => "Decoder(opus)",
            Self::G722(_) => "Decoder(G722)",
            Self::G711(_) => "Decoder(G711)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Random, level_at, sine};

    fn through(codec: Codec, input: &[f32]) -> Vec<f32> {
        let mut encoder = Encoder::new(codec, OpusSettings::PHONE).unwrap();
        let mut decoder = Decoder::new(codec, OpusSettings::PHONE).unwrap();
        let mut output = Vec::new();
        for packet in input.chunks_exact(codec.sample_rate().frame_samples() * 2) {
            let (mut payload, mut pcm) = ([0; 1500], [0.0; MAX_PACKET_SAMPLES]);
            let bytes = encoder.encode(packet, &mut payload).unwrap();
            let samples = decoder.decode(&payload[..bytes], &mut pcm).unwrap();
            output.extend_from_slice(&pcm[..samples]);
        }
        output
    }

    #[test]
    fn a_tone_passes_every_codec_at_its_own_level() {
        for codec in Codec::ALL {
            let rate = codec.sample_rate();
            let output = through(codec, &sine(1000.0, 0.3, rate, 1.0));

            assert_eq!(output.len(), rate.hz() as usize);
            let second_half = &output[output.len() / 2..];
            let level = level_at(second_half, 1000.0, rate);
            assert!((level.0 + 10.46).abs() < 1.0, "{codec}: {level:?}");
            assert!(level_at(second_half, 1700.0, rate).0 < -50.0, "{codec}");
        }
    }

    #[test]
    fn wideband_codecs_carry_what_narrowband_ones_cannot() {
        let output = through(Codec::G722, &sine(6000.0, 0.3, Codec::G722.sample_rate(), 1.0));

        assert!(level_at(&output[8000..], 6000.0, Codec::G722.sample_rate()).0 > -13.0);
    }

    #[test]
    fn opus_recovers_a_lost_packet_from_the_next_one() {
        let speech = crate::testing::speech_like(crate::SampleRate::Hz48000, 2.0);
        let mut encoder = Encoder::new(Codec::Opus, OpusSettings::PHONE).unwrap();
        let mut decoder = Decoder::new(Codec::Opus, OpusSettings::PHONE).unwrap();
        let mut previous: Vec<u8> = Vec::new();
        let mut recovered = 0;
        for (n, packet) in speech.chunks_exact(960).enumerate() {
            let (mut payload, mut pcm) = ([0; 1500], [0.0; MAX_PACKET_SAMPLES]);
            let bytes = encoder.encode(packet, &mut payload).unwrap();
            if n % 5 == 4 {
                recovered += usize::from(decoder.recover(&payload[..bytes], &mut pcm[..960]));
            } else if n % 5 != 3 {
                decoder.decode(&payload[..bytes], &mut pcm).unwrap();
            }
            previous = payload[..bytes].to_vec();
        }
        assert!(!previous.is_empty());
        assert_eq!(recovered, 20);
    }

    #[test]
    fn hostile_payloads_decode_or_fail_but_never_panic() {
        let mut random = Random::new(7);
        for codec in Codec::ALL {
            let mut decoder = Decoder::new(codec, OpusSettings::PHONE).unwrap();
            let mut pcm = [0.0; MAX_PACKET_SAMPLES];
            for _ in 0..400 {
                let payload = random.bytes(400);
                let _ = decoder.decode(&payload, &mut pcm);
                let _ = decoder.recover(&payload, &mut pcm[..960]);
                let _ = decoder.conceal(&mut pcm[..480]);
            }
            assert!(pcm.iter().all(|s| s.is_finite()), "{codec}");
        }
    }

    #[test]
    fn a_buffer_that_is_too_small_is_an_error() {
        for codec in Codec::ALL {
            let mut decoder = Decoder::new(codec, OpusSettings::EXCHANGE).unwrap();
            assert!(decoder.decode(&[0x78; 160], &mut [0.0; 8]).is_err(), "{codec}");
        }
    }
}
