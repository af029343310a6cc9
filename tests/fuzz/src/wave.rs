//! WAV files: sound within full scale, no longer than allowed, or an error.

use audio::wave::Wave;

/// A quarter of a second at 8 kHz.
const MOST: usize = 2_000;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(wave) = Wave::read(bytes, MOST) else { return };
    assert!(wave.samples.len() <= MOST && wave.samples.len() <= bytes.len());
    assert!(wave.samples.iter().all(|sample| sample.abs() <= 1.0));
}
