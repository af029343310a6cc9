//! F-040 to F-044: what people see of each other, in calls that go on.

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, World};
use crate::exchange::{EarlyMedia, Origin, Privacy};

#[test]
fn star_67_hides_the_number_of_one_call() {
    let mut world = World::new();

    world.dials(ANNA, "*67202");

    let bert = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(bert).shows(), "anonymous");
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
    let chris = world.answers(CHRIS);
    assert_eq!(world.phone(chris).shows(), "anonymous");
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
