//! Which of a device's formats to use: 48 kHz and float if it can, else the nearest that we convert.
//!
//! A pure choice, so that odd cards can be described in a test.

use cpal::{BufferSize, SampleFormat, StreamConfig, SupportedBufferSize, SupportedStreamConfigRange};

use crate::{Direction, SAMPLE_RATE};

/// A format that we can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) config: StreamConfig,
    pub(super) samples: SampleFormat,
}

/// The best of what a device offers; `None` when we can carry none of it.
pub(super) fn best(
    offered: impl Iterator<Item = SupportedStreamConfigRange>,
    direction: Direction,
) -> Option<Format> {
    offered
        .filter_map(|range| Some((badness(&range, direction)?, range)))
        .min_by_key(|(badness, _)| *badness)
        .map(|(_, range)| {
            let sample_rate = SAMPLE_RATE.clamp(range.min_sample_rate(), range.max_sample_rate());
            let buffer_size =
                BufferSize::Fixed(frames_per_callback(range.buffer_size(), sample_rate, direction));
            let config = StreamConfig { channels: range.channels(), sample_rate, buffer_size };
            Format { config, samples: range.sample_format() }
        })
}

/// Lower is better, compared from left to right: rate, sample type, channels.
fn badness(range: &SupportedStreamConfigRange, direction: Direction) -> Option<(u32, usize, u16)> {
    let carried = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];
    let samples = carried.iter().position(|format| *format == range.sample_format())?;
    let nearest = SAMPLE_RATE.clamp(range.min_sample_rate(), range.max_sample_rate());
    let rate = nearest.abs_diff(SAMPLE_RATE);
    let wanted = match direction {
        Direction::Capture => 1,
        Direction::Playout => 2,
    };
    (range.channels() > 0).then(|| (rate, samples, range.channels().abs_diff(wanted)))
}

/// 10 ms for a loudspeaker, where a late callback is heard; 5 ms for a microphone, where it is not.
fn frames_per_callback(offered: &SupportedBufferSize, sample_rate: u32, direction: Direction) -> u32 {
    let per_second = match direction {
        Direction::Capture => 200,
        Direction::Playout => 100,
    };
    let wanted = sample_rate.div_ceil(per_second);
    match offered {
        SupportedBufferSize::Range { min, max } => wanted.clamp(*min, (*max).max(*min)),
        SupportedBufferSize::Unknown => wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(channels: u16, rates: (u32, u32), samples: SampleFormat) -> SupportedStreamConfigRange {
        let buffer = SupportedBufferSize::Range { min: 64, max: 8_192 };
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, buffer, samples)
    }

    #[test]
    fn a_microphone_is_opened_in_mono_float_at_48_khz_when_it_can() {
        let offered = [
            range(2, (44_100, 96_000), SampleFormat::F32),
            range(1, (8_000, 48_000), SampleFormat::I16),
            range(1, (8_000, 48_000), SampleFormat::F32),
        ];

        let format = best(offered.into_iter(), Direction::Capture).unwrap();

        assert_eq!((format.config.channels, format.config.sample_rate), (1, 48_000));
        assert_eq!(format.samples, SampleFormat::F32);
        assert_eq!(format.config.buffer_size, BufferSize::Fixed(240));
    }

    #[test]
    fn a_narrow_headset_gets_five_milliseconds_of_its_own_rate() {
        let offered = [range(1, (16_000, 16_000), SampleFormat::I16)];

        let format = best(offered.into_iter(), Direction::Capture).unwrap();

        assert_eq!(format.config.sample_rate, 16_000);
        assert_eq!(format.config.buffer_size, BufferSize::Fixed(80));
    }

    #[test]
    fn a_loudspeaker_gets_ten_milliseconds() {
        let offered = [range(2, (48_000, 48_000), SampleFormat::F32)];

        let format = best(offered.into_iter(), Direction::Playout).unwrap();

        assert_eq!(format.config.buffer_size, BufferSize::Fixed(480));
    }

    #[test]
    fn a_card_that_wants_more_gets_its_smallest_buffer() {
        let buffer = SupportedBufferSize::Range { min: 1_024, max: 8_192 };
        let offered = [SupportedStreamConfigRange::new(2, 48_000, 48_000, buffer, SampleFormat::F32)];

        let format = best(offered.into_iter(), Direction::Playout).unwrap();

        assert_eq!(format.config.buffer_size, BufferSize::Fixed(1_024));
    }

    #[test]
    fn a_format_we_cannot_carry_is_not_chosen() {
        assert_eq!(
            best([range(2, (48_000, 48_000), SampleFormat::U8)].into_iter(), Direction::Playout),
            None
        );
    }
}
