//! What would happen if: what is foreseen is what then happens, and foreseeing changes nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use crate::attempt::Availability;
use crate::directory::{Number, SubscriberId};
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, GROUP, RECEPTION, Temper, World, extension};
use crate::exchange::{Foreseen, Foresight, Supposed, Supposition};
use crate::feature::{Cause, Point};
use crate::resolve::{Destination, Outcome};
use crate::trace::Step;

const CUSTOMER: &str = "+31301234567";
/// Long enough for every forward and group to come to its end.
const ALL_RINGING: u64 = 1_200;

fn colleague(by: SubscriberId, dialled: &str) -> Supposition {
    let caller = Supposed::Colleague(by);
    Supposition { caller, dialled: dialled.to_owned(), at: None, standing: BTreeMap::new() }
}

fn outside(dialled: &str) -> Supposition {
    let caller = Supposed::Outside { trunk: None, number: Some(CUSTOMER.parse().unwrap()), withheld: false };
    Supposition { caller, dialled: dialled.to_owned(), at: None, standing: BTreeMap::new() }
}

fn decided(world: &World, supposition: &Supposition) -> Vec<Foreseen> {
    match world.exchange.foresee(supposition) {
        Foresight::Decided(decided) => decided,
        other @ (Foresight::Emergency(_) | Foresight::Refused(_)) => panic!("{other:?}"),
    }
}

/// Every step of what is foreseen, in order.
fn steps(foreseen: &[Foreseen]) -> Vec<Step> {
    let with_offers = |it: &Foreseen| {
        let offers = it.offers.iter().flat_map(|offer| offer.decision.trace.0.clone());
        it.decision.trace.0.iter().cloned().chain(offers).collect::<Vec<_>>()
    };
    foreseen.iter().flat_map(with_offers).collect()
}

/// What is foreseen of a call is what its record says when it was made and nobody took it.
fn comes_true(world: &mut World, supposition: &Supposition) {
    let foreseen = steps(&decided(world, supposition));
    match &supposition.caller {
        Supposed::Colleague(by) => world.dials(*by, &supposition.dialled),
        Supposed::Outside { .. } => world.outside_calls(&supposition.dialled, Some(CUSTOMER)),
    };
    world.run_s(ALL_RINGING);

    let record = world.records.last().unwrap();
    assert_eq!(foreseen, record.trace.0, "{supposition:?}");
}

#[test]
fn a_call_that_nobody_takes_goes_the_way_that_was_foreseen() {
    let mut world = World::new();
    world.temper(BERT, Temper::Rings);
    comes_true(&mut world, &colleague(ANNA, &extension(BERT)));

    world.set(
        BERT,
        "call_forwarding_no_answer",
        json!({ "active": true, "forward_to": extension(CHRIS), "rings": 3 }),
    );
    world.set(CHRIS, "do_not_disturb", json!({ "active": true }));
    world.set(CHRIS, "call_forwarding_busy", json!({ "active": true, "forward_to": extension(DORA) }));
    comes_true(&mut world, &colleague(ANNA, &extension(BERT)));
    comes_true(&mut world, &outside("+31850000202"));

    world.registers(DORA, &[]);
    comes_true(&mut world, &outside("+31850000202"));
}

#[test]
fn forwards_that_go_round_end_in_sight_as_they_do_for_real() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": extension(CHRIS) }));
    world.set(CHRIS, "call_forwarding_always", json!({ "active": true, "forward_to": extension(BERT) }));

    comes_true(&mut world, &colleague(ANNA, &extension(BERT)));
}

#[test]
fn a_group_shows_what_each_member_says_in_the_order_in_which_they_are_asked() {
    let mut world = World::new();
    let members = json!([{ "subscriber": CHRIS }, { "subscriber": BERT }, { "subscriber": DORA }]);
    world.set(
        GROUP,
        "hunt_group",
        json!({ "policy": "regular", "members": members, "advance_after_rings": 2 }),
    );
    world.set(
        GROUP,
        "call_forwarding_no_answer",
        json!({ "active": true, "forward_to": extension(RECEPTION) }),
    );
    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    let call = outside("+31850000249");

    let foreseen = decided(&world, &call);
    let asked: Vec<_> = foreseen[0].offers.iter().map(|offer| offer.whose).collect();
    assert_eq!(asked, [Some(CHRIS), Some(BERT), Some(DORA)]);
    assert!(matches!(foreseen[0].offers[1].decision.outcome, Outcome::Refuse(Cause::DoNotDisturb, _)));
    comes_true(&mut world, &call);

    // Everybody busy is busy, and nobody there is not there (ruling R-17).
    for who in [CHRIS, DORA] {
        world.set(who, "do_not_disturb", json!({ "active": true }));
    }
    assert_eq!(decided(&world, &call)[1].point, Point::Busy);
    comes_true(&mut world, &call);
    for who in [BERT, CHRIS, DORA] {
        world.set(who, "do_not_disturb", json!({ "active": false }));
        world.registers(who, &[]);
    }
    assert_eq!(decided(&world, &call)[1].point, Point::NotReachable);
    comes_true(&mut world, &call);
}

