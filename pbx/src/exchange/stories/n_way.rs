//! F-026: conferences of up to fifteen others, and who steers them.

use pbx_api::LegId;
use serde_json::json;

use crate::call::CallView;
use crate::clip::Prompt;
use crate::exchange::people::{ANNA, BERT, CHRIS, DORA, End, RECEPTION, Temper, World};
use crate::exchange::{CommandError, LegEvent, Release, TransferProgress, Verb};
use crate::feature::Cause;

/// Anna calls a number outside, somebody answers, and comes into her conversation.
fn takes_in(world: &mut World, conference: LegId, number: u32) -> (LegId, LegId) {
    world.reports(conference, LegEvent::HeldByPeer);
    let second = world.dials(ANNA, &format!("02012345{number:02}"));
    let guest = world.outside_answers();
    let command = world.commands(ANNA, Verb::Conference { leg: conference, other: second });
    (world.reply_to(command).unwrap().unwrap().leg.unwrap(), guest)
}

/// Anna with so many others in one conversation: her leg and theirs.
fn conference_of(world: &mut World, others: u32) -> (LegId, Vec<LegId>) {
    let mut own = world.dials(ANNA, "0201234500");
    let mut guests = vec![world.outside_answers()];
    for number in 1..others {
        let (kept, guest) = takes_in(world, own, number);
        own = kept;
        guests.push(guest);
    }
    (own, guests)
}

fn everybody_hears_everybody(world: &World, parties: &[LegId]) -> bool {
    parties.iter().all(|listener| {
        let others = parties.iter().filter(|other| *other != listener);
        let mut expected: Vec<String> = others.map(|other| format!("leg {}", other.0)).collect();
        expected.sort();
        world.hears(*listener) == expected
    })
}

fn only_view(world: &World) -> &CallView {
    world.views.values().next().unwrap()
}

#[test]
fn fifteen_others_come_in_and_the_sixteenth_hears_why_not_and_nobody_drops() {
    let mut world = World::new();
    let (own, guests) = conference_of(&mut world, 15);
    let mut everybody = guests.clone();
    everybody.push(own);
    assert!(everybody_hears_everybody(&world, &everybody));

    world.reports(own, LegEvent::HeldByPeer);
    let second = world.dials(ANNA, "0201234599");
    let sixteenth = world.outside_answers();
    let command = world.commands(ANNA, Verb::Conference { leg: own, other: second });

    assert_eq!(world.reply_to(command), Some(Err(CommandError::LimitReached)));
    let hears =
        |leg: LegId, other: LegId| world.hears(leg) == [format!("leg {}", other.0), "words".to_owned()];
    assert!(hears(sixteenth, second) && hears(second, sixteenth));
    assert!(world.log.iter().any(|line| line.contains(&format!("{:?}", Prompt::ConferenceFull))));
    assert!(everybody_hears_everybody(&world, &guests));
    world.announcement_ends(sixteenth);
    assert!(world.talk_together(second, sixteenth));
    assert!(everybody.iter().all(|leg| world.ended(*leg).is_none()));
}

#[test]
fn what_is_said_aside_ends_also_when_nobody_reports_it() {
    let mut world = World::new();
    world.set_site("n_way_call", json!({ "others": 4 }));
    let (own, _) = conference_of(&mut world, 4);
    world.reports(own, LegEvent::HeldByPeer);
    let second = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.commands(ANNA, Verb::Conference { leg: own, other: second });

    world.run_s(25);

    assert!(world.talk_together(second, bert));
}

#[test]
fn the_site_says_how_many_and_somebody_s_own_setting_wins() {
    let mut world = World::new();
    world.set_site("n_way_call", json!({ "others": 4 }));
    world.set(ANNA, "n_way_call", json!({ "others": 5 }));

    let (own, guests) = conference_of(&mut world, 5);
    world.reports(own, LegEvent::HeldByPeer);
    let second = world.dials(ANNA, "202");
    world.answers(BERT);
    let command = world.commands(ANNA, Verb::Conference { leg: own, other: second });

    assert_eq!(world.reply_to(command), Some(Err(CommandError::LimitReached)));
    assert_eq!(guests.len(), 5);
}

#[test]
fn among_more_than_three_it_ends_for_all_when_the_one_who_brought_them_together_hangs_up() {
    let mut world = World::new();
    world.set(ANNA, "three_way_call", json!({ "when_controller_leaves": "others_stay" }));
    let (own, guests) = conference_of(&mut world, 3);

    world.hangs_up(own);

    assert!(guests.iter().all(|guest| world.ended(*guest).is_some()));
}

