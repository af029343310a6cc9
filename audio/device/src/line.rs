//! What the media thread holds: a microphone and a loudspeaker that never go away.
//!
//! Devices come and go underneath; the handles stay, and give silence or swallow sound in between.
//! One call per 10 ms tick suffices: ask [`Duplex::due`] how many frames to make, and for each read
//! the microphone, read the reference, and write the loudspeaker.

mod capture;
mod converter;
mod drift;
mod playout;
mod seat;

use std::time::Instant;

use crate::FRAME;

pub use capture::{Capture, Heard};
pub use playout::Playout;

pub(crate) use capture::{CaptureEnd, capture_line};
pub(crate) use playout::{PlayoutEnd, playout_line};
pub(crate) use seat::Keeper;

/// A microphone and a loudspeaker that work together.
///
/// The loudspeaker's clock leads: a frame is due whenever the loudspeaker has used one up, and the
/// microphone is gently resampled to follow. So both sides of an echo canceller count the same time.
#[derive(Debug)]
pub struct Duplex {
    /// The microphone.
    pub capture: Capture,
    /// The loudspeaker, and the reference of what it played.
    pub playout: Playout,
}

impl Duplex {
    /// The next 10 ms of the microphone, in step with the loudspeaker.
    pub fn read(&mut self, frame: &mut [f32; FRAME]) -> Heard {
        let now = Instant::now();
        let ahead = self.playout.ahead(now);
        self.capture.read(frame, now, ahead)
    }

    /// How many 10 ms frames to process now, 0 to 4.
    ///
    /// Ask about every 10 ms. Without a loudspeaker, or with one that hangs, frames fall due by `now`.
    pub fn due(&mut self, now: Instant) -> usize {
        self.playout.due(now)
    }
}
