//! From the bytes of a file to mono samples, packet by packet, so that no more is ever held than is kept.

use std::io::Cursor;
use std::time::Duration;

use audio::resample::AdaptiveResampler;
use pbx::directory::SoundFormat;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;

use super::{RATE, SoundError};

/// More channels than these are no recording of music or speech, and would take memory for each.
const MOST_CHANNELS: usize = 8;
/// Rates of recordings.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// Decodes a file to mono at our rate. What plays longer than `longest` is refused once so much was decoded.
pub(super) fn decode(file: &[u8], longest: Duration) -> Result<(SoundFormat, Vec<f32>), SoundError> {
    let format = format_of(file).ok_or_else(|| unreadable("it is no WAV, MP3, Ogg or FLAC file"))?;
    let mut reader = reader(file)?;
    let track = reader.default_track(TrackType::Audio).ok_or_else(|| unreadable("it holds no sound"))?;
    let (id, parameters) = (track.id, track.codec_params.as_ref().and_then(|it| it.audio()));
    let mut decoder = decoder(parameters.ok_or_else(|| unreadable("it holds no sound"))?)?;

    let mut mono = Mono::new(longest);
    loop {
        let packet = match reader.next_packet() {
            Ok(Some(packet)) if packet.track_id == id => packet,
            Ok(Some(_)) => continue,
            // A file that was cut off plays as far as it goes, and so does the first of several that were joined.
            Ok(None) | Err(Error::IoError(_) | Error::ResetRequired) => break,
            Err(error) => return Err(unreadable(&error.to_string())),
        };
        match decoder.decode(&packet) {
            Ok(sound) => {
                let (rate, channels) = (sound.spec().rate(), sound.num_planes());
                mono.take(rate, channels, |samples| sound.copy_to_vec_interleaved(samples))?;
            }
            // A damaged packet is a gap, as in any player.
            Err(Error::DecodeError(_) | Error::IoError(_)) => {}
            Err(error) => return Err(unreadable(&error.to_string())),
        }
    }
    mono.finish().map(|samples| (format, samples))
}

/// What the first bytes say.
fn format_of(file: &[u8]) -> Option<SoundFormat> {
    match file {
        [b'R', b'I', b'F', b'F', ..] => Some(SoundFormat::Wav),
        [b'f', b'L', b'a', b'C', ..] => Some(SoundFormat::Flac),
        [b'O', b'g', b'g', b'S', ..] => Some(SoundFormat::Ogg),
        // A tag before the sound, or the eleven set bits with which a frame begins (ISO/IEC 11172-3).
        [b'I', b'D', b'3', ..] => Some(SoundFormat::Mp3),
        [0xFF, second, ..] if second & 0xE0 == 0xE0 => Some(SoundFormat::Mp3),
        _ => None,
    }
}

fn reader(file: &[u8]) -> Result<Box<dyn FormatReader>, SoundError> {
    // It is read from its beginning to its end, so that one that was cut off has an end as well.
    let source = Box::new(ReadOnlySource::new(Cursor::new(file.to_vec())));
    let stream = MediaSourceStream::new(source, MediaSourceStreamOptions::default());
    let (format, metadata) = (FormatOptions::default(), MetadataOptions::default());
    let probed = symphonia::default::get_probe().probe(&Hint::new(), stream, format, metadata);
    probed.map_err(|error| unreadable(&error.to_string()))
}

fn decoder(parameters: &AudioCodecParameters) -> Result<Box<dyn AudioDecoder>, SoundError> {
    check(
        parameters.sample_rate.unwrap_or(RATE.hz()),
        parameters.channels.as_ref().map_or(1, |channels| channels.count()),
    )?;
    let decoder =
        symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default());
    decoder.map_err(|error| unreadable(&error.to_string()))
}

