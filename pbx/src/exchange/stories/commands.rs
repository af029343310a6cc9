//! F-004: every command ends, one way or the other.

use pbx_api::{DeviceId, LegId};

use crate::exchange::people::{ANNA, BERT, CHRIS, End, World};
use crate::exchange::{Actor, AnswerMode, Command, CommandError, CommandId, Input, Purpose, Release, Verb};

fn originate(to: &str) -> Verb {
    Verb::Originate { subscriber: ANNA, device: None, to: to.to_owned() }
}

#[test]
fn a_click_rings_the_own_telephone_first_and_then_the_other_side() {
    let mut world = World::new();

    let command = world.commands(ANNA, originate("202"));
    let own = world.ringing_at(Some(ANNA));
    let placement = world.phone(own).placement.as_ref().unwrap();
    assert_eq!((placement.answer, placement.purpose), (AnswerMode::ByItself, Purpose::ClickToDial));
    assert_eq!(world.phone(own).shows(), "202 Bert");
    assert_eq!(world.reply_to(command), None, "the telephone is not there yet");
    world.picks_up(own);
    assert_eq!(world.reply_to(command).unwrap().unwrap().leg, Some(own));
    assert_eq!(world.hears(own), ["ringback"]);
    assert_eq!(world.phone(world.ringing_at(Some(BERT))).shows(), "201 Anna");
    let bert = world.answers(BERT);

    assert!(world.talk_together(own, bert));
    world.hangs_up(own);
    assert_eq!(world.record().log.len(), 2);
}

#[test]
fn a_click_fails_when_the_own_telephone_does_not_answer() {
    let mut world = World::new();
    let command = world.commands(ANNA, originate("202"));
    let own = world.ringing_at(Some(ANNA));

    world.run_s(30);

    assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAnswered)));
    assert!(matches!(world.ended(own), Some(End::Cancelled(_))));
    assert!(world.views.is_empty());
}

#[test]
fn a_click_without_telephone_number_or_right_is_refused_at_once() {
    let mut world = World::new();
    let bad_number = world.commands(ANNA, originate("299"));
    let not_own = world.commands(BERT, originate("203"));
    let verb = Verb::Originate { subscriber: ANNA, device: Some(DeviceId(99)), to: "202".to_owned() };
    let wrong_device = world.commands(ANNA, verb);
    world.registers(ANNA, &[]);
    let no_device = world.commands(ANNA, originate("202"));

    assert_eq!(world.reply_to(bad_number), Some(Err(CommandError::BadNumber)));
    assert_eq!(world.reply_to(not_own), Some(Err(CommandError::NotAllowed)));
    assert_eq!(world.reply_to(wrong_device), Some(Err(CommandError::NoDevice)));
    assert_eq!(world.reply_to(no_device), Some(Err(CommandError::NoDevice)));
}

#[test]
fn a_clicked_call_to_somebody_busy_lets_the_caller_hear_it() {
    let mut world = World::new();
    world.commands(ANNA, originate("202"));
    let own = world.answers(ANNA);

    world.declines(BERT, 486);
    assert_eq!(world.hears(own), ["tone"]);
    world.run_s(10);

    assert!(matches!(world.ended(own), Some(End::HungUp(_))));
}

#[test]
fn a_ringing_telephone_answers_by_command() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));

    let command = world.commands(BERT, Verb::Answer { leg: bert });

    assert!(world.reply_to(command).unwrap().is_ok());
    assert!(world.talk_together(anna, bert));
}

#[test]
fn a_telephone_that_does_not_answer_by_itself_rings_on_and_the_command_fails() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.ringing_at(Some(BERT));
    world.phones.get_mut(&bert).unwrap().answers_by_itself = false;

    let command = world.commands(BERT, Verb::Answer { leg: bert });

    assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAnswered)));
    world.answers(BERT);
    assert!(world.talk_together(anna, bert));
}

#[test]
fn declining_by_command_stops_every_telephone() {
    let mut world = World::new();
    world.registers(BERT, &[11, 12]);
    let anna = world.dials(ANNA, "202");
    let ringing = world.all_ringing_at(Some(BERT));

    let command = world.commands(BERT, Verb::Drop { leg: ringing[0] });

    assert!(world.reply_to(command).unwrap().is_ok());
    assert!(world.ended(anna).is_some());
}

