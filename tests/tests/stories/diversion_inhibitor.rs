//! Diversion inhibitor (F-071, ruling R-11).

use pbx::features::{CallForwardingAlways, CallForwardingBusy, CallForwardingNoAnswer};
use system_tests::world::{CallState, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

#[test]
fn a_call_behind_the_code_rings_where_others_are_sent_on() {
    let (mut world, [anna, bert, carla]) = World::new(711, PEOPLE);
    world.set(bert, &CallForwardingAlways { active: true, forward_to: "203".parse().ok() });

    world.dials(anna, "*80202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(carla), None);
    let asked = world.line(bert).map(|line| line.header("Request-Disposition").join(",")).unwrap_or_default();
    assert!(asked.contains("no-forward"), "{asked}");
}

#[test]
fn who_is_sent_there_by_a_forward_rings_on_until_nobody_has_answered_for_three_minutes() {
    let (mut world, [anna, bert, carla]) = World::new(712, PEOPLE);
    world.set(
        bert,
        &CallForwardingNoAnswer { active: true, forward_to: "203;no-forward".parse().ok(), rings: 2 },
    );
    world.set(carla, &CallForwardingNoAnswer { active: true, forward_to: "201".parse().ok(), rings: 2 });

    world.dials(anna, "202");
    world.seconds(13);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.seconds(60);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "her own forward does not act");
    world.seconds(180);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(480))), "{}", world.ladder());
}

#[test]
fn a_telephone_stores_a_forward_behind_the_code() {
    let (mut world, [anna, bert, carla]) = World::new(713, PEOPLE);
    world.set(carla, &CallForwardingBusy { active: true, forward_to: "201".parse().ok() });
    world.refuses(carla, Some(486));

    world.dials(bert, "*72*80203");
    world.seconds(10);
    let stored = world.directory().settings::<CallForwardingAlways>(world.subscriber(bert)).forward_to;
    assert_eq!(stored.map(|to| to.to_string()).as_deref(), Some("203;no-forward"));
    world.dials(anna, "202");
    world.seconds(5);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
}

#[test]
fn a_transfer_to_a_number_behind_the_code_stays_there() {
    let (mut world, [anna, bert, carla]) = World::new(714, PEOPLE);
    world.set(carla, &CallForwardingAlways { active: true, forward_to: "202".parse().ok() });
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.transfers(bert, "*80203");
    world.seconds(2);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
}
