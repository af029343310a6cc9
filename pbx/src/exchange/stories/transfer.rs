//! F-024: putting a party through, blind, after asking, and while it rings.

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, RECEPTION, Temper, World};
use crate::exchange::{CommandError, LegEvent, Release, TransferProgress, Verb};
use crate::feature::Cause;
use crate::ledger::{Payer, TransferResult};

#[test]
fn a_blind_transfer_frees_the_reception_when_it_rings_and_connects_when_answered() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000200", Some("+31201234567"));
    let reception = world.answers(RECEPTION);

    world.refers(reception, "202");
    assert_eq!(world.phone(reception).transfer, [TransferProgress::Trying, TransferProgress::Done]);
    assert_eq!(world.ended(reception), Some(End::HungUp(Release::Moved)));
    assert_eq!(world.hears(caller), ["music"], "held music while the target rings");
    assert_eq!(world.phone(world.ringing_at(Some(BERT))).shows(), "+31201234567");
    let bert = world.answers(BERT);

    assert!(world.talk_together(caller, bert));
    assert_eq!(world.phone(caller).shows(), "+31850000202 Bert");
    world.hangs_up(bert);
    assert_eq!(world.records.len(), 1, "the record belongs to the call");
    assert_eq!(world.record().transfers[0].result, TransferResult::Answered);
}

#[test]
fn a_transfer_to_nobody_leaves_everything_as_it_was() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "299");

    let failed = TransferProgress::Failed(Release::Because(Cause::UnknownNumber));
    assert_eq!(world.phone(bert).transfer, [failed]);
    assert!(world.talk_together(anna, bert));
}

#[test]
fn a_transfer_to_a_busy_colleague_comes_back_to_the_one_who_is_still_there() {
    let mut world = World::new();
    world.temper(CHRIS, Temper::Refuses(486));
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "203");

    let failed = TransferProgress::Failed(Release::Because(Cause::Busy));
    assert_eq!(world.phone(bert).transfer, [TransferProgress::Trying, failed]);
    assert!(world.talk_together(anna, bert));
    world.hangs_up(anna);
    assert_eq!(world.record().transfers[0].result, TransferResult::Failed);
}

#[test]
fn a_party_put_through_to_nobody_who_answers_hears_it_and_is_released() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");

    world.declines(CHRIS, 486);
    assert_eq!(world.hears(anna), ["tone"]);
    world.run_s(10);

    assert_eq!(world.ended(anna), Some(End::HungUp(Release::Because(Cause::Busy))));
}

#[test]
fn a_party_that_hangs_up_while_being_put_through_stops_the_ringing() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    let chris = world.ringing_at(Some(CHRIS));

    world.hangs_up(anna);

    assert!(world.ended(chris).is_some());
    assert_eq!(world.record().transfers[0].result, TransferResult::Unanswered);
}

#[test]
fn a_transfer_to_the_outside_is_paid_by_whoever_transferred() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000200", Some("+31201234567"));
    let reception = world.answers(RECEPTION);

    world.refers(reception, "0612345678");
    let mobile = world.outside_answers();

    assert!(world.talk_together(caller, mobile));
    world.hangs_up(caller);
    let leg = world.record().legs.iter().find(|leg| leg.leg == mobile).unwrap();
    assert_eq!(leg.payer, Payer::Exchange(RECEPTION));
}

#[test]
fn after_asking_the_two_others_are_connected() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000200", Some("+31201234567"));
    let first = world.answers(RECEPTION);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(RECEPTION, "202");
    let bert = world.answers(BERT);
    assert!(world.talk_together(second, bert));

    world.refers_to_leg(first, second);

    assert_eq!(world.phone(first).transfer, [TransferProgress::Done]);
    assert_eq!(world.ended(first), Some(End::HungUp(Release::Moved)));
    assert_eq!(world.ended(second), Some(End::HungUp(Release::Moved)));
    assert!(world.talk_together(caller, bert));
    assert_eq!(world.phone(bert).shows(), "+31201234567");
    assert_eq!(world.phone(caller).shows(), "+31850000202 Bert");
}

