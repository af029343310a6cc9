//! Call notify (F-072): a mail tells of a call that fits, once, whatever becomes of the call afterwards.

use pbx::feature::{Callers, Criterion, Notice};
use pbx::features::{CallForwardingNoAnswer, CallNotify, SelectiveCallRejection};
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const CUSTOMER: &str = "+31301234567";

fn calls(from: Callers) -> Criterion {
    Criterion { name: "Oproepen".to_owned(), from, ..Criterion::default() }
}

fn is_told(world: &mut World, who: Person, entries: Vec<Criterion>) {
    let mail_to = Some("bert@kantoor.example".parse().expect("a mail address"));
    world.set(who, &CallNotify { mail_to, entries, ..CallNotify::default() });
}

fn subjects(world: &World) -> Vec<&str> {
    world.notices.iter().map(|Notice { subject, .. }| subject.as_str()).collect()
}

#[test]
fn a_call_that_fits_is_told_of_at_once_and_only_once() {
    let (mut world, [anna, bert, _]) = World::new(721, PEOPLE);
    let customer = world.outsider();
    is_told(&mut world, bert, vec![calls(Callers::External)]);

    world.calls_in(customer, "+31850000202", CUSTOMER);
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    let first = world.notices.clone();
    world.answers(bert);
    world.seconds(20);
    world.hangs_up(customer);
    world.seconds(1);
    world.dials(anna, "202");
    world.seconds(5);

    assert_eq!(subjects(&world), [format!("Oproep van Bakkerij Jansen ({CUSTOMER}) voor Bert")]);
    assert_eq!(world.notices, first, "the mail went when the call came");
    assert_eq!(first[0].to.as_str(), "bert@kantoor.example");
    assert!(first[0].body.contains("Tijd: 2026-11-23 10:00"), "{}", first[0].body);
}

#[test]
fn a_call_that_is_forwarded_later_is_told_of_once_and_by_each_who_wants_it() {
    let (mut world, [anna, bert, carla]) = World::new(722, PEOPLE);
    is_told(&mut world, bert, vec![calls(Callers::Any)]);
    is_told(&mut world, carla, vec![calls(Callers::Any)]);
    let forward_to = Some("203".parse().unwrap());
    let forward = CallForwardingNoAnswer { active: true, forward_to, rings: 2 };
    world.set(bert, &forward);

    world.dials(anna, "202");
    world.seconds(20);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(subjects(&world), ["Oproep van Anna (201) voor Bert", "Oproep van Anna (201) voor Carla"]);
}

#[test]
fn a_call_that_is_rejected_is_not_told_of() {
    let (mut world, [anna, bert, _]) = World::new(723, PEOPLE);
    is_told(&mut world, bert, vec![calls(Callers::Any)]);
    let entries = vec![calls(Callers::Internal)];
    world.set(bert, &SelectiveCallRejection { entries, ..Default::default() });

    world.dials(anna, "202");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(603))), "{}", world.ladder());
    assert!(world.notices.is_empty());
}

#[test]
fn a_transfer_that_comes_back_is_not_told_of_again() {
    let (mut world, [anna, bert, carla]) = World::new(724, PEOPLE);
    is_told(&mut world, bert, vec![calls(Callers::Any)]);
    world.set(bert, &pbx::features::CallTransfer { recall: true, recall_rings: 2, ..Default::default() });
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.transfers(bert, "203");
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.seconds(15);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(subjects(&world), ["Oproep van Anna (201) voor Bert"]);
}
