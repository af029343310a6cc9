//! Enhanced outgoing calling plan (F-119): numbers that need a code.

use std::collections::BTreeSet;

use pbx::clip::Prompt;
use pbx::directory::{AuthorizationId, NumberClass};
use pbx::exchange::Verb;
use pbx::feature::Pin;
use pbx::features::{
    AuthorizationCode, CallForwardingAlways, EnhancedOutgoingCallingPlan, OutgoingCallingPlan,
    TransferInstead,
};
use system_tests::world::{CallState, Person, World};

use crate::outgoing_calling_plan::{gets_out, hears, is_refused, transfer_is_refused};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const ABROAD: &str = "003225551234";

/// Numbers abroad need a code: 2580 is code 7, 14703 is code 8.
fn coded() -> EnhancedOutgoingCallingPlan {
    let code = |id, digits| AuthorizationCode {
        id: AuthorizationId(id),
        name: String::new(),
        pin: Some(Pin::of(digits).expect("the story has PINs")),
    };
    EnhancedOutgoingCallingPlan {
        code_for: BTreeSet::from([NumberClass::International]),
        codes: vec![code(7, "2580"), code(8, "14703")],
        transfers: Vec::new(),
    }
}

fn world(seed: u64) -> (World, [Person; 3], Person) {
    let (mut world, people) = World::new(seed, PEOPLE);
    let outside = world.outsider();
    world.set_site(&coded());
    (world, people, outside)
}

/// Dials, is answered, and is asked for a code.
fn is_asked(world: &mut World, who: Person, number: &str) {
    world.dials(who, number);
    world.seconds(1);
    assert_eq!(world.state(who), Some(CallState::Talking), "{}", world.ladder());
    assert!(hears(world, who, Prompt::CodeWanted), "{:?}", world.heard(who));
}

/// The code of the last call's record.
fn booked_on(world: &World) -> Option<AuthorizationId> {
    world.records.last().and_then(|record| record.authorization)
}

#[test]
fn the_right_code_puts_the_call_through_and_stands_in_its_record() {
    let (mut world, [anna, ..], outside) = world(1191);
    is_asked(&mut world, anna, ABROAD);
    assert_eq!(world.state(outside), None, "nothing leaves before the code");

    world.presses(anna, "14703#");
    world.seconds(1);
    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(world.hears_ringback(anna), "{:?}", world.heard(anna));
    world.answers(outside);
    world.seconds(1);
    assert!(world.hears(anna, outside) && world.hears(outside, anna), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(5);

    assert_eq!(booked_on(&world), Some(AuthorizationId(8)));
    let record = world.records.last().expect("the call is over");
    assert!(!format!("{record:?}").contains("14703"), "{record:?}");
}

#[test]
fn a_code_opens_what_the_outgoing_plan_closes_and_nothing_else() {
    let (mut world, [anna, ..], outside) = world(1192);
    world.set_site(&OutgoingCallingPlan::default());
    is_asked(&mut world, anna, ABROAD);
    world.presses(anna, "2580#");
    world.seconds(1);
    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(1);

    is_refused(&mut world, anna, "09061234", Prompt::NumberNotAllowed);
    gets_out(&mut world, anna, outside, "0201234567");
}

#[test]
fn three_wrong_codes_end_the_call() {
    let (mut world, [anna, ..], outside) = world(1193);
    is_asked(&mut world, anna, ABROAD);

    world.presses(anna, "1111#");
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::CodeWrong), "{:?}", world.heard(anna));
    world.presses(anna, "2222#");
    world.seconds(1);
    world.presses(anna, "3333#");
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::CodeRefused), "{:?}", world.heard(anna));
    world.seconds(5);

    assert!(matches!(world.state(anna), Some(CallState::Over(_))), "{}", world.ladder());
    let reason = world.line(anna).and_then(|line| line.reason.clone()).unwrap_or_default();
    assert!(reason.contains("cause=403"), "{reason}");
    assert_eq!(world.state(outside), None);
    assert_eq!(world.records.len(), 1);
    assert_eq!(booked_on(&world), None);
}

