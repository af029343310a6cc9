//! F-023: a second call while the telephone is in use.

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, End, World};
use crate::exchange::{CommandError, LegEvent, Release, Verb, Waiting};
use crate::feature::Cause;

#[test]
fn a_second_call_waits_and_can_be_answered_while_the_first_is_held() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    let chris = world.dials(CHRIS, "202");
    let second = world.ringing_at(Some(BERT));
    assert_eq!(world.phone(second).placement.as_ref().unwrap().waiting, Waiting::InCall);
    world.reports(bert, LegEvent::HeldByPeer);
    world.picks_up(second);

    assert_eq!(world.hears(anna), ["music"]);
    assert!(world.talk_together(chris, second));
}

#[test]
fn without_call_waiting_a_second_caller_finds_busy() {
    let mut world = World::new();
    world.set(BERT, "call_waiting", json!({ "active": false }));
    world.dials(ANNA, "202");
    world.answers(BERT);

    let chris = world.dials(CHRIS, "202");

    assert_eq!(world.ended(chris), Some(End::Rejected(Release::Because(Cause::Busy))));
}

#[test]
fn star_70_before_a_number_keeps_others_out_of_that_call_only() {
    let mut world = World::new();
    let bert = world.dials(BERT, "*70201");
    world.answers(ANNA);

    let chris = world.dials(CHRIS, "202");
    assert_eq!(world.ended(chris), Some(End::Rejected(Release::Because(Cause::Busy))));
    world.hangs_up(bert);
    world.dials(BERT, "201");
    world.answers(ANNA);
    let chris = world.dials(CHRIS, "202");

    assert_eq!(world.ended(chris), None);
}

#[test]
fn by_setting_the_waiting_caller_hears_that_he_waits() {
    let mut world = World::new();
    world.set(BERT, "call_waiting", json!({ "active": true, "distinctive_ringback": true }));
    world.dials(ANNA, "202");
    world.answers(BERT);

    let chris = world.dials(CHRIS, "202");

    assert_eq!(world.phone(chris).told, ["early media"]);
    assert_eq!(world.hears(chris), ["tone"]);
}

#[test]
fn an_ignored_waiting_call_is_forwarded_like_any_other() {
    let mut world = World::new();
    world.set(BERT, "call_forwarding_no_answer", json!({ "active": true, "forward_to": "200", "rings": 3 }));
    world.dials(ANNA, "202");
    world.answers(BERT);

    let chris = world.dials(CHRIS, "202");
    world.run_s(18);

    let reception = world.answers(crate::exchange::people::RECEPTION);
    assert!(world.talk_together(chris, reception));
}

#[test]
fn nobody_makes_an_eleventh_call_except_for_help() {
    let mut world = World::new();
    for _ in 0..10 {
        world.dials(ANNA, "0201234567");
    }

    let eleventh = world.dials(ANNA, "202");
    let verb = Verb::Originate { subscriber: ANNA, device: None, to: "202".to_owned() };
    let click = world.commands(ANNA, verb);
    let help = world.dials(ANNA, "112");

    assert_eq!(world.ended(eleventh), Some(End::Rejected(Release::Code(503))));
    assert_eq!(world.reply_to(click), Some(Err(CommandError::LimitReached)));
    assert_eq!(world.ended(help), None);
}

#[test]
fn a_colleague_in_ten_calls_is_busy_whatever_the_setting() {
    let mut world = World::new();
    for _ in 0..10 {
        world.outside_calls("+31850000202", Some("+31201234567"));
    }

    let chris = world.dials(CHRIS, "202");

    assert_eq!(world.ended(chris), Some(End::Rejected(Release::Because(Cause::Busy))));
}
