//! Directed call pickup (F-082): the call of one colleague, by the code or by a command.

use pbx::exchange::{CommandError, Verb};
use system_tests::world::{CallState, World};

#[test]
fn the_call_of_the_colleague_who_was_named_is_picked_up() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(821, ["Anna", "Bert", "Carla", "Dirk"]);
    let outside = world.outsider();
    world.dials(dirk, "202");
    world.seconds(1);
    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);

    world.dials(carla, "*97201");
    world.seconds(1);

    assert!(world.hears(outside, carla) && world.hears(carla, outside), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::RingingHere));
    assert_eq!(world.state(anna), Some(CallState::Over(None)));
}

#[test]
fn a_colleague_whose_telephone_does_not_ring_has_nothing_to_pick_up() {
    let (mut world, [_anna, bert]) = World::new(822, ["Anna", "Bert"]);

    world.dials(bert, "*97201");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::Over(Some(480))), "{}", world.ladder());
}

#[test]
fn an_application_picks_up_the_call_that_it_sees_ringing() {
    let (mut world, [anna, bert, carla]) = World::new(823, ["Anna", "Bert", "Carla"]);
    world.dials(anna, "202");
    world.seconds(1);
    let call = world.exchange().unwrap().calls().next().unwrap().call;
    let subscriber = world.subscriber(carla);

    world.commands(carla, Verb::PickUp { subscriber, device: None, call });
    world.seconds(1);

    assert_eq!(world.outcomes.last().map(|(_, error)| *error), Some(None));
    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::Over(None)));
    world.commands(bert, Verb::PickUp { subscriber: world.subscriber(bert), device: None, call });
    world.seconds(1);
    let refused = world.outcomes.last().map(|(_, error)| *error);
    assert_eq!(refused, Some(Some(CommandError::WrongState)), "nothing rings there any more");
}
