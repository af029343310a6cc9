//! Call forwarding selective (F-068, C-3).

use pbx::feature::Criterion;
use pbx::features::{CallForwardingAlways, CallForwardingSelective, DoNotDisturb, SelectiveForward};
use system_tests::world::{CallState, Person, World};

use crate::selective_call_rejection::callers;

const PEOPLE: [&str; 4] = ["Anna", "Bert", "Carla", "Dirk"];

fn everybody() -> SelectiveForward {
    SelectiveForward { when: Criterion { name: "Iedereen".to_owned(), ..Criterion::default() }, to: None }
}

fn to_carla(entries: Vec<SelectiveForward>) -> CallForwardingSelective {
    CallForwardingSelective { active: true, forward_to: "203".parse().ok(), entries }
}

fn rings(world: &mut World, caller: Person, who: Person) {
    world.dials(caller, "202");
    world.seconds(1);
    assert_eq!(world.state(who), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(caller);
    world.seconds(1);
}

#[test]
fn it_comes_before_forwarding_always_and_do_not_disturb() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(681, PEOPLE);
    world.set(bert, &CallForwardingAlways { active: true, forward_to: "204".parse().ok() });
    world.set(bert, &DoNotDisturb { active: true });
    world.set(bert, &to_carla(vec![everybody()]));

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!((world.state(bert), world.state(dirk)), (None, None));
    let diversion = world.line(carla).map(|line| line.header("Diversion").join(" | ")).unwrap_or_default();
    assert!(diversion.contains("reason=unconditional"), "{diversion}");
    assert!(world.line(anna).is_some_and(|line| line.forwarded), "an internal caller is told with 181");
}

#[test]
fn the_boss_is_not_forwarded() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(682, PEOPLE);
    let boss = SelectiveForward { when: Criterion { excludes: true, ..callers(&["204"]) }, to: None };
    world.set(bert, &to_carla(vec![everybody(), boss]));

    rings(&mut world, anna, carla);
    rings(&mut world, dirk, bert);
}

#[test]
fn an_entry_may_have_a_number_of_its_own() {
    let (mut world, [anna, bert, carla, dirk]) = World::new(683, PEOPLE);
    let annas = SelectiveForward { when: callers(&["201"]), to: "204".parse().ok() };
    world.set(bert, &to_carla(vec![annas, everybody()]));

    rings(&mut world, anna, dirk);
    rings(&mut world, dirk, carla);
}

#[test]
fn its_codes_switch_it() {
    let (mut world, [anna, bert, carla, _]) = World::new(684, PEOPLE);
    world.set(bert, &CallForwardingSelective { active: false, ..to_carla(vec![everybody()]) });
    rings(&mut world, anna, bert);

    world.dials(bert, "#76");
    world.seconds(10);
    rings(&mut world, anna, carla);

    world.dials(bert, "#77");
    world.seconds(10);
    rings(&mut world, anna, bert);
}

#[test]
fn two_who_send_each_other_their_calls_end_busy() {
    let (mut world, [anna, bert, carla, _]) = World::new(685, PEOPLE);
    world.set(bert, &to_carla(vec![everybody()]));
    let to_bert = CallForwardingSelective { forward_to: "202".parse().ok(), ..to_carla(vec![everybody()]) };
    world.set(carla, &to_bert);

    world.dials(anna, "202");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
}
