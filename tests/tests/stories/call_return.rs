//! Call return (F-031): whoever called last is called back.

use pbx::features::CallReturn;
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const CUSTOMER: &str = "+31301234567";

/// A customer calls Anna, who does not answer.
fn is_missed(world: &mut World, customer: Person, headers: &[(&str, &str)]) {
    let identity = format!("<sip:{CUSTOMER}@192.0.2.1>");
    let headers = [&[("P-Asserted-Identity", identity.as_str())], headers].concat();
    world.dials_with(customer, "+31850000201", &headers);
    world.seconds(2);
    world.hangs_up(customer);
    world.seconds(1);
}

#[test]
fn a_missed_caller_is_called_back() {
    let (mut world, [anna, ..]) = World::new(311, PEOPLE);
    let customer = world.outsider();
    is_missed(&mut world, customer, &[]);

    world.dials(anna, "*69");
    world.seconds(1);

    assert_eq!(world.state(customer), Some(CallState::RingingHere), "{}", world.ladder());
    let to = world.line(customer).unwrap().header("To").join(",");
    assert!(to.contains(CUSTOMER), "{to}");
}

#[test]
fn an_anonymous_caller_is_not() {
    let (mut world, [anna, ..]) = World::new(312, PEOPLE);
    let customer = world.outsider();
    is_missed(&mut world, customer, &[("Privacy", "id")]);
    world.dials(anna, "*69");
    world.seconds(10);
    assert_eq!(world.state(anna), Some(CallState::Over(Some(403))), "{}", world.ladder());

    world.set(anna, &CallReturn { anonymous: true, ..CallReturn::default() });
    world.dials(anna, "*69");
    world.seconds(1);

    assert_eq!(world.state(customer), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn who_was_called_back_and_answered_is_forgotten_if_that_is_wanted() {
    let (mut world, [anna, bert, _]) = World::new(313, PEOPLE);
    world.set(anna, &CallReturn { forget_when_answered: true, ..CallReturn::default() });
    world.dials(bert, "201");
    world.seconds(2);
    world.hangs_up(bert);
    world.seconds(1);
    world.dials(anna, "*69");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.hangs_up(anna);
    world.seconds(1);

    world.dials(anna, "*69");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(403))), "{}", world.ladder());
}

#[test]
fn the_last_caller_is_forgotten_by_a_code() {
    let (mut world, [anna, bert, _]) = World::new(314, PEOPLE);
    world.dials(bert, "201");
    world.seconds(2);
    world.hangs_up(bert);
    world.seconds(1);

    world.dials(anna, "#92");
    world.seconds(10);
    world.dials(anna, "*69");
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(403))), "{}", world.ladder());
    assert_ne!(world.state(bert), Some(CallState::RingingHere));
}
