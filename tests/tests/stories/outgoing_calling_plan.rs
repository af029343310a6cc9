//! Outgoing calling plan (F-118): who may call whom, and send calls where.

use std::collections::BTreeSet;

use pbx::call::Source;
use pbx::clip::{Clip, Prompt};
use pbx::directory::NumberClass;
use pbx::features::{CallForwardingAlways, NumberRule, NumberRuling, OutgoingCallingPlan, OutgoingRule};
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 3] = ["Anna", "Bert", "Carla"];
const ADULT: &str = "09061234";
const ABROAD: &str = "003225551234";

/// Dials, hears a sentence before any answer, and is refused; nothing arrives outside.
pub(crate) fn is_refused(world: &mut World, who: Person, number: &str, why: Prompt) {
    let calls = world.people().iter().map(|person| world.telephone(*person).lines.len()).sum::<usize>();
    world.dials(who, number);
    world.seconds(1);
    assert!(hears(world, who, why), "{number}: {:?}\n{}", world.heard(who), world.ladder());
    assert!(world.line(who).is_some_and(|line| line.early_media), "{}", world.ladder());
    world.seconds(5);
    assert_eq!(world.state(who), Some(CallState::Over(Some(403))), "{number}: {}", world.ladder());
    let after = world.people().iter().map(|person| world.telephone(*person).lines.len()).sum::<usize>();
    assert_eq!(after, calls + 1, "{number}: nobody is called");
}

/// Whether somebody hears a sentence.
pub(crate) fn hears(world: &World, who: Person, sentence: Prompt) -> bool {
    let said = |source: &Source| match source {
        Source::Announcement { clips, .. } => clips.contains(&Clip::Prompt(sentence)),
        Source::Leg(_) | Source::Ringback | Source::Tone(_) | Source::Music(_) => false,
    };
    world.heard(who).iter().any(said)
}

/// The transfer that somebody asked for was refused.
pub(crate) fn transfer_is_refused(world: &mut World, who: Person) {
    let result = world.telephone(who).transfer;
    assert_eq!(result, Some((403, true)), "{}", world.ladder());
}

/// Dials, and somebody outside rings.
pub(crate) fn gets_out(world: &mut World, who: Person, outside: Person, number: &str) {
    world.dials(who, number);
    world.seconds(1);
    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{number}: {}", world.ladder());
    world.hangs_up(who);
    world.seconds(1);
}

fn opening(classes: &[NumberClass]) -> OutgoingCallingPlan {
    let mut plan = OutgoingCallingPlan::default();
    plan.originating.extend(classes);
    plan
}

fn forward(to: &str) -> CallForwardingAlways {
    CallForwardingAlways { active: true, forward_to: to.parse().ok() }
}

#[test]
fn what_costs_much_is_refused_with_a_sentence_until_an_administrator_opens_it() {
    let (mut world, [anna, ..]) = World::new(1181, PEOPLE);
    let outside = world.outsider();
    let dear = [
        ("09001234", NumberClass::Service),
        (ADULT, NumberClass::Adult),
        ("09091234", NumberClass::Entertainment),
        (ABROAD, NumberClass::International),
        ("00881612345678", NumberClass::Satellite),
    ];
    for (number, _) in dear {
        is_refused(&mut world, anna, number, Prompt::NumberNotAllowed);
    }

    for (number, class) in dear {
        world.set_site(&opening(&[class]));
        gets_out(&mut world, anna, outside, number);
    }
}

#[test]
fn usual_numbers_are_open_for_everybody() {
    let (mut world, [anna, ..]) = World::new(1182, PEOPLE);
    let outside = world.outsider();

    for number in ["0201234567", "0612345678", "0881234567", "08001234"] {
        gets_out(&mut world, anna, outside, number);
    }
}

#[test]
fn a_forward_to_0906_counts_as_off() {
    let (mut world, [anna, bert, _]) = World::new(1183, PEOPLE);
    world.outsider();
    world.set(bert, &forward("+319061234"));

    world.dials(anna, "202");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn nobody_is_put_through_to_0906() {
    let (mut world, [anna, bert, _]) = World::new(1184, PEOPLE);
    let outside = world.outsider();
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.transfers(bert, ADULT);
    world.seconds(1);

    transfer_is_refused(&mut world, bert);
    assert_eq!(world.state(outside), None);
    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());
}

