//! Two or three of our phones call each other, without an exchange.

use std::time::Duration;

use crate::account::Settings;
use crate::boundary::{Alert, Input, MediaEffect, MediaFact, RingPattern};
use crate::view::{
    CallState, Command, ConsultStage, EndCause, HeldBy, ProblemCode, RecallReason, RecentOutcome,
    TransferStage, Verb,
};

use super::world::World;

fn pair() -> (World, usize, usize) {
    let mut world = World::new();
    let (anna, bert) = (world.peer("anna"), world.peer("bert"));
    (world, anna, bert)
}

#[test]
fn a_call_rings_is_answered_and_is_heard_on_both_sides() {
    let (mut world, anna, bert) = pair();
    world.done(anna, Command::Dial { to: "bert@192.0.2.2".into() });

    assert_eq!(world.state(anna), &CallState::Ringing);
    assert_eq!(world.desks[anna].hearing(), (0, 1), "ringback");
    assert_eq!(
        (world.state(bert), world.desks[bert].alert),
        (&CallState::Ringing, Alert::Ringing(RingPattern::Normal))
    );
    assert_eq!(world.call(bert).party.number.as_deref(), Some("anna@192.0.2.1"));

    let call = world.id(bert);
    world.done(bert, Command::Answer { call });

    for desk in [anna, bert] {
        assert_eq!(world.state(desk), &CallState::Active);
        assert_eq!(world.desks[desk].hearing(), (1, 1));
        assert_eq!(world.call(desk).sound.as_ref().unwrap().codec, "opus");
    }
    assert_eq!(world.desks[bert].alert, Alert::Quiet);
}

#[test]
fn hanging_up_ends_it_there_and_leaves_a_record() {
    let (mut world, anna, bert) = pair();
    world.connect(anna, bert);
    world.pass(Duration::from_secs(65));

    let call = world.id(anna);
    world.done(anna, Command::HangUp { call });

    assert_eq!(world.state(bert), &CallState::Ended { cause: EndCause::HungUp });
    for desk in [anna, bert] {
        let recent = &world.desks[desk].window.recents[0];
        assert_eq!(recent.outcome, RecentOutcome::Answered { seconds: 65 });
        assert!(matches!(world.desks[desk].media.last(), Some(MediaEffect::Gone { .. })));
        assert_eq!(world.desks[desk].hearing(), (0, 0));
    }
    world.pass(Duration::from_secs(5));
    assert!(world.desks[bert].window.calls.is_empty(), "it leaves the screen");
}

#[test]
fn a_caller_who_gives_up_is_missed_and_one_who_is_refused_hears_so() {
    let (mut world, anna, bert) = pair();
    world.done(anna, Command::Dial { to: "bert@192.0.2.2".into() });
    let call = world.id(anna);
    world.done(anna, Command::HangUp { call });
    assert_eq!(world.state(bert), &CallState::Ended { cause: EndCause::Cancelled });
    assert_eq!(world.desks[bert].window.recents[0].outcome, RecentOutcome::Missed);

    world.done(anna, Command::Dial { to: "bert@192.0.2.2".into() });
    let call = world.id(bert);
    world.done(bert, Command::Reject { call });

    assert_eq!(world.state(anna), &CallState::Ended { cause: EndCause::Rejected });
    assert_eq!(world.desks[bert].window.recents[0].outcome, RecentOutcome::Rejected);
}

#[test]
fn hold_stops_the_sound_and_resume_brings_it_back() {
    let (mut world, anna, bert) = pair();
    world.connect(anna, bert);
    let call = world.id(anna);

    world.done(anna, Command::Hold { call: call.clone() });
    assert_eq!(world.state(anna), &CallState::Held { by: HeldBy::Us });
    assert_eq!(world.state(bert), &CallState::Held { by: HeldBy::Them });
    assert_eq!(world.desks[anna].hearing(), (0, 0));

    let other = world.id(bert);
    world.done(bert, Command::Hold { call: other.clone() });
    assert_eq!(world.state(anna), &CallState::Held { by: HeldBy::Both });
    world.done(bert, Command::Resume { call: other });
    world.done(anna, Command::Resume { call });

    assert_eq!((world.state(anna), world.state(bert)), (&CallState::Active, &CallState::Active));
    assert_eq!(world.desks[anna].hearing(), (1, 1));
}

#[test]
fn a_muted_microphone_is_silent_and_the_loudspeaker_goes_on() {
    let (mut world, anna, bert) = pair();
    world.connect(anna, bert);
    let call = world.id(anna);

    world.done(anna, Command::Mute { call: call.clone(), on: true });
    assert_eq!(world.desks[anna].hearing(), (0, 1));
    assert!(world.call(anna).muted);

    world.done(anna, Command::Mute { call, on: false });
    assert_eq!(world.desks[anna].hearing(), (1, 1));
}

