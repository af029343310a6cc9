//! A station where calls wait (F-086): its party hears music, until somebody calls the station or it comes back.

use anyhow::Result;
use phone::view::{CallState, Command};
use system_tests::rig::prove;

use crate::office::Office;

/// Carla's number is a station from which a party comes back after so long. Her telephone stands there all the same.
fn with_station(recall_seconds: u16) -> Result<Office> {
    let service = "[user.services.automatic_hold_retrieve]\nactive = true";
    Office::open(&[("carla", &format!("{service}\nrecall_seconds = {recall_seconds}"))])
}

#[test]
fn whoever_is_put_through_to_a_station_hears_music_until_somebody_calls_it() -> Result<()> {
    let mut office = with_station(120)?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;

    bert.in_call(|call| Command::TransferBlind { call, to: "203".to_owned() })?;
    bert.until_idle()?;
    prove("at the station", &[anna.hears_music(), bert.hears_nobody(), carla.hears_nobody()])?;

    bert.dial("203")?;
    bert.until_talking()?;
    prove("taken", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_nobody()])?;
    Ok(())
}

#[test]
fn whoever_nobody_takes_there_comes_back_and_is_heard_again() -> Result<()> {
    let mut office = with_station(6)?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, .. } = &mut office;

    bert.in_call(|call| Command::TransferBlind { call, to: "203".to_owned() })?;
    bert.until_idle()?;
    bert.until_call("it comes back", |call| {
        matches!(call.state, CallState::Ringing | CallState::Recalled { .. })
    })?;
    prove("it has come back", &[anna.hears_music()])?;

    bert.answer()?;
    prove("taken again", &[anna.hears(&[bert]), bert.hears(&[anna])])?;
    Ok(())
}
