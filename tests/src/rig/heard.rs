//! A piece of sound, and what can be measured in it: tones, gaps and clicks.

use std::time::Duration;

/// A piece of sound.
#[derive(Debug, Clone)]
pub struct Heard {
    samples: Vec<f32>,
    rate: u32,
}

/// Milliseconds over which one measurement of a tone goes.
const PIECE: u32 = 50;
/// Milliseconds over which a gap in a tone is seen.
const SHORT: u32 = 20;
/// Milliseconds from one look for a gap to the next.
const STEP: u32 = 5;

impl Heard {
    /// These samples, so many a second.
    #[must_use]
    pub const fn new(samples: Vec<f32>, rate: u32) -> Self {
        Self { samples, rate }
    }

    /// The samples.
    #[must_use]
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Samples a second.
    #[must_use]
    pub const fn rate(&self) -> u32 {
        self.rate
    }

    /// The amplitude of one frequency (0 to 1) in a piece of it.
    pub(super) fn amplitude(&self, piece: &[f32], hertz: u32) -> f32 {
        narrow(self.goertzel(piece, hertz))
    }

    /// The amplitude of one frequency (0 to 1): the median over pieces of 50 ms.
    ///
    /// In pieces, because a receiver that follows the sender's clock bends a tone by a few hertz, which one
    /// measurement over seconds would take for silence. The median, because where the jitter buffer stretches
    /// or shortens speech there is a little of every frequency for a moment.
    #[must_use]
    pub fn strength(&self, hertz: u32) -> f32 {
        let mut pieces: Vec<f64> =
            self.samples.chunks_exact(self.count(PIECE)).map(|piece| self.goertzel(piece, hertz)).collect();
        pieces.sort_by(f64::total_cmp);
        narrow(pieces.get(pieces.len() / 2).copied().unwrap_or_default())
    }

    /// The longest time for which a tone falls to less than a quarter of what it usually is.
    #[must_use]
    pub fn longest_gap(&self, hertz: u32) -> Duration {
        let usual = f64::from(self.strength(hertz));
        let (length, step) = (self.count(SHORT), self.count(STEP));
        let (mut longest, mut now) = (0, 0);
        for piece in self.samples.windows(length).step_by(step) {
            now = if self.goertzel(piece, hertz) < usual / 4.0 { now + 1 } else { 0 };
            longest = longest.max(now);
        }
        Duration::from_millis(u64::from(STEP) * longest)
    }

    /// Root mean square (0 to 1).
    #[must_use]
    pub fn level(&self) -> f32 {
        let sum: f64 = self.samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        narrow((sum / self.samples.len().max(1) as f64).sqrt())
    }

    /// The sharpest bend of the wave: a click is a bend that no tone has.
    ///
    /// The largest second difference. A tone of amplitude A and angular step w bends by A w^2 at most: little
    /// for a voice, a great deal where two pieces do not fit together.
    #[must_use]
    pub fn sharpest_bend(&self) -> f32 {
        self.samples.windows(3).fold(0.0, |most: f32, three| match three {
            [before, here, after] => most.max((before - 2.0 * here + after).abs()),
            _ => most,
        })
    }

    /// Samples in so many milliseconds.
    fn count(&self, milliseconds: u32) -> usize {
        usize::try_from(self.rate * milliseconds / 1_000).unwrap_or(1).max(1)
    }

    /// Goertzel's measure under a Hann window, which keeps a neighbour's tone out.
    fn goertzel(&self, piece: &[f32], hertz: u32) -> f64 {
        let coefficient = 2.0 * (std::f64::consts::TAU * f64::from(hertz) / f64::from(self.rate)).cos();
        let turn = std::f64::consts::TAU / piece.len() as f64;
        // The window's cosine turns by a rotation: one sine per sample would be most of the work.
        let (sine, cosine) = turn.sin_cos();
        let (mut x, mut y) = (1.0_f64, 0.0_f64);
        let (mut last, mut before) = (0.0_f64, 0.0_f64);
        for sample in piece {
            let now = f64::from(*sample) * (0.5 - 0.5 * x) + coefficient * last - before;
            (before, last) = (last, now);
            (x, y) = (x * cosine - y * sine, x * sine + y * cosine);
        }
        let power = last * last + before * before - coefficient * last * before;
        // The window halves a tone, and Goertzel gives half the number of samples.
        4.0 * power.max(0.0).sqrt() / piece.len() as f64
    }
}

#[expect(clippy::cast_possible_truncation, reason = "an amplitude needs no more than seven digits")]
fn narrow(amplitude: f64) -> f32 {
    amplitude as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, amplitude: f32, samples: usize) -> Vec<f32> {
        let step = std::f32::consts::TAU * hertz / 48_000.0;
        (0..samples).map(|n| amplitude * (step * n as f32).sin()).collect()
    }

    #[test]
    fn a_tone_has_its_amplitude_and_its_neighbours_have_none() {
        let heard = Heard::new(tone(1_000.0, 0.5, 48_000), 48_000);

        assert!((heard.strength(1_000) - 0.5).abs() < 0.01, "{}", heard.strength(1_000));
        assert!(heard.strength(600) < 0.5 / 300.0, "{}", heard.strength(600));
    }

    #[test]
    fn a_gap_is_as_long_as_it_is() {
        let mut samples = tone(1_000.0, 0.5, 48_000);
        let whole = Heard::new(samples.clone(), 48_000);
        samples[24_000..26_880].fill(0.0);

        let gap = Heard::new(samples, 48_000).longest_gap(1_000).as_millis();

        assert_eq!(whole.longest_gap(1_000), Duration::ZERO);
        assert!((40..=60).contains(&gap), "a gap of 60 ms looks like {gap} ms");
    }

    #[test]
    fn a_click_bends_the_wave_more_than_any_tone() {
        let mut samples = tone(1_000.0, 0.5, 4_800);
        let smooth = Heard::new(samples.clone(), 48_000).sharpest_bend();
        let jump = tone(1_000.0, 0.5, 4_836).split_off(36);
        samples[2_400..].copy_from_slice(&jump[2_400..]);

        assert!(smooth < 0.01, "{smooth}");
        assert!(Heard::new(samples, 48_000).sharpest_bend() > 5.0 * smooth);
    }
}
