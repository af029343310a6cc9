//! WAV files: read from any bytes, written to anything that can seek.
//!
//! A file from outside may be broken or hostile: its header's promises are checked against a limit before
//! memory is taken, and nothing in it can make the reader panic.

use std::io::{Read, Seek, Write};

use crate::clip::Clip;
use crate::frame::SampleRate;
use crate::resample::resample;

/// Sound read from a file: mono, at the file's own rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Wave {
    /// Samples per second.
    pub rate_hz: u32,
    /// Mono samples between -1 and +1; several channels are averaged.
    pub samples: Vec<f32>,
}

/// Why a file could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WaveError {
    /// It is not a WAV file, is damaged, or the medium failed.
    #[error("not a readable WAV file: {0}")]
    Format(#[from] hound::Error),
    /// Its rate lies outside 4,000 to 384,000 Hz, or it has no or more than eight channels.
    #[error("unsupported sound: {channels} channels at {rate_hz} Hz")]
    Unsupported {
        /// Channels in the header.
        channels: u16,
        /// Rate in the header.
        rate_hz: u32,
    },
    /// It is longer than the caller accepts.
    #[error("longer than {0} samples")]
    TooLong(usize),
}

/// Most channels that are mixed down.
const MOST_CHANNELS: u16 = 8;

impl Wave {
    /// Reads PCM of 8 to 32 bits or 32-bit float. `most_samples` limits the samples per channel, and so
    /// the memory that is taken.
    ///
    /// # Errors
    /// [`WaveError`], for a file that is damaged, foreign or too long.
    pub fn read(source: impl Read, most_samples: usize) -> Result<Self, WaveError> {
        let mut reader = hound::WavReader::new(source)?;
        let spec = reader.spec();
        let supported = (1..=MOST_CHANNELS).contains(&spec.channels)
            && (4_000..=384_000).contains(&spec.sample_rate)
            && (1..=32).contains(&spec.bits_per_sample);
        if !supported {
            return Err(WaveError::Unsupported { channels: spec.channels, rate_hz: spec.sample_rate });
        }
        let channels = usize::from(spec.channels);
        let samples = match spec.sample_format {
            hound::SampleFormat::Float => mix_down(reader.samples::<f32>(), channels, most_samples)?,
            hound::SampleFormat::Int => {
                let scale = 1.0 / (1u64 << (spec.bits_per_sample - 1)) as f32;
                let scaled = reader.samples::<i32>().map(|s| s.map(|s| s as f32 * scale));
                mix_down(scaled, channels, most_samples)?
            }
        };
        Ok(Self { rate_hz: spec.sample_rate, samples })
    }

    /// The sound at one of our rates.
    pub fn at(&self, rate: SampleRate) -> Vec<f32> {
        resample(&self.samples, self.rate_hz, rate).unwrap_or_default()
    }

    /// A clip at the highest of our rates that does not exceed the file's own by much: 8, 16 or 48 kHz.
    pub fn to_clip(&self) -> Clip {
        let rate = match self.rate_hz {
            ..=11_025 => SampleRate::Hz8000,
            11_026..=16_000 => SampleRate::Hz16000,
            _ => SampleRate::Hz48000,
        };
        Clip::new(&self.at(rate), rate)
    }
}

fn mix_down(
    samples: impl Iterator<Item = hound::Result<f32>>,
    channels: usize,
    most_samples: usize,
) -> Result<Vec<f32>, WaveError> {
    let mut mono = Vec::new();
    let (mut sum, mut count) = (0.0, 0);
    for sample in samples {
        let sample = sample?;
        sum += if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        count += 1;
        if count == channels {
            if mono.len() == most_samples {
                return Err(WaveError::TooLong(most_samples));
            }
            mono.push(sum / channels as f32);
            (sum, count) = (0.0, 0);
        }
    }
    Ok(mono)
}

/// Writes a 16-bit WAV file frame by frame.
pub struct WaveWriter<W: Write + Seek> {
    inner: hound::WavWriter<W>,
    stereo: bool,
}

