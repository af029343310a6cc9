//! Automatic hold and retrieve (F-086): a station where callers wait until somebody calls it.

use pbx::features::AutomaticHoldRetrieve;
use system_tests::world::{CallState, Person, World};

/// Dirk (204) is a station without a telephone; Anna talks with somebody outside.
fn talking(seed: u64) -> (World, [Person; 4], Person) {
    let (mut world, people) = World::new(seed, ["Anna", "Bert", "Carla", "Dirk"]);
    let [anna, .., station] = people;
    world.unregisters(station);
    world.set(station, &AutomaticHoldRetrieve { active: true, ..AutomaticHoldRetrieve::default() });
    let outside = world.outsider();
    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);
    (world, people, outside)
}

fn all_over(world: &World, who: Person) -> bool {
    world.telephone(who).lines.iter().all(|line| matches!(line.state, CallState::Over(_)))
}

#[test]
fn whoever_is_transferred_there_hears_music_until_a_colleague_calls_the_station() {
    let (mut world, [anna, bert, carla, _], outside) = talking(861);
    world.watches(carla, "204", "dialog");

    world.transfers(anna, "204");
    world.seconds(1);
    assert!(world.hears_music(outside), "{}", world.ladder());
    let transfer = world.telephone(anna).transfer;
    assert_eq!(transfer, Some((200, true)), "{}", world.ladder());
    assert!(all_over(&world, anna), "{}", world.ladder());
    let lamp = world.telephone(carla).lamps.get("204").cloned().unwrap_or_default();
    assert!(lamp.contains("<dialog id=\"parked-"), "{lamp}");
    world.check();

    world.dials(bert, "204");
    world.seconds(1);
    assert!(world.hears(outside, bert) && world.hears(bert, outside), "{}", world.ladder());
    assert!(world.line(bert).unwrap().shown.contains("612345678"));
    assert!(world.line(outside).unwrap().shown.contains("850000202"), "{}", world.ladder());
    world.check();
    world.hangs_up(bert);
    world.seconds(1);
    assert!(world.nothing_remains().is_ok(), "{:?}", world.nothing_remains());
}

#[test]
fn whoever_is_not_taken_comes_back_marked_as_a_recall() {
    let (mut world, [anna, ..], outside) = talking(862);
    world.transfers(anna, "204");
    world.seconds(118);
    assert!(all_over(&world, anna), "{}", world.ladder());

    world.seconds(3);

    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    let line = world.line(anna).unwrap();
    assert!(line.shown.starts_with("\"Recall: Bakkerij Jansen\""), "{}", line.shown);
    assert_eq!(line.header("Subject"), ["Recall"]);
    world.answers(anna);
    world.seconds(1);
    assert!(world.hears(outside, anna) && world.hears(anna, outside), "{}", world.ladder());
}

#[test]
fn for_a_second_caller_the_station_is_busy() {
    let (mut world, [anna, bert, carla, _], outside) = talking(863);
    world.transfers(anna, "204");
    world.seconds(1);
    world.dials(bert, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);

    world.transfers(carla, "204");
    world.seconds(1);

    let transfer = world.telephone(carla).transfer;
    assert_eq!(transfer.map(|(code, _)| code), Some(486), "{}", world.ladder());
    assert!(world.hears(bert, carla) && world.hears(carla, bert), "{}", world.ladder());
    assert!(world.hears_music(outside));
}
