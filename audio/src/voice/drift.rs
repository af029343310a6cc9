//! Measures by how much the microphone's clock differs from the loudspeaker's.
//!
//! Two sound devices never run at quite the same rate; 200 parts per million cost the echo canceller
//! 30 dB. The fill level of the buffer between the clocks is the measure: a slow proportional and integral
//! loop finds the ratio at which it stays where it should.

/// Estimates the drift from a fill level that is reported once per 10 ms.
#[derive(Debug, Clone)]
pub struct DriftEstimator {
    target: f64,
    smoothed: Option<f64>,
    integral_ppm: f64,
}

/// No two crystals differ by more.
const LARGEST_PPM: f64 = 500.0;
/// Callbacks arrive in lumps of up to 20 ms: the fill level is averaged over about two seconds.
const SMOOTHING: f64 = 1.0 / 200.0;
/// The loop's own frequency is 0.05 rad/s, critically damped, at 0.048 samples per second and ppm.
const PROPORTIONAL: f64 = 2.1;
const INTEGRAL_PER_FRAME: f64 = 0.052 / 100.0;

impl DriftEstimator {
    /// An estimator that keeps this many samples (at 48 kHz) in the buffer on average.
    pub fn new(target_samples: usize) -> Self {
        Self { target: target_samples as f64, smoothed: None, integral_ppm: 0.0 }
    }

    /// Takes the fill level of the buffer and returns the drift in parts per million: positive if the
    /// filling clock is fast. Give it to [`crate::resample::AdaptiveResampler::set_drift`].
    pub fn observe(&mut self, fill_samples: usize) -> f64 {
        let fill = fill_samples as f64;
        let smoothed = self.smoothed.map_or(fill, |smoothed| smoothed + (fill - smoothed) * SMOOTHING);
        self.smoothed = Some(smoothed);
        let error = smoothed - self.target;
        let wanted = self.integral_ppm + error * PROPORTIONAL;
        let drift = wanted.clamp(-LARGEST_PPM, LARGEST_PPM);
        // At its bound the loop cannot do more: learning from that would make it overshoot.
        if wanted == drift {
            let integral = self.integral_ppm + error * INTEGRAL_PER_FRAME;
            self.integral_ppm = integral.clamp(-LARGEST_PPM, LARGEST_PPM);
        }
        drift
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Random;

    /// Three minutes of a microphone whose clock is off; returns the last estimates and fill levels.
    fn run(ppm: f64) -> (Vec<f64>, Vec<usize>) {
        let mut random = Random::new(8);
        let mut estimator = DriftEstimator::new(960);
        let mut delivered = 1_440usize;
        let (mut captured, mut used) = (0.0f64, 0.0f64);
        let (mut estimates, mut fills) = (Vec::new(), Vec::new());
        let mut held_back = false;
        for tick in 0..18_000 {
            captured += 480.0 * (1.0 + ppm * 1e-6);
            held_back = !held_back && random.below(3) == 0;
            if !held_back {
                delivered = 1_440 + captured as usize;
            }
            // A resampler that follows the estimate takes so much for each frame that it makes.
            let buffer = delivered - used as usize;
            let drift = estimator.observe(buffer);
            used += 480.0 * (1.0 + drift * 1e-6);
            if tick > 12_000 {
                estimates.push(drift);
                fills.push(buffer);
            }
        }
        (estimates, fills)
    }

    #[test]
    fn the_drift_is_found_and_the_buffer_stays_level() {
        for ppm in [-200.0, 0.0, 350.0] {
            let (estimates, fills) = run(ppm);

            let mean = estimates.iter().sum::<f64>() / estimates.len() as f64;
            assert!((mean - ppm).abs() < 25.0, "{ppm}: {mean}");
            let fill = fills.iter().sum::<usize>() as f64 / fills.len() as f64;
            assert!((240.0..1440.0).contains(&fill), "{ppm}: {fill}");
            assert!(fills.iter().all(|fill| *fill < 4_800), "{ppm}");
        }
    }

    #[test]
    fn the_estimate_is_bounded_whatever_the_buffer_does() {
        let mut estimator = DriftEstimator::new(960);

        assert!((0..10_000).all(|_| estimator.observe(1_000_000) <= 500.0));
        assert!((0..100_000).all(|_| estimator.observe(0) >= -500.0));
    }
}
