//! F-080: lamps tell what telephones do.

use serde_json::json;

use crate::exchange::LegEvent;
use crate::exchange::people::{ANNA, BERT, CHRIS, World};
use crate::presence::{Lamp, LampState};

#[test]
fn lamps_follow_a_call_from_ringing_to_the_end() {
    let mut world = World::new();

    let anna = world.dials(ANNA, "202");
    assert_eq!((world.lamp(ANNA), world.lamp(BERT)), (Lamp::Busy, Lamp::Ringing));
    world.answers(BERT);
    assert_eq!((world.lamp(ANNA), world.lamp(BERT)), (Lamp::Busy, Lamp::Busy));
    world.hangs_up(anna);

    assert_eq!((world.lamp(ANNA), world.lamp(BERT)), (Lamp::Idle, Lamp::Idle));
}

#[test]
fn a_lamp_tells_direction_peer_and_hold() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    world.answers(BERT);

    world.reports(anna, LegEvent::HeldByPeer);

    let lamp = &world.lamps[&ANNA];
    assert_eq!(lamp.legs[0].state, LampState::Holding);
    assert_eq!(lamp.legs[0].direction, crate::feature::Direction::Outgoing);
    assert_eq!(lamp.legs[0].peer.as_ref(), world.phone(anna).display.as_ref());
    assert_eq!(world.lamps[&BERT].legs[0].state, LampState::Held);
    assert_eq!((world.lamp(ANNA), world.lamp(BERT)), (Lamp::OnHold, Lamp::OnHold));
    world.reports(anna, LegEvent::Resumed);
    assert_eq!((world.lamp(ANNA), world.lamp(BERT)), (Lamp::Busy, Lamp::Busy));
}

#[test]
fn whoever_asks_a_colleague_while_a_caller_waits_is_busy() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    world.answers(BERT);
    world.reports(anna, LegEvent::HeldByPeer);

    world.dials(ANNA, "203");
    assert_eq!((world.lamp(ANNA), world.lamp(BERT)), (Lamp::Busy, Lamp::OnHold));
    world.answers(CHRIS);

    assert_eq!((world.lamp(ANNA), world.lamp(CHRIS)), (Lamp::Busy, Lamp::Busy));
}

#[test]
fn losing_and_regaining_the_telephone_is_seen_and_versions_rise() {
    let mut world = World::new();
    let before = world.lamps[&BERT].version;

    world.registers(BERT, &[]);
    assert_eq!(world.lamp(BERT), Lamp::Unreachable);
    world.registers(BERT, &[7]);

    assert_eq!(world.lamp(BERT), Lamp::Idle);
    assert_eq!(world.lamps[&BERT].version, before + 2);
}

#[test]
fn nothing_is_told_when_nothing_changed() {
    let mut world = World::new();
    let told = world.log.len();

    world.registers(BERT, &[3]);
    world.run_s(3_600);

    assert_eq!(world.log.len(), told);
}

#[test]
fn do_not_disturb_and_forwarding_are_seen_beside_the_lamp_and_versions_rise() {
    let mut world = World::new();
    let before = world.lamps[&BERT].version;

    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    assert!(world.lamps[&BERT].standing.do_not_disturb);
    assert_eq!((world.lamps[&BERT].version, world.lamp(BERT)), (before + 1, Lamp::Idle));
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));

    assert_eq!(world.lamps[&BERT].standing.forward_to.unwrap().to_string(), "203");
    assert_eq!(world.lamps[&BERT].version, before + 2);
}

#[test]
fn a_lamp_that_becomes_private_is_told_anew_and_so_is_who_may_see_it() {
    let mut world = World::new();
    let before = world.lamps[&BERT].version;

    world.set(BERT, "privacy", json!({ "phone_status": true }));
    assert_eq!(world.lamps[&BERT].standing.private.as_deref(), Some(&[][..]));
    world.set(BERT, "privacy", json!({ "phone_status": true, "permitted": [4] }));
    assert_eq!(world.lamps[&BERT].version, before + 2);
    world.set(BERT, "privacy", json!({ "directory": true }));

    assert_eq!(world.lamps[&BERT].standing.private, None);
}
