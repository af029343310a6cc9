//! One loudness for every sound, so that no caller's ear is hurt by one and another is lost in the noise of the line.
//!
//! The measure is the active level: the root mean square over those blocks in which something is heard, as ITU-T P.56
//! measures speech, with blocks of 20 ms in the place of its envelope and its margin of 15.9 dB. Pauses count for
//! nothing. The aim is the level of the exchange's own announcements and music, -23 dBov; peaks stay below -3 dBov, and
//! what is very soft is raised by 30 dB at most, for beyond that it is mostly noise.

use audio::{Decibel, level};

/// 20 ms.
const BLOCK: usize = super::RATE.frame_samples() * 2;
/// As loud as the exchange's own announcements.
const AIM: Decibel = Decibel(-23.0);
/// No peak beyond this.
const PEAK: Decibel = Decibel(-3.0);
/// Most that is added.
const MOST_GAIN: Decibel = Decibel(30.0);
/// What is softer is silence, whatever else there is.
const SILENCE: Decibel = Decibel(-65.0);
/// What is so much softer than the rest is a pause (ITU-T P.56).
const MARGIN: Decibel = Decibel(-15.9);

/// Raises or lowers all of it by one factor; silence stays as it is.
pub(super) fn even_out(samples: &mut [f32]) {
    let Some(active) = active_level(samples) else { return };
    let wanted = AIM.amplitude() / active;
    let headroom = PEAK.amplitude() / level::peak(samples).amplitude();
    let gain = wanted.min(headroom).min(MOST_GAIN.amplitude());
    samples.iter_mut().for_each(|sample| *sample *= gain);
}

/// The amplitude of the active level; nothing when all is silence.
fn active_level(samples: &[f32]) -> Option<f32> {
    let powers: Vec<f32> = samples.chunks(BLOCK).map(power).collect();
    let heard = mean_above(&powers, SILENCE.amplitude().powi(2))?;
    mean_above(&powers, heard * MARGIN.amplitude().powi(2)).map(f32::sqrt)
}

fn power(block: &[f32]) -> f32 {
    block.iter().map(|sample| sample * sample).sum::<f32>() / block.len() as f32
}

fn mean_above(powers: &[f32], threshold: f32) -> Option<f32> {
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for power in powers.iter().filter(|power| **power > threshold) {
        sum += f64::from(*power);
        count += 1;
    }
    if count == 0 { None } else { Some((sum / f64::from(count)) as f32) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(amplitude: f32, seconds: f32) -> Vec<f32> {
        let count = (seconds * 16_000.0) as usize;
        (0..count).map(|n| amplitude * (n as f32 * 440.0 / 16_000.0 * std::f32::consts::TAU).sin()).collect()
    }

    fn level_of(samples: &[f32]) -> f32 {
        level::rms(samples).0
    }

    #[test]
    fn loud_and_soft_sounds_become_as_loud_as_the_announcements() {
        for amplitude in [0.9, 0.1, 0.01] {
            let mut sound = tone(amplitude, 1.0);

            even_out(&mut sound);

            assert!((level_of(&sound) - AIM.0).abs() < 0.1, "{amplitude}: {}", level_of(&sound));
        }
    }

    #[test]
    fn pauses_count_for_nothing() {
        let mut sound = [tone(0.5, 1.0), vec![0.0; 16_000 * 9], tone(0.000_5, 2.0)].concat();

        even_out(&mut sound);

        assert!((level_of(&sound[..16_000]) - AIM.0).abs() < 0.1, "{}", level_of(&sound[..16_000]));
    }

    #[test]
    fn a_single_bang_bounds_the_gain_and_nothing_goes_beyond_full_scale() {
        let mut sound = tone(0.01, 5.0);
        sound[100] = 1.0;

        even_out(&mut sound);

        assert!((level::peak(&sound).0 - PEAK.0).abs() < 0.1);
    }

    #[test]
    fn noise_is_not_blown_up_and_silence_stays_silence() {
        let mut noise = tone(0.001, 1.0);
        even_out(&mut noise);
        assert!((level_of(&noise) - (-63.0 + 30.0)).abs() < 0.1, "{}", level_of(&noise));

        for mut silence in [vec![0.0; 16_000], Vec::new(), vec![0.000_1; 3_000]] {
            let before = silence.clone();
            even_out(&mut silence);
            assert_eq!(silence, before);
        }
    }
}
