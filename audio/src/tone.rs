//! Tones: call progress, digits, and a plain sine for tests; and the detector of single frequencies.
//!
//! A tone is a value that says which frequencies sound when, so that a plan can be compared and printed.

pub mod detector;
mod generator;

use std::time::Duration;

use crate::codec::telephone_event::Digit;
use crate::level::Decibel;

pub use detector::{DigitDetector, goertzel};
pub use generator::ToneGenerator;

/// One or two sines with a rhythm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tone {
    /// Frequencies in Hz; 0 for none.
    pub frequencies: [f32; 2],
    /// Level of each frequency, relative to a full-scale sine.
    pub level: Decibel,
    /// On and off times, repeated for ever; off times of zero are a steady tone. Up to three different beats; of fewer
    /// the rest are of no length, or the same again.
    pub cadence: [(Duration, Duration); 3],
}

/// Level of call progress tones (ITU-T E.180: about -10 dBm0; softened for headsets).
const PROGRESS_LEVEL: Decibel = Decibel(-16.0);
/// Level of each of a digit's two frequencies.
const DIGIT_LEVEL: Decibel = Decibel(-10.0);
const STEADY: (Duration, Duration) = (Duration::from_secs(1), Duration::ZERO);

/// The four frequencies of the rows and of the columns of a keypad (ITU-T Q.23).
pub(crate) const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
pub(crate) const COLUMNS: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
/// Keys by row and column.
pub(crate) const KEYPAD: [[char; 4]; 4] =
    [['1', '2', '3', 'A'], ['4', '5', '6', 'B'], ['7', '8', '9', 'C'], ['*', '0', '#', 'D']];

impl Tone {
    /// A steady sine.
    pub const fn sine(frequency: f32, level: Decibel) -> Self {
        Self { frequencies: [frequency, 0.0], level, cadence: [STEADY; 3] }
    }

    /// Dial tone of the Netherlands: 425 Hz, steady.
    pub const fn dial() -> Self {
        Self::sine(425.0, PROGRESS_LEVEL)
    }

    /// Ringback of the Netherlands and most of Europe: 425 Hz, 1 s on, 4 s off.
    pub const fn ringback() -> Self {
        Self::progress(1000, 4000)
    }

    /// Busy: 425 Hz, 0.5 s on, 0.5 s off.
    pub const fn busy() -> Self {
        Self::progress(500, 500)
    }

    /// Congestion, or number unobtainable: 425 Hz, 0.25 s on, 0.25 s off.
    pub const fn congestion() -> Self {
        Self::progress(250, 250)
    }

    /// Somebody comes into the conversation: 425 Hz, 0.2 s on, 0.2 s off.
    pub const fn intrusion() -> Self {
        Self::progress(200, 200)
    }

    /// Call waiting: two short beats of 425 Hz, then silence of 9.5 s.
    pub const fn call_waiting() -> Self {
        Self::waiting([200, 200, 0])
    }

    /// Call waiting in beats of so many milliseconds each, 0 for none, once in ten seconds.
    pub const fn waiting([first, second, third]: [u64; 3]) -> Self {
        const PAUSE: u64 = 200;
        const EVERY: u64 = 10_000;
        let silence = EVERY - (first + PAUSE + second + PAUSE + third);
        Self {
            frequencies: [425.0, 0.0],
            level: PROGRESS_LEVEL,
            cadence: [millis(first, PAUSE), millis(second, PAUSE), millis(third, silence)],
        }
    }

    /// A key's pair of frequencies, steady (ITU-T Q.23).
    pub fn digit(digit: Digit) -> Self {
        let key = digit.to_char();
        let place = |row: &[char; 4]| row.iter().position(|k| *k == key);
        let (row, column) = KEYPAD
            .iter()
            .enumerate()
            .find_map(|(row, keys)| place(keys).map(|column| (row, column)))
            .unwrap_or((3, 1));
        Self { frequencies: [ROWS[row], COLUMNS[column]], level: DIGIT_LEVEL, cadence: [STEADY; 3] }
    }

    const fn progress(on_ms: u64, off_ms: u64) -> Self {
        let beat = millis(on_ms, off_ms);
        Self { frequencies: [425.0, 0.0], level: PROGRESS_LEVEL, cadence: [beat; 3] }
    }
}

/// A beat and the silence after it.
const fn millis(on: u64, off: u64) -> (Duration, Duration) {
    (Duration::from_millis(on), Duration::from_millis(off))
}
