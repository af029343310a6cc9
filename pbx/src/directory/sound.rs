//! Sounds of the company itself: music on hold, and what callers hear until somebody answers (F-048, F-050, F-089, F-090).
//!
//! Only what is known of a file stands here. The file is kept and played by whoever runs the exchange.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Directory, SoundId};

/// A sound of the company, by the name under which services name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SoundRecord {
    /// Unique within the company.
    pub id: SoundId,
    /// 1 to 80 characters, unique within the company.
    pub name: String,
    /// How the file is written.
    pub format: SoundFormat,
    /// Length of the file.
    pub bytes: u32,
    /// How long it plays.
    pub duration_ms: u32,
    /// SHA-256 of the file in hexadecimal: whether it is still the same one.
    pub sha256: String,
}

/// How a sound is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SoundFormat {
    /// RIFF WAVE.
    Wav,
    /// MPEG-1 or MPEG-2 audio layer III.
    Mp3,
    /// Vorbis in Ogg.
    Ogg,
    /// Free Lossless Audio Codec (RFC 9639).
    Flac,
}

impl SoundFormat {
    /// What a file of it is called on the web.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::Flac => "audio/flac",
        }
    }
}

impl Directory {
    /// A sound of the company by its name.
    pub fn sound(&self, name: &str) -> Option<&SoundRecord> {
        self.sounds.get(name)
    }
}
