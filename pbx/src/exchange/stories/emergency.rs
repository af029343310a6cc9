//! C-8: nothing stands in the way of a call for help.

use serde_json::json;

use crate::attempt::Shown;
use crate::exchange::people::{ANNA, BERT, End, World};
use crate::exchange::{CommandError, Input, LegEvent, Release, Target, TransferProgress, TrunkNumber, Verb};
use crate::feature::Cause;

#[test]
fn help_is_called_at_once_with_the_number_shown_and_the_reception_told() {
    let mut world = World::new();
    world.set(ANNA, "calling_line_id_delivery_blocking", json!({ "active": true }));

    let anna = world.dials(ANNA, "112");
    let help = world.ringing_at(None);

    let placement = world.phone(help).placement.as_ref().unwrap();
    let Target::Trunk { number: TrunkNumber::Emergency(number), .. } = &placement.target else {
        panic!("help is called, not {:?}", placement.target);
    };
    assert_eq!(number, "112");
    assert!(matches!(placement.caller.shown, Shown::Number { .. }));
    assert!(world.log.iter().any(|effect| effect.starts_with("EmergencyAlarm")));
    world.picks_up(help);
    assert!(world.talk_together(anna, help));
}

#[test]
fn a_line_that_fails_is_followed_by_the_next_one_whatever_it_says() {
    for code in [404, 486, 503, 603] {
        let mut world = World::new();
        let anna = world.dials(ANNA, "112");
        let first = world.ringing_at(None);

        world.phones.get_mut(&first).unwrap().end = Some(End::LeftByItself);
        world.reports(first, LegEvent::Rejected { code });

        let second = world.outside_answers();
        assert!(world.talk_together(anna, second), "{code}");
    }
}

#[test]
fn help_cannot_be_held_transferred_or_joined() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "112");
    let help = world.outside_answers();
    let second = world.dials(ANNA, "202");
    world.answers(BERT);

    world.reports(anna, LegEvent::HeldByPeer);
    assert!(world.talk_together(anna, help), "a hold key changes nothing");
    world.refers(anna, "202");
    for verb in [
        Verb::Hold { leg: anna },
        Verb::Transfer { leg: anna, to: "202".to_owned() },
        Verb::CompleteTransfer { leg: second, other: anna },
        Verb::Conference { leg: anna, other: second },
    ] {
        let command = world.commands(ANNA, verb);
        assert_eq!(world.reply_to(command), Some(Err(CommandError::EmergencyCall)));
    }

    let failed = TransferProgress::Failed(Release::Because(Cause::Forbidden));
    assert_eq!(world.phone(anna).transfer, [failed]);
    assert!(world.talk_together(anna, help));
}

#[test]
fn nobody_is_put_through_to_help() {
    let mut world = World::new();
    let anna = world.dials(ANNA, "202");
    let bert = world.answers(BERT);

    world.refers(bert, "112");

    assert!(world.talk_together(anna, bert));
}

#[test]
fn an_exchange_that_drains_still_calls_for_help() {
    let mut world = World::new();
    world.give(Input::Drain);

    let bert = world.dials(BERT, "201");
    let anna = world.dials(ANNA, "112");

    assert_eq!(world.ended(bert), Some(End::Rejected(Release::Stopping)));
    let help = world.outside_answers();
    assert!(world.talk_together(anna, help));
}
