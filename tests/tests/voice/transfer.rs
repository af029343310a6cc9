//! Each kind of transfer (F-024): blind, after consultation, while it still rings, and one that comes back.

use anyhow::Result;
use phone::view::{CallState, Command};
use system_tests::rig::prove;

use crate::office::Office;

#[test]
fn a_blind_transfer_is_waited_for_with_music_and_then_heard() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;

    bert.in_call(|call| Command::TransferBlind { call, to: "203".to_owned() })?;
    carla.until_call("Carla's telephone rings", |call| call.state == CallState::Ringing)?;
    prove("on the way to Carla", &[anna.hears_music(), bert.hears_nobody(), carla.hears_nobody()])?;

    carla.answer()?;
    prove("put through", &[anna.hears(&[carla]), carla.hears(&[anna]), bert.hears_nobody()])?;
    bert.until_idle()
}

#[test]
fn whoever_was_consulted_is_connected_with_the_caller() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;

    bert.in_call(|call| Command::TransferConsult { call, to: "203".to_owned() })?;
    carla.answer()?;
    prove("Carla is asked", &[anna.hears_music(), bert.hears(&[carla]), carla.hears(&[bert])])?;

    bert.in_call(|call| Command::TransferComplete { call })?;
    prove("put through", &[anna.hears(&[carla]), carla.hears(&[anna]), bert.hears_nobody()])?;
    bert.until_idle()
}

#[test]
fn a_consultation_that_is_given_up_leads_back_to_the_caller() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;

    bert.in_call(|call| Command::TransferConsult { call, to: "203".to_owned() })?;
    carla.answer()?;
    bert.in_call(|call| Command::TransferCancel { call })?;
    carla.until_idle()?;

    prove("back with Anna", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_nobody()])?;
    Ok(())
}

#[test]
fn a_transfer_completed_while_it_rings_is_waited_for_with_music() -> Result<()> {
    let mut office = Office::open(&[])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;

    bert.in_call(|call| Command::TransferConsult { call, to: "203".to_owned() })?;
    carla.until_call("Carla's telephone rings", |call| call.state == CallState::Ringing)?;
    bert.in_call(|call| Command::TransferComplete { call })?;
    bert.until_idle()?;
    prove(
        "Carla's telephone rings for Anna",
        &[anna.hears_music(), bert.hears_nobody(), carla.hears_nobody()],
    )?;

    carla.answer()?;
    prove("put through", &[anna.hears(&[carla]), carla.hears(&[anna]), bert.hears_nobody()])?;
    Ok(())
}

#[test]
fn a_transfer_that_nobody_answers_comes_back_and_is_heard_again() -> Result<()> {
    let recall = "[user.services.call_transfer]\nrecall = true\nrecall_rings = 2";
    let mut office = Office::open(&[("bert", recall)])?;
    office.anna_talks_with_bert()?;
    let Office { anna, bert, carla, .. } = &mut office;

    bert.in_call(|call| Command::TransferBlind { call, to: "203".to_owned() })?;
    carla.until_call("Carla's telephone rings", |call| call.state == CallState::Ringing)?;
    prove("nobody answers", &[anna.hears_music(), carla.hears_nobody()])?;
    // Two rings of six seconds later.
    bert.until_call("it comes back", |call| {
        matches!(call.state, CallState::Ringing | CallState::Recalled { .. })
    })?;
    prove("it has come back", &[anna.hears_music()])?;

    bert.answer()?;
    carla.until_idle()?;
    prove("taken again", &[anna.hears(&[bert]), bert.hears(&[anna]), carla.hears_nobody()])?;
    Ok(())
}
