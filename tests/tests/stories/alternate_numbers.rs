//! Alternate numbers (F-045, C-3, C-4).

use pbx::clip::RingPattern;
use pbx::directory::OwnNumber;
use pbx::feature::Criterion;
use pbx::features::{
    AlternateNumber, AlternateNumbers, CallForwardingSelective, PriorityAlert, SelectiveForward,
};
use system_tests::world::{CallState, Person, World};

use crate::priority_alert::alert_info;
use crate::selective_call_rejection::callers;

const FIRST: &str = "+31850000201";
const SECOND: &str = "+31850000301";

fn second_rings(pattern: RingPattern) -> AlternateNumbers {
    let number = AlternateNumber { number: OwnNumber::Alternate(1), pattern, ..AlternateNumber::default() };
    AlternateNumbers { numbers: vec![number], ..AlternateNumbers::default() }
}

fn calls(world: &mut World, outside: Person, number: &str) {
    world.calls_in(outside, number, "+31612345678");
    world.seconds(1);
}

#[test]
fn a_second_number_reaches_the_same_telephone_rings_otherwise_and_stands_in_to() {
    let (mut world, [anna]) = World::new(451, ["Anna"]);
    let outside = world.outsider();
    world.set(anna, &second_rings(RingPattern::ShortShortLong));

    calls(&mut world, outside, SECOND);
    assert_eq!(alert_info(&world, anna), ["<http://127.0.0.1/Bellcore-dr3>"], "{}", world.ladder());
    let to = world.line(anna).map(|line| line.header("To").join(" ")).unwrap_or_default();
    assert!(to.contains(SECOND), "{to}");
    world.hangs_up(outside);
    world.seconds(1);

    calls(&mut world, outside, FIRST);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(alert_info(&world, anna).is_empty(), "{}", world.ladder());
}

#[test]
fn a_priority_call_rings_as_such_whichever_number_it_came_by() {
    let (mut world, [anna]) = World::new(452, ["Anna"]);
    let outside = world.outsider();
    world.set(anna, &second_rings(RingPattern::ShortShortLong));
    world.set(anna, &PriorityAlert { entries: vec![callers(&["+31612345678"])] });

    calls(&mut world, outside, SECOND);

    assert_eq!(alert_info(&world, anna), ["<http://127.0.0.1/Bellcore-dr2>"], "{}", world.ladder());
}

#[test]
fn a_rule_may_hold_for_the_second_number_only() {
    let (mut world, [anna, bert]) = World::new(453, ["Anna", "Bert"]);
    let outside = world.outsider();
    let when = Criterion {
        name: "Tweede".to_owned(),
        called: vec![OwnNumber::Alternate(1)],
        ..Criterion::default()
    };
    let entries = vec![SelectiveForward { when, to: None }];
    world.set(anna, &CallForwardingSelective { active: true, forward_to: "202".parse().ok(), entries });

    calls(&mut world, outside, SECOND);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(outside);
    world.seconds(1);

    calls(&mut world, outside, FIRST);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
}