#[test]
fn after_asking_the_order_in_which_the_telephone_names_its_calls_does_not_matter() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000200", Some("+31201234567"));
    let first = world.answers(RECEPTION);
    let second = world.dials(RECEPTION, "202");
    let bert = world.answers(BERT);

    world.refers_to_leg(second, first);

    assert!(world.talk_together(caller, bert));
}

#[test]
fn a_consulted_colleague_who_still_rings_rings_on_for_the_other_party() {
    for ringing_named_first in [false, true] {
        let mut world = World::new();
        let caller = world.outside_calls("+31850000200", Some("+31201234567"));
        let first = world.answers(RECEPTION);
        world.reports(first, LegEvent::HeldByPeer);
        let second = world.dials(RECEPTION, "202");
        let bert = world.ringing_at(Some(BERT));

        if ringing_named_first {
            world.refers_to_leg(second, first);
        } else {
            world.refers_to_leg(first, second);
        }
        assert!(world.ended(first).is_some() && world.ended(second).is_some());
        assert_eq!(world.hears(caller), ["music"]);
        assert_eq!(world.ended(bert), None);
        world.picks_up(bert);

        assert!(world.talk_together(caller, bert));
        assert_eq!(world.phone(bert).shows(), "+31201234567");
    }
}

#[test]
fn without_music_a_party_who_is_put_through_hears_ringing() {
    let mut world = World::new();
    world.set_site("music_on_hold", json!({ "during_hold": false }));
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "203");

    assert_eq!(world.hears(anna), ["ringback"]);
}

#[test]
fn a_consultation_that_is_being_refused_is_not_given_to_the_other_party() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let first = world.answers(BERT);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(BERT, "299");
    assert_eq!(world.hears(second), ["words"]);

    world.refers_to_leg(first, second);

    let failed = TransferProgress::Failed(Release::Because(Cause::Incompatible));
    assert_eq!(world.phone(first).transfer, [failed]);
    world.reports(first, LegEvent::Resumed);
    assert!(world.talk_together(anna, first));
}

#[test]
fn a_consultation_with_a_party_who_is_being_put_through_is_not_taken_from_it() {
    let mut world = World::new();
    world.temper(DORA, Temper::Mute);
    let anna = world.dials(ANNA, "202");
    let first = world.answers(BERT);
    let second = world.dials(BERT, "203");
    let chris = world.answers(CHRIS);
    world.refers(second, "204");
    assert_eq!(world.ended(second), None, "nothing rings at Dora yet");

    world.refers_to_leg(first, second);

    assert!(world.talk_together(anna, first));
    let dora = world.answers(DORA);
    assert!(world.talk_together(chris, dora));
}

#[test]
fn the_party_that_was_held_twice_is_not_held_after_the_transfer() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let first = world.answers(BERT);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(BERT, "203");
    let chris = world.answers(CHRIS);
    world.reports(second, LegEvent::HeldByPeer);
    assert_eq!((world.hears(anna), world.hears(chris)), (vec!["music".to_owned()], vec!["music".to_owned()]));

    world.refers_to_leg(first, second);

    assert!(world.talk_together(anna, chris));
}

#[test]
fn nobody_transfers_with_the_legs_of_somebody_else() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let chris = world.dials(CHRIS, "204");
    world.answers(DORA);

    world.refers_to_leg(bert, chris);
    let command = world.commands(ANNA, Verb::CompleteTransfer { leg: anna, other: chris });

    let failed = TransferProgress::Failed(Release::Because(Cause::Forbidden));
    assert_eq!(world.phone(bert).transfer, [failed]);
    assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAllowed)));
}

#[test]
fn a_transfer_by_command_goes_the_same_way() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    let command = world.commands(BERT, Verb::Transfer { leg: bert, to: "203".to_owned() });
    assert!(world.reply_to(command).unwrap().is_ok());
    let chris = world.answers(CHRIS);

    assert!(world.talk_together(anna, chris));
}

#[test]
fn the_telephone_that_hangs_up_right_after_its_request_does_not_stop_the_transfer() {
    let mut world = World::new();
    world.temper(CHRIS, Temper::Mute);
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "203");
    assert_eq!(world.ended(bert), None, "nothing rings yet");
    world.hangs_up(bert);
    let chris = world.answers(CHRIS);

    assert!(world.talk_together(anna, chris));
}