fn check(rate: u32, channels: usize) -> Result<(), SoundError> {
    if RATES.contains(&rate) && (1..=MOST_CHANNELS).contains(&channels) {
        Ok(())
    } else {
        Err(unreadable(&format!("{channels} channels at {rate} Hz are not taken")))
    }
}

fn unreadable(reason: &str) -> SoundError {
    SoundError::Unreadable(reason.to_owned())
}

/// One voice at our rate, made of whatever comes.
struct Mono {
    longest: usize,
    samples: Vec<f32>,
    interleaved: Vec<f32>,
    foreign: Option<Foreign>,
}

/// Sound at another rate, on its way to ours.
struct Foreign {
    rate: u32,
    resampler: AdaptiveResampler,
    taken: u64,
    /// Where it begins in ours.
    start: usize,
}

impl Mono {
    fn new(longest: Duration) -> Self {
        let longest = longest.as_secs() as usize * RATE.hz() as usize;
        Self { longest, samples: Vec::new(), interleaved: Vec::new(), foreign: None }
    }

    /// Takes in what a packet holds.
    fn take(
        &mut self,
        rate: u32,
        channels: usize,
        fill: impl FnOnce(&mut Vec<f32>),
    ) -> Result<(), SoundError> {
        check(rate, channels)?;
        fill(&mut self.interleaved);
        let voice: Vec<f32> = self.interleaved.chunks(channels).map(mixed).collect();
        if self.foreign.as_ref().is_some_and(|foreign| foreign.rate != rate) {
            self.end_foreign();
        }
        if rate == RATE.hz() {
            self.samples.extend(voice);
        } else {
            self.convert(rate, &voice)?;
        }
        if self.samples.len() > self.longest { Err(SoundError::TooLong) } else { Ok(()) }
    }

    fn convert(&mut self, rate: u32, voice: &[f32]) -> Result<(), SoundError> {
        if self.foreign.is_none() {
            let resampler = AdaptiveResampler::new(rate, RATE);
            let resampler = resampler.ok_or_else(|| unreadable(&format!("{rate} Hz are not taken")))?;
            self.foreign = Some(Foreign { rate, resampler, taken: 0, start: self.samples.len() });
        }
        if let Some(foreign) = &mut self.foreign {
            foreign.taken += voice.len() as u64;
            foreign.resampler.push(voice);
            pull(&mut foreign.resampler, &mut self.samples);
        }
        Ok(())
    }

    /// The last of it comes out of the filter, and what the filter put before the first goes.
    fn end_foreign(&mut self) {
        let Some(Foreign { rate, mut resampler, taken, start }) = self.foreign.take() else { return };
        let wanted = (taken * u64::from(RATE.hz())).div_ceil(rate.into()) as usize;
        let delay = resampler.delay();
        while self.samples.len() < start + delay + wanted {
            resampler.push(&vec![0.0; resampler.needed()]);
            if !pull(&mut resampler, &mut self.samples) {
                break;
            }
        }
        let first = (start + delay).min(self.samples.len());
        self.samples.drain(start..first);
        self.samples.truncate(start + wanted);
    }

    fn finish(mut self) -> Result<Vec<f32>, SoundError> {
        self.end_foreign();
        match self.samples.len() {
            0 => Err(unreadable("it holds no sound")),
            length if length > self.longest => Err(SoundError::TooLong),
            _ => Ok(self.samples),
        }
    }
}

/// All channels are heard alike.
fn mixed(frame: &[f32]) -> f32 {
    let within = |sample: &f32| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
    frame.iter().map(within).sum::<f32>() / frame.len() as f32
}

/// Whether anything came.
fn pull(resampler: &mut AdaptiveResampler, samples: &mut Vec<f32>) -> bool {
    let before = samples.len();
    let mut frame = [0.0; RATE.frame_samples()];
    while resampler.pull(&mut frame) {
        samples.extend(frame.map(|sample| sample.clamp(-1.0, 1.0)));
    }
    samples.len() > before
}
