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

#[test]
fn an_account_that_is_taken_away_neither_rings_nor_watches() {
    let (mut world, [anna, bert, carla]) = World::new(4, ["Anna", "Bert", "Carla"]);
    world.watches(bert, "203", "dialog");
    world.seconds(1);
    assert_eq!(world.counts().map(|counts| (counts.contacts, counts.watchers)), Some((3, 1)));

    world.takes_the_account_of(bert);
    assert_eq!(world.counts().map(|counts| (counts.contacts, counts.watchers)), Some((2, 0)));
    world.dials(anna, "202");
    world.seconds(2);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(480))), "{}", world.ladder());

    world.seconds(600);
    assert!(!world.telephone(bert).registered, "a wrong password is refused from now on");
    assert!(world.telephone(carla).registered);
}

#[test]
fn a_company_that_is_removed_leaves_nothing_behind() {
    let (mut world, [anna, bert]) = World::new(5, ["Anna", "Bert"]);
    world.dials(anna, "202");
    world.seconds(2);
    world.answers(bert);
    world.seconds(2);

    world.closes_the_company();
    world.seconds(2);

    assert_eq!(world.state(anna), Some(CallState::Over(None)), "{}", world.ladder());
    assert_eq!(world.counts(), None);
    world.seconds(600);
    assert!(!world.telephone(anna).registered, "{}", world.ladder());
}
