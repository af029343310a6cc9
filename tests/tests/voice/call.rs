//! A plain call (F-020), with equal codecs (relayed) and with different ones (mixed, so that it is transcoded).

use anyhow::Result;
use system_tests::rig::prove;

use crate::office::Office;

#[test]
fn two_phones_call_each_other_through_the_exchange_and_both_are_heard() -> Result<()> {
    let mut office = Office::open(&[])?;

    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;
    prove("a call", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_nobody()])?;

    anna.hang_up()?;
    bert.until_idle()?;
    prove("after it", &[anna.hears_nobody(), bert.hears_nobody()])?;
    Ok(())
}

#[test]
fn phones_that_share_no_codec_hear_each_other() -> Result<()> {
    let mut office = Office::speaking(["opus", "pcma", "g722"], &[])?;
    let Office { anna, bert, carla, .. } = &mut office;

    anna.dial("202")?;
    bert.answer()?;
    prove("Opus and G.711", &[anna.hears(&[bert]), bert.hears(&[anna])])?;
    anna.hang_up()?;
    bert.until_idle()?;

    bert.dial("203")?;
    carla.answer()?;
    prove("G.711 and G.722", &[bert.hears(&[carla]), carla.hears(&[bert])])?;
    bert.hang_up()?;
    carla.until_idle()?;

    carla.dial("201")?;
    anna.answer()?;
    prove("G.722 and Opus", &[carla.hears(&[anna]), anna.hears(&[carla])])?;
    Ok(())
}