#[test]
fn digits_are_pressed_on_the_leg_and_nonsense_is_refused() {
    let (mut world, anna, bert) = pair();
    world.connect(anna, bert);
    let call = world.id(anna);

    assert_eq!(
        world.ask(anna, Command::Digits { call: call.clone(), digits: "1x".into() }),
        Some(ProblemCode::NumberInvalid)
    );
    world.done(anna, Command::Digits { call, digits: "12#".into() });

    assert!(
        matches!(world.desks[anna].media.last(), Some(MediaEffect::Digits { digits, .. }) if digits == "12#")
    );
    assert_eq!(world.call(anna).digits, "12#");
}

#[test]
fn a_second_caller_waits_with_a_tone_and_answering_holds_the_first() {
    let (mut world, anna, bert) = pair();
    let chris = world.peer("chris");
    world.connect(anna, bert);

    world.done(chris, Command::Dial { to: "bert@192.0.2.2".into() });
    assert_eq!(world.desks[bert].alert, Alert::Quiet, "no ringing into a conversation");
    assert_eq!(world.desks[bert].hearing(), (1, 2), "the caller and the tone");
    let call = world.id(bert);
    world.done(bert, Command::Answer { call });

    assert_eq!(world.state(chris), &CallState::Active);
    assert_eq!(world.state(anna), &CallState::Held { by: HeldBy::Them });
    assert_eq!(world.desks[bert].hearing(), (1, 1));
}

#[test]
fn three_parties_talk_together_and_when_one_leaves_two_remain() {
    let (mut world, anna, bert) = pair();
    let chris = world.peer("chris");
    world.connect(bert, anna);
    let first = world.id(bert);
    world.connect(bert, chris);
    assert!(world.call(bert).can(Verb::ThreeWay));
    let second = world.id(bert);

    world.done(bert, Command::ThreeWay { call: second, with: Some(first) });

    assert_eq!(world.desks[bert].window.calls.len(), 1);
    assert_eq!(world.call(bert).joined.len(), 1);
    assert_eq!(world.desks[bert].hearing(), (2, 2));
    assert_eq!((world.state(anna), world.state(chris)), (&CallState::Active, &CallState::Active));

    let call = world.id(chris);
    world.done(chris, Command::HangUp { call });
    assert_eq!(world.state(bert), &CallState::Active);
    assert!(world.call(bert).joined.is_empty());
    assert_eq!(world.desks[bert].hearing(), (1, 1));
}

#[test]
fn a_consultation_lives_in_the_callers_call_and_leads_back_to_it() {
    let (mut world, anna, bert) = pair();
    let chris = world.peer("chris");
    world.connect(anna, bert);
    let call = world.id(bert);

    world.done(bert, Command::TransferConsult { call: call.clone(), to: "chris@192.0.2.3".into() });
    assert!(consulting(&world, bert, ConsultStage::Ringing));
    assert_eq!(world.state(anna), &CallState::Held { by: HeldBy::Them });
    let other = world.id(chris);
    world.done(chris, Command::Answer { call: other });
    assert!(consulting(&world, bert, ConsultStage::Active));
    assert_eq!(world.desks[bert].window.calls.len(), 1);
    assert_eq!(world.desks[bert].hearing(), (1, 1), "only the party consulted");

    world.done(bert, Command::TransferCancel { call });

    assert_eq!(world.state(chris), &CallState::Ended { cause: EndCause::HungUp });
    assert_eq!((world.state(bert), world.state(anna)), (&CallState::Active, &CallState::Active));
}

#[test]
fn a_consultation_that_is_refused_brings_the_caller_back_and_says_why() {
    let (mut world, anna, bert) = pair();
    let chris = world.peer("chris");
    world.connect(anna, bert);
    let call = world.id(bert);
    world.done(bert, Command::TransferConsult { call: call.clone(), to: "chris@192.0.2.3".into() });

    let other = world.id(chris);
    world.done(chris, Command::Reject { call: other });
    assert!(matches!(world.state(bert), CallState::Recalled { reason: RecallReason::Rejected, .. }));

    world.done(bert, Command::Answer { call });
    assert_eq!((world.state(bert), world.state(anna)), (&CallState::Active, &CallState::Active));
}

#[test]
fn when_the_caller_leaves_the_party_consulted_stays() {
    let (mut world, anna, bert) = pair();
    let chris = world.peer("chris");
    world.connect(anna, bert);
    let call = world.id(bert);
    world.done(bert, Command::TransferConsult { call, to: "chris@192.0.2.3".into() });
    let other = world.id(chris);
    world.done(chris, Command::Answer { call: other });

    let gone = world.id(anna);
    world.done(anna, Command::HangUp { call: gone });

    assert_eq!(world.state(bert), &CallState::Active);
    assert_eq!(world.call(bert).party.number.as_deref(), Some("chris@192.0.2.3"));
}

