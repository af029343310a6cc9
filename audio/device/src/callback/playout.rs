//! The loudspeaker's callback: from the ring to any number of channels, and into the reference.
//!
//! The echo canceller must know what really left the loudspeaker and when, so each sample that is
//! played, faded ones and silence included, goes into the reference ring from here.

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use super::fade::Fade;
use crate::statistics::Health;

/// A fifth of a second at 48 kHz; the media thread keeps it nearly empty.
const RING: usize = 9_600;
/// Half a second at 48 kHz.
const REFERENCE_RING: usize = 24_000;

/// Brings samples to a loudspeaker.
#[derive(Debug)]
pub struct PlayoutCallback {
    ring: Consumer<f32>,
    reference: Producer<f32>,
    fade: Fade,
    health: Arc<Health>,
}

impl PlayoutCallback {
    /// The callback, the ring's writing end, and the reading end of the reference.
    pub(crate) fn new(health: Arc<Health>) -> (Self, Producer<f32>, Consumer<f32>) {
        let (writer, ring) = RingBuffer::new(RING);
        let (reference, heard) = RingBuffer::new(REFERENCE_RING);
        (Self { ring, reference, fade: Fade::new(), health }, writer, heard)
    }

    /// Fills one callback's worth of interleaved samples; `channels` of 0 counts as 1.
    ///
    /// The voice goes to the first two channels; a surround card's others stay silent.
    pub fn process(&mut self, interleaved: &mut [f32], channels: usize) {
        let channels = channels.max(1);
        let frames = interleaved.len() / channels;
        self.health.count_callback(frames);
        let available = frames.min(self.ring.slots());
        if available < frames && self.fade.is_flowing() {
            self.health.count_underrun();
        }
        let mut arrived = self.ring.read_chunk(available).map(IntoIterator::into_iter).ok();
        let mut lost = 0;
        for frame in interleaved.chunks_mut(channels) {
            let sample = match arrived.as_mut().and_then(Iterator::next) {
                Some(sample) => self.fade.carry(sample),
                None => self.fade.bridge(),
            };
            for (channel, slot) in frame.iter_mut().enumerate() {
                *slot = if channel < 2 { sample } else { 0.0 };
            }
            lost += usize::from(self.reference.push(sample).is_err());
        }
        drop(arrived);
        self.health.note_fill(self.ring.slots());
        if lost > 0 {
            self.health.count_reference_lost(lost);
        }
    }

    /// The counters of this stream, for the host to report faults in.
    pub fn health(&self) -> &Arc<Health> {
        &self.health
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_what_was_played() {
        let (mut callback, mut writer, mut reference) = PlayoutCallback::new(Arc::default());
        for n in 0..1000 {
            writer.push((n as f32 / 1000.0).sin()).unwrap();
        }

        let mut heard = Vec::new();
        for size in [3, 480, 960, 17] {
            let mut out = vec![9.0; size];
            callback.process(&mut out, 1);
            heard.extend(out);
        }

        let played: Vec<f32> = std::iter::from_fn(|| reference.pop().ok()).collect();
        assert_eq!(played, heard);
        assert_eq!(callback.health().snapshot().underruns, 1);
    }

    #[test]
    fn silence_before_the_first_sample_is_no_underrun() {
        let (mut callback, _writer, _reference) = PlayoutCallback::new(Arc::default());
        let mut out = [1.0; 960];

        callback.process(&mut out, 1);

        assert_eq!(callback.health().snapshot().underruns, 0);
        assert!(out.iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn a_surround_card_gets_the_voice_in_front_only() {
        let (mut callback, mut writer, _reference) = PlayoutCallback::new(Arc::default());
        for _ in 0..200 {
            writer.push(0.5).unwrap();
        }
        let mut out = [9.0; 6 * 200];

        callback.process(&mut out, 6);

        assert_eq!(out[6 * 199..], [0.5, 0.5, 0.0, 0.0, 0.0, 0.0]);
    }
}
