//! F-064 to F-067 and C-5: what the call machine makes of calls that are sent on.

use std::time::Duration;

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, RECEPTION, Temper, World};
use crate::exchange::{AgreedMedia, LegEvent, Release};
use crate::feature::Cause;
use crate::ledger::Payer;

#[test]
fn a_forwarded_colleague_sends_the_call_on_and_the_caller_is_told() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));

    let anna = world.dials(ANNA, "202");
    assert_eq!(world.phone(anna).told, ["forwarding", "ring"]);
    let chris = world.ringing_at(Some(CHRIS));
    let placement = world.phone(chris).placement.clone().unwrap();
    world.picks_up(chris);

    assert_eq!(world.views[&world.only_call()].diversions, placement.diversions);
    assert_eq!(placement.diversions.len(), 1);
    assert_eq!(placement.diversions[0].reason.name(), "unconditional");
    assert!(world.talk_together(anna, chris));
    assert_eq!(world.phone(anna).shows(), "203 Chris");
}

#[test]
fn an_outside_caller_is_not_told_of_a_forward() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));

    let caller = world.outside_calls("+31850000202", Some("+31201234567"));

    assert_eq!(world.phone(caller).told, ["ring"]);
}

#[test]
fn do_not_disturb_goes_where_busy_goes() {
    let mut world = World::new();
    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    world.set(BERT, "call_forwarding_busy", json!({ "active": true, "forward_to": "200" }));

    let anna = world.dials(ANNA, "202");
    let reception = world.answers(RECEPTION);

    assert!(world.talk_together(anna, reception));
}

#[test]
fn a_telephone_that_is_busy_sends_the_call_where_busy_goes() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_busy", json!({ "active": true, "forward_to": "200" }));
    world.temper(BERT, Temper::Refuses(486));

    let anna = world.dials(ANNA, "202");
    let reception = world.answers(RECEPTION);

    assert!(world.talk_together(anna, reception));
}

#[test]
fn after_three_rings_without_answer_the_call_goes_on() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "200", "rings": 3 }));
    let anna = world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));

    world.run_s(17);
    assert_eq!(world.ended(bert), None);
    world.run_s(1);

    assert!(world.ended(bert).is_some());
    let reception = world.answers(RECEPTION);
    assert!(world.talk_together(anna, reception));
}

#[test]
fn zero_rings_forward_at_once_without_ringing() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "200", "rings": 0 }));

    world.dials(ANNA, "202");

    assert!(world.all_ringing_at(Some(BERT)).is_empty());
    world.ringing_at(Some(RECEPTION));
}

#[test]
fn an_unreachable_colleague_is_reached_on_the_mobile_which_he_pays() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_not_reachable", json!({ "active": true, "forward_to": "0612345678" }));
    world.registers(BERT, &[]);

    let anna = world.dials(ANNA, "202");
    let mobile = world.outside_answers();

    assert!(world.talk_together(anna, mobile));
    world.hangs_up(anna);
    let leg = world.record().legs.iter().find(|leg| leg.leg == mobile).unwrap();
    assert_eq!(leg.payer, Payer::Exchange(BERT));
}

#[test]
fn a_registration_that_is_lost_while_ringing_leads_to_not_reachable() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_not_reachable", json!({ "active": true, "forward_to": "200" }));
    world.temper(BERT, Temper::Unreachable);

    let anna = world.dials(ANNA, "202");
    let reception = world.answers(RECEPTION);

    assert!(world.talk_together(anna, reception));
}

#[test]
fn two_telephones_that_forward_to_each_other_end_in_busy() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));
    world.set(CHRIS, "call_forwarding_always", json!({ "active": true, "forward_to": "202" }));

    let anna = world.dials(ANNA, "202");

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::Busy))));
}

#[test]
fn redirections_are_counted_over_forwards_that_act_one_after_the_other() {
    let mut world = World::new();
    for (who, to) in [(BERT, "203"), (CHRIS, "204"), (DORA, "200")] {
        world.set(who, "call_forwarding_no_answer", json!({ "active": true, "forward_to": to, "rings": 2 }));
    }

    world.dials(ANNA, "202");
    world.run_s(36);

    let reception = world.ringing_at(Some(RECEPTION));
    let placement = world.phone(reception).placement.as_ref().unwrap();
    let path: Vec<String> = placement.diversions.iter().map(|it| it.number.to_string()).collect();
    assert_eq!(path, ["202", "203", "204"]);
}

#[test]
fn a_caller_who_heard_a_network_and_is_forwarded_hears_ringing_from_us() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "0612345678" }));
    let anna = world.dials(ANNA, "202");
    let mobile = world.ringing_at(None);
    world.reports(mobile, LegEvent::EarlyMedia(Default::default()));

    assert_eq!(world.hears(anna), [format!("leg {}", mobile.0)]);
    world.picks_up(mobile);

    assert!(world.talk_together(anna, mobile));
}

#[test]
fn a_telephone_that_says_again_that_it_rings_does_not_start_the_time_again() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "203", "rings": 3 }));
    world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));

    world.run_s(10);
    world.reports(bert, LegEvent::Ringing);
    world.reports(bert, LegEvent::EarlyMedia(AgreedMedia::default()));
    world.run_s(8);

    assert!(world.ended(bert).is_some());
    assert_eq!(world.all_ringing_at(Some(CHRIS)).len(), 1);
}

#[test]
fn the_time_counts_from_the_first_of_several_telephones_that_rings() {
    let mut world = World::new();
    world.registers(BERT, &[11, 12]);
    world.set(BERT, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "203", "rings": 3 }));
    world.dials(ANNA, "202");
    let ringing = world.all_ringing_at(Some(BERT));

    world.run_s(10);
    world.phones.get_mut(&ringing[0]).unwrap().end = Some(End::LeftByItself);
    world.reports(ringing[0], LegEvent::Rejected { code: 486 });
    world.reports(ringing[1], LegEvent::Ringing);
    world.run_s(8);

    assert_eq!(world.all_ringing_at(Some(CHRIS)).len(), 1);
}

#[test]
fn a_telephone_of_which_nothing_comes_is_not_reachable_within_five_seconds() {
    let mut world = World::new();
    world.temper(BERT, Temper::Mute);
    world.set(BERT, "call_forwarding_not_reachable", json!({ "active": true, "forward_to": "0612345678" }));
    let anna = world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));

    world.run(Duration::from_millis(4_500));

    assert!(world.ended(bert).is_some());
    let mobile = world.outside_answers();
    assert!(world.talk_together(anna, mobile));
}

#[test]
fn a_telephone_that_has_the_call_may_take_its_time_to_ring() {
    let mut world = World::new();
    world.temper(BERT, Temper::Mute);
    world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));

    world.reports(bert, LegEvent::Trying);
    world.run_s(30);

    assert_eq!(world.ended(bert), None);
}

#[test]
fn one_dead_telephone_does_not_stop_the_other_from_ringing() {
    let mut world = World::new();
    world.temper(BERT, Temper::Mute);
    world.registers(BERT, &[11, 12]);
    world.dials(ANNA, "202");
    let called = world.all_ringing_at(Some(BERT));

    world.reports(called[1], LegEvent::Ringing);
    world.run_s(10);

    assert!(world.ended(called[0]).is_some());
    assert_eq!(world.ended(called[1]), None);
}
