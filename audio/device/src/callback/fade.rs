//! How a loudspeaker falls silent and comes back without a click.
//!
//! When samples run out, the last 10 ms are played backwards while they fade: the wave goes on from
//! exactly where it was, so there is no step to hear. When samples return, the two are cross-faded.

/// How much of the past is kept, and how long the fade-out lasts: 10 ms at 48 kHz.
const HISTORY: usize = 480;
/// How long the way back in lasts: 2.5 ms at 48 kHz.
const RETURN: usize = 120;

/// Fills gaps in a stream of samples.
#[derive(Debug)]
pub(crate) struct Fade {
    /// What was played lately, as a ring; `newest` is the last sample.
    history: [f32; HISTORY],
    newest: usize,
    /// The history at the start of the gap, newest first.
    tail: [f32; HISTORY],
    gap: usize,
    gain: f32,
}

impl Fade {
    /// A fade that starts in silence, as a stream does.
    pub(crate) fn new() -> Self {
        Self { history: [0.0; HISTORY], newest: 0, tail: [0.0; HISTORY], gap: HISTORY, gain: 0.0 }
    }

    /// A sample that arrived in time; during a return it is mixed with the dying tail.
    pub(crate) fn carry(&mut self, sample: f32) -> f32 {
        if self.gain >= 1.0 {
            return self.remember(sample);
        }
        let mixed = sample * self.gain + self.next_of_tail() * (1.0 - self.gain);
        self.gain = (self.gain + 1.0 / RETURN as f32).min(1.0);
        self.remember(mixed)
    }

    /// A sample for a moment at which none arrived.
    pub(crate) fn bridge(&mut self) -> f32 {
        if self.is_flowing() {
            self.begin_gap();
        }
        let sample = self.next_of_tail();
        self.remember(sample)
    }

    /// Whether sound was flowing until now: the moment a gap begins counts as an underrun.
    pub(crate) fn is_flowing(&self) -> bool {
        self.gain > 0.0
    }

    fn begin_gap(&mut self) {
        let (recent, older) = self.history.split_at(self.newest + 1);
        let backwards = recent.iter().rev().chain(older.iter().rev());
        for (slot, sample) in self.tail.iter_mut().zip(backwards) {
            *slot = *sample;
        }
        self.gap = 0;
        self.gain = 0.0;
    }

    fn next_of_tail(&mut self) -> f32 {
        let Some(sample) = self.tail.get(self.gap) else { return 0.0 };
        let fading = 1.0 - self.gap as f32 / HISTORY as f32;
        self.gap += 1;
        sample * fading
    }

    fn remember(&mut self, sample: f32) -> f32 {
        self.newest = (self.newest + 1) % HISTORY;
        if let Some(slot) = self.history.get_mut(self.newest) {
            *slot = sample;
        }
        sample
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    /// The steepest step between neighbours of a 440 Hz tone of this level at 48 kHz.
    const STEEPEST: f32 = 0.8 * TAU * 440.0 / 48_000.0;

    #[test]
    fn a_gap_makes_no_step_that_the_tone_itself_does_not_make() {
        let mut fade = Fade::new();
        let tone = |n: usize| 0.8 * (TAU * 440.0 * n as f32 / 48_000.0).sin();

        let mut heard: Vec<f32> = (0..4800).map(|n| fade.carry(tone(n))).collect();
        heard.extend((0..700).map(|_| fade.bridge()));
        heard.extend((5500..9000).map(|n| fade.carry(tone(n))));

        let step = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < STEEPEST * 1.3, "a step of {step} is heard as a click");
    }

    #[test]
    fn a_long_gap_ends_in_silence() {
        let mut fade = Fade::new();
        for _ in 0..960 {
            fade.carry(0.5);
        }

        let last = (0..=HISTORY).map(|_| fade.bridge()).last();

        assert_eq!(last, Some(0.0));
        assert!(!fade.is_flowing());
    }

    #[test]
    fn a_short_gap_returns_to_the_sound_within_its_fade() {
        let mut fade = Fade::new();
        for _ in 0..960 {
            fade.carry(0.5);
        }
        for _ in 0..40 {
            fade.bridge();
        }

        let back: Vec<f32> = (0..=RETURN).map(|_| fade.carry(0.5)).collect();

        assert!((back[RETURN] - 0.5).abs() < 1e-3);
        assert!(back.iter().all(|sample| (0.3..=0.5001).contains(sample)));
    }
}
