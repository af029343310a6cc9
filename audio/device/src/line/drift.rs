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

/// The control loop.
#[derive(Debug)]
pub(super) struct Drift {
    lowest: usize,
    readings: usize,
    lasting_ppm: f64,
}

impl Drift {
    pub(super) fn new() -> Self {
        Self { lowest: usize::MAX, readings: 0, lasting_ppm: 0.0 }
    }

    /// Notes how many samples were left after a read; once per window says how many parts per million
    /// more to read than nominal.
    pub(super) fn note(&mut self, samples_left: usize) -> Option<f64> {
        self.lowest = self.lowest.min(samples_left);
        self.readings += 1;
        if self.readings < WINDOW {
            return None;
        }
        let error = self.lowest as f64 - MARGIN as f64;
        self.lowest = usize::MAX;
        self.readings = 0;
        self.lasting_ppm = (self.lasting_ppm + INTEGRAL * error).clamp(-LIMIT_PPM, LIMIT_PPM);
        Some((self.lasting_ppm + PROPORTIONAL * error).clamp(-LIMIT_PPM, LIMIT_PPM))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of readings against a microphone that is `ppm` too fast; gives what was left at the end.
    fn run(drift: &mut Drift, ppm: f64, seconds: usize) -> f64 {
        let mut left = 400.0;
        let mut correction = 0.0;
        for reading in 0..seconds * 100 {
            left += 480.0 * (ppm - correction) * 1e-6;
            let bursty = if reading % 2 == 0 { 480.0 } else { 0.0 };
            if let Some(ppm) = drift.note((left + bursty).max(0.0) as usize) {
                correction = ppm;
            }
        }
        left
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
