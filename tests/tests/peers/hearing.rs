//! Who hears whom, by the tone that each one speaks.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use system_tests::rig::loudness_at_end;

/// Louder than this is heard; a hundredth of what is heard is not.
const HEARD: f32 = 0.02;

/// Long enough to measure, and to leave out what was before.
const LAST: Duration = Duration::from_millis(1_500);

/// Time for sound to arrive and to be measured; sound takes as long as it takes.
pub(crate) fn lets_them_talk() {
    std::thread::sleep(LAST + Duration::from_millis(1_500));
}

/// Checks that at its end a recording holds one of these tones and none of the others.
pub(crate) fn hears_only(who: &str, recording: &Path, tone: u32, others: &[u32]) -> Result<()> {
    hears_all(who, recording, &[tone], others)
}

/// Checks that at its end a recording holds all of these tones and none of the others.
pub(crate) fn hears_all(who: &str, recording: &Path, tones: &[u32], others: &[u32]) -> Result<()> {
    let heard = loudness_at_end(recording, LAST, tones)?;
    let not_heard = loudness_at_end(recording, LAST, others)?;
    let weakest = heard.iter().copied().fold(f32::INFINITY, f32::min);
    let strongest = not_heard.iter().copied().fold(0.0, f32::max);
    ensure!(
        weakest > HEARD && strongest < weakest / 100.0,
        "{who} hears {tones:?} at {heard:?} and {others:?} at {not_heard:?}"
    );
    Ok(())
}

/// Checks that at its end a recording holds none of these tones, beyond what music has of every frequency.
pub(crate) fn hears_none(who: &str, recording: &Path, tones: &[u32]) -> Result<()> {
    let heard = loudness_at_end(recording, LAST, tones)?;
    ensure!(heard.iter().all(|level| *level < HEARD), "{who} hears {tones:?} at {heard:?}");
    Ok(())
}
