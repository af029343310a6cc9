//! F-024: a transfer that nobody answers comes back.

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, RECEPTION, World};
use crate::exchange::{Purpose, Release, Waiting};
use crate::feature::Cause;
use crate::ledger::TransferResult;

fn with_recall(rings: u8) -> World {
    let mut world = World::new();
    world.set(BERT, "call_transfer", json!({ "recall": true, "recall_rings": rings }));
    world
}

#[test]
fn after_three_rings_it_rings_at_the_transferrer_again_as_a_recall() {
    let mut world = with_recall(3);
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");

    world.run_s(17);
    assert!(world.all_ringing_at(Some(BERT)).is_empty());
    world.run_s(1);

    assert!(world.all_ringing_at(Some(CHRIS)).is_empty());
    let back = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(back).shows(), "201 Recall: Anna");
    assert_eq!(world.phone(back).placement.as_ref().unwrap().purpose, Purpose::Recall);
    world.picks_up(back);
    assert!(world.talk_together(anna, back));
    world.hangs_up(anna);
    assert_eq!(world.record().transfers[0].result, TransferResult::Recalled);
}

#[test]
fn a_busy_target_comes_back_at_once() {
    let mut world = with_recall(4);
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");

    world.declines(CHRIS, 486);

    let back = world.answers(BERT);
    assert!(world.talk_together(anna, back));
}

#[test]
fn a_recall_rings_although_the_transferrer_does_not_want_to_be_disturbed() {
    let mut world = with_recall(2);
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    world.refers(bert, "203");

    world.run_s(12);

    let back = world.answers(BERT);
    assert!(world.talk_together(anna, back));
}

#[test]
fn a_recall_waits_at_a_transferrer_who_talks() {
    let mut world = with_recall(2);
    world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    world.dials(DORA, "202");
    world.answers(BERT);

    world.run_s(12);

    let back = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(back).placement.as_ref().unwrap().waiting, Waiting::InCall);
}

#[test]
fn a_recall_that_nobody_takes_gets_the_targets_no_answer_treatment() {
    let mut world = with_recall(2);
    world.set(
        CHRIS,
        "call_forwarding_no_answer",
        json!({ "active": true, "forward_to": "200", "rings": 20 }),
    );
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    world.run_s(12);

    world.declines(BERT, 486);

    let reception = world.answers(RECEPTION);
    assert!(world.talk_together(anna, reception));
}

#[test]
fn a_transferrer_who_is_gone_cannot_be_recalled_and_the_party_is_released() {
    let mut world = with_recall(2);
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    world.registers(BERT, &[]);

    world.run_s(12);
    assert_eq!(world.hears(anna), ["tone"]);
    world.run_s(10);

    assert_eq!(world.ended(anna), Some(End::HungUp(Release::Because(Cause::NoAnswer))));
}

#[test]
fn without_the_setting_a_transfer_does_not_come_back() {
    let mut world = World::new();
    world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");

    world.run_s(170);

    assert!(world.all_ringing_at(Some(BERT)).is_empty());
}

#[test]
fn a_recall_after_busy_that_nobody_takes_leaves_the_party_with_busy() {
    let mut world = with_recall(2);
    world.set(
        CHRIS,
        "call_forwarding_no_answer",
        json!({ "active": true, "forward_to": "200", "rings": 20 }),
    );
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    world.declines(CHRIS, 486);

    world.declines(BERT, 486);

    assert!(world.all_ringing_at(Some(RECEPTION)).is_empty(), "busy is not the same as no answer");
    world.run_s(10);
    assert_eq!(world.ended(anna), Some(End::HungUp(Release::Because(Cause::Busy))));
}
