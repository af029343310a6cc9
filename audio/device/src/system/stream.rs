//! Opens one stream of a sound card and couples it to our callbacks.
//!
//! Samples of other types pass through a small buffer on the callback's stack, so that nothing is
//! allocated there.

use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{ErrorKind, FromSample, Sample, SampleFormat, SizedSample};

use super::format::{Format, best};
use crate::{CaptureCallback, DeviceError, Direction, Health, OpenStream, PlayoutCallback, Stream};

/// A sound system that takes longer to open a device is treated as broken.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(3));
/// Samples converted at once, all channels together.
const CHUNK: usize = 2_048;

/// A stream of the library; it ends when dropped.
struct Running {
    _stream: cpal::Stream,
}

impl Stream for Running {}

/// Opens and starts a microphone.
pub(super) fn capture(device: &cpal::Device, callback: CaptureCallback) -> Result<OpenStream, DeviceError> {
    let offered = device.supported_input_configs().map_err(explain)?;
    let format = best(offered, Direction::Capture).ok_or_else(no_format)?;
    let stream = if format.samples == SampleFormat::I16 {
        capture_as::<i16>(device, format, callback)
    } else if format.samples == SampleFormat::I32 {
        capture_as::<i32>(device, format, callback)
    } else {
        capture_as::<f32>(device, format, callback)
    };
    start(stream.map_err(explain)?, format)
}

/// Opens and starts a loudspeaker.
pub(super) fn playout(device: &cpal::Device, callback: PlayoutCallback) -> Result<OpenStream, DeviceError> {
    let offered = device.supported_output_configs().map_err(explain)?;
    let format = best(offered, Direction::Playout).ok_or_else(no_format)?;
    let stream = if format.samples == SampleFormat::I16 {
        playout_as::<i16>(device, format, callback)
    } else if format.samples == SampleFormat::I32 {
        playout_as::<i32>(device, format, callback)
    } else {
        playout_as::<f32>(device, format, callback)
    };
    start(stream.map_err(explain)?, format)
}

fn start(stream: cpal::Stream, format: Format) -> Result<OpenStream, DeviceError> {
    stream.play().map_err(explain)?;
    Ok(OpenStream { stream: Box::new(Running { _stream: stream }), sample_rate: format.config.sample_rate })
}

fn no_format() -> DeviceError {
    DeviceError::Format("it offers neither float nor 16 or 32 bit samples".into())
}

fn capture_as<T>(
    device: &cpal::Device,
    format: Format,
    mut callback: CaptureCallback,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(format.config.channels).max(1);
    let whole = CHUNK / channels * channels;
    let faults = Arc::clone(callback.health());
    device.build_input_stream(
        format.config,
        move |samples: &[T], _| {
            let mut buffer = [0.0; CHUNK];
            for part in samples.chunks(whole) {
                let Some(converted) = buffer.get_mut(..part.len()) else { return };
                for (slot, sample) in converted.iter_mut().zip(part) {
                    *slot = f32::from_sample(*sample);
                }
                callback.process(converted, channels);
            }
        },
        move |error| note(&faults, &error),
        PATIENCE,
    )
}

fn playout_as<T>(
    device: &cpal::Device,
    format: Format,
    mut callback: PlayoutCallback,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + FromSample<f32>,
{
    let channels = usize::from(format.config.channels).max(1);
    let whole = CHUNK / channels * channels;
    let faults = Arc::clone(callback.health());
    device.build_output_stream(
        format.config,
        move |samples: &mut [T], _| {
            let mut buffer = [0.0; CHUNK];
            for part in samples.chunks_mut(whole) {
                let Some(made) = buffer.get_mut(..part.len()) else { return };
                callback.process(made, channels);
                for (slot, sample) in part.iter_mut().zip(made) {
                    *slot = T::from_sample(*sample);
                }
            }
        },
        move |error| note(&faults, &error),
        PATIENCE,
    )
}

/// Files what the sound system reports while a stream runs; may be called on its real-time thread.
fn note(health: &Health, error: &cpal::Error) {
    let kind = error.kind();
    if kind == ErrorKind::Xrun {
        health.count_device_glitch();
    } else if ![ErrorKind::RealtimeDenied, ErrorKind::DeviceChanged, ErrorKind::DeviceBusy].contains(&kind) {
        // In those three the stream goes on: without priority, or on the device it was moved to.
        health.mark_lost();
    }
}

/// The library's error in our words.
pub(super) fn explain(error: cpal::Error) -> DeviceError {
    let (kind, text) = (error.kind(), error.to_string());
    if kind == ErrorKind::DeviceBusy {
        DeviceError::Busy
    } else if kind == ErrorKind::PermissionDenied {
        DeviceError::NotAllowed
    } else if kind == ErrorKind::HostUnavailable {
        DeviceError::NoSoundSystem(text)
    } else if kind == ErrorKind::UnsupportedConfig {
        DeviceError::Format(text)
    } else {
        DeviceError::Other(text)
    }
}
