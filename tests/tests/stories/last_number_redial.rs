//! Last number redial (F-030): the number that was called last, on whichever telephone.

use system_tests::world::{CallState, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

#[test]
fn the_last_number_is_called_again_and_an_access_code_is_not() {
    let (mut world, [anna, bert, _]) = World::new(301, PEOPLE);
    world.dials(anna, "202");
    world.seconds(1);
    world.hangs_up(anna);
    world.seconds(1);
    world.dials(anna, "*78");
    world.seconds(10);

    world.dials(anna, "*66");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn the_number_is_hidden_for_the_new_call_only_if_that_is_asked_for() {
    let (mut world, [anna, bert, _]) = World::new(302, PEOPLE);
    for (text, shown) in [("*67202", false), ("*66", true), ("*67*66", false)] {
        world.dials(anna, text);
        world.seconds(1);
        let from = world.line(bert).unwrap().header("From").join(",");
        assert_eq!(from.contains("201"), shown, "{text}: {from}");
        world.hangs_up(anna);
        world.seconds(1);
    }
}

#[test]
fn who_has_called_nobody_hears_that() {
    let (mut world, [anna, ..]) = World::new(303, PEOPLE);

    world.dials(anna, "*66");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(403))), "{}", world.ladder());
}
