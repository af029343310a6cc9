//! A telephone that stands beside its own loudspeaker does not send the caller's voice back.
//!
//! Anna speaks; Bert and Carla sit in the same silent room, where the loudspeaker comes back to the microphone
//! after 120 ms. Bert's telephone leaves it so, Carla's cleans it; the difference in what Anna hears of herself is
//! what cleaning is worth.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use system_tests::rig::{Engine, Exchange, Folder, Sitter, Speech, note, small_company, until};

use crate::office::SITTERS;

const ROOM: [&str; 4] = ["--microphone", "room:120", "--speaker", "room:120"];
/// What Anna says lasts so long and begins again: any stretch of this length is equally loud.
const SPEECH: Duration = Duration::from_secs(6);
/// A canceller must learn the room first.
const LEARNS: Duration = Duration::from_secs(2);
/// Stretches of speech in which it must have happened.
const STRETCHES: usize = 5;
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_far_end_echo_arrives_at_least_twenty_decibel_lower() -> Result<()> {
    let folder = Folder::new("echo")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let speech = Speech::new(&folder, SPEECH)?;
    let microphone = format!("file:{}", speech.file.display());
    let [anna, bert, carla] = SITTERS;
    let mut anna = Engine::start_with(&folder, &exchange, anna, &["--microphone", &microphone])?;
    let raw = [&ROOM[..], &["--cleaning", "off"]].concat();
    let answers = |sitter| Sitter { answers_after: Some(0), ..sitter };
    let _bert = Engine::start_with(&folder, &exchange, answers(bert), &raw)?;
    let _carla = Engine::start_with(&folder, &exchange, answers(carla), &ROOM)?;

    anna.dial("202")?;
    anna.until_talking()?;
    let raw =
        stretch_of(&anna, "the room gives no echo to remove", |level| decibel(speech.level / level) < 12.0)?;
    anna.hang_up()?;
    anna.until_idle()?;
    anna.dial("203")?;
    anna.until_talking()?;
    let cleaned = stretch_of(&anna, "the echo stays", |level| decibel(raw / level) >= 20.0)?;

    let (heard, removed) = (decibel(speech.level / raw), decibel(raw / cleaned));
    note(&format!("the echo returns {heard:.1} dB below the voice; cleaning takes {removed:.1} dB more"));
    Ok(())
}

/// How loud Anna hears herself over a stretch of the speech, once that is as it should be. A telephone must learn its
/// room first, and again each time that a busy machine has shaken its sound.
fn stretch_of(anna: &Engine, otherwise: &str, is_right: impl Fn(f32) -> bool) -> Result<f32> {
    let mut levels = Vec::new();
    let answered = anna.heard.length();
    let mut begin = answered + LEARNS;
    for _ in 0..STRETCHES {
        until("she has spoken", PATIENCE, || anna.heard.length() >= begin + SPEECH)?;
        let learning = anna.heard.between(answered, answered + LEARNS)?;
        ensure!(learning.level() > 0.0, "nothing at all comes back, not even before the room is known");
        let level = anna.heard.between(begin, begin + SPEECH)?.level();
        if is_right(level) {
            return Ok(level);
        }
        levels.push(level);
        begin += SPEECH;
    }
    bail!("{otherwise}: over {SPEECH:?} each she hears herself at {levels:?}")
}

fn decibel(ratio: f32) -> f32 {
    20.0 * ratio.log10()
}
