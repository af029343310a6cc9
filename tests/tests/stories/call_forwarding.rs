//! Call forwarding always, busy, no answer, not reachable, and do not disturb (F-064 to F-067, F-069, C-5).

use std::time::Duration;

use pbx::features::{
    CallForwardingAlways, CallForwardingBusy, CallForwardingNoAnswer, CallForwardingNotReachable,
    DoNotDisturb,
};
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];

fn to_carla() -> Option<pbx::directory::ForwardTo> {
    "203".parse().ok()
}

fn diversion(world: &World, who: Person) -> String {
    world.line(who).map(|line| line.header("Diversion").join(" | ")).unwrap_or_default()
}

#[test]
fn always_sends_the_call_on_at_once_and_says_why() {
    let (mut world, [anna, bert, carla]) = World::new(1, PEOPLE);
    world.set(bert, &CallForwardingAlways { active: true, forward_to: to_carla() });

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(bert), None);
    assert!(diversion(&world, carla).contains("reason=unconditional"), "{}", diversion(&world, carla));
    assert!(diversion(&world, carla).contains("counter=1"));
    assert!(world.line(anna).is_some_and(|line| line.forwarded), "an internal caller is told with 181");
}

#[test]
fn busy_sends_a_call_on_when_the_telephone_says_so() {
    let (mut world, [anna, bert, carla]) = World::new(2, PEOPLE);
    world.set(bert, &CallForwardingBusy { active: true, forward_to: to_carla() });
    world.refuses(bert, Some(486));

    world.dials(anna, "202");
    world.seconds(2);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(diversion(&world, carla).contains("reason=user-busy"));
}

#[test]
fn do_not_disturb_is_treated_as_busy() {
    let (mut world, [anna, bert, carla]) = World::new(3, PEOPLE);
    world.set(bert, &DoNotDisturb { active: true });
    world.dials(anna, "202");
    world.seconds(10);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
    assert_eq!(world.state(bert), None);

    world.set(bert, &CallForwardingBusy { active: true, forward_to: to_carla() });
    world.dials(anna, "202");
    world.seconds(2);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn no_answer_sends_the_call_on_after_three_rings() {
    let (mut world, [anna, bert, carla]) = World::new(4, PEOPLE);
    world.set(bert, &CallForwardingNoAnswer { active: true, forward_to: to_carla(), rings: 3 });

    world.dials(anna, "202");
    world.seconds(17);
    assert_eq!(world.state(bert), Some(CallState::RingingHere));
    assert_eq!(world.state(carla), None);
    world.seconds(3);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(bert), Some(CallState::Over(None)));
    assert!(diversion(&world, carla).contains("reason=no-answer"));
}

#[test]
fn not_reachable_acts_when_no_telephone_is_registered() {
    let (mut world, [anna, bert, carla]) = World::new(5, PEOPLE);
    world.set(bert, &CallForwardingNotReachable { active: true, forward_to: to_carla() });
    world.unregisters(bert);
    world.seconds(1);

    world.dials(anna, "202");
    world.seconds(2);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(diversion(&world, carla).contains("reason=unavailable"));
}

#[test]
fn not_reachable_acts_within_five_seconds_when_a_registered_telephone_is_dead() {
    let (mut world, [anna, bert, carla]) = World::new(11, PEOPLE);
    world.set(bert, &CallForwardingNotReachable { active: true, forward_to: to_carla() });
    world.loses_the_network(bert);

    world.dials(anna, "202");
    world.seconds(5);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.answers(carla);
    world.seconds(60);
    assert!(world.hears(anna, carla), "{}", world.ladder());
    assert_eq!(world.counts().map(|counts| counts.legs), Some(2), "the dead telephone's leg is forgotten");
}

#[test]
fn a_telephone_that_was_ended_without_a_word_is_not_registered_any_more_once_it_is_called() {
    let (mut world, [anna, bert, carla]) = World::new(12, PEOPLE);
    world.set(bert, &CallForwardingNotReachable { active: true, forward_to: to_carla() });
    let contacts = |world: &World| world.counts().map(|counts| counts.contacts);
    world.quits(bert);
    assert_eq!(contacts(&world), Some(3), "nobody can know yet");

    world.dials(anna, "202");
    world.run_for(Duration::from_millis(100));

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(contacts(&world), Some(2));
    world.hangs_up(anna);
    world.starts(bert);
    world.seconds(1);
    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn a_stranger_who_says_that_a_telephone_is_gone_is_not_believed() {
    let (mut world, [anna, bert, _]) = World::new(13, PEOPLE);
    world.dials(anna, "202");
    // The INVITE to Bert is under way, and nothing but its branch tells who has seen it.
    world.run_for(Duration::from_millis(3));
    world.hears_from_the_host_of(bert, "z9hG4bKguessed");
    world.seconds(1);

    assert_eq!(world.counts().map(|counts| counts.contacts), Some(3));
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn two_telephones_that_forward_to_each_other_come_to_an_end() {
    let (mut world, [anna, bert, carla]) = World::new(6, PEOPLE);
    world.set(bert, &CallForwardingAlways { active: true, forward_to: to_carla() });
    let to_bert = "202".parse().ok();
    world.set(carla, &CallForwardingAlways { active: true, forward_to: to_bert });

    world.dials(anna, "202");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
}

#[test]
fn an_access_code_switches_forwarding_on_and_off() {
    let (mut world, [anna, bert, carla]) = World::new(7, PEOPLE);

    world.dials(bert, "*72203");
    world.seconds(20);
    world.dials(anna, "202");
    world.seconds(2);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(1);

    world.hangs_up(bert);
    world.seconds(1);
    world.dials(bert, "*73");
    world.seconds(20);
    world.hangs_up(bert);
    world.seconds(1);
    world.dials(anna, "202");
    world.seconds(2);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}
