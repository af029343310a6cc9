//! Loudness: decibels, the level of a frame, and a meter for people to look at.
//!
//! 0 dBFS is a full-scale sine's peak amplitude of 1.0; RMS levels are relative to a full-scale square
//! wave, so a full-scale sine reads -3.01 dBFS.

/// A ratio of amplitudes in decibel: 0 leaves a signal as it is, -6.02 halves it.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Decibel(pub f32);

impl Decibel {
    /// Leaves the signal as it is.
    pub const UNITY: Self = Self(0.0);

    /// The level reported for digital silence.
    pub const SILENCE: Self = Self(-100.0);

    /// The factor by which amplitudes are multiplied.
    pub fn amplitude(self) -> f32 {
        10f32.powf(self.0 / 20.0)
    }

    /// The level of an amplitude relative to 1.0, at least [`Decibel::SILENCE`].
    pub fn from_amplitude(amplitude: f32) -> Self {
        Self((20.0 * amplitude.abs().max(1e-10).log10()).max(Self::SILENCE.0))
    }
}

/// The root-mean-square level of samples in dBFS; an empty slice is silence.
pub fn rms(samples: &[f32]) -> Decibel {
    if samples.is_empty() {
        return Decibel::SILENCE;
    }
    let energy: f32 = samples.iter().map(|s| s * s).sum();
    Decibel::from_amplitude((energy / samples.len() as f32).sqrt())
}

/// The highest absolute sample in dBFS.
pub fn peak(samples: &[f32]) -> Decibel {
    Decibel::from_amplitude(samples.iter().fold(0.0, |peak, s| s.abs().max(peak)))
}

/// A level meter with the ballistics of a peak programme meter: it rises at once and falls 20 dB in 1.5 s.
#[derive(Debug, Clone, Copy)]
pub struct Meter {
    level_db: f32,
}

/// Fall of the meter per frame of 10 ms.
const FALL_DB_PER_FRAME: f32 = 20.0 / 150.0;

impl Default for Meter {
    fn default() -> Self {
        Self { level_db: Decibel::SILENCE.0 }
    }
}

impl Meter {
    /// Shows one frame of 10 ms and returns the new reading.
    pub fn observe(&mut self, frame: &[f32]) -> Decibel {
        self.level_db = rms(frame).0.max(self.level_db - FALL_DB_PER_FRAME).max(Decibel::SILENCE.0);
        self.reading()
    }

    /// The present reading in dBFS.
    pub fn reading(&self) -> Decibel {
        Decibel(self.level_db)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_scale_sine_reads_three_decibel_below_a_square() {
        let sine: Vec<f32> = (0..480).map(|n| (n as f32 * std::f32::consts::TAU / 48.0).sin()).collect();

        assert!((rms(&sine).0 + 3.01).abs() < 0.01);
        assert!(peak(&sine).0.abs() < 0.01);
    }

    #[test]
    fn silence_has_a_floor_instead_of_minus_infinity() {
        assert_eq!(rms(&[0.0; 80]), Decibel::SILENCE);
        assert_eq!(rms(&[]), Decibel::SILENCE);
    }

    #[test]
    fn six_decibel_halve_an_amplitude() {
        assert!((Decibel(-6.0206).amplitude() - 0.5).abs() < 1e-4);
        assert!((Decibel::from_amplitude(0.5).0 + 6.0206).abs() < 1e-3);
    }

    #[test]
    fn the_meter_rises_at_once_and_falls_slowly() {
        let mut meter = Meter::default();
        meter.observe(&[0.5; 80]);
        let loud = meter.reading().0;

        (0..75).for_each(|_| {
            meter.observe(&[0.0; 80]);
        });

        assert!((loud + 6.02).abs() < 0.01);
        assert!((loud - meter.reading().0 - 10.0).abs() < 0.1, "10 dB after 0.75 s");
    }
}
