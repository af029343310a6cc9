//! F-040 to F-044: what people see of each other, in calls that go on.

use pbx_api::LegId;
use serde_json::json;

use crate::attempt::Shown;
use crate::exchange::people::{ANNA, BERT, CHRIS, World};
use crate::exchange::{EarlyMedia, LegEvent, Origin, Privacy, Verb};

#[test]
fn star_67_hides_the_number_of_one_call() {
    let mut world = World::new();

    world.dials(ANNA, "*67202");

    let bert = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(bert).shows(), "anonymous");
}

#[test]
fn star_67_alone_while_a_call_is_held_hides_the_number_of_the_next_call() {
    let mut world = World::new();
    let first = world.dials(ANNA, "203");
    world.answers(CHRIS);
    world.reports(first, LegEvent::HeldByPeer);
    let code = world.dials(ANNA, "*67");
    world.announcement_ends(code);

    let second = world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(bert).shows(), "anonymous");
    world.hangs_up(second);
    world.dials(ANNA, "202");

    let bert = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(bert).shows(), "201 Anna", "one call only");
}

#[test]
fn a_telephone_may_ask_to_hide_the_number() {
    let mut world = World::new();
    let from = Origin::Subscriber {
        subscriber: ANNA,
        device: None,
        dialled: "202".to_owned(),
        privacy: Privacy::Withheld,
    };

    world.arrives(from, Some(ANNA), EarlyMedia::Heard, None);

    let bert = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(bert).shows(), "anonymous");
}

#[test]
fn the_caller_keeps_what_he_dialled_when_the_answering_party_hides() {
    let mut world = World::new();
    world.set(BERT, "connected_line_identification_restriction", json!({ "active": true }));
    let anna = world.dials(ANNA, "202");

    world.answers(BERT);

    assert!(!world.phone(anna).shows().contains("Bert"), "{}", world.phone(anna).shows());
}

#[test]
fn one_who_called_anonymously_stays_anonymous_after_a_transfer() {
    let mut world = World::new();
    world.dials(ANNA, "*67202");
    let bert = world.answers(BERT);

    world.refers(bert, "203");
    assert_eq!(world.phone(world.ringing_at(Some(CHRIS))).shows(), "anonymous");
    let chris = world.answers(CHRIS);
    assert_eq!(world.phone(chris).shows(), "anonymous");
}

#[test]
fn one_who_called_anonymously_stays_anonymous_when_the_transfer_comes_back() {
    let mut world = World::new();
    world.set(BERT, "call_transfer", json!({ "recall": true, "recall_rings": 2 }));
    world.dials(ANNA, "*67202");
    let bert = world.answers(BERT);

    world.refers(bert, "203");
    world.run_s(12);

    assert_eq!(world.phone(world.ringing_at(Some(BERT))).shows(), "anonymous");
}

#[test]
fn one_who_called_anonymously_stays_anonymous_when_the_transfer_was_announced() {
    let mut world = World::new();
    world.dials(ANNA, "*67202");
    let first = world.answers(BERT);
    let second = world.dials(BERT, "203");
    let chris = world.answers(CHRIS);
    assert_eq!(world.phone(chris).shows(), "202 Bert");

    world.refers_to_leg(first, second);

    assert_eq!(world.phone(chris).shows(), "anonymous");
}

/// What the party on `viewer` may know of the one on `other`, for whoever shows calls.
fn known(world: &World, viewer: LegId, other: LegId) -> Option<Shown> {
    let parties = world.views.values().flat_map(|view| &view.parties);
    let seen = parties.filter(|party| party.leg == viewer).find_map(|party| party.sees.get(&other));
    seen.map(|identity| identity.shown.clone())
}

fn number(text: &str, name: &str) -> Option<Shown> {
    Some(Shown::Number { number: text.parse().unwrap(), name: Some(name.to_owned()) })
}

#[test]
fn a_hidden_caller_is_hidden_in_the_view_of_the_called_party_too() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "*67202");
    let bert = world.ringing_at(Some(BERT));
    assert_eq!(known(&world, bert, anna), Some(Shown::Withheld));

    world.picks_up(bert);

    assert_eq!(known(&world, bert, anna), Some(Shown::Withheld));
    assert_eq!(known(&world, anna, bert), number("202", "Bert"));
}

#[test]
fn whoever_gets_no_numbers_gets_none_in_his_view() {
    let mut world = World::new();
    world.set(BERT, "internal_calling_line_id_delivery", json!({ "active": false }));

    let anna = world.dials(ANNA, "202");

    let bert = world.ringing_at(Some(BERT));
    assert_eq!(known(&world, bert, anna), Some(Shown::Unavailable));
}

#[test]
fn in_a_conversation_of_three_each_hides_from_each_as_in_a_call_of_two() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "*67202");
    let first = world.answers(BERT);
    let second = world.dials(BERT, "203");
    let chris = world.answers(CHRIS);

    world.commands(BERT, Verb::Conference { leg: first, other: second });

    assert_eq!(known(&world, first, anna), Some(Shown::Withheld));
    assert_eq!(known(&world, chris, anna), Some(Shown::Withheld));
    assert_eq!(known(&world, first, chris), number("203", "Chris"));
    assert_eq!(known(&world, anna, chris), number("203", "Chris"));
}

#[test]
fn a_party_who_is_put_through_does_not_learn_at_whom_it_rings() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "203");

    let chris = world.ringing_at(Some(CHRIS));
    assert_eq!(known(&world, anna, chris), None);
    assert_eq!(known(&world, chris, anna), number("201", "Anna"));
}
