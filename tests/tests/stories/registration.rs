//! Telephones come and go (F-001).

use system_tests::world::{CallState, World};

#[test]
fn a_telephone_that_left_does_not_ring() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);
    assert_eq!(world.counts().map(|counts| counts.contacts), Some(2));

    world.unregisters(bert);
    world.seconds(1);
    world.dials(anna, "202");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(480))), "{}", world.ladder());
    assert_eq!(world.state(bert), None);
}

#[test]
fn a_telephone_without_network_is_forgotten_when_its_time_is_over() {
    let (mut world, [_anna, bert]) = World::new(2, ["Anna", "Bert"]);

    world.loses_the_network(bert);
    world.seconds(330);

    assert_eq!(world.counts().map(|counts| counts.contacts), Some(1));
}

#[test]
fn registrations_are_renewed_for_hours() {
    let (mut world, [anna, bert]) = World::new(3, ["Anna", "Bert"]);

    world.seconds(3 * 3600);

    assert!(world.telephone(anna).registered && world.telephone(bert).registered);
    assert_eq!(world.counts().map(|counts| counts.contacts), Some(2));
}
