//! The microphone's callback: any number of samples in, mono into the ring.
//!
//! The sound system may bring 3 samples or 960 at a time; only the ring sees that.

use std::sync::Arc;

use rtrb::{Consumer, Producer, RingBuffer};

use crate::statistics::Health;

/// Half a second at 48 kHz: longer stalls of the media thread lose sound anyhow.
const RING: usize = 24_000;

/// Takes samples from a microphone.
#[derive(Debug)]
pub struct CaptureCallback {
    ring: Producer<f32>,
    health: Arc<Health>,
}

impl CaptureCallback {
    /// The callback and the ring's other end.
    pub(crate) fn new(health: Arc<Health>) -> (Self, Consumer<f32>) {
        let (ring, reader) = RingBuffer::new(RING);
        (Self { ring, health }, reader)
    }

    /// Takes one callback's worth of interleaved samples; `channels` of 0 counts as 1.
    ///
    /// Channels are averaged: microphone arrays carry the voice in all of them. What does not fit is
    /// dropped and counted.
    pub fn process(&mut self, interleaved: &[f32], channels: usize) {
        let channels = channels.max(1);
        let frames = interleaved.len() / channels;
        self.health.count_callback(frames);
        let fits = frames.min(self.ring.slots());
        if let Ok(chunk) = self.ring.write_chunk_uninit(fits) {
            let scale = 1.0 / channels as f32;
            chunk.fill_from_iter(
                interleaved.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() * scale),
            );
        }
        if fits < frames {
            self.health.count_overrun(frames - fits);
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
    fn stereo_is_averaged_to_mono() {
        let (mut callback, mut reader) = CaptureCallback::new(Arc::default());

        callback.process(&[0.2, 0.4, -1.0, 1.0], 2);

        assert!((reader.pop().unwrap() - 0.3).abs() < 1e-6);
        assert_eq!(reader.pop(), Ok(0.0));
        assert!(reader.is_empty());
    }

    #[test]
    fn odd_callback_sizes_arrive_in_order() {
        let (mut callback, mut reader) = CaptureCallback::new(Arc::default());
        let samples: Vec<f32> = (0..1450).map(|n| n as f32).collect();

        let (small, rest) = samples.split_at(3);
        let (medium, large) = rest.split_at(487);
        for part in [small, medium, large] {
            callback.process(part, 1);
        }

        let read: Vec<f32> = std::iter::from_fn(|| reader.pop().ok()).collect();
        assert_eq!(read, samples);
    }

    #[test]
    fn what_nobody_reads_is_dropped_and_counted() {
        let health = Arc::new(Health::default());
        let (mut callback, reader) = CaptureCallback::new(Arc::clone(&health));

        callback.process(&vec![0.5; RING + 7], 1);

        assert_eq!(reader.slots(), RING);
        assert_eq!(health.snapshot().overruns, 7);
    }

    #[test]
    fn a_half_frame_at_the_end_is_ignored() {
        let (mut callback, reader) = CaptureCallback::new(Arc::default());

        callback.process(&[0.1, 0.1, 0.1], 2);

        assert_eq!(reader.slots(), 1);
    }
}