impl<W: Write + Seek> WaveWriter<W> {
    /// Begins a file at one of our rates, mono or stereo.
    ///
    /// # Errors
    /// [`WaveError::Format`] if the medium fails.
    pub fn new(target: W, rate: SampleRate, stereo: bool) -> Result<Self, WaveError> {
        let spec = hound::WavSpec {
            channels: if stereo { 2 } else { 1 },
            sample_rate: rate.hz(),
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        Ok(Self { inner: hound::WavWriter::new(target, spec)?, stereo })
    }

    /// Appends samples; in a stereo file `right` is the second channel, silent where it is missing, and
    /// in a mono file it is ignored.
    ///
    /// # Errors
    /// [`WaveError::Format`] if the medium fails.
    pub fn write(&mut self, left: &[f32], right: Option<&[f32]>) -> Result<(), WaveError> {
        let right = right.unwrap_or_default();
        for (n, sample) in left.iter().enumerate() {
            self.inner.write_sample(quantise(*sample))?;
            if self.stereo {
                self.inner.write_sample(quantise(right.get(n).copied().unwrap_or_default()))?;
            }
        }
        Ok(())
    }

    /// Brings the header up to date, so that the file is whole if the process ends here.
    ///
    /// # Errors
    /// [`WaveError::Format`] if the medium fails.
    pub fn flush(&mut self) -> Result<(), WaveError> {
        Ok(self.inner.flush()?)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// [`WaveError::Format`] if the medium fails.
    pub fn finish(self) -> Result<(), WaveError> {
        Ok(self.inner.finalize()?)
    }
}

fn quantise(sample: f32) -> i16 {
    (sample * 32_767.0) as i16
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::testing::{Random, level_at, sine};

    fn file(rate: SampleRate, left: &[f32], right: Option<&[f32]>) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut writer = WaveWriter::new(&mut bytes, rate, right.is_some()).unwrap();
        writer.write(left, right).unwrap();
        writer.finish().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn what_was_written_is_read_again() {
        for rate in SampleRate::ALL {
            let tone = sine(440.0, 0.5, rate, 0.2);
            let wave = Wave::read(&file(rate, &tone, None)[..], 100_000).unwrap();

            assert_eq!(wave.rate_hz, rate.hz());
            assert!(wave.samples.iter().zip(&tone).all(|(a, b)| (a - b).abs() < 1e-3));
        }
    }

    #[test]
    fn both_channels_of_a_stereo_file_are_heard() {
        let rate = SampleRate::Hz8000;
        let (left, right) = (sine(440.0, 0.5, rate, 1.0), sine(660.0, 0.5, rate, 1.0));

        let clip = Wave::read(&file(rate, &left, Some(&right))[..], 100_000).unwrap();

        assert!((level_at(&clip.samples, 440.0, rate).0 + 12.04).abs() < 0.2);
        assert!((level_at(&clip.samples, 660.0, rate).0 + 12.04).abs() < 0.2);
    }

    #[test]
    fn a_file_longer_than_allowed_is_refused() {
        let bytes = file(SampleRate::Hz8000, &[0.0; 801], None);

        assert!(matches!(Wave::read(&bytes[..], 800), Err(WaveError::TooLong(800))));
        assert!(Wave::read(&bytes[..], 801).is_ok());
    }

    #[test]
    fn a_compact_disc_recording_becomes_a_clip_at_48_kilohertz() {
        let wave = Wave { rate_hz: 44_100, samples: vec![0.1; 44_100] };

        assert_eq!(wave.to_clip().rate(), SampleRate::Hz48000);
        assert_eq!(wave.to_clip().frames(), 100);
    }

    #[test]
    fn damaged_files_are_errors_and_never_panics() {
        let good = file(SampleRate::Hz16000, &sine(440.0, 0.5, SampleRate::Hz16000, 0.02), None);
        let mut random = Random::new(11);
        let mut refused = 0;
        for _ in 0..20_000 {
            let mut bytes = good.clone();
            random.mutate(&mut bytes);
            match Wave::read(&bytes[..], 10_000) {
                Ok(wave) => assert!(wave.samples.iter().all(|s| s.is_finite() && s.abs() <= 1.0)),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 1000);
    }
}
