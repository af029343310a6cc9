//! F-022 and F-089: hold, and what those hear who are held.

use std::time::Duration;

use serde_json::json;

use crate::exchange::people::{ANNA, BERT, World};
use crate::exchange::{CommandError, LegEvent, Verb};

#[test]
fn a_held_party_hears_music_and_is_back_after_ten_minutes() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.reports(anna, LegEvent::HeldByPeer);
    assert_eq!(world.hears(bert), ["music"]);
    assert!(world.hears(anna).is_empty());
    world.run_s(600);
    world.reports(anna, LegEvent::Resumed);

    assert!(world.talk_together(anna, bert));
}

#[test]
fn when_both_hold_nobody_hears_anything_and_each_resumes_for_himself() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.reports(anna, LegEvent::HeldByPeer);
    world.reports(bert, LegEvent::HeldByPeer);
    assert!(world.hears(anna).is_empty() && world.hears(bert).is_empty());
    world.reports(anna, LegEvent::Resumed);
    assert_eq!(world.hears(anna), ["music"]);
    world.reports(bert, LegEvent::Resumed);

    assert!(world.talk_together(anna, bert));
}

#[test]
fn music_begins_after_the_silence_that_the_site_chose() {
    let mut world = World::new();
    world.set_site("music_on_hold", json!({ "delay_ms": 3000 }));
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.reports(anna, LegEvent::HeldByPeer);
    assert!(world.hears(bert).is_empty());
    world.run(Duration::from_millis(2_999));
    assert!(world.hears(bert).is_empty());
    world.run(Duration::from_millis(1));

    assert_eq!(world.hears(bert), ["music"]);
}

#[test]
fn without_music_a_held_party_hears_silence() {
    let mut world = World::new();
    world.set_site("music_on_hold", json!({ "during_hold": false }));
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.reports(anna, LegEvent::HeldByPeer);

    assert!(world.hears(bert).is_empty());
}

#[test]
fn star_60_keeps_one_call_without_music() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "*60202");
    let bert = world.answers(BERT);
    world.reports(anna, LegEvent::HeldByPeer);
    assert!(world.hears(bert).is_empty());
    world.hangs_up(anna);

    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.reports(anna, LegEvent::HeldByPeer);

    assert_eq!(world.hears(bert), ["music"]);
}

#[test]
fn a_hold_by_command_tells_the_telephone_and_ends_by_command() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    let held = world.commands(ANNA, Verb::Hold { leg: anna });
    assert!(world.reply_to(held).unwrap().is_ok());
    assert_eq!(world.hears(bert), ["music"]);
    world.reports(anna, LegEvent::Resumed);
    assert_eq!(world.hears(bert), ["music"], "the telephone did not hold");
    world.commands(ANNA, Verb::Resume { leg: anna });

    assert_eq!(world.phone(anna).told, ["ring", "hold", "resume"]);
    assert!(world.talk_together(anna, bert));
}

#[test]
fn a_ringing_call_cannot_be_held() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");

    let held = world.commands(ANNA, Verb::Hold { leg: anna });

    assert_eq!(world.reply_to(held), Some(Err(CommandError::WrongState)));
}

#[test]
fn a_muted_party_is_not_heard_but_hears() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.commands(ANNA, Verb::Mute { leg: anna, muted: true });
    assert!(world.hears(bert).is_empty());
    assert_eq!(world.hears(anna), [format!("leg {}", bert.0)]);
    world.commands(ANNA, Verb::Mute { leg: anna, muted: false });

    assert!(world.talk_together(anna, bert));
}
