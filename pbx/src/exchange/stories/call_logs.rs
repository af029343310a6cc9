//! F-005 and F-008: lists of calls, and records.

use pbx_api::{CallId, Outcome};
use serde_json::json;

use crate::attempt::Shown;
use crate::directory::SubscriberId;
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, RECEPTION, World};
use crate::exchange::{LegEvent, Verb};
use crate::feature::LogList::{self, Missed, Placed, Received};

/// The lines of all records so far: whose, and in which list.
fn lists(world: &World) -> Vec<(SubscriberId, LogList)> {
    let lines = world.records.iter().flat_map(|record| &record.log);
    lines.map(|(subscriber, line)| (*subscriber, line.list)).collect()
}

fn originate(to: &str) -> Verb {
    Verb::Originate { subscriber: ANNA, device: None, to: to.to_owned() }
}

#[test]
fn an_answered_call_is_placed_and_received_with_its_length() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    world.answers(BERT);

    world.run_s(42);
    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Received)]);
    assert!(world.record().log.iter().all(|(_, line)| line.talked.as_secs() == 42));
}

#[test]
fn a_call_that_nobody_answered_is_missed_once_however_many_telephones_rang() {
    let mut world = World::new();
    world.registers(BERT, &[11, 12, 13]);
    let anna = world.dials(ANNA, "202");

    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Missed)]);
}

#[test]
fn a_call_to_somebody_whose_telephones_are_off_is_missed() {
    let mut world = World::new();
    world.registers(BERT, &[]);
    let anna = world.dials(ANNA, "202");

    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Missed)]);
}

#[test]
fn a_caller_who_meets_do_not_disturb_is_missed() {
    let mut world = World::new();
    world.set(BERT, "do_not_disturb", json!({ "active": true }));

    world.dials(ANNA, "202");

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Missed)]);
    let (_, line) = &world.record().log[1];
    assert_eq!((line.number.to_string().as_str(), line.talked.is_zero()), ("202", true));
    let called = Shown::Number { number: "201".parse().unwrap(), name: Some("Anna".to_owned()) };
    assert_eq!(line.other.shown, called);
}

#[test]
fn a_caller_who_meets_busy_is_missed() {
    let mut world = World::new();
    world.set(BERT, "call_waiting", json!({ "active": false }));
    let chris = world.dials(CHRIS, "202");
    world.answers(BERT);

    world.dials(ANNA, "202");

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Missed)]);
    world.hangs_up(chris);
    assert_eq!(lists(&world)[2..], [(BERT, Received), (CHRIS, Placed)]);
}

#[test]
fn a_caller_who_is_forwarded_on_do_not_disturb_is_not_missed() {
    let mut world = World::new();
    world.set(BERT, "do_not_disturb", json!({ "active": true }));
    world.set(BERT, "call_forwarding_busy", json!({ "active": true, "forward_to": "203" }));
    let anna = world.dials(ANNA, "202");
    world.answers(CHRIS);

    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Received), (CHRIS, Received)]);
}

#[test]
fn who_calls_the_own_number_has_missed_nobody() {
    let mut world = World::new();

    world.dials(ANNA, "201");

    assert_eq!(lists(&world), [(ANNA, Placed)]);
}

#[test]
fn answered_on_another_device_is_not_missed() {
    let mut world = World::new();
    world.registers(BERT, &[11, 12]);
    let anna = world.dials(ANNA, "202");
    let ringing = world.all_ringing_at(Some(BERT));

    world.picks_up(ringing[0]);
    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Received)]);
}

#[test]
fn a_forwarded_call_is_received_with_its_redirection() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));
    let anna = world.dials(ANNA, "202");
    world.answers(CHRIS);

    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Received), (CHRIS, Received)]);
    let (_, line) = &world.record().log[1];
    assert_eq!(line.diversions[0].to.to_string(), "203");
}

#[test]
fn after_a_consultation_everybody_has_one_line_per_conversation() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000200", Some("+31201234567"));
    let first = world.answers(RECEPTION);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(RECEPTION, "202");
    world.answers(BERT);
    world.refers_to_leg(first, second);

    world.run_s(30);
    world.hangs_up(caller);

    assert_eq!(lists(&world), [(RECEPTION, Placed), (RECEPTION, Received), (BERT, Received)]);
}

#[test]
fn a_record_keeps_why_the_call_went_where_it_went() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "204", "rings": 2 }));
    let anna = world.dials(ANNA, "202");
    world.run_s(12);
    world.answers(DORA);

    world.hangs_up(anna);

    let trace = world.record().trace.to_string();
    assert!(trace.contains("call_forwarding_no_answer sends it to 204 (no-answer)"), "{trace}");
    assert_eq!(world.record().diversions.len(), 1);
}

