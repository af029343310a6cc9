//! F-115: one number calls everybody, and whoever answers is in.

use pbx_api::{LegId, Outcome};
use serde_json::{Value, json};

use crate::exchange::people::{ALL_HANDS, ANNA, BERT, CHRIS, DORA, End, RECEPTION, Temper, World, extension};
use crate::exchange::{LegEvent, Release, Waiting};
use crate::feature::Cause;

const NUMBER: &str = "250";

fn members(numbers: &[&str], minutes: u32) -> Value {
    let members: Vec<Value> = numbers.iter().map(|number| json!({ "number": number })).collect();
    json!({ "members": members, "answer_within_min": minutes })
}

/// The reception, Bert, Chris and Dora are in the group.
fn all_hands(minutes: u32) -> World {
    let mut world = World::new();
    world.set(ALL_HANDS, "instant_group_call", members(&["200", "202", "203", "204"], minutes));
    world
}

fn all_hear_all(world: &World, parties: &[LegId]) -> bool {
    parties.iter().all(|listener| {
        let others = parties.iter().filter(|other| *other != listener);
        let mut expected: Vec<String> = others.map(|other| format!("leg {}", other.0)).collect();
        expected.sort();
        world.hears(*listener) == expected
    })
}

#[test]
fn all_ring_at_once_and_whoever_answers_is_in() {
    let mut world = all_hands(0);

    let anna = world.dials(ANNA, NUMBER);
    assert_eq!(world.phone(anna).told, ["ring"]);
    assert_eq!(world.phone(world.ringing_at(Some(BERT))).shows(), "201 Iedereen – Anna");
    let reception = world.answers(RECEPTION);
    assert!(world.talk_together(anna, reception));
    let bert = world.answers(BERT);
    let dora = world.answers(DORA);

    assert!(all_hear_all(&world, &[anna, reception, bert, dora]));
    assert_eq!(world.all_ringing_at(Some(CHRIS)).len(), 1);
}

#[test]
fn whoever_answers_late_comes_in_as_long_as_the_time_lasts() {
    let mut world = all_hands(5);
    let anna = world.dials(ANNA, NUMBER);
    let bert = world.answers(BERT);
    world.run_s(290);

    let dora = world.answers(DORA);
    assert!(all_hear_all(&world, &[anna, bert, dora]));
    let chris = world.ringing_at(Some(CHRIS));
    world.run_s(15);

    assert!(matches!(world.ended(chris), Some(End::Cancelled(_))));
    assert!(all_hear_all(&world, &[anna, bert, dora]));
}

#[test]
fn it_is_over_when_the_caller_leaves() {
    let mut world = all_hands(1);
    let anna = world.dials(ANNA, NUMBER);
    let (bert, dora) = (world.answers(BERT), world.answers(DORA));
    let chris = world.ringing_at(Some(CHRIS));

    world.hangs_up(anna);

    assert!(world.ended(bert).is_some() && world.ended(dora).is_some() && world.ended(chris).is_some());
    assert!(world.views.is_empty());
}

#[test]
fn it_is_over_when_a_caller_from_outside_leaves() {
    let mut world = all_hands(1);
    let customer = world.outside_calls("+31850000250", Some("+31301234567"));
    let (bert, dora) = (world.answers(BERT), world.answers(DORA));

    world.hangs_up(customer);

    assert!(world.ended(bert).is_some() && world.ended(dora).is_some());
}

#[test]
fn a_caller_who_gives_up_before_anybody_answers_leaves_nothing_ringing() {
    let mut world = all_hands(0);
    let anna = world.dials(ANNA, NUMBER);

    world.hangs_up(anna);

    assert!([RECEPTION, BERT, CHRIS, DORA].iter().all(|who| world.all_ringing_at(Some(*who)).is_empty()));
    assert!(world.views.is_empty());
}

#[test]
fn the_caller_waits_on_while_others_still_ring() {
    let mut world = all_hands(1);
    let anna = world.dials(ANNA, NUMBER);
    let bert = world.answers(BERT);

    world.hangs_up(bert);
    assert!(world.ended(anna).is_none());
    let chris = world.answers(CHRIS);
    assert!(world.talk_together(anna, chris));
    world.run_s(61);
    world.hangs_up(chris);

    assert!(world.ended(anna).is_some(), "nobody is left who could come");
}

#[test]
fn nobody_answers() {
    let mut world = all_hands(1);
    let anna = world.dials(ANNA, NUMBER);

    world.run_s(61);

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::NoAnswer))));
    assert!(world.views.is_empty());
}

#[test]
fn nobody_can_be_reached_or_everybody_is_busy() {
    let mut world = all_hands(1);
    for who in [RECEPTION, BERT, CHRIS, DORA] {
        world.registers(who, &[]);
    }
    let anna = world.dials(ANNA, NUMBER);
    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::NotReachable))));

    let mut world = all_hands(1);
    for who in [RECEPTION, BERT, CHRIS, DORA] {
        world.temper(who, Temper::Refuses(486));
    }
    let anna = world.dials(ANNA, NUMBER);
    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::Busy))));
}

