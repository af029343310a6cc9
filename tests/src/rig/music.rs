//! Whether somebody hears the exchange's music on hold, and not something else that sounds.
//!
//! What is heard was coded, resampled and, on a busy machine, stretched and shortened by the jitter buffer, so waves
//! cannot be laid on each other. The notes can: how strong each note of the scale is in every tenth of a second is
//! compared with the music at each of its places.

use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result};

use super::heard::Heard;

/// The white keys of three octaves from G3 on, in hertz: the music has no others.
const NOTES: [u32; 24] = [
    196, 220, 247, 262, 294, 330, 349, 392, 440, 494, 523, 587, 659, 698, 784, 880, 988, 1_047, 1_175, 1_319,
    1_397, 1_568, 1_760, 1_976,
];
/// Milliseconds of a look, and from one to the next.
const LOOK: usize = 100;
const STEP: usize = 50;

/// How much what is heard is like the music: over 0.85 is the music, under 0.7 is speech, tones, noise or silence.
///
/// # Errors
/// When the music cannot be read.
pub(super) fn likeness(heard: &Heard) -> Result<f32> {
    static MUSIC: OnceLock<Vec<f32>> = OnceLock::new();
    let music = match MUSIC.get() {
        Some(music) => music,
        None => {
            let loaded = load()?;
            MUSIC.get_or_init(|| loaded)
        }
    };
    let looks = looks(heard);
    if looks.is_empty() {
        return Ok(0.0);
    }
    let places = music.windows(looks.len()).step_by(NOTES.len());
    Ok(places.map(|place| cosine(&looks, place)).fold(0.0, f32::max))
}

fn load() -> Result<Vec<f32>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/music/hold.wav");
    let file = File::open(&path).with_context(|| format!("open {}", path.display()))?;
    let wave = audio::wave::Wave::read(file, 48_000 * 120).context("read the music")?;
    let mut samples = wave.at(audio::SampleRate::Hz16000);
    // It goes round: what is heard may lie across its end.
    samples.extend_from_within(..4 * 16_000);
    Ok(looks(&Heard::new(samples, 16_000)))
}

/// Every look at a sound, one after the other: the strength of each note, compressed as ears do.
fn looks(heard: &Heard) -> Vec<f32> {
    let per_millisecond = heard.rate() as usize / 1_000;
    let pieces = heard.samples().windows(LOOK * per_millisecond).step_by(STEP * per_millisecond);
    pieces.flat_map(|piece| NOTES.map(|note| heard.amplitude(piece, note).sqrt())).collect()
}

/// The cosine of the angle between two lists: 1 for the same, however loud each is.
fn cosine(one: &[f32], other: &[f32]) -> f32 {
    let (mut both, mut first, mut second) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (a, b) in one.iter().zip(other) {
        both += a * b;
        first += a * a;
        second += b * b;
    }
    let size = (first * second).sqrt();
    if size > f32::EPSILON { both / size } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tones(hertz: &[f32]) -> Heard {
        let at = |n: usize, hertz: &f32| 0.2 * (std::f32::consts::TAU * hertz * n as f32 / 16_000.0).sin();
        Heard::new((0..16_000).map(|n| hertz.iter().map(|hertz| at(n, hertz)).sum()).collect(), 16_000)
    }

    #[test]
    fn the_music_is_known_at_any_place_and_tones_are_none() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/music/hold.wav");
        let wave = audio::wave::Wave::read(File::open(path).unwrap(), 48_000 * 120).unwrap();
        let music = wave.at(audio::SampleRate::Hz8000)[87_654..99_999].to_vec();

        assert!(likeness(&Heard::new(music, 8_000)).unwrap() > 0.9);
        for hertz in [&[425.0][..], &[600.0], &[1_000.0, 1_700.0]] {
            let likeness = likeness(&tones(hertz)).unwrap();
            assert!(likeness < 0.7, "{hertz:?}: {likeness}");
        }
        assert_eq!(likeness(&Heard::new(vec![0.0; 8_000], 8_000)).unwrap(), 0.0);
    }
}
