//! A second call during a conversation (F-023).

use pbx::features::CallWaiting;
use system_tests::world::{CallState, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

#[test]
fn a_second_call_rings_and_can_be_answered() {
    let (mut world, [anna, bert, carla]) = World::new(1, PEOPLE);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.dials(carla, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(world.line(bert).is_some_and(|line| !line.header("Alert-Info").is_empty()));
    world.holds(bert);
    world.answers(bert);
    world.seconds(1);
    assert!(world.hears(bert, carla) && world.hears(carla, bert), "{}", world.ladder());
    assert!(world.hears_music(anna));
}

#[test]
fn without_call_waiting_the_second_caller_finds_it_busy() {
    let (mut world, [anna, bert, carla]) = World::new(2, PEOPLE);
    world.set(bert, &CallWaiting { active: false, ..Default::default() });
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.dials(carla, "202");
    world.seconds(10);

    assert_eq!(world.state(carla), Some(CallState::Over(Some(486))), "{}", world.ladder());
    assert!(world.hears(anna, bert));
}
