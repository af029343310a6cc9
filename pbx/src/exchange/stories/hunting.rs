//! Groups (F-110, F-113): who of the members rings, for how long, and what happens when nobody takes the call.

use serde_json::{Value, json};

use crate::attempt::Reason;
use crate::directory::SubscriberId;
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, GROUP, RECEPTION, Temper, World, extension};
use crate::exchange::{CancelReason, Release, Waiting};
use crate::feature::Cause;

/// The extension of the group.
const SALES: &str = "249";
const CUSTOMER: &str = "+31301234567";

fn group(policy: &str, members: &[SubscriberId]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "subscriber": id })).collect();
    json!({ "policy": policy, "members": members, "advance_after_rings": 2 })
}

fn with(mut settings: Value, name: &str, value: impl Into<Value>) -> Value {
    settings[name] = value.into();
    settings
}

/// Bert, Chris and Dora answer the group's calls by this policy.
fn sales(policy: &str) -> World {
    let mut world = World::new();
    world.set(GROUP, "hunt_group", group(policy, &[BERT, CHRIS, DORA]));
    world
}

fn rings(world: &World, who: SubscriberId) -> bool {
    !world.all_ringing_at(Some(who)).is_empty()
}

fn who_rings(world: &World) -> Vec<SubscriberId> {
    [RECEPTION, ANNA, BERT, CHRIS, DORA].into_iter().filter(|who| rings(world, *who)).collect()
}

/// Somebody calls the group, the member who rings takes the call and both talk for ten seconds.
fn is_served(world: &mut World) -> SubscriberId {
    let caller = world.outside_calls("+31850000249", Some(CUSTOMER));
    let [served] = who_rings(world)[..] else { panic!("one member rings: {:?}", who_rings(world)) };
    world.answers(served);
    world.run_s(10);
    world.hangs_up(caller);
    served
}

#[test]
fn a_fixed_order_begins_at_the_top_each_time_and_passes_over_who_cannot_take_the_call() {
    let mut world = sales("regular");
    assert_eq!(is_served(&mut world), BERT);
    assert_eq!(is_served(&mut world), BERT, "from the top again");
    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    assert_eq!(is_served(&mut world), CHRIS, "Bert does not want to be disturbed");
    world.registers(CHRIS, &[]);
    assert_eq!(is_served(&mut world), DORA, "Chris cannot be reached");
    world.set(BERT, "do_not_disturb", json!({ "active": false }));
    world.dials(BERT, &extension(ANNA));
    world.answers(ANNA);
    assert_eq!(is_served(&mut world), DORA, "Bert is in a call");
}

#[test]
fn in_turn_goes_on_after_the_member_who_was_served_last() {
    let mut world = sales("circular");

    let served: Vec<_> = (0..4).map(|_| is_served(&mut world)).collect();

    assert_eq!(served, [BERT, CHRIS, DORA, BERT]);
}

#[test]
fn in_turn_tries_everybody_once() {
    let mut world = sales("circular");
    is_served(&mut world);
    world.dials(ANNA, SALES);

    let mut rang = Vec::new();
    for _ in 0..3 {
        rang.extend(who_rings(&world));
        world.run_s(12);
    }

    assert_eq!(rang, [CHRIS, DORA, BERT]);
    assert_eq!(who_rings(&world), [], "one pass, and no second");
}

#[test]
fn an_even_distribution_serves_whoever_has_been_idle_longest() {
    let mut world = sales("uniform");
    let served: Vec<_> = (0..3).map(|_| is_served(&mut world)).collect();
    assert_eq!(served, [BERT, CHRIS, DORA]);

    // Any call of a member counts: Bert has just had one.
    let call = world.dials(BERT, &extension(ANNA));
    world.answers(ANNA);
    world.run_s(1);
    world.hangs_up(call);

    assert_eq!(is_served(&mut world), CHRIS);
}

#[test]
fn an_even_distribution_may_count_the_groups_calls_only() {
    let mut world = World::new();
    let settings = group("uniform", &[BERT, CHRIS]);
    world.set(GROUP, "hunt_group", with(settings, "idle_since", "group_call"));
    assert_eq!(is_served(&mut world), BERT);
    let call = world.dials(CHRIS, &extension(ANNA));
    world.answers(ANNA);
    world.run_s(1);
    world.hangs_up(call);

    assert_eq!(is_served(&mut world), CHRIS);
}

