//! Priority alert (F-047, C-4).

use pbx::features::PriorityAlert;
use system_tests::world::{CallState, Person, World};

use crate::selective_call_rejection::callers;

pub(crate) fn alert_info(world: &World, who: Person) -> Vec<String> {
    world.line(who).map(|line| line.header("Alert-Info").to_vec()).unwrap_or_default()
}

#[test]
fn whom_an_entry_fits_rings_long_and_others_as_always() {
    let (mut world, [anna, bert]) = World::new(471, ["Anna", "Bert"]);
    let outside = world.outsider();
    world.set(anna, &PriorityAlert { entries: vec![callers(&["+3161234*"])] });

    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    assert_eq!(alert_info(&world, anna), ["<http://127.0.0.1/Bellcore-dr2>"], "{}", world.ladder());
    world.hangs_up(outside);
    world.seconds(1);

    world.dials(bert, "201");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    assert!(alert_info(&world, anna).is_empty(), "{}", world.ladder());
}

#[test]
fn a_waiting_call_is_heard_in_the_same_pattern() {
    let (mut world, [anna, bert]) = World::new(472, ["Anna", "Bert"]);
    let outside = world.outsider();
    world.set(anna, &PriorityAlert { entries: vec![callers(&["+3161234*"])] });
    world.dials(bert, "201");
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);

    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);

    let waiting = ["<http://127.0.0.1/Bellcore-dr2>;info=call-waiting"];
    assert_eq!(alert_info(&world, anna), waiting, "{}", world.ladder());
}