#[test]
fn consulting_by_command_holds_asks_and_completes() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let first = world.answers(ANNA);

    let asked = world.commands(ANNA, Verb::Consult { leg: first, to: "202".to_owned() });
    assert_eq!(world.hears(caller), ["music"]);
    let second = world.answers(ANNA);
    let bert = world.answers(BERT);
    assert!(world.talk_together(second, bert));
    let completed = world.commands(ANNA, Verb::CompleteTransfer { leg: first, other: second });

    assert!(world.reply_to(asked).unwrap().is_ok());
    assert!(world.reply_to(completed).unwrap().is_ok());
    assert!(world.talk_together(caller, bert));
}

#[test]
fn giving_up_a_consultation_goes_back_to_the_held_party() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let first = world.answers(ANNA);
    world.commands(ANNA, Verb::Consult { leg: first, to: "202".to_owned() });
    let second = world.answers(ANNA);

    let given_up = world.commands(ANNA, Verb::GiveUpConsult { leg: first, other: second });

    assert!(world.reply_to(given_up).unwrap().is_ok());
    assert!(world.ended(second).is_some());
    assert!(world.talk_together(caller, first));
}

#[test]
fn giving_up_a_consultation_before_the_own_telephone_answers_takes_off_hold_once() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let first = world.answers(ANNA);
    world.commands(ANNA, Verb::Consult { leg: first, to: "202".to_owned() });
    let second = world.ringing_at(Some(ANNA));

    let given_up = world.commands(ANNA, Verb::GiveUpConsult { leg: first, other: second });

    assert!(world.reply_to(given_up).unwrap().is_ok());
    assert!(world.talk_together(caller, first));
    assert_eq!(world.phone(first).told, ["hold", "resume"]);
}

#[test]
fn a_consultation_whose_telephone_does_not_answer_takes_the_party_off_hold() {
    let mut world = World::new();
    let caller = world.outside_calls("+31850000201", Some("+31201234567"));
    let first = world.answers(ANNA);
    let command = world.commands(ANNA, Verb::Consult { leg: first, to: "202".to_owned() });

    world.run_s(30);

    assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAnswered)));
    assert!(world.talk_together(caller, first));
}

#[test]
fn nobody_commands_the_leg_of_somebody_else_or_one_that_is_over() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);
    let verbs = |leg: LegId| {
        [
            Verb::Hold { leg },
            Verb::Resume { leg },
            Verb::Answer { leg },
            Verb::Mute { leg, muted: true },
            Verb::Drop { leg },
            Verb::Leave { leg },
            Verb::Dtmf { leg, digits: "1".to_owned() },
            Verb::Consult { leg, to: "203".to_owned() },
            Verb::Transfer { leg, to: "203".to_owned() },
            Verb::Conference { leg, other: bert },
        ]
    };

    for verb in verbs(anna) {
        let command = world.commands(CHRIS, verb);
        assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAllowed)));
    }
    world.hangs_up(anna);
    for verb in verbs(anna) {
        let command = world.commands(ANNA, verb);
        assert_eq!(world.reply_to(command), Some(Err(CommandError::UnknownCall)));
    }
}

#[test]
fn the_administrator_may_end_any_call() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    let id = CommandId(500);
    let verb = Verb::Drop { leg: anna };
    world.give(Input::Command(Command { id, by: Actor::Administrator, verb }));

    assert!(world.reply_to(id).unwrap().is_ok());
    assert!(world.ended(anna).is_some() && world.ended(bert).is_some());
}

#[test]
fn keys_by_command_reach_the_other_side_and_nonsense_is_refused() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "0201234567");
    let outside = world.outside_answers();

    let good = world.commands(ANNA, Verb::Dtmf { leg: anna, digits: "12#".to_owned() });
    let bad = world.commands(ANNA, Verb::Dtmf { leg: anna, digits: "12x".to_owned() });
    let long = world.commands(ANNA, Verb::Dtmf { leg: anna, digits: "1".repeat(33) });

    assert!(world.reply_to(good).unwrap().is_ok());
    assert_eq!(world.phone(outside).keys, "12#");
    assert_eq!(world.reply_to(bad), Some(Err(CommandError::BadNumber)));
    assert_eq!(world.reply_to(long), Some(Err(CommandError::LimitReached)));
}

#[test]
fn stopping_ends_every_call_and_every_command_and_says_why() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    world.answers(BERT);
    let command =
        world.commands(CHRIS, Verb::Originate { subscriber: CHRIS, device: None, to: "200".to_owned() });

    world.give(Input::Stop);

    assert_eq!(world.ended(anna), Some(End::HungUp(Release::Stopping)));
    assert_eq!(world.reply_to(command), Some(Err(CommandError::NotAnswered)));
    assert_eq!(world.log.last().unwrap(), "Drained");
    assert_eq!(world.records[0].outcome, pbx_api::Outcome::Lost);
}
