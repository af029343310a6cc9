//! Transfer: blind, consultative, semi-attended, and recall (F-024).

use pbx::clip::RingPattern;
use pbx::features::CallTransfer;
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

fn talking(seed: u64) -> (World, [Person; 3]) {
    let (mut world, people) = World::new(seed, PEOPLE);
    world.dials(people[0], "202");
    world.seconds(1);
    world.answers(people[1]);
    world.seconds(1);
    (world, people)
}

#[test]
fn a_blind_transfer_lets_the_two_others_talk() {
    let (mut world, [anna, bert, carla]) = talking(1);

    world.transfers(bert, "203");
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(world.hears_music(anna) || world.hears_ringback(anna), "{:?}", world.heard(anna));

    world.answers(carla);
    world.seconds(1);
    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
    assert!(matches!(world.state(bert), Some(CallState::Over(_))), "{}", world.ladder());
    assert!(world.line(anna).is_some_and(|line| line.shown.contains("203")), "{:?}", world.line(anna));
}

#[test]
fn a_telephone_without_update_shows_whom_it_was_put_through_to() {
    let (mut world, [anna, bert, carla]) = World::new(5, PEOPLE);
    world.has_no_update(anna);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.transfers(bert, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);

    assert!(world.line(anna).is_some_and(|line| line.shown.contains("203")), "{}", world.ladder());
    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
}

#[test]
fn a_consultative_transfer_connects_whom_both_know() {
    let (mut world, [anna, bert, carla]) = talking(2);
    world.holds(bert);
    world.dials(bert, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);
    assert!(world.hears(bert, carla) && world.hears_music(anna), "{}", world.ladder());

    world.connects_both(bert);
    world.seconds(1);

    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
    assert!(!world.hears(bert, carla));
    assert_eq!(world.telephone(bert).transfer, Some((200, true)));
}

#[test]
fn a_semi_attended_transfer_leaves_while_it_still_rings() {
    let (mut world, [anna, bert, carla]) = talking(3);
    world.holds(bert);
    world.dials(bert, "203");
    world.seconds(1);

    world.connects_both(bert);
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.answers(carla);
    world.seconds(1);

    assert!(world.hears(anna, carla) && world.hears(carla, anna), "{}", world.ladder());
}

#[test]
fn an_unanswered_transfer_comes_back_after_three_rings() {
    let (mut world, people) = World::new(4, PEOPLE);
    let [anna, bert, carla] = people;
    let recall_pattern = RingPattern::ShortLongShort;
    world.set(bert, &CallTransfer { recall: true, recall_rings: 3, recall_pattern, ..Default::default() });
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.transfers(bert, "203");
    world.seconds(16);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.seconds(5);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    let shown = world.line(bert).map(|line| line.shown.clone()).unwrap_or_default();
    assert!(shown.contains("Recall") || shown.contains("Terugval"), "{shown}");
    let alert = world.line(bert).map(|line| line.header("Alert-Info").to_vec()).unwrap_or_default();
    assert_eq!(alert, ["<http://127.0.0.1/Bellcore-dr4>"]);
    world.answers(bert);
    world.seconds(1);
    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());
}

#[test]
fn a_recall_is_marked_for_a_caller_who_hides_too() {
    let (mut world, people) = World::new(7, PEOPLE);
    let [anna, bert, _carla] = people;
    world.set(bert, &CallTransfer { recall: true, recall_rings: 2, ..Default::default() });
    world.dials(anna, "*67202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.transfers(bert, "203");
    world.seconds(14);

    let line = world.line(bert).cloned();
    assert!(line.as_ref().is_some_and(|line| line.shown.contains("Recall: Anonymous")), "{line:?}");
    let info = line.map(|line| line.header("Call-Info").join(",")).unwrap_or_default();
    assert!(info.contains("purpose=recall"), "{info}");
}
