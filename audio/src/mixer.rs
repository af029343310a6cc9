//! Adds up what one listener hears, and keeps the sum within full scale.
//!
//! Each listener has its own sum over the sources of its row of the gain matrix (N - 1 mixing): nobody's
//! own voice comes back, and a whisper reaches one ear only.

/// Adds a source to a mix at a gain; the shorter slice decides how far.
pub fn add(mix: &mut [f32], source: &[f32], gain: f32) {
    if gain == 1.0 {
        mix.iter_mut().zip(source).for_each(|(sum, sample)| *sum += sample);
    } else {
        mix.iter_mut().zip(source).for_each(|(sum, sample)| *sum += sample * gain);
    }
}

/// The soft end of a sound that a mix loses, which would click if it broke off.
///
/// The sound goes on for half a frame, mirrored around its last sample, so that neither its value nor its slope
/// jumps, and fades.
#[derive(Debug, Clone, Default)]
pub struct Ending {
    samples: Vec<f32>,
}

impl Ending {
    /// What was heard last of a sound, at its gain in the mix.
    pub fn begin(&mut self, frame: &[f32], gain: f32) {
        let Some((last, before)) = frame.split_last() else { return };
        let length = frame.len() / 2;
        self.samples.resize(length, 0.0);
        for (n, (sample, mirrored)) in self.samples.iter_mut().zip(before.iter().rev()).enumerate() {
            let weight = 0.5 + 0.5 * (std::f32::consts::PI * (n + 1) as f32 / (length + 1) as f32).cos();
            *sample += gain * weight * (2.0 * last - mirrored);
        }
    }

    /// Adds it to the next frame of the mix; then it is over.
    pub fn play(&mut self, mix: &mut [f32]) {
        add(mix, &self.samples, 1.0);
        self.samples.clear();
    }
}

/// Turns a mix down while it is too loud: at once, and back within a quarter of a second.
#[derive(Debug, Clone)]
pub struct Limiter {
    gain: f32,
}

/// The loudest peak that leaves the limiter.
const CEILING: f32 = 0.95;
/// The part of the missing gain that returns in each frame.
const RELEASE: f32 = 0.12;

impl Default for Limiter {
    fn default() -> Self {
        Self { gain: 1.0 }
    }
}

impl Limiter {
    /// Limits one frame in place.
    pub fn process(&mut self, frame: &mut [f32]) {
        let peak = frame.iter().fold(0.0f32, |peak, s| peak.max(s.abs()));
        if peak <= CEILING && self.gain == 1.0 {
            return;
        }
        let allowed = if peak > CEILING { CEILING / peak } else { 1.0 };
        let released = self.gain + (1.0 - self.gain) * RELEASE;
        let target = if released > 0.999 { allowed.min(1.0) } else { allowed.min(released) };
        let ramp = frame.len().div_ceil(4).max(1);
        let step = (target - self.gain) / ramp as f32;
        for (n, sample) in frame.iter_mut().enumerate() {
            let gain = if n < ramp { self.gain + step * n as f32 } else { target };
            *sample = (*sample * gain).clamp(-CEILING, CEILING);
        }
        self.gain = target;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::SampleRate;
    use crate::testing::{level_at, sine};

    #[test]
    fn two_loud_voices_do_not_clip() {
        let rate = SampleRate::Hz16000;
        let mut mix = sine(440.0, 0.9, rate, 1.0);
        add(&mut mix, &sine(660.0, 0.9, rate, 1.0), 1.0);
        let mut limiter = Limiter::default();

        mix.chunks_mut(160).for_each(|frame| limiter.process(frame));

        let settled = &mix[8000..];
        assert!(settled.iter().all(|s| s.abs() <= CEILING));
        assert!((level_at(settled, 440.0, rate).0 - level_at(settled, 660.0, rate).0).abs() < 0.5);
        assert!(level_at(settled, 440.0 * 3.0, rate).0 < -40.0, "no distortion");
    }

    #[test]
    fn a_quiet_mix_is_left_alone() {
        let voice = sine(440.0, 0.3, SampleRate::Hz8000, 0.1);
        let mut mix = voice.clone();

        Limiter::default().process(&mut mix);

        assert_eq!(mix, voice);
    }

    #[test]
    fn the_limiter_lets_go_after_a_bang() {
        let mut limiter = Limiter::default();
        limiter.process(&mut [1.9; 80]);
        (0..60).for_each(|_| limiter.process(&mut [0.1; 80]));

        let mut quiet = [0.1; 80];
        limiter.process(&mut quiet);

        assert!(quiet.iter().all(|s| (s - 0.1).abs() < 1e-3));
    }

    #[test]
    fn a_sound_that_a_mix_loses_ends_without_a_click() {
        let rate = SampleRate::Hz16000;
        let tone = sine(440.0, 0.5, rate, 0.1);
        for cut in 160..320 {
            let mut ending = Ending::default();
            ending.begin(&tone[cut - 160..cut], 1.0);
            let mut after = [0.0; 160];
            ending.play(&mut after);

            let whole = [&tone[..cut], &after].concat();
            let bend =
                |pcm: &[f32]| pcm.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max);
            assert!(bend(&whole) < 1.6 * bend(&tone), "{cut}: {} of {}", bend(&whole), bend(&tone));
            assert!(after[80..].iter().all(|sample| *sample == 0.0));
        }
    }

    #[test]
    fn a_gain_of_minus_six_decibel_halves_a_source() {
        let mut mix = [0.25; 4];

        add(&mut mix, &[0.5; 4], 0.5);

        assert_eq!(mix, [0.5; 4]);
    }
}
