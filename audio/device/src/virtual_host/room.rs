//! A room in which nobody speaks: the loudspeaker comes back to the microphone, later and weaker.
//!
//! It is what an echo canceller exists for, and the only way to try one from end to end without a sound card.
//! Both devices count samples at their nominal rate, so the delay stays the same however late a callback is.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::sound::{Listener, Speaker};
use crate::{DeviceError, DeviceId, SAMPLE_RATE};

/// Longest way from the loudspeaker to the microphone, in milliseconds: what a canceller can find (0 to 500).
const LONGEST_MS: usize = 500;
/// The direct way and its reflections: milliseconds later than the direct one, and amplitude.
const WAYS: [(usize, f32); 4] = [(0, 0.5), (7, 0.2), (19, -0.12), (41, 0.06)];
/// Samples that the air remembers: the longest way there is.
const MEMORY: usize = (LONGEST_MS + 50) * PER_MS;
const PER_MS: usize = SAMPLE_RATE as usize / 1_000;

/// One end of the room; clones share its air.
#[derive(Clone)]
pub(super) struct Room {
    air: Arc<Mutex<Air>>,
    delay: usize,
    /// The sample of the loudspeaker that reaches this microphone next; known once it has begun to listen.
    next: Option<usize>,
}

#[derive(Default)]
struct Air {
    /// Samples played so far.
    played: usize,
    latest: VecDeque<f32>,
}

impl Room {
    /// From the id's name: milliseconds of delay, 0 to 500.
    pub(super) fn named(id: &DeviceId) -> Result<Self, DeviceError> {
        let delay: Option<usize> = id.name().parse().ok().filter(|delay| *delay <= LONGEST_MS);
        let delay = delay.ok_or_else(|| DeviceError::NotFound(id.clone()))?;
        Ok(Self { air: Arc::default(), delay: delay * PER_MS, next: None })
    }
}

impl Air {
    /// A sample that was played; silence before the first and after the latest.
    fn sample(&self, number: Option<usize>) -> f32 {
        let first = self.played - self.latest.len();
        let place = number.and_then(|number| number.checked_sub(first));
        place.and_then(|place| self.latest.get(place)).copied().unwrap_or(0.0)
    }
}

impl Speaker for Room {
    fn speak(&mut self, samples: &mut [f32]) {
        let air = self.air.lock().unwrap_or_else(PoisonError::into_inner);
        let mut now = self.next.unwrap_or(air.played);
        for slot in samples {
            let way = |(later, gain): &(usize, f32)| {
                gain * air.sample(now.checked_sub(self.delay + later * PER_MS))
            };
            *slot = WAYS.iter().map(way).sum();
            now += 1;
        }
        self.next = Some(now);
    }
}

impl Listener for Room {
    fn hear(&mut self, samples: &[f32]) {
        let mut air = self.air.lock().unwrap_or_else(PoisonError::into_inner);
        air.latest.extend(samples);
        air.played += samples.len();
        let old = air.latest.len().saturating_sub(MEMORY);
        air.latest.drain(..old);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> Result<Room, DeviceError> {
        Room::named(&DeviceId::new(format!("room:{name}")))
    }

    #[test]
    fn a_sound_comes_back_after_its_delay_and_weaker() {
        let mut loudspeaker = room("120").unwrap();
        let mut microphone = loudspeaker.clone();
        let mut heard = Vec::new();

        for tick in 0..20 {
            let mut frame = [0.0; 480];
            microphone.speak(&mut frame);
            heard.extend(frame);
            loudspeaker.hear(&[if tick == 0 { 1.0 } else { 0.0 }; 480]);
        }

        let first = heard.iter().position(|sample| *sample != 0.0);
        assert_eq!(first, Some(120 * PER_MS));
        assert!((heard[120 * PER_MS] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_late_loudspeaker_does_not_change_the_delay() {
        let mut loudspeaker = room("10").unwrap();
        let mut microphone = loudspeaker.clone();
        let mut frame = [0.0; 480];
        let ramp = |tick: usize| -> Vec<f32> { (0..480).map(|n| (tick * 480 + n) as f32).collect() };

        microphone.speak(&mut frame);
        loudspeaker.hear(&ramp(0));
        microphone.speak(&mut frame);
        let on_time = frame[479];
        microphone.speak(&mut frame);
        loudspeaker.hear(&ramp(1));
        loudspeaker.hear(&ramp(2));
        microphone.speak(&mut frame);

        assert!((on_time - (0.5 * 479.0 + 0.2 * (479.0 - 336.0))).abs() < 1e-3, "{on_time}");
        assert!(frame[479] > 0.5 * 1_300.0, "{}", frame[479]);
    }

    #[test]
    fn a_room_larger_than_a_canceller_can_reach_does_not_exist() {
        assert!(room("501").is_err());
        assert!(room("large").is_err());
    }
}
