//! Sounds that are uploaded: within full scale and no longer than allowed, or an error.

use pbx_server::sound::read;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(sound) = read(bytes) else { return };
    assert!(sound.samples.len() <= 600 * 16_000);
    assert!(sound.samples.iter().all(|sample| sample.abs() <= 1.0));
}
