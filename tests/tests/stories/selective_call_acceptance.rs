//! Selective call acceptance (F-062, C-3).

use pbx::clip::Prompt;
use pbx::features::SelectiveCallAcceptance;
use system_tests::world::{CallState, Person, World};

use crate::selective_call_rejection::{callers, hears};

const ANNAS: &str = "+31850000201";

fn calls_from(world: &mut World, outside: Person, number: &str) {
    world.calls_in(outside, ANNAS, number);
    world.seconds(1);
}

#[test]
fn only_who_is_on_the_list_rings_and_others_hear_that_the_call_is_not_taken() {
    let (mut world, [anna]) = World::new(621, ["Anna"]);
    let outside = world.outsider();
    let entries = vec![callers(&["+3120*"])];
    world.set(anna, &SelectiveCallAcceptance { entries, ..SelectiveCallAcceptance::default() });

    calls_from(&mut world, outside, "+31201234567");
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    world.hangs_up(outside);
    world.seconds(1);

    calls_from(&mut world, outside, "+31612345678");
    assert!(hears(&world, outside, Prompt::CallRefused), "{}", world.ladder());
    assert_ne!(world.state(anna), Some(CallState::RingingHere), "no INVITE reached her telephone");
    world.seconds(20);
    assert_eq!(world.state(outside), Some(CallState::Over(Some(603))), "{}", world.ladder());
}

#[test]
fn who_is_on_both_lists_is_rejected() {
    let (mut world, [anna]) = World::new(622, ["Anna"]);
    let outside = world.outsider();
    let entries = vec![callers(&["+31612345678"])];
    world.set(
        anna,
        &SelectiveCallAcceptance { entries: entries.clone(), ..SelectiveCallAcceptance::default() },
    );
    world.set(
        anna,
        &pbx::features::SelectiveCallRejection {
            entries,
            ..pbx::features::SelectiveCallRejection::default()
        },
    );

    calls_from(&mut world, outside, "+31612345678");

    assert_eq!(world.state(anna), None, "{}", world.ladder());
}
