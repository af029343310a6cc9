//! G.722 at 64 kbit/s: wideband speech in two sub-bands, one byte per two samples.
//!
//! The algorithm is the `audio-codec` crate's; this file converts between its 16-bit and our samples
//! without allocating.

use audio_codec::g722;
use audio_codec::{Decoder as _, Encoder as _};

use super::CodecError;

/// Samples converted at a time.
const CHUNK: usize = 160;

/// Encodes 16 kHz speech.
pub struct G722Encoder(g722::G722Encoder);

impl Default for G722Encoder {
    fn default() -> Self {
        Self(g722::G722Encoder::new())
    }
}

impl G722Encoder {
    /// Encodes an even number of samples into half as many bytes.
    ///
    /// # Errors
    /// [`CodecError::BufferTooSmall`] if `out` is shorter than that.
    pub fn encode(&mut self, samples: &[f32], out: &mut [u8]) -> Result<usize, CodecError> {
        let mut written = 0;
        for chunk in samples.chunks(CHUNK) {
            let mut pcm = [0i16; CHUNK];
            pcm.iter_mut().zip(chunk).for_each(|(pcm, s)| *pcm = (s * 32_768.0) as i16);
            let input = pcm.get(..chunk.len()).unwrap_or_default();
            let room = out.get_mut(written..).unwrap_or_default();
            written += self.0.encode_into(input, room).map_err(|_| CodecError::BufferTooSmall)?;
        }
        Ok(written)
    }
}

/// Decodes 16 kHz speech.
pub struct G722Decoder(g722::G722Decoder);

impl Default for G722Decoder {
    fn default() -> Self {
        Self(g722::G722Decoder::new())
    }
}

impl G722Decoder {
    /// Decodes each byte into two samples.
    ///
    /// # Errors
    /// [`CodecError::BufferTooSmall`] if `out` is shorter than that.
    pub fn decode(&mut self, payload: &[u8], out: &mut [f32]) -> Result<usize, CodecError> {
        let mut written = 0;
        for chunk in payload.chunks(CHUNK / 2) {
            let mut pcm = [0i16; CHUNK];
            let decoded = self.0.decode_into(chunk, &mut pcm).map_err(|_| CodecError::BufferTooSmall)?;
            let room = out.get_mut(written..written + decoded).ok_or(CodecError::BufferTooSmall)?;
            room.iter_mut().zip(&pcm).for_each(|(s, pcm)| *s = f32::from(*pcm) / 32_768.0);
            written += decoded;
        }
        Ok(written)
    }
}