#[test]
fn whoever_puts_his_place_through_leaves_the_others_together() {
    let mut world = World::new();
    let (own, mut guests) = conference_of(&mut world, 3);
    world.reports(own, LegEvent::HeldByPeer);
    let second = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers_to_leg(own, second);

    assert!(world.ended(own).is_some() && world.ended(second).is_some());
    guests.push(bert);
    assert!(everybody_hears_everybody(&world, &guests));
}

#[test]
fn whoever_steers_it_mutes_one_and_drops_one() {
    let mut world = World::new();
    let (own, guests) = conference_of(&mut world, 3);

    let muted = world.commands(ANNA, Verb::Mute { leg: guests[0], muted: true });
    assert!(world.reply_to(muted).unwrap().is_ok());
    assert_eq!(world.hears(guests[1]).len(), 2, "nobody hears the muted one");
    assert_eq!(world.hears(guests[0]).len(), 3, "who hears all");
    world.commands(ANNA, Verb::Mute { leg: guests[0], muted: false });
    let dropped = world.commands(ANNA, Verb::Drop { leg: guests[1] });

    assert!(world.reply_to(dropped).unwrap().is_ok());
    assert!(world.ended(guests[1]).is_some());
    assert!(everybody_hears_everybody(&world, &[own, guests[0], guests[2]]));
}

#[test]
fn nobody_else_mutes_drops_or_adds() {
    let mut world = World::new();
    let own = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let (own, chris) = {
        world.reports(own, LegEvent::HeldByPeer);
        let second = world.dials(ANNA, "203");
        let chris = world.answers(CHRIS);
        let command = world.commands(ANNA, Verb::Conference { leg: own, other: second });
        (world.reply_to(command).unwrap().unwrap().leg.unwrap(), chris)
    };
    let aside = world.dials(BERT, "204");
    world.answers(DORA);

    let refused = [
        Verb::Mute { leg: chris, muted: true },
        Verb::Drop { leg: own },
        Verb::Conference { leg: bert, other: aside },
        Verb::Invite { leg: bert, to: "200".to_owned() },
    ];
    for verb in refused {
        let command = world.commands(BERT, verb.clone());
        assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAllowed)), "{verb:?}");
    }
}

#[test]
fn everybody_sees_who_is_in_it_and_who_steers() {
    let mut world = World::new();
    let (own, guests) = conference_of(&mut world, 3);
    world.commands(ANNA, Verb::Mute { leg: guests[2], muted: true });

    let view = only_view(&world);

    assert_eq!(view.parties.len(), 4);
    let steers: Vec<_> = view.parties.iter().filter(|party| party.controller).map(|it| it.leg).collect();
    assert_eq!(steers, [own]);
    let muted: Vec<_> = view.parties.iter().filter(|party| party.muted).map(|it| it.leg).collect();
    assert_eq!(muted, [guests[2]]);
    assert!(view.parties.iter().all(|party| party.sees.len() == 3));
}

#[test]
fn a_telephone_opens_a_conference_and_waits_there_alone() {
    let mut world = World::new();

    let own = world.dials(ANNA, "conference");

    assert_eq!(world.phone(own).told, ["conference"]);
    assert!(world.phone(own).answered && world.hears(own).is_empty());
    world.run_s(600);
    assert!(world.ended(own).is_none());
    assert!(only_view(&world).conference);
    world.hangs_up(own);
    assert!(world.views.is_empty());
}

#[test]
fn whoever_is_referred_to_a_conference_is_called_into_it() {
    let mut world = World::new();
    let own = world.dials(ANNA, "conference");

    world.refers(own, "202");
    assert_eq!(world.phone(own).transfer, [TransferProgress::Trying, TransferProgress::Ringing]);
    assert_eq!(world.phone(world.ringing_at(Some(BERT))).shows(), "201 Anna");
    let bert = world.answers(BERT);

    assert_eq!(world.phone(own).transfer.last(), Some(&TransferProgress::Done));
    assert!(world.talk_together(own, bert));
    assert_eq!(world.phone(own).shows(), "", "it has the conference before it");
    assert_eq!(only_view(&world).parties[0].sees.len(), 1);
    world.refers(own, "203");
    let chris = world.answers(CHRIS);
    assert!(everybody_hears_everybody(&world, &[own, bert, chris]));
    assert_eq!(world.only_call(), only_view(&world).call);
}

#[test]
fn the_other_side_of_an_earlier_call_is_referred_into_a_conference_by_either_way() {
    let mut world = World::new();
    let with_bert = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.reports(with_bert, LegEvent::HeldByPeer);
    let with_chris = world.dials(ANNA, "203");
    let chris = world.answers(CHRIS);
    world.reports(with_chris, LegEvent::HeldByPeer);
    let own = world.dials(ANNA, "conference");
    let call = world.views.values().find(|view| view.conference).unwrap().call;

    world.refers(with_bert, &format!("conference-{call}"));
    world.refers_to_leg(own, with_chris);

    assert!(world.ended(own).is_none());
    assert_eq!(world.phone(with_bert).transfer, [TransferProgress::Done]);
    assert_eq!(world.phone(own).transfer, [TransferProgress::Done]);
    assert!(world.ended(with_bert).is_some() && world.ended(with_chris).is_some());
    assert!(everybody_hears_everybody(&world, &[own, bert, chris]));
}