#[test]
fn a_group_without_anybody_is_busy() {
    let mut world = World::new();

    let anna = world.dials(ANNA, NUMBER);

    assert_eq!(world.ended(anna), Some(End::Rejected(Release::Because(Cause::Busy))));
}

#[test]
fn a_member_s_forwards_stay_silent_and_do_not_disturb_counts() {
    let mut world = all_hands(1);
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "0201234567" }));
    world.set(CHRIS, "do_not_disturb", json!({ "active": true }));

    world.dials(ANNA, NUMBER);

    assert_eq!(world.all_ringing_at(Some(BERT)).len(), 1);
    assert!(world.all_ringing_at(Some(CHRIS)).is_empty() && world.all_ringing_at(None).is_empty());
}

#[test]
fn a_member_in_a_call_hears_it_waiting() {
    let mut world = all_hands(1);
    world.dials(BERT, &extension(CHRIS));
    world.answers(CHRIS);

    world.dials(ANNA, NUMBER);

    let placement = world.phone(world.ringing_at(Some(BERT))).placement.clone().unwrap();
    assert_eq!(placement.waiting, Waiting::InCall);
}

#[test]
fn somebody_outside_is_a_member_and_calls_too() {
    let mut world = World::new();
    world.set(ALL_HANDS, "instant_group_call", members(&["202", "0201234567"], 0));

    let customer = world.outside_calls("+31850000250", Some("+31301234567"));
    let outside = world.outside_answers();
    let bert = world.answers(BERT);

    assert!(all_hear_all(&world, &[customer, outside, bert]));
}

#[test]
fn the_plan_of_the_group_stops_a_number_that_it_may_not_call() {
    let mut world = World::new();
    world.set(ALL_HANDS, "instant_group_call", members(&["202", "0201234567"], 0));
    world.set_site("outgoing_calling_plan", json!({ "redirecting": ["internal"] }));

    world.dials(ANNA, NUMBER);

    assert_eq!(world.all_ringing_at(Some(BERT)).len(), 1);
    assert!(world.all_ringing_at(None).is_empty());
}

#[test]
fn whoever_calls_is_not_called_himself() {
    let mut world = all_hands(1);

    let bert = world.dials(BERT, NUMBER);

    assert!(world.all_ringing_at(Some(BERT)).is_empty());
    let dora = world.answers(DORA);
    assert!(world.talk_together(bert, dora));
}

#[test]
fn the_seventeenth_hears_why_not_and_nobody_drops() {
    let mut world = World::new();
    let numbers: Vec<String> = (0..16).map(|count| format!("02012345{count:02}")).collect();
    let texts: Vec<&str> = numbers.iter().map(String::as_str).collect();
    world.set(ALL_HANDS, "instant_group_call", members(&texts, 1));
    let anna = world.dials(ANNA, NUMBER);
    let ringing = world.all_ringing_at(None);
    assert_eq!(ringing.len(), 16);
    let mut parties = vec![anna];
    for guest in &ringing[..15] {
        world.picks_up(*guest);
        parties.push(*guest);
    }

    world.picks_up(ringing[15]);

    assert_eq!(world.hears(ringing[15]), ["words"]);
    assert!(all_hear_all(&world, &parties));
    world.announcement_ends(ringing[15]);
    assert!(world.ended(ringing[15]).is_some());
    assert!(parties.iter().all(|leg| world.ended(*leg).is_none()));
}

#[test]
fn each_member_has_the_call_in_the_own_list_and_the_caller_has_it_once() {
    let mut world = all_hands(1);
    let anna = world.dials(ANNA, NUMBER);
    let bert = world.answers(BERT);
    world.run_s(70);
    world.hangs_up(bert);

    assert!(world.ended(anna).is_some());
    let lines = |who| {
        let all = world.records.iter().flat_map(|record| &record.log);
        all.filter(|(whose, _)| *whose == who).count()
    };
    assert_eq!((lines(ANNA), lines(BERT), lines(CHRIS), lines(DORA)), (1, 1, 1, 1));
    assert!(world.records.iter().any(|record| record.outcome == Outcome::NoAnswer));
}

#[test]
fn a_party_is_put_through_to_everybody() {
    let mut world = all_hands(1);
    let customer = world.outside_calls("+31850000201", Some("+31301234567"));
    let anna = world.answers(ANNA);

    world.refers(anna, NUMBER);
    assert!(world.ended(anna).is_some(), "it rings");
    let bert = world.answers(BERT);
    let chris = world.answers(CHRIS);

    assert!(all_hear_all(&world, &[customer, bert, chris]));
    world.reports(customer, LegEvent::HeldByPeer);
    assert!(world.talk_together(bert, chris));
}
