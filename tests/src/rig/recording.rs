//! What a loudspeaker of the device `file` has played, read while it is still being written.
//!
//! The recording is its own clock: the device counts its samples, so a place in it names a moment however busy
//! the machine is. It lags behind what was played by what the writer has buffered, a tenth of a second at most.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::heard::Heard;

/// The header of a WAV file of one channel of 16 bit, as the device and other telephones write it.
const HEADER: u64 = 44;

/// A recording that grows.
#[derive(Debug, Clone)]
pub struct Recording {
    path: PathBuf,
    rate: u32,
}

impl Recording {
    /// The recording in this file, of so many samples a second; it need not exist yet.
    #[must_use]
    pub const fn at(path: PathBuf, rate: u32) -> Self {
        Self { path, rate }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How much has been written so far.
    #[must_use]
    pub fn length(&self) -> Duration {
        let bytes = std::fs::metadata(&self.path).map_or(0, |file| file.len());
        Duration::from_millis(bytes.saturating_sub(HEADER) / 2 / self.per_millisecond())
    }

    /// What was played between two moments, counted from the beginning.
    ///
    /// # Errors
    /// When it cannot be read or does not reach so far.
    pub fn between(&self, from: Duration, to: Duration) -> Result<Heard> {
        let mut file = File::open(&self.path).with_context(|| format!("open {}", self.path.display()))?;
        let [first, end] = [from, to].map(|moment| {
            u64::try_from(moment.as_millis())
                .unwrap_or(u64::MAX / 1_000)
                .saturating_mul(self.per_millisecond() * 2)
        });
        file.seek(SeekFrom::Start(HEADER + first)).context("find the place in the recording")?;
        let mut bytes = vec![0; usize::try_from(end.saturating_sub(first)).unwrap_or(0)];
        if file.read_exact(&mut bytes).is_err() {
            bail!("{} does not last {to:?} yet, only {:?}", self.path.display(), self.length());
        }
        let sample = |pair: &[u8]| match pair {
            [low, high] => f32::from(i16::from_le_bytes([*low, *high])) / f32::from(i16::MAX),
            _ => 0.0,
        };
        Ok(Heard::new(bytes.chunks_exact(2).map(sample).collect(), self.rate))
    }

    /// The latest of what was played.
    ///
    /// # Errors
    /// When it does not last so long yet.
    pub fn latest(&self, time: Duration) -> Result<Heard> {
        let end = self.length();
        self.between(end.saturating_sub(time), end)
    }

    /// What is played during the next while: the present, not the whole call. A recording that does not grow is
    /// silence.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn coming(&self, time: Duration) -> Result<Heard> {
        let from = self.length();
        std::thread::sleep(time);
        let to = self.length();
        let grew = to.saturating_sub(from) >= time / 2;
        if grew { self.between(from, to) } else { Ok(Heard::new(Vec::new(), self.rate)) }
    }

    fn per_millisecond(&self) -> u64 {
        u64::from(self.rate / 1_000).max(1)
    }
}

/// How loud each frequency is in a finished recording of any kind from `from` on, in the order asked for (0 to 1).
///
/// # Errors
/// When the recording cannot be read or is too short.
pub fn loudness(recording: &Path, from: Duration, frequencies: &[u32]) -> Result<Vec<f32>> {
    let samples = samples_of(recording)?;
    measure(recording, samples.get(samples_in(from)..).unwrap_or_default(), frequencies)
}

/// How loud each frequency is in the last part of a finished recording, in the order asked for (0 to 1).
///
/// # Errors
/// When the recording cannot be read or is too short.
pub fn loudness_at_end(recording: &Path, last: Duration, frequencies: &[u32]) -> Result<Vec<f32>> {
    let samples = samples_of(recording)?;
    let skip = samples.len().saturating_sub(samples_in(last));
    measure(recording, samples.get(skip..).unwrap_or_default(), frequencies)
}

fn samples_of(recording: &Path) -> Result<Vec<f32>> {
    let file = File::open(recording).with_context(|| format!("open {}", recording.display()))?;
    let wave = audio::wave::Wave::read(file, 48_000 * 600).context("read the recording")?;
    Ok(wave.at(audio::SampleRate::Hz8000).to_vec())
}

/// At 8 kHz.
fn samples_in(time: Duration) -> usize {
    usize::try_from(time.as_millis()).unwrap_or(usize::MAX).saturating_mul(8)
}

fn measure(recording: &Path, samples: &[f32], frequencies: &[u32]) -> Result<Vec<f32>> {
    if samples.len() <= 4_000 {
        bail!("{} has only {} samples there", recording.display(), samples.len());
    }
    let heard = Heard::new(samples.to_vec(), 8_000);
    Ok(frequencies.iter().map(|frequency| heard.strength(*frequency)).collect())
}
