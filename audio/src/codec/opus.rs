//! Opus for telephony: mono at 48 kHz, 32 kbit/s, with in-band forward error correction.
//!
//! The library is libopus 1.6.1 through `opusic-c`, which alone of the bindings reaches the decoder's
//! complexity: from 5 on, lost packets are replaced by deep concealment.

use opusic_c::{Application, Bitrate, Channels, ErrorCode, InbandFec, SampleRate, Signal};

use super::CodecError;

/// How much work and how many bits speech is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpusSettings {
    /// Bits per second, 6,000 to 128,000.
    pub bitrate: u32,
    /// Work of the encoder, 0 to 10.
    pub encoder_complexity: u8,
    /// Work of the decoder, 0 to 10; from 5 on, deep concealment (up to 2 ms per lost frame).
    pub decoder_complexity: u8,
    /// The loss in per cent against which the forward error correction protects, 0 to 100.
    pub expected_loss: u8,
}

impl OpusSettings {
    /// For a phone: one stream deserves the best.
    pub const PHONE: Self =
        Self { bitrate: 32_000, encoder_complexity: 9, decoder_complexity: 5, expected_loss: 10 };

    /// For an exchange, which codes many streams on few cores.
    pub const EXCHANGE: Self =
        Self { bitrate: 32_000, encoder_complexity: 5, decoder_complexity: 0, expected_loss: 10 };
}

impl Default for OpusSettings {
    fn default() -> Self {
        Self::EXCHANGE
    }
}

/// Encodes 48 kHz speech.
pub struct OpusEncoder(opusic_c::Encoder);

impl OpusEncoder {
    /// An encoder with these settings.
    ///
    /// # Errors
    /// [`CodecError::Opus`] if a setting is out of its range or memory is short.
    pub fn new(settings: OpusSettings) -> Result<Self, CodecError> {
        let mut encoder =
            opusic_c::Encoder::new(Channels::Mono, SampleRate::Hz48000, Application::Voip).map_err(opus)?;
        encoder.set_bitrate(Bitrate::Value(settings.bitrate)).map_err(opus)?;
        encoder.set_complexity(settings.encoder_complexity).map_err(opus)?;
        encoder.set_inband_fec(InbandFec::Mode1).map_err(opus)?;
        encoder.set_packet_loss(settings.expected_loss).map_err(opus)?;
        encoder.set_signal(Signal::Voice).map_err(opus)?;
        Ok(Self(encoder))
    }

    /// Encodes 10, 20, 40 or 60 ms into one packet.
    ///
    /// # Errors
    /// [`CodecError::Opus`] if `samples` has another duration or `out` is too small.
    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) -> Result<usize, CodecError> {
        self.0.encode_float_to_slice(samples, out).map_err(opus)
    }
}

/// Decodes to 48 kHz speech.
pub struct OpusDecoder(opusic_c::Decoder);

impl OpusDecoder {
    /// A decoder with these settings.
    ///
    /// # Errors
    /// [`CodecError::Opus`] if a setting is out of its range or memory is short.
    pub fn new(settings: OpusSettings) -> Result<Self, CodecError> {
        let mut decoder = opusic_c::Decoder::new(Channels::Mono, SampleRate::Hz48000).map_err(opus)?;
        decoder.set_complexity(settings.decoder_complexity).map_err(opus)?;
        Ok(Self(decoder))
    }

    /// Decodes one packet of up to 120 ms (5,760 samples).
    ///
    /// # Errors
    /// [`CodecError::Opus`] if the packet is malformed or `out` is too small for it;
    /// [`CodecError::Empty`] for an empty payload, which libopus would take for a loss.
    pub fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, CodecError> {
        if payload.is_empty() {
            return Err(CodecError::Empty);
        }
        self.0.decode_float_to_slice(payload, out, false).map_err(opus)
    }

    /// Recovers the packet *before* this one from the redundancy within it; fills `out`, whose duration
    /// must be that of the lost packet. Without redundancy the loss is concealed.
    ///
    /// # Errors
    /// As for [`OpusDecoder::decode`].
    pub fn recover(&mut self, next_payload: &[u8], out: &mut [f32]) -> Result<usize, CodecError> {
        if next_payload.is_empty() {
            return Err(CodecError::Empty);
        }
        self.0.decode_float_to_slice(next_payload, out, true).map_err(opus)
    }

    /// Continues the sound without a packet; the duration of `out` is a multiple of 2.5 ms.
    ///
    /// # Errors
    /// [`CodecError::Opus`] if the duration is not such a multiple.
    pub fn conceal(&mut self, out: &mut [f32]) -> Result<usize, CodecError> {
        self.0.decode_float_to_slice(&[], out, false).map_err(opus)
    }
}

/// Ticks of the 48 kHz clock in a packet, from its first two bytes (RFC 6716 3.1); 0 if it is malformed.
pub fn packet_ticks(payload: &[u8]) -> u32 {
    let Some(toc) = payload.first() else { return 0 };
    let frame = match toc >> 3 {
        config @ 0..=11 => [480, 960, 1_920, 2_880][usize::from(config & 3)],
        config @ 12..=15 => [480, 960][usize::from(config & 1)],
        config => [120, 240, 480, 960][usize::from(config & 3)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => payload.get(1).map_or(0, |count| u32::from(count & 0x3F)),
    };
    let ticks = frame * frames;
    if ticks > 5_760 { 0 } else { ticks }
}

fn opus(error: ErrorCode) -> CodecError {
    CodecError::Opus(error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_duration_of_a_packet_is_read_from_its_head() {
        let mut encoder = OpusEncoder::new(OpusSettings::EXCHANGE).expect("the settings are ours");
        let mut payload = [0; 1500];
        for samples in [480, 960, 1_920, 2_880] {
            let length = encoder.encode(&vec![0.1; samples], &mut payload).expect("a legal duration");
            assert_eq!(packet_ticks(&payload[..length]) as usize, samples);
        }
        assert_eq!(packet_ticks(&[]), 0);
        assert_eq!(packet_ticks(&[0xFF, 0x3F]), 0, "63 frames of 20 ms are more than 120 ms");
    }
}
