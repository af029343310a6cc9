//! Speech for a microphone: the exchange's spoken announcements, one after the other.
//!
//! What removes noise takes a steady tone for noise; where the microphone is cleaned, somebody must really speak.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use audio::SampleRate;
use audio::wave::{Wave, WaveWriter};

use super::{Folder, Heard};

/// A person who says the same over and over.
#[derive(Debug)]
pub struct Speech {
    /// The file, for the device `file`.
    pub file: PathBuf,
    /// How loud it is (root mean square, 0 to 1).
    pub level: f32,
}

impl Speech {
    /// Writes a file of this length that is spoken from end to end.
    ///
    /// # Errors
    /// When the announcements cannot be read or the file cannot be written.
    pub fn new(folder: &Folder, length: Duration) -> Result<Self> {
        let wanted = usize::try_from(length.as_millis()).unwrap_or(usize::MAX).saturating_mul(48);
        let mut samples = Vec::new();
        for announcement in announcements()? {
            if samples.len() >= wanted {
                break;
            }
            let source =
                File::open(&announcement).with_context(|| format!("open {}", announcement.display()))?;
            let wave = Wave::read(source, 48_000 * 60).context("read an announcement")?;
            samples.extend(wave.at(SampleRate::Hz48000));
        }
        samples.truncate(wanted);
        let file = folder.file("speech.wav");
        let out = File::create(&file).with_context(|| format!("create {}", file.display()))?;
        let mut writer = WaveWriter::new(out, SampleRate::Hz48000, false).context("begin the speech")?;
        for frame in samples.chunks(480) {
            writer.write(frame, None).context("write the speech")?;
        }
        writer.finish().context("end the speech")?;
        Ok(Self { file, level: Heard::new(samples, 48_000).level() })
    }
}

/// The announcements in the order of their names.
fn announcements() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/prompts/nl");
    let files = std::fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))?;
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    files.sort();
    Ok(files)
}
