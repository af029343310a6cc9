//! Calls in both directions, hold by either side, and a colleague with two telephones.

use anyhow::Result;
use phone::view::{CallState, Command, Direction, EndCause, HeldBy};
use system_tests::rig::{Baresip, Engine, Folder};

use super::{ANNA, BERT, CARLA, SOON, address, answering, call_is, hear_only, is_active, kamailio};

#[test]
fn our_phone_calls_baresip_and_each_side_can_hold_the_other() -> Result<()> {
    let folder = Folder::new("kamailio-calls")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let mut bert = Baresip::start(&folder, &kamailio, answering(BERT))?;

    anna.ask(Command::Dial { to: "202".to_owned() })?;
    let call = call_is(&mut anna, "the call is answered", is_active)?.id;
    hear_only(&[(&anna, &[BERT]), (&bert, &[ANNA])])?;

    bert.tell("hold", "")?;
    call_is(&mut anna, "held by them", |state| *state == CallState::Held { by: HeldBy::Them })?;
    hear_only(&[(&anna, &[])])?;
    bert.tell("resume", "")?;
    call_is(&mut anna, "resumed", is_active)?;
    hear_only(&[(&anna, &[BERT])])?;

    anna.ask(Command::Hold { call: call.clone() })?;
    call_is(&mut anna, "held by us", |state| *state == CallState::Held { by: HeldBy::Us })?;
    hear_only(&[(&bert, &[]), (&anna, &[])])?;
    // Once held, by whomever, baresip 1.0 plays nothing any more; it is heard again, though.
    anna.ask(Command::Resume { call: call.clone() })?;
    hear_only(&[(&anna, &[BERT])])?;

    anna.ask(Command::HangUp { call })?;
    bert.wait_for("CALL_CLOSED", SOON)
}

#[test]
fn who_was_held_by_our_phone_hears_it_again_afterwards() -> Result<()> {
    let folder = Folder::new("kamailio-held")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let mut carla = Engine::start(&folder, &kamailio, answering(CARLA))?;
    anna.ask(Command::Dial { to: "203".to_owned() })?;
    let call = call_is(&mut anna, "the call is answered", is_active)?.id;
    hear_only(&[(&carla, &[ANNA])])?;

    anna.ask(Command::Hold { call: call.clone() })?;
    call_is(&mut carla, "held by them", |state| *state == CallState::Held { by: HeldBy::Them })?;
    hear_only(&[(&carla, &[])])?;
    anna.ask(Command::Resume { call })?;

    call_is(&mut carla, "resumed", is_active)?;
    hear_only(&[(&carla, &[ANNA]), (&anna, &[CARLA])])
}

#[test]
fn baresip_calls_our_phone_and_hangs_up() -> Result<()> {
    let folder = Folder::new("kamailio-called")?;
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let mut bert = Baresip::start(&folder, &kamailio, BERT)?;

    bert.tell("dial", &address(ANNA))?;
    let call = call_is(&mut anna, "it rings", |state| *state == CallState::Ringing)?;
    assert_eq!((call.direction, call.party.number.as_deref()), (Direction::Incoming, Some("202")));
    anna.ask(Command::Answer { call: call.id })?;
    bert.wait_for("CALL_ESTABLISHED", SOON)?;
    hear_only(&[(&anna, &[BERT]), (&bert, &[ANNA])])?;

    bert.tell("hangup", "")?;
    call_is(&mut anna, "it is over", |state| *state == CallState::Ended { cause: EndCause::HungUp })?;
    Ok(())
}

#[test]
fn of_two_telephones_that_ring_one_is_answered_and_the_other_falls_silent() -> Result<()> {
    let (folder, second) = (Folder::new("kamailio-fork")?, Folder::new("kamailio-fork-second")?);
    let kamailio = kamailio(&folder)?;
    let mut anna = Engine::start(&folder, &kamailio, ANNA)?;
    let mut desk = Baresip::start(&folder, &kamailio, BERT)?;
    let mut kitchen = Baresip::start(&second, &kamailio, super::Sitter { tone: CARLA.tone, ..BERT })?;

    anna.ask(Command::Dial { to: "202".to_owned() })?;
    desk.wait_for("CALL_INCOMING", SOON)?;
    kitchen.wait_for("CALL_INCOMING", SOON)?;
    call_is(&mut anna, "it rings there", |state| *state == CallState::Ringing)?;
    kitchen.tell("accept", "")?;

    call_is(&mut anna, "the call is answered", is_active)?;
    desk.wait_for("CALL_CLOSED", SOON)?;
    hear_only(&[(&anna, &[CARLA]), (&kitchen, &[ANNA])])
}
