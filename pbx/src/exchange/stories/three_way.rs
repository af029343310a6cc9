//! F-025: three people in one conversation.

use pbx_api::LegId;
use serde_json::json;

use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, World};
use crate::exchange::{LegEvent, Verb};

/// Anna has Bert on hold and talks to Chris: her two legs, and the two others.
fn two_calls(world: &mut World) -> (LegId, LegId, LegId, LegId) {
    let first = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.reports(first, LegEvent::HeldByPeer);
    let second = world.dials(ANNA, "203");
    let chris = world.answers(CHRIS);
    (first, bert, second, chris)
}

fn hears_both(world: &World, listener: LegId, others: [LegId; 2]) -> bool {
    let mut expected = others.map(|leg| format!("leg {}", leg.0));
    expected.sort();
    world.hears(listener) == expected
}

#[test]
fn three_people_hear_each_other() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);

    let command = world.commands(ANNA, Verb::Conference { leg: first, other: second });

    let kept = world.reply_to(command).unwrap().unwrap().leg.unwrap();
    assert_eq!(kept, second, "the leg whose telephone is not on hold stays");
    assert!(world.ended(first).is_some());
    assert!(hears_both(&world, kept, [bert, chris]));
    assert!(hears_both(&world, bert, [kept, chris]));
    assert!(hears_both(&world, chris, [kept, bert]));
}

#[test]
fn everybody_is_released_when_the_one_who_made_it_leaves() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });

    world.hangs_up(second);

    assert!(world.ended(bert).is_some() && world.ended(chris).is_some());
}

#[test]
fn by_setting_the_two_others_stay() {
    let mut world = World::new();
    world.set(ANNA, "three_way_call", json!({ "when_controller_leaves": "others_stay" }));
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });

    world.hangs_up(second);

    assert!(world.talk_together(bert, chris));
}

#[test]
fn leaving_by_command_leaves_the_others_to_each_other() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });

    let left = world.commands(ANNA, Verb::Leave { leg: second });

    assert!(world.reply_to(left).unwrap().is_ok());
    assert!(world.talk_together(bert, chris));
    assert_eq!(world.phone(bert).shows(), "203 Chris");
}

#[test]
fn one_who_is_not_the_controller_can_leave_and_two_talk_on() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });

    world.hangs_up(bert);

    assert!(world.talk_together(second, chris));
}

#[test]
fn a_party_that_holds_is_left_out_and_the_others_talk_on_without_music() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });

    world.reports(bert, LegEvent::HeldByPeer);

    assert!(world.talk_together(second, chris));
    assert!(world.hears(bert).is_empty());
}

#[test]
fn a_fourth_party_comes_in_too() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });
    let third = world.dials(ANNA, "204");
    let dora = world.answers(DORA);

    let command = world.commands(ANNA, Verb::Conference { leg: second, other: third });

    let kept = world.reply_to(command).unwrap().unwrap().leg.unwrap();
    assert_eq!(kept, second, "no telephone is on hold");
    assert_eq!(world.hears(dora).len(), 3);
    assert!(world.hears(bert).contains(&format!("leg {}", dora.0)) && world.hears(chris).len() == 3);
}

#[test]
fn when_one_of_three_hangs_up_the_two_others_see_each_other() {
    let mut world = World::new();
    world.set(ANNA, "three_way_call", json!({ "when_controller_leaves": "others_stay" }));
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });

    world.hangs_up(second);

    assert_eq!(world.phone(bert).shows(), "203 Chris");
    assert_eq!(world.phone(chris).shows(), "202 Bert");
}

#[test]
fn when_the_last_one_called_leaves_the_one_who_joined_them_sees_who_remains() {
    let mut world = World::new();
    let (first, bert, second, chris) = two_calls(&mut world);
    world.commands(ANNA, Verb::Conference { leg: first, other: second });
    assert_eq!(world.phone(second).shows(), "203 Chris");

    world.hangs_up(chris);

    assert_eq!(world.phone(second).shows(), "202 Bert");
    assert!(world.talk_together(second, bert));
}
