//! Incoming calling plan (F-117): by whom somebody may be called.

use pbx::clip::Prompt;
use pbx::features::{
    CallForwardingAlways, FromOutside, IncomingCallingPlan, NumberRule, NumberRuling, OutgoingCallingPlan,
};
use system_tests::world::{CallState, Person, World};

use crate::outgoing_calling_plan::{gets_out, hears, is_refused, transfer_is_refused};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const CUSTOMER: &str = "+31612345678";

fn only_redirected() -> IncomingCallingPlan {
    IncomingCallingPlan { from_outside: FromOutside::OnlyRedirected, ..IncomingCallingPlan::default() }
}

/// Somebody outside calls, hears a sentence, and is refused; nothing rings.
fn outsider_is_refused(world: &mut World, outside: Person, called: &str) {
    world.calls_in(outside, called, CUSTOMER);
    world.seconds(1);
    assert!(hears(world, outside, Prompt::MayNotCall), "{called}: {}", world.ladder());
    world.seconds(5);
    assert_eq!(world.state(outside), Some(CallState::Over(Some(403))), "{called}: {}", world.ladder());
}

#[test]
fn whoever_is_reached_by_way_of_others_only_is_not_called_from_outside() {
    let (mut world, [_, bert, carla]) = World::new(1171, PEOPLE);
    let outside = world.outsider();
    world.set(carla, &only_redirected());
    outsider_is_refused(&mut world, outside, "+31850000203");
    assert_eq!(world.state(carla), None, "nothing rang");

    world.set(bert, &CallForwardingAlways { active: true, forward_to: "203".parse().ok() });
    world.calls_in(outside, "+31850000202", CUSTOMER);
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn a_colleague_puts_callers_through_to_them() {
    let (mut world, [anna, _, carla]) = World::new(1172, PEOPLE);
    let outside = world.outsider();
    world.set(carla, &only_redirected());
    world.calls_in(outside, "+31850000201", CUSTOMER);
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);

    world.transfers(anna, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);

    assert!(world.hears(outside, carla) && world.hears(carla, outside), "{}", world.ladder());
}

#[test]
fn a_redirection_before_the_call_reached_us_does_not_count() {
    let (mut world, [_, _, carla]) = World::new(1173, PEOPLE);
    let outside = world.outsider();
    world.set(carla, &only_redirected());

    let diversion = "<sip:+31201234567@elders.example>;reason=unconditional;counter=1";
    let identity = format!("<sip:{CUSTOMER}@192.0.2.1>");
    let headers = [("P-Asserted-Identity", identity.as_str()), ("Diversion", diversion)];
    world.dials_with(outside, "+31850000203", &headers);
    world.seconds(6);

    assert_eq!(world.state(outside), Some(CallState::Over(Some(403))), "{}", world.ladder());
}

#[test]
fn somebody_can_be_closed_to_colleagues() {
    let (mut world, [anna, bert, carla]) = World::new(1174, PEOPLE);
    let outside = world.outsider();
    world.set(carla, &IncomingCallingPlan { from_inside: false, ..IncomingCallingPlan::default() });

    is_refused(&mut world, anna, "203", Prompt::MayNotCall);
    world.calls_in(outside, "+31850000203", CUSTOMER);
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(outside);
    world.seconds(1);

    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.transfers(bert, "203");
    world.seconds(1);
    transfer_is_refused(&mut world, bert);
}

#[test]
fn a_persons_own_plan_goes_before_the_sites_and_a_rule_lets_one_caller_through() {
    let (mut world, [_, bert, carla]) = World::new(1175, PEOPLE);
    let outside = world.outsider();
    let closed =
        IncomingCallingPlan { from_outside: FromOutside::Disallow, ..IncomingCallingPlan::default() };
    world.set_site(&closed);
    let rule = NumberRule {
        name: "Klant".to_owned(),
        numbers: vec![CUSTOMER.to_owned().try_into().expect("a number is a pattern")],
        ruling: NumberRuling::Open,
    };
    world.set(carla, &IncomingCallingPlan { rules: vec![rule], ..closed });

    outsider_is_refused(&mut world, outside, "+31850000202");
    assert_eq!(world.state(bert), None);
    world.calls_in(outside, "+31850000203", CUSTOMER);
    world.seconds(1);
    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn whoever_may_be_called_by_nobody_reaches_help() {
    let (mut world, [anna, ..]) = World::new(1176, PEOPLE);
    let outside = world.outsider();
    world.set_site(&IncomingCallingPlan {
        from_inside: false,
        from_outside: FromOutside::Disallow,
        rules: Vec::new(),
    });
    world.set_site(&OutgoingCallingPlan::default());

    gets_out(&mut world, anna, outside, "112");
}
