//! Guards against toll fraud, behind every calling plan (F-118), and what a call costs (F-008).

use std::time::Duration;

use pbx::clip::Prompt;
use pbx::directory::{CompanyRecords, Guard, Guards, PriceRecord};
use pbx::features::CallForwardingAlways;
use system_tests::world::{CallState, Person, World};

use crate::outgoing_calling_plan::{gets_out, hears, is_refused};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const MOBILE: &str = "0612345678";
const FIXED: &str = "0201234567";

fn one_call_each(records: &mut CompanyRecords) {
    records.company.guards = Guards { calls_per_user: Some(1), ..Guards::default() };
}

fn one_call_of_all(records: &mut CompanyRecords) {
    records.company.guards = Guards { calls: Some(1), ..Guards::default() };
}

/// Three euros a day for everybody; mobiles cost sixty cents a minute, everything else nothing.
fn three_euros_a_day(records: &mut CompanyRecords) {
    records.company.guards = Guards { spend: "3".parse().ok(), ..Guards::default() };
    let line = |prefix: &str, price: &str| PriceRecord {
        prefix: prefix.to_owned(),
        name: String::new(),
        per_call: Default::default(),
        per_minute: price.parse().expect("the story has prices"),
    };
    records.prices = vec![line("06", "0.60"), line("0", "0")];
}

fn talks_outside(world: &mut World, who: Person, outside: Person, number: &str) {
    world.dials(who, number);
    world.seconds(1);
    world.answers(outside);
    world.seconds(1);
    assert!(world.hears(who, outside), "{number}: {}", world.ladder());
}

/// Dials, hears that there are too many calls, and is refused.
fn finds_no_room(world: &mut World, who: Person, number: &str) {
    world.dials(who, number);
    world.seconds(1);
    assert!(hears(world, who, Prompt::NoCapacity), "{}", world.ladder());
    world.seconds(5);
    assert_eq!(world.state(who), Some(CallState::Over(Some(503))), "{}", world.ladder());
}

#[test]
fn one_user_has_so_many_calls_outside_and_colleagues_have_theirs() {
    let (mut world, [anna, bert, _]) = World::with_company(1, PEOPLE, one_call_each);
    let outside = world.outsider();
    talks_outside(&mut world, anna, outside, FIXED);

    finds_no_room(&mut world, anna, MOBILE);

    let (guard, by) = (Guard::CallsPerUser, world.subscriber(anna));
    assert_eq!(world.alarms, [(guard, by, "+31612345678".parse().expect("a number"))]);
    gets_out(&mut world, bert, outside, MOBILE);
    world.dials(anna, "203");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingThere), "colleagues are no outside");
}

#[test]
fn a_company_has_so_many_calls_outside_and_help_is_none_of_them() {
    let (mut world, [anna, bert, _]) = World::with_company(2, PEOPLE, one_call_of_all);
    let outside = world.outsider();
    talks_outside(&mut world, anna, outside, FIXED);

    finds_no_room(&mut world, bert, FIXED);
    assert_eq!(world.alarms.len(), 1);

    gets_out(&mut world, bert, outside, "112");
}

#[test]
fn a_forward_that_strikes_a_guard_counts_as_off() {
    let (mut world, [anna, bert, carla]) = World::with_company(3, PEOPLE, one_call_of_all);
    let outside = world.outsider();
    talks_outside(&mut world, carla, outside, FIXED);
    world.set(bert, &CallForwardingAlways { active: true, forward_to: "+31612345678".parse().ok() });

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(
        world.alarms.first().map(|(guard, by, _)| (*guard, *by)),
        Some((Guard::Calls, world.subscriber(bert)))
    );
}

#[test]
fn forwarded_calls_are_on_the_account_of_whoever_forwards() {
    let (mut world, [anna, bert, _]) = World::with_company(4, PEOPLE, one_call_each);
    let outside = world.outsider();
    world.set(bert, &CallForwardingAlways { active: true, forward_to: "+31612345678".parse().ok() });
    talks_outside(&mut world, anna, outside, "202");

    finds_no_room(&mut world, bert, FIXED);
    gets_out(&mut world, anna, outside, FIXED);
}

#[test]
fn when_the_day_s_money_is_spent_nothing_that_costs_is_called_until_the_next_day() {
    let (mut world, [anna, bert, _]) = World::with_company(5, PEOPLE, three_euros_a_day);
    let outside = world.outsider();
    talks_outside(&mut world, anna, outside, MOBILE);
    world.seconds(4 * 60);
    gets_out(&mut world, bert, outside, MOBILE);

    world.seconds(60);
    is_refused(&mut world, bert, MOBILE, Prompt::SpentToday);
    assert_eq!(world.alarms.len(), 1, "what runs is counted while it runs");

    world.hangs_up(anna);
    world.seconds(61);
    is_refused(&mut world, bert, MOBILE, Prompt::SpentToday);
    assert_eq!(world.alarms.len(), 2);
    gets_out(&mut world, bert, outside, FIXED);
    gets_out(&mut world, bert, outside, "112");

    world.seconds(15 * 3_600);
    gets_out(&mut world, bert, outside, MOBILE);
}

#[test]
fn what_a_call_cost_stands_in_its_record() {
    let (mut world, [anna, ..]) = World::with_company(6, PEOPLE, three_euros_a_day);
    let outside = world.outsider();
    talks_outside(&mut world, anna, outside, MOBILE);
    world.run_for(Duration::from_millis(88_500));
    world.hangs_up(anna);
    world.seconds(5);

    let record = world.records.last().expect("the call is over");
    let costs: Vec<String> = record.legs.iter().map(|leg| leg.cost.to_string()).collect();
    assert_eq!(costs, ["0.00", "0.90"], "{record:?}");
}

#[test]
fn a_machine_that_dials_on_and_on_gives_alarm_once_a_minute() {
    let (mut world, [anna, bert, _]) = World::with_company(7, PEOPLE, one_call_of_all);
    let outside = world.outsider();
    talks_outside(&mut world, anna, outside, FIXED);

    for _ in 0..6 {
        finds_no_room(&mut world, bert, MOBILE);
    }
    assert_eq!(world.alarms.len(), 1);
    world.seconds(60);
    finds_no_room(&mut world, bert, MOBILE);
    assert_eq!(world.alarms.len(), 2);
}
