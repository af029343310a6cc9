//! Says whether somebody speaks: for the mute reminder and the level display, not for cutting speech off.
//!
//! A frame counts as speech when it stands out from the quietest sound of the last seconds.

use crate::level;

/// Whether somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Somebody speaks, or has stopped less than 0.2 s ago.
    Speech,
    /// Nobody speaks.
    Silence,
}

/// Follows the level of the background.
#[derive(Debug, Clone)]
pub struct ActivityDetector {
    floor_db: f32,
    hangover: u32,
}

/// Speech exceeds the background by this much.
const ABOVE_FLOOR_DB: f32 = 9.0;
/// Nothing quieter is speech.
const QUIETEST_DB: f32 = -55.0;
/// The floor rises by this much per frame towards a louder background: 3 dB in a second.
const RISE_DB: f32 = 0.03;
/// Frames for which speech is held.
const HANGOVER: u32 = 20;

impl Default for ActivityDetector {
    fn default() -> Self {
        Self { floor_db: QUIETEST_DB, hangover: 0 }
    }
}

impl ActivityDetector {
    /// Judges one frame of 10 ms.
    pub fn observe(&mut self, frame: &[f32]) -> Activity {
        let level_db = level::rms(frame).0;
        self.floor_db = if level_db < self.floor_db { level_db } else { self.floor_db + RISE_DB };
        if level_db > QUIETEST_DB.max(self.floor_db + ABOVE_FLOOR_DB) {
            self.hangover = HANGOVER;
        }
        self.hangover = self.hangover.saturating_sub(1);
        if self.hangover > 0 { Activity::Speech } else { Activity::Silence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::SampleRate;
    use crate::testing::{Random, speech_like};

    fn share_of_speech(samples: &[f32]) -> f32 {
        let mut detector = ActivityDetector::default();
        let judged: Vec<Activity> = samples.chunks_exact(480).map(|frame| detector.observe(frame)).collect();
        let settled = &judged[judged.len() / 2..];
        settled.iter().filter(|activity| **activity == Activity::Speech).count() as f32 / settled.len() as f32
    }

    #[test]
    fn speech_is_noticed_and_silence_is_not_speech() {
        assert!(share_of_speech(&speech_like(SampleRate::Hz48000, 6.0)) > 0.5);
        assert_eq!(share_of_speech(&[0.0; 96_000]), 0.0);
    }

    #[test]
    fn a_steady_fan_is_background() {
        let mut random = Random::new(2);
        let fan: Vec<f32> = (0..48_000 * 30).map(|_| random.signed() * 0.02).collect();

        assert!(share_of_speech(&fan) < 0.02);
    }
}
