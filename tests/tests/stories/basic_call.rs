//! Calling a colleague (F-020).

use std::time::Duration;

use system_tests::world::{CallState, World};

#[test]
fn anna_calls_bert_and_both_hear_each_other() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);

    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(anna), Some(CallState::RingingThere));
    assert!(world.hears_ringback(anna) || !world.hears(anna, bert));

    world.answers(bert);
    world.run_for(Duration::from_millis(500));
    assert_eq!(world.state(anna), Some(CallState::Talking));
    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());

    world.hangs_up(anna);
    world.seconds(40);
    assert_eq!(world.state(bert), Some(CallState::Over(None)));
    assert_eq!(world.counts().map(|counts| counts.legs), Some(0));
    assert_eq!(world.records.len(), 1);
    world.check();
}
