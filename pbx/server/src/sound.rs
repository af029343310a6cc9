//! A company's own sounds: what an upload is, and what is played of it.
//!
//! The file is kept as it came. Whenever it is needed it is decoded to mono at 16 kHz, which is what a wideband call
//! carries, and brought to one loudness. Reading takes up to seconds and always happens on a thread that may block.
//! A file from outside may be broken or hostile: nothing in it makes the reader panic, and it never holds more than ten
//! minutes of sound.

use std::fmt;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::time::Duration;

use audio::{Clip, SampleRate};
use pbx::directory::{SoundFormat, SoundId, SoundRecord};
use pbx::limits;
use pbx_api::{ApiError, ErrorCode};
use sha2::{Digest as _, Sha256};

mod decoding;
mod loudness;

/// The rate at which sounds are held.
const RATE: SampleRate = SampleRate::Hz16000;

/// A file as it was uploaded; a clone shares the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload(pub Arc<[u8]>);

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({} bytes)", self.0.len())
    }
}

/// Sound that was read: at most ten minutes, at one loudness.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// How the file is written.
    pub format: SoundFormat,
    /// Mono samples at 16 kHz, between -1 and +1.
    pub samples: Vec<f32>,
}

/// Why an upload is no sound of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SoundError {
    /// The file is larger than a sound may be.
    #[error("{0} bytes are more than a sound may have")]
    TooLarge(usize),
    /// It plays longer than a sound may.
    #[error("it plays longer than ten minutes")]
    TooLong,
    /// It is none of the formats, is damaged, or holds no sound.
    #[error("{0}")]
    Unreadable(String),
}

impl SoundError {
    /// The code and the sentences for it.
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::TooLarge(_) => ErrorCode::SoundTooLarge,
            Self::TooLong => ErrorCode::SoundTooLong,
            Self::Unreadable(_) => ErrorCode::BadSound,
        }
    }
}

impl From<SoundError> for ApiError {
    fn from(error: SoundError) -> Self {
        Self::new(error.code()).about(error.to_string())
    }
}

/// Reads a file: WAV, MP3, Ogg Vorbis or FLAC. Takes up to seconds: call it on a thread that may block.
///
/// # Errors
/// [`SoundError`].
pub fn read(file: &[u8]) -> Result<Sound, SoundError> {
    if file.len() > limits::SOUND_BYTES {
        return Err(SoundError::TooLarge(file.len()));
    }
    // What reads files panics at some that are damaged, where sums overflow: then they are damaged.
    let decoded = catch_unwind(|| decoding::decode(file, limits::SOUND_LENGTH));
    let damaged = |_| Err(SoundError::Unreadable("it is damaged".to_owned()));
    let (format, mut samples) = decoded.unwrap_or_else(damaged)?;
    loudness::even_out(&mut samples);
    Ok(Sound { format, samples })
}

/// What is known of a file that was read.
pub(crate) fn record(id: SoundId, name: String, file: &[u8], sound: &Sound) -> SoundRecord {
    SoundRecord {
        id,
        name,
        format: sound.format,
        bytes: u32::try_from(file.len()).unwrap_or(u32::MAX),
        duration_ms: u32::try_from(sound.duration().as_millis()).unwrap_or(u32::MAX),
        sha256: sha256(file),
    }
}

/// By which a file is known again.
pub(crate) fn sha256(file: &[u8]) -> String {
    Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Sound {
    /// How long it plays.
    pub fn duration(&self) -> Duration {
        Duration::from_millis(self.samples.len() as u64 * 1_000 / u64::from(RATE.hz()))
    }

    /// The sound for calls.
    pub fn to_clip(&self) -> Clip {
        Clip::new(&self.samples, RATE)
    }
}

/// Memory of a clip that plays so long: 16 bits a sample, at 16 kHz and at 8 kHz.
pub(crate) fn memory(record: &SoundRecord) -> usize {
    usize::try_from(u64::from(record.duration_ms) * 48).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
