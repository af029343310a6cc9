//! Comfort noise (RFC 3389): the sound of a silent room, so that a pause does not sound like a dead line.
//!
//! Only the level is used; the spectral coefficients that may follow it are ignored, as RFC 3389 allows.

/// The static payload type for 8 kHz clocks.
pub const PAYLOAD_TYPE: u8 = 13;

/// A generator of noise at a steady level.
#[derive(Debug, Clone)]
pub struct ComfortNoise {
    amplitude: f32,
    state: u32,
}

impl Default for ComfortNoise {
    fn default() -> Self {
        Self { amplitude: 0.0, state: 0x2545_F491 }
    }
}

/// No far end may blow noise louder than this at us.
const LOUDEST_DBOV: i32 = -30;

impl ComfortNoise {
    /// Takes the level from a payload (its first byte is the level in -dBov); an empty one is ignored.
    pub fn receive(&mut self, payload: &[u8]) {
        if let Some(level) = payload.first() {
            let dbov = (-i32::from(level & 0x7F)).min(LOUDEST_DBOV);
            self.amplitude = 10f32.powf(dbov as f32 / 20.0) * 3f32.sqrt();
        }
    }

    /// Writes noise at the level last received; silence before the first.
    pub fn fill(&mut self, out: &mut [f32]) {
        for sample in out {
            self.state ^= self.state << 13;
            self.state ^= self.state >> 17;
            self.state ^= self.state << 5;
            *sample = (self.state as f32 / u32::MAX as f32 * 2.0 - 1.0) * self.amplitude;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level;

    #[test]
    fn noise_has_the_level_that_the_far_end_states() {
        let mut noise = ComfortNoise::default();
        noise.receive(&[50, 1, 2, 3]);
        let mut out = [0.0; 8000];

        noise.fill(&mut out);

        assert!((level::rms(&out).0 + 50.0).abs() < 0.5, "{:?}", level::rms(&out));
    }

    #[test]
    fn noise_is_never_loud_and_never_from_an_empty_payload() {
        let mut noise = ComfortNoise::default();
        let mut out = [1.0; 800];
        noise.receive(&[]);
        noise.fill(&mut out);
        assert_eq!(level::rms(&out), crate::Decibel::SILENCE);

        noise.receive(&[0]);
        noise.fill(&mut out);
        assert!(level::rms(&out).0 < -29.0);
    }
}
