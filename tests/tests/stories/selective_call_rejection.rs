//! Selective call rejection (F-063, C-3).

use pbx::call::Source;
use pbx::clip::{Clip, Prompt};
use pbx::feature::{CallerKind, Callers, Criterion, NumberPattern};
use pbx::features::{CallForwardingBusy, RejectionTreatment, SelectiveCallRejection};
use pbx_api::Outcome;
use system_tests::world::{CallState, Person, World};

const ANNAS: &str = "+31850000201";

/// An entry for these numbers and patterns.
pub(crate) fn callers(patterns: &[&str]) -> Criterion {
    let pattern = |text: &&str| NumberPattern::try_from((*text).to_owned()).expect("the story has patterns");
    Criterion {
        name: "Bellers".to_owned(),
        from: Callers::Chosen,
        numbers: patterns.iter().map(pattern).collect(),
        ..Criterion::default()
    }
}

/// Whether somebody hears this sentence now.
pub(crate) fn hears(world: &World, who: Person, prompt: Prompt) -> bool {
    let why = [Clip::Prompt(prompt)];
    world.heard(who).iter().any(|it| matches!(it, Source::Announcement { clips, .. } if *clips == why))
}

fn rejects(entry: Criterion, treatment: RejectionTreatment) -> SelectiveCallRejection {
    SelectiveCallRejection { entries: vec![entry], treatment }
}

#[test]
fn who_is_on_the_list_hears_that_the_call_is_not_taken_and_nothing_rings() {
    let (mut world, [anna, bert]) = World::new(631, ["Anna", "Bert"]);
    let outside = world.outsider();
    world.set(anna, &rejects(callers(&["+31612345678"]), RejectionTreatment::Announcement));
    world.set(anna, &CallForwardingBusy { active: true, forward_to: "202".parse().ok() });

    world.calls_in(outside, ANNAS, "+31612345678");
    world.seconds(1);
    assert!(hears(&world, outside, Prompt::CallRefused), "{}", world.ladder());
    world.seconds(20);

    assert_eq!(world.state(outside), Some(CallState::Over(Some(603))), "{}", world.ladder());
    assert_eq!((world.state(anna), world.state(bert)), (None, None), "nothing rings, not even when busy");
    let ends: Vec<_> = world.records.iter().map(|record| record.outcome).collect();
    assert_eq!(ends, [Outcome::Rejected], "the call's record says so");
    let logged: Vec<_> = world.records.iter().flat_map(|record| &record.log).collect();
    assert!(logged.is_empty(), "{logged:?}");
}

#[test]
fn seeming_busy_the_call_goes_where_calls_go_when_busy() {
    let (mut world, [anna, bert]) = World::new(632, ["Anna", "Bert"]);
    let outside = world.outsider();
    world.set(anna, &rejects(callers(&["+31612345678"]), RejectionTreatment::Busy));
    world.set(anna, &CallForwardingBusy { active: true, forward_to: "202".parse().ok() });

    world.calls_in(outside, ANNAS, "+31612345678");
    world.seconds(1);

    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    let diversion = world.line(bert).map(|line| line.header("Diversion").join(" | ")).unwrap_or_default();
    assert!(diversion.contains("reason=user-busy"), "{diversion}");
}

#[test]
fn a_forwarded_call_can_be_told_from_one_that_comes_straight() {
    let (mut world, [anna, bert, carla]) = World::new(633, ["Anna", "Bert", "Carla"]);
    let forwarded = Criterion { including: vec![CallerKind::Forwarded], ..callers(&[]) };
    world.set(anna, &rejects(forwarded, RejectionTreatment::Announcement));
    world.set(bert, &pbx::features::CallForwardingAlways { active: true, forward_to: "201".parse().ok() });

    world.dials(carla, "202");
    world.seconds(1);
    assert!(hears(&world, carla, Prompt::CallRefused), "{}", world.ladder());
    world.hangs_up(carla);
    world.seconds(1);

    world.dials(carla, "201");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
}

#[test]
fn the_code_says_how_it_stands() {
    let (mut world, [anna]) = World::new(634, ["Anna"]);
    world.dials(anna, "*51*");
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::SelectiveRejectionOff), "{}", world.ladder());
    world.seconds(10);

    world.set(anna, &rejects(callers(&["+31612345678"]), RejectionTreatment::Announcement));
    world.dials(anna, "*51*");
    world.seconds(1);
    assert!(hears(&world, anna, Prompt::SelectiveRejectionOn), "{}", world.ladder());
}
