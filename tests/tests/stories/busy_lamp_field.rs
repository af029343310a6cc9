//! Busy lamps (F-080): a colleague's telephone on one's own.

use pbx::features::{BusyLampField, DoNotDisturb};
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

#[test]
fn one_subscription_watches_everybody_on_the_own_list() {
    let (mut world, [anna, bert, carla]) = World::new(3, ["Anna", "Bert", "Carla"]);
    let watched = vec![world.subscriber(anna), world.subscriber(bert)];
    world.set(carla, &BusyLampField { watched, ..BusyLampField::default() });
    world.watches_list(carla, "203-blf");
    world.seconds(1);
    let list = |world: &World| world.telephone(carla).lamps.get("203-blf").cloned().unwrap_or_default();
    assert!(list(&world).contains("fullState=\"true\""), "{}", world.ladder());
    assert!(list(&world).contains("<name>Anna</name>") && list(&world).contains("<name>Bert</name>"));

    world.dials(anna, "202");
    world.seconds(1);
    assert!(list(&world).contains("fullState=\"false\""), "{}", list(&world));
    world.answers(bert);
    world.seconds(1);
    assert!(list(&world).contains("<state>confirmed</state>"), "{}", list(&world));
    world.hangs_up(bert);
    world.seconds(1);
    assert!(list(&world).contains("<state>terminated</state>"), "{}", list(&world));

    let watched = vec![world.subscriber(anna)];
    world.set(carla, &BusyLampField { watched, ..BusyLampField::default() });
    world.seconds(1);
    assert!(list(&world).contains("fullState=\"true\""), "{}", list(&world));
    assert!(!list(&world).contains("<name>Bert</name>"), "{}", list(&world));
}

#[test]
fn a_list_is_for_its_owner_and_for_telephones_that_know_lists() {
    let (mut world, [_anna, bert, carla]) = World::new(4, ["Anna", "Bert", "Carla"]);

    world.watches_list(bert, "203-blf");
    world.watches(carla, "203-blf", "dialog");
    world.seconds(1);

    assert!(world.telephone(bert).lamps.is_empty() && world.telephone(carla).lamps.is_empty());
    let ladder = world.ladder();
    assert!(ladder.contains("Balie -> Bert: 403 Forbidden (SUBSCRIBE)"), "{ladder}");
    assert!(ladder.contains("Balie -> Carla: 421 Extension Required (SUBSCRIBE)"), "{ladder}");
}

#[test]
fn a_filter_that_is_not_known_is_answered_with_the_whole_state() {
    let (mut world, [anna, _bert, carla]) = World::new(7, ["Anna", "Bert", "Carla"]);
    world.watches(carla, "202", "dialog");
    world.seconds(1);
    world.dials(anna, "202");
    world.seconds(1);
    world.ladder();

    world.asks(carla, "202", ("application/simple-filter+xml", "<filter-set/>"));
    world.seconds(1);

    let ladder = world.ladder();
    assert!(ladder.contains("Balie -> Carla: 200 OK (SUBSCRIBE)"), "{ladder}");
    let lamp = world.telephone(carla).lamps.get("202").cloned().unwrap_or_default();
    assert!(lamp.contains("version=\"3\" state=\"full\"") && lamp.contains("<state>early</state>"), "{lamp}");
}

#[test]
fn by_setting_lamps_stay_dark_until_somebody_answers() {
    let (mut world, [anna, bert, carla]) = World::new(5, ["Anna", "Bert", "Carla"]);
    world.set(carla, &BusyLampField { ignore_ringing: true, ..BusyLampField::default() });
    world.watches(carla, "202", "dialog");
    world.dials(anna, "202");
    world.seconds(1);
    let lamp = |world: &World| world.telephone(carla).lamps.get("202").cloned().unwrap_or_default();
    assert!(!lamp(&world).contains("<dialog "), "{}", lamp(&world));

    world.answers(bert);
    world.seconds(1);
    assert!(lamp(&world).contains("<state>confirmed</state>"), "{}", lamp(&world));
}

#[test]
fn availability_says_that_somebody_is_not_to_be_disturbed_and_the_lamp_does_not() {
    let (mut world, [bert, carla, dora]) = World::new(6, ["Bert", "Carla", "Dora"]);
    world.watches(carla, "201", "presence");
    world.watches(dora, "201", "dialog");
    world.seconds(1);
    let before = world.telephone(dora).lamps.get("201").cloned();

    world.set(bert, &DoNotDisturb { active: true });
    world.seconds(1);
    let shown = world.telephone(carla).lamps.get("201").cloned().unwrap_or_default();
    assert!(shown.contains("<rpid:busy/>") && shown.contains("Do not disturb"), "{shown}");
    assert_eq!(world.telephone(dora).lamps.get("201").cloned(), before);

    world.dials(bert, "*79");
    world.seconds(5);
    let shown = world.telephone(carla).lamps.get("201").cloned().unwrap_or_default();
    assert!(shown.contains("Available"), "{shown}");
}
