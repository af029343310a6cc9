//! F-083 and F-084: somebody comes into a conversation of others, who know it before they are heard.

use std::time::Duration;

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, RECEPTION, World};
use crate::exchange::{LegEvent, Release, Verb};
use crate::feature::Cause;
use crate::feature::LogList::{Placed, Received};
use crate::ledger::{MoveRecord, Moved};
use pbx_api::LegId;

const NOTHING_THERE: Option<End> = Some(End::Rejected(Release::Because(Cause::NothingThere)));
const REFUSED: Option<End> = Some(End::Rejected(Release::Because(Cause::OperationRefused)));

/// A customer talks with Bert.
fn talking() -> (World, LegId, LegId) {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000202", Some("+31201234567"));
    let bert = world.answers(BERT);
    (world, caller, bert)
}

fn hear_each_other(world: &World, legs: &[LegId]) -> bool {
    legs.iter().all(|listener| {
        let others = legs.iter().filter(|leg| *leg != listener);
        let mut heard: Vec<String> = others.map(|leg| format!("leg {}", leg.0)).collect();
        heard.sort();
        world.hears(*listener) == heard
    })
}

#[test]
fn a_tone_is_heard_before_anything_and_then_all_three_talk() {
    let (mut world, caller, bert) = talking();

    let chris = world.dials(CHRIS, "*33202");
    assert_eq!((world.hears(caller), world.hears(bert)), (vec!["tone".to_owned()], vec!["tone".to_owned()]));
    assert!(world.hears(chris).is_empty(), "who comes in hears nothing of them yet");
    assert!(world.views[&world.only_call()].entering);
    world.run(Duration::from_millis(999));
    assert!(world.hears(chris).is_empty());
    world.run(Duration::from_millis(1));

    assert!(hear_each_other(&world, &[caller, bert, chris]));
    assert!(!world.views[&world.only_call()].entering);
    assert_eq!(world.phone(chris).shows(), "202 Bert");
    let view = &world.views[&world.only_call()];
    let controller = view.parties.iter().find(|party| party.controller).map(|party| party.leg);
    assert_eq!(controller, Some(chris));
}

#[test]
fn without_the_tone_all_three_talk_at_once() {
    let (mut world, caller, bert) = talking();
    world.set(CHRIS, "directed_call_pickup_with_barge_in", json!({ "warning_tone": false }));

    let chris = world.dials(CHRIS, "*33202");

    assert!(hear_each_other(&world, &[caller, bert, chris]));
}

#[test]
fn what_rings_is_picked_up_instead_also_beside_a_conversation() {
    let (mut world, caller, bert) = talking();
    let second = world.outside_calls("+31850000202", None);

    let chris = world.dials(CHRIS, "*33202");

    assert!(world.talk_together(second, chris));
    assert!(world.talk_together(caller, bert));
}

#[test]
fn with_no_conversation_or_two_nobody_comes_in() {
    let mut world = World::new();
    let idle = world.dials(CHRIS, "*33202");
    assert_eq!(world.ended(idle), NOTHING_THERE);

    world.dials(ANNA, "202");
    let first = world.answers(BERT);
    world.reports(first, LegEvent::HeldByPeer);
    world.dials(BERT, "204");
    world.answers(DORA);
    let two = world.dials(CHRIS, "*33202");
    assert_eq!(world.ended(two), NOTHING_THERE);
}

#[test]
fn nobody_comes_in_where_somebody_is_kept_waiting_sought_or_helped() {
    let (mut world, caller, bert) = talking();
    world.reports(bert, LegEvent::HeldByPeer);
    let held = world.dials(CHRIS, "*33202");
    assert_eq!(world.ended(held), NOTHING_THERE);
    assert_eq!(world.hears(caller), ["music"]);

    world.dials(ANNA, "204");
    let calling = world.dials(CHRIS, "*33201");
    assert_eq!(world.ended(calling), NOTHING_THERE);

    world.dials(RECEPTION, "112");
    world.outside_answers();
    let helped = world.dials(CHRIS, "*33200");
    assert_eq!(world.ended(helped), NOTHING_THERE);
}

#[test]
fn whoever_is_exempt_or_private_is_not_barged_in_on() {
    let (mut world, caller, bert) = talking();
    world.set(BERT, "barge_in_exempt", json!({ "active": true }));
    let exempt = world.dials(CHRIS, "*33202");
    assert_eq!(world.ended(exempt), REFUSED);
    assert!(world.talk_together(caller, bert));

    world.set(BERT, "barge_in_exempt", json!({ "active": false }));
    world.set(BERT, "privacy", json!({ "phone_status": true, "permitted": [DORA.0] }));
    let private = world.dials(CHRIS, "*33202");
    let permitted = world.dials(DORA, "*33202");
    assert_eq!(world.ended(private), REFUSED);
    world.run_s(1);
    assert!(hear_each_other(&world, &[caller, bert, permitted]));
}