#[test]
fn a_click_counts_as_talk_from_the_moment_the_other_side_answers() {
    let mut world = World::new();
    world.commands(ANNA, originate("202"));
    let anna = world.answers(ANNA);
    world.run_s(20);
    world.answers(BERT);

    world.run_s(42);
    world.hangs_up(anna);

    let (_, line) = &world.record().log[0];
    assert_eq!((line.list, line.talked.as_secs()), (Placed, 42));
}

#[test]
fn a_click_that_nobody_answers_is_no_talk() {
    let mut world = World::new();
    world.commands(ANNA, originate("202"));
    let anna = world.answers(ANNA);
    world.run_s(20);

    world.hangs_up(anna);

    assert_eq!(lists(&world), [(ANNA, Placed), (BERT, Missed)]);
    assert!(world.record().log.iter().all(|(_, line)| line.talked.is_zero()));
    assert!(world.record().legs.iter().all(|leg| leg.answered.is_none()));
}

#[test]
fn a_redirection_after_a_transfer_is_written_down_too() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));
    world.set(DORA, "call_forwarding_always", json!({ "active": true, "forward_to": "200" }));
    let anna = world.dials(ANNA, "202");
    let chris = world.answers(CHRIS);

    world.refers(chris, "204");
    world.answers(RECEPTION);
    world.hangs_up(anna);

    let by: Vec<_> = world.record().diversions.iter().map(|diversion| diversion.by).collect();
    assert_eq!(by, [BERT, DORA]);
    assert!(lists(&world).contains(&(DORA, Received)), "{:?}", lists(&world));
}

#[test]
fn whoever_forwards_has_the_caller_in_the_list_as_he_would_have_seen_him() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_always", json!({ "active": true, "forward_to": "203" }));
    world.set(CHRIS, "internal_calling_line_id_delivery", json!({ "active": false }));
    let anna = world.dials(ANNA, "202");
    world.answers(CHRIS);

    world.hangs_up(anna);

    let shown = |who| world.record().log.iter().find(|(of, _)| *of == who).map(|(_, line)| &line.other.shown);
    let called = Shown::Number { number: "201".parse().unwrap(), name: Some("Anna".to_owned()) };
    assert_eq!(shown(BERT), Some(&called));
    assert_eq!(shown(CHRIS), Some(&Shown::Unavailable));
}

#[test]
fn the_last_dialled_number_and_the_last_caller_are_remembered() {
    let mut world = World::new();
    world.dials(ANNA, "202");

    world.answers(BERT);

    let memory = world.exchange.memory();
    assert_eq!(memory.of(ANNA).last_dialled.unwrap().to_string(), "202");
    let last = memory.of(BERT).last_caller.unwrap();
    assert_eq!((last.number.unwrap().to_string(), last.answered), ("201".to_owned(), true));
}

#[test]
fn of_a_call_that_runs_a_record_is_kept_that_says_it_was_lost() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let kept = |world: &World| world.running.values().next().expect("one call runs").clone();

    let rang = kept(&world);
    world.answers(BERT);
    world.run_s(30);
    let spoke = kept(&world);
    world.hangs_up(anna);

    assert_eq!((rang.outcome, rang.answered), (Outcome::Lost, None));
    assert_eq!(
        rang.log.iter().map(|(who, line)| (*who, line.list)).collect::<Vec<_>>(),
        [(ANNA, Placed), (BERT, Missed)]
    );
    assert!(spoke.answered.is_some() && spoke.call == rang.call);
    assert!(spoke.legs.len() == 2 && spoke.legs.iter().all(|leg| leg.outcome == Outcome::Lost));
    assert_eq!(spoke.log.iter().map(|(_, line)| line.list).collect::<Vec<_>>(), [Placed, Received]);
    assert!(world.running.is_empty() && world.record().outcome == Outcome::Answered);
}

#[test]
fn a_record_is_kept_again_only_when_it_would_tell_more() {
    let mut world = World::new();
    world.dials(ANNA, "202");
    world.answers(BERT);
    let told = |world: &World| world.log.iter().filter(|effect| effect.starts_with("Running")).count();

    let before = told(&world);
    world.run_s(600);
    let call = world.only_call();
    world.commands(ANNA, Verb::Note { call, text: "wil een offerte".to_owned() });

    assert!(before <= 3, "{before} times until somebody answered");
    assert_eq!(told(&world), before + 1);
    assert_eq!(world.running[&call].note, "wil een offerte");
}

#[test]
fn calls_are_numbered_on_after_the_last_one_that_was_kept() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    world.hangs_up(anna);
    let last = CallId(world.record().call.0 + 5_000_000);

    world.exchange.number_after(last);
    let anna = world.dials(ANNA, "202");
    world.hangs_up(anna);

    assert_eq!(world.records.last().map(|record| record.call), Some(CallId(last.0 + 1)));
}