#[test]
fn all_at_once_ring_together_and_the_one_who_answers_ends_the_others() {
    let mut world = sales("simultaneous");
    let caller = world.outside_calls("+31850000249", Some(CUSTOMER));
    assert_eq!(who_rings(&world), [BERT, CHRIS, DORA]);
    let bert = world.ringing_at(Some(BERT));
    let dora = world.ringing_at(Some(DORA));

    let chris = world.answers(CHRIS);

    assert!(world.talk_together(caller, chris));
    for leg in [bert, dora] {
        assert_eq!(world.ended(leg), Some(End::Cancelled(CancelReason::CompletedElsewhere)));
    }
}

#[test]
fn of_all_at_once_one_who_declines_leaves_the_others_ringing() {
    for code in [486, 603] {
        let mut world = sales("simultaneous");
        world.outside_calls("+31850000249", Some(CUSTOMER));

        world.declines(BERT, code);
        assert_eq!(who_rings(&world), [CHRIS, DORA], "{code}");
        world.run_s(100);

        assert_eq!(who_rings(&world), [CHRIS, DORA], "they ring until somebody ends it (ruling R-18)");
    }
}

#[test]
fn a_member_rings_for_his_time_and_then_the_next_one_does() {
    let mut world = sales("regular");
    let caller = world.dials(ANNA, SALES);
    world.run_s(11);
    assert_eq!(who_rings(&world), [BERT]);
    world.run_s(2);
    assert_eq!(who_rings(&world), [CHRIS]);
    world.declines(CHRIS, 486);
    assert_eq!(who_rings(&world), [DORA], "at once");
    world.run_s(13);

    let released = Some(End::Rejected(Release::Because(Cause::NoAnswer)));
    assert_eq!(world.ended(caller), released, "busy and no answer is no answer (ruling R-17)");
    assert_eq!(world.phone(caller).told, ["ring"], "once");
}

#[test]
fn without_rings_to_go_on_after_the_first_one_rings_on() {
    let mut world = World::new();
    let settings = group("regular", &[BERT, CHRIS]);
    world.set(GROUP, "hunt_group", with(settings, "advance_after_rings", 0));
    world.dials(ANNA, SALES);

    world.run_s(170);

    assert_eq!(who_rings(&world), [BERT]);
}

#[test]
fn what_nobody_takes_goes_where_the_group_is_forwarded_for_that_reason() {
    let forward = |to: SubscriberId| json!({ "active": true, "forward_to": extension(to) });
    let set = |world: &mut World| {
        world.set(GROUP, "call_forwarding_busy", forward(ANNA));
        world.set(GROUP, "call_forwarding_no_answer", forward(RECEPTION));
        world.set(GROUP, "call_forwarding_not_reachable", forward(DORA));
    };
    let diverted = |world: &World, to: SubscriberId| {
        let leg = world.ringing_at(Some(to));
        let diversions = &world.phone(leg).placement.as_ref().unwrap().diversions;
        assert_eq!(diversions.len(), 1);
        assert_eq!(diversions[0].by, GROUP);
        diversions[0].reason
    };
    let mut world = World::new();
    world.set(GROUP, "hunt_group", group("regular", &[BERT, CHRIS]));
    set(&mut world);
    let first = world.outside_calls("+31850000249", Some(CUSTOMER));
    world.run_s(25);
    assert_eq!(diverted(&world, RECEPTION), Reason::NoAnswer);
    world.hangs_up(first);

    world.temper(BERT, Temper::Refuses(486));
    world.registers(CHRIS, &[]);
    let second = world.outside_calls("+31850000249", Some(CUSTOMER));
    assert_eq!(diverted(&world, ANNA), Reason::UserBusy, "busy and unreachable is busy");
    world.hangs_up(second);

    world.registers(BERT, &[]);
    world.outside_calls("+31850000249", Some(CUSTOMER));
    assert_eq!(diverted(&world, DORA), Reason::Unavailable);
}