#[test]
fn a_group_is_followed_no_further_than_the_call_would_go() {
    let members =
        |all: &[SubscriberId]| json!(all.iter().map(|id| json!({ "subscriber": id })).collect::<Vec<_>>());
    let all = members(&[CHRIS, BERT, DORA]);
    let nobody_else = members(&[ANNA]);
    for group in [
        // Nobody but the caller is in it.
        json!({ "members": nobody_else }),
        // Whoever rings first rings on.
        json!({ "policy": "regular", "members": all, "advance_after_rings": 0 }),
        // The group's time is over before everybody has had a turn, and after.
        json!({ "policy": "regular", "members": all, "advance_after_rings": 2, "forward_after_s": 15,
            "forward_to": extension(RECEPTION) }),
        json!({ "policy": "simultaneous", "members": all, "forward_after_s": 10, "forward_to": extension(RECEPTION) }),
        json!({ "policy": "regular", "members": all, "advance_after_rings": 2, "forward_after_s": 500,
            "forward_to": extension(RECEPTION) }),
    ] {
        let mut world = World::new();
        world.set(GROUP, "hunt_group", group);
        comes_true(&mut world, &colleague(ANNA, "249"));
    }
}

#[test]
fn another_time_has_its_schedules_and_nobody_is_in_a_call_then() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_busy", json!({ "active": true, "forward_to": extension(CHRIS) }));
    world.set(BERT, "call_waiting", json!({ "active": false }));
    world.dials(BERT, &extension(DORA));
    world.answers(DORA);
    let now = colleague(ANNA, &extension(BERT));
    let sunday = Supposition { at: Some(Timestamp::constant(1_790_000_000, 0)), ..now.clone() };

    let points = |of: &Supposition| decided(&world, of).iter().map(|it| it.point).collect::<Vec<_>>();

    assert_eq!(points(&now)[..2], [Point::Dialling, Point::Arriving]);
    assert!(decided(&world, &now).iter().any(|it| it.whose == Some(CHRIS)), "Bert is in a call now");
    assert!(!decided(&world, &sunday).iter().any(|it| it.whose == Some(CHRIS)), "and is not then");
    let busy = Supposition { standing: [(BERT, Availability::Full)].into(), ..sunday };
    assert!(decided(&world, &busy).iter().any(|it| it.whose == Some(CHRIS)), "unless somebody says so");
}

#[test]
fn calls_for_help_and_calls_to_nobody_are_told_apart() {
    let world = World::new();

    assert!(
        matches!(world.exchange.foresee(&colleague(ANNA, "112")), Foresight::Emergency(help) if help.number == "112")
    );
    assert_eq!(world.exchange.foresee(&outside("+31850009999")), Foresight::Refused(Cause::UnknownNumber));
    let nobody = SubscriberId(9_999);
    assert_eq!(world.exchange.foresee(&colleague(nobody, "201")), Foresight::Refused(Cause::Forbidden));
    let out = decided(&world, &colleague(ANNA, "0301234567"));
    let Outcome::Reach(Destination::Outside { number: Number::International(number), .. }) =
        &out[0].decision.outcome
    else {
        panic!("{out:?}");
    };
    assert_eq!(number.to_string(), CUSTOMER);
}

#[test]
fn foreseeing_a_code_stores_nothing() {
    let mut world = World::new();

    let foreseen = decided(&world, &colleague(ANNA, &format!("*72{}", extension(BERT))));

    assert!(matches!(foreseen[0].decision.outcome, Outcome::Operate(_)), "{foreseen:?}");
    world.run_s(1);
    assert!(world.stored.is_empty());
}
