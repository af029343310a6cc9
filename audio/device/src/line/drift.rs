//! Keeps two sound cards in step: how much faster to read a microphone than its nominal rate.
//!
//! No two crystals agree; 200 parts per million is common, 10 samples a second. The loop watches the
//! smallest number of samples left in the ring over half a second, because large and uneven callbacks
//! hide the drift in every single reading. An echo canceller loses 30 dB without this.

/// Readings per window: half a second of 10 ms frames.
const WINDOW: usize = 50;
/// Samples that should be left at the worst moment: 3 ms.
pub(super) const MARGIN: usize = 144;
/// Parts per million per sample of error: an error is worked off in about two seconds.
const PROPORTIONAL: f64 = 10.0;
/// Parts per million per sample of error and window: finds the lasting drift.
const INTEGRAL: f64 = 0.5;
/// Half a per cent is 9 cents: nobody hears it, and 10 ms too much are gone in two seconds.
const LIMIT_PPM: f64 = 5_000.0;
/// No crystal is worse: what looks like more is a stall, and must not be remembered as drift.
const LASTING_PPM: f64 = 1_000.0;
/// More than this too much, 20 ms, is what a stall left. Worked off slowly it would bend the delay that an echo
/// canceller has learnt for many seconds; left out at once it is learnt anew within one.
const BACKLOG: usize = 960;

/// The control loop.
#[derive(Debug)]
pub(super) struct Drift {
    lowest: usize,
    readings: usize,
    lasting_ppm: f64,
}

/// What to do about the samples that are left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Advice {
    /// Read so many parts per million more than nominal.
    Nudge(f64),
    /// Leave out so many samples now.
    Skip(usize),
}

impl Drift {
    pub(super) fn new() -> Self {
        Self { lowest: usize::MAX, readings: 0, lasting_ppm: 0.0 }
    }

    /// Notes how many samples were left after a read; once per window says what to do about them.
    pub(super) fn note(&mut self, samples_left: usize) -> Option<Advice> {
        self.lowest = self.lowest.min(samples_left);
        self.readings += 1;
        if self.readings < WINDOW {
            return None;
        }
        let lowest = std::mem::replace(&mut self.lowest, usize::MAX);
        self.readings = 0;
        let too_much = lowest.saturating_sub(MARGIN);
        if too_much > BACKLOG {
            return Some(Advice::Skip(too_much));
        }
        let error = lowest as f64 - MARGIN as f64;
        self.lasting_ppm = (self.lasting_ppm + INTEGRAL * error).clamp(-LASTING_PPM, LASTING_PPM);
        let ppm = (self.lasting_ppm + PROPORTIONAL * error).clamp(-LIMIT_PPM, LIMIT_PPM);
        Some(Advice::Nudge(ppm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of readings against a microphone that is `ppm` too fast; gives what was left at the end.
    fn run(drift: &mut Drift, ppm: f64, seconds: usize) -> f64 {
        run_from(400.0, drift, ppm, seconds)
    }

    /// The same, beginning with so many samples left.
    fn run_from(mut left: f64, drift: &mut Drift, ppm: f64, seconds: usize) -> f64 {
        let mut correction = 0.0;
        for reading in 0..seconds * 100 {
            left += 480.0 * (ppm - correction) * 1e-6;
            let bursty = if reading % 2 == 0 { 480.0 } else { 0.0 };
            match drift.note((left + bursty).max(0.0) as usize) {
                Some(Advice::Nudge(ppm)) => correction = ppm,
                Some(Advice::Skip(samples)) => left -= samples as f64,
                None => {}
            }
        }
        left
    }

    #[test]
    fn what_a_stall_left_is_gone_at_once_and_is_not_taken_for_drift() {
        let mut drift = Drift::new();
        run(&mut drift, 50.0, 60);

        let left = run_from(MARGIN as f64 + 3_400.0, &mut drift, 50.0, 2);

        assert!((left - MARGIN as f64).abs() < 10.0, "left {left}");
        assert!((drift.lasting_ppm - 50.0).abs() < 10.0, "taken for drift: {}", drift.lasting_ppm);
    }

    #[test]
    fn a_fast_microphone_is_found_within_a_minute() {
        let mut drift = Drift::new();

        let left = run(&mut drift, 200.0, 60);

        assert!((drift.lasting_ppm - 200.0).abs() < 10.0, "found {}", drift.lasting_ppm);
        assert!((left - MARGIN as f64).abs() < 10.0, "left {left}");
    }

    #[test]
    fn a_slow_microphone_is_found_too() {
        let mut drift = Drift::new();

        run(&mut drift, -300.0, 60);

        assert!((drift.lasting_ppm + 300.0).abs() < 15.0, "found {}", drift.lasting_ppm);
    }
}
