//! Calling a colleague (F-020, F-027).

use std::time::Duration;

use system_tests::world::{CallState, Weather, World};

#[test]
fn anna_calls_bert_and_both_hear_each_other() {
    let (mut world, [anna, bert]) = World::new(1, ["Anna", "Bert"]);

    world.dials(anna, "202");
    world.seconds(1);
    assert_eq!(world.state(bert), Some(CallState::RingingHere), "{}", world.ladder());
    assert_eq!(world.state(anna), Some(CallState::RingingThere));

    world.answers(bert);
    world.seconds(1);
    assert_eq!(world.state(anna), Some(CallState::Talking));
    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());

    world.hangs_up(anna);
    world.seconds(40);
    assert_eq!(world.state(bert), Some(CallState::Over(None)));
    assert_eq!(world.counts().map(|counts| counts.legs), Some(0));
    assert_eq!(world.records.len(), 1);
    world.check();
}

#[test]
fn a_caller_who_gives_up_stops_the_ringing() {
    let (mut world, [anna, bert]) = World::new(2, ["Anna", "Bert"]);
    world.dials(anna, "202");
    world.seconds(2);

    world.hangs_up(anna);
    world.seconds(2);

    assert_eq!(world.state(bert), Some(CallState::Over(None)));
    assert_eq!(world.counts().map(|counts| counts.legs), Some(0));
}

#[test]
fn a_declined_call_is_busy_for_the_caller() {
    let (mut world, [anna, bert]) = World::new(3, ["Anna", "Bert"]);
    world.dials(anna, "202");
    world.seconds(1);

    world.declines(bert, 486);
    world.seconds(10);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(486))), "{}", world.ladder());
}

#[test]
fn nobody_answers_for_three_minutes_and_the_caller_is_told() {
    let (mut world, [anna, _bert]) = World::new(4, ["Anna", "Bert"]);
    world.dials(anna, "202");

    world.seconds(175);
    assert_eq!(world.state(anna), Some(CallState::RingingThere));
    world.seconds(20);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(480))), "{}", world.ladder());
}

#[test]
fn an_extension_that_nobody_has_is_not_found() {
    let (mut world, [anna]) = World::new(5, ["Anna"]);

    world.dials(anna, "299");
    world.seconds(30);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(404))), "{}", world.ladder());
}

#[test]
fn a_call_survives_a_network_that_loses_one_packet_in_ten() {
    for seed in 0..10 {
        let (mut world, [anna, bert]) = World::new(100 + seed, ["Anna", "Bert"]);
        world.network.weather = Weather::FOUL;

        world.dials(anna, "202");
        world.seconds(20);
        world.answers(bert);
        world.seconds(20);
        assert!(world.hears(anna, bert) && world.hears(bert, anna), "seed {seed}:\n{}", world.ladder());

        world.hangs_up(bert);
        world.run_for(Duration::from_secs(60));
        assert!(matches!(world.state(anna), Some(CallState::Over(_))), "seed {seed}:\n{}", world.ladder());
        assert_eq!(world.counts().map(|counts| counts.legs), Some(0), "seed {seed}");
    }
}

#[test]
fn a_telephone_that_is_not_there_gives_its_port_back_when_it_is_given_up() {
    let (mut world, [anna, bert]) = World::new(7, ["Anna", "Bert"]);
    world.loses_the_network(bert);

    world.dials(anna, "202");
    world.seconds(8);

    assert_eq!(world.state(anna), Some(CallState::Over(Some(480))), "{}", world.ladder());
    assert_eq!(world.transcript().matches("Gone { leg").count(), 2, "the port of Anna and that of Bert");
}
