//! Real programs and real sound: who hears whom is measured in what the loudspeakers played.
//!
//! Each phone speaks a tone of its own. What is heard stands far above what is not: a party that must not be
//! heard is at least 40 dB lower.

use std::time::Duration;

use anyhow::Result;
use phone::view::Command;
use system_tests::rig::{Engine, Exchange, Folder, Sitter, loudness, small_company};

const ANNA: Sitter<'static> =
    Sitter { user: "anna", password: "geheim-anna", domain: "127.0.0.1", tone: 600, answers_after: None };
const BERT: Sitter<'static> = Sitter {
    user: "bert",
    password: "geheim-bert",
    domain: "127.0.0.1",
    tone: 1000,
    answers_after: Some(500),
};

/// Louder than this is heard; a hundredth of what is heard is not. Noise suppression takes a steady tone for
/// noise and lowers it within seconds, so the bar is far below the 0.3 at which the tones are spoken.
const HEARD: f32 = 0.003;

#[test]
fn two_phones_call_each_other_through_the_exchange_and_both_are_heard() -> Result<()> {
    let folder = Folder::new("voice")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Engine::start(&folder, &exchange, ANNA)?;
    let bert = Engine::start(&folder, &exchange, BERT)?;

    anna.tell(Command::Dial { to: "202".to_owned() })?;
    anna.wait_for("\"active\"", Duration::from_secs(10))?;
    // Sound takes as long as it takes; three seconds of it are measured.
    std::thread::sleep(Duration::from_secs(4));
    let call = anna.call()?;
    anna.tell(Command::HangUp { call })?;
    let (anna, bert) = (anna.quit()?, bert.quit()?);

    let heard_by_anna = loudness(&anna, Duration::from_secs(2), &[600, 1000])?;
    let heard_by_bert = loudness(&bert, Duration::from_secs(2), &[600, 1000])?;
    assert!(heard_by_anna[1] > HEARD && heard_by_anna[0] < heard_by_anna[1] / 100.0, "{heard_by_anna:?}");
    assert!(heard_by_bert[0] > HEARD && heard_by_bert[1] < heard_by_bert[0] / 100.0, "{heard_by_bert:?}");
    Ok(())
}