#[test]
fn whoever_is_exempt_can_still_be_picked_up() {
    let mut world = World::new();
    world.set(BERT, "barge_in_exempt", json!({ "active": true }));
    let caller = world.outside_calls("+31850000202", None);

    let chris = world.dials(CHRIS, "*33202");

    assert!(world.talk_together(caller, chris));
}

#[test]
fn the_conversation_goes_on_when_the_one_who_came_in_leaves() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");
    world.run_s(5);

    world.hangs_up(chris);

    assert!(world.talk_together(caller, bert));
}

#[test]
fn by_setting_the_one_who_came_in_ends_it_for_all() {
    let (mut world, caller, bert) = talking();
    world.set(CHRIS, "directed_call_pickup_with_barge_in", json!({ "when_i_leave": "end_for_all" }));
    let chris = world.dials(CHRIS, "*33202");
    world.run_s(5);

    world.hangs_up(chris);

    assert!(world.ended(caller).is_some() && world.ended(bert).is_some());
}

#[test]
fn whoever_comes_in_and_leaves_during_the_tone_leaves_nothing_behind() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");

    world.hangs_up(chris);

    assert!(world.talk_together(caller, bert));
}

#[test]
fn if_one_leaves_during_the_tone_the_other_talks_with_the_newcomer_after_it() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");

    world.hangs_up(bert);
    assert_eq!(world.hears(caller), ["tone"]);
    world.run_s(1);

    assert!(world.talk_together(caller, chris));
}

#[test]
fn if_all_others_leave_during_the_tone_it_is_over() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");

    world.hangs_up(bert);
    world.hangs_up(caller);

    assert!(world.ended(chris).is_some());
    assert!(world.views.is_empty());
}

#[test]
fn there_is_no_limit_to_those_who_come_in() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");
    let dora = world.dials(DORA, "*33202");
    assert!(world.hears(chris).is_empty() && world.hears(dora).is_empty());
    world.run_s(1);
    let anna = world.dials(ANNA, "*33202");
    assert_eq!(world.hears(dora), ["tone"], "who came in before is told as well");

    world.run_s(1);

    assert!(hear_each_other(&world, &[caller, bert, chris, dora, anna]));
}

#[test]
fn the_record_says_who_came_in_and_the_lists_that_he_called() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");
    world.run_s(60);

    world.hangs_up(caller);
    world.hangs_up(bert);

    assert!(world.ended(chris).is_some(), "nobody is left");
    let record = world.record();
    let [MoveRecord { by: CHRIS, what: Moved::BargedIn, whom: BERT, .. }] = record.moves[..] else {
        panic!("{:?}", record.moves);
    };
    let lists: Vec<_> = record.log.iter().map(|(who, line)| (*who, line.list)).collect();
    assert_eq!(lists, [(BERT, Received), (CHRIS, Placed)]);
}

#[test]
fn alone_the_code_finds_the_only_colleague_of_the_team_with_a_call() {
    let (mut world, caller, bert) = talking();
    world.set(CHRIS, "directed_call_pickup_with_barge_in", json!({ "automatic_target": true }));

    let chris = world.dials(CHRIS, "*33");
    world.run_s(1);
    assert!(hear_each_other(&world, &[caller, bert, chris]));
    world.hangs_up(chris);
    world.outside_calls("+31850000201", None);
    let ambiguous = world.dials(CHRIS, "*33");

    assert_eq!(world.ended(ambiguous), NOTHING_THERE, "Anna's telephone rings and Bert talks");
}

#[test]
fn a_second_device_of_the_newcomer_and_a_transfer_work_as_ever() {
    let (mut world, caller, bert) = talking();
    let chris = world.dials(CHRIS, "*33202");
    world.run_s(1);

    world.hangs_up(bert);
    world.refers(chris, "204");
    let dora = world.answers(DORA);

    assert!(world.talk_together(caller, dora));
}

#[test]
fn a_conversation_that_is_being_joined_can_become_one_of_three_elsewhere() {
    let (mut world, caller, first) = talking();
    world.dials(CHRIS, "*33202");
    world.hangs_up(caller);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(BERT, "204");
    world.answers(DORA);

    world.commands(BERT, Verb::Conference { leg: second, other: first });
    world.run_s(2);

    let view = &world.views[&world.only_call()];
    assert_eq!(view.parties.len(), 3);
    assert!(view.parties.iter().all(|party| !world.hears(party.leg).is_empty()));
}