#[test]
fn a_group_that_nobody_can_be_reached_in_is_forwarded_as_busy_when_nothing_else_is_set() {
    let mut world = World::new();
    world.set(GROUP, "hunt_group", group("regular", &[BERT]));
    world.registers(BERT, &[]);
    let caller = world.dials(ANNA, SALES);
    let unreachable = Some(End::Rejected(Release::Because(Cause::NotReachable)));
    assert_eq!(world.ended(caller), unreachable);
    world.set(GROUP, "call_forwarding_busy", json!({ "active": true, "forward_to": extension(DORA) }));

    world.dials(ANNA, SALES);

    assert_eq!(who_rings(&world), [DORA]);
}

#[test]
fn an_empty_group_is_busy() {
    let mut world = World::new();

    let caller = world.dials(ANNA, SALES);

    assert_eq!(world.ended(caller), Some(End::Rejected(Release::Because(Cause::Busy))));
}

#[test]
fn after_its_time_the_call_goes_on_whoever_rings() {
    for policy in ["simultaneous", "regular"] {
        let mut world = World::new();
        let settings = with(group(policy, &[BERT, CHRIS]), "forward_after_s", 15);
        world.set(GROUP, "hunt_group", with(settings, "forward_to", extension(DORA)));
        world.outside_calls("+31850000249", Some(CUSTOMER));
        world.run_s(14);
        assert!(!rings(&world, DORA));

        world.run_s(2);

        assert_eq!(who_rings(&world), [DORA], "{policy}");
        let leg = world.ringing_at(Some(DORA));
        let diversions = &world.phone(leg).placement.as_ref().unwrap().diversions;
        assert_eq!(diversions[0].reason, Reason::NoAnswer);
    }
}

#[test]
fn members_see_the_group_and_the_caller_and_no_redirection() {
    let mut world = sales("regular");
    world.dials(ANNA, SALES);

    let leg = world.ringing_at(Some(BERT));

    let phone = world.phone(leg);
    assert_eq!(phone.shows(), "201 Verkoop – Anna");
    let placement = phone.placement.as_ref().unwrap();
    assert!(placement.diversions.is_empty(), "an offer is no redirection (ruling R-15)");
    let history: Vec<_> = placement.history.iter().map(|entry| entry.target.to_string()).collect();
    assert_eq!(history, [SALES.to_owned(), extension(BERT)]);
}

#[test]
fn what_a_member_set_for_own_calls_does_not_act_on_the_groups() {
    let mut world = sales("regular");
    let to_dora = json!({ "active": true, "forward_to": extension(DORA) });
    world.set(BERT, "call_forwarding_always", to_dora.clone());
    world.set(BERT, "call_forwarding_no_answer", to_dora);
    let everybody = json!({ "entries": [{ "name": "Everybody" }] });
    world.set(BERT, "selective_call_rejection", everybody.clone());
    world.set(BERT, "priority_alert", everybody);
    world.dials(ANNA, SALES);

    let leg = world.ringing_at(Some(BERT));
    let pattern = world.phone(leg).placement.as_ref().unwrap().pattern;
    assert_eq!(pattern, crate::clip::RingPattern::Normal);
    world.run_s(13);

    assert_eq!(who_rings(&world), [CHRIS], "the group goes on to its next member");
}

#[test]
fn a_member_who_stays_out_of_groups_is_passed_over_and_called_by_the_own_number() {
    let mut world = sales("simultaneous");
    world.set(CHRIS, "privacy", json!({ "out_of_hunt_groups": true }));

    let caller = world.dials(ANNA, SALES);
    assert_eq!(who_rings(&world), [BERT, DORA]);
    world.hangs_up(caller);
    world.dials(ANNA, &extension(CHRIS));

    assert_eq!(who_rings(&world), [CHRIS]);
}

#[test]
fn a_member_who_calls_the_group_is_not_offered_his_own_call() {
    let mut world = sales("simultaneous");

    world.dials(CHRIS, SALES);

    assert_eq!(who_rings(&world), [BERT, DORA]);
}

