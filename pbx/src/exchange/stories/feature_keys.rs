//! C-6: feature keys follow the settings, and what is set with them is stored first.

use serde_json::json;

use crate::exchange::Input;
use crate::exchange::people::{ANNA, BERT, CHRIS, Store, World};
use crate::feature::{Cause, ForwardWhen, ForwardingChange, KeyChange, KeyState};

const DO_NOT_DISTURB: KeyChange = KeyChange::DoNotDisturb { active: true };

#[test]
fn a_key_is_stored_then_told_and_then_answered() {
    let mut world = World::new();
    let before = world.log.len();

    let id = world.uses_key(BERT, DO_NOT_DISTURB);

    let told: Vec<&str> = world.log[before..].iter().map(|effect| word(effect)).collect();
    assert_eq!(told, ["Store", "FeatureKeys", "Presence", "KeyAnswered"]);
    assert_eq!((world.stored[0].subscriber, world.stored[0].settings.service), (BERT, "do_not_disturb"));
    assert_eq!(world.key_answers, [(id, Ok(()))]);
    assert!(do_not_disturb(&world));
}

#[test]
fn whoever_changes_a_setting_the_keys_are_told_and_versions_rise() {
    let mut world = World::new();

    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    assert_eq!(world.keys[&BERT].version, 1);
    world.dials(BERT, "*79");
    assert_eq!(world.keys[&BERT].version, 2);
    assert!(!do_not_disturb(&world));
    world.uses_key(BERT, DO_NOT_DISTURB);
    assert_eq!(world.keys[&BERT].version, 3);

    assert!(do_not_disturb(&world));
    assert!(!world.keys.contains_key(&ANNA), "nobody else's keys changed");
}

#[test]
fn what_changes_no_key_tells_no_key() {
    let mut world = World::new();
    world.uses_key(BERT, DO_NOT_DISTURB);
    let version = world.keys[&BERT].version;

    world.set(BERT, "call_waiting", json!({ "active": false }));
    let id = world.uses_key(BERT, DO_NOT_DISTURB);

    assert_eq!(world.keys[&BERT].version, version);
    assert_eq!(world.key_answers.last(), Some(&(id, Ok(()))), "who sets what is set already is answered too");
}

#[test]
fn what_could_not_be_stored_is_answered_and_not_told() {
    let mut world = World::new();
    world.store = Store::Fails;

    let id = world.uses_key(BERT, DO_NOT_DISTURB);

    assert_eq!(world.key_answers, [(id, Err(Cause::Failure))]);
    assert!(world.keys.is_empty());
}

#[test]
fn a_store_that_is_silent_is_waited_for_ten_seconds() {
    let mut world = World::new();
    world.store = Store::IsSilent;
    let id = world.uses_key(BERT, DO_NOT_DISTURB);

    world.run_s(9);
    assert!(world.key_answers.is_empty());
    world.run_s(1);
    assert_eq!(world.key_answers, [(id, Err(Cause::Failure))]);

    world.give(Input::Stored(crate::exchange::StoreId(1)));
    assert_eq!(world.key_answers.len(), 1, "it is answered once");
}

#[test]
fn what_a_service_refuses_is_not_stored() {
    let mut world = World::new();

    let forward = ForwardingChange { when: ForwardWhen::Busy, active: true, to: None, rings: None };
    let refused = world.uses_key(BERT, KeyChange::Forwarding(forward));
    let stranger = world.uses_key(crate::directory::SubscriberId(99), DO_NOT_DISTURB);

    let answers = [(refused, Err(Cause::OperationRefused)), (stranger, Err(Cause::Forbidden))];
    assert_eq!(world.key_answers, answers);
    assert!(world.stored.is_empty());
}

#[test]
fn a_forward_that_was_set_with_a_key_sends_calls_on() {
    let mut world = World::new();
    let to = world.exchange.directory.argument(BERT, "203");
    let forward = ForwardingChange { when: ForwardWhen::Always, active: true, to, rings: None };

    world.uses_key(BERT, KeyChange::Forwarding(forward));
    world.dials(ANNA, "202");

    world.ringing_at(Some(CHRIS));
}

/// Whether the key of do not disturb shows it.
fn do_not_disturb(world: &World) -> bool {
    world.keys[&BERT].keys.contains(&KeyState::DoNotDisturb { active: true })
}

/// The name of an effect.
fn word(effect: &str) -> &str {
    effect.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}
