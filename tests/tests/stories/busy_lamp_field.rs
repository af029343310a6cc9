//! Busy lamps (F-080): a colleague's telephone on one's own.

use system_tests::world::World;

#[test]
fn a_lamp_follows_the_call_within_a_second() {
    let (mut world, [anna, bert, carla]) = World::new(1, ["Anna", "Bert", "Carla"]);
    world.watches(carla, "202", "dialog");
    world.seconds(1);
    let lamp = |world: &World| world.telephone(carla).lamps.get("202").cloned().unwrap_or_default();
    assert!(lamp(&world).contains("state=\"full\""), "{}", world.ladder());

    world.dials(anna, "202");
    world.seconds(1);
    assert!(lamp(&world).contains("<state>early</state>"), "{}", lamp(&world));
    assert!(lamp(&world).contains("direction=\"recipient\""));
    world.answers(bert);
    world.seconds(1);
    assert!(lamp(&world).contains("<state>confirmed</state>"), "{}", lamp(&world));
    world.hangs_up(bert);
    world.seconds(1);

    assert!(lamp(&world).contains("<state>terminated</state>"), "{}", lamp(&world));
    assert!(!lamp(&world).contains("<state>confirmed</state>"), "{}", lamp(&world));
}

#[test]
fn availability_says_that_somebody_is_on_the_telephone() {
    let (mut world, [anna, bert, carla]) = World::new(2, ["Anna", "Bert", "Carla"]);
    world.watches(carla, "202", "presence");
    world.seconds(1);
    let lamp = |world: &World| world.telephone(carla).lamps.get("202").cloned().unwrap_or_default();
    assert!(lamp(&world).contains("<basic>open</basic>"), "{}", lamp(&world));

    world.dials(bert, "201");
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);
    assert!(lamp(&world).contains("on-the-phone"), "{}", lamp(&world));

    world.hangs_up(bert);
    world.unregisters(bert);
    world.seconds(1);
    assert!(lamp(&world).contains("<basic>closed</basic>"), "{}", lamp(&world));
}