#[test]
fn whoever_presses_nothing_is_refused_in_the_end() {
    let (mut world, [anna, ..], outside) = world(1194);
    is_asked(&mut world, anna, ABROAD);

    world.seconds(60);

    assert!(matches!(world.state(anna), Some(CallState::Over(_))), "{}", world.ladder());
    assert_eq!(world.state(outside), None);
}

#[test]
fn keys_in_the_signalling_count_and_a_pause_ends_the_code() {
    let (mut world, [anna, ..], outside) = world(1195);
    is_asked(&mut world, anna, ABROAD);

    world.presses_by_info(anna, "2580");
    world.seconds(1);
    assert_eq!(world.state(outside), None, "more digits may follow");
    world.seconds(5);

    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn forwards_and_transfers_to_what_needs_a_code_are_denied() {
    let (mut world, [anna, bert, _], outside) = world(1196);
    world.set(bert, &CallForwardingAlways { active: true, forward_to: "+3225551234".parse().ok() });
    let mut open = OutgoingCallingPlan::default();
    open.redirecting.insert(NumberClass::International);
    world.set_site(&open);

    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    world.answers(bert);
    world.seconds(1);
    world.transfers(bert, ABROAD);
    world.seconds(1);

    transfer_is_refused(&mut world, bert);
    assert_eq!(world.state(outside), None);
}

#[test]
fn a_call_that_a_code_opened_can_be_handed_over() {
    let (mut world, [anna, bert, _], outside) = world(1197);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.holds(bert);
    is_asked(&mut world, bert, ABROAD);
    world.presses(bert, "2580#");
    world.seconds(1);
    world.answers(outside);
    world.seconds(1);

    world.connects_both(bert);
    world.seconds(1);

    assert!(world.hears(anna, outside) && world.hears(outside, anna), "{}", world.ladder());
}

#[test]
fn an_unlocked_telephone_asks_nothing_until_it_is_locked() {
    let (mut world, [anna, ..], outside) = world(1198);
    world.dials(anna, "*472580");
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::PlanUnlocked), "{:?}", world.heard(anna));
    world.seconds(5);
    assert_eq!(world.records.last().map(|record| record.dialled.as_str()), Some("*47"), "no PIN is kept");

    gets_out(&mut world, anna, outside, ABROAD);
    world.seconds(5);
    assert_eq!(booked_on(&world), Some(AuthorizationId(7)));

    world.dials(anna, "*37");
    world.seconds(5);
    is_asked(&mut world, anna, ABROAD);
}

#[test]
fn the_code_to_unlock_can_be_asked_for() {
    let (mut world, [anna, ..], outside) = world(1199);
    is_asked(&mut world, anna, "*47");
    world.presses(anna, "2580#");
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::PlanUnlocked), "{:?}", world.heard(anna));
    world.seconds(5);

    gets_out(&mut world, anna, outside, ABROAD);
}

#[test]
fn calls_to_a_class_can_go_to_the_reception() {
    let (mut world, [anna, _, carla], outside) = world(1200);
    let transfers = vec![TransferInstead {
        classes: BTreeSet::from([NumberClass::Adult, NumberClass::Entertainment]),
        to: "203".parse().ok(),
    }];
    world.set_site(&EnhancedOutgoingCallingPlan { transfers, ..coded() });

    world.dials(anna, "09091234");
    world.seconds(1);

    assert_eq!(world.state(carla), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(outside), None);
}

#[test]
fn whoever_clicks_is_asked_on_the_own_telephone() {
    let (mut world, [anna, ..], outside) = world(1201);
    let subscriber = world.subscriber(anna);
    world.commands(anna, Verb::Originate { subscriber, device: None, to: ABROAD.to_owned() });
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::CodeWanted), "{}", world.ladder());

    let leg = world.leg_at(anna, 0).expect("it answered by itself");
    world.commands(anna, Verb::Dtmf { leg, digits: "2580#".to_owned() });
    world.seconds(1);

    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn nobody_is_asked_for_a_code_to_call_for_help() {
    let (mut world, [anna, ..], outside) = world(1202);
    let all = BTreeSet::from([NumberClass::Fixed, NumberClass::Internal, NumberClass::TollFree]);
    world.set_site(&EnhancedOutgoingCallingPlan { code_for: all, ..coded() });

    gets_out(&mut world, anna, outside, "112");
}
