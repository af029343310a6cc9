//! baresip registers with digest, calls, is called, and is heard.

use std::time::Duration;

use anyhow::Result;
use system_tests::rig::{Baresip, Exchange, Folder, Sitter, loudness, small_company};

/// Louder than this is heard; a hundredth of it is not.
const HEARD: f32 = 0.02;

const ANNA: Sitter<'static> =
    Sitter { user: "anna", password: "geheim-anna", domain: "127.0.0.1", tone: 400, answers_after: None };
const BERT: Sitter<'static> =
    Sitter { user: "bert", password: "geheim-bert", domain: "127.0.0.1", tone: 800, answers_after: Some(0) };

#[test]
fn two_of_them_call_each_other_and_each_hears_the_other_only() -> Result<()> {
    let folder = Folder::new("baresip")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;

    anna.tell("dial", "202")?;
    anna.wait_for("CALL_ESTABLISHED", Duration::from_secs(10))?;
    // Sound takes as long as it takes.
    std::thread::sleep(Duration::from_secs(4));
    anna.tell("hangup", "")?;
    anna.wait_for("CALL_CLOSED", Duration::from_secs(5))?;
    let (anna, bert) = (anna.quit()?, bert.quit()?);

    let by_anna = loudness(&anna, Duration::from_secs(1), &[400, 800])?;
    let by_bert = loudness(&bert, Duration::from_secs(1), &[400, 800])?;
    assert!(by_anna[1] > HEARD && by_anna[0] < by_anna[1] / 100.0, "{by_anna:?}");
    assert!(by_bert[0] > HEARD && by_bert[1] < by_bert[0] / 100.0, "{by_bert:?}");
    Ok(())
}

#[test]
fn the_music_on_hold_is_heard_while_held() -> Result<()> {
    let folder = Folder::new("baresip-hold")?;
    let exchange = Exchange::start(&folder, &small_company(&folder)?)?;
    let mut anna = Baresip::start(&folder, &exchange, ANNA)?;
    let bert = Baresip::start(&folder, &exchange, BERT)?;
    anna.tell("dial", "202")?;
    anna.wait_for("CALL_ESTABLISHED", Duration::from_secs(10))?;
    std::thread::sleep(Duration::from_secs(2));

    anna.tell("hold", "")?;
    std::thread::sleep(Duration::from_secs(4));
    let (_, bert) = (anna.quit()?, bert.quit()?);

    let late = loudness(&bert, Duration::from_millis(3_500), &[400])?;
    let early = loudness(&bert, Duration::ZERO, &[400])?;
    assert!(late[0] < early[0] / 10.0, "Anna is heard while she holds: {late:?} after {early:?}");
    Ok(())
}
