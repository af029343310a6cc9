//! Barge-in and who is exempt from it (F-083, F-084), with the hearing of everybody at every moment.

use std::time::Duration;

use pbx::call::Source;
use pbx::clip::Tone;
use pbx::features::{BargeInExempt, DirectedCallPickupWithBargeIn};
use system_tests::world::{CallState, Person, World};

/// Anna talks with somebody outside.
fn talking(seed: u64) -> (World, [Person; 3], Person) {
    let (mut world, people) = World::new(seed, ["Anna", "Bert", "Carla"]);
    let outside = world.outsider();
    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    world.answers(people[0]);
    world.seconds(1);
    (world, people, outside)
}

fn all_hear_each_other(world: &World, people: &[Person]) -> bool {
    let pairs = people.iter().flat_map(|one| people.iter().map(move |other| (*one, *other)));
    pairs.filter(|(one, other)| one != other).all(|(one, other)| world.hears(one, other))
}

#[test]
fn those_who_talk_hear_a_tone_and_then_all_three_hear_each_other() {
    let (mut world, [anna, bert, _], outside) = talking(831);

    world.dials(bert, "*33201");
    world.run_for(Duration::from_millis(500));
    let tone = vec![Source::Tone(Tone::Intrusion)];
    assert_eq!((world.heard(anna), world.heard(outside)), (tone.clone(), tone), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::Talking));
    assert!(world.heard(bert).is_empty(), "no sound leaks before the tone is over");
    world.check();

    world.seconds(1);
    assert!(all_hear_each_other(&world, &[anna, bert, outside]), "{}", world.ladder());
    world.check();
    world.hangs_up(bert);
    world.seconds(1);
    assert!(world.hears(anna, outside) && world.hears(outside, anna));
    world.hangs_up(anna);
    world.seconds(1);
    assert!(world.nothing_remains().is_ok(), "{:?}", world.nothing_remains());
}

#[test]
fn without_the_tone_nothing_comes_between() {
    let (mut world, [anna, bert, _], outside) = talking(832);
    world.set(bert, &DirectedCallPickupWithBargeIn { warning_tone: false, ..Default::default() });

    world.dials(bert, "*33201");
    world.run_for(Duration::from_millis(100));

    assert!(all_hear_each_other(&world, &[anna, bert, outside]), "{}", world.ladder());
}

#[test]
fn whoever_is_exempt_is_left_alone() {
    let (mut world, [anna, bert, carla], outside) = talking(833);
    world.set(anna, &BargeInExempt { active: true });

    world.dials(bert, "*33201");
    world.dials(carla, "*33202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::Over(Some(403))), "{}", world.ladder());
    assert_eq!(world.state(carla), Some(CallState::Over(Some(480))), "Bert has no conversation");
    assert!(world.hears(anna, outside) && world.hears(outside, anna));
}

#[test]
fn a_call_that_rings_is_picked_up() {
    let (mut world, [anna, bert, carla]) = World::new(834, ["Anna", "Bert", "Carla"]);
    world.dials(anna, "202");
    world.seconds(1);

    world.dials(carla, "*33202");
    world.seconds(1);

    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::Over(None)));
}
