//! Files of each kind, and files that are none.

use std::f32::consts::TAU;

use super::*;

const WAV: &[u8] = include_bytes!("../../tests/sounds/tone.wav");
const MP3: &[u8] = include_bytes!("../../tests/sounds/tone.mp3");
const OGG: &[u8] = include_bytes!("../../tests/sounds/tone.ogg");
const FLAC: &[u8] = include_bytes!("../../tests/sounds/tone.flac");

/// A WAV file of 8 bits, mono at 8 kHz unless said otherwise.
fn wav(channels: u16, rate: u32, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend(1_u16.to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(rate.to_le_bytes());
    file.extend((rate.wrapping_mul(channels.into())).to_le_bytes());
    file.extend(channels.to_le_bytes());
    file.extend(8_u16.to_le_bytes());
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(data);
    file
}

/// The amplitude of a frequency.
fn strength(samples: &[f32], hz: f32) -> f32 {
    let turn = |n: usize| n as f32 * hz / 16_000.0 * TAU;
    let (sine, cosine) = samples.iter().enumerate().fold((0.0, 0.0), |(sine, cosine), (n, sample)| {
        (sine + sample * turn(n).sin(), cosine + sample * turn(n).cos())
    });
    2.0 * f32::hypot(sine, cosine) / samples.len() as f32
}

#[test]
fn each_kind_of_file_is_read_and_sounds_alike() {
    let kinds = [
        (WAV, SoundFormat::Wav),
        (MP3, SoundFormat::Mp3),
        (OGG, SoundFormat::Ogg),
        (FLAC, SoundFormat::Flac),
    ];
    for (file, format) in kinds {
        let sound = read(file).unwrap();

        assert_eq!(sound.format, format);
        let length = sound.duration().as_millis();
        assert!((380..=500).contains(&length), "{format:?}: {length} ms of 400");
        // The tone of 1000 Hz at -23 dBov has an amplitude of 0.1.
        let middle = &sound.samples[1_600..4_800];
        let (tone, beside) = (strength(middle, 1_000.0), strength(middle, 1_500.0));
        assert!((tone - 0.1).abs() < 0.01 && beside < 0.002, "{format:?}: {tone} {beside}");
    }
}

#[test]
fn what_is_no_sound_is_said_to_be_none() {
    let opus = [b"OggS".as_slice(), &[0; 24], b"OpusHead"].concat();
    for file in
        [b"".as_slice(), b"RIFF", b"fLaC", b"OggS", b"ID3", &[0xFF, 0xFB], b"<html>", &WAV[..44], &opus]
    {
        let refused = read(file).unwrap_err();

        assert!(matches!(refused, SoundError::Unreadable(_)), "{refused:?}");
        let error = ApiError::from(refused);
        assert_eq!((error.status(), error.code), (422, ErrorCode::BadSound));
    }
}

#[test]
fn a_header_at_which_the_reader_of_files_panics_is_refused_like_any_other() {
    let channels = include_bytes!("../../../../tests/fuzz/corpus/sound/wav_of_34_channels");

    assert!(matches!(read(channels), Err(SoundError::Unreadable(_))));
}

#[test]
fn a_file_that_was_cut_off_plays_as_far_as_it_goes() {
    // All of the short Ogg file's sound is one page, which counts whole or not at all.
    for file in [WAV, MP3, FLAC] {
        let sound = read(&file[..file.len() * 4 / 5]).unwrap();

        assert!(sound.duration() < read(file).unwrap().duration());
    }
}

#[test]
fn more_than_ten_minutes_are_refused_and_so_is_a_file_beyond_5_megabytes() {
    let long = wav(1, 8_000, &vec![128; 601 * 8_000]);
    assert_eq!(read(&long).unwrap_err(), SoundError::TooLong);

    let large = vec![0; limits::SOUND_BYTES + 1];
    let refused = read(&large).unwrap_err();
    assert_eq!((refused.code().words().status, refused.code()), (413, ErrorCode::SoundTooLarge));
}

#[test]
fn headers_that_promise_much_take_no_memory() {
    for (channels, rate) in [(65_535, 8_000), (9, 8_000), (0, 8_000), (1, 0), (1, 3_999), (1, u32::MAX)] {
        let refused = read(&wav(channels, rate, &[128; 64])).unwrap_err();

        assert!(matches!(refused, SoundError::Unreadable(_)), "{channels} at {rate}: {refused:?}");
    }
}

#[test]
fn what_is_known_of_a_sound_says_how_much_memory_it_takes() {
    let sound = read(FLAC).unwrap();

    let record = record(SoundId(7), "Toon".to_owned(), FLAC, &sound);

    assert_eq!((record.bytes as usize, record.format), (FLAC.len(), SoundFormat::Flac));
    assert_eq!(record.sha256.len(), 64);
    let held: usize = [16_000, 8_000].iter().map(|rate| record.duration_ms as usize * rate / 1_000 * 2).sum();
    assert_eq!(memory(&record), held);
}
