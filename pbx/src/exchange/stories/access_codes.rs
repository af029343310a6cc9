//! Access codes: the setting is stored before the confirmation is heard.

use pbx_api::LegId;
use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, End, Store, World};
use crate::exchange::{Input, Release, Verb};
use crate::feature::Cause;

#[test]
fn star_21_stores_then_confirms_then_hangs_up() {
    let mut world = World::new();

    let bert = world.dials(BERT, "*72203");
    assert_eq!(world.stored.len(), 1);
    assert_eq!(world.stored[0].settings.service, "call_forwarding_always");
    assert!(world.phone(bert).answered);
    assert_eq!(world.hears(bert), ["words"]);
    world.announcement_ends(bert);

    assert_eq!(world.ended(bert), Some(End::HungUp(Release::Because(Cause::Normal))));
    assert!(world.record().log.is_empty(), "a code is no call in anybody's list");
}

#[test]
fn nothing_is_confirmed_before_it_is_stored() {
    let mut world = World::new();
    world.store = Store::IsSilent;

    let bert = world.dials(BERT, "*78");
    assert!(!world.phone(bert).answered);
    assert!(world.hears(bert).is_empty());
    world.run_s(10);

    assert_eq!(world.ended(bert), Some(End::Rejected(Release::Because(Cause::Failure))));
}

#[test]
fn what_could_not_be_stored_is_not_confirmed() {
    let mut world = World::new();
    world.store = Store::Fails;

    let bert = world.dials(BERT, "*78");

    assert_eq!(world.ended(bert), Some(End::Rejected(Release::Because(Cause::Failure))));
}

#[test]
fn a_store_that_answers_after_the_caller_is_gone_changes_nothing() {
    let mut world = World::new();
    world.store = Store::IsSilent;
    let bert = world.dials(BERT, "*78");

    world.hangs_up(bert);
    world.give(Input::Stored(crate::exchange::StoreId(1)));

    assert!(world.views.is_empty());
}

#[test]
fn no_pin_stands_in_a_record_however_it_was_dialled() {
    let mut world = World::new();
    let codes = json!({ "codes": [{ "id": 7, "pin": "2580" }] });
    world.set_site("enhanced_outgoing_calling_plan", codes);

    let unknown = world.dials(ANNA, "*67*472580");
    world.announcement_ends(unknown);
    world.commands(ANNA, Verb::Originate { subscriber: ANNA, device: None, to: "*472580".to_owned() });
    let anna = world.answers(ANNA);
    world.hangs_up(anna);

    let dialled: Vec<&str> = world.records.iter().map(|record| record.dialled.as_str()).collect();
    assert_eq!(dialled, ["*67*47", "*47"]);
    assert!(!format!("{:?}", world.records).contains("2580"), "nor in why it went so");
}

#[test]
fn an_unknown_code_is_refused() {
    let mut world = World::new();

    let anna = world.dials(ANNA, "*99999");

    assert_eq!(refusal(&mut world, anna), Release::Because(Cause::UnknownCode));
}

#[test]
fn a_confirmation_whose_end_is_never_reported_is_cut_off() {
    let mut world = World::new();
    let bert = world.dials(BERT, "*78");

    world.run_s(60);

    assert!(world.ended(bert).is_some());
}

#[test]
fn a_party_is_not_transferred_to_an_access_code() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "*78");

    assert!(world.stored.is_empty());
    assert!(world.talk_together(anna, bert));
}

#[test]
fn the_code_of_one_subscriber_changes_nothing_for_another() {
    let mut world = World::new();
    let bert = world.dials(BERT, "*78");
    world.announcement_ends(bert);

    assert_eq!(world.stored[0].subscriber, BERT);
    world.dials(ANNA, "203");
    world.ringing_at(Some(CHRIS));
}

/// How a caller was refused, after whatever was said.
fn refusal(world: &mut World, leg: LegId) -> Release {
    world.run_s(60);
    match world.ended(leg) {
        Some(End::Rejected(release)) => release,
        other => panic!("the caller is refused, not {other:?}"),
    }
}
