//! Automatic callback (F-032): who met busy is rung when both are free, and then the colleague is.

use pbx::features::{AutomaticCallback, CallWaiting, DoNotDisturb};
use system_tests::world::{CallState, Person, World};

const PEOPLE: [&str; 4] = ["Anna", "Bert", "Carla", "Dirk"];

/// Bert talks with Carla and takes no second call; Anna and Dirk have the service.
fn while_bert_talks(seed: u64) -> (World, [Person; 4]) {
    let (mut world, people) = World::new(seed, PEOPLE);
    let [anna, bert, carla, dirk] = people;
    for who in [anna, dirk] {
        world.set(who, &AutomaticCallback { active: true, ..AutomaticCallback::default() });
    }
    world.set(bert, &CallWaiting { active: false, ..CallWaiting::default() });
    world.dials(carla, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);
    (world, people)
}

fn asks_to_be_called_back(world: &mut World, who: Person) {
    world.dials(who, "202");
    world.seconds(1);
    assert!(!world.heard(who).is_empty(), "a question is heard: {}", world.ladder());
    world.presses(who, "5");
    world.seconds(10);
    assert!(matches!(world.state(who), Some(CallState::Over(_))), "{:?}", world.state(who));
}

fn rings(world: &World, who: Person) -> bool {
    world.state(who) == Some(CallState::RingingHere)
}

#[test]
fn when_the_colleague_is_free_the_caller_is_rung_and_then_the_colleague() {
    let (mut world, [anna, bert, carla, _]) = while_bert_talks(321);
    asks_to_be_called_back(&mut world, anna);
    world.seconds(30);
    assert!(!rings(&world, anna), "he still talks");

    world.hangs_up(carla);
    world.seconds(9);
    assert!(!rings(&world, anna), "the guard is ten seconds");
    world.seconds(2);
    assert!(rings(&world, anna), "{}", world.ladder());
    assert!(!rings(&world, bert), "first she answers");
    let line = world.line(anna).cloned().unwrap();
    assert_eq!(line.header("Alert-Info"), ["<http://127.0.0.1/Bellcore-dr4>"]);
    assert!(line.shown.contains("Callback: Bert") && line.shown.contains("sip:202@"), "{}", line.shown);
    world.answers(anna);
    world.seconds(1);
    assert!(rings(&world, bert), "{}", world.ladder());
    let line = world.line(bert).cloned().unwrap();
    assert!(line.shown.contains("Anna"), "a call of hers like any other: {}", line.shown);
    world.answers(bert);
    world.seconds(1);

    assert!(world.hears(anna, bert) && world.hears(bert, anna), "{}", world.ladder());
    world.hangs_up(anna);
    world.seconds(120);
    assert!(!rings(&world, anna), "it was once");
    world.nothing_remains().unwrap();
}

#[test]
fn both_must_be_free_and_do_not_disturb_does_not_stop_it() {
    let (mut world, [anna, _, carla, dirk]) = while_bert_talks(322);
    asks_to_be_called_back(&mut world, anna);
    world.dials(dirk, "201");
    world.seconds(1);
    world.answers(anna);
    world.seconds(1);
    world.hangs_up(carla);
    world.seconds(30);
    assert!(!rings(&world, anna), "she talks herself");

    world.set(anna, &DoNotDisturb { active: true });
    world.hangs_up(dirk);
    world.seconds(11);

    assert!(rings(&world, anna), "{}", world.ladder());
}

#[test]
fn whoever_does_not_answer_is_rung_once_more_and_then_given_up() {
    let (mut world, [anna, _, carla, _]) = while_bert_talks(323);
    asks_to_be_called_back(&mut world, anna);
    world.hangs_up(carla);

    world.seconds(11);
    assert!(rings(&world, anna));
    world.seconds(36);
    assert!(!rings(&world, anna), "six rings are over");
    world.seconds(10);
    assert!(rings(&world, anna), "once more: {}", world.ladder());
    world.seconds(36);
    world.seconds(300);

    assert!(!rings(&world, anna));
    world.nothing_remains().unwrap();
}

#[test]
fn who_asked_first_has_the_first_turn() {
    let (mut world, [anna, bert, carla, dirk]) = while_bert_talks(324);
    asks_to_be_called_back(&mut world, dirk);
    asks_to_be_called_back(&mut world, anna);
    world.hangs_up(carla);

    world.seconds(11);
    assert!(rings(&world, dirk) && !rings(&world, anna), "{}", world.ladder());
    world.answers(dirk);
    world.seconds(1);
    world.answers(bert);
    world.seconds(20);
    assert!(!rings(&world, anna), "now he talks with Dirk");
    world.hangs_up(dirk);
    world.seconds(11);

    assert!(rings(&world, anna), "{}", world.ladder());
}

#[test]
fn a_colleague_is_waited_for_half_an_hour_and_a_code_forgets_it_earlier() {
    let (mut world, [anna, _, carla, dirk]) = while_bert_talks(325);
    asks_to_be_called_back(&mut world, anna);
    asks_to_be_called_back(&mut world, dirk);
    world.dials(dirk, "#8");
    world.seconds(8);

    world.seconds(30 * 60);
    world.hangs_up(carla);
    world.seconds(60);

    assert!(!rings(&world, anna) && !rings(&world, dirk), "{}", world.ladder());
}

#[test]
fn whoever_presses_nothing_hears_busy_and_is_not_called_back() {
    let (mut world, [anna, bert, carla, _]) = while_bert_talks(326);

    world.dials(anna, "202");
    world.seconds(30);
    world.hangs_up(anna);
    world.hangs_up(carla);
    world.seconds(30);

    assert!(!rings(&world, anna));
    let missed = world.records.iter().flat_map(|record| &record.log);
    let bert = world.subscriber(bert);
    let missed = missed.filter(|(who, line)| *who == bert && line.list == pbx::feature::LogList::Missed);
    assert_eq!(missed.count(), 1, "he sees that she called");
}

#[test]
fn a_colleague_who_is_busy_again_can_be_waited_for_again() {
    let (mut world, [anna, bert, carla, dirk]) = while_bert_talks(327);
    asks_to_be_called_back(&mut world, anna);
    world.hangs_up(carla);
    world.seconds(11);
    world.dials(dirk, "202");
    world.seconds(1);
    world.answers(bert);
    world.seconds(1);

    world.answers(anna);
    world.seconds(5);
    world.presses(anna, "5");
    world.seconds(10);
    world.hangs_up(dirk);
    world.seconds(11);

    assert!(rings(&world, anna), "{}", world.ladder());
}