#[test]
fn a_member_in_a_call_is_offered_another_one_only_if_group_and_member_want_it() {
    let busy = |offers: bool, waits: bool| {
        let mut world = World::new();
        let settings = group("regular", &[BERT, CHRIS]);
        world.set(GROUP, "hunt_group", with(settings, "offers_waiting", offers));
        world.set(BERT, "call_waiting", json!({ "active": waits }));
        world.dials(BERT, &extension(DORA));
        world.answers(DORA);
        world.dials(ANNA, SALES);
        world
    };
    for (offers, waits) in [(false, true), (true, false)] {
        assert_eq!(who_rings(&busy(offers, waits)), [CHRIS], "{offers} {waits}");
    }

    let world = busy(true, true);

    let leg = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(leg).placement.as_ref().unwrap().waiting, Waiting::InCall);
}

#[test]
fn a_member_makes_the_group_busy_and_takes_that_back() {
    let mut world = sales("regular");
    world.set(GROUP, "call_forwarding_busy", json!({ "active": true, "forward_to": extension(RECEPTION) }));
    let code = world.dials(BERT, "#51");
    assert_eq!(world.hears(code), ["words"]);
    world.announcement_ends(code);
    let call = world.dials(ANNA, SALES);
    assert_eq!(who_rings(&world), [RECEPTION]);
    world.hangs_up(call);

    let code = world.dials(CHRIS, &format!("#52{SALES}"));
    world.announcement_ends(code);
    world.dials(ANNA, SALES);

    assert_eq!(who_rings(&world), [BERT]);
}

#[test]
fn nobody_else_makes_a_group_busy() {
    let mut world = sales("regular");
    for text in ["#51", "#51249", "#51201"] {
        let code = world.dials(ANNA, text);
        assert_eq!(world.hears(code), ["words"], "{text}: why not");
        world.announcement_ends(code);
        assert_eq!(world.ended(code), Some(End::Rejected(Release::Because(Cause::OperationRefused))));
    }
    assert!(world.stored.is_empty());
}

#[test]
fn a_party_put_through_to_a_group_is_seen_by_the_members_who_ring_later() {
    let mut world = sales("regular");
    world.outside_calls("+31850000201", Some(CUSTOMER));
    let anna = world.answers(ANNA);
    world.refers(anna, SALES);
    assert_eq!(who_rings(&world), [BERT]);
    world.run_s(13);

    let leg = world.ringing_at(Some(CHRIS));

    assert_eq!(world.phone(leg).shows(), format!("{CUSTOMER} Verkoop – {CUSTOMER}"));
}

/// Who was served by ten thousand calls to a group of three.
fn served_by_many(settings: Value) -> [u32; 3] {
    let mut world = World::new();
    world.set(GROUP, "hunt_group", settings);
    let mut counts = [0; 3];
    for _ in 0..10_000 {
        let served = is_served(&mut world);
        let place = [BERT, CHRIS, DORA].iter().position(|member| *member == served).unwrap();
        counts[place] += 1;
        world.records.clear();
        world.log.clear();
        world.phones.clear();
    }
    counts
}

#[test]
fn ten_thousand_calls_all_go_to_the_first_one_in_a_fixed_order() {
    assert_eq!(served_by_many(group("regular", &[BERT, CHRIS, DORA])), [10_000, 0, 0]);
}

#[test]
fn ten_thousand_calls_go_round_in_turn() {
    assert_eq!(served_by_many(group("circular", &[BERT, CHRIS, DORA])), [3_334, 3_333, 3_333]);
}

#[test]
fn ten_thousand_calls_are_distributed_evenly() {
    assert_eq!(served_by_many(group("uniform", &[BERT, CHRIS, DORA])), [3_334, 3_333, 3_333]);
}

#[test]
fn ten_thousand_calls_are_shared_by_chance_as_the_shares_say() {
    let shares = [(BERT, 50.0), (CHRIS, 30.0), (DORA, 20.0)];
    let members: Vec<Value> =
        shares.iter().map(|(id, weight)| json!({ "subscriber": id, "weight": *weight as u32 })).collect();

    let counts = served_by_many(json!({ "policy": "weighted", "members": members }));

    let chi_square: f64 = counts
        .iter()
        .zip(shares)
        .map(|(count, (_, weight))| (f64::from(*count) - 100.0 * weight).powi(2) / (100.0 * weight))
        .sum();
    // Two degrees of freedom: one series of a thousand lies above 13.8 by chance alone.
    assert!(chi_square < 13.8, "{counts:?}: {chi_square}");
    assert!(chi_square > 0.0, "by chance, not by counting: {counts:?}");
}
