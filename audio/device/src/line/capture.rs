//! The microphone as the media thread sees it: a frame of 480 samples whenever one is wanted.
//!
//! Converts from the device's rate, follows the loudspeaker's clock, and turns every gap into a fade.

use std::sync::Arc;
use std::time::Instant;

use rtrb::Consumer;

use super::converter::Converter;
use super::drift::{Advice, Drift, MARGIN};
use super::seat::{Keeper, Seat, seat};
use crate::callback::fade::Fade;
use crate::statistics::{Health, Statistics};
use crate::{DeviceError, FRAME, SAMPLE_RATE};

/// More than this left over (in frames) after a stall is thrown away: old sound is worse than none.
const TOO_OLD: usize = 8;

/// What a read brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Sound from a microphone.
    Live,
    /// Nothing, or the fading end of what was: no device, it is starting, or it stalls.
    Silence,
}

/// The reading end of one opened microphone.
#[derive(Debug)]
pub(crate) struct CaptureEnd {
    ring: Consumer<f32>,
    converter: Converter,
    drift: Drift,
    flowing: bool,
    rate: u32,
    health: Arc<Health>,
}

impl CaptureEnd {
    pub(crate) fn new(
        ring: Consumer<f32>,
        device_rate: u32,
        health: Arc<Health>,
    ) -> Result<Self, DeviceError> {
        let converter = Converter::from_device(device_rate)?;
        let (drift, rate) = (Drift::new(), device_rate.max(1));
        Ok(Self { ring, converter, drift, flowing: false, rate, health })
    }

    /// The next frame at 48 kHz, if there is enough for one; `ahead` is what waits to be played.
    fn frame(&mut self, now: Instant, ahead: f64) -> Option<&[f32]> {
        let needs = self.converter.needs();
        self.forget_old(needs);
        let wanted = if self.flowing { needs } else { needs + MARGIN };
        self.flowing = self.ring.slots() >= wanted;
        if !self.flowing {
            self.drift.begin_anew();
            return None;
        }
        let left = self.ring.slots() - needs;
        let behind = (left as f64 + self.health.moved_since(now, self.rate)) * f64::from(SAMPLE_RATE)
            / f64::from(self.rate);
        match self.drift.note(left, behind + ahead) {
            Some(Advice::Nudge(ppm)) => self.converter.nudge(ppm),
            Some(Advice::Skip(samples)) => self.leave_out(samples),
            None => {}
        }
        let ring = &mut self.ring;
        Some(self.converter.convert(|input| take(ring, input)))
    }

    fn forget_old(&mut self, needs: usize) {
        let left = self.ring.slots();
        if left > TOO_OLD * needs {
            self.leave_out(left - needs - MARGIN);
        }
    }

    fn leave_out(&mut self, samples: usize) {
        if let Ok(chunk) = self.ring.read_chunk(samples) {
            chunk.commit_all();
            self.health.count_overrun(samples);
        }
    }
}

fn take(ring: &mut Consumer<f32>, into: &mut [f32]) {
    for slot in into {
        *slot = ring.pop().unwrap_or(0.0);
    }
}

/// A microphone that is always there.
#[derive(Debug)]
pub struct Capture {
    seat: Seat<CaptureEnd>,
    fade: Fade,
}

/// A microphone without a device, and the keeper that gives it one.
pub(crate) fn capture_line() -> (Capture, Keeper<CaptureEnd>) {
    let (seat, keeper) = seat();
    (Capture { seat, fade: Fade::new() }, keeper)
}

impl Capture {
    /// Fills the next 10 ms; `ahead` samples wait to be played now.
    pub(super) fn read(&mut self, frame: &mut [f32; FRAME], now: Instant, ahead: f64) -> Heard {
        self.seat.refresh();
        let arrived = self.seat.current().and_then(|end| end.frame(now, ahead));
        let heard = if arrived.is_some() { Heard::Live } else { Heard::Silence };
        let mut samples = arrived.unwrap_or(&[]).iter();
        for slot in frame {
            *slot = match samples.next() {
                Some(sample) => self.fade.carry(*sample),
                None => self.fade.bridge(),
            };
        }
        heard
    }

    /// The counters of the device in use; `None` without one.
    pub fn statistics(&mut self) -> Option<Statistics> {
        self.seat.current().map(|end| end.health.snapshot())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CaptureCallback;

    fn microphone() -> (CaptureCallback, Capture, Keeper<CaptureEnd>) {
        let health = Arc::new(Health::default());
        let (callback, ring) = CaptureCallback::new(Arc::clone(&health));
        let (capture, mut keeper) = capture_line();
        keeper.place(Some(CaptureEnd::new(ring, 48_000, health).unwrap()));
        (callback, capture, keeper)
    }

    #[test]
    fn without_a_device_there_is_silence() {
        let (mut capture, _keeper) = capture_line();
        let mut frame = [1.0; FRAME];

        assert_eq!(capture.read(&mut frame, Instant::now(), 0.0), Heard::Silence);
        assert!(frame.iter().all(|sample| *sample == 0.0));
    }

    #[test]
    fn odd_callbacks_become_even_frames() {
        let (mut callback, mut capture, _keeper) = microphone();
        let mut frame = [0.0; FRAME];

        let mut live = 0;
        for round in 0..200 {
            for size in if round % 2 == 0 { [3, 480, 477] } else { [0, 0, 0] } {
                callback.process(&vec![0.25; size], 1);
            }
            live += usize::from(capture.read(&mut frame, Instant::now(), 0.0) == Heard::Live);
        }

        assert!(live >= 196, "{live} of 200 frames were live");
        assert!(frame.iter().all(|sample| (sample - 0.25).abs() < 0.01));
    }

    #[test]
    fn after_a_stall_the_old_sound_is_skipped() {
        let (mut callback, mut capture, _keeper) = microphone();
        let mut frame = [0.0; FRAME];

        callback.process(&vec![0.1; 20_000], 1);
        capture.read(&mut frame, Instant::now(), 0.0);

        let end = capture.seat.current().unwrap();
        assert!(end.ring.slots() < 2 * FRAME, "{} left", end.ring.slots());
        assert!(capture.statistics().unwrap().overruns > 18_000);
    }

    #[test]
    fn unplugging_fades_out() {
        let (mut callback, mut capture, mut keeper) = microphone();
        let mut frame = [0.0; FRAME];
        for _ in 0..10 {
            callback.process(&[0.5; 480], 1);
            capture.read(&mut frame, Instant::now(), 0.0);
        }

        keeper.place(None);

        assert_eq!(capture.read(&mut frame, Instant::now(), 0.0), Heard::Silence);
        assert!(frame[0] > 0.45 && frame[FRAME - 1].abs() < 0.01);
    }
}