#[test]
fn a_transfer_can_be_taken_back_until_somebody_answers() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    let call = world.only_call();

    let others = world.commands(CHRIS, Verb::TakeBack { call });
    let own = world.commands(BERT, Verb::TakeBack { call });
    assert_eq!(world.reply_to(others), Some(Err(CommandError::NotAllowed)));
    assert!(world.reply_to(own).unwrap().is_ok());
    assert!(world.all_ringing_at(Some(CHRIS)).is_empty());
    let bert = world.answers(BERT);

    assert!(world.talk_together(anna, bert));
    world.hangs_up(anna);
    assert_eq!(world.record().transfers[0].result, TransferResult::TakenBack);
}

#[test]
fn a_note_goes_with_the_call_to_whoever_gets_it_and_into_the_record() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let call = world.only_call();
    let note = |text: &str| Verb::Note { call, text: text.to_owned() };

    let stranger = world.commands(DORA, note("x"));
    assert_eq!(world.reply_to(stranger), Some(Err(CommandError::NotAllowed)));
    let own = world.commands(BERT, note("asks for the offer"));
    assert!(world.reply_to(own).unwrap().is_ok());
    world.refers(bert, "203");
    let still_his = world.commands(BERT, note(&"é".repeat(2_000)));
    assert!(world.reply_to(still_his).unwrap().is_ok());
    world.answers(CHRIS);
    let over = world.commands(BERT, note("y"));
    assert_eq!(world.reply_to(over), Some(Err(CommandError::NotAllowed)), "it is another's call now");

    world.hangs_up(anna);
    assert_eq!(world.record().note, "é".repeat(1_000));
}

#[test]
fn a_transfer_that_does_not_ring_yet_is_taken_back_on_the_same_leg() {
    let mut world = World::new();
    world.temper(CHRIS, Temper::Mute);
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.refers(bert, "203");
    let call = world.only_call();

    world.commands(BERT, Verb::TakeBack { call });

    assert!(world.talk_together(anna, bert));
}

/// Bert's announced transfers are not to be forwarded by their target, and Chris forwards after two rings.
fn with_inhibitor() -> World {
    let mut world = World::new();
    world.set(BERT, "call_transfer", json!({ "inhibit_diversion_consultative": true }));
    world.set(CHRIS, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "204", "rings": 2 }));
    world
}

#[test]
fn a_consultation_by_command_is_not_forwarded_by_its_target_when_so_set() {
    let mut world = with_inhibitor();
    world.dials(ANNA, "202");
    let first = world.answers(BERT);
    world.commands(BERT, Verb::Consult { leg: first, to: "203".to_owned() });
    world.answers(BERT);

    world.run_s(170);

    let chris = world.ringing_at(Some(CHRIS));
    assert!(world.phone(chris).placement.as_ref().unwrap().no_further_diversion);
    assert!(world.all_ringing_at(Some(DORA)).is_empty());
}

#[test]
fn a_transfer_while_it_rings_is_not_forwarded_by_its_target_when_so_set() {
    let mut world = with_inhibitor();
    let anna = world.dials(ANNA, "202");
    let first = world.answers(BERT);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(BERT, "203");

    world.refers_to_leg(first, second);
    world.run_s(170);

    let chris = world.ringing_at(Some(CHRIS));
    assert!(world.all_ringing_at(Some(DORA)).is_empty());
    world.picks_up(chris);
    assert!(world.talk_together(anna, chris));
}

#[test]
fn only_an_unannounced_transfer_comes_back() {
    let mut world = World::new();
    world.set(BERT, "call_transfer", json!({ "recall": true, "recall_rings": 2 }));
    world.dials(ANNA, "202");
    let first = world.answers(BERT);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(BERT, "203");

    world.refers_to_leg(first, second);
    world.run_s(100);

    assert!(world.all_ringing_at(Some(BERT)).is_empty());
    assert_eq!(world.all_ringing_at(Some(CHRIS)).len(), 1);
}
