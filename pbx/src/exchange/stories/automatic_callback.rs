//! F-032: what becomes of callbacks when the exchange, or a colleague, is gone.

use std::sync::Arc;

use pbx_api::LegId;
use serde_json::json;

use crate::directory::{Directory, SubscriberId};
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, World, records};
use crate::exchange::{Input, MediaEvent, Release};
use crate::feature::Cause;

/// Bert talks with Chris and takes no second call.
fn talking(mut world: World) -> (World, LegId) {
    world.set(ANNA, "automatic_callback", json!({ "active": true }));
    world.set(BERT, "call_waiting", json!({ "active": false }));
    let chris = world.dials(CHRIS, "202");
    world.answers(BERT);
    (world, chris)
}

fn asks_to_be_called_back(world: &mut World, who: SubscriberId, text: &str) {
    let leg = world.dials(who, text);
    let call = world.exchange.table.call_of(leg).unwrap();
    world.give(Input::Media { call, event: MediaEvent::Key(leg, '5') });
    world.announcement_ends(leg);
    assert!(world.ended(leg).is_some(), "{:?}", world.phone(leg));
}

fn rings(world: &World, who: SubscriberId) -> bool {
    !world.all_ringing_at(Some(who)).is_empty()
}

#[test]
fn a_callback_outlives_a_restart() {
    let (mut world, _) = talking(World::new());
    asks_to_be_called_back(&mut world, ANNA, "202");

    world.restarts();
    world.run_s(11);

    assert!(rings(&world, ANNA));
    let anna = world.answers(ANNA);
    let bert = world.answers(BERT);
    assert!(world.talk_together(anna, bert));
    world.hangs_up(anna);
    world.restarts();
    world.run_s(60);
    assert!(!rings(&world, ANNA), "it was once");
}

#[test]
fn an_exchange_that_drains_rings_nobody() {
    let (mut world, chris) = talking(World::new());
    asks_to_be_called_back(&mut world, ANNA, "202");
    let dora = world.dials(DORA, "200");
    world.hangs_up(chris);
    world.run_s(5);

    world.give(Input::Drain);
    world.run_s(60);

    assert!(!rings(&world, ANNA));
    world.hangs_up(dora);
}

#[test]
fn who_hangs_up_instead_of_pressing_is_not_called_back() {
    let (mut world, chris) = talking(World::new());

    let anna = world.dials(ANNA, "202");
    world.hangs_up(anna);
    world.hangs_up(chris);
    world.run_s(60);

    assert!(!rings(&world, ANNA));
}

#[test]
fn a_colleague_of_another_site_is_waited_for_only_if_that_is_set() {
    let (mut world, chris) = talking(World::with_two_sites());
    world.set(DORA, "automatic_callback", json!({ "active": true }));
    let dora = world.dials(DORA, "202");
    assert_eq!(world.ended(dora), Some(End::Rejected(Release::Because(Cause::Busy))));

    world.set(DORA, "automatic_callback", json!({ "active": true, "other_sites": true }));
    asks_to_be_called_back(&mut world, DORA, "202");
    world.hangs_up(chris);
    world.run_s(11);

    assert!(rings(&world, DORA));
}

#[test]
fn a_colleague_who_is_gone_is_not_waited_for() {
    let (mut world, chris) = talking(World::new());
    asks_to_be_called_back(&mut world, ANNA, "202");
    world.hangs_up(chris);
    let mut records = records(&[]);
    records.teams.clear();
    records.subscribers.retain(|who| who.id != BERT);

    world.give(Input::DirectoryChanged(Arc::new(Directory::build(&records).unwrap())));

    assert!(world.exchange.memory().of(ANNA).callbacks().is_empty());
}
