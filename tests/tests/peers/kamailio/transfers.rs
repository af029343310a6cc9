//! Transfers by REFER, which a proxy only passes on: the telephones carry them out.

use anyhow::Result;
use phone::view::{CallState, Command, ConsultStage, TransferStage};
use system_tests::rig::{Baresip, Engine, Folder};

use super::{ANNA, BERT, CARLA, SOON, address, answering, call_is, hear_only, is_active, kamailio};

#[test]
fn our_phone_sends_a_caller_on_without_asking() -> Result<()> {
    let folder = Folder::new("kamailio-blind")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let bert = Baresip::start(&folder, &kamailio, answering(BERT))?;
    let carla = Baresip::start(&folder, &kamailio, answering(CARLA))?;
    anna.ask(Command::Dial { to: "202".to_owned() })?;
    let call = call_is(&mut anna, "the call is answered", is_active)?.id;

    anna.ask(Command::TransferBlind { call, to: "203".to_owned() })?;

    call_is(&mut anna, "released", |state| matches!(state, CallState::Released { .. }))?;
    hear_only(&[(&bert, &[CARLA]), (&carla, &[BERT]), (&anna, &[])])
}

#[test]
fn our_phone_asks_first_and_then_connects_the_two() -> Result<()> {
    let folder = Folder::new("kamailio-consult")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let bert = Baresip::start(&folder, &kamailio, answering(BERT))?;
    let carla = Baresip::start(&folder, &kamailio, answering(CARLA))?;
    anna.ask(Command::Dial { to: "202".to_owned() })?;
    let call = call_is(&mut anna, "the call is answered", is_active)?.id;

    anna.ask(Command::TransferConsult { call: call.clone(), to: "203".to_owned() })?;
    call_is(&mut anna, "the other is asked", is_asking)?;
    hear_only(&[(&anna, &[CARLA]), (&bert, &[])])?;
    anna.ask(Command::TransferComplete { call })?;

    call_is(&mut anna, "released", |state| matches!(state, CallState::Released { .. }))?;
    hear_only(&[(&bert, &[CARLA]), (&carla, &[BERT]), (&anna, &[])])
}

#[test]
fn three_of_our_phones_replace_a_call_by_another() -> Result<()> {
    let folder = Folder::new("kamailio-replaces")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let mut bert = Engine::start(&folder, &kamailio, answering(BERT))?;
    let mut carla = Engine::start(&folder, &kamailio, answering(CARLA))?;
    anna.ask(Command::Dial { to: "202".to_owned() })?;
    let call = call_is(&mut anna, "the call is answered", is_active)?.id;
    anna.ask(Command::TransferConsult { call: call.clone(), to: "203".to_owned() })?;
    call_is(&mut anna, "the other is asked", is_asking)?;
    let asked = call_is(&mut carla, "asked", is_active)?;

    anna.ask(Command::TransferComplete { call })?;

    call_is(&mut anna, "released", |state| matches!(state, CallState::Released { .. }))?;
    let connected = carla.shows("connected with the caller", |model| {
        model.calls.iter().any(|call| call.id == asked.id && call.party.number.as_deref() == Some("202"))
    })?;
    assert_eq!(connected.calls.len(), 1, "it took the place of the call before, without ringing");
    let party = call_is(&mut bert, "connected", is_active)?;
    assert_eq!(party.party.number.as_deref(), Some("203"));
    assert_eq!(party.sent_by.and_then(|by| by.number).as_deref(), Some("201"));
    hear_only(&[(&bert, &[CARLA]), (&carla, &[BERT]), (&anna, &[])])
}

#[test]
fn baresip_sends_our_phone_on_to_somebody_else() -> Result<()> {
    let folder = Folder::new("kamailio-sent")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, answering(ANNA))?;
    let mut bert = Baresip::start(&folder, &kamailio, BERT)?;
    let carla = Baresip::start(&folder, &kamailio, answering(CARLA))?;
    bert.tell("dial", &address(ANNA))?;
    bert.wait_for("CALL_ESTABLISHED", SOON)?;

    bert.tell("transfer", &address(CARLA))?;

    bert.wait_for("CALL_CLOSED", SOON)?;
    let call = call_is(&mut anna, "connected", is_active)?;
    assert_eq!(call.party.number.as_deref(), Some("203"));
    hear_only(&[(&anna, &[CARLA]), (&carla, &[ANNA])])
}

fn is_asking(state: &CallState) -> bool {
    let CallState::Transferring { stage, .. } = state else { return false };
    matches!(stage, TransferStage::Consult { stage: ConsultStage::Active, .. })
}
