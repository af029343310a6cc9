//! Call capacity management (F-116): people who may be in so many calls together.

use pbx::clip::Prompt;
use pbx::directory::{CapacityGroupId, CapacityGroupRecord, CompanyRecords};
use pbx::exchange::{CommandError, Verb};
use pbx::feature::Criterion;
use pbx::features::{CallForwardingBusy, CallForwardingSelective, SelectiveForward};
use system_tests::world::{CallState, Person, World};

use crate::outgoing_calling_plan::hears;

const PEOPLE: [&str; 5] = ["Anna", "Bert", "Carla", "Dirk", "Eva"];

/// Anna and Bert share two calls; the others are in no group.
fn two_calls(records: &mut CompanyRecords) {
    share(records, |group| group.max_active = Some(2));
}

/// Anna and Bert make one call together.
fn one_of_their_own(records: &mut CompanyRecords) {
    share(records, |group| group.max_outgoing = Some(1));
}

/// Anna and Bert share one call.
fn one_call(records: &mut CompanyRecords) {
    share(records, |group| group.max_active = Some(1));
}

fn share(records: &mut CompanyRecords, limit: impl FnOnce(&mut CapacityGroupRecord)) {
    let mut group = CapacityGroupRecord {
        id: CapacityGroupId(1),
        name: "Samen".to_owned(),
        max_active: None,
        max_incoming: None,
        max_outgoing: None,
        for_new_users: false,
    };
    limit(&mut group);
    records.capacity_groups.push(group);
    for member in records.subscribers.iter_mut().take(2) {
        member.capacity_group = Some(CapacityGroupId(1));
    }
}

fn talk(world: &mut World, caller: Person, extension: &str, called: Person) {
    world.dials(caller, extension);
    world.seconds(1);
    world.answers(called);
    world.seconds(1);
    assert!(world.hears(caller, called), "{}", world.ladder());
}

#[test]
fn the_third_caller_finds_the_group_busy() {
    let (mut world, [anna, bert, carla, dirk, eva]) = World::with_company(1161, PEOPLE, two_calls);
    talk(&mut world, carla, "201", anna);
    talk(&mut world, dirk, "202", bert);

    world.dials(eva, "201");
    world.seconds(1);
    assert_eq!(world.state(eva), Some(CallState::Over(Some(486))), "{}", world.ladder());
    assert_eq!(world.telephone(anna).lines.len(), 1, "nothing rings, not even as a waiting call");

    world.hangs_up(dirk);
    world.seconds(1);
    world.dials(eva, "201");
    world.seconds(1);
    assert_eq!(world.state(eva), Some(CallState::RingingThere), "{}", world.ladder());
}

#[test]
fn a_call_between_two_of_them_is_one_call() {
    let (mut world, [anna, bert, carla, ..]) = World::with_company(1162, PEOPLE, two_calls);
    talk(&mut world, anna, "202", bert);

    world.dials(carla, "201");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingThere), "{}", world.ladder());
}

#[test]
fn capacity_comes_first_and_forwarding_when_busy_acts() {
    let (mut world, [anna, bert, carla, dirk, eva]) = World::with_company(1163, PEOPLE, two_calls);
    let everybody = Criterion { name: "Iedereen".to_owned(), ..Criterion::default() };
    let entries = vec![SelectiveForward { when: everybody, to: None }];
    talk(&mut world, carla, "201", anna);
    talk(&mut world, dirk, "202", bert);
    world.set(anna, &CallForwardingSelective { active: true, forward_to: "202".parse().ok(), entries });
    world.set(anna, &CallForwardingBusy { active: true, forward_to: "204".parse().ok() });

    world.dials(eva, "201");
    world.seconds(1);

    assert_eq!(world.state(dirk), Some(CallState::RingingHere), "{}", world.ladder());
    let diversion = world.line(dirk).map(|line| line.header("Diversion").join(" | ")).unwrap_or_default();
    assert!(diversion.contains("reason=user-busy"), "{diversion}");
}

#[test]
fn whoever_may_make_no_further_call_hears_so() {
    let (mut world, [anna, bert, carla, dirk, _]) = World::with_company(1164, PEOPLE, one_of_their_own);
    talk(&mut world, anna, "203", carla);

    world.dials(bert, "204");
    world.seconds(1);
    assert!(hears(&world, bert, Prompt::NoCapacity), "{}", world.ladder());
    world.seconds(5);
    assert_eq!(world.state(bert), Some(CallState::Over(Some(503))), "{}", world.ladder());

    talk(&mut world, dirk, "202", bert);
}

#[test]
fn whoever_may_be_in_no_further_call_takes_none_of_others() {
    let (mut world, [anna, bert, carla, dirk, eva]) = World::with_company(1166, PEOPLE, one_call);
    talk(&mut world, carla, "201", anna);
    world.dials(eva, "204");
    world.seconds(1);

    world.dials(bert, "*97204");
    world.seconds(1);
    assert!(hears(&world, bert, Prompt::NoCapacity), "{}", world.ladder());
    world.seconds(5);
    assert_eq!(world.state(bert), Some(CallState::Over(Some(503))), "{}", world.ladder());
    assert_eq!(world.state(dirk), Some(CallState::RingingHere));

    world.hangs_up(carla);
    world.seconds(1);
    world.dials(bert, "*97204");
    world.seconds(1);
    assert!(world.hears(eva, bert) && world.hears(bert, eva), "{}", world.ladder());
}

#[test]
fn what_rings_for_one_of_them_can_be_picked_up_by_another() {
    let (mut world, [_, bert, carla, ..]) = World::with_company(1167, PEOPLE, one_call);
    world.dials(carla, "201");
    world.seconds(1);

    world.dials(bert, "*97201");
    world.seconds(1);

    assert!(world.hears(carla, bert) && world.hears(bert, carla), "{}", world.ladder());
}

#[test]
fn an_application_takes_no_call_that_there_is_no_room_for() {
    let (mut world, [anna, bert, carla, _, eva]) = World::with_company(1168, PEOPLE, one_call);
    talk(&mut world, carla, "201", anna);
    world.dials(eva, "204");
    world.seconds(1);
    let call = world.exchange().unwrap().calls().last().unwrap().call;

    world.commands(bert, Verb::PickUp { subscriber: world.subscriber(bert), device: None, call });

    let refused = world.outcomes.last().map(|(_, error)| *error);
    assert_eq!(refused, Some(Some(CommandError::LimitReached)));
    assert_eq!(world.state(bert), None);
}

#[test]
fn help_is_called_whatever_runs_and_takes_no_room() {
    let (mut world, [anna, bert, carla, ..]) = World::with_company(1165, PEOPLE, one_of_their_own);
    let outside = world.outsider();
    talk(&mut world, anna, "203", carla);
    world.dials(bert, "112");
    world.seconds(1);
    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{}", world.ladder());
    world.answers(outside);
    world.seconds(1);
    world.hangs_up(anna);
    world.seconds(1);

    world.dials(anna, "204");
    world.seconds(1);

    assert_eq!(world.state(anna), Some(CallState::RingingThere), "{}", world.ladder());
}
