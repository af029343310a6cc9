//! Three people in one conversation (F-025).

use pbx::exchange::Verb;
use system_tests::world::World;

#[test]
fn three_people_hear_each_other() {
    let (mut world, [anna, bert, carla]) = World::new(1, ["Anna", "Bert", "Carla"]);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.holds(anna);
    world.dials(anna, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);
    let legs = world.legs(anna);

    world.commands(anna, Verb::Conference { leg: legs[0], other: legs[1] });
    world.seconds(1);

    assert_eq!(world.outcomes.last().map(|(_, error)| *error), Some(None));
    for (listener, speaker) in
        [(anna, bert), (anna, carla), (bert, anna), (bert, carla), (carla, anna), (carla, bert)]
    {
        assert!(world.hears(listener, speaker), "{listener:?} does not hear {speaker:?}\n{}", world.ladder());
    }
}
