//! Plays sound a little faster or slower without changing its pitch: one period is left out or repeated,
//! and the seam is faded over.

use crate::frame::{MAX_FRAME_SAMPLES, SampleRate};
use crate::level;
use crate::resample::dot;

/// Pitch periods that are tried: 2.5 ms to 15 ms.
const SHORTEST_PERIOD: u32 = 400;
const LONGEST_FRAMES: f32 = 1.5;
/// Similarity of two periods below which a seam is audible.
const SIMILAR: f32 = 0.6;
/// In sound as quiet as this (dBFS) no seam is audible.
const QUIET_DB: f32 = -55.0;

/// Leaves out one period at the beginning of at least 30 ms of sound; returns the samples removed, 0 if no
/// place was found. `urgent` accepts any place.
pub(super) fn shorten(pcm: &mut Vec<f32>, rate: SampleRate, urgent: bool) -> usize {
    let frame = rate.frame_samples();
    if pcm.len() < 3 * frame {
        return 0;
    }
    let longest = (frame as f32 * LONGEST_FRAMES) as usize;
    let Some(lag) = period(pcm, rate, longest, urgent) else { return 0 };
    let fade = frame / 2;
    for n in 0..fade {
        let weight = n as f32 / fade as f32;
        pcm[lag + n] = pcm[n] * (1.0 - weight) + pcm[lag + n] * weight;
    }
    pcm.drain(..lag);
    lag
}

/// Repeats one period at the beginning of at least 20 ms of sound; returns the samples inserted.
pub(super) fn lengthen(pcm: &mut Vec<f32>, rate: SampleRate) -> usize {
    let frame = rate.frame_samples();
    if pcm.len() < 2 * frame {
        return 0;
    }
    let Some(lag) = period(pcm, rate, frame, false) else { return 0 };
    let (fade, length) = (frame / 2, pcm.len());
    let mut seam = [0.0; MAX_FRAME_SAMPLES / 2];
    for (n, sample) in seam.iter_mut().take(fade).enumerate() {
        let weight = n as f32 / fade as f32;
        *sample = pcm[lag + n] * (1.0 - weight) + pcm[n] * weight;
    }
    pcm.resize(length + lag, 0.0);
    pcm.copy_within(fade..length, lag + fade);
    pcm[lag..lag + fade].copy_from_slice(&seam[..fade]);
    lag
}

/// The best period at the beginning of the sound, if a seam there is inaudible.
fn period(pcm: &[f32], rate: SampleRate, longest: usize, urgent: bool) -> Option<usize> {
    let overlap = rate.frame_samples() / 2;
    let template = &pcm[..overlap];
    let stride = (rate.hz() / 8_000) as usize;
    let shortest = (rate.hz() / SHORTEST_PERIOD) as usize;
    let similarity = |lag: usize| {
        let other = &pcm[lag..lag + overlap];
        let norm = (dot(template, template) * dot(other, other)).sqrt();
        if norm < 1e-9 { 1.0 } else { dot(template, other) / norm }
    };
    let best = |lags: &mut dyn Iterator<Item = usize>| {
        lags.map(|lag| (similarity(lag), lag)).max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let (_, coarse) = best(&mut (shortest..=longest).step_by(stride))?;
    let fine = coarse.saturating_sub(stride).max(shortest)..=(coarse + stride).min(longest);
    let (score, lag) = best(&mut fine.into_iter())?;
    let acceptable = urgent || score > SIMILAR || level::rms(&pcm[..lag + overlap]).0 < QUIET_DB;
    acceptable.then_some(lag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{level_at, sine, speech_like, steepest};

    #[test]
    fn a_shortened_tone_keeps_its_pitch_and_has_no_click() {
        for rate in SampleRate::ALL {
            let mut pcm = sine(300.0, 0.5, rate, 0.1);
            let (before, own) = (pcm.len(), steepest(&pcm));

            let removed = shorten(&mut pcm, rate, false);

            assert!(removed > 0 && pcm.len() == before - removed);
            assert!(steepest(&pcm) < own * 1.3, "{rate:?}");
            assert!((level_at(&pcm, 300.0, rate).0 + 6.0).abs() < 1.0);
        }
    }

    #[test]
    fn a_lengthened_tone_keeps_its_pitch_and_has_no_click() {
        for rate in SampleRate::ALL {
            let mut pcm = sine(300.0, 0.5, rate, 0.1);
            let (before, own) = (pcm.len(), steepest(&pcm));

            let inserted = lengthen(&mut pcm, rate);

            assert!(inserted > 0 && pcm.len() == before + inserted);
            assert!(steepest(&pcm) < own * 1.3, "{rate:?} {}", steepest(&pcm) / own);
            assert!((level_at(&pcm, 300.0, rate).0 + 6.0).abs() < 1.0);
        }
    }

    #[test]
    fn noise_is_cut_only_when_it_is_urgent() {
        let mut random = crate::testing::Random::new(1);
        let mut noise: Vec<f32> = (0..480).map(|_| random.signed() * 0.3).collect();

        assert_eq!(shorten(&mut noise.clone(), SampleRate::Hz16000, false), 0);
        assert!(shorten(&mut noise, SampleRate::Hz16000, true) > 0);
    }

    #[test]
    fn too_little_sound_is_left_alone() {
        let mut pcm = speech_like(SampleRate::Hz8000, 0.01);

        assert_eq!(
            (shorten(&mut pcm, SampleRate::Hz8000, true), lengthen(&mut pcm, SampleRate::Hz8000)),
            (0, 0)
        );
    }
}
