//! Calls from and to the outside world (F-020, trunks).

use system_tests::world::{CallState, World};

#[test]
fn somebody_outside_calls_anna_and_is_shown() {
    let (mut world, [anna]) = World::new(1, ["Anna"]);
    let outside = world.outsider();

    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::RingingHere), "{}", world.ladder());
    let shown = world.line(anna).map(|line| line.shown.clone()).unwrap_or_default();
    assert!(shown.contains("+31612345678"), "{shown}");

    world.answers(anna);
    world.seconds(1);
    assert!(world.hears(anna, outside) && world.hears(outside, anna), "{}", world.ladder());
}

#[test]
fn anna_calls_outside_and_shows_her_own_number() {
    let (mut world, [anna]) = World::new(2, ["Anna"]);
    let outside = world.outsider();

    world.dials(anna, "0612345678");
    world.seconds(1);
    let line = world.line(outside).cloned();
    assert!(
        line.as_ref().is_some_and(|line| line.shown.contains("+31850000201")),
        "{line:?}\n{}",
        world.ladder()
    );

    world.answers(outside);
    world.seconds(1);
    assert!(world.hears(anna, outside) && world.hears(outside, anna), "{}", world.ladder());
}

#[test]
fn the_reception_puts_an_outside_caller_through() {
    let (mut world, [reception, bert]) = World::new(3, ["Receptie", "Bert"]);
    let outside = world.outsider();
    world.calls_in(outside, "+31850000201", "+31612345678");
    world.seconds(1);
    world.answers(reception);
    world.seconds(1);

    world.transfers(reception, "202");
    world.seconds(1);
    assert!(world.hears_music(outside) || world.hears_ringback(outside), "{:?}", world.heard(outside));
    world.answers(bert);
    world.seconds(1);

    assert!(world.hears(outside, bert) && world.hears(bert, outside), "{}", world.ladder());
    world.hangs_up(outside);
    world.seconds(5);
    assert_eq!(world.records.len(), 1, "one call is one record, whoever took part");
    assert_eq!(world.counts().map(|counts| counts.legs), Some(0));
}

#[test]
fn a_number_of_nobody_is_not_found() {
    let (mut world, [_anna]) = World::new(4, ["Anna"]);
    let outside = world.outsider();

    world.calls_in(outside, "+31850000299", "+31612345678");
    world.seconds(10);

    assert_eq!(world.state(outside), Some(CallState::Over(Some(404))), "{}", world.ladder());
}