#[test]
fn a_call_that_is_put_through_to_one_s_own_conference_comes_into_it() {
    let mut world = World::new();
    let with_bert = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.reports(with_bert, LegEvent::HeldByPeer);
    let own = world.dials(ANNA, "conference");

    let command = world.commands(ANNA, Verb::CompleteTransfer { leg: with_bert, other: own });
    assert_eq!(world.reply_to(command), Some(Err(CommandError::WrongState)), "nobody is there to talk to");
    world.refers_to_leg(with_bert, own);

    assert!(world.ended(with_bert).is_some());
    assert!(world.talk_together(own, bert));
}

#[test]
fn nobody_comes_into_a_conference_of_somebody_else() {
    let mut world = World::new();
    world.dials(ANNA, "conference");
    let call = world.only_call();

    let dora = world.dials(DORA, &format!("conference-{call}"));
    let with_chris = world.dials(BERT, "203");
    world.answers(CHRIS);
    world.refers(with_chris, &format!("conference-{call}"));

    assert!(world.hears(dora).iter().all(|heard| !heard.starts_with("leg")));
    assert!(matches!(world.phone(with_chris).transfer.last(), Some(TransferProgress::Failed(_))));
}

#[test]
fn a_telephone_that_refers_one_too_many_hears_why_not() {
    let mut world = World::new();
    world.set_site("n_way_call", json!({ "others": 4 }));
    let own = world.dials(ANNA, "conference");
    for number in 0..4 {
        world.refers(own, &format!("02012345{number:02}"));
        world.outside_answers();
    }

    world.refers(own, "202");

    let full = TransferProgress::Failed(Release::Because(Cause::Busy));
    assert_eq!(world.phone(own).transfer.last(), Some(&full));
    assert!(world.all_ringing_at(Some(BERT)).is_empty());
    let mut hears = world.hears(own);
    assert_eq!((hears.pop().as_deref(), hears.len()), (Some("words"), 4));
}

#[test]
fn whoever_does_not_come_leaves_the_conference_as_it_was() {
    let mut world = World::new();
    world.temper(BERT, Temper::Refuses(486));
    let own = world.dials(ANNA, "conference");

    world.refers(own, "202");

    assert_eq!(
        world.phone(own).transfer.last(),
        Some(&TransferProgress::Failed(Release::Because(Cause::Busy)))
    );
    assert!(world.ended(own).is_none());
    world.refers(own, "203");
    world.run_s(200);
    let unanswered = TransferProgress::Failed(Release::Because(Cause::NoAnswer));
    assert_eq!(world.phone(own).transfer.last(), Some(&unanswered));
}

#[test]
fn when_a_conference_ends_whoever_is_still_being_called_is_left_alone() {
    let mut world = World::new();
    let own = world.dials(ANNA, "conference");
    world.refers(own, "202");
    let ringing = world.ringing_at(Some(BERT));

    world.hangs_up(own);

    assert!(matches!(world.ended(ringing), Some(End::Cancelled(_))));
    assert!(world.views.is_empty());
}

#[test]
fn a_conversation_of_two_waits_for_the_third_who_was_invited() {
    let mut world = World::new();
    let own = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    world.commands(ANNA, Verb::Invite { leg: own, to: "203".to_owned() });

    world.hangs_up(bert);
    assert!(world.ended(own).is_none(), "somebody may still come");
    let chris = world.answers(CHRIS);

    assert!(world.talk_together(own, chris));
    world.hangs_up(chris);
    assert!(world.ended(own).is_some());
}

#[test]
fn a_ringing_guest_can_be_taken_by_a_colleague() {
    let mut world = World::new();
    let own = world.dials(ANNA, "conference");
    world.refers(own, "202");

    let chris = world.dials(CHRIS, "*97202");

    assert!(world.talk_together(own, chris));
    assert!(world.all_ringing_at(Some(BERT)).is_empty());
}

#[test]
fn a_call_for_help_takes_nobody_in() {
    let mut world = World::new();
    let own = world.dials(RECEPTION, "112");
    world.outside_answers();

    let command = world.commands(RECEPTION, Verb::Invite { leg: own, to: "202".to_owned() });

    assert_eq!(world.reply_to(command), Some(Err(CommandError::EmergencyCall)));
}