#[test]
fn a_consultation_becomes_a_three_way_call() {
    let (mut world, anna, bert) = pair();
    let chris = world.peer("chris");
    world.connect(anna, bert);
    let call = world.id(bert);
    world.done(bert, Command::TransferConsult { call: call.clone(), to: "chris@192.0.2.3".into() });
    let other = world.id(chris);
    world.done(chris, Command::Answer { call: other });

    world.done(bert, Command::ThreeWay { call, with: None });

    assert_eq!(world.state(bert), &CallState::Active);
    assert_eq!((world.state(anna), world.desks[bert].hearing()), (&CallState::Active, (2, 2)));
}

#[test]
fn a_phone_that_refuses_a_transfer_leaves_the_caller_where_he_is() {
    let (mut world, anna, bert) = pair();
    world.connect(anna, bert);
    let call = world.id(bert);

    let refused = world.ask(bert, Command::TransferBlind { call, to: "chris@192.0.2.3".into() });

    assert_eq!(refused, Some(ProblemCode::TransferFailed), "our own phones call nobody for others");
    assert_eq!((world.state(bert), world.state(anna)), (&CallState::Active, &CallState::Active));
}

#[test]
fn a_phone_that_answers_by_itself_does_so_in_time() {
    let mut world = World::new();
    let anna = world.peer("anna");
    let robot = world.desk(Settings { auto_answer: Some(Duration::from_millis(700)), ..Settings::default() });
    let account = crate::account::Account::parse("robot@192.0.2.2").unwrap();
    world.tell(robot, Input::SignIn(Box::new(account)));
    world.done(anna, Command::Dial { to: "robot@192.0.2.2".into() });

    world.pass(Duration::from_millis(600));
    assert_eq!(world.state(anna), &CallState::Ringing);
    world.pass(Duration::from_millis(200));
    assert_eq!(world.state(anna), &CallState::Active);
}

#[test]
fn what_has_no_meaning_fails_with_a_name() {
    let (mut world, anna, bert) = pair();
    let blank = world.desk(Settings::default());

    assert_eq!(world.ask(blank, Command::Dial { to: "201".into() }), Some(ProblemCode::NotSignedIn));
    assert_eq!(world.ask(anna, Command::Dial { to: "bert".into() }), Some(ProblemCode::NumberInvalid));
    assert_eq!(world.ask(anna, Command::Hold { call: "c9".into() }), Some(ProblemCode::CallGone));
    assert_eq!(world.ask(anna, Command::SetDoNotDisturb { on: true }), Some(ProblemCode::NotOffered));
    world.done(anna, Command::Dial { to: "bert@192.0.2.2".into() });
    let call = world.id(anna);
    assert_eq!(world.ask(anna, Command::Hold { call }), Some(ProblemCode::NotNow));
    let ringing = world.id(bert);
    world.done(bert, Command::Reject { call: ringing.clone() });
    assert_eq!(world.ask(bert, Command::Answer { call: ringing }), Some(ProblemCode::CallGone));
}

#[test]
fn silence_is_shown_once_and_forgotten_when_sound_returns() {
    let (mut world, anna, bert) = pair();
    world.connect(anna, bert);
    let port = world.desks[anna].media.iter().find_map(|media| match media {
        MediaEffect::Leg { port, .. } => Some(port.id),
        MediaEffect::Gone { .. } | MediaEffect::Plan(_) | MediaEffect::Digits { .. } => None,
    });
    let port = port.unwrap();

    world.tell(anna, Input::Media(MediaFact::Silent { port }));
    world.tell(anna, Input::Media(MediaFact::Silent { port }));
    let shown: Vec<ProblemCode> =
        world.desks[anna].window.problems.iter().map(|problem| problem.code).collect();
    world.tell(anna, Input::Media(MediaFact::HeardAgain { port }));

    assert_eq!(shown, [ProblemCode::NoSound]);
    assert!(world.desks[anna].window.problems.is_empty());
}

#[test]
fn a_loudspeaker_that_is_there_again_is_no_trouble_any_more() {
    let (mut world, anna, _) = pair();
    world.tell(anna, Input::Trouble(ProblemCode::DeviceLost));
    world.tell(anna, Input::Trouble(ProblemCode::NoMicrophone));

    world.tell(anna, Input::Mended(ProblemCode::DeviceLost));

    let left: Vec<ProblemCode> =
        world.desks[anna].window.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(left, [ProblemCode::NoMicrophone]);
}

fn consulting(world: &World, who: usize, wanted: ConsultStage) -> bool {
    matches!(
        world.state(who),
        CallState::Transferring { stage: TransferStage::Consult { stage, .. }, .. } if *stage == wanted
    )
}