#[test]
fn what_may_be_dialled_only_is_not_connected_with_others() {
    for (seed, connects_first) in [(1185, true), (1186, false)] {
        let (mut world, [anna, bert, _]) = World::new(seed, PEOPLE);
        let outside = world.outsider();
        world.set_site(&opening(&[NumberClass::Adult]));
        world.dials(anna, "202");
        world.seconds(1);
        world.answers(bert);
        world.seconds(1);
        world.holds(bert);
        world.dials(bert, ADULT);
        world.seconds(1);
        world.answers(outside);
        world.seconds(1);

        let (first, second) = if connects_first { (0, 1) } else { (1, 0) };
        world.with(bert, |telephone, now| telephone.connect_at(now, first, second));
        world.seconds(1);

        transfer_is_refused(&mut world, bert);
        assert!(world.hears(bert, outside) && !world.hears(anna, outside), "{}", world.ladder());
    }
}

#[test]
fn what_may_be_sent_on_to_is_connected_with_others() {
    let (mut world, [anna, bert, _]) = World::new(1187, PEOPLE);
    let outside = world.outsider();
    let mut plan = opening(&[NumberClass::International]);
    plan.redirecting.insert(NumberClass::International);
    world.set_site(&plan);
    world.dials(anna, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    world.holds(bert);
    world.dials(bert, ABROAD);
    world.seconds(1);
    world.answers(outside);
    world.seconds(1);

    world.connects_both(bert);
    world.seconds(1);

    assert!(world.hears(anna, outside) && world.hears(outside, anna), "{}", world.ladder());
}

#[test]
fn a_persons_own_plan_goes_before_the_sites() {
    let (mut world, [anna, bert, _]) = World::new(1188, PEOPLE);
    let outside = world.outsider();
    world.set_site(&opening(&[NumberClass::International]));
    world.set(anna, &OutgoingCallingPlan::default());

    is_refused(&mut world, anna, ABROAD, Prompt::NumberNotAllowed);
    gets_out(&mut world, bert, outside, ABROAD);
}

#[test]
fn a_plan_can_keep_a_persons_calls_inside() {
    let (mut world, [anna, bert, carla]) = World::new(1189, PEOPLE);
    let outside = world.outsider();
    world.set(bert, &forward("+31201234567"));
    world.set(anna, &OutgoingCallingPlan { redirected: false, ..OutgoingCallingPlan::default() });

    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(1);

    world.dials(anna, "203");
    world.seconds(1);
    world.answers(carla);
    world.seconds(1);
    world.transfers(carla, "0201234567");
    world.seconds(1);
    transfer_is_refused(&mut world, carla);
    assert_eq!(world.state(outside), None);
    world.hangs_up(anna);
    world.seconds(1);

    world.dials(carla, "202");
    world.seconds(1);
    assert_eq!(world.state(outside), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn a_rule_refuses_one_number_and_a_pinhole_opens_another() {
    let (mut world, [anna, ..]) = World::new(1190, PEOPLE);
    let outside = world.outsider();
    let rule = |number: &str, ruling| OutgoingRule {
        numbers: NumberRule {
            name: "Regel".to_owned(),
            numbers: vec![number.to_owned().try_into().expect("the story has patterns")],
            ruling,
        },
        calls: BTreeSet::new(),
    };
    let rules = vec![rule("+3220*", NumberRuling::Open), rule("+3120*", NumberRuling::Deny)];
    world.set_site(&OutgoingCallingPlan { rules, ..OutgoingCallingPlan::default() });

    is_refused(&mut world, anna, "0201234567", Prompt::NumberNotAllowed);
    gets_out(&mut world, anna, outside, "003220123456");
    is_refused(&mut world, anna, ABROAD, Prompt::NumberNotAllowed);
}

#[test]
fn whoever_may_call_nobody_still_reaches_help() {
    let (mut world, [anna, ..]) = World::new(1191, PEOPLE);
    let outside = world.outsider();
    let nothing = OutgoingCallingPlan {
        originating: BTreeSet::new(),
        redirecting: BTreeSet::new(),
        redirected: false,
        ..OutgoingCallingPlan::default()
    };
    world.set_site(&nothing);
    is_refused(&mut world, anna, "202", Prompt::NumberNotAllowed);

    gets_out(&mut world, anna, outside, "112");
}
