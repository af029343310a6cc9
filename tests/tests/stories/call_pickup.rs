//! Call pickup in a team (F-081), and what the other telephones are told of it.

use pbx::directory::TeamKind;
use system_tests::world::{CallState, World};

const ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";

#[test]
fn of_two_calls_that_ring_the_older_one_is_picked_up() {
    let names = ["Anna", "Bert", "Carla", "Dirk"];
    let (mut world, [anna, bert, carla, dirk]) = World::with_team(811, names, TeamKind::Pickup, &[0, 1, 2]);
    let outside = world.outsider();
    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(2);
    world.dials(dirk, "202");
    world.seconds(1);

    world.dials(carla, "*98");
    world.seconds(1);

    assert!(world.hears(outside, carla) && world.hears(carla, outside), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::RingingHere));
    assert_eq!(world.state(anna), Some(CallState::Over(None)), "{}", world.ladder());
    assert_eq!(world.line(anna).and_then(|line| line.reason.as_deref()), Some(ELSEWHERE));
    assert!(world.line(carla).unwrap().shown.contains("612345678"), "{:?}", world.line(carla));
}

#[test]
fn the_caller_sees_who_answered() {
    let names = ["Anna", "Bert", "Carla"];
    let (mut world, [anna, bert, carla]) = World::with_team(812, names, TeamKind::Pickup, &[1, 2]);
    world.dials(anna, "202");
    world.seconds(1);

    world.dials(carla, "*98");
    world.seconds(1);

    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
    assert_eq!(world.line(anna).unwrap().shown, "\"Carla\" <sip:203@balie.example>");
    assert_eq!(world.line(carla).unwrap().shown, "\"Anna\" <sip:201@balie.example>");
    assert_eq!(world.state(bert), Some(CallState::Over(None)));
    world.hangs_up(anna);
    world.seconds(1);
    assert!(world.nothing_remains().is_ok(), "{:?}", world.nothing_remains());
}

#[test]
fn where_nothing_rings_the_telephone_plays_its_tone_of_refusal() {
    let names = ["Anna", "Bert", "Carla"];
    let (mut world, [anna, bert, carla]) = World::with_team(813, names, TeamKind::Pickup, &[0, 1]);
    world.dials(anna, "203");
    world.seconds(1);

    world.dials(bert, "*98");
    world.dials(carla, "*98");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::Over(Some(480))), "{}", world.ladder());
    assert_eq!(world.state(carla), Some(CallState::Over(Some(480))), "in no team");
}
